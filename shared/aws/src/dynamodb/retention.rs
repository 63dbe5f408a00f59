//! Deleting what `retention:` lets go, and finding it.
//!
//! The one scan there is: a page of at most 1 MB, eventually consistent, and only where closed records are to be
//! deleted. Effects go by their time to live.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::{
    follow_up::Erasure,
    history::{Entry, Stored, unfold_newest, unfold_what_is_left},
    id::RecordKey,
    instant::Instant,
};
use engine::ports::{Cursor, Erase, Histories, Page, PortError, Rounds, Walk, in_full};
use futures_util::future::{try_join_all, try_join4};

use super::{
    Item,
    histories::stored_in,
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
        let read = items.iter().map(|item| stored_in(NAME, item)).collect::<Result<_, _>>()?;
        let left = unfold_what_is_left(read).map_err(|error| PortError::unreadable(NAME, error))?;
        Ok(left.into_iter().map(Arc::new).collect())
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
        let histories = found.chunk_by(|one, other| one.get_text("record") == other.get_text("record"));
        let mut items = Vec::new();
        for entries in histories {
            items.extend(self.newest_of(entries).await);
        }
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
    /// The newest of a record's entries on a page, and its place. What cannot be read is left alone, and stops nothing.
    async fn newest_of(&self, entries: &[Item]) -> Option<(Arc<Entry>, Cursor)> {
        let newest = entries.last()?;
        let record: Option<RecordKey> = newest.get_text("record").and_then(|record| record.parse().ok());
        match self.read_back(entries, record.as_ref()).await {
            Ok(entry) => Some((entry?, place(newest)?)),
            Err(error) => {
                let (record, error) = (record.map(|record| record.logged()), in_full(&error));
                tracing::warn!(record.id = record, error, "an entry cannot be read: it stays");
                None
            }
        }
    }

    /// The last of these entries: by those before it on the page, or where the page begins after their snapshot, by
    /// asking for it.
    async fn read_back(&self, entries: &[Item], record: Option<&RecordKey>) -> Result<Option<Arc<Entry>>, PortError> {
        let mut read = Vec::new();
        for item in entries.iter().rev() {
            read.push(stored_in(WALK, item)?);
            if read.last().is_some_and(Stored::stands_alone) {
                let newest = unfold_newest(read).map_err(|error| PortError::unreadable(WALK, error))?;
                return Ok(newest.map(Arc::new));
            }
        }
        match (record, read.first()) {
            (Some(record), Some(newest)) => self.entry(record, newest.seq()).await,
            _ => Ok(None),
        }
    }

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

fn place(item: &Item) -> Option<Cursor> {
    Some(format!("{}#{}", item.get_number::<u64>("seq")?, item.get_text("record")?))
}

fn key_at(place: &str) -> Option<HashMap<String, AttributeValue>> {
    let (seq, record) = place.split_once('#')?;
    let seq: u64 = seq.parse().ok()?;
    Some([("record".to_owned(), text(record)), ("seq".to_owned(), number(seq))].into())
}
