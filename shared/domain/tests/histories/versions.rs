//! Entries that earlier releases wrote, as they wrote them, recorded with the code of the day. They never change.
//!
//! `written/version-1.jsonl` and `-2` are one lead's history each (before 8a19b1a and 055d215); `-5` has every change
//! there was, each entry before a line with the record after it (at dc453bb).

use std::collections::BTreeSet;

use domain::{
    calendar::Zone,
    explain::{Voice, assignments, timeline},
    history::{ENTRY_VERSION, Entry, Head, SNAPSHOT_EVERY, unfold},
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

#[test]
fn every_change_of_version_5_is_read_and_folds_as_it_did() {
    let mut kinds = BTreeSet::new();
    let lines: Vec<&str> = include_str!("written/version-5.jsonl").lines().collect();
    for pair in lines.chunks(2) {
        let [written, head] = pair else { panic!("an entry, and the record after it") };
        let entry = entry(written);
        let head: Head = serde_json::from_str(head).expect("the record after it");
        assert_eq!(*entry.head, head, "{written}");
        // A store may keep the parts of an object in another order.
        let sorted: serde_json::Value = serde_json::from_str(written).expect("JSON");
        kinds.extend(sorted["changes"].as_array().expect("changes").iter().map(|change| change["change"].to_string()));
        assert_eq!(self::entry(&sorted.to_string()), entry);
        let again = Entry { version: ENTRY_VERSION, seq: SNAPSHOT_EVERY + 1, ..entry.clone() };
        let again = serde_json::to_string(&again).expect("plain data");
        assert_eq!(self::entry(&again).changes, entry.changes);
    }
    assert_eq!(kinds.len(), 46, "all that version 5 had");
}
