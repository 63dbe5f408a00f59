//! What is not as it should be in a body that can be read all the same.

use crate::{FieldProblem, refusal::Refusal};

/// One fault: a remark on a submission that is taken, the reason of a refusal where nothing can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: &'static str,
    /// Where in the body. None where the body as a whole is meant.
    pub pointer: Option<String>,
    pub detail: String,
    /// What was read in its place, where something was: of no matter to a request that is refused for it.
    pub became: Option<&'static str>,
}

impl Fault {
    pub(crate) fn at(code: &'static str, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, pointer: Some(pointer.into()), detail: detail.into(), became: None }
    }

    pub(crate) fn whole(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, pointer: None, detail: detail.into(), became: None }
    }

    /// The same in a document that lies at `base` of another.
    pub(crate) fn under(self, base: &str) -> Self {
        Self { pointer: Some(format!("{base}{}", self.pointer.unwrap_or_default())), ..self }
    }

    pub(crate) fn remark(self) -> FieldProblem {
        let became = self.became.map_or_else(String::new, |became| format!("; it became {became}"));
        FieldProblem::new(self.pointer.unwrap_or_default(), self.code, self.detail + &became)
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault.pointer {
            Some(pointer) => Self::at(fault.code, pointer, fault.detail),
            None => Self::malformed(fault.code, fault.detail),
        }
    }
}
