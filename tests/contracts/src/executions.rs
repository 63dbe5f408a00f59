//! The promises of `Executions`.

use domain::{
    history::{ExecutionRow, ExecutionState},
    instant::Instant,
};
use engine::ports::{ExecutionFilter, Executions};

use crate::samples::{all_pages, at, execution};

fn of_state(state: ExecutionState) -> ExecutionFilter {
    ExecutionFilter { state, workflow: None, since: None }
}

fn ids(rows: &[ExecutionRow]) -> Vec<&str> {
    rows.iter().map(|row| row.execution.as_str()).collect()
}

pub async fn an_older_execution_never_replaces_a_newer_one(ports: &impl Executions) {
    let first = execution("e1", 4, 0);
    let second = ExecutionRow { state: ExecutionState::Ended, at: at(10), seq: 5, ..first.clone() };
    for row in [&first, &second, &first] {
        ports.put_execution(row).await.expect("an older row is no error");
    }
    let open = ports.executions(&of_state(ExecutionState::Open), None, 50).await.expect("listed");
    assert_eq!(open.items, []);
    let ended = ports.executions(&of_state(ExecutionState::Ended), None, 50).await.expect("listed");
    assert_eq!(ended.items, [second]);
}

pub async fn an_execution_of_the_same_entry_changes_nothing(ports: &impl Executions) {
    let row = execution("e1", 4, 0);
    ports.put_execution(&row).await.expect("put");
    let again = ExecutionRow { state: ExecutionState::Ended, ..row.clone() };
    ports.put_execution(&again).await.expect("the same entry is no error");
    let open = ports.executions(&of_state(ExecutionState::Open), None, 50).await.expect("listed");
    assert_eq!(open.items, [row]);
}

pub async fn executions_are_listed_by_state_workflow_and_start(ports: &impl Executions) {
    let held = ExecutionRow { state: ExecutionState::Held, ..execution("e2", 1, 1) };
    let other = ExecutionRow { workflow: "renewal".into(), ..execution("e3", 1, 2) };
    for row in [&execution("e1", 1, 0), &held, &other] {
        ports.put_execution(row).await.expect("put");
    }
    let check = async |state, workflow: Option<&str>, since: Option<Instant>, expected: &[&str]| {
        let filter = ExecutionFilter { state, workflow: workflow.map(Into::into), since };
        let rows = ports.executions(&filter, None, 50).await.expect("listed").items;
        assert_eq!(ids(&rows), expected, "{filter:?}");
    };
    check(ExecutionState::Open, None, None, &["e3", "e1"]).await;
    check(ExecutionState::Held, None, None, &["e2"]).await;
    check(ExecutionState::Ended, None, None, &[]).await;
    check(ExecutionState::Open, Some("renewal"), None, &["e3"]).await;
    check(ExecutionState::Open, None, Some(at(2)), &["e3"]).await;
    check(ExecutionState::Open, Some("speed-to-lead"), Some(at(1)), &[]).await;
}

pub async fn pages_of_executions_visit_each_once_newest_first(ports: &impl Executions) {
    for n in 0..7 {
        ports.put_execution(&execution(&format!("e{n}"), 1, n / 2)).await.expect("put");
    }
    let filter = of_state(ExecutionState::Open);
    let rows = all_pages(3, async |cursor| ports.executions(&filter, cursor.as_ref(), 3).await).await;
    assert!(rows.is_sorted_by(|newer, older| newer.started_at >= older.started_at), "{rows:?}");
    let mut ids = ids(&rows);
    ids.sort_unstable();
    assert_eq!(ids, ["e0", "e1", "e2", "e3", "e4", "e5", "e6"]);
}
