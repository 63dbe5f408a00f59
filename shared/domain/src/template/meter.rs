//! What filling one template may cost: far above any letter, far below harm.

use super::FillError;

/// Bytes of the filled text: it is stored with the message, and a row of DynamoDB holds 400 KB.
pub const MOST_OUTPUT: usize = 250_000;
/// Bytes that may be copied or looked through while a template is filled, all together.
pub const MOST_WORK: usize = 4_000_000;
/// Parts of a template that may be looked at, repeated ones each time.
pub const MOST_STEPS: usize = 50_000;

/// What is left of each.
pub(super) struct Meter {
    output: usize,
    work: usize,
    steps: usize,
}

impl Meter {
    pub fn new() -> Self {
        Self { output: MOST_OUTPUT, work: MOST_WORK, steps: MOST_STEPS }
    }

    /// Pays for bytes of the output before they are written.
    pub fn output(&mut self, bytes: usize) -> Result<(), FillError> {
        self.output = self.output.checked_sub(bytes).ok_or(FillError::TooLong)?;
        Ok(())
    }

    /// Pays for bytes before they are copied or looked through.
    pub fn work(&mut self, bytes: usize) -> Result<(), FillError> {
        self.work = self.work.checked_sub(bytes).ok_or(FillError::TooMuchWork)?;
        Ok(())
    }

    pub fn step(&mut self) -> Result<(), FillError> {
        self.steps = self.steps.checked_sub(1).ok_or(FillError::TooManySteps)?;
        Ok(())
    }
}
