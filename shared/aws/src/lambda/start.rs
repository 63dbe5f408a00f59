use super::Error;
use crate::{Account, Config, Ports};

/// Begins a function: structured logs, the configuration, the clients. Once, at cold start.
pub async fn start() -> Result<Ports, Error> {
    lambda_runtime::tracing::init_default_subscriber();
    Ok(Ports::new(&Account::from_env()?.sdk(), Config::from_env()?))
}
