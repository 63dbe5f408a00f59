//! What one R1 lead's rows cost in write units, indexes included, as the store itself counts.

use contracts::{
    assignments::Case,
    lead::{Line, shipped, sum},
    samples::{effect, entry, history, large_pool, member, record, sent, task, timer},
    wire::{Tally, messages_per_timer},
};
use domain::{
    event::Event,
    id::{EffectId, EventId, EventType},
    playbook::Playbook,
    rotation::{PoolState, Slot},
};
use engine::ports::{Effects, Histories, Pools, Tasks, Timers};

#[tokio::test]
async fn each_write_costs_what_the_budget_says() {
    let (ports, _guard) = crate::fresh().await;
    ports.append(&entry(&record("L1"), 1)).await.unwrap();
    ports.put_timer(&timer("t1", 1, contracts::samples::at(0))).await.unwrap();
    ports.put_task(&task("t1", 1, 0)).await.unwrap();
    ports.claim(&effect("x1", "a", 0)).await.unwrap();
    ports.settle(&EffectId::new("x1"), &sent(), contracts::samples::at(1)).await.unwrap();
    let units = |operation| ports.counts().taken()[operation].write_units;
    assert_eq!(units("append an entry"), 1.0);
    assert_eq!(units("put a timer"), 1.0);
    // The row, and its place on the list.
    assert_eq!(units("put a task"), 2.0);
    assert_eq!(units("claim an effect"), 2.0);
    // The index holds keys only, so settling does not touch it.
    assert_eq!(units("settle an effect"), 1.0);
}

/// What the store bills for one lead with a message of so many letters.
async fn check(letters: usize, expected: f64) {
    let reads = |tally| sum(tally, &[], |used| used.read_units);
    let line = Line::start().await;
    let first = line.lead("first", letters).await;
    let done = ["put a task", "put a timer", "put an execution", "save a pool", "claim an effect", "settle an effect"];
    for operation in done {
        assert!(first.contains_key(operation), "{operation}: {first:#?}");
    }
    assert_eq!(first["send an e-mail"].messages, 1);
    let units = |tally| sum(tally, &[], |used| used.write_units);
    assert!(units(&first) <= expected, "{letters} letters: {first:#?}");
    let next = line.lead("next", letters).await;
    assert!(units(&next) <= units(&first), "{letters} letters: {next:#?}");
    assert!(reads(&first) <= FIRST_READS, "{} units, {letters} letters: {first:#?}", reads(&first));
    assert!(reads(&next) <= NEXT_READS, "{} units, {letters} letters: {next:#?}", reads(&next));
}

/// Read units of a lead up to its e-mail: with nothing cached yet, and with the playbook and who is off cached. Four of
/// them ask whether somebody is known by the address or the number, and more where somebody is. Two ask whether the
/// person, by the one or the other, has begun what this finishes.
const FIRST_READS: f64 = 38.0;
const NEXT_READS: f64 = 22.0;

/// Write and read units of a lead that nobody calls, up to its close an hour later.
async fn check_to_its_close(line: Line, most: (f64, f64)) -> Tally {
    let used = line.lead_to_its_close("missed", 300).await;
    let (writes, reads) = (sum(&used, &[], |used| used.write_units), sum(&used, &[], |used| used.read_units));
    assert!(writes <= most.0 && reads <= most.1, "{writes} written, {reads} read: {used:#?}");
    used
}

#[tokio::test]
async fn a_lead_that_nobody_calls_stays_within_its_units_up_to_its_close() {
    let used = check_to_its_close(Line::start().await, (49.0, 76.0)).await;
    // The one who arms it sends it, or else the sweep of one minute.
    assert!(messages_per_timer(&used) <= 1.0, "{used:#?}");
}

#[tokio::test]
async fn the_same_with_every_message_handled_twice_writes_little_more() {
    check_to_its_close(Line::start().await.delivering_twice(), (63.0, 345.0)).await;
}

#[tokio::test]
async fn a_lead_that_is_deleted_takes_fewer_write_units_than_its_rows_once_took() {
    let used = Line::start_with(keeping()).await.lead_to_its_deletion("over", 300).await;
    let (writes, reads) = (sum(&used, &[], |used| used.write_units), sum(&used, &[], |used| used.read_units));
    assert!(writes <= 29.0 && reads <= 7.0, "{writes} written, {reads} read: {used:#?}");
}

