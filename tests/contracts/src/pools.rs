//! The promises of `Pools`.

use domain::{
    id::{PoolId, RecordKey},
    rotation::{Place, PoolState, Slot, Worth},
};
use engine::ports::{PoolVersion, Pools, Saved};

use crate::samples::{at, large_pool, member, pool, record};

fn inbound() -> PoolId {
    PoolId::new("inbound")
}

async fn read(ports: &impl Pools, records: &[RecordKey]) -> (PoolState, PoolVersion) {
    ports.pool(&inbound(), records).await.expect("read")
}

async fn save(ports: &impl Pools, before: &PoolState, after: &PoolState, read: PoolVersion) -> Saved {
    ports.save_pool(&inbound(), before, after, read).await.expect("answered")
}

/// Saves the pool's first version.
async fn begin(ports: &impl Pools, state: &PoolState) {
    assert_eq!(save(ports, &PoolState::default(), state, 0).await, Saved::Done);
}

/// The same pool, where one record's slot is this member's.
fn holding(state: &PoolState, record: &RecordKey, number: u16) -> PoolState {
    let mut state = state.clone();
    state.slots.insert(record.clone(), Slot { person: member(number), worth: None });
    state
}

/// The same pool, where one member was given one more.
fn giving(state: &PoolState, number: u16) -> PoolState {
    let mut state = state.clone();
    state.members.get_mut(&member(number)).expect("a member").given += 1;
    state
}

pub async fn a_pool_never_saved_is_empty_at_version_0(ports: &impl Pools) {
    assert_eq!(read(ports, &[record("L1")]).await, (PoolState::default(), 0));
}

pub async fn a_saved_pool_is_read_back_one_version_on(ports: &impl Pools) {
    let mut before = PoolState::default();
    for version in 0..3 {
        assert_eq!(save(ports, &before, &pool(version), version).await, Saved::Done);
        assert_eq!(read(ports, &[]).await, (pool(version), version + 1));
        before = pool(version);
    }
    assert_eq!(ports.pool(&PoolId::new("other"), &[]).await.expect("read"), (PoolState::default(), 0));
}

pub async fn saving_an_outdated_pool_conflicts(ports: &impl Pools) {
    begin(ports, &pool(0)).await;
    save(ports, &pool(0), &pool(1), 1).await;
    for outdated in [0, 1, 3] {
        assert_eq!(save(ports, &pool(1), &pool(9), outdated).await, Saved::Conflict);
    }
    assert_eq!(read(ports, &[]).await, (pool(1), 2));
    let other = ports.save_pool(&PoolId::new("other"), &pool(1), &pool(9), 1).await;
    assert_eq!(other.expect("answered"), Saved::Conflict);
}

pub async fn of_two_racing_saves_one_conflicts(ports: &impl Pools) {
    let (before, version) = read(ports, &[]).await;
    assert_eq!(save(ports, &before, &pool(1), version).await, Saved::Done);
    assert_eq!(save(ports, &before, &pool(2), version).await, Saved::Conflict);
}

pub async fn pages_and_slots_are_read_back(ports: &impl Pools) {
    let (one, other) = (record("L1"), record("L2"));
    let state = holding(&holding(&large_pool(40, 1), &one, 3), &other, 39);
    begin(ports, &state).await;
    assert_eq!(read(ports, &[one, other]).await, (state, 1));
}

pub async fn only_the_slots_asked_for_are_read(ports: &impl Pools) {
    let (one, other) = (record("L1"), record("L2"));
    let with_one = holding(&large_pool(3, 1), &one, 0);
    begin(ports, &holding(&with_one, &other, 1)).await;
    let asked = [one.clone(), record("L3"), one];
    assert_eq!(read(ports, &asked).await, (with_one, 1));
    assert_eq!(read(ports, &[]).await, (large_pool(3, 1), 1));
}

pub async fn a_pool_that_never_counted_open_records_has_no_slots(ports: &impl Pools) {
    let state = PoolState { counts_open: false, ..large_pool(3, 1) };
    begin(ports, &state).await;
    assert_eq!(read(ports, &[record("L1")]).await, (state, 1));
}

pub async fn a_page_that_did_not_change_is_not_written(ports: &impl Pools) {
    let stored = large_pool(40, 1);
    begin(ports, &stored).await;
    // What the saver holds for the other pages is not what is stored, and must not get there.
    let before = giving(&stored, 39);
    assert_eq!(save(ports, &before, &giving(&before, 20), 1).await, Saved::Done);
    assert_eq!(read(ports, &[]).await, (giving(&stored, 20), 2));
}

pub async fn a_slot_is_written_and_removed_with_the_save(ports: &impl Pools) {
    let lead = record("L1");
    let without = large_pool(3, 1);
    begin(ports, &without).await;
    let mut before = without.clone();
    for (version, after) in [holding(&without, &lead, 0), holding(&without, &lead, 2), without].iter().enumerate() {
        let version = version as u64 + 1;
        assert_eq!(save(ports, &before, after, version).await, Saved::Done);
        before = after.clone();
        assert_eq!(read(ports, std::slice::from_ref(&lead)).await, (before.clone(), version + 1));
    }
}

