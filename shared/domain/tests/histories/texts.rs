//! What people are told: the author's texts are filled, and what people type is never read as template.

use domain::{
    decide::Input,
    effect::EffectResult,
    history::{Change, EffectChange},
    id::EffectId,
    message::{Command, EffectOutcome},
    task::Priority,
    value::Value,
};

use crate::world::{World, world_of};

const TYPED: &str = "{{ 7*7 }}{% for %}{{ lead.email }}{#";

/// A form with this name.
fn submit(world: &mut World, name: &str) {
    let mut form = world.a_form(name);
    form.record.fields.insert("name".to_owned(), Value::text(name));
    world.give(&Input::Event(form.into()));
    world.settle();
}

#[test]
fn what_people_type_is_never_read_as_template() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "create_task": { "title": "Call {{ lead.name }}", "assigned_to": "lead.owner" } },
           { "notify": { "to": "leo", "message": "{{ lead.name }} came" } },
           { "wait_for": "call_logged", "within": "1 day", "if_missed": [] }"#,
    );
    submit(&mut world, TYPED);
    world.command(Command::Reassign { to: "chloe".into(), reason: TYPED.to_owned() });
    world.settle();
    let told = format!("chloe: {TYPED} is now yours; it was Ana Lopez's: {TYPED}");
    assert_eq!(world.sent(), [format!("leo: {TYPED} came"), told]);
    let titles: Vec<String> = world.head().tasks.iter().map(|task| task.title.clone()).collect();
    assert_eq!(titles, [format!("Call {TYPED}")], "no other task: nothing has failed");
}

#[test]
fn a_title_is_filled_and_is_one_line() {
    let mut world = world_of(
        r#"{ "create_task": { "title": "Call {{ lead.name }} ({{ organisation.name }})", "assigned_to": "leo" } },
           { "create_task": { "title": "{% if %} is shown as written", "assigned_to": "leo" } }"#,
    );
    submit(&mut world, &"Ada\r\n".repeat(200));
    let titles: Vec<String> = world.head().tasks.iter().map(|task| task.title.clone()).collect();
    assert!(titles[0].starts_with("Call Ada Ada Ada") && titles[0].chars().count() <= 251, "{}", titles[0]);
    assert_eq!(titles[1], "{% if %} is shown as written");
}

#[test]
fn the_new_owner_who_is_the_team_lead_gets_one_notice() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "wait_for": "call_logged", "within": "15 minutes", "if_missed": [
               { "reassign": { "to": "leo" } },
               { "notify": { "to": "team_lead", "message": "{{ lead.name }} was missed" } },
               { "notify": { "to": "ben", "message": "{{ lead.name }} was missed" } } ] }"#,
    );
    world.submit();
    world.advance_to("2026-03-02T09:15Z");
    assert_eq!(world.owner().as_deref(), Some("leo"));
    let to_leo = "leo: Kim Reyes is now yours; it was Ana Lopez's: the workflow reassigns it to Leo Brandt\n\nKim Reyes was missed";
    assert_eq!(world.sent(), [to_leo, "ben: Kim Reyes was missed"]);
}

#[test]
fn a_person_who_cannot_be_found_is_a_task_that_says_who_and_why() {
    let mut world = world_of(
        r#"{ "notify": { "to": "lead.owner", "message": "hello" } },
           { "send_email": { "to": "lead.owner.manager", "template": "intro" } },
           { "reassign": { "to": "team_lead" } },
           { "notify": { "to": "mia", "message": "hello" } }"#,
    );
    world.submit();
    let titles: Vec<String> = world.head().tasks.iter().map(|task| task.title.clone()).collect();
    assert_eq!(
        titles,
        [
            "Cannot notify the lead's owner: the lead has no owner",
            "The e-mail to the manager of the lead's owner was not sent: the lead has no owner",
            "Reassign this record by hand: the workflow cannot give it to the team lead, no pool assigned the record, \
             and it has no owner with a manager",
            "Cannot notify mia: they are not among the people of the playbook",
        ]
    );
}

#[test]
fn a_notice_that_cannot_be_filled_is_a_task_and_harms_nothing_else() {
    let doubled = "{% set a = a ~ a %}".repeat(30);
    let mut world = world_of(&format!(
        r#"{{ "notify": {{ "to": "ben", "message": "{{% set a = 'xx' %}}{doubled}{{{{ a }}}}" }} }},
           {{ "add_to_segment": "after" }}"#,
    ));
    world.submit();
    assert!(world.sent().is_empty());
    assert!(world.head().segments.contains(&"after".into()));
    let task = world.head().tasks[0].clone();
    assert_eq!((task.priority, task.assigned_to), (Priority::P1, Some("leo".into())));
    assert!(task.title.starts_with("Tell Ben Okafor yourself"), "{}", task.title);
    assert_eq!(world.count(|change| matches!(change, Change::Effect(EffectChange::Requested { .. }))), 0);
}

#[test]
fn the_same_failure_raises_one_task_however_long_its_reason_is() {
    let mut world = world_of(r#"{ "notify": { "to": "leo", "message": "hello" } }"#);
    world.submit();
    let told: Vec<usize> = (0..3)
        .map(|number| {
            world.give(&Input::Effect(EffectOutcome {
                effect: EffectId::new(format!("eff_{number}")),
                what: "a letter".to_owned(),
                workflow: None,
                manifest: "man_1".into(),
                result: EffectResult::Failed { why: "no such host ".repeat(60) },
            }));
            world.head().tasks.iter().filter(|task| task.title.starts_with("Not sent: a letter")).count()
        })
        .collect();
    assert_eq!(told, [1, 1, 1]);
}
