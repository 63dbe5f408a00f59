use domain::{history::MatchRow, id::MatchKey};
use engine::ports::{Matches, PortError};

use super::{Item, item::text, write::Condition};
use crate::{Ports, failure};

impl Matches for Ports {
    async fn put_match(&self, row: &MatchRow) -> Result<(), PortError> {
        const NAME: &str = "put what a record is found by";
        let item =
            Item::default().text("key", row.key.as_str()).text("record", row.record.to_string()).number("seq", row.seq);
        self.put(NAME, &self.config.tables.matches, item, Condition::absent_or_older(row.seq)).await.map(drop)
    }

    async fn matches(&self, key: &MatchKey, limit: usize) -> Result<Vec<MatchRow>, PortError> {
        const NAME: &str = "look for a record";
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.matches)
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":key", text(key.as_str()))
            .key_condition_expression("#key = :key")
            .consistent_read(true)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX));
        let items = self.query_all(NAME, query, limit, |_| true).await?;
        let row = |item: &Item| {
            let record = item.get_text("record")?.parse().ok()?;
            Some(MatchRow { key: key.clone(), record, seq: item.get_number("seq")? })
        };
        items.iter().map(|item| row(item).ok_or_else(|| failure::unreadable(NAME, "no record's name"))).collect()
    }
}