/// What an event reads and writes of a lead with so many entries.
async fn event(entries: u64) -> (f64, f64) {
    let line = Line::start().await;
    let lead = record("L1");
    for entry in history(&lead, entries) {
        line.escalate.append(&entry).await.expect("appended");
    }
    let later = contracts::samples::at(0).plus_minutes(2_001);
    let came = Event::new(EventId::new("evt_1"), EventType::new("call_logged"), lead, later);
    let used = line.event(came).await;
    (sum(&used, &[], |used| used.read_units), sum(&used, &[], |used| used.write_units))
}

#[tokio::test]
async fn an_event_costs_no_more_however_long_the_history_is() {
    let ((few, written), (many, more_written)) = (event(16).await, event(2_000).await);
    assert!(many <= few && more_written <= written, "{few} and {many} read, {written} and {more_written} written");
}

/// What a minute reads and writes that looks for what is over, with so many closed leads of a kilobyte or less.
async fn minute(playbook: Playbook, leads: usize) -> (f64, f64) {
    let line = Line::start_with(playbook).await;
    for number in 0..leads {
        line.escalate.append(&entry(&record(&format!("L{number}")), 1)).await.expect("appended");
    }
    line.escalate.tables.counts().clear();
    engine::escalate::look_for_what_is_over(&line.escalate).await.expect("looked");
    let used = line.escalate.tables.counts().taken();
    (sum(&used, &[], |used| used.read_units), sum(&used, &[], |used| used.write_units))
}

#[tokio::test]
async fn looking_for_what_is_over_costs_half_a_read_unit_for_four_kilobytes_of_histories_and_nothing_without_a_rule() {
    let (reads, writes) = minute(shipped(), 100).await;
    let (more_reads, more_writes) = minute(keeping(), 100).await;
    assert!(reads <= 3.0 && writes == 0.0, "{reads} read, {writes} written");
    assert!(more_reads <= reads + 10.0 && more_writes <= 1.0, "{more_reads} read, {more_writes} written");
}

fn keeping() -> Playbook {
    let mut playbook = shipped();
    playbook.organisation.retention = serde_json::from_str(r#"{ "closed_records": "30 days" }"#).expect("a rule");
    playbook
}

#[tokio::test]
async fn a_whole_lead_with_a_usual_message_stays_within_sixteen_write_units_and_the_next_costs_no_more() {
    // One of them is the row by which the lead's phone number leads to it.
    check(300, 16.0).await;
}

#[tokio::test]
async fn a_whole_lead_with_a_long_message_stays_within_seventeen_write_units_and_the_next_costs_no_more() {
    check(1000, 17.0).await;
}

#[tokio::test]
async fn a_pool_that_has_served_many_leads_costs_no_more_than_a_new_one() {
    let line = Line::start().await;
    for number in 0..20 {
        let lead = line.lead(&format!("lead-{number}"), 300).await;
        assert_eq!(lead["save a pool"].write_units, 1.0, "lead {number}");
    }
}

/// What the store bills for each of these saves of a pool of forty, one after the other.
async fn units_of_saves(states: &[PoolState]) -> Vec<f64> {
    let (ports, _guard) = crate::fresh().await;
    let mut units = Vec::new();
    let mut before = PoolState::default();
    for (version, after) in states.iter().enumerate() {
        ports.counts().clear();
        ports.save_pool(&"inbound".into(), &before, after, version as u64).await.expect("saved");
        units.push(ports.counts().taken()["save a pool"].write_units);
        before = after.clone();
    }
    units
}

#[tokio::test]
async fn a_pick_in_a_pool_of_forty_writes_the_head_and_one_page() {
    let joined = large_pool(40, 1);
    let mut first_page = joined.clone();
    first_page.members.get_mut(&member(3)).unwrap().given += 1;
    let mut last_page = first_page.clone();
    last_page.members.get_mut(&member(35)).unwrap().given += 1;
    let mut slot = last_page.clone();
    slot.slots.insert(record("L1"), Slot { person: member(35), worth: None });
    // The head with its page of sixteen takes two units, a further page one; in a transaction twice that.
    assert_eq!(units_of_saves(&[joined, first_page, last_page, slot]).await, [8.0, 2.0, 6.0, 6.0]);
}

#[tokio::test]
async fn one_saver_of_a_pool_writes_once_for_each_commit() {
    for (batch, attempts) in [(1, 1.0), (10, 0.1)] {
        let count = Case { members: 20, caps: true, batch, savers: 1 }.count().await;
        assert_eq!((count.write_attempts_per_assignment, count.conflicts_per_assignment), (attempts, 0.0), "{batch}");
    }
}
