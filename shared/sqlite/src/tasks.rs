//! The list of tasks.

use domain::history::{TaskRow, TaskState};
use engine::ports::{Cursor, Page, PortError, TaskFilter, Tasks};
use rusqlite::{ToSql, params};

use crate::{Store, failure::Failure, page::List};

impl Tasks for Store {
    async fn put_task(&self, row: &TaskRow) -> Result<(), PortError> {
        const OPERATION: &str = "putting a task on the list";
        let body = serde_json::to_string(row).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let row = row.clone();
        self.write(OPERATION, move |connection| {
            let sql = "INSERT INTO tasks (id, seq, ended, assigned_to, record, at, body)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                       ON CONFLICT DO UPDATE SET seq = excluded.seq, ended = excluded.ended,
                           assigned_to = excluded.assigned_to, record = excluded.record, at = excluded.at,
                           body = excluded.body
                       WHERE seq < excluded.seq";
            let assigned_to = row.task.assigned_to.as_ref().map(|person| person.as_str());
            let record = row.record.to_string();
            let values = params![
                row.task.id.as_str(),
                row.seq,
                ended(&row.state),
                assigned_to,
                record,
                row.at.as_millis(),
                body
            ];
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
        .await
    }

    async fn tasks(
        &self,
        filter: &TaskFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<TaskRow>, PortError> {
        let assigned_to = filter.assigned_to.as_ref().map(|person| person.as_str());
        let record = filter.record.as_ref().map(ToString::to_string);
        self.read("listing tasks", |connection| {
            let mut list = List::of("tasks").with("ended =", &filter.ended);
            if assigned_to.is_some() {
                list = list.with("assigned_to =", &assigned_to as &dyn ToSql);
            }
            if record.is_some() {
                list = list.with("record =", &record as &dyn ToSql);
            }
            list.page(connection, cursor, limit)
        })
    }
}

fn ended(state: &TaskState) -> bool {
    matches!(state, TaskState::Ended(_))
}
