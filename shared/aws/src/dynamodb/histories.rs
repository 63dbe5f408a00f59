use std::sync::Arc;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::{
    history::{Entry, SNAPSHOT_EVERY, Stored, entries_to_read, unfold, unfold_newest},
    id::{MessageId, RecordKey},
    instant::Instant,
};
use engine::ports::{Append, Histories, Look, NotOurJson, PortError};
use serde_json::{Map, Value};

use super::{
    Item,
    item::{number, text},
    write::{Condition, Write},
};
use crate::{Ports, failure};

/// A message's own entry is not older than this before the message's `since`.
const SEARCH_BACK_MINUTES: i64 = 15;

/// Entries that one page of a search reads: most histories are shorter.
const SEARCH_PAGE: usize = 25;

impl Histories for Ports {
    async fn newest(&self, record: &RecordKey) -> Result<Option<Arc<Entry>>, PortError> {
        Backward::new(self, "newest entry", record, None, SNAPSHOT_EVERY as usize).one(0).await
    }

    async fn look(&self, record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Result<Look, PortError> {
        let oldest = since.map(|since| since.plus_minutes(-SEARCH_BACK_MINUTES).as_millis());
        let mut entries = Backward::new(self, "look at a history", record, None, SEARCH_PAGE);
        let Some(newest) = entries.one(0).await? else { return Ok(Look::found(None, None)) };
        let (mut at, first_left) = (0, newest.head.first_left());
        while let Some(item) = entries.item(at).await? {
            if item.get_number::<u64>("seq").is_some_and(|seq| seq < first_left) {
                break;
            }
            if item.get_text("caused_by") == Some(message.as_str()) {
                let own = entries.one(at).await?;
                return Ok(Look::found(Some(newest), own));
            }
            if item.get_number::<i64>("at").zip(oldest).is_some_and(|(at, oldest)| at < oldest) {
                break;
            }
            at += 1;
        }
        Ok(Look::found(Some(newest), None))
    }

    async fn entry(&self, record: &RecordKey, seq: u64) -> Result<Option<Arc<Entry>>, PortError> {
        let page = entries_to_read(seq) as usize;
        let entry = Backward::new(self, "read an entry", record, Some(seq + 1), page).one(0).await?;
        Ok(entry.filter(|entry| entry.seq == seq))
    }

    async fn append(&self, entry: &Entry) -> Result<Append, PortError> {
        const NAME: &str = "append an entry";
        let item = item_of(NAME, entry)?;
        let condition = Condition::new("attribute_not_exists(seq)");
        match self.put(NAME, &self.config.tables.records, item.clone(), condition).await {
            Ok(Write::Done) => Ok(Append::Done),
            Ok(Write::Refused(stored)) => Ok(outcome(&stored, &item)),
            Err(unknown @ PortError::Unavailable { .. }) => {
                // It may have been applied, and only its answer lost.
                let newest = self.backward(NAME, &entry.record, Some(entry.seq + 1), 1).await?;
                match newest.first().filter(|stored| stored.get_number("seq") == Some(entry.seq)) {
                    Some(stored) => Ok(outcome(stored, &item)),
                    None => Err(unknown),
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn page(&self, record: &RecordKey, before: Option<u64>, limit: usize) -> Result<Vec<Entry>, PortError> {
        const NAME: &str = "page of a history";
        if let (Some(before), 1) = (before, limit) {
            let page = entries_to_read(before.saturating_sub(1)) as usize;
            let entry = Backward::new(self, NAME, record, Some(before), page).one(0).await?;
            return Ok(entry.map(Arc::unwrap_or_clone).into_iter().collect());
        }
        // Those that the last one goes on from are read with it.
        let page = limit.saturating_add(SNAPSHOT_EVERY as usize - 1);
        let mut entries = Backward::new(self, NAME, record, before, page);
        let mut found = unfold(entries.run(0, limit).await?).map_err(|error| PortError::unreadable(NAME, error))?;
        found.truncate(limit);
        Ok(found)
    }
}

/// What is stored where this entry was to go: this very entry, written by an attempt whose
/// answer was lost, or another one. Another entry of the same message counts as another: its
/// follow-ups are the ones to repeat, not this one's.
fn outcome(stored: &Item, mine: &Item) -> Append {
    if stored == mine { Append::Done } else { Append::Taken }
}

/// What lies beside the body, to be searched by, is not said again in it.
const BESIDE: [&str; 4] = ["record", "seq", "caused_by", "at"];

fn item_of(operation: &'static str, entry: &Entry) -> Result<Item, PortError> {
    let mut body = serde_json::to_value(entry).expect("an entry is plain data with text keys");
    if let Some(body) = body.as_object_mut() {
        body.retain(|name, _| !BESIDE.contains(&name.as_str()));
    }
    Item::default()
        .text("record", entry.record.to_string())
        .number("seq", entry.seq)
        .text("caused_by", entry.caused_by.as_str())
        .number("at", entry.at.as_millis())
        .body(operation, &body)
}

pub(super) fn stored_in(operation: &'static str, item: &Item) -> Result<Stored, PortError> {
    let mut body: Map<String, Value> = item.parse(operation)?;
    for name in BESIDE {
        let beside = item.get_text(name).map(Value::from).or_else(|| item.get_number::<i64>(name).map(Value::from));
        body.insert(name.to_owned(), beside.unwrap_or_default());
    }
    serde_json::from_value(Value::Object(body))
        .map_err(|error| PortError::unreadable(operation, NotOurJson::from(&error)))
}

/// A history, read from an entry back as far as somebody wants to know.
struct Backward<'r> {
    ports: &'r Ports,
    operation: &'static str,
    record: &'r RecordKey,
    page: usize,
    items: Vec<Item>,
    /// The next page holds entries below this; the newest where absent.
    below: Option<u64>,
    is_at_the_beginning: bool,
}

impl<'r> Backward<'r> {
    /// Begins with the newest entry below `below`, or the newest of all.
    fn new(ports: &'r Ports, operation: &'static str, record: &'r RecordKey, below: Option<u64>, page: usize) -> Self {
        Self { ports, operation, record, page, items: Vec::new(), below, is_at_the_beginning: false }
    }

    /// The entry at a place, 0 for the first; a page more is read where it is needed.
    async fn item(&mut self, at: usize) -> Result<Option<&Item>, PortError> {
        while self.items.len() <= at && !self.is_at_the_beginning {
            let page = i32::try_from(self.page).unwrap_or(i32::MAX);
            let items = self.ports.backward(self.operation, self.record, self.below, page).await?;
            let last = items.last().and_then(|item| item.get_number("seq"));
            (self.below, self.is_at_the_beginning) = (last, last.is_none_or(|seq| seq == 1));
            self.items.extend(items);
        }
        Ok(self.items.get(at))
    }

    /// As many entries from a place on as are wanted, if there are, and on to one that stands alone.
    async fn run(&mut self, from: usize, wanted: usize) -> Result<Vec<Stored>, PortError> {
        let operation = self.operation;
        let mut read: Vec<Stored> = Vec::new();
        while (read.len() < wanted || !read.last().is_some_and(Stored::stands_alone))
            && let Some(item) = self.item(from + read.len()).await?
        {
            read.push(stored_in(operation, item)?);
        }
        Ok(read)
    }

    /// The entry at a place.
    async fn one(&mut self, at: usize) -> Result<Option<Arc<Entry>>, PortError> {
        let entry = unfold_newest(self.run(at, 1).await?);
        Ok(entry.map_err(|error| PortError::unreadable(self.operation, error))?.map(Arc::new))
    }
}

impl Ports {
    /// Entries below `before`, newest first, seeing every append that has returned.
    async fn backward(
        &self,
        operation: &'static str,
        record: &RecordKey,
        before: Option<u64>,
        limit: i32,
    ) -> Result<Vec<Item>, PortError> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.records)
            .expression_attribute_values(":record", text(record.to_string()))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(limit)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let query = match before {
            Some(before) => query
                .expression_attribute_names("#record", "record")
                .key_condition_expression("#record = :record AND seq < :before")
                .expression_attribute_values(":before", number(before)),
            None => query.expression_attribute_names("#record", "record").key_condition_expression("#record = :record"),
        };
        let output = query.send().await.map_err(|error| failure::of(operation, error))?;
        self.counts().read(operation, output.consumed_capacity());
        Ok(output.items.unwrap_or_default().into_iter().map(Item).collect())
    }
}
