use std::sync::{Arc, OnceLock};

use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_types::SdkConfig;

use crate::{
    Config, Counts,
    dynamodb::{AbsenceCache, PlaybookCache, Watch},
};

/// Every port of the engine, on AWS. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ports {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    eventbridge: Arc<OnceLock<aws_sdk_eventbridge::Client>>,
    ses: Arc<OnceLock<aws_sdk_sesv2::Client>>,
    sdk: SdkConfig,
    pub(crate) config: Arc<Config>,
    pub(crate) playbooks: Arc<PlaybookCache>,
    pub(crate) absences: Arc<AbsenceCache>,
    /// Whether this is the function that writes time off.
    pub(crate) writes_time_off: bool,
    /// What this function does about tables that were put back.
    pub(crate) watch: Watch,
    counts: Counts,
}

impl Ports {
    /// Makes the clients. Calls nothing.
    pub fn new(sdk: &SdkConfig, config: Config) -> Self {
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(sdk),
            sqs: aws_sdk_sqs::Client::new(sdk),
            eventbridge: Arc::default(),
            ses: Arc::default(),
            sdk: sdk.clone(),
            config: Arc::new(config),
            playbooks: Arc::default(),
            absences: Arc::default(),
            writes_time_off: false,
            watch: Watch::default(),
            counts: Counts::default(),
        }
    }

    /// Made where it is used, as the next one: so a function that never publishes or mails does not carry the client.
    pub(crate) fn eventbridge(&self) -> &aws_sdk_eventbridge::Client {
        self.eventbridge.get_or_init(|| aws_sdk_eventbridge::Client::new(&self.sdk))
    }

    pub(crate) fn ses(&self) -> &aws_sdk_sesv2::Client {
        self.ses.get_or_init(|| {
            // Mail cannot be sent exactly once, so a lost answer must not be followed by a second call.
            let once = aws_sdk_sesv2::config::Builder::from(&self.sdk).retry_config(RetryConfig::disabled()).build();
            aws_sdk_sesv2::Client::from_conf(once)
        })
    }

    /// The same for the only writer of time off: it also lists whom an earlier release did not list.
    pub fn writing_time_off(self) -> Self {
        Self { writes_time_off: true, ..self }
    }

    /// The same for a function that may send, or decide to: it holds everything where tables were put back.
    pub fn holding_what_was_restored(self) -> Self {
        Self { watch: Watch::Holds, ..self }
    }

    /// The same for the only writer of playbooks: it also notes which tables there are.
    pub fn writing_playbooks(self) -> Self {
        Self { watch: Watch::Notes, ..self }
    }

    /// What the calls cost until now.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}
