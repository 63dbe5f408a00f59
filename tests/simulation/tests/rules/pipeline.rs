//! What a pool counts of its members' pipelines is what a recount from the histories gives,
//! whatever went wrong while amounts changed.

use std::collections::BTreeMap;

use domain::{
    event::Event,
    id::{EventId, EventType, PersonId, PoolId, RecordKey},
    instant::Instant,
    message::{Command, ToEvaluate},
    playbook::{Playbook, Strategy},
    rotation::{Pipeline, Slot, Worth},
    value::Value,
};
use engine::ports::Pools;
use simulation::{Fault, World, demo_request};

use crate::bench::playbook_of;

const LEADS: [&str; 4] = ["ada", "bo", "cy", "di"];

fn playbook() -> Playbook {
    let mut playbook = playbook_of(r#"[{ "assign": { "pool": "inbound" } }]"#);
    let pool = playbook.pools.get_mut(&PoolId::new("inbound")).unwrap();
    (pool.strategy, pool.pipeline) = (Strategy::LowerPipeline, Some("amount".to_owned()));
    playbook
}

fn lead(name: &str) -> RecordKey {
    RecordKey::new("lead", name)
}

fn worth(name: &str, amount: f64, at: Instant) -> ToEvaluate {
    let id = EventId::new(format!("{name}-is-worth-{amount}"));
    let mut event = Event::new(id, EventType::new("amount_changed"), lead(name), at);
    event.record.fields.insert("amount".to_owned(), Value::Number(amount));
    ToEvaluate::Event(Box::new(event))
}

fn by_maria(name: &str, command: Command) -> ToEvaluate {
    ToEvaluate::Command { record: lead(name), by: "maria".to_owned(), command }
}

/// Four leads get their owners and their amounts: Di's before she is given to anybody, the others' in no
/// order. Then one amount changes, one lead is closed, one is handed over, and Di's stays as it is.
async fn play(faults: &[(usize, Fault)]) -> World {
    let mut world = World::new("2026-03-02T09:00:00Z", &playbook(), faults.iter().copied()).await;
    let start = world.now();
    world.publish(worth("di", 1_234.0, start), "di-amount").await;
    world.run_until(start.plus_minutes(1)).await;
    world.publish(demo_request("di", 25.0, 55.0, start), "di").await;
    for (name, amount) in LEADS.iter().zip([9_000.0, 500.25, 70.0]) {
        world.publish(demo_request(name, 25.0, 55.0, start), name).await;
        world.publish(worth(name, amount, start), &format!("{name}-amount")).await;
    }
    world.run_until(start.plus_minutes(2)).await;
    world.publish(worth("ada", 100.5, world.now()), "ada-again").await;
    world.publish(by_maria("bo", Command::Close { reason: "won".to_owned() }), "bo-closed").await;
    let command = Command::Reassign { to: "chloe".into(), reason: "a test".to_owned() };
    world.publish(by_maria("cy", command), "cy-handed-over").await;
    world.run_until(start.plus_minutes(9)).await;
    world
}

/// The slots and pipelines that the histories give.
async fn recounted(world: &World) -> (BTreeMap<RecordKey, Slot>, BTreeMap<PersonId, Pipeline>) {
    let (mut slots, mut pipelines) = (BTreeMap::new(), BTreeMap::<PersonId, Pipeline>::new());
    for record in LEADS.map(lead) {
        let head = world.head(&record).await;
        let Some(owner) = head.owner.filter(|_| !head.closed) else { continue };
        let worth = Worth::of(&head.fields["amount"]).unwrap();
        let pipeline = pipelines.entry(owner.person.clone()).or_default();
        pipeline.hundredths += worth.hundredths();
        pipeline.records += 1;
        slots.insert(record, Slot { person: owner.person, worth: Some(worth) });
    }
    (slots, pipelines)
}

async fn check(faults: &[(usize, Fault)]) {
    let world = play(faults).await;
    let names = world.calls();
    let case = || faults.iter().map(|(at, fault)| format!("{:?} {fault:?} ", names.get(*at))).collect::<String>();
    assert_eq!(world.left_over(), 0, "{}", case());
    let (state, _) = world.store().pool(&PoolId::new("inbound"), &LEADS.map(lead)).await.unwrap();
    let (slots, pipelines) = recounted(&world).await;
    assert_eq!((slots.len(), &state.slots), (3, &slots), "{}", case());
    let counted = state.members.iter().map(|(person, share)| (person.clone(), share.pipeline));
    let counted: BTreeMap<_, _> = counted.filter(|(_, pipeline)| pipeline.records > 0).collect();
    assert_eq!(counted, pipelines, "{}", case());
    let open: u32 = state.members.values().map(domain::rotation::Share::open).sum();
    assert_eq!(open, 3, "{}", case());
}

#[tokio::test]
async fn a_recount_from_the_histories_is_what_the_pool_counts_after_every_single_fault() {
    let calls = play(&[]).await.calls();
    check(&[]).await;
    // What each minute does by itself is tried with one lead's way.
    let by_themselves = ["swept_to", "timers_in", "set_swept_to", "receive_dead", "dead_letters", "put_dead_letter"];
    let sites: Vec<usize> = (0..calls.len()).filter(|at| !by_themselves.contains(&calls[*at])).collect();
    assert!(sites.iter().filter(|at| calls[**at] == "save_pool").count() >= 3, "{calls:?}");
    for at in sites {
        for fault in [Fault::Before, Fault::After] {
            check(&[(at, fault)]).await;
        }
    }
}
