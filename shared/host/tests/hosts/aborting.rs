//! A message that really ends the process of its host: after some restarts the host stays up, does
//! everything else, and lists the letter with its reason.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use domain::message::{Message, Redrive, ToAct, ToAssign, ToEvaluate};
use engine::{
    escalate::drain,
    ports::{DeadLetter, DeadLetters, Page, Queue},
};
use host::{Host, Inside, StepError, Steps};
use sqlite::{Store, SystemClock};

use crate::script::{send_act, send_assign, send_together, to_evaluate};

/// Names the file of a child; this test's own run has none.
const FILE: &str = "HANDOFF_TEST_ABORTING";

/// How often a process is started before a host that still does not stay up is a failure.
const STARTS: usize = 12;

const INNOCENT: [&str; 4] = ["i1", "i2", "i3", "i4"];

/// Finishes everything, and ends the process over the message that is named so.
struct Aborting;

fn look_at(id: &str) -> Result<(), StepError> {
    if id == "poison" {
        std::process::abort();
    }
    Ok(())
}

impl Steps for Aborting {
    async fn evaluate(&self, message: Message<ToEvaluate>) -> Result<(), StepError> {
        look_at(message.id.as_str())
    }

    async fn assign(&self, messages: Vec<Message<ToAssign>>) -> Result<(), StepError> {
        messages.iter().try_for_each(|message| look_at(message.id.as_str()))
    }

    async fn act(&self, message: Message<ToAct>, _: &str) -> Result<(), StepError> {
        look_at(message.id.as_str())
    }

    async fn escalate(&self, message: Message<Redrive>) -> Result<(), StepError> {
        look_at(message.id.as_str())
    }

    type Inside = Self;

    fn inside(&self) -> Option<Inside<Self>> {
        None
    }

    async fn each_minute(&self) -> Result<(), StepError> {
        Ok(())
    }
}

fn open(path: &Path) -> Store {
    Store::open(path, Arc::new(SystemClock)).expect("the file opens")
}

fn undone(store: &Store) -> u64 {
    let depths = Queue::ALL.map(|queue| store.depth(queue).expect("read"));
    depths.iter().map(|depth| depth.ready + depth.in_flight).sum()
}

/// What a child does: it hosts the file that it is given until nothing is left to do. By itself it is given one in
/// which nothing ends the process.
#[tokio::test]
async fn a_host_works_off_the_file_that_it_is_given() {
    let (own, given) = (tempfile::tempdir().unwrap(), std::env::var_os(FILE));
    let store = open(&given.clone().map_or_else(|| own.path().join("data"), PathBuf::from));
    if given.is_none() {
        send_together(&store, &INNOCENT).await;
        assert_ne!(undone(&store), 0);
    }
    let host = Host::start(&store, Aborting);
    while undone(&store) > 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    host.stop().await;
    assert_eq!(undone(&store), 0);
}

/// Starts a host in a process of its own. Whether it came to its own end.
fn hosted(path: &Path) -> bool {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child.args(["--exact", "aborting::a_host_works_off_the_file_that_it_is_given"]).env(FILE, path);
    child.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("it starts").success()
}

async fn letters(store: &Store) -> Vec<DeadLetter> {
    drain(store).await.expect("drained");
    let Page { items, .. } = store.dead_letters(None, 10).await.expect("listed");
    items
}

#[tokio::test]
async fn a_message_that_ends_its_process_is_given_up_on_every_queue_and_nothing_else_is_lost() {
    for queue in Queue::ALL {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let store = open(&path);
        send_together(&store, &INNOCENT[..2]).await;
        send_act(&store, "i5").await;
        match queue {
            Queue::Evaluate => send_together(&store, &["poison"]).await,
            Queue::Assign => send_assign(&store, &["i6", "poison", "i7"]).await,
            Queue::Act => send_act(&store, "poison").await,
            Queue::Escalate => {
                let body = Redrive { dead_letter: "none".into(), by: "ana".into() };
                let message = Message { id: "poison".into(), since: to_evaluate("poison").since, body };
                engine::ports::Queues::send_escalate(&store, &[message]).await.expect("sent");
            }
        }
        send_together(&store, &INNOCENT[2..]).await;
        drop(store);

        let starts = (1..=STARTS).find(|_| hosted(&path)).expect("a host stays up at last");
        assert!((3..=6).contains(&starts), "{queue:?}: it took {starts} starts");
        let store = open(&path);
        assert_eq!(undone(&store), 0, "{queue:?}: everything else is done");
        let [letter] = letters(&store).await.try_into().expect("one letter");
        assert!(letter.body.contains("poison") && letter.queue == queue, "{letter:?}");
        assert!(letter.ended_process, "it says why");
        assert_eq!(letter.redrive_at, None, "{queue:?}: only a person puts it back");
    }
}