pub async fn what_a_slot_is_worth_is_kept_with_it(ports: &impl Pools) {
    let lead = record("L1");
    let worth = |hundredths| {
        let mut state = holding(&large_pool(3, 1), &lead, 0);
        let worth = Some(Worth::from_hundredths(hundredths));
        state.slots.insert(lead.clone(), Slot { person: member(0), worth });
        state
    };
    begin(ports, &worth(1_200_050)).await;
    let (mut before, mut version) = (worth(1_200_050), 1);
    // The largest, nothing that is not none, and none: only the worth differs.
    for after in [worth(u64::MAX), worth(0), holding(&large_pool(3, 1), &lead, 0)] {
        assert_eq!(read(ports, std::slice::from_ref(&lead)).await, (before.clone(), version));
        assert_eq!(save(ports, &before, &after, version).await, Saved::Done);
        (before, version) = (after, version + 1);
    }
    assert_eq!(read(ports, std::slice::from_ref(&lead)).await, (before, version));
}

pub async fn a_conflict_writes_no_page_and_no_slot(ports: &impl Pools) {
    let [kept, gone, new] = ["L1", "L2", "L3"].map(record);
    let stored = holding(&holding(&large_pool(40, 1), &kept, 1), &gone, 2);
    begin(ports, &stored).await;
    let mut winner = giving(&stored, 17);
    winner.slots.remove(&gone);
    let mut loser = giving(&giving(&holding(&stored, &new, 39), 39), 18);
    loser.slots.remove(&kept);
    loser.members.insert(member(48), large_pool(49, 1).members[&member(48)].clone());
    assert_eq!(save(ports, &stored, &winner, 1).await, Saved::Done);
    assert_eq!(save(ports, &stored, &loser, 1).await, Saved::Conflict);
    assert_eq!(read(ports, &[kept, gone, new]).await, (winner, 2));
}

pub async fn of_two_savers_who_differ_in_slots_alone_one_conflicts(ports: &impl Pools) {
    let [one, other] = ["L1", "L2"].map(record);
    let stored = holding(&holding(&large_pool(3, 1), &one, 0), &other, 0);
    begin(ports, &stored).await;
    let without = |record: &RecordKey| {
        let mut state = stored.clone();
        state.slots.remove(record);
        state
    };
    assert_eq!(save(ports, &stored, &without(&one), 1).await, Saved::Done);
    assert_eq!(save(ports, &stored, &without(&other), 1).await, Saved::Conflict);
    assert_eq!(read(ports, &[one.clone(), other]).await, (without(&one), 2));
}

/// The most that a batch of ten requests can change: everybody begins or ceases to take part.
pub async fn a_thousand_members_and_ten_slots_change_in_one_save(ports: &impl Pools) {
    let before = large_pool(1000, 1);
    begin(ports, &before).await;
    let leads: Vec<RecordKey> = (0..10).map(|number| record(&format!("L{number}"))).collect();
    let mut after = large_pool(1000, 2);
    for (number, lead) in (0..).zip(&leads) {
        after = holding(&after, lead, 99 * number);
    }
    assert_eq!(save(ports, &before, &after, 1).await, Saved::Done);
    assert_eq!(read(ports, &leads).await, (after, 2));
}

fn place(second: i64) -> Place {
    let name = format!("r{second}");
    Place { since: at(second * 1000), request: name.as_str().into(), record: record(&name) }
}

/// The same pool, with these in line and nobody else at hand.
fn in_line(state: &PoolState, seconds: impl IntoIterator<Item = i64>) -> PoolState {
    PoolState { line: seconds.into_iter().map(place).collect(), has_line: true, ..state.clone() }
}

pub async fn of_a_line_the_oldest_are_read_whatever_their_order_of_joining(ports: &impl Pools) {
    let empty = pool(1);
    begin(ports, &empty).await;
    assert_eq!(save(ports, &empty, &in_line(&empty, [30, 9, 11]), 1).await, Saved::Done);
    assert_eq!(save(ports, &empty, &in_line(&empty, 12..30), 2).await, Saved::Done);
    let seen = |state: PoolState| state.line.into_iter().map(|place| place.since).collect::<Vec<_>>();
    let oldest = [9].into_iter().chain(11..20);
    assert_eq!(seen(read(ports, &[]).await.0), oldest.map(|second| at(second * 1000)).collect::<Vec<_>>());
}

pub async fn who_leaves_a_line_is_gone_and_a_conflict_lets_nobody_join(ports: &impl Pools) {
    let before = in_line(&pool(1), [1, 2, 3]);
    begin(ports, &before).await;
    assert_eq!(save(ports, &before, &in_line(&pool(1), [2]), 1).await, Saved::Done);
    assert_eq!(save(ports, &in_line(&pool(1), [2]), &in_line(&pool(1), [2, 4]), 1).await, Saved::Conflict);
    assert_eq!(read(ports, &[]).await.0.line, [place(2)].into());
}

pub async fn the_slots_of_those_in_line_are_read_though_nobody_names_them(ports: &impl Pools) {
    let before = PoolState { counts_open: true, ..in_line(&pool(1), [1, 2]) };
    let held = holding(&before, &place(1).record, 0);
    begin(ports, &held).await;
    assert_eq!(read(ports, &[]).await.0.slots, held.slots);
}
