use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use domain::history::TimerRow;
use engine::ports::{PortError, Timers};

use super::{Item, SHARDS, expires, item::text, shard, sortable};
use crate::{Ports, failure};

/// How long a timer's row stays after it was due: longer than any outage and any dead letter.
const KEPT_DAYS: i64 = 30;

const READ: &str = "timers of a minute";

impl Timers for Ports {
    async fn put_timer(&self, row: &TimerRow) -> Result<(), PortError> {
        const NAME: &str = "put a timer";
        let id = row.timer.as_str();
        let item = Item::default()
            .text("minute", bucket(row.due.minute(), shard(id)))
            .text("place", format!("{}#{id}#{}", sortable(row.due), row.generation))
            .number("expires", expires(row.due, KEPT_DAYS))
            .body(NAME, row)?;
        self.overwrite(NAME, &self.config.tables.timers, item).await
    }

    async fn timers_in(&self, minute: i64) -> Result<Vec<TimerRow>, PortError> {
        let mut rows: Vec<TimerRow> = Vec::new();
        for shard in 0..SHARDS {
            self.timers_of_shard(bucket(minute, shard), &mut rows).await?;
        }
        rows.sort_by(|one, other| (one.due, &one.timer).cmp(&(other.due, &other.timer)));
        Ok(rows)
    }
}

impl Ports {
    async fn timers_of_shard(&self, bucket: String, rows: &mut Vec<TimerRow>) -> Result<(), PortError> {
        let mut start = None;
        loop {
            let output = self
                .dynamodb
                .query()
                .table_name(&self.config.tables.timers)
                .expression_attribute_names("#minute", "minute")
                .expression_attribute_values(":minute", text(&bucket))
                .key_condition_expression("#minute = :minute")
                .consistent_read(true)
                .set_exclusive_start_key(start)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| failure::of(READ, error))?;
            self.counts().read(READ, output.consumed_capacity());
            for item in output.items.unwrap_or_default() {
                rows.push(Item::from(item).parse(READ)?);
            }
            start = output.last_evaluated_key;
            if start.is_none() {
                return Ok(());
            }
        }
    }
}

fn bucket(minute: i64, shard: u8) -> String {
    format!("{minute}#{shard}")
}
