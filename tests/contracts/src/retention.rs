//! The promises of `Erase` and `Walk`.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    follow_up::Erasure,
    history::{Change, Entry, Erase as Part, MatchRow, RecordChange},
    id::{EffectId, MatchKey, RecordKey},
    playbook::Retention,
};
use engine::ports::{
    Cursor, Effects, Erase, ExecutionFilter, Executions, Histories, Look, Matches, Round, Rounds, TaskFilter, Tasks,
    Walk,
};

use crate::samples::{at, effect, ended, entry, execution, history, record, sent, task};

fn erasure(record: &RecordKey, below: u64, seqs: &[u64]) -> Erasure {
    let part = Part { record: record.clone(), below, open_tasks: BTreeSet::new(), needed: BTreeSet::new() };
    Erasure { seqs: seqs.to_vec(), ..Erasure::of(&part, &[]) }
}

async fn append(ports: &impl Histories, record: &RecordKey, seqs: std::ops::RangeInclusive<u64>) {
    for seq in seqs {
        ports.append(&entry(record, seq)).await.expect("appended");
    }
}

fn seqs(entries: &[Arc<Entry>]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

pub async fn the_first_entries_come_oldest_first(ports: &(impl Histories + Erase)) {
    append(ports, &record("L1"), 1..=12).await;
    append(ports, &record("L10"), 1..=1).await;
    assert_eq!(seqs(&ports.oldest(&record("L1"), 3).await.expect("read")), [1, 2, 3]);
    assert_eq!(seqs(&ports.oldest(&record("L1"), 50).await.expect("read")), (1..=12).collect::<Vec<_>>());
    assert_eq!(ports.oldest(&record("L2"), 50).await.expect("read"), []);
}

pub async fn what_is_erased_is_gone_and_the_rest_stays(ports: &(impl Histories + Erase)) {
    let lead = record("L1");
    append(ports, &lead, 1..=4).await;
    append(ports, &record("L2"), 1..=1).await;
    for _ in 0..2 {
        ports.erase(&erasure(&lead, 4, &[1, 2, 3])).await.expect("once and again");
        assert_eq!(seqs(&ports.oldest(&lead, 9).await.expect("read")), [4]);
        assert_eq!(ports.entry(&lead, 3).await.expect("read"), None);
        assert_eq!(ports.newest(&lead).await.expect("read").map(|entry| entry.seq), Some(4));
        let page = ports.page(&lead, None, 9).await.expect("read");
        assert_eq!(page.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [4]);
        let look = ports.look(&lead, &"m2".into(), None).await.expect("read");
        assert_eq!((look.newest.map(|entry| entry.seq), look.own), (Some(4), None));
    }
    assert!(ports.newest(&record("L2")).await.expect("read").is_some());
    append(ports, &lead, 5..=5).await;
    assert_eq!(ports.newest(&lead).await.expect("read").map(|entry| entry.seq), Some(5), "it goes on");
}

pub async fn what_is_left_of_a_beginning_that_is_being_erased_is_read(ports: &(impl Histories + Erase)) {
    let lead = record("L1");
    for entry in history(&lead, 20) {
        ports.append(&entry).await.expect("appended");
    }
    let deletion = tombstone(&lead, 21);
    ports.append(&deletion).await.expect("appended");
    // The snapshot that the rest goes on from is gone first.
    ports.erase(&erasure(&lead, 21, &[1, 2, 3])).await.expect("erased");
    let left = ports.oldest(&lead, 9).await.expect("read");
    assert_eq!(seqs(&left), (4..=12).collect::<Vec<_>>());
    let named = |entry: &Entry| matches!(&entry.changes[..], [Change::Record(RecordChange::FieldsSet { .. })]);
    assert!(left.iter().all(|entry| named(entry)), "they say what they changed");
    let page = ports.page(&lead, None, 50).await.expect("read");
    assert_eq!(page, [deletion], "what waits to be erased is not shown");
}

pub async fn a_walk_shows_each_record_as_it_is_now(ports: &(impl Histories + Walk)) {
    let all: Vec<Vec<Entry>> = ["L1", "L2", "L3"].map(|id| history(&record(id), 12)).into();
    for entry in all.iter().flatten() {
        ports.append(entry).await.expect("appended");
    }
    for step in [1, 5, 100] {
        let (mut shown, mut place) = (Vec::new(), None);
        loop {
            let page = ports.walk(place.as_ref(), step).await.expect("read");
            shown.extend(page.items.into_iter().map(|(entry, _)| entry));
            place = page.next;
            if place.is_none() {
                break;
            }
        }
        for entry in shown.iter().map(|entry| &**entry) {
            assert!(all.iter().flatten().any(|one| one == entry), "{step}: {entry:?} was never appended");
        }
        for history in &all {
            assert!(shown.iter().any(|entry| Some(&**entry) == history.last()), "{step}: {history:?}");
        }
    }
}

pub async fn a_history_that_is_erased_to_its_end_can_begin_again(ports: &(impl Histories + Erase)) {
    let lead = record("L1");
    append(ports, &lead, 1..=2).await;
    assert!(ports.newest(&lead).await.expect("read").is_some());
    ports.erase(&erasure(&lead, 3, &[1, 2])).await.expect("erased");
    assert_eq!(ports.newest(&lead).await.expect("read"), None);
    append(ports, &lead, 1..=1).await;
    assert_eq!(ports.newest(&lead).await.expect("read").map(|entry| entry.seq), Some(1));
}

/// An entry that deletes what is before it.
fn tombstone(record: &RecordKey, seq: u64) -> Entry {
    let mut entry = entry(record, seq);
    let change = Change::Record(RecordChange::Deleted {
        rule: "30 days".parse().expect("a lifetime"),
        last: at(0),
        entries: seq - 1,
    });
    let mut head = domain::history::Head::default();
    head.apply(&change, seq, entry.at);
    (entry.changes, entry.head) = (vec![change], Arc::new(head));
    entry.remembered()
}

pub async fn what_waits_to_be_erased_is_no_messages_own_entry(ports: &impl Histories) {
    let lead = record("L1");
    append(ports, &lead, 1..=2).await;
    ports.append(&tombstone(&lead, 3)).await.expect("appended");
    let look = ports.look(&lead, &"m2".into(), None).await.expect("read");
    assert_eq!((look.newest.map(|entry| entry.seq), look.own), (Some(3), None));
    let Look { own, .. } = ports.look(&lead, &"m3".into(), None).await.expect("read");
    assert_eq!(own.map(|own| own.seq), Some(3), "the deletion's own message finds it");
}

pub async fn rows_go_with_their_entries_unless_they_are_of_later_ones(
    ports: &(impl Histories + Erase + Matches + Tasks + Executions + Effects),
) {
    let lead = record("L1");
    append(ports, &lead, 1..=6).await;
    for seq in [2, 5] {
        let name = |what: &str| format!("{what}{seq}");
        let key = MatchKey::new(name("mat_"));
        ports.put_match(&MatchRow { key, record: lead.clone(), seq }).await.expect("put");
        ports.put_task(&ended(task(&name("tsk_"), seq, 0))).await.expect("put");
        ports.put_execution(&execution(&name("exe_"), seq, 0)).await.expect("put");
    }
    ports.claim(&effect("eff_2", "a", 0)).await.expect("claimed");
    ports.claim(&effect("eff_5", "a", 0)).await.expect("claimed");
    let erasure = Erasure {
        matches: ["mat_2", "mat_5"].map(MatchKey::new).into(),
        tasks: ["tsk_2".into(), "tsk_5".into()].into(),
        executions: ["exe_2".into(), "exe_5".into()].into(),
        effects: ["eff_2".into()].into(),
        ..erasure(&lead, 5, &[1, 2, 3, 4])
    };
    for _ in 0..2 {
        ports.erase(&erasure).await.expect("once and again");
        assert_eq!(ports.matches(&MatchKey::new("mat_2"), 9).await.expect("read"), []);
        let left = ports.matches(&MatchKey::new("mat_5"), 9).await.expect("read");
        assert_eq!(left, [MatchRow { key: MatchKey::new("mat_5"), record: lead.clone(), seq: 5 }]);
        let filter = TaskFilter { ended: true, record: Some(lead.clone()), assigned_to: None };
        let tasks = ports.tasks(&filter, None, 9).await.expect("read").items;
        assert_eq!(tasks.iter().map(|row| row.seq).collect::<Vec<_>>(), [5]);
        let state = domain::history::ExecutionState::Open;
        let filter = ExecutionFilter { state, workflow: None, since: None };
        let open = ports.executions(&filter, None, 9).await.expect("read").items;
        assert_eq!(open.iter().map(|row| row.seq).collect::<Vec<_>>(), [5]);
        assert_eq!(ports.effect(&EffectId::new("eff_2")).await.expect("read"), None);
        assert!(ports.effect(&EffectId::new("eff_5")).await.expect("read").is_some());
    }
}

/// Every history that a walk of such steps comes to, with the newest entry that it showed.
async fn walked(ports: &impl Walk, step: usize) -> std::collections::BTreeMap<RecordKey, u64> {
    let mut found = std::collections::BTreeMap::new();
    let mut place: Option<Cursor> = None;
    for steps in 0.. {
        assert!(steps < 200, "it never ends");
        let page = ports.walk(place.as_ref(), step).await.expect("read");
        for (entry, _) in &page.items {
            let newest = found.entry(entry.record.clone()).or_insert(entry.seq);
            *newest = entry.seq.max(*newest);
        }
        place = page.next;
        if place.is_none() {
            break;
        }
    }
    found
}

pub async fn a_walk_of_any_steps_comes_to_the_newest_of_every_history(ports: &(impl Histories + Walk)) {
    assert!(walked(ports, 3).await.is_empty());
    let mut all = std::collections::BTreeMap::new();
    for number in 1..=7 {
        let lead = record(&format!("L{number}"));
        append(ports, &lead, 1..=number).await;
        all.insert(lead, number);
    }
    for step in [1, 2, 3, 100] {
        assert_eq!(walked(ports, step).await, all, "in steps of {step}");
    }
}

pub async fn a_walk_goes_on_behind_any_of_its_entries(ports: &(impl Histories + Walk + Erase)) {
    for number in 1..=5 {
        append(ports, &record(&format!("L{number}")), 1..=2).await;
    }
    let whole = ports.walk(None, 100).await.expect("read").items;
    let (second, place) = &whole[1];
    // Its own history may be gone by then.
    ports.erase(&erasure(&second.record, 3, &[1, 2])).await.expect("erased");
    let rest = ports.walk(Some(place), 100).await.expect("read").items;
    let records = |of: &[(Arc<Entry>, Cursor)]| of.iter().map(|(entry, _)| entry.record.clone()).collect::<Vec<_>>();
    assert_eq!(records(&rest), records(&whole[2..]));
}

pub async fn old_settled_effects_are_forgotten_or_go_by_themselves(ports: &(impl Effects + Walk)) {
    for (id, millis) in [("eff_1", 0), ("eff_2", 1), ("eff_3", 2), ("eff_4", 3), ("eff_5", 3)] {
        ports.claim(&effect(id, "a", millis)).await.expect("claimed");
        if id != "eff_2" {
            ports.settle(&EffectId::new(id), &sent(), at(millis)).await.expect("settled");
        }
    }
    let first = ports.forget_effects(at(2), 1).await.expect("deleted");
    let second = ports.forget_effects(at(2), 9).await.expect("deleted");
    let mut left = Vec::new();
    for id in ["eff_1", "eff_2", "eff_3", "eff_4", "eff_5"] {
        left.extend(ports.effect(&EffectId::new(id)).await.expect("read").map(|_| id));
    }
    match first {
        0 => assert_eq!((second, left.len()), (0, 5)),
        _ => assert_eq!((first, second, left), (1, 1, vec!["eff_2", "eff_4", "eff_5"])),
    }
}

pub async fn how_far_retention_has_come_is_kept(ports: &impl Walk) {
    assert_eq!(ports.rounds().await.expect("read"), None);
    let rule: Retention = serde_json::from_str(r#"{ "closed_records": "2 years" }"#).expect("a rule");
    let latest =
        Round { began_at: at(0), ended_at: None, rule, only_counts: true, looked_at: 3, records: 2, effects: 1 };
    let mut rounds = Rounds { latest, before: None, place: Some("7#lead/L1".to_owned()), is_walked: false };
    ports.set_rounds(&rounds).await.expect("kept");
    assert_eq!(ports.rounds().await.expect("read").as_ref(), Some(&rounds));
    rounds.latest.ended_at = Some(at(1));
    (rounds.before, rounds.place, rounds.is_walked) = (Some(rounds.latest.clone()), None, true);
    ports.set_rounds(&rounds).await.expect("kept");
    assert_eq!(ports.rounds().await.expect("read"), Some(rounds));
}
