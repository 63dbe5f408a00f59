//! The promises of `Histories`.

use std::sync::Arc;

use domain::{history::Entry, id::MessageId};
use engine::ports::{Append, Histories};

use crate::samples::{at, entry, history, record};

async fn append(ports: &impl Histories, id: &str, seqs: std::ops::RangeInclusive<u64>) {
    for seq in seqs {
        assert_eq!(ports.append(&entry(&record(id), seq)).await.expect("appended"), Append::Done);
    }
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

pub async fn an_appended_entry_is_the_newest(ports: &impl Histories) {
    let lead = record("L1");
    assert_eq!(ports.newest(&lead).await.expect("read"), None);
    for seq in 1..=12 {
        let new = entry(&lead, seq);
        assert_eq!(ports.append(&new).await.expect("appended"), Append::Done);
        assert_eq!(ports.newest(&lead).await.expect("read"), Some(Arc::new(new.clone())));
        assert_eq!(ports.entry(&lead, seq).await.expect("read"), Some(Arc::new(new)));
    }
    assert_eq!(ports.entry(&lead, 13).await.expect("read"), None);
}

pub async fn a_taken_seq_writes_nothing(ports: &impl Histories) {
    append(ports, "L1", 1..=2).await;
    let mut second = entry(&record("L1"), 2);
    second.caused_by = MessageId::new("somebody else");
    assert_eq!(ports.append(&second).await.expect("answered"), Append::Taken);
    assert_eq!(ports.newest(&record("L1")).await.expect("read"), Some(Arc::new(entry(&record("L1"), 2))));
}

pub async fn of_two_racing_appends_one_is_taken(ports: &impl Histories) {
    let [mut left, mut right] = [entry(&record("L1"), 1), entry(&record("L1"), 1)];
    (left.caused_by, right.caused_by) = (MessageId::new("left"), MessageId::new("right"));
    let outcomes = [ports.append(&left).await.expect("answered"), ports.append(&right).await.expect("answered")];
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Append::Done).count(), 1, "{outcomes:?}");
}

pub async fn look_finds_own_entry(ports: &impl Histories) {
    append(ports, "L1", 1..=20).await;
    for (own, since) in [(20, None), (7, None), (1, None), (7, Some(entry(&record("L1"), 7).at))] {
        let look = ports.look(&record("L1"), &MessageId::new(format!("m{own}")), since).await.expect("read");
        assert_eq!(look.newest.map(|entry| entry.seq), Some(20));
        assert_eq!(look.own, Some(Arc::new(entry(&record("L1"), own))));
    }
}

pub async fn look_without_own_entry_gives_the_newest(ports: &impl Histories) {
    let nothing = ports.look(&record("L1"), &MessageId::new("m9"), None).await.expect("read");
    assert_eq!((nothing.newest, nothing.own), (None, None));
    append(ports, "L1", 1..=3).await;
    for since in [None, Some(at(0)), Some(at(86_400_000))] {
        let look = ports.look(&record("L1"), &MessageId::new("m9"), since).await.expect("read");
        assert_eq!((look.newest.map(|entry| entry.seq), look.own), (Some(3), None));
    }
}

pub async fn look_finds_own_entry_fifteen_minutes_before_since(ports: &impl Histories) {
    append(ports, "L1", 1..=30).await;
    let since = Some(entry(&record("L1"), 22).at);
    let look = ports.look(&record("L1"), &MessageId::new("m7"), since).await.expect("read");
    assert_eq!(look.own, Some(Arc::new(entry(&record("L1"), 7))));
}

pub async fn look_may_stop_before_since(ports: &impl Histories) {
    append(ports, "L1", 1..=20).await;
    let since = Some(entry(&record("L1"), 10).at);
    let look = ports.look(&record("L1"), &MessageId::new("m3"), since).await.expect("read");
    assert_eq!(look.newest.map(|entry| entry.seq), Some(20));
    assert!(look.own.is_none_or(|own| own.seq == 3), "another message's entry was given");
}

pub async fn a_page_goes_backwards_and_ends(ports: &impl Histories) {
    append(ports, "L1", 1..=12).await;
    let page = async |before, limit| seqs(&ports.page(&record("L1"), before, limit).await.expect("read"));
    assert_eq!(page(None, 5).await, [12, 11, 10, 9, 8]);
    assert_eq!(page(Some(8), 5).await, [7, 6, 5, 4, 3]);
    assert_eq!(page(Some(3), 5).await, [2, 1]);
    assert!(page(Some(1), 5).await.is_empty());
}

pub async fn records_do_not_mix(ports: &impl Histories) {
    append(ports, "L1", 1..=2).await;
    append(ports, "L10", 1..=3).await;
    assert_eq!(seqs(&ports.page(&record("L1"), None, 10).await.expect("read")), [2, 1]);
    assert_eq!(ports.newest(&record("L")).await.expect("read"), None);
    let look = ports.look(&record("L1"), &MessageId::new("m3"), None).await.expect("read");
    assert_eq!((look.newest.map(|entry| entry.seq), look.own), (Some(2), None));
}

pub async fn an_entry_is_read_with_the_record_before_it_wherever_that_is_stored(ports: &impl Histories) {
    let lead = record("L1");
    let all = history(&lead, 30);
    assert!(all.iter().filter(|entry| entry.is_snapshot()).count() <= 5, "few are snapshots");
    for entry in &all {
        assert_eq!(ports.append(entry).await.expect("appended"), Append::Done);
        assert_eq!(ports.newest(&lead).await.expect("read"), Some(Arc::new(entry.clone())));
    }
    for entry in &all {
        assert_eq!(ports.entry(&lead, entry.seq).await.expect("read"), Some(Arc::new(entry.clone())));
        let look = ports.look(&lead, &entry.caused_by, None).await.expect("read");
        assert_eq!((look.newest.map(|entry| entry.seq), look.own), (Some(30), Some(Arc::new(entry.clone()))));
        for limit in [1, 3, 8, 20, 40] {
            let page = ports.page(&lead, Some(entry.seq), limit).await.expect("read");
            let below: Vec<Entry> = all.iter().rev().filter(|one| one.seq < entry.seq).take(limit).cloned().collect();
            assert_eq!(page, below, "{limit} below {}", entry.seq);
        }
    }
}
