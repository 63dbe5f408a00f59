//! Which part of its condition each of many workflows failed by. One change says it of all that one trigger pulls: a
//! change for each would make an entry as long as the list of workflows.

use std::{fmt, iter, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Of the workflows with one trigger, in the order of their ids: the number of the first part of the condition that did
/// not hold; none of a workflow that something else was decided of.
///
/// Written as text, equal neighbours together: `0x412 - 2x3`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unmet(Vec<(Option<u8>, usize)>);

impl Unmet {
    /// The part that each workflow failed by, one after the other.
    pub fn parts(&self) -> impl Iterator<Item = Option<u8>> {
        self.0.iter().flat_map(|(part, length)| iter::repeat_n(*part, *length))
    }

    /// How many workflows did not start by it.
    pub fn count(&self) -> usize {
        self.0.iter().filter(|(part, _)| part.is_some()).map(|(_, length)| length).sum()
    }
}

impl FromIterator<Option<u8>> for Unmet {
    fn from_iter<I: IntoIterator<Item = Option<u8>>>(parts: I) -> Self {
        let mut runs: Vec<(Option<u8>, usize)> = Vec::new();
        for part in parts {
            match runs.last_mut() {
                Some((last, length)) if *last == part => *length += 1,
                _ => runs.push((part, 1)),
            }
        }
        Self(runs)
    }
}

impl fmt::Display for Unmet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((part, length), between) in self.0.iter().zip(iter::once("").chain(iter::repeat(" "))) {
            f.write_str(between)?;
            match part {
                Some(part) => write!(f, "{part}")?,
                None => f.write_str("-")?,
            }
            if *length > 1 {
                write!(f, "x{length}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Unmet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let run = |run: &str| {
            let (part, length) = run.split_once('x').unwrap_or((run, "1"));
            let part = if part == "-" { Some(None) } else { part.parse().ok().map(Some) };
            part.zip(length.parse().ok()).ok_or_else(|| format!("`{run}` is no part and how often, such as 0x412"))
        };
        text.split_whitespace().map(run).collect::<Result<_, _>>().map(Self)
    }
}

impl Serialize for Unmet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Unmet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_workflows_that_fail_alike_are_a_few_letters() {
        let parts = || iter::repeat_n(Some(0), 412).chain([None]).chain([Some(2); 3]);
        let unmet: Unmet = parts().collect();
        assert_eq!(serde_json::to_value(&unmet).unwrap(), "0x412 - 2x3");
        assert_eq!(serde_json::from_str::<Unmet>(r#""0x412 - 2x3""#).unwrap(), unmet);
        assert_eq!(unmet.count(), 415);
        assert!(unmet.parts().eq(parts()));
    }

    #[test]
    fn what_nobody_wrote_is_refused() {
        for text in ["x3", "0x", "a", "300", "0x-1"] {
            assert!(text.parse::<Unmet>().is_err(), "{text}");
        }
        assert_eq!("".parse::<Unmet>(), Ok(Unmet::default()));
    }
}
