//! The ports of stored things, one table for each aggregate.
//!
//! Every access is a get, a conditional put or a query of one partition; nothing scans but `retention`. Only what has
//! several rows that must agree, a pool and the active playbook, is written in a transaction.
//!
//! ```text
//! records       record | seq                     caused_by, at, body
//! matches       key | record                     seq
//! executions    execution                        seq, body        by_state: state#shard | started_at#execution
//! tasks         record | task                    seq, body        by_state: state#shard | at#task
//! timers        minute#shard | due#timer#gen     body, expires
//! sweep         name                             swept, progress   retention: body
//! pools         pool | row                       pool: version, members, body   page#n: body   slot#record: person
//! members       person                           body
//! absences      list | person                    body, expires; of those who are off, and which people are listed
//! effects       effect                           phase, state, body   by_time: all#shard | at#effect   held: held | at#effect
//! playbooks     playbook | part                  manifests, the active pointer with the tables' ids, activations
//! dead_letters  id                               body             by_time: all#shard | died_at#id
//! attempts      message                          begun, expires; of messages that are handled alone
//! ```

mod absences;
mod attempts;
mod dead_letters;
mod effects;
mod executions;
mod histories;
mod item;
mod list;
mod matches;
mod members;
mod playbook_cache;
mod playbooks;
mod pools;
mod restored;
mod retention;
mod sweep;
mod tasks;
mod timers;
mod write;

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue, ReturnConsumedCapacity},
};
use engine::ports::PortError;

pub(crate) use absences::AbsenceCache;
pub use attempts::MOST_ENDS;
pub(crate) use item::Item;
pub(crate) use playbook_cache::PlaybookCache;
pub(crate) use restored::Watch;

use crate::{Ports, failure};

/// Over how many partitions a list that everybody writes to is spread.
pub(crate) const SHARDS: u8 = 4;

/// The shard of a name: the same for the same name, always.
pub(crate) fn shard(name: &str) -> u8 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // Names often differ in their last letters only: mix before taking a few bits.
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    u8::try_from((mixed >> 33) % u64::from(SHARDS)).expect("less than the number of shards")
}

/// A moment as part of a sort key: text that sorts like the number.
pub(crate) fn sortable(at: domain::instant::Instant) -> String {
    format!("{:013}", at.as_millis().max(0))
}

/// When the store may forget an item, as DynamoDB's TTL wants it: seconds since 1970.
pub(crate) fn expires(at: domain::instant::Instant, after_days: i64) -> i64 {
    at.plus_minutes(after_days * 24 * 60).as_millis() / 1000
}

impl Ports {
    /// One item by its key, seeing every write that has returned.
    pub(crate) async fn get<const N: usize>(
        &self,
        operation: &'static str,
        table: &str,
        key: [(&str, AttributeValue); N],
    ) -> Result<Option<Item>, PortError> {
        let key = key.map(|(name, value)| (name.to_owned(), value));
        let output = self
            .dynamodb
            .get_item()
            .table_name(table)
            .set_key(Some(key.into()))
            .consistent_read(true)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| failure::of(operation, error))?;
        self.counts().read(operation, output.consumed_capacity());
        Ok(output.item.map(Item))
    }

    /// What a query finds and is kept, page after page, at most so many.
    pub(crate) async fn query_all(
        &self,
        operation: &'static str,
        query: QueryFluentBuilder,
        most: usize,
        keep: impl Fn(&Item) -> bool,
    ) -> Result<Vec<Item>, PortError> {
        let query = query.return_consumed_capacity(ReturnConsumedCapacity::Total);
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let page = query.clone().set_exclusive_start_key(start).send().await;
            let page = page.map_err(|error| failure::of(operation, error))?;
            self.counts().read(operation, page.consumed_capacity());
            items.extend(page.items.unwrap_or_default().into_iter().map(Item).filter(&keep));
            start = page.last_evaluated_key;
            if start.is_none() || items.len() >= most {
                items.truncate(most);
                return Ok(items);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::instant::Instant;

    use super::*;

    #[test]
    fn names_spread_over_all_shards_and_stay_where_they_are() {
        let mut seen = [0; SHARDS as usize];
        for number in 0..400 {
            seen[shard(&format!("tim_{number}")) as usize] += 1;
        }
        assert!(seen.iter().all(|names| *names > 50), "{seen:?}");
        assert_eq!(shard("tim_1"), shard("tim_1"));
    }

    #[test]
    fn moments_sort_as_text_like_they_sort_as_numbers() {
        let [early, late] = [999_999_999_999, 1_000_000_000_000].map(Instant::from_millis).map(sortable);
        assert!(early < late);
    }
}
