//! The promises of `Tasks`.

use domain::history::TaskRow;
use engine::ports::{TaskFilter, Tasks};

use crate::samples::{all_pages, ended, person, record, task};

async fn list(ports: &impl Tasks, filter: &TaskFilter) -> Vec<TaskRow> {
    ports.tasks(filter, None, 50).await.expect("listed").items
}

fn ids(rows: &[TaskRow]) -> Vec<&str> {
    rows.iter().map(|row| row.task.id.as_str()).collect()
}

pub async fn an_older_task_never_replaces_a_newer_one(ports: &impl Tasks) {
    let (first, second) = (task("t1", 4, 0), ended(task("t1", 5, 10)));
    for row in [&first, &second, &first] {
        ports.put_task(row).await.expect("an older row is no error");
    }
    assert_eq!(list(ports, &TaskFilter::default()).await, []);
    assert_eq!(list(ports, &TaskFilter { ended: true, ..TaskFilter::default() }).await, [second]);
}

pub async fn a_task_of_the_same_entry_changes_nothing(ports: &impl Tasks) {
    let row = task("t1", 4, 0);
    ports.put_task(&row).await.expect("put");
    ports.put_task(&ended(row.clone())).await.expect("the same entry is no error");
    assert_eq!(list(ports, &TaskFilter::default()).await, [row]);
}

pub async fn an_ended_task_changes_lists(ports: &impl Tasks) {
    ports.put_task(&task("t1", 4, 0)).await.expect("put");
    ports.put_task(&task("t2", 5, 1)).await.expect("put");
    ports.put_task(&ended(task("t1", 6, 2))).await.expect("put");
    assert_eq!(ids(&list(ports, &TaskFilter::default()).await), ["t2"]);
    assert_eq!(ids(&list(ports, &TaskFilter { ended: true, ..TaskFilter::default() }).await), ["t1"]);
}

pub async fn tasks_are_listed_by_person_and_record(ports: &impl Tasks) {
    let mut of_bo = task("t2", 1, 1);
    (of_bo.task.assigned_to, of_bo.record) = (Some(person("bo")), record("L2"));
    let mut of_nobody = task("t3", 1, 2);
    of_nobody.task.assigned_to = None;
    for row in [&task("t1", 1, 0), &of_bo, &of_nobody] {
        ports.put_task(row).await.expect("put");
    }
    let check = async |assigned_to: Option<&str>, of: Option<&str>, expected: &[&str]| {
        let filter = TaskFilter { ended: false, assigned_to: assigned_to.map(person), record: of.map(record) };
        assert_eq!(ids(&list(ports, &filter).await), expected, "{filter:?}");
    };
    check(None, None, &["t3", "t2", "t1"]).await;
    check(Some("ana"), None, &["t1"]).await;
    check(Some("bo"), None, &["t2"]).await;
    check(Some("bo"), Some("L1"), &[]).await;
    check(None, Some("L1"), &["t3", "t1"]).await;
    check(Some("cy"), None, &[]).await;
}

pub async fn pages_of_tasks_visit_each_once_newest_first(ports: &impl Tasks) {
    for n in 0..7 {
        ports.put_task(&task(&format!("t{n}"), 1, n / 2)).await.expect("put");
    }
    let filter = TaskFilter::default();
    let rows = all_pages(3, async |cursor| ports.tasks(&filter, cursor.as_ref(), 3).await).await;
    assert!(rows.is_sorted_by(|newer, older| newer.at >= older.at), "{rows:?}");
    let mut ids = ids(&rows);
    ids.sort_unstable();
    assert_eq!(ids, ["t0", "t1", "t2", "t3", "t4", "t5", "t6"]);
}
