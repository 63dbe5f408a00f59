use std::sync::Arc;

use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_types::SdkConfig;

use crate::{
    Config, Counts,
    dynamodb::{AbsenceCache, PlaybookCache},
};

/// Every port of the engine, on AWS. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ports {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) eventbridge: aws_sdk_eventbridge::Client,
    pub(crate) ses: aws_sdk_sesv2::Client,
    pub(crate) config: Arc<Config>,
    pub(crate) playbooks: Arc<PlaybookCache>,
    pub(crate) absences: Arc<AbsenceCache>,
    /// Whether this is the function that writes time off.
    pub(crate) writes_time_off: bool,
    counts: Counts,
}

impl Ports {
    /// Makes the clients. Calls nothing.
    pub fn new(sdk: &SdkConfig, config: Config) -> Self {
        // Mail cannot be sent exactly once, so a lost answer must not be followed by a second call.
        let once = aws_sdk_sesv2::config::Builder::from(sdk).retry_config(RetryConfig::disabled()).build();
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(sdk),
            sqs: aws_sdk_sqs::Client::new(sdk),
            eventbridge: aws_sdk_eventbridge::Client::new(sdk),
            ses: aws_sdk_sesv2::Client::from_conf(once),
            config: Arc::new(config),
            playbooks: Arc::default(),
            absences: Arc::default(),
            writes_time_off: false,
            counts: Counts::default(),
        }
    }

    /// The same for the only writer of time off: it also lists whom an earlier release did not list.
    pub fn writing_time_off(self) -> Self {
        Self { writes_time_off: true, ..self }
    }

    /// What the calls cost until now.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}
