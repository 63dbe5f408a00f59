//! The pools' rotations: a partition for each pool.
//!
//! Its row `pool` has the version and the first page of members, and every save writes it; so a
//! small pool is one item, read by one get and saved by one put. Further pages (`page#0001`), the
//! line of who waits (`line#…`, oldest first) and the slots of open records (`slot#lead/L1`) are
//! rows beside it that are written in one transaction with it.

mod rows;
mod save;

use domain::{
    assignment::LOOKED_AT,
    id::{PoolId, RecordKey},
    rotation::PoolState,
};
use engine::ports::{PoolVersion, Pools, PortError, Saved};

use super::{Item, item::text};
use crate::Ports;

const READ: &str = "read a pool";

/// Slots that one batch asks for.
const BATCH: usize = 100;

impl Pools for Ports {
    async fn pool(&self, pool: &PoolId, records: &[RecordKey]) -> Result<(PoolState, PoolVersion), PortError> {
        let key = [("pool", text(pool.as_str())), ("row", text(rows::HEAD))];
        // Before the rest of it, never together: what is read later may then be newer, and the save
        // that rests on it is refused. A query may see the new head beside an old page, and nothing
        // would refuse that.
        let Some(item) = self.get(READ, &self.config.tables.pools, key).await? else {
            return Ok((PoolState::default(), 0));
        };
        let (mut state, version, pages) = rows::read_head(READ, &item)?;
        if pages {
            for item in self.rows_named(pool, rows::PAGE, usize::MAX).await? {
                let (page, members) = rows::read_page(READ, &item)?;
                state.add_page(page, members);
            }
        }
        if state.has_line {
            for item in self.rows_named(pool, rows::LINE, LOOKED_AT).await? {
                state.line.insert(item.parse(READ)?);
            }
        }
        if state.counts_open {
            let in_line = state.line.iter().map(|place| place.record.clone());
            let records: Vec<RecordKey> = records.iter().cloned().chain(in_line).collect();
            self.read_slots(pool, &records, &mut state).await?;
        }
        Ok((state, version))
    }

    async fn save_pool(
        &self,
        pool: &PoolId,
        before: &PoolState,
        after: &PoolState,
        read: PoolVersion,
    ) -> Result<Saved, PortError> {
        let rows = rows::Rows::of(save::NAME, pool, before, after, read + 1)?;
        self.save_rows(rows, read).await
    }
}

impl Ports {
    /// The rows of a pool whose names begin like this, in their order, at most so many.
    async fn rows_named(&self, pool: &PoolId, prefix: &str, most: usize) -> Result<Vec<Item>, PortError> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.pools)
            .expression_attribute_names("#pool", "pool")
            .expression_attribute_names("#row", "row")
            .key_condition_expression("#pool = :pool AND begins_with(#row, :prefix)")
            .expression_attribute_values(":pool", text(pool.as_str()))
            .expression_attribute_values(":prefix", text(prefix))
            .consistent_read(true)
            .set_limit(i32::try_from(most).ok());
        self.query_all(READ, query, most, |_| true).await
    }

    async fn read_slots(&self, pool: &PoolId, records: &[RecordKey], state: &mut PoolState) -> Result<(), PortError> {
        let mut records: Vec<&RecordKey> = records.iter().collect();
        records.sort();
        records.dedup();
        for some in records.chunks(BATCH) {
            let keys = some.iter().map(|record| rows::slot_key(pool, record).into()).collect();
            for item in self.get_batch(READ, &self.config.tables.pools, keys).await? {
                let record = some.iter().find(|record| item.get_text("row") == Some(&rows::slot_name(record)));
                if let (Some(record), Some(slot)) = (record, rows::read_slot(&item)) {
                    state.slots.insert((*record).clone(), slot);
                }
            }
        }
        Ok(())
    }
}
