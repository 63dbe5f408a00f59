//! One lead, every single fault at every call, and many pairs.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use domain::{
    history::TaskState,
    id::{PoolId, RecordKey},
    instant::Instant,
    message::{Command, ToEvaluate},
    playbook::Playbook,
};
use engine::ports::{Effects, ExecutionFilter, Executions, Pools, TaskFilter, Tasks};
use host::Delivery;
use serde_json::{Value as Json, json};
use simulation::{Fault, World, call_logged, demo_request};

/// A Monday morning, Berlin time 10:00.
const MORNING: &str = "2026-03-02T09:00:00Z";

/// Pairs tried in an ordinary run; `SIMULATION_PAIRS=all` tries every one.
const PAIRS: usize = 200;

fn playbook() -> Playbook {
    serde_json::from_str(include_str!("../src/playbook.json")).unwrap()
}

/// The same, but a route asks a pool first whose only member works on Saturdays.
fn routed() -> Playbook {
    let mut playbook: Json = serde_json::from_str(include_str!("../src/playbook.json")).unwrap();
    playbook["people"]["sam"] =
        json!({ "name": "Sam", "email": "sam@example.com", "hours": { "sat": "09:00-10:00" }, "manager": "maria" });
    playbook["pools"]["saturday"] = json!({ "lead": "maria", "members": { "sam": 1 } });
    playbook["routing"] = json!({ "routes": { "demo": [
        { "rule": "Customer", "owner_of": "company" },
        { "rule": "Rest", "pool": "saturday", "if_nobody_available": { "pool": "inbound" } },
    ] } });
    playbook["workflows"]["speed-to-lead"]["then"][0] = json!({ "assign": { "route": "demo" } });
    serde_json::from_value(playbook).unwrap()
}

fn lead() -> RecordKey {
    RecordKey::new("lead", "ada")
}

/// What happens to the lead after it arrived.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Story {
    /// Called two minutes after it came.
    Called,
    /// Nobody calls, twice.
    Missed,
    /// The call is logged in the very minute in which the time runs out.
    CalledAtTheLast,
    /// Called, and then it turns out to be nobody that should count.
    Credited,
    /// Called, after the pool asked first had nobody and the next one was asked.
    HandedOn,
}

const STORIES: [Story; 5] = [Story::Called, Story::Missed, Story::CalledAtTheLast, Story::Credited, Story::HandedOn];

async fn play(story: Story, delivery: Delivery, faults: &[(usize, Fault)]) -> World {
    let playbook = if story == Story::HandedOn { routed() } else { playbook() };
    let mut world = World::new(MORNING, &playbook, faults.iter().copied()).await.delivering(delivery);
    let start = world.now();
    world.publish(demo_request("ada", 25.0, 55.0, start), "evt-ada").await;
    let called_after = match story {
        Story::Called | Story::Credited | Story::HandedOn => Some(2),
        Story::CalledAtTheLast => Some(15),
        Story::Missed => None,
    };
    if let Some(minutes) = called_after {
        world.run_until(start.plus_minutes(minutes)).await;
        world.publish(call_logged("ada", start.plus_minutes(minutes)), "call").await;
    }
    if story == Story::Credited {
        let command = Command::Credit { reason: "no-show".to_owned() };
        world.publish(ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command }, "credit").await;
    }
    // A fault puts a message off by half a minute; two, by a minute; a lease, by two.
    world.run_until(start.plus_minutes(called_after.unwrap_or(30) + 8)).await;
    world
}

