//! The clock is ahead for a while and is set back: nothing waits for the time that it had shown.

use domain::{
    decide::Input,
    execution::Waiting,
    explain::{Voice, timeline},
    follow_up::{FollowUp, follow_ups},
    history::{Change, EventChange, RecordChange, RequestState, TaskChange, Version},
    instant::Instant,
    message::Command,
    playbook::Playbook,
};

use crate::{
    dice::Dice,
    random::{a_world, comes_to_its_end, resume_all, step},
    world::{World, at, world_of},
};

/// A Monday of the year after, and the Monday on which it is set back.
const AHEAD: &str = "2027-03-01T09:00Z";
const RIGHT: &str = "2026-03-02T09:00Z";

/// Every record is told when the clock is set back.
fn set_back(world: &mut World, to: &str) -> Vec<Change> {
    world.now = at(to);
    let changes = world.give(&Input::ClockSetBack);
    world.settle();
    changes
}

/// R1 as it stands after it was submitted by a clock that is a year ahead.
fn ahead() -> World {
    let mut world = World::r1(25.0);
    world.now = at(AHEAD);
    world.submit();
    world
}

fn due(world: &World) -> Option<Instant> {
    world.head().executions[0].waiting.timer().map(|(_, _, due)| due)
}

#[test]
fn a_lead_has_its_fifteen_minutes_from_when_the_clock_was_set_back() {
    let mut world = ahead();
    set_back(&mut world, RIGHT);
    assert_eq!(due(&world), Some(at("2026-03-02T09:15Z")));
    world.advance_to("2026-03-02T09:14Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
    world.advance_to("2026-03-02T09:16Z");
    assert_eq!(world.owner().as_deref(), Some("ben"), "she did not call");
}

#[test]
fn of_a_wait_is_left_what_was_left_by_the_wrong_clock() {
    let mut world = ahead();
    world.advance_to("2027-03-01T09:10Z");
    world.event("page_viewed");
    set_back(&mut world, RIGHT);
    assert_eq!(due(&world), Some(at("2026-03-02T09:05Z")));
}

#[test]
fn working_time_is_counted_again_on_the_hours_of_the_day() {
    let mut world = world_of(r#"{ "wait": "2 working hours" }"#);
    world.now = at(AHEAD);
    world.submit();
    // A Saturday.
    set_back(&mut world, "2026-02-28T12:00Z");
    assert_eq!(due(&world), Some(at("2026-03-02T11:00Z")));
}

#[test]
fn a_wait_that_a_right_clock_began_keeps_its_moment() {
    let mut world = world_of(r#"{ "wait": "3 days" }"#);
    world.submit();
    world.now = at(AHEAD);
    world.event("page_viewed");
    set_back(&mut world, "2026-03-02T09:10Z");
    assert_eq!(due(&world), Some(at("2026-03-05T09:00Z")));
    // The row that was swept while the clock was ahead is there no more.
    let [.., row] = &world.timers[..] else { panic!("it has a row") };
    assert_eq!((row.due, row.generation), (at("2026-03-05T09:00Z"), 2));
    world.advance_to("2026-03-05T09:00Z");
    assert!(world.head().executions.is_empty());
}

#[test]
fn a_firing_of_the_far_timer_no_longer_counts() {
    let mut world = ahead();
    let far = world.timers.last().unwrap().clone();
    set_back(&mut world, RIGHT);
    assert!(world.fire(&far).is_empty());
}

#[test]
fn a_request_is_put_to_its_pool_again_and_waits_as_long_as_the_pool_lets_it() {
    let mut world = World::r1(25.0);
    world.now = at("2027-03-01T20:00Z");
    world.submit();
    set_back(&mut world, "2026-03-02T08:00Z");
    let request = &world.head().requests[0];
    let opens = at("2026-03-02T09:00Z");
    assert!(matches!(request.state, RequestState::Waiting { retry_at } if retry_at == opens), "{request:?}");
    assert_eq!((request.since, request.deadline), (at("2026-03-02T08:00Z"), at("2026-03-05T08:00Z")));
    world.advance_to("2026-03-02T09:00Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.sent(), ["we-open-at-nine", "intro"], "the branch ran once");
}

#[test]
fn an_answer_on_its_way_is_still_the_first() {
    let mut world = World::r1(25.0);
    world.now = at("2027-03-01T20:00Z");
    world.form("head");
    world.now = at("2026-03-02T08:00Z");
    world.give(&Input::ClockSetBack);
    world.settle();
    assert_eq!(world.sent(), ["we-open-at-nine"], "nobody is there, and the branch runs");
}

#[test]
fn a_task_is_due_as_long_from_now_as_it_was_and_one_of_before_stays() {
    let mut world = world_of(
        r#"{ "create_task": { "title": "Write", "due": "2 days", "assigned_to": "ana" } }, { "wait": "1 hour" },
           { "create_task": { "title": "Call", "due": "5 minutes", "assigned_to": "ana" } }, { "wait": "1 hour" }"#,
    );
    world.submit();
    world.now = at(AHEAD);
    world.advance_to(AHEAD);
    let changes = set_back(&mut world, "2026-03-02T12:00Z");
    let dues: Vec<_> = world.head().tasks.iter().map(|task| task.due).collect();
    assert_eq!(dues, [Some(at("2026-03-04T09:00Z")), Some(at("2026-03-02T12:05Z"))]);
    assert_eq!(changes.iter().filter(|change| matches!(change, Change::Task(TaskChange::Due { .. }))).count(), 1);
}

#[test]
fn what_happened_lies_in_the_past_again() {
    let mut world = ahead();
    world.advance_to("2027-03-01T09:10Z");
    world.event("page_viewed");
    set_back(&mut world, RIGHT);
    let head = world.head();
    assert_eq!(head.owner.unwrap().at, at("2026-03-02T08:50Z"));
    assert_eq!(head.executions[0].started_at, at("2026-03-02T08:50Z"));
    assert_eq!(head.seen[&"page_viewed".into()].at, at(RIGHT));
}

#[test]
fn the_same_content_a_day_later_is_no_repeat_of_what_came_while_the_clock_was_ahead() {
    let mut world = World::r1(25.0);
    world.now = at(AHEAD);
    let mut first = world.a_form("head");
    first.fingerprint = Some("print".to_owned());
    world.give(&Input::Event(first.into()));
    world.now = at("2026-03-03T09:00Z");
    let mut second = world.a_form("head");
    second.fingerprint = Some("print".to_owned());
    let changes = world.give(&Input::Event(second.into()));
    assert!(changes.iter().any(|change| matches!(change, Change::Event(EventChange::Received { .. }))), "{changes:?}");
}

#[test]
fn an_answer_that_was_edited_afterwards_is_newer_than_what_the_wrong_clock_took() {
    let mut world = World::r1(25.0);
    world.now = at(AHEAD);
    let mut first = world.a_form("head");
    first.submission = Some("sub_1".into());
    world.give(&Input::Event(first.into()));
    let entry = world.entries.last().unwrap().clone();
    let version = Version::of(&entry, &"sub_1".into()).unwrap();
    world.now = at(RIGHT);
    let edited = world.a_form("clerk");
    assert!(!version.outdates(&edited, world.now));
    assert!(version.outdates(&edited, at(AHEAD)), "an older one, while the clock is believed");
}

#[test]
fn whatever_comes_first_sets_back_and_is_decided_by_the_right_clock() {
    let mut world = ahead();
    world.now = at("2026-03-02T09:01Z");
    let changes = world.event("call_logged");
    assert!(matches!(changes[0], Change::Record(RecordChange::ClockSetBack { .. })), "{changes:?}");
    assert!(world.head().executions.is_empty(), "the call ends what waited for it");
    assert_eq!(world.entries.last().unwrap().at, at("2026-03-02T09:01Z"));
}

#[test]
fn it_is_set_back_once() {
    let mut world = ahead();
    set_back(&mut world, RIGHT);
    assert!(world.give(&Input::ClockSetBack).is_empty());
    assert!(World::r1(25.0).give(&Input::ClockSetBack).is_empty(), "nor where the clock was right");
}

#[test]
fn what_is_paused_waits_by_the_right_clock_when_it_is_resumed() {
    let mut world = ahead();
    world.paused = domain::decide::Paused::Everything;
    world.advance_to("2027-03-01T09:20Z");
    set_back(&mut world, RIGHT);
    world.paused = domain::decide::Paused::Nothing;
    resume_all(&mut world);
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("ben"), "its time had passed when it was paused");
}

#[test]
fn the_rows_of_lists_are_put_again_in_their_place() {
    let mut world = ahead();
    set_back(&mut world, RIGHT);
    let entry = world
        .entries
        .iter()
        .find(|entry| matches!(entry.changes[0], Change::Record(RecordChange::ClockSetBack { .. })))
        .unwrap();
    let (mut tasks, mut executions) = (Vec::new(), Vec::new());
    for follow_up in follow_ups(entry) {
        match follow_up {
            FollowUp::Task(row) => tasks.push((row.at, row.task.due)),
            FollowUp::Execution(row) => executions.push(row.started_at),
            _ => {}
        }
    }
    assert_eq!(tasks, [(at(RIGHT), Some(at("2026-03-02T09:05Z")))]);
    assert_eq!(executions, [at(RIGHT)]);
}

#[test]
fn the_timeline_says_so() {
    let mut world = ahead();
    set_back(&mut world, "2026-03-02T09:12Z");
    let playbook: &Playbook = &world.playbook;
    let voice = Voice::new(playbook, &playbook.organisation.time_zone);
    let lines = timeline(&world.entries, &voice);
    let at_line = lines.iter().position(|line| line.text.starts_with("The clock")).expect("a line");
    let told: Vec<&str> = lines[at_line..].iter().map(|line| line.text.as_str()).collect();
    let said = "The clock had been ahead (it said Mon 1 Mar 2027 09:00); waits were moved back";
    assert_eq!(told, [said, "Waiting for a call until 09:27"]);
    assert_eq!(lines[at_line + 1].detail, ["Task \u{201c}Call within 5 min\u{201d} is due 09:17"]);
}

/// Inputs in any order, under a clock that goes ahead and back, by much and by little.
#[test]
fn whatever_the_clock_does_nothing_waits_for_long_once_it_is_right() {
    const JUMPS: [i64; 5] = [2, 90, 3_000, 200_000, 600_000];
    for seed in 2000..2100 {
        let (mut world, mut dice) = (a_world(), Dice(seed));
        let mut ahead_by = 0;
        for _ in 0..40 {
            match dice.below(6) {
                0 => {
                    let right = world.now.plus_minutes(-ahead_by);
                    ahead_by = if ahead_by == 0 { JUMPS[dice.below(5) as usize] } else { 0 };
                    world.now = right.plus_minutes(ahead_by);
                }
                _ => step(&mut world, &mut dice),
            }
        }
        world.now = world.now.plus_minutes(-ahead_by);
        world.time_off.clear();
        world.paused = domain::decide::Paused::Nothing;
        world.give(&Input::ClockSetBack);
        world.settle();
        comes_to_its_end(&mut world, seed);
    }
}

#[test]
fn a_command_is_not_held_back_by_it() {
    let mut world = ahead();
    world.now = at("2026-03-02T09:01Z");
    world.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    assert_eq!(due(&world), Some(at("2026-03-02T09:16Z")));
    assert!(matches!(world.head().executions[0].waiting, Waiting::Event { generation: 3, .. }));
}
