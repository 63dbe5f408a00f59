//! What a record is worth to its owner's pipeline: the pool is told when that changes, and only then.

use domain::{
    decide::Input,
    event::Event,
    history::{Change, OwnerChange},
    message::{Command, ToAssign},
    playbook::Strategy,
    value::Value,
};

use crate::world::{World, playbook_with, workflow};

/// A world whose pool goes by this, with one workflow of these steps; what was submitted is owned.
fn owned(strategy: Strategy, steps: &str) -> World {
    let mut world = asked(strategy, steps);
    world.settle();
    assert!(world.owner().is_some());
    world
}

/// The same, before the pool has answered.
fn asked(strategy: Strategy, steps: &str) -> World {
    let mut playbook = playbook_with("only", &workflow(steps));
    playbook.workflows.retain(|id, _| id.as_str() == "only");
    let pool = playbook.pools.get_mut(&"inbound".into()).expect("the pool is there");
    (pool.strategy, pool.pipeline) = (strategy, Some("amount".to_owned()));
    let mut world = World::new(playbook);
    world.form("head");
    world
}

const ASSIGN: &str = r#"{ "assign": { "pool": "inbound" } }, { "wait": "5 days" }"#;

fn event(world: &mut World, field: &str, value: Value) -> Event {
    let mut event = world.an_event("deal_changed");
    event.record.fields.insert(field.to_owned(), value);
    event
}

/// How many messages tell the pool to look, of an event that brings this.
fn told(world: &mut World, field: &str, value: Value) -> usize {
    let before = world.assign.len();
    let event = event(world, field, value);
    let changes = world.give(&Input::Event(event.into()));
    let noted =
        changes.iter().filter(|change| matches!(change, Change::Owner(OwnerChange::CapacityChanged { .. }))).count();
    let messages = world.assign[before..].iter().filter(|message| matches!(message, ToAssign::Settle { .. })).count();
    assert_eq!(noted, messages);
    messages
}

#[test]
fn the_pool_is_told_of_another_number_and_of_nothing_else() {
    let mut world = owned(Strategy::LowerPipeline, ASSIGN);
    assert_eq!(told(&mut world, "amount", Value::Number(5.0)), 1);
    assert_eq!(told(&mut world, "amount", Value::Number(5.0)), 0);
    assert_eq!(told(&mut world, "name", Value::text("Kim R.")), 0);
    assert_eq!(told(&mut world, "amount", Value::text("five")), 1, "it has no number any more");
    world.command(Command::Close { reason: "won".to_owned() });
    assert_eq!(told(&mut world, "amount", Value::Number(7.0)), 0, "nobody has it open");
}

#[test]
fn a_pool_that_goes_by_something_else_hears_nothing_of_a_number() {
    for strategy in [Strategy::Weighted, Strategy::InTurn, Strategy::LeastOpen] {
        assert_eq!(told(&mut owned(strategy, ASSIGN), "amount", Value::Number(5.0)), 0, "{strategy:?}");
    }
}

#[test]
fn a_number_that_comes_while_the_pool_is_asked_is_told_too() {
    let mut world = asked(Strategy::LowerPipeline, ASSIGN);
    assert_eq!(told(&mut world, "amount", Value::Number(5.0)), 1);
}

#[test]
fn a_number_set_by_the_entry_that_applies_the_owner_is_told() {
    let steps = r#"{ "assign": { "pool": "inbound" } }, { "update": { "lead.amount": 5 } }, { "wait": "5 days" }"#;
    let world = owned(Strategy::LowerPipeline, steps);
    assert_eq!(world.count(|change| matches!(change, Change::Owner(OwnerChange::CapacityChanged { .. }))), 1);
    let pool = &world.pools[&"inbound".into()];
    let sums: u64 = pool.members.values().map(|share| share.pipeline.hundredths).sum();
    assert_eq!(sums, 500);
}

#[test]
fn who_comes_back_with_another_number_is_told_once() {
    let mut world = owned(Strategy::LowerPipeline, ASSIGN);
    world.command(Command::Close { reason: "lost".to_owned() });
    world.settle();
    let mut form = world.a_form("chief");
    form.record.fields.insert("amount".to_owned(), Value::Number(5.0));
    let changes = world.give(&Input::Event(form.into()));
    let told =
        changes.iter().filter(|change| matches!(change, Change::Owner(OwnerChange::CapacityChanged { .. }))).count();
    assert_eq!(told, 1, "{changes:?}");
}
