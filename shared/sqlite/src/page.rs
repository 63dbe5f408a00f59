//! Lists, newest first or oldest first, a page at a time.
//!
//! A cursor is the moment and the id of the last row that was given, `moment.id`, so rows that come
//! meanwhile neither repeat nor hide a row.

use engine::ports::{Cursor, Page};
use rusqlite::{Connection, ToSql, params_from_iter};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// What is listed: a table with the columns `id`, `at` and `body`, and what its rows must meet.
pub(crate) struct List<'a> {
    table: &'static str,
    conditions: String,
    values: Vec<&'a dyn ToSql>,
    is_oldest_first: bool,
}

impl<'a> List<'a> {
    pub fn of(table: &'static str) -> Self {
        Self { table, conditions: String::new(), values: Vec::new(), is_oldest_first: false }
    }

    /// Adds a condition on a column, with its operator: `"ended ="`.
    pub fn with(mut self, condition: &'static str, value: &'a dyn ToSql) -> Self {
        self.conditions = format!("{} AND {condition} ?", self.conditions);
        self.values.push(value);
        self
    }

    /// Adds a condition as it is written: an index over a part of the table is used only where the query says that part.
    pub fn only(mut self, condition: &'static str) -> Self {
        self.conditions = format!("{} AND {condition}", self.conditions);
        self
    }

    pub fn oldest_first(mut self) -> Self {
        self.is_oldest_first = true;
        self
    }

    pub fn page<T: DeserializeOwned>(
        self,
        connection: &Connection,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<T>, Failure> {
        let Self { table, conditions, values, is_oldest_first } = self;
        let (start, after, order) = if is_oldest_first { (i64::MIN, ">", "ASC") } else { (i64::MAX, "<", "DESC") };
        let (at, id) = cursor.map_or(Ok((start, "")), |cursor| position(cursor))?;
        let limit = limit.max(1);
        let one_more = limit.saturating_add(1);
        let sql = format!(
            "SELECT at, id, body FROM {table} WHERE true{conditions} AND (at, id) {after} (?, ?)
             ORDER BY at {order}, id {order} LIMIT ?"
        );
        let mut values: Vec<&dyn ToSql> = values;
        values.extend([&at as &dyn ToSql, &id, &one_more]);
        let mut select = connection.prepare_cached(&sql)?;
        let mut rows = select.query(params_from_iter(values))?;
        let mut page = Page { items: Vec::new(), next: None };
        let mut last = None;
        while let Some(row) = rows.next()? {
            if page.items.len() == limit {
                page.next = last;
                break;
            }
            page.items.push(serde_json::from_str(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?)?);
            last = Some(format!("{}.{}", row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
        }
        Ok(page)
    }
}

fn position(cursor: &str) -> Result<(i64, &str), Failure> {
    let parts = cursor.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id)));
    parts.ok_or(Failure::ForeignCursor)
}
