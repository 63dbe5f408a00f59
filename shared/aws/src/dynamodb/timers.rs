use domain::history::TimerRow;
use engine::ports::{PortError, Timers};

use super::{Item, SHARDS, expires, item::text, shard, sortable};
use crate::Ports;

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
            for item in self.timers_of_shard(bucket(minute, shard)).await? {
                rows.push(item.parse(READ)?);
            }
        }
        rows.sort_by(|one, other| (one.due, &one.timer).cmp(&(other.due, &other.timer)));
        Ok(rows)
    }
}

impl Ports {
    async fn timers_of_shard(&self, bucket: String) -> Result<Vec<Item>, PortError> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.timers)
            .expression_attribute_names("#minute", "minute")
            .expression_attribute_values(":minute", text(bucket))
            .key_condition_expression("#minute = :minute")
            .consistent_read(true);
        self.query_all(READ, query, usize::MAX, |_| true).await
    }
}

fn bucket(minute: i64, shard: u8) -> String {
    format!("{minute}#{shard}")
}
