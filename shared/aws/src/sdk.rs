//! How the SDK is set up: who we are, where AWS is, and how long we wait for it.
//!
//! Lambda gives a function its region and its role's credentials in the environment. The chain of
//! providers in `aws-config` (profiles, single sign-on, instance metadata) would look in the same
//! place first, and weighs 0.7 MB in each function.

use std::{env, time::Duration};

use aws_sdk_sqs::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_types::SdkConfig;

use crate::{ConfigError, connections::Connections};

/// The longest that opening a connection may take.
const CONNECT: Duration = Duration::from_secs(1);

/// Where AWS is, and as whom it is called.
#[derive(Debug, Clone)]
pub struct Account {
    pub region: String,
    pub credentials: Credentials,
    /// Another address for every service: an emulator.
    pub endpoint: Option<String>,
}

impl Account {
    /// Reads `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and
    /// `AWS_ENDPOINT_URL`. Names the first one missing; the last two may be.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| env::var(name).ok())
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let optional = |name: &str| variable(name).filter(|value| !value.is_empty());
        let required = |name: &str| optional(name).ok_or_else(|| ConfigError::NoAccount(name.to_owned()));
        Ok(Self {
            region: required("AWS_REGION")?,
            credentials: Credentials::new(
                required("AWS_ACCESS_KEY_ID")?,
                required("AWS_SECRET_ACCESS_KEY")?,
                optional("AWS_SESSION_TOKEN"),
                None,
                "environment",
            ),
            endpoint: optional("AWS_ENDPOINT_URL"),
        })
    }

    /// What clients are made from. Fails where this machine trusts no authority, so nobody could be known by TLS.
    pub fn sdk(self) -> Result<SdkConfig, ConfigError> {
        let mut sdk = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(self.region))
            .credentials_provider(SharedCredentialsProvider::new(self.credentials))
            .http_client(Connections::new(CONNECT)?)
            .timeout_config(timeouts())
            .retry_config(RetryConfig::standard());
        sdk.set_endpoint_url(self.endpoint);
        Ok(sdk.build())
    }
}

/// One attempt 2 s, an operation with its retries 6 s.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(6))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAMBDA: [(&str, &str); 4] = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "not-a-secret"),
        ("AWS_SESSION_TOKEN", "for-an-hour"),
    ];

    fn read(but: &str) -> Result<Account, ConfigError> {
        let given = |name: &str| LAMBDA.iter().find(|(known, _)| *known == name && name != but);
        Account::read(|name| given(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn what_lambda_gives_is_enough() {
        let account = read("").expect("all is there");
        assert_eq!(account.credentials.access_key_id(), "AKIDEXAMPLE");
        assert_eq!(account.credentials.secret_access_key(), "not-a-secret");
        assert_eq!(account.credentials.session_token(), Some("for-an-hour"));
        let sdk = account.sdk().expect("this machine trusts somebody");
        assert_eq!(sdk.region().map(Region::as_ref), Some("eu-west-1"));
        assert_eq!(sdk.endpoint_url(), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            assert_eq!(read(name).expect_err(name), ConfigError::NoAccount(name.to_owned()));
        }
        assert_eq!(read("AWS_SESSION_TOKEN").expect("only a role has one").credentials.session_token(), None);
    }
}
