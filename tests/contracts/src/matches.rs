//! The promises of `Matches`.

use std::collections::BTreeSet;

use domain::{
    history::MatchRow,
    id::{MatchKey, RecordKey},
};
use engine::ports::Matches;

use crate::samples::record;

fn row(key: &str, id: &str, seq: u64) -> MatchRow {
    MatchRow { key: MatchKey::new(key), record: record(id), seq }
}

async fn found(ports: &impl Matches, key: &str, limit: usize) -> BTreeSet<RecordKey> {
    let rows = ports.matches(&MatchKey::new(key), limit).await.expect("read");
    let count = rows.len();
    let records: BTreeSet<RecordKey> = rows.into_iter().map(|row| row.record).collect();
    assert_eq!(records.len(), count, "each once");
    records
}

pub async fn a_record_is_found_by_its_key_and_by_no_other(ports: &impl Matches) {
    for row in [row("acme", "C1", 1), row("acme", "C2", 1), row("apex", "C1", 2)] {
        ports.put_match(&row).await.expect("kept");
    }
    assert_eq!(found(ports, "acme", 5).await, [record("C1"), record("C2")].into());
    assert_eq!(found(ports, "apex", 5).await, [record("C1")].into());
    assert_eq!(found(ports, "acm", 5).await, BTreeSet::new());
}

pub async fn a_repeated_match_is_one(ports: &impl Matches) {
    for seq in [3, 3, 1, 4] {
        ports.put_match(&row("acme", "C1", seq)).await.expect("kept");
    }
    let rows = ports.matches(&MatchKey::new("acme"), 5).await.expect("read");
    assert_eq!(rows, [row("acme", "C1", 4)], "of the latest entry that put it");
}

pub async fn no_more_matches_than_asked_for(ports: &impl Matches) {
    for number in 0..4 {
        ports.put_match(&row("acme", &format!("C{number}"), 1)).await.expect("kept");
    }
    assert_eq!(found(ports, "acme", 3).await.len(), 3);
    assert_eq!(found(ports, "acme", 4).await.len(), 4);
}
