//! What `retention:` deletes, what it leaves, and that somebody who comes back begins again.

use domain::{
    calendar::Zone,
    decide::{Aside, Input, Looking, delete_kept, delete_record, due},
    effect::EffectResult,
    explain::{self, Voice},
    follow_up::{Erasure, FollowUp, follow_ups},
    history::{
        Change, EffectChange, Entry, Erase, ExecutionChange, KeptChange, RecordChange, TaskChange, left,
        unfold_what_is_left,
    },
    id::{EffectId, EventId, ExecutionId, MessageId, PersonId, RecordKey, RequestId, TimerId},
    instant::Instant,
    kept::{Kept, KeptWhy},
    message::{Answer, AssignOutcome, Command, EffectOutcome},
    playbook::Retention,
    rotation::Candidates,
};

use crate::world::{World, at};

const DAY_MINUTES: i64 = 24 * 60;

fn retention() -> Retention {
    serde_json::from_str(r#"{ "closed_records": "30 days", "kept_submissions": "90 days" }"#).expect("rules")
}

/// A lead who was answered, assigned and closed, with nothing open any more.
fn closed() -> World {
    let mut world = World::r1(25.0);
    world.submit();
    world.command(Command::Close { reason: "won".to_owned() });
    world.settle();
    world.timers.clear();
    world
}

fn days_later(world: &mut World, days: i64) {
    world.now = world.entries.last().expect("a history").at.plus_minutes(days * DAY_MINUTES);
}

/// Deletes the record if it is time; whether it was.
fn delete(world: &mut World) -> bool {
    let newest = world.entries.last().expect("a history");
    let message = MessageId::new(format!("msg_{}", newest.seq + 1));
    let looking = Looking { message: &message, manifest: &world.manifest, now: world.now };
    let deletion = delete_record(newest, &retention(), looking);
    let is_deleted = deletion.is_some();
    deletion.into_iter().for_each(|entry| world.append(entry));
    is_deleted
}

fn deleted() -> World {
    let mut world = closed();
    days_later(&mut world, 30);
    assert!(delete(&mut world));
    world
}

#[test]
fn a_closed_record_is_deleted_once_its_time_has_come_and_not_before() {
    let mut world = closed();
    days_later(&mut world, 30);
    world.now = world.now.plus_millis(-1);
    assert!(!delete(&mut world));
    world.now = world.now.plus_millis(1);
    assert!(due(world.entries.last().unwrap(), &Retention::default(), world.now).is_none(), "nothing is declared");
    assert!(delete(&mut world));
    days_later(&mut world, 1000);
    assert!(!delete(&mut world), "what is left of it stays");
}

#[test]
fn a_record_that_is_not_closed_or_has_a_task_stays() {
    let mut open = World::r1(25.0);
    open.submit();
    days_later(&mut open, 1000);
    assert!(!delete(&mut open));
    let mut with_task = closed();
    with_task.give(&Input::Exception { dead_letter: "dlq_1".to_owned(), why: "a fault".to_owned() });
    days_later(&mut with_task, 1000);
    assert!(!delete(&mut with_task));
    let task = with_task.head().tasks[0].id.clone();
    with_task.command(Command::CompleteTask { task });
    assert!(!delete(&mut with_task), "its time counts from the last entry");
    days_later(&mut with_task, 30);
    assert!(delete(&mut with_task));
}

#[test]
fn nothing_of_the_person_is_left_but_the_numbers_that_ids_derive_from() {
    let world = deleted();
    let (tombstone, before) = (world.entries.last().unwrap(), &world.entries[world.entries.len() - 2]);
    let json = serde_json::to_string(tombstone).unwrap();
    for personal in ["Kim", "kim@customer.example", "Ana", "ana"] {
        assert!(!json.contains(personal), "{personal} in {json}");
    }
    assert_eq!(tombstone.seq, before.seq + 1);
    assert_eq!((tombstone.head.last_number, before.head.last_number), (1, 1));
    assert_eq!(tombstone.head.first_left(), tombstone.seq);
    let changed: Vec<&Change> = tombstone.changes.iter().collect();
    assert!(
        matches!(&changed[..], [Change::Record(RecordChange::Deleted { entries, .. })] if *entries == before.seq),
        "{changed:?}"
    );
    let rest = left(world.entries.iter().rev().cloned().collect());
    assert_eq!(rest.len(), 1, "what still waits to be deleted is not told");
}

#[test]
fn the_same_submission_starts_all_of_it_again_under_other_ids() {
    let mut world = World::r1(25.0);
    let form = Input::Event(world.a_form("head").into());
    world.give(&form);
    world.settle();
    world.command(Command::Close { reason: "won".to_owned() });
    world.settle();
    let sent = world.sent();
    world.timers.clear();
    for life in 2..4 {
        days_later(&mut world, 30);
        assert!(delete(&mut world));
        // After each entry the world looks that no id was used before.
        let changes = world.give(&form);
        assert!(
            changes.iter().any(|change| matches!(change, Change::Execution(ExecutionChange::Started { .. }))),
            "life {life}"
        );
        assert!(
            !changes.iter().any(|change| matches!(change, Change::Record(RecordChange::Reopened))),
            "it knows of no other life"
        );
        world.settle();
        assert_eq!(world.head().fields["email"], "kim@customer.example".into());
        assert_eq!(world.sent().len(), sent.len() * life, "every message goes out again");
        assert_eq!(world.head().last_number as usize, life, "assignments count on");
        world.command(Command::Close { reason: "won".to_owned() });
        world.settle();
    }
}

#[test]
fn whatever_speaks_of_what_is_gone_changes_nothing() {
    let mut world = deleted();
    let first = &world.entries[0];
    let execution = first.changes.iter().find_map(|change| match change {
        Change::Execution(ExecutionChange::Started { execution, .. }) => Some(execution.clone()),
        _ => None,
    });
    let execution: ExecutionId = execution.unwrap();
    let request = RequestId::new("req_1");
    let outcome = AssignOutcome::Assigned { person: "ana".into() };
    let (pool, candidates) = ("inbound".into(), Candidates::default());
    let effect = |result| {
        Input::Effect(EffectOutcome {
            effect: EffectId::new("eff_1"),
            what: "e-mail intro".to_owned(),
            workflow: None,
            manifest: "man_1".into(),
            result,
        })
    };
    let command = |command| Input::Command { by: "Maria".to_owned(), command };
    let reason = || "late".to_owned();
    for late in [
        Input::Timer { timer: TimerId::new("tim_1"), generation: 1, due: world.now },
        Input::Assignment(Box::new(Answer { request: request.clone(), pool, attempt: 0, outcome, candidates })),
        Input::Credited { credit: request },
        effect(EffectResult::InDoubt),
        effect(EffectResult::Failed { why: reason() }),
        Input::Continue { execution: execution.clone() },
        Input::Resume { execution, not_again: false },
        Input::BelongsTo { record: RecordKey::new("lead", "L2") },
        command(Command::Reassign { to: PersonId::new("ben"), reason: reason() }),
        command(Command::CompleteTask { task: "tsk_1".into() }),
        command(Command::Credit { reason: reason() }),
        command(Command::Close { reason: reason() }),
    ] {
        assert_eq!(world.give(&late), [], "{late:?}");
    }
}

#[test]
fn a_failure_about_a_deleted_record_is_a_task_and_goes_again_once_it_is_done() {
    let mut world = deleted();
    world.give(&Input::Exception { dead_letter: "dlq_1".to_owned(), why: "a fault".to_owned() });
    let task = world.head().tasks[0].id.clone();
    assert!(world.head().is_deleted(), "nobody came back");
    days_later(&mut world, 1000);
    assert!(!delete(&mut world));
    world.command(Command::CompleteTask { task });
    days_later(&mut world, 30);
    assert!(delete(&mut world));
    assert_eq!(world.head().first_left(), world.entries.last().unwrap().seq);
}

#[test]
fn all_rows_of_what_goes_are_named_and_open_tasks_are_not_among_them() {
    let world = deleted();
    let (tombstone, gone) = world.entries.split_last().unwrap();
    let [FollowUp::Erase(erase)] = &follow_ups(tombstone)[..] else { panic!("{:?}", follow_ups(tombstone)) };
    assert_eq!((erase.below, &erase.record), (tombstone.seq, &tombstone.record));
    let erasure = Erasure::of(erase, gone);
    assert_eq!(erasure.seqs, gone.iter().map(|entry| entry.seq).collect::<Vec<_>>());
    let count = |is_one: fn(&Change) -> bool| world.count(is_one);
    assert_eq!(erasure.effects.len(), count(|change| matches!(change, Change::Effect(EffectChange::Requested { .. }))));
    assert_eq!(erasure.tasks.len(), count(|change| matches!(change, Change::Task(TaskChange::Created { .. }))));
    assert_eq!(
        erasure.executions.len(),
        count(|change| matches!(change, Change::Execution(ExecutionChange::Started { .. })))
    );
    assert!(!erasure.effects.is_empty() && !erasure.tasks.is_empty() && !erasure.executions.is_empty());
    let open_tasks = erasure.tasks;
    let erase = Erase { open_tasks, ..erase.clone() };
    assert!(Erasure::of(&erase, gone).tasks.is_empty());
}

#[test]
fn what_is_left_of_a_beginning_names_the_same_rows_whatever_of_it_is_gone() {
    let world = deleted();
    let (tombstone, gone) = world.entries.split_last().unwrap();
    let [FollowUp::Erase(erase)] = &follow_ups(tombstone)[..] else { panic!("{:?}", follow_ups(tombstone)) };
    for first in 0..gone.len() {
        let stored = gone[first..].iter().map(|entry| serde_json::to_string(entry).unwrap());
        let left = stored.map(|stored| serde_json::from_str(&stored).unwrap()).collect();
        let left = unfold_what_is_left(left).unwrap();
        assert_eq!(Erasure::of(erase, &left), Erasure::of(erase, &gone[first..]), "from {first} on");
    }
}

#[test]
fn a_deletion_is_told_and_says_why() {
    let world = deleted();
    let zone = Zone::utc();
    let voice = Voice::new(&world.playbook, &zone);
    let lines = explain::timeline(&left(world.entries.iter().rev().cloned().collect()), &voice);
    let [line] = &lines[..] else { panic!("{lines:?}") };
    let why = "it was closed, nothing had happened since 2 Mar 2026, and `retention: closed_records` is 30 days";
    assert_eq!(line.text, format!("Deleted: {why}"));
    assert!(line.detail[0].contains("entries are gone"), "{:?}", line.detail);
    let now = explain::sentence_now(&world.head(), &voice, world.now);
    assert_eq!(now, format!("Deleted on 1 Apr 2026: {why}"));
    assert_eq!(explain::sentence_deleted(&closed().head(), &voice), None);
}

fn aside(seq: u64, day: i64, kept: Option<&str>) -> (Entry, Option<EventId>) {
    let mut entry = deleted().entries[0].clone();
    (entry.record, entry.seq) = (RecordKey::new("intake", "held"), seq);
    entry.at = at("2026-03-02T00:00Z").plus_minutes(day * DAY_MINUTES);
    entry.changes = kept
        .map(|_| {
            Change::Kept(KeptChange::Kept(Box::new(Kept {
                why: KeptWhy::Held,
                form: "demo".to_owned(),
                accepted_at: entry.at,
                body: "{}".to_owned(),
                proposed_map: std::collections::BTreeMap::new(),
                reason: None,
                under: None,
                begun_by: None,
                known_by: Vec::new(),
            })))
        })
        .into_iter()
        .collect();
    (entry, kept.map(EventId::new))
}

/// What goes of entries by day, settlement and whether it is settled, on day 100.
fn goes(why: KeptWhy, entries: &[(i64, Option<&str>, bool)]) -> Option<(u64, u64, Vec<String>)> {
    let made: Vec<(Entry, Option<EventId>)> =
        (1..).zip(entries).map(|(seq, (day, kept, _))| aside(seq, *day, *kept)).collect();
    let asides: Vec<Aside<'_>> = made
        .iter()
        .zip(entries)
        .map(|((entry, kept), (_, _, is_settled))| Aside { entry, kept: kept.clone(), is_settled: *is_settled })
        .collect();
    let now: Instant = at("2026-03-02T00:00Z").plus_minutes(100 * DAY_MINUTES);
    let (message, manifest) = (MessageId::new("m"), "man_1".into());
    let looking = Looking { message: &message, manifest: &manifest, now };
    let (newest, _) = made.last()?;
    let entry = delete_kept(newest, why, &asides, &retention(), looking)?;
    assert_eq!((entry.seq, &entry.before), (newest.seq + 1, &newest.head), "the history itself goes on");
    match &entry.changes[..] {
        [Change::Kept(KeptChange::Deleted { below, submissions, needed, .. })] => {
            Some((*below, *submissions, needed.iter().map(ToString::to_string).collect()))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_what_was_kept_aside_the_old_and_settled_beginning_goes() {
    let held = |entries: &[_]| goes(KeptWhy::Held, entries);
    assert_eq!(held(&[(0, Some("a"), true), (10, Some("b"), true), (11, Some("c"), true)]), Some((3, 2, vec![])));
    assert_eq!(held(&[(0, Some("a"), true), (1, Some("b"), false), (2, Some("c"), true)]), Some((2, 1, vec![])));
    assert_eq!(held(&[(0, Some("a"), false), (1, Some("b"), true)]), None, "the first waits for a person");
    assert_eq!(held(&[(0, Some("a"), true), (1, None, false)]), Some((3, 1, vec![])), "all of it");
    assert_eq!(held(&[(0, None, false)]), None, "for no submission no entry is written");
    assert_eq!(held(&[(11, Some("a"), true)]), None);
}

#[test]
fn unfinished_submissions_and_tests_go_though_nobody_settled_them() {
    for why in [KeptWhy::Partial, KeptWhy::Test] {
        assert_eq!(goes(why, &[(0, Some("a"), false), (99, Some("b"), false)]), Some((2, 1, vec![])));
    }
    for why in [KeptWhy::Unmatched, KeptWhy::Conflict] {
        assert_eq!(goes(why, &[(0, Some("a"), false)]), None);
    }
}

#[test]
fn a_settlement_stays_as_long_as_a_younger_version_is_kept_under_it() {
    let versions = [(0, Some("a"), true), (1, Some("b"), true), (50, Some("a"), true)];
    assert_eq!(goes(KeptWhy::Partial, &versions), Some((3, 2, vec!["a".to_owned()])));
}
