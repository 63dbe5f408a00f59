//! The list of executions, by when they started.

use domain::{
    history::{ExecutionRow, ExecutionState},
    instant::Instant,
};
use engine::ports::{Cursor, ExecutionFilter, Executions, Page, PortError};
use rusqlite::{ToSql, params};

use crate::{Store, failure::Failure, page::List};

impl Executions for Store {
    async fn put_execution(&self, row: &ExecutionRow) -> Result<(), PortError> {
        const OPERATION: &str = "putting an execution on the list";
        let body = serde_json::to_string(row).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let row = row.clone();
        self.write(OPERATION, move |connection| {
            let sql = "INSERT INTO executions (id, seq, state, workflow, at, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                       ON CONFLICT DO UPDATE SET seq = excluded.seq, state = excluded.state,
                           workflow = excluded.workflow, at = excluded.at, body = excluded.body
                       WHERE seq < excluded.seq";
            let (id, workflow, started_at) =
                (row.execution.as_str(), row.workflow.as_str(), row.started_at.as_millis());
            connection.prepare_cached(sql)?.execute(params![
                id,
                row.seq,
                state(row.state),
                workflow,
                started_at,
                body
            ])?;
            Ok(())
        })
        .await
    }

    async fn executions(
        &self,
        filter: &ExecutionFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<ExecutionRow>, PortError> {
        let state = state(filter.state);
        let workflow = filter.workflow.as_ref().map(|workflow| workflow.as_str());
        let since = filter.since.map(Instant::as_millis);
        self.read("listing executions", |connection| {
            let mut list = List::of("executions").with("state =", &state);
            if workflow.is_some() {
                list = list.with("workflow =", &workflow as &dyn ToSql);
            }
            if since.is_some() {
                list = list.with("at >=", &since as &dyn ToSql);
            }
            list.page(connection, cursor, limit)
        })
    }
}

const fn state(state: ExecutionState) -> &'static str {
    match state {
        ExecutionState::Open => "open",
        ExecutionState::Held => "held",
        ExecutionState::Ended => "ended",
    }
}
