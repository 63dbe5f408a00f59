//! What an error of an AWS call means for the message that is being handled.
//!
//! A failed condition is never an error: each write reads it where it happens.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use engine::ports::{NotOurJson, PortError};

/// Refusals that no repetition will change: the request itself is wrong.
const REFUSED: [&str; 5] = [
    "ValidationException",
    "ItemCollectionSizeLimitExceededException",
    "IdempotentParameterMismatchException",
    "InvalidMessageContents",
    "AWS.SimpleQueueService.BatchRequestTooLong",
];

/// Whether a write was not made because its condition does not hold.
pub(crate) fn is_condition<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    code == Some("ConditionalCheckFailedException")
}

/// Names an error for the engine. Throttling, conflicts, timeouts, lost connections and missing
/// permissions all end one day, so they are `Unavailable`: not acknowledged, tried again with
/// backoff, and kept as a dead letter if they do not end soon.
pub(crate) fn of<E, R>(operation: &'static str, error: SdkError<E, R>) -> PortError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let refused = error.as_service_error().and_then(|service| {
        let code = service.code().filter(|code| REFUSED.contains(code))?;
        Some(format!("{code}: {}", service.message().unwrap_or("no reason given")))
    });
    match refused {
        Some(why) => PortError::Refused { operation, why },
        None => PortError::unavailable(operation, error),
    }
}

/// A stored item that lacks what this release needs of it.
pub(crate) fn unreadable(operation: &'static str, why: impl Into<String>) -> PortError {
    PortError::unreadable(operation, why.into())
}

/// What is stored cannot be parsed.
pub(crate) fn parse<T: serde::de::DeserializeOwned>(operation: &'static str, text: &str) -> Result<T, PortError> {
    serde_json::from_str(text).map_err(|error| PortError::unreadable(operation, NotOurJson::from(&error)))
}

/// Our own types always have a JSON form.
pub(crate) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("stored types are plain data with text keys")
}
