//! From the tree to typed values, with every problem of a piece at once.
//!
//! `serde` stops at the first problem. So each one is reported, taken out of the tree (or, where it is
//! a slip of the hand, put right) and the reading begins again, until it succeeds or nothing is left.

mod error;
mod mend;
mod reader;
mod report;

use serde::de::DeserializeOwned;

pub(crate) use mend::mend;
pub(crate) use reader::Reader;
pub(crate) use report::{Help, Report};

use crate::yaml::Node;

/// Reads a value, mending the tree on the way; none if nothing of it can be read.
pub(crate) fn read<T: DeserializeOwned>(node: &mut Node, report: &mut Report<'_>) -> Option<T> {
    mend(node, report, |reader| T::deserialize(reader))
}

/// Reads a tree that was mended before; none if something in it is still broken.
pub(crate) fn read_mended<T: DeserializeOwned>(node: &Node) -> Option<T> {
    T::deserialize(Reader::new(node)).ok()
}
