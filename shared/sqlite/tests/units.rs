//! Units of work: all of a message and what follows from it, or nothing, and nobody else is in the way.

mod entries;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use domain::{
    history::Entry,
    id::{EffectId, PoolId},
    instant::Instant,
    message::{Message, ToAct, ToAssign, ToEvaluate},
    playbook::{Outbound, Playbook},
    rotation::PoolState,
};
use engine::ports::{
    Activation, Append, Bus, Delayed, Erase, Histories, Mail, MailError, Mailbox, Mailer, Playbooks, Pools, Queue,
    Queues, Rendered, Saved,
};
use sqlite::{Next, Received, Store, SystemClock};

use entries::record;

const VISIBILITY_MILLIS: i64 = 60_000;

fn entry(name: &str, seq: u64) -> Entry {
    entries::entry(name, seq, &format!("m{seq}"))
}

fn message(id: &str) -> Message<ToEvaluate> {
    let body = ToEvaluate::ClockSetBack { record: record(id) };
    Message { id: id.into(), since: Instant::from_millis(0), body }
}

fn to_act() -> Message<ToAct> {
    let body = ToAct {
        effect: EffectId::new("eff_1"),
        record: record("L1"),
        seq: 1,
        index: 0,
        manifest: "man_1".into(),
        workflow: None,
        not_after: Instant::from_millis(0),
        not_again: false,
    };
    Message { id: "eff_1".into(), since: Instant::from_millis(0), body }
}

fn to_pool(id: &str) -> Message<ToAssign> {
    let body = ToAssign::Settle { pool: PoolId::new("inbound"), record: record(id) };
    Message { id: id.into(), since: Instant::from_millis(0), body }
}

/// A store in memory, and one in a file: units run on their caller's thread in the one, on the writer's in the other.
fn stores(folder: &Path) -> [Store; 2] {
    let clock = Arc::new(SystemClock);
    let file = Store::open(&folder.join("handoff.db"), clock.clone()).expect("a fresh file opens");
    [Store::in_memory(clock), file]
}

/// Sends a message to `evaluate` and takes it.
async fn taken(store: &Store, id: &str) -> Received {
    Bus::publish(store, &[&message(id)]).await.expect("published");
    let mut taken = store.receive(Queue::Evaluate, 10, VISIBILITY_MILLIS).await.expect("received");
    assert_eq!(taken.len(), 1, "only {id} waits");
    taken.remove(0)
}

async fn newest(store: &Store, name: &str) -> Option<u64> {
    store.newest(&record(name)).await.expect("read").map(|entry| entry.seq)
}

fn undone(store: &Store, queue: Queue) -> u64 {
    store.depth(queue).expect("counted").undone()
}

/// What a unit appends and sends before it ends in some way.
async fn write(unit: &Store) {
    assert_eq!(unit.append(&entry("L1", 1)).await.expect("appended"), Append::Done);
    unit.send_act(&[]).await.expect("sent");
    let delayed = Delayed { message: message("later"), delay_seconds: 60 };
    unit.send_evaluate(&[delayed]).await.expect("sent");
    assert_eq!(newest(unit, "L1").await, Some(1), "a unit sees what it has written");
}

#[tokio::test]
async fn all_of_a_unit_is_durable_with_its_message_gone_from_the_queue() {
    let folder = tempfile::tempdir().expect("a folder");
    for store in stores(folder.path()) {
        let message = taken(&store, "m").await;
        let work = |unit: Store| async move {
            write(&unit).await;
            true
        };
        assert!(store.in_one_transaction(message.receipt, work).await);
        assert_eq!(newest(&store, "L1").await, Some(1));
        let depth = store.depth(Queue::Evaluate).expect("counted");
        assert_eq!((depth.undone(), depth.delayed), (0, 1));
    }
}

