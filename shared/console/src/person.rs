//! What a person asks for becomes one message. Its id comes from the Idempotency-Key, so that
//! a repeated request is the same message; without a key every request is a new one.

use axum::http::HeaderMap;
use domain::{
    id::{MessageId, RecordKey, derive},
    message::{Command, Message, ToEvaluate},
};
use engine::ports::Delayed;

use crate::{
    access::Caller,
    answer::{Answer, Failure, accepted, record_path},
    app::App,
    intake::idempotency_key,
    ports::ConsolePorts,
};

/// The id of the message that a request becomes. `what` names the request's address.
pub(crate) fn message_id<P>(app: &App<P>, headers: &HeaderMap, what: &str) -> Result<MessageId, Failure> {
    let id = match idempotency_key(headers)? {
        Some(key) => derive("msg_", &["request", what, &key]),
        None => derive("msg_", &["request", what, &(app.trust.fresh_id)()]),
    };
    Ok(MessageId::new(id))
}

/// Sends a command about a record to `evaluate`, and answers where its effect will show.
pub(crate) async fn command<P: ConsolePorts>(
    app: &App<P>,
    headers: &HeaderMap,
    caller: Caller,
    record: RecordKey,
    command: Command,
) -> Answer {
    let what = format!("{record} {}", serde_json::to_string(&command).expect("a command is plain data"));
    let id = message_id(app, headers, &what)?;
    let link = format!("{}/timeline", record_path(&record));
    let body = ToEvaluate::Command { record, by: caller.name, command };
    let message = Message { id: id.clone(), since: app.ports.now(), body };
    app.ports.send_evaluate(&[Delayed::now(message)]).await?;
    accepted(&id, "timeline", &link)
}
