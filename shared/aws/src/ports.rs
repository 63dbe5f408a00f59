use std::{sync::Arc, time::Duration};

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sqs::config::SharedHttpClient;
use aws_smithy_http_client::{
    Builder as HttpClient,
    tls::{Provider, rustls_provider::CryptoMode},
};

use crate::{Config, Counts, dynamodb::PlaybookCache};

/// Every port of the engine, on AWS. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ports {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) eventbridge: aws_sdk_eventbridge::Client,
    pub(crate) ses: aws_sdk_sesv2::Client,
    pub(crate) config: Arc<Config>,
    pub(crate) playbooks: Arc<PlaybookCache>,
    counts: Counts,
}

impl Ports {
    /// Makes the clients, with the credentials and region of the environment. Calls nothing.
    pub async fn connect(config: Config) -> Self {
        let sdk = aws_config::from_env()
            .http_client(http_client())
            .timeout_config(timeouts())
            .retry_config(RetryConfig::standard())
            .load()
            .await;
        Self::with(&sdk, config)
    }

    /// Makes the clients from a given SDK configuration.
    pub fn with(sdk: &SdkConfig, config: Config) -> Self {
        // Mail cannot be sent exactly once, so a lost answer must not be followed by a second call.
        let once = aws_sdk_sesv2::config::Builder::from(sdk).retry_config(RetryConfig::disabled()).build();
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(sdk),
            sqs: aws_sdk_sqs::Client::new(sdk),
            eventbridge: aws_sdk_eventbridge::Client::new(sdk),
            ses: aws_sdk_sesv2::Client::from_conf(once),
            config: Arc::new(config),
            playbooks: Arc::default(),
            counts: Counts::default(),
        }
    }

    /// What the calls cost until now.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

/// How the SDK speaks HTTP, with TLS by rustls and ring.
pub fn http_client() -> SharedHttpClient {
    HttpClient::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}

/// Connect 1 s, one attempt 2 s, an operation with its retries 6 s.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(6))
        .build()
}
