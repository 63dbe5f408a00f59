use std::sync::Arc;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::{
    history::Entry,
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
const SEARCH_PAGE: i32 = 25;

impl Histories for Ports {
    async fn newest(&self, record: &RecordKey) -> Result<Option<Arc<Entry>>, PortError> {
        const NAME: &str = "newest entry";
        let page = self.backward(NAME, record, None, 1).await?;
        page.first().map(|item| entry_of(NAME, item).map(Arc::new)).transpose()
    }

    async fn look(&self, record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Result<Look, PortError> {
        const NAME: &str = "look at a history";
        let oldest = since.map(|since| since.plus_minutes(-SEARCH_BACK_MINUTES).as_millis());
        let mut newest = None;
        let mut before = None;
        loop {
            let page = self.backward(NAME, record, before, SEARCH_PAGE).await?;
            for item in &page {
                if newest.is_none() {
                    newest = Some(Arc::new(entry_of(NAME, item)?));
                }
                if item.get_text("caused_by") == Some(message.as_str()) {
                    return Ok(Look::found(newest, Some(Arc::new(entry_of(NAME, item)?))));
                }
            }
            let last = page.last();
            let too_old =
                last.and_then(|item| item.get_number::<i64>("at")).zip(oldest).is_some_and(|(at, oldest)| at < oldest);
            before = last.and_then(|item| item.get_number::<u64>("seq"));
            if too_old || before.is_none() || before == Some(1) {
                return Ok(Look::found(newest, None));
            }
        }
    }

    async fn entry(&self, record: &RecordKey, seq: u64) -> Result<Option<Arc<Entry>>, PortError> {
        const NAME: &str = "read an entry";
        let key = [("record", text(record.to_string())), ("seq", number(seq))];
        let item = self.get(NAME, &self.config.tables.records, key).await?;
        item.map(|item| entry_of(NAME, &item).map(Arc::new)).transpose()
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
        let mut entries = Vec::new();
        let mut before = before;
        while entries.len() < limit {
            let left = i32::try_from(limit - entries.len()).unwrap_or(i32::MAX);
            let page = self.backward(NAME, record, before, left).await?;
            for item in &page {
                entries.push(entry_of(NAME, item)?);
            }
            before = page.last().and_then(|item| item.get_number("seq"));
            if before.is_none() || before == Some(1) {
                break;
            }
        }
        Ok(entries)
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

pub(super) fn entry_of(operation: &'static str, item: &Item) -> Result<Entry, PortError> {
    let mut body: Map<String, Value> = item.parse(operation)?;
    for name in BESIDE {
        let beside = item.get_text(name).map(Value::from).or_else(|| item.get_number::<i64>(name).map(Value::from));
        body.insert(name.to_owned(), beside.unwrap_or_default());
    }
    serde_json::from_value(Value::Object(body))
        .map_err(|error| PortError::unreadable(operation, NotOurJson::from(&error)))
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
