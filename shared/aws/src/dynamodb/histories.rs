use std::sync::Arc;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::{
    history::{Entry, SNAPSHOT_EVERY, Stored, unfold},
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
        let newest = self.run("newest entry", record, None, 1).await?.pop();
        Ok(newest.map(Arc::new))
    }

    async fn look(&self, record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Result<Look, PortError> {
        let oldest = since.map(|since| since.plus_minutes(-SEARCH_BACK_MINUTES).as_millis());
        let mut backward = Backward::new(self, "look at a history", record, None);
        let Some(newest) = backward.run(0, 1, SEARCH_PAGE).await?.pop().map(Arc::new) else {
            return Ok(Look::found(None, None));
        };
        let (mut at, first_left) = (0, newest.head.first_left());
        while let Some(item) = backward.item(at, SEARCH_PAGE).await? {
            if item.get_number::<u64>("seq").is_some_and(|seq| seq < first_left) {
                break;
            }
            if item.get_text("caused_by") == Some(message.as_str()) {
                let own = backward.run(at, 1, SEARCH_PAGE).await?.pop();
                return Ok(Look::found(Some(newest), own.map(Arc::new)));
            }
            if item.get_number::<i64>("at").zip(oldest).is_some_and(|(at, oldest)| at < oldest) {
                break;
            }
            at += 1;
        }
        Ok(Look::found(Some(newest), None))
    }

    async fn entry(&self, record: &RecordKey, seq: u64) -> Result<Option<Arc<Entry>>, PortError> {
        let entry = self.run("read an entry", record, Some(seq + 1), 1).await?.pop();
        Ok(entry.filter(|entry| entry.seq == seq).map(Arc::new))
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
        self.run("page of a history", record, before, limit).await
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
    /// Entries below this are not read yet; none once all are.
    before: Option<Option<u64>>,
    items: Vec<Item>,
}

impl<'r> Backward<'r> {
    /// Begins with the newest entry below `before`, or the newest of all.
    fn new(ports: &'r Ports, operation: &'static str, record: &'r RecordKey, before: Option<u64>) -> Self {
        Self { ports, operation, record, before: Some(before), items: Vec::new() }
    }

    /// The entry at a place, 0 for the first; a page more is read where it is needed.
    async fn item(&mut self, at: usize, page: usize) -> Result<Option<&Item>, PortError> {
        while self.items.len() <= at
            && let Some(before) = self.before
        {
            let page = i32::try_from(page).unwrap_or(i32::MAX);
            let items = self.ports.backward(self.operation, self.record, before, page).await?;
            let last = items.last().and_then(|item| item.get_number("seq"));
            self.before = last.filter(|seq| *seq > 1).map(Some);
            self.items.extend(items);
        }
        Ok(self.items.get(at))
    }

    /// As many entries from a place on as are wanted, if there are. It reads on to one that stands alone.
    async fn run(&mut self, from: usize, wanted: usize, page: usize) -> Result<Vec<Entry>, PortError> {
        let mut read: Vec<Stored> = Vec::new();
        let operation = self.operation;
        while (read.len() < wanted || !read.last().is_some_and(Stored::stands_alone))
            && let Some(item) = self.item(from + read.len(), page).await?
        {
            read.push(stored_in(operation, item)?);
        }
        let mut entries = unfold(read).map_err(|error| PortError::unreadable(operation, error))?;
        entries.truncate(wanted);
        Ok(entries)
    }
}

impl Ports {
    /// Entries below `before`, newest first, as many as are wanted.
    async fn run(
        &self,
        operation: &'static str,
        record: &RecordKey,
        before: Option<u64>,
        wanted: usize,
    ) -> Result<Vec<Entry>, PortError> {
        // Those that the last one goes on from are read with it.
        let page = match before {
            Some(before) if wanted == 1 => (before.saturating_sub(2) % SNAPSHOT_EVERY + 1) as usize,
            _ => wanted + SNAPSHOT_EVERY as usize - 1,
        };
        Backward::new(self, operation, record, before).run(0, wanted, page).await
    }

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
