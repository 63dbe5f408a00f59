use std::fmt;

use engine::ports::in_full;

/// Why a function ended. The standard library prints the error of `main` by `Debug`, and people read it in the
/// function's log: so `Debug` writes a sentence here.
pub struct Error(lambda_runtime::Error);

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&in_full(&*self.0))
    }
}

impl<E: Into<lambda_runtime::Error>> From<E> for Error {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ConfigError;

    #[test]
    fn a_function_that_cannot_start_says_why_in_a_sentence() {
        let main = || -> Result<(), Error> { Err(ConfigError::Missing("HANDOFF_BUS".to_owned()))? };
        let said = "the environment variable HANDOFF_BUS is not set; infra/template.yaml sets it";
        assert_eq!(format!("{:?}", main().unwrap_err()), said);
    }
}
