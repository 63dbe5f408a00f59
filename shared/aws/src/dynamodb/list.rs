//! Lists, newest first, out of an index whose partitions are shards of one list.
//!
//! The index has the keys `list` (`name#shard`) and `place` (moment#id, unique in the list).
//! A cursor is the place of the last item that was given out, so it stays valid for ever. It is written
//! `moment.id`: a `#` would end the address that it is put into.

use aws_sdk_dynamodb::types::AttributeValue;
use engine::ports::{Cursor, PortError};

use super::{Item, SHARDS, item::text};
use crate::Ports;

/// A list to read.
pub(crate) struct List<'a> {
    pub operation: &'static str,
    pub table: &'a str,
    pub index: &'static str,
    pub name: &'a str,
    /// Only items for which these attributes have these values.
    pub filter: Vec<(&'static str, String)>,
    /// Only items whose place is not before this.
    pub from: Option<String>,
}

/// A part of a list.
pub(crate) struct Part {
    pub items: Vec<Item>,
    pub next: Option<Cursor>,
}

impl Item {
    /// Puts the item on a list.
    pub fn listed(self, name: &str, shard: u8, place: String) -> Self {
        self.text("list", format!("{name}#{shard}")).text("place", place)
    }

    fn place(&self) -> &str {
        self.get_text("place").unwrap_or_default()
    }
}

impl Ports {
    pub(crate) async fn list(&self, list: &List<'_>, cursor: Option<&Cursor>, limit: usize) -> Result<Part, PortError> {
        let cursor = place_of(list.operation, cursor)?;
        let mut items = Vec::new();
        for shard in 0..SHARDS {
            items.extend(self.shard_of_list(list, shard, cursor.as_ref(), limit + 1).await?);
        }
        items.sort_by(|one, other| other.place().cmp(one.place()));
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| cursor_at(last.place()));
        Ok(Part { items, next })
    }

    /// The newest `wanted` items of one shard after the cursor. A filter makes pages short, so
    /// it reads on until it has enough or there are no more.
    async fn shard_of_list(
        &self,
        list: &List<'_>,
        shard: u8,
        cursor: Option<&Cursor>,
        wanted: usize,
    ) -> Result<Vec<Item>, PortError> {
        let mut query = self
            .dynamodb
            .query()
            .table_name(list.table)
            .index_name(list.index)
            .scan_index_forward(false)
            .limit(i32::try_from(wanted).unwrap_or(i32::MAX))
            .expression_attribute_names("#list", "list")
            .expression_attribute_names("#place", "place")
            .expression_attribute_values(":list", text(format!("{}#{shard}", list.name)))
            // Both bounds are inclusive: the item at the cursor itself is not kept.
            .key_condition_expression("#list = :list AND #place BETWEEN :from AND :to")
            .expression_attribute_values(":from", text(list.from.clone().unwrap_or_else(|| "0".to_owned())))
            .expression_attribute_values(":to", text(cursor.cloned().unwrap_or_else(|| "~".to_owned())));
        if let Some((expression, values)) = filter(&list.filter) {
            query = query.filter_expression(expression);
            for (name, attribute, value) in values {
                query = query
                    .expression_attribute_names(format!("#{name}"), attribute)
                    .expression_attribute_values(format!(":{name}"), value);
            }
        }
        let at_cursor = |item: &Item| Some(item.place()) == cursor.map(String::as_str);
        self.query_all(list.operation, query, wanted, |item| !at_cursor(item)).await
    }
}

/// The place that a cursor names; refuses what is no cursor of a list.
pub(crate) fn place_of(operation: &'static str, cursor: Option<&Cursor>) -> Result<Option<String>, PortError> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = cursor.split_once(['.', '#']).filter(|(moment, _)| is_moment(moment));
    let (moment, id) = place.ok_or(PortError::ForeignCursor { operation })?;
    Ok(Some(format!("{moment}#{id}")))
}

/// The cursor that goes on after the item at a place.
pub(crate) fn cursor_at(place: &str) -> Cursor {
    place.replacen('#', ".", 1)
}

fn is_moment(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

type Named = (String, &'static str, AttributeValue);

fn filter(parts: &[(&'static str, String)]) -> Option<(String, Vec<Named>)> {
    let values: Vec<Named> = parts
        .iter()
        .enumerate()
        .map(|(number, (attribute, value))| (format!("f{number}"), *attribute, text(value.clone())))
        .collect();
    let terms: Vec<String> = values.iter().map(|(name, ..)| format!("#{name} = :{name}")).collect();
    (!terms.is_empty()).then(|| (terms.join(" AND "), values))
}
