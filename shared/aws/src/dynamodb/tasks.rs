use domain::{
    history::{TaskRow, TaskState},
    id::RecordKey,
};
use engine::ports::{Cursor, Page, PortError, TaskFilter, Tasks};

use super::{
    Item, expires,
    item::text,
    list::{List, cursor_at, place_of},
    shard, sortable,
    write::Condition,
};
use crate::Ports;

/// How long an ended task stays on the list. Its history stays with its record.
const ENDED_KEPT_DAYS: i64 = 400;

const LIST: &str = "list tasks";

impl Tasks for Ports {
    async fn put_task(&self, row: &TaskRow) -> Result<(), PortError> {
        const NAME: &str = "put a task";
        let mut item = Item::default()
            .text("record", row.record.to_string())
            .text("task", row.task.id.as_str())
            .number("seq", row.seq)
            .listed(state(&row.state), shard(row.task.id.as_str()), place(row))
            .body(NAME, row)?;
        if let Some(person) = &row.task.assigned_to {
            item = item.text("assigned_to", person.as_str());
        }
        if row.state != TaskState::Open {
            item = item.number("expires", expires(row.at, ENDED_KEPT_DAYS));
        }
        self.put(NAME, &self.config.tables.tasks, item, Condition::absent_or_older(row.seq)).await.map(drop)
    }

    async fn tasks(
        &self,
        filter: &TaskFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<TaskRow>, PortError> {
        if let Some(record) = &filter.record {
            let cursor = place_of(LIST, cursor)?;
            let rows = self.tasks_of(record).await?;
            return Ok(page_of(rows, filter, cursor.as_deref(), limit));
        }
        let list = List {
            operation: LIST,
            table: &self.config.tables.tasks,
            index: "by_state",
            name: if filter.ended { "ended" } else { "open" },
            filter: filter.assigned_to.iter().map(|person| ("assigned_to", person.to_string())).collect(),
            from: None,
        };
        let part = self.list(&list, cursor, limit).await?;
        let items = part.items.iter().map(|item| item.parse(LIST)).collect::<Result<_, _>>()?;
        Ok(Page { items, next: part.next })
    }
}

impl Ports {
    /// All tasks of one record: few, so they are sorted and cut here.
    async fn tasks_of(&self, record: &RecordKey) -> Result<Vec<TaskRow>, PortError> {
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.tasks)
            .expression_attribute_names("#record", "record")
            .expression_attribute_values(":record", text(record.to_string()))
            .key_condition_expression("#record = :record");
        let items = self.query_all(LIST, query, usize::MAX, |_| true).await?;
        items.iter().map(|item| item.parse(LIST)).collect()
    }
}

fn page_of(mut rows: Vec<TaskRow>, filter: &TaskFilter, cursor: Option<&str>, limit: usize) -> Page<TaskRow> {
    rows.retain(|row| {
        (row.state != TaskState::Open) == filter.ended
            && filter.assigned_to.as_ref().is_none_or(|person| row.task.assigned_to.as_ref() == Some(person))
            && cursor.is_none_or(|cursor| place(row).as_str() < cursor)
    });
    rows.sort_by_key(|row| std::cmp::Reverse(place(row)));
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| cursor_at(&place(last)));
    Page { items: rows, next }
}

fn place(row: &TaskRow) -> String {
    format!("{}#{}", sortable(row.at), row.task.id)
}

fn state(state: &TaskState) -> &'static str {
    match state {
        TaskState::Open => "open",
        TaskState::Ended(_) => "ended",
    }
}
