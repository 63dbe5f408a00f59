//! Deleting what `retention:` lets go, and finding it.
//!
//! The one scan there is: a page of at most 1 MB, eventually consistent, and only where closed records are to be
//! deleted. Effects go by their time to live.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{follow_up::Erasure, history::Entry, id::RecordKey, instant::Instant};
use engine::ports::{Cursor, Erase, Page, PortError, Rounds, Walk};
use futures_util::future::{try_join_all, try_join4};

use super::{
    Item,
    histories::entry_of,
    item::{number, text},
};
use crate::{Ports, failure};

/// The row of the search beside that of the sweep.
const ROUNDS: &str = "retention";

const ERASE: &str = "erase entries";
const WALK: &str = "walk through the histories";

/// A row of this entry or a later one belongs to what came since.
const OLDER: &str = "attribute_not_exists(seq) OR seq < :below";

impl Erase for Ports {
    async fn oldest(&self, record: &RecordKey, limit: usize) -> Result<Vec<Arc<Entry>>, PortError> {
        const NAME: &str = "first entries";
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.records)
            .expression_attribute_names("#record", "record")
            .expression_attribute_values(":record", text(record.to_string()))
            .key_condition_expression("#record = :record")
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .consistent_read(true);
        let items = self.query_all(NAME, query, limit, |_| true).await?;
        items.iter().map(|item| entry_of(NAME, item).map(Arc::new)).collect()
    }

    async fn erase(&self, erasure: &Erasure) -> Result<(), PortError> {
        let tables = &self.config.tables;
        let record = erasure.record.to_string();
        let matches = erasure.matches.iter().map(|key| {
            let key = [("key", text(key.as_str())), ("record", text(&record))];
            self.delete(&tables.matches, key.into(), Some(erasure.below))
        });
        let tasks = erasure.tasks.iter().map(|task| {
            let key = [("record", text(&record)), ("task", text(task.as_str()))];
            self.delete(&tables.tasks, key.into(), Some(erasure.below))
        });
        let executions = erasure.executions.iter().map(|execution| {
            let key = [("execution", text(execution.as_str()))];
            self.delete(&tables.executions, key.into(), Some(erasure.below))
        });
        let effects = erasure.effects.iter().map(|effect| {
            let key = [("effect", text(effect.as_str()))];
            self.delete(&tables.effects, key.into(), None)
        });
        try_join4(try_join_all(matches), try_join_all(tasks), try_join_all(executions), try_join_all(effects)).await?;
        let entries = erasure.seqs.iter().map(|seq| {
            let key = [("record", text(&record)), ("seq", number(seq))];
            self.delete(&tables.records, key.into(), None)
        });
        try_join_all(entries).await.map(drop)
    }
}

impl Walk for Ports {
    async fn walk(&self, from: Option<&Cursor>, limit: usize) -> Result<Page<(Arc<Entry>, Cursor)>, PortError> {
        let from = from.map(|from| key_at(from).ok_or(PortError::ForeignCursor { operation: WALK })).transpose()?;
        let page = self
            .dynamodb
            .scan()
            .table_name(&self.config.tables.records)
            .set_exclusive_start_key(from)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| failure::of(WALK, error))?;
        self.counts().read(WALK, page.consumed_capacity());
        let next = page.last_evaluated_key.map(Item).as_ref().and_then(place);
        let found: Vec<Item> = page.items.unwrap_or_default().into_iter().map(Item).collect();
        // The entries of one record lie together, the newest last.
        let newest = found.chunk_by(|one, other| one.get_text("record") == other.get_text("record"));
        let items = newest.filter_map(|of_record| of_record.last()).filter_map(shown).collect();
        Ok(Page { items, next })
    }

    async fn forget_effects(&self, _written_by: Instant, _most: usize) -> Result<usize, PortError> {
        Ok(0)
    }

    async fn rounds(&self) -> Result<Option<Rounds>, PortError> {
        const NAME: &str = "read how far retention has come";
        let item = self.get(NAME, &self.config.tables.sweep, [("name", text(ROUNDS))]).await?;
        item.map(|item| item.parse(NAME)).transpose()
    }

    async fn set_rounds(&self, rounds: &Rounds) -> Result<(), PortError> {
        const NAME: &str = "note how far retention has come";
        let item = Item::default().text("name", ROUNDS).body(NAME, rounds)?;
        self.overwrite(NAME, &self.config.tables.sweep, item).await
    }
}

impl Ports {
    /// Deletes a row if there is one, and unless it is of the entry `below` or a later one.
    async fn delete(
        &self,
        table: &str,
        key: HashMap<&str, AttributeValue>,
        below: Option<u64>,
    ) -> Result<(), PortError> {
        let key = key.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let delete = self
            .dynamodb
            .delete_item()
            .table_name(table)
            .set_key(Some(key))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let delete = match below {
            Some(below) => delete.condition_expression(OLDER).expression_attribute_values(":below", number(below)),
            None => delete,
        };
        let output = delete.send().await;
        self.done_or_overtaken(ERASE, output.map(|output| output.consumed_capacity))
    }
}

/// An entry of the walk, and its place. What cannot be read is left alone, and stops nothing.
fn shown(item: &Item) -> Option<(Arc<Entry>, Cursor)> {
    match entry_of(WALK, item) {
        Ok(entry) => Some((Arc::new(entry), place(item)?)),
        Err(error) => {
            let record: Option<RecordKey> = item.get_text("record").and_then(|record| record.parse().ok());
            tracing::warn!(record.id = record.map(|record| record.logged()), %error, "an entry cannot be read: it stays");
            None
        }
    }
}

fn place(item: &Item) -> Option<Cursor> {
    Some(format!("{}#{}", item.get_number::<u64>("seq")?, item.get_text("record")?))
}

fn key_at(place: &str) -> Option<HashMap<String, AttributeValue>> {
    let (seq, record) = place.split_once('#')?;
    let seq: u64 = seq.parse().ok()?;
    Some([("record".to_owned(), text(record)), ("seq".to_owned(), number(seq))].into())
}
