use std::sync::Arc;

use domain::{
    message::{Message, ToAssign},
    rotation::{Candidates, Line, PoolState},
};
use engine::ports::{Activation, Playbooks, Pools, Saved};
use host::{Engine, Steps};
use sqlite::{ManualClock, Store};

use crate::{engine_steps::playbook, script::at};

/// A pick whose record no longer awaits it.
fn settled(number: usize) -> Line {
    Line {
        request: format!("r{number}").as_str().into(),
        record: format!("lead/L{number}").parse().expect("a key"),
        person: "ana".into(),
        at: at(0),
        candidates: Candidates::default(),
    }
}

fn withdraw(number: usize) -> Message<ToAssign> {
    let Line { request, record, .. } = settled(number);
    Message {
        id: format!("w{number}").as_str().into(),
        since: at(0),
        body: ToAssign::Withdraw { pool: "inbound".into(), record, request },
    }
}

/// How many of 100 settled lines are left after so many messages in one call.
async fn left_after(messages: usize) -> usize {
    let store = Store::in_memory(Arc::new(ManualClock::new(at(0))));
    let playbook = playbook();
    let activation = Activation { manifest: playbook.manifest_id(), at: at(0), by: "ana".into() };
    store.publish(&playbook, None, activation).await.expect("published");
    let (before, unwritten) = store.pool(&"inbound".into(), &[]).await.expect("read");
    let state = PoolState { ledger: (0..100).map(settled).collect(), ..PoolState::default() };
    let saved = store.save_pool(&"inbound".into(), &before, &state, unwritten).await.expect("written");
    assert_eq!(saved, Saved::Done);
    // From the end: the oldest are what is looked at.
    Engine(store.clone()).assign((0..messages).map(|number| withdraw(99 - number)).collect()).await.expect("done");
    store.pool(&"inbound".into(), &[]).await.expect("read").0.ledger.len()
}

#[tokio::test]
async fn a_ledger_loses_more_settled_lines_with_every_save_than_its_messages_add() {
    assert_eq!(left_after(1).await, 95, "one withdrawn, four forgotten");
    assert_eq!(left_after(10).await, 50, "ten withdrawn, forty forgotten");
}
