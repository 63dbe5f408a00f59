//! A workflow drawn by lot: the kinds of step that wait or seek an owner, in each other's branches.

use crate::dice::Dice;

/// Branches in branches, at most.
const DEPTH: u64 = 3;

/// The steps of a workflow's list, as JSON.
pub fn steps(dice: &mut Dice) -> String {
    list(dice, DEPTH)
}

fn list(dice: &mut Dice, depth: u64) -> String {
    let count = 1 + dice.below(3);
    (0..count).map(|_| step(dice, depth)).collect::<Vec<_>>().join(", ")
}

fn step(dice: &mut Dice, depth: u64) -> String {
    let kind = if depth == 0 { 5 + dice.below(5) } else { dice.below(10) };
    let pool = ["inbound", "backup", "desk", "nowhere"][dice.below(4) as usize];
    let event = ["call_logged", "email_sent"][dice.below(2) as usize];
    match kind {
        0 => {
            let keep = dice.below(2) == 0;
            let asks = format!(r#""assign": {{ "pool": "{pool}", "keep_owner": {keep} }}"#);
            format!(r#"{{ {asks}, "if_nobody_available": [{}] }}"#, branch(dice, depth))
        }
        1 => {
            let asks = r#""reassign": { "pool": "inbound", "to": "next_available" }"#;
            format!(r#"{{ {asks}, "if_nobody_available": [{}] }}"#, branch(dice, depth))
        }
        2 | 3 => {
            let within = ["10 minutes", "1 hour", "2 working hours"][dice.below(3) as usize];
            let waits = format!(r#""wait_for": "{event}", "within": "{within}""#);
            format!(r#"{{ {waits}, "if_missed": [{}] }}"#, branch(dice, depth))
        }
        4 => {
            let (then, otherwise) = (list(dice, depth - 1), branch(dice, depth));
            format!(r#"{{ "if": "lead.role is head", "then": [{then}], "else": [{otherwise}] }}"#)
        }
        5 => r#"{ "reassign": { "to": "team_lead" } }"#.to_owned(),
        6 => format!(r#"{{ "wait_for_opening": "{pool}" }}"#),
        7 => r#"{ "notify": { "to": "team_lead", "message": "look" } }"#.to_owned(),
        8 => {
            let task = format!(r#""title": "Call", "assigned_to": "lead.owner", "done_when": "{event}""#);
            format!(r#"{{ "create_task": {{ {task} }} }}"#)
        }
        _ => format!(r#"{{ "wait": "{}" }}"#, ["10 minutes", "3 hours"][dice.below(2) as usize]),
    }
}

/// A branch's list, which may be empty.
fn branch(dice: &mut Dice, depth: u64) -> String {
    if dice.below(4) == 0 { String::new() } else { list(dice, depth - 1) }
}