/// What must hold whatever went wrong: one owner, one message of each sort at most, one task,
/// an execution that has ended, and a pool that counts what it gave.
async fn check(story: Story, world: &World, faults: &[(usize, Fault)]) {
    let names = world.calls();
    let case = || {
        let named: Vec<_> = faults.iter().map(|(at, fault)| (at, fault, names.get(*at))).collect();
        format!("{story:?} with {named:?}")
    };
    let head = world.head(&lead()).await;
    assert_eq!(world.left_over(), 0, "messages are left over: {}", case());
    assert!(head.executions.is_empty(), "the execution has not ended: {}", case());

    let ended = ExecutionFilter { state: domain::history::ExecutionState::Ended, workflow: None, since: None };
    assert_eq!(world.store().executions(&ended, None, 10).await.unwrap().items.len(), 1, "{}", case());

    let owner = head.owner.unwrap_or_else(|| panic!("nobody owns the lead: {}", case())).person;
    let (pool, _) = world.store().pool(&PoolId::new("inbound"), &[]).await.unwrap();
    let given: u64 = pool.members.values().map(|share| share.given).sum();
    let credited: u64 = pool.members.values().map(|share| share.credited).sum();
    assert_eq!(credited, u64::from(story == Story::Credited), "credited: {}", case());
    assert!(head.credits.is_empty(), "a credit is still awaited: {}", case());
    let (expected_given, expected_owner) = match story {
        Story::Credited => (0, Some("ana")),
        Story::Called | Story::HandedOn => (1, Some("ana")),
        Story::Missed => (2, Some("maria")),
        // Either order of the two is right, but never half of each.
        Story::CalledAtTheLast => (given.clamp(1, 2), None),
    };
    assert_eq!(given, expected_given, "slots leaked: {}", case());
    assert!(expected_owner.is_none_or(|expected| owner.as_str() == expected), "{owner} owns it: {}", case());

    let outbox = world.store().effects(None, 50).await.unwrap().items;
    let intros = world.mailbox().iter().filter(|sent| sent.subject == "Hello ada").count();
    let doubts = head.tasks.iter().filter(|task| task.title.starts_with("Sent or not?")).count();
    assert!(intros <= 1, "sent twice: {}", case());
    assert!(intros == 1 || doubts == 1, "lost in silence: {}", case());
    let mut keys: Vec<_> = outbox.iter().map(|row| row.request.effect.clone()).collect();
    keys.dedup();
    assert_eq!(keys.len(), outbox.len(), "{}", case());

    let all = TaskFilter { ended: true, ..TaskFilter::default() };
    let calls: Vec<_> = world.store().tasks(&all, None, 50).await.unwrap().items;
    let open = world.store().tasks(&TaskFilter::default(), None, 50).await.unwrap().items;
    let tasks: Vec<_> = calls.iter().chain(&open).filter(|row| row.task.title == "Call within 5 min").collect();
    assert_eq!(tasks.len(), 1, "{}", case());
    if matches!(story, Story::Called | Story::Credited) {
        assert!(matches!(tasks[0].state, TaskState::Ended(_)), "the row was turned back: {}", case());
    }
    if story == Story::Missed {
        assert_eq!(tasks[0].task.assigned_to.as_ref().map(|person| person.as_str()), Some("maria"), "{}", case());
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
}

/// Calls of the minute's work: every minute makes the same ones, so some stand for all.
const EACH_MINUTE: [&str; 6] =
    ["swept_to", "timers_in", "set_swept_to", "receive_dead", "dead_letters", "put_dead_letter"];
const EVERY_SO_MANY: usize = 5;

/// The calls of a run that are made to go wrong: all on the lead's way, some of the minutes'.
fn sites(faultless: &World) -> Vec<usize> {
    let calls = faultless.calls();
    let sites: Vec<usize> =
        (0..calls.len()).filter(|at| !EACH_MINUTE.contains(&calls[*at]) || at % EVERY_SO_MANY == 0).collect();
    assert!(sites.len() > 45, "the run makes only {} calls", sites.len());
    sites
}

fn every_single_fault(story: Story) {
    runtime().block_on(async {
        for delivery in [Delivery::Once, Delivery::InUnits] {
            let faultless = play(story, delivery, &[]).await;
            for at in sites(&faultless) {
                let faults: &[Fault] = match faultless.calls()[at] {
                    "send" => &[Fault::Before, Fault::After, Fault::NotYet],
                    _ => &[Fault::Before, Fault::After],
                };
                for &fault in faults {
                    let faults = [(at, fault)];
                    check(story, &play(story, delivery, &faults).await, &faults).await;
                }
            }
        }
    });
}

#[test]
fn a_faultless_run_is_what_the_others_are_held_against() {
    runtime().block_on(async {
        for story in STORIES {
            check(story, &play(story, Delivery::Once, &[]).await, &[]).await;
        }
    });
}

#[test]
fn what_is_done_in_one_transaction_leaves_the_same_entries_as_from_queue_to_queue() {
    runtime().block_on(async {
        for story in STORIES {
            let from_queue_to_queue = play(story, Delivery::Once, &[]).await;
            let in_units = play(story, Delivery::InUnits, &[]).await;
            assert_eq!(in_units.entries().await, from_queue_to_queue.entries().await, "{story:?}");
            // At least the pool's request and its answer come to no queue.
            assert!(in_units.taken() + 2 <= from_queue_to_queue.taken(), "{story:?}: {}", in_units.taken());
            check(story, &in_units, &[]).await;
        }
    });
}

#[test]
fn a_lead_that_is_called_survives_every_single_fault() {
    every_single_fault(Story::Called);
}

#[test]
fn a_lead_that_nobody_calls_survives_every_single_fault() {
    every_single_fault(Story::Missed);
}

#[test]
fn a_call_at_the_last_moment_survives_every_single_fault() {
    every_single_fault(Story::CalledAtTheLast);
}

#[test]
fn a_lead_that_is_credited_survives_every_single_fault() {
    every_single_fault(Story::Credited);
}

#[test]
fn a_lead_that_one_pool_hands_on_to_the_next_survives_every_single_fault() {
    every_single_fault(Story::HandedOn);
}

#[test]
fn a_lead_survives_two_faults_at_once() {
    runtime().block_on(async {
        let calls = play(Story::Missed, Delivery::Once, &[]).await.calls().len();
        let sites: Vec<(usize, Fault)> = (0..calls).flat_map(|at| [(at, Fault::Before), (at, Fault::After)]).collect();
        let pairs = sites.len() * (sites.len() - 1) / 2;
        let all = std::env::var("SIMULATION_PAIRS").is_ok_and(|pairs| pairs == "all");
        // A prime stride visits every call before it visits one in the same company again.
        let stride = if all { 1 } else { (pairs / PAIRS).max(1) | 1 };
        for pair in (0..pairs).step_by(stride) {
            let (first, second) = unrank(pair);
            let faults = [sites[first], sites[second]];
            let delivery = if pair % 2 == 0 { Delivery::Once } else { Delivery::InUnits };
            check(Story::Missed, &play(Story::Missed, delivery, &faults).await, &faults).await;
        }
    });
}

/// The `n`th pair `(i, j)` with `i < j`, counted along the diagonal.
fn unrank(n: usize) -> (usize, usize) {
    let mut j = 1;
    let mut before = 0;
    while before + j <= n {
        before += j;
        j += 1;
    }
    (n - before, j)
}

#[test]
fn a_lead_at_night_is_answered_at_once_and_served_at_the_opening() {
    runtime().block_on(async {
        let mut world = World::new("2026-03-02T02:00:00Z", &playbook(), []).await;
        let night = world.now();
        world.publish(demo_request("ada", 25.0, 55.0, night), "evt-ada").await;
        world.run_until(night.plus_minutes(2)).await;
        let head = world.head(&lead()).await;
        assert!(head.owner.is_none());
        assert_eq!(world.mailbox().iter().map(|sent| sent.subject.as_str()).collect::<Vec<_>>(), ["We open at nine"]);
        world.run_until(Instant::parse("2026-03-02T08:01:00Z").unwrap()).await;
        let head = world.head(&lead()).await;
        assert_eq!(head.owner.unwrap().person.as_str(), "ana");
        assert_eq!(world.mailbox().len(), 2);
        assert_eq!(head.tasks.len(), 1);
    });
}
