//! Whatever is stored or sent is read, and written again as it was: nothing of it is lost.

use std::{fmt::Debug, fs};

use domain::{
    history::{ExecutionRow, TaskRow, unfold},
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
    playbook::Playbook,
};
use engine::ports::{Activation, DeadLetter, EffectRow};
use rusqlite::Connection;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::Release;

fn texts(file: &Connection, sql: &str) -> Vec<String> {
    let mut select = file.prepare(sql).unwrap();
    let rows = select.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// What was written, of this type, reads, and writes the same again.
fn same<T: Serialize + DeserializeOwned + Debug>(file: &Connection, sql: &str) -> usize {
    let bodies = texts(file, sql);
    for body in &bodies {
        let read: T = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        let (was, is): (Json, Json) = (serde_json::from_str(body).unwrap(), serde_json::to_value(&read).unwrap());
        assert_eq!(is, was, "{sql}");
    }
    bodies.len()
}

/// Entries are never written again. What is read of them is all there is: under another name, each change has the
/// same parts.
fn same_entries(file: &Connection) -> usize {
    let bodies = texts(file, "SELECT body FROM entries");
    for body in &bodies {
        let stored = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
        let read = unfold(vec![stored]).expect("an entry of its day stands alone").remove(0);
        let (mut was, mut is): (Json, Json) =
            (serde_json::from_str(body).unwrap(), serde_json::to_value(&read).unwrap());
        let (flat, nested) = (was["changes"].take(), is["changes"].take());
        assert_eq!(is, was);
        let parts_of_flat = |change: &Json| {
            let mut parts = change.as_object().unwrap().clone();
            parts.remove("change");
            Json::Object(parts)
        };
        let only = |json: &Json| json.as_object().and_then(|json| json.values().next().cloned());
        // A change without parts is its name alone.
        let parts_of_nested = |change: &Json| only(&only(change).unwrap()).unwrap_or_else(|| json!({}));
        let was: Vec<Json> = flat.as_array().unwrap().iter().map(parts_of_flat).collect();
        let is: Vec<Json> = nested.as_array().unwrap().iter().map(parts_of_nested).collect();
        assert_eq!(is, was);
    }
    bodies.len()
}

#[test]
fn every_row_and_message_of_an_earlier_release_reads_and_writes_the_same() {
    for release in Release::all() {
        let file = Connection::open(release.folder.join("store.sqlite")).unwrap();
        let queue = |queue: u8| format!("SELECT body FROM messages WHERE queue = {queue} AND body LIKE '{{%'");
        let read = [
            same_entries(&file),
            same::<TaskRow>(&file, "SELECT body FROM tasks"),
            same::<ExecutionRow>(&file, "SELECT body FROM executions"),
            same::<EffectRow>(&file, "SELECT body FROM effects"),
            same::<DeadLetter>(&file, "SELECT body FROM dead_letters"),
            same::<Playbook>(&file, "SELECT body FROM playbooks"),
            same::<Activation>(&file, "SELECT body FROM activations"),
            same::<Message<ToEvaluate>>(&file, &queue(0)),
            same::<Message<ToAssign>>(&file, &queue(1)),
            same::<Message<ToAct>>(&file, &queue(2)),
            same::<Message<Redrive>>(&file, &queue(3)),
        ];
        assert!(read.iter().all(|rows| *rows > 0), "a kind of row is missing: {read:?}");
    }
}

#[test]
fn a_fixture_holds_every_kind_of_state() {
    for release in Release::all() {
        let file = Connection::open(release.folder.join("store.sqlite")).unwrap();
        let all = |sql: &str| texts(&file, sql).join("\n");
        let (entries, effects) = (all("SELECT body FROM entries"), all("SELECT body FROM effects"));
        for change in [
            "event_received",
            "submission_kept",
            "key_used",
            "linked",
            "found_by",
            "fields_set",
            "segment_joined",
            "execution_started",
            "wait_started",
            "wait_met",
            "wait_missed",
            "execution_held",
            "execution_ended",
            "routed",
            "owner_requested",
            "owner_awaited",
            "owner_assigned",
            "request_withdrawn",
            "credit_asked",
            "credit_refused",
            "credit_given",
            "effect_requested",
            "effect_settled",
            "task_created",
            "task_moved",
            "task_ended",
            "record_closed",
            "record_reopened",
            "capacity_changed",
        ] {
            assert!(entries.contains(&format!("\"change\":\"{change}\"")), "no {change}");
        }
        for state in ["held", "claimed", "put_off", "settled"] {
            assert!(effects.contains(&format!("\"state\":\"{state}\"")), "no effect is {state}");
        }
        for result in ["sent", "captured", "failed", "in_doubt"] {
            assert!(effects.contains(&format!("\"result\":\"{result}\"")), "no effect is {result}");
        }
        for table in ["timers", "pool_line", "slots", "matches", "members", "paused", "dead_letters", "api_keys"] {
            assert!(!texts(&file, &format!("SELECT 'x' FROM {table}")).is_empty(), "{table} is empty");
        }
    }
}

/// A fixture that is made again by a later release proves nothing. Only `words.txt` may change.
#[test]
fn no_fixture_was_ever_made_again() {
    for release in Release::all() {
        let sums = release.text("SHA256SUMS");
        assert_eq!(sums.lines().count(), 4, "the store, the stack, the cast, and what was told");
        for line in sums.lines() {
            let (sum, name) = line.split_once("  ").unwrap();
            let found = hex::encode(Sha256::digest(fs::read(release.folder.join(name)).unwrap()));
            assert_eq!(found, sum, "{name} is not what the release wrote: put it back");
        }
    }
}