#[tokio::test]
async fn a_unit_that_is_not_done_leaves_nothing_and_its_message_as_it_was() {
    async fn end(how: &str) -> bool {
        match how {
            "fails" => false,
            "panics" => panic!("a fault of ours"),
            "waits" => std::future::pending().await,
            _ => true,
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    for store in stores(folder.path()) {
        for how in ["fails", "panics", "waits", "was overtaken"] {
            let mut message = taken(&store, "m").await;
            let receipt = message.receipt;
            if how == "was overtaken" {
                store.retry_later(receipt, 0).await.expect("given back");
                message = store.receive(Queue::Evaluate, 1, VISIBILITY_MILLIS).await.expect("received").remove(0);
            }
            let work = move |unit: Store| async move {
                write(&unit).await;
                end(how).await
            };
            assert!(!store.in_one_transaction(receipt, work).await, "{how}");
            assert_eq!(newest(&store, "L1").await, None, "{how}");
            let depth = store.depth(Queue::Evaluate).expect("counted");
            assert_eq!((depth.in_flight, depth.delayed), (1, 0), "{how}");
            assert_eq!(store.append(&entry("L1", 1)).await.expect("appended"), Append::Done, "{how}");
            assert_eq!(newest(&store, "L1").await, Some(1), "{how}");
            // For the next round.
            store.acknowledge(&[message.receipt]);
            erase(&store, "L1").await;
        }
    }
}

/// Deletes the only entry of a history.
async fn erase(store: &Store, name: &str) {
    store.erase(&entries::erasure(name, 1)).await.expect("erased");
}

#[tokio::test]
async fn units_of_one_group_see_what_those_before_them_wrote_and_not_what_was_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let [_, store] = stores(folder.path());
    for n in 0..3 {
        Bus::publish(&store, &[&message(&format!("m{n}"))]).await.expect("published");
    }
    let taken = store.receive(Queue::Evaluate, 10, VISIBILITY_MILLIS).await.expect("received");
    // The thread that writes is kept busy until all three wait: they are one group.
    let (go, held) = std::sync::mpsc::channel::<()>();
    Bus::publish(&store, &[&message("first")]).await.expect("published");
    let first = store.receive(Queue::Evaluate, 1, VISIBILITY_MILLIS).await.expect("received").remove(0);
    let busy = store.in_one_transaction(first.receipt, move |_| {
        held.recv().expect("told to go on");
        async { true }
    });
    let append = |seq: u64, is_done: bool| {
        move |unit: Store| async move {
            assert_eq!(newest(&unit, "L1").await, Some(seq - 1).filter(|seq| *seq > 0));
            assert_eq!(unit.append(&entry("L1", seq)).await.expect("appended"), Append::Done);
            is_done
        }
    };
    let units = async {
        let all = tokio::join!(
            store.in_one_transaction(taken[0].receipt, append(1, true)),
            store.in_one_transaction(taken[1].receipt, append(2, false)),
            store.in_one_transaction(taken[2].receipt, append(2, true)),
            async {
                // Nobody else sees what is not durable.
                assert_eq!(newest(&store, "L1").await, None);
                go.send(()).expect("it waits");
            },
        );
        assert_eq!((all.0, all.1, all.2), (true, false, true));
    };
    let (was_busy, ()) = tokio::join!(busy, units);
    assert!(was_busy);
    assert_eq!(newest(&store, "L1").await, Some(2));
    assert_eq!(store.page(&record("L1"), None, 9).await.expect("read").len(), 2);
}

#[tokio::test]
async fn what_follows_is_handled_in_the_unit_and_answers_come_first() {
    let store = Store::in_memory(Arc::new(SystemClock));
    let message = taken(&store, "m").await;
    let work = |unit: Store| async move {
        unit.send_assign(&[to_pool("a1")]).await.expect("sent");
        unit.send_evaluate(&[Delayed::now(self::message("e1"))]).await.expect("sent");
        let mut followed = Vec::new();
        while let Some(next) = unit.next_of_unit() {
            followed.push(match next {
                Next::Evaluate(message) => message.id.to_string(),
                Next::Assign(message) => message.id.to_string(),
                Next::Act(message) => message.id.to_string(),
            });
        }
        assert_eq!(followed, ["e1", "a1"]);
        true
    };
    assert!(store.in_one_transaction(message.receipt, work).await);
    assert_eq!((undone(&store, Queue::Evaluate), undone(&store, Queue::Assign)), (0, 0));
}

#[tokio::test]
async fn a_unit_overtakes_nobody_in_a_lane_and_leaves_what_is_too_much_to_the_queue() {
    let store = Store::in_memory(Arc::new(SystemClock));
    let message = taken(&store, "m").await;
    store.send_assign(&[to_pool("before")]).await.expect("sent");
    let work = |unit: Store| async move {
        unit.send_assign(&[to_pool("behind")]).await.expect("sent");
        let many: Vec<_> = (0..40).map(|n| Delayed::now(self::message(&format!("e{n}")))).collect();
        unit.send_evaluate(&many).await.expect("sent");
        let mut handled = 0;
        while unit.next_of_unit().is_some() {
            handled += 1;
        }
        assert_eq!(handled, 32);
        true
    };
    assert!(store.in_one_transaction(message.receipt, work).await);
    assert_eq!((undone(&store, Queue::Evaluate), undone(&store, Queue::Assign)), (8, 2));
}

#[tokio::test]
async fn a_store_that_outlives_its_unit_writes_nothing() {
    let store = Store::in_memory(Arc::new(SystemClock));
    let message = taken(&store, "m").await;
    let (keep, kept) = std::sync::mpsc::channel();
    let work = move |unit: Store| async move { keep.send(unit).is_ok() };
    assert!(store.in_one_transaction(message.receipt, work).await);
    let outlived = kept.recv().expect("it was kept");
    outlived.append(&entry("L1", 1)).await.expect_err("the transaction is over");
    assert_eq!(newest(&store, "L1").await, None);
}

#[tokio::test]
async fn a_file_is_closed_though_a_unit_is_still_on_its_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let [_, store] = stores(folder.path());
    let message = taken(&store, "m").await;
    let (go, held) = std::sync::mpsc::channel::<()>();
    let (began, begins) = std::sync::mpsc::channel::<()>();
    let work = move |_| {
        began.send(()).expect("somebody waits for it");
        held.recv().expect("told to go on");
        async { true }
    };
    let unit = tokio::spawn({
        let store = store.clone();
        async move { store.in_one_transaction(message.receipt, work).await }
    });
    tokio::task::yield_now().await;
    begins.recv().expect("it began");
    unit.abort();
    assert!(unit.await.expect_err("it was stopped").is_cancelled());
    let closed = std::thread::spawn(move || drop(store));
    go.send(()).expect("it waits");
    closed.join().expect("closed");
    let [_, store] = stores(folder.path());
    assert_eq!(undone(&store, Queue::Evaluate), 0);
}

