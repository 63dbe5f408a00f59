//! Entries that earlier releases wrote, as they wrote them, recorded with the code of the day. They never change.
//!
//! `written/version-1.jsonl` and `-2` are one lead's history each (before 8a19b1a and 055d215); `-5` and `-6` have
//! every change there was, each entry before a line with the record after it (at dc453bb and 2ee8635); `-7` is one
//! lead's history, in the same form.

use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    explain::{Voice, assignments, timeline},
    history::{ENTRY_VERSION, Entry, Head, SNAPSHOT_EVERY, Stored, unfold, unfold_newest},
    message::Command,
};

use crate::world::{World, playbook};

const WRITTEN: [(u8, &str); 2] =
    [(1, include_str!("written/version-1.jsonl")), (2, include_str!("written/version-2.jsonl"))];

/// An entry that stands alone.
fn entry(line: &str) -> Entry {
    let stored = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    unfold(vec![stored]).expect("an old entry is read").remove(0)
}

fn read(lines: &str) -> Vec<Entry> {
    lines.lines().map(entry).collect()
}

#[test]
fn entries_of_earlier_versions_tell_what_they_told() {
    let (playbook, zone) = (playbook(), Zone::utc());
    let voice = Voice::new(&playbook, &zone);
    for (version, lines) in WRITTEN {
        let entries = read(lines);
        assert!(entries.iter().all(|entry| entry.version == version));
        assert_eq!(timeline(&entries, &voice).len(), 15, "lines of version {version}");
        let picks: Vec<String> = assignments(&entries, &voice).into_iter().map(|one| one.sentence).collect();
        let expected = [
            "Assigned to Ana Lopez (pool inbound): due 0.5 leads, ahead of Ben (0.3) and Chloe (0.2)",
            "Handed over from Ana to Ben Okafor (pool inbound): due 1 lead, ahead of Chloe (0.5); Ana had it before",
        ];
        assert_eq!(picks, expected, "version {version}");
    }
}

#[test]
fn the_record_after_an_old_entry_is_the_record_before_the_next() {
    for (_, lines) in WRITTEN {
        let entries = read(lines);
        assert_eq!(*entries[0].before, Head::default());
        let waits: Vec<_> = entries.iter().flat_map(|entry| &entry.head.requests).collect();
        assert!(!waits.is_empty() && waits.iter().all(|request| request.since >= entries[0].at));
    }
    let entries = read(WRITTEN[1].1);
    for pair in entries.windows(2) {
        assert_eq!(pair[0].head.fields, pair[1].before.fields);
        assert_eq!(pair[0].head.executions, pair[1].before.executions);
    }
}

#[test]
fn a_record_of_an_earlier_version_goes_on_from_every_entry() {
    for (_, lines) in WRITTEN {
        let entries = read(lines);
        for so_far in 1..=entries.len() {
            let mut world = World::r1(25.0);
            world.manifest = entries[0].manifest.clone();
            world.entries = entries[..so_far].to_vec();
            world.now = world.entries[so_far - 1].at.plus_minutes(1);
            // What comes now has another id than what came then.
            world.events = 100;
            let seq = world.entries.len() as u64;
            world.command(Command::Reassign { to: "chloe".into(), reason: "speaks French".to_owned() });
            world.settle();
            assert_eq!(world.owner().as_deref(), Some("chloe"), "after entry {seq}");
            world.form("head");
            world.settle();
            assert!(world.entries.len() as u64 > seq + 1, "a form after entry {seq} is taken");
            world.command(Command::Close { reason: "sold".to_owned() });
            assert!(world.head().closed && world.head().executions.is_empty());
        }
    }
}

/// Each entry of such a file, and the record after it: they stand line by line.
fn with_heads(lines: &str) -> Vec<(&str, Head)> {
    let lines: Vec<&str> = lines.lines().collect();
    let pairs = lines.chunks(2).map(|pair| match pair {
        [entry, head] => (*entry, serde_json::from_str(head).expect("the record after it")),
        _ => panic!("an entry, and the record after it"),
    });
    pairs.collect()
}

/// What a change is called: by its flat name, or by its concern and its name there.
fn called(change: &serde_json::Value) -> String {
    match &change["change"] {
        serde_json::Value::String(flat) => flat.clone(),
        _ => {
            let (concern, change) = change.as_object().and_then(|change| change.iter().next()).expect("a concern");
            let name = change.as_str().or_else(|| change.as_object()?.keys().next().map(String::as_str));
            format!("{concern} {}", name.expect("a name"))
        }
    }
}

#[test]
fn every_change_of_versions_5_and_6_is_read_and_folds_as_it_did() {
    for (version, lines) in [(5, include_str!("written/version-5.jsonl")), (6, include_str!("written/version-6.jsonl"))]
    {
        let mut kinds = BTreeSet::new();
        for (written, head) in with_heads(lines) {
            let entry = entry(written);
            assert_eq!((entry.version, &*entry.head), (version, &head), "{written}");
            // A store may keep the parts of an object in another order.
            let sorted: serde_json::Value = serde_json::from_str(written).expect("JSON");
            kinds.extend(sorted["changes"].as_array().expect("changes").iter().map(called));
            assert_eq!(self::entry(&sorted.to_string()), entry);
            let again = Entry { version: ENTRY_VERSION, seq: SNAPSHOT_EVERY + 1, ..entry.clone() };
            let again = serde_json::to_string(&again).expect("plain data");
            assert_eq!(self::entry(&again).changes, entry.changes);
        }
        assert_eq!(kinds.len(), 46, "all that version {version} had");
    }
}

#[test]
fn a_history_of_version_7_is_read_from_any_snapshot_on_and_folds_as_it_did() {
    let written = with_heads(include_str!("written/version-7.jsonl"));
    let stored = |at: usize| -> Stored { serde_json::from_str(written[at].0).expect("an entry is read") };
    let snapshots: Vec<usize> = (0..written.len()).filter(|at| stored(*at).stands_alone()).collect();
    assert_eq!(snapshots, [0, 8, 16]);
    for (from, newest) in snapshots.iter().flat_map(|from| (*from..written.len()).map(move |newest| (*from, newest))) {
        let entries = unfold((from..=newest).rev().map(stored).collect()).expect("without gaps");
        let alone = unfold_newest((from..=newest).rev().map(stored).collect()).expect("without gaps");
        assert_eq!(alone.as_ref(), entries.first(), "the newest, read from {} on", from + 1);
        for (entry, (text, head)) in entries.iter().rev().zip(&written[from..]) {
            assert_eq!(&*entry.head, head, "read from {} on", from + 1);
            assert_eq!(serde_json::to_string(entry).expect("plain data"), *text, "it is written as it was");
        }
    }
}

#[test]
fn an_entry_whose_snapshot_is_missing_says_so_and_is_never_misread() {
    let written = with_heads(include_str!("written/version-7.jsonl"));
    let stored = |seqs: &[usize]| -> Vec<Stored> {
        seqs.iter().map(|seq| serde_json::from_str(written[seq - 1].0).expect("an entry is read")).collect()
    };
    for (seqs, missing) in [(&[12, 11, 10][..], "entry 10 of lead/"), (&[12, 10, 9], "entry 12 of lead/")] {
        let refused = unfold(stored(seqs)).expect_err("one is missing").to_string();
        assert_eq!(unfold_newest(stored(seqs)).expect_err("one is missing").to_string(), refused);
        assert!(refused.starts_with(missing) && refused.ends_with("is missing"), "{refused}");
    }
}
