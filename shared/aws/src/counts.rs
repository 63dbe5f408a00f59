//! What the calls of the ports cost, as AWS bills it: for tests, and for the cost page.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// A shared tally, by operation.
#[derive(Debug, Clone, Default)]
pub struct Counts(Arc<Mutex<BTreeMap<&'static str, Usage>>>);

/// What one operation used up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Usage {
    /// Requests to AWS.
    pub requests: u64,
    /// DynamoDB write units, indexes included.
    pub write_units: f64,
    /// DynamoDB read units.
    pub read_units: f64,
    /// Messages or events that were accepted.
    pub messages: u64,
}

impl Counts {
    /// What was used up until now, by operation.
    pub fn taken(&self) -> BTreeMap<&'static str, Usage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn read(&self, operation: &'static str, capacity: Option<&ConsumedCapacity>) {
        let units = capacity.and_then(ConsumedCapacity::capacity_units).unwrap_or_default();
        self.add(operation, |usage| usage.read_units += units);
    }

    pub(crate) fn written(&self, operation: &'static str, capacity: Option<&ConsumedCapacity>) {
        let units = capacity.and_then(ConsumedCapacity::capacity_units).unwrap_or_default();
        self.add(operation, |usage| usage.write_units += units);
    }

    pub(crate) fn sent(&self, operation: &'static str, messages: usize) {
        self.add(operation, |usage| usage.messages += messages as u64);
    }

    fn add(&self, operation: &'static str, change: impl FnOnce(&mut Usage)) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = counts.entry(operation).or_default();
        usage.requests += 1;
        change(usage);
    }
}
