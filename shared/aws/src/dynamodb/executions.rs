use domain::history::{ExecutionRow, ExecutionState};
use engine::ports::{Cursor, ExecutionFilter, Executions, Page, PortError};

use super::{Item, expires, list::List, shard, sortable, write::Condition};
use crate::Ports;

/// How long an ended execution stays on the list. Its history stays with its record.
const ENDED_KEPT_DAYS: i64 = 400;

impl Executions for Ports {
    async fn put_execution(&self, row: &ExecutionRow) -> Result<(), PortError> {
        const NAME: &str = "put an execution";
        let id = row.execution.as_str();
        let mut item = Item::default()
            .text("execution", id)
            .number("seq", row.seq)
            .text("workflow", row.workflow.as_str())
            .listed(state(row.state), shard(id), format!("{}#{id}", sortable(row.started_at)))
            .body(NAME, row)?;
        if row.state == ExecutionState::Ended {
            item = item.number("expires", expires(row.at, ENDED_KEPT_DAYS));
        }
        self.put(NAME, &self.config.tables.executions, item, Condition::absent_or_older(row.seq)).await.map(drop)
    }

    async fn executions(
        &self,
        filter: &ExecutionFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<ExecutionRow>, PortError> {
        const NAME: &str = "list executions";
        let list = List {
            operation: NAME,
            table: &self.config.tables.executions,
            index: "by_state",
            name: state(filter.state),
            filter: filter.workflow.iter().map(|workflow| ("workflow", workflow.to_string())).collect(),
            from: filter.since.map(sortable),
        };
        let part = self.list(&list, cursor, limit).await?;
        let items = part.items.iter().map(|item| item.parse(NAME)).collect::<Result<_, _>>()?;
        Ok(Page { items, next: part.next })
    }
}

fn state(state: ExecutionState) -> &'static str {
    match state {
        ExecutionState::Open => "open",
        ExecutionState::Held => "held",
        ExecutionState::Ended => "ended",
    }
}
