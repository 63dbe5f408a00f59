use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a step stands in its workflow: `then/3/if_missed/0`. Counted from 0.
///
/// A path always ends in an index; the part before it names the list of steps it lies in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepPath(String);

impl StepPath {
    /// The first step of one of the workflow's own lists, `then` or `else`.
    pub fn first_of(list: &str) -> Self {
        Self(format!("{list}/0"))
    }

    /// The first step of a branch of this step.
    pub fn enter(&self, branch: &str) -> Self {
        Self(format!("{}/{branch}/0", self.0))
    }

    /// The step after this one in the same list.
    pub fn next(&self) -> Self {
        let (list, index) = self.split();
        Self(format!("{list}/{}", index + 1))
    }

    /// The step whose branch this one lies in, and the branch's name; none at the top.
    pub fn parent(&self) -> Option<(Self, &str)> {
        let (list, _) = self.split();
        let (parent, branch) = list.rsplit_once('/')?;
        Some((Self(parent.to_owned()), branch))
    }

    /// Whether this step lies somewhere inside a branch of `other`.
    pub fn is_inside(&self, other: &Self) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| rest.starts_with('/'))
    }

    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn split(&self) -> (&str, usize) {
        let (list, index) = self.0.rsplit_once('/').expect("a path has a list and an index");
        (list, index.parse().expect("a path ends in an index"))
    }
}

impl fmt::Display for StepPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_walks_in_along_and_out() {
        let wait = StepPath::first_of("then").next().next();
        assert_eq!(wait.as_str(), "then/2");
        let inside = wait.enter("if_missed").next();
        assert_eq!(inside.as_str(), "then/2/if_missed/1");
        assert_eq!(inside.parent(), Some((wait.clone(), "if_missed")));
        assert_eq!(wait.parent(), None);
        assert!(inside.is_inside(&wait));
        assert!(!StepPath::first_of("then").is_inside(&wait));
        assert!(!StepPath("then/20/if_missed/0".into()).is_inside(&wait));
    }
}
