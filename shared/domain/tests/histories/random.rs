//! Inputs in any order: whatever comes, the world's own checks hold and nobody is forgotten.

use domain::{
    calendar::TimeOff,
    decide::{Input, Paused},
    execution::Waiting,
    history::{Head, Request, RequestState},
    message::Command,
};

use crate::{
    dice::Dice,
    tree,
    world::{World, playbook_with, workflow},
};

pub fn a_world() -> World {
    let second = r#"{ "assign": { "pool": "inbound", "keep_owner": false }, "if_nobody_available": [
          { "wait": "2 hours" }, { "reassign": { "to": "team_lead" } }, { "add_to_segment": "hidden" } ] },
        { "create_task": { "title": "Write", "assigned_to": "lead.owner", "done_when": "email_sent" } },
        { "wait_for": "email_sent", "within": "1 hour", "if_missed": [
            { "wait": "10 minutes" }, { "reassign": { "to": "next_available" },
              "if_nobody_available": [{ "wait_for_opening": "inbound" }] } ] }"#;
    let mut world = World::new(playbook_with("second", &workflow(second)));
    world.company(25.0);
    world
}

/// Two workflows drawn by lot beside that one; a second pool has the same members.
fn a_nested_world(dice: &mut Dice) -> World {
    let mut playbook = playbook_with("first", &workflow(&tree::steps(dice)));
    let second = serde_json::from_str(&workflow(&tree::steps(dice))).expect("a workflow");
    playbook.workflows.insert("second".into(), second);
    let inbound = playbook.pools[&"inbound".into()].clone();
    playbook.pools.insert("backup".into(), inbound);
    let mut world = World::new(playbook);
    world.company(25.0);
    world
}

pub fn step(world: &mut World, dice: &mut Dice) {
    match dice.below(13) {
        0 | 1 => drop(world.form(["head", "clerk"][dice.below(2) as usize])),
        2 => drop(world.event("call_logged")),
        3 => drop(world.event("email_sent")),
        4 => world.serve(),
        5 | 6 => deliver(world, dice),
        7 => {
            let until = world.now.plus_minutes([3, 20, 200, 2000][dice.below(4) as usize]);
            world.advance_to(&until.to_string());
        }
        8 => {
            let to = ["ana", "ben", "leo"][dice.below(3) as usize];
            world.command(Command::Reassign { to: to.into(), reason: "why not".to_owned() });
        }
        9 => {
            let off = TimeOff { from: world.now, until: world.now.plus_minutes(3000), reason: None, by: None };
            world.time_off.insert(["ana", "ben", "chloe"][dice.below(3) as usize].into(), vec![off]);
        }
        10 => world.time_off.clear(),
        11 => drop(world.command(Command::Credit { reason: "no-show".to_owned() })),
        _ => pause_or_resume(world),
    }
}

/// One of the messages on the way, whichever; sometimes it comes again.
fn deliver(world: &mut World, dice: &mut Dice) {
    if world.evaluate.is_empty() {
        return;
    }
    let index = dice.below(world.evaluate.len() as u64) as usize;
    let message = world.evaluate.remove(index);
    world.evaluate(&message);
    if dice.below(3) == 0 {
        world.evaluate(&message);
    }
}

fn pause_or_resume(world: &mut World) {
    world.paused = match world.paused {
        Paused::Nothing => Paused::Everything,
        _ => Paused::Nothing,
    };
    resume_all(world);
}

pub fn resume_all(world: &mut World) {
    let held: Vec<_> = world.head().executions.iter().filter(|open| open.held).map(|open| open.id.clone()).collect();
    if world.paused == Paused::Nothing {
        for execution in held {
            world.give(&Input::Resume { execution, not_again: false });
        }
    }
}

/// Every open execution has a timer, or a request that is waiting, or a person with a task.
fn nobody_is_forgotten(head: &Head, seed: u64) {
    for open in head.executions.iter().filter(|open| !open.held) {
        let mut asked = head.awaited_requests().filter(|request| request.execution == open.id);
        let will_answer = |request: &Request| match request.state {
            RequestState::Waiting { .. } => true,
            RequestState::Refused => !head.tasks.is_empty(),
            RequestState::Asked | RequestState::Withdrawn => false,
        };
        let will_move = match &open.waiting {
            Waiting::Time { .. } | Waiting::Event { .. } => true,
            Waiting::Owner { .. } => asked.any(will_answer),
            Waiting::Continue => false,
        };
        assert!(will_move, "seed {seed}: {open:?} waits for nothing");
    }
}

/// Everybody is looked after, and in thirty days everything that is open ends by itself.
pub fn comes_to_its_end(world: &mut World, seed: u64) {
    resume_all(world);
    world.settle();
    nobody_is_forgotten(&world.head(), seed);
    let end = world.now.plus_minutes(30 * 24 * 60);
    world.advance_to(&end.to_string());
    assert!(world.head().executions.is_empty(), "seed {seed}: {:?}", world.head().executions);
    assert!(world.head().awaited_requests().next().is_none(), "seed {seed}");
}

#[test]
fn whatever_comes_in_whatever_order_the_history_stays_whole() {
    for seed in 0..100 {
        let (mut world, mut dice) = (a_world(), Dice(seed));
        for _ in 0..40 {
            step(&mut world, &mut dice);
        }
        world.paused = Paused::Nothing;
        world.settle();
        comes_to_its_end(&mut world, seed);
    }
}

/// A pool that is nowhere leaves a request to a person, so not everything ends by itself.
#[test]
fn whatever_lies_in_whose_branch_each_step_runs_once() {
    for seed in 0..100 {
        let mut dice = Dice(seed);
        let mut world = a_nested_world(&mut dice);
        for _ in 0..30 {
            step(&mut world, &mut dice);
        }
        world.paused = Paused::Nothing;
        world.settle();
        resume_all(&mut world);
        world.settle();
        nobody_is_forgotten(&world.head(), seed);
        world.command(Command::Reassign { to: "ben".into(), reason: "at last".to_owned() });
        world.settle();
        let end = world.now.plus_minutes(30 * 24 * 60);
        world.advance_to(&end.to_string());
        nobody_is_forgotten(&world.head(), seed);
    }
}

#[test]
fn a_slot_is_taken_once_for_every_owner_a_pool_gave_and_was_not_credited() {
    use domain::history::{Change, OwnerChange};
    for seed in 1000..1060 {
        let (mut world, mut dice) = (a_world(), Dice(seed));
        for _ in 0..30 {
            step(&mut world, &mut dice);
        }
        world.paused = Paused::Nothing;
        world.settle();
        let chosen = world.count(|change| match change {
            Change::Owner(OwnerChange::Assigned { candidates, .. }) => candidates.pick > 0,
            _ => false,
        });
        let credited = world.count(|change| matches!(change, Change::Owner(OwnerChange::CreditGiven { .. })));
        let given: u64 = world.pools.values().flat_map(|pool| pool.members.values()).map(|share| share.given).sum();
        assert_eq!(given, (chosen - credited) as u64, "seed {seed}");
    }
}
