//! One entry that changes forty tasks: a crash anywhere among its follow-ups leaves none wrong.

use std::collections::BTreeSet;

use domain::{
    history::{TaskRow, TaskState},
    message::{Command, Message, ToAct, ToEvaluate},
    task::TaskEnd,
};
use engine::ports::{Queue, TaskFilter, Tasks};
use simulation::{Fault, Faults, Faulty};

use crate::bench::{Bench, at, lead, message, playbook_of, reassign};

const TASKS: usize = 40;

/// A lead of ana's with forty tasks, and nothing left to do on the queues but messages to go out.
async fn with_forty_tasks() -> Bench {
    let task = |n| format!(r#"{{ "create_task": {{ "title": "{n}", "assigned_to": "lead.owner" }} }}"#);
    let tasks: Vec<String> = (0..TASKS).map(task).collect();
    let bench =
        Bench::with(&playbook_of(&format!(r#"[{{ "assign": {{ "pool": "inbound" }} }}, {}]"#, tasks.join(",")))).await;
    bench.submit().await;
    bench.settle().await;
    assert_eq!(bench.head().await.tasks.len(), TASKS);
    bench
}

async fn rows(bench: &Bench, ended: bool) -> Vec<TaskRow> {
    let filter = TaskFilter { ended, ..TaskFilter::default() };
    bench.store().tasks(&filter, None, 100).await.unwrap().items
}

fn close() -> ToEvaluate {
    let command = Command::Close { reason: "spam".to_owned() };
    ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command }
}

/// Calls that `command` makes after its entry is durable: every third of the rows, all that comes after them.
async fn follow_ups(command: &Message<ToEvaluate>) -> Vec<usize> {
    let bench = with_forty_tasks().await;
    let watched = Faulty { faults: Faults::new([]), ..bench.ports.clone() };
    engine::evaluate::handle(&watched, command.clone()).await.unwrap();
    let names = watched.faults.names();
    assert_eq!(names.iter().filter(|name| **name == "put_task").count(), TASKS);
    let append = names.iter().position(|name| *name == "append").unwrap();
    (append + 1..names.len()).filter(|at| at % 3 == 0 || names[*at] != "put_task").collect()
}

/// Handles it with each of these calls going wrong, and gives what is left to `check`.
async fn crash_everywhere(command: ToEvaluate, check: impl AsyncFn(&Bench, &Message<ToEvaluate>)) {
    let command = message("command", at(0), command);
    for place in follow_ups(&command).await {
        for fault in [Fault::Before, Fault::After] {
            let bench = with_forty_tasks().await;
            let failing = Faulty { faults: Faults::new([(place, fault)]), ..bench.ports.clone() };
            assert!(engine::evaluate::handle(&failing, command.clone()).await.is_err(), "call {place}, {fault:?}");
            check(&bench, &command).await;
        }
    }
}

#[tokio::test]
async fn a_record_closed_with_forty_open_tasks_ends_every_row_wherever_it_crashed() {
    crash_everywhere(close(), async |bench, command| {
        bench.evaluate(command.clone()).await;
        let ended = rows(bench, true).await;
        assert!(ended.iter().all(|row| row.state == TaskState::Ended(TaskEnd::RecordClosed)), "{ended:?}");
        assert_eq!((ended.len(), rows(bench, false).await.len()), (TASKS, 0));
    })
    .await;
}

#[tokio::test]
async fn a_handover_of_forty_tasks_that_crashed_never_turns_a_later_one_back() {
    crash_everywhere(reassign("ben"), async |bench, command| {
        bench.evaluate(message("later", at(0), reassign("chloe"))).await;
        bench.evaluate(command.clone()).await;
        let open = rows(bench, false).await;
        assert!(open.iter().all(|row| row.task.assigned_to == Some("chloe".into())), "{open:?}");
        assert_eq!(open.len(), TASKS);
        // The notice to ben goes out all the same, perhaps twice under one name.
        let notices = bench.take::<ToAct>(Queue::Act).await;
        assert_eq!(notices.iter().map(|notice| &notice.id).collect::<BTreeSet<_>>().len(), 2);
    })
    .await;
}