#[tokio::test]
async fn many_units_at_once_never_contend_for_a_pool() {
    let folder = tempfile::tempdir().expect("a folder");
    let [_, store] = stores(folder.path());
    let pool = PoolId::new("inbound");
    for n in 0..50 {
        Bus::publish(&store, &[&message(&format!("m{n}"))]).await.expect("published");
    }
    let taken = store.receive(Queue::Evaluate, 50, VISIBILITY_MILLIS).await.expect("received");
    let units = taken.iter().map(|message| {
        let pool = pool.clone();
        store.in_one_transaction(message.receipt, move |unit: Store| async move {
            let (before, version) = unit.pool(&pool, &[]).await.expect("read");
            let after = PoolState { picks: before.picks + 1, ..before.clone() };
            unit.save_pool(&pool, &before, &after, version).await.expect("saved") == Saved::Done
        })
    });
    let done = futures_util::future::join_all(units).await;
    assert!(done.into_iter().all(|is_done| is_done));
    assert_eq!(store.pool(&pool, &[]).await.expect("read").0.picks, 50);
}

/// A provider that counts what it is handed.
#[derive(Clone, Default)]
struct Provider(Arc<AtomicUsize>);

impl Mailer for Provider {
    async fn send(&self, _: Mail<'_>) -> Result<Option<String>, MailError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(None)
    }
}

/// Tries to send an e-mail in a unit; says whether the unit was done.
async fn sends_in_a_unit(store: &Store) -> bool {
    let message = taken(store, "m").await;
    let work = |unit: Store| async move {
        let bare = || Mailbox::bare("ana@example.com");
        let message = Rendered { from: bare(), to: bare(), subject: "Hello".to_owned(), body: String::new() };
        // Without a provider it is refused, which is an answer.
        let _ = unit.send(Mail { message: &message, key: "eff_1" }).await;
        true
    };
    store.in_one_transaction(message.receipt, work).await
}

#[tokio::test]
async fn nothing_leaves_the_house_from_within_a_unit() {
    let provider = Provider::default();
    let store = Store::in_memory(Arc::new(SystemClock));
    assert!(sends_in_a_unit(&store).await, "nothing can leave");
    assert!(!sends_in_a_unit(&Store::in_memory(Arc::new(SystemClock)).with_mailer(provider.clone())).await);
    assert_eq!(provider.0.load(Ordering::Relaxed), 0);
}

/// How many messages to `act` a unit of a store with this outbound mode leaves to the queue.
async fn left_to_act(outbound: Outbound, has_mailer: bool) -> u64 {
    let store = Store::in_memory(Arc::new(SystemClock));
    let store = if has_mailer { store.with_mailer(Provider::default()) } else { store };
    let json = serde_json::json!({
        "organisation": { "name": "Example", "time_zone": "Europe/Berlin", "hours": { "mon-fri": "09:00-17:00" }, "outbound": outbound },
        "schema": { "kinds": {} },
    });
    let playbook: Playbook = serde_json::from_value(json).expect("a small playbook is valid");
    let by = Activation { manifest: playbook.manifest_id(), at: Instant::from_millis(0), by: "a test".to_owned() };
    Playbooks::publish(&store, &playbook, None, by).await.expect("published");
    let message = taken(&store, "m").await;
    let work = |unit: Store| async move {
        unit.send_act(&[to_act()]).await.expect("sent");
        while unit.next_of_unit().is_some() {}
        true
    };
    assert!(store.in_one_transaction(message.receipt, work).await);
    undone(&store, Queue::Act)
}

#[tokio::test]
async fn a_unit_takes_an_effect_only_where_all_stay_in_the_house() {
    let only = || Outbound::Only(vec!["me@example.com".to_owned()]);
    for (outbound, has_mailer, left) in [
        (Outbound::Capture, true, 0),
        (Outbound::Capture, false, 0),
        (only(), true, 1),
        (Outbound::Live, true, 1),
        (Outbound::Live, false, 0),
    ] {
        assert_eq!(left_to_act(outbound.clone(), has_mailer).await, left, "{outbound:?}, {has_mailer}");
    }
}
