use std::fmt;

use super::{
    Comparison, Condition, Test,
    literal::{Written, WrittenList, WrittenText},
};

/// Canonical text. Reading it gives the same tree; a group of one is written as its only part.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => group(f, parts, " and "),
            Self::Any(parts) => group(f, parts, " or "),
            Self::Not(part) => write!(f, "not ({part})"),
            Self::Test(test) => test.fmt(f),
        }
    }
}

fn group(f: &mut fmt::Formatter<'_>, parts: &[Condition], joint: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(joint)?;
        }
        match bare(part) {
            Condition::All(inner) | Condition::Any(inner) if inner.len() > 1 && parts.len() > 1 => {
                write!(f, "({part})")?
            }
            part => write!(f, "{part}")?,
        }
    }
    Ok(())
}

/// What is left of groups of one.
fn bare(mut condition: &Condition) -> &Condition {
    while let Condition::All(parts) | Condition::Any(parts) = condition
        && let [part] = parts.as_slice()
    {
        condition = part;
    }
    condition
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.comparison)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.op())?;
        match self {
            Self::In(values) | Self::NotIn(values) => write!(f, " {}", WrittenList(values)),
            Self::StartsWith(text) | Self::EndsWith(text) => write!(f, " {}", WrittenText(text)),
            Self::OlderThan(span) | Self::NewerThan(span) | Self::Within(span) => write!(f, " {span}"),
            single => single.values().iter().try_for_each(|value| write!(f, " {}", Written(value))),
        }
    }
}
