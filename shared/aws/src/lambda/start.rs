use std::env;

use logging::{Format, Levels};

use super::Error;
use crate::{Account, Config, Ports};

/// Begins a function: structured logs, the configuration, the clients. Once, at cold start.
pub async fn start() -> Result<Ports, Error> {
    logging::start(format(), levels()?);
    Ok(Ports::new(&Account::from_env()?.sdk()?, Config::from_env()?))
}

/// As the function's logging configuration says.
fn format() -> Format {
    match env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json")) {
        true => Format::Json,
        false => Format::Text,
    }
}

fn levels() -> Result<Levels, logging::LevelsError> {
    let named = env::var("RUST_LOG").or_else(|_| env::var("AWS_LAMBDA_LOG_LEVEL"));
    named.map_or_else(|_| Ok(Levels::default()), |named| named.parse())
}
