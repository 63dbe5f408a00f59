use domain::history::TimerRow;
use engine::ports::{Cursor, Page, PortError, Timers};
use futures_util::future::try_join_all;

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

    async fn timers_in(&self, minute: i64, from: Option<&Cursor>, limit: usize) -> Result<Page<TimerRow>, PortError> {
        let shards = (0..SHARDS).map(|shard| self.timers_of_shard(bucket(minute, shard), from, limit));
        let shards = try_join_all(shards).await?;
        // A shard that may have more says nothing about what comes after its last.
        let last_known = shards.iter().filter(|items| items.len() == limit).filter_map(|items| items.last()).map(place);
        let known_to = last_known.min().map(str::to_owned);
        let mut items: Vec<Item> = shards.into_iter().flatten().collect();
        items.sort_by(|one, other| place(one).cmp(place(other)));
        items.retain(|item| known_to.as_deref().is_none_or(|known_to| place(item) <= known_to));
        let more = known_to.is_some() || items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| place(last).to_owned());
        let items = items.iter().map(|item| item.parse(READ)).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }
}

impl Ports {
    async fn timers_of_shard(
        &self,
        bucket: String,
        from: Option<&Cursor>,
        limit: usize,
    ) -> Result<Vec<Item>, PortError> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.timers)
            .expression_attribute_names("#minute", "minute")
            .expression_attribute_names("#place", "place")
            .expression_attribute_values(":minute", text(bucket))
            .expression_attribute_values(":from", text(from.map_or("0", String::as_str)))
            .key_condition_expression("#minute = :minute AND #place > :from")
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .consistent_read(true);
        self.query_all(READ, query, limit, |_| true).await
    }
}

/// Where a timer stands in its minute: moment, timer and generation.
fn place(item: &Item) -> &str {
    item.get_text("place").unwrap_or_default()
}

fn bucket(minute: i64, shard: u8) -> String {
    format!("{minute}#{shard}")
}
