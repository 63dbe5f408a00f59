//! Tables that were put back are others than those that are noted: everything is held until a person lets it go on.

use contracts::{
    release::{dump, load},
    samples::{at, playbook},
    tables::Tables,
};
use domain::decide::Paused;
use engine::ports::{Activation, Active, Playbooks};

async fn publish(ports: &aws::Ports) {
    let playbook = playbook("one");
    let activation = Activation { manifest: playbook.manifest_id(), at: at(0), by: "ana".to_owned() };
    Playbooks::publish(ports, &playbook, None, activation).await.expect("published");
}

/// Tables in which a playbook is published, by a console that notes which tables there are.
async fn published() -> Tables {
    let tables = Tables::make().await;
    let console = tables.ports().writing_playbooks();
    publish(&console).await;
    console.active().await.expect("read");
    tables
}

/// The same content in new tables.
async fn put_back(tables: &Tables) -> Tables {
    let copy = Tables::make().await;
    load(&copy.client(), &dump(&tables.client(), &["playbooks"]).await).await;
    copy
}

/// As a function that sends reads it at its cold start.
async fn read(tables: &Tables) -> Active {
    tables.ports().holding_what_was_restored().active().await.expect("read")
}

#[tokio::test]
async fn tables_as_they_were_hold_nothing() {
    let tables = published().await;
    let active = read(&tables).await;
    assert_eq!((active.paused, active.restored), (Paused::Nothing, None));
}

#[tokio::test]
async fn tables_that_were_put_back_hold_everything_until_it_is_let_go_on() {
    let tables = published().await;
    let some = Paused::Some([domain::id::WorkflowId::new("newsletter")].into());
    tables.ports().writing_playbooks().set_paused(&some).await.expect("paused");
    let copy = put_back(&tables).await;
    let console = copy.ports().writing_playbooks();
    for active in [read(&copy).await, console.active().await.expect("read")] {
        assert_eq!(active.paused, Paused::Everything);
        let restored = active.restored.expect("it says why");
        assert_eq!(restored.paused_before, some);
        assert!(restored.found_at.is_some(), "the new tables say since when they are there");
        assert_eq!(restored.as_of, None, "nobody dated them: what was asked for may all have left");
    }
    // A pause on top of it forgets nothing of what was paused before.
    console.set_paused(&Paused::Everything).await.expect("paused");
    assert_eq!(read(&copy).await.restored.expect("still held").paused_before, some);
    console.set_paused(&some).await.expect("let go on");
    let active = read(&copy).await;
    assert_eq!((active.paused, active.restored), (some, None));
}

#[tokio::test]
async fn a_stack_that_noted_no_tables_holds_nothing_and_is_noted() {
    let tables = Tables::make().await;
    publish(&tables.ports()).await;
    let unnoted = put_back(&tables).await;
    assert_eq!(read(&unnoted).await.restored, None);
    assert_eq!(read(&put_back(&unnoted).await).await.restored, None, "who only reads notes nothing");
    unnoted.ports().writing_playbooks().active().await.expect("read");
    assert!(read(&put_back(&unnoted).await).await.restored.is_some(), "from now on it is known");
}

#[tokio::test]
async fn a_pause_set_before_the_first_publish_is_no_pointer() {
    let tables = Tables::make().await;
    let console = tables.ports().writing_playbooks();
    console.set_paused(&Paused::Everything).await.expect("paused");
    publish(&console).await;
    let active = console.active().await.expect("read");
    assert_eq!((active.paused, active.restored), (Paused::Everything, None));
}
