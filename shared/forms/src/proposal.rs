//! What a form that nobody described probably means: shown to a person, who makes a map of it.

use std::collections::BTreeMap;

use domain::value::{FieldType, Value};

use crate::{
    about::asks_number_of_thing,
    label::{EMAIL, NOT_OWN_LINE, PHONE, points_to, target_of},
    looks::{is_address, is_dialled, is_written_out},
    question::normal,
    questions::{Fit, Question, Questions},
    submission::Submission,
};

/// What a submission holds for targets: target → question.
pub(crate) type Proposals<'a> = BTreeMap<&'static str, &'a str>;

/// For each target that a question fits, the question: `lead.email` → `Work email?`.
pub fn propose(submission: &Submission) -> BTreeMap<String, String> {
    let owned = |(target, question): (&str, &str)| (target.to_owned(), question.to_owned());
    proposed(&Questions::of(submission)).into_iter().map(owned).collect()
}

fn proposed<'a>(questions: &Questions<'a>) -> Proposals<'a> {
    let mut proposed = questions.fitting(Fit::Likely);
    // An address is one whatever its question is called, and so is a number written to be dialled.
    if let Some(question) = questions.persons().find(|it| is_address(it.answer)) {
        proposed.entry(EMAIL).or_insert(question.name);
    }
    typed_phone(questions, &mut proposed);
    dialled(questions, &mut proposed);
    proposed
}

/// What the questions fit that surely; where a likely fit will do, also by what their answers look like.
pub(crate) fn proposals<'a>(questions: &Questions<'a>, least: Fit) -> Proposals<'a> {
    let mut proposed = questions.fitting(least);
    if least == Fit::Likely {
        // Of an address, only a name that leaves no doubt: the others are weighed together.
        proposed.remove(EMAIL);
        proposed.extend(questions.named.get_key_value(EMAIL));
        dialled(questions, &mut proposed);
    }
    typed_phone(questions, &mut proposed);
    if let Some(number) = written_out(questions) {
        proposed.entry(PHONE).or_insert(number);
    }
    proposed
}

fn dialled<'a>(questions: &Questions<'a>, proposed: &mut Proposals<'a>) {
    let is_own = |it: &&Question<'a>| is_dialled(it.answer) && !is_of_thing(it) && !is_another_number(&it.normal);
    if let Some(question) = questions.persons().find(is_own) {
        proposed.entry(PHONE).or_insert(question.name);
    }
}

/// The only question of the person that the provider says asks for a phone number.
fn typed_phone<'a>(questions: &Questions<'a>, proposed: &mut Proposals<'a>) {
    let types = &questions.submission().types;
    let is_phone = |it: &&Question<'a>| types.get(it.name) == Some(&FieldType::Phone) && !is_another_number(&it.normal);
    let mut typed = questions.persons().filter(is_phone);
    if let (Some(question), None) = (typed.next(), typed.next()) {
        proposed.entry(PHONE).or_insert(question.name);
    }
}

/// The only number that is written to be dialled from anywhere, `+49 …`, unless its question asks for another's.
fn written_out<'a>(questions: &Questions<'a>) -> Option<&'a str> {
    let mut numbers = questions.persons().filter(|it| is_written_out(it.answer));
    let (Some(number), None) = (numbers.next(), numbers.next()) else { return None };
    // Where the company's name is asked, nobody gives the company's line.
    let asks_line = number.target != Some("company.name");
    let is_others = (asks_line && is_another_number(&number.normal)) || is_of_thing(number);
    (!is_others).then_some(number.name)
}

/// Whether a question asks for the number of a thing, such as an order, and not for one to call.
fn is_of_thing(question: &Question) -> bool {
    asks_number_of_thing(question.name) && !points_to(PHONE, &question.normal)
}

/// Whether a name in normal form asks for a number that is not the person's own line.
fn is_another_number(normal: &str) -> bool {
    NOT_OWN_LINE.split(", ").any(|other| normal.contains(other))
}

/// What a person is called, in full and in part.
const NAMES: &[&str] = &["lead.name", "lead.first_name", "lead.last_name"];

/// Whether a question of this name asks what somebody is called, in full or in part.
pub(crate) fn is_name(question: &str) -> bool {
    target_of(&normal(question)).is_some_and(|target| NAMES.contains(&target))
}

/// Whether a question of this name with this answer may say who somebody is or how they are reached.
pub(crate) fn says_who(question: &str, answer: &Value) -> bool {
    let target = target_of(&normal(question));
    target.is_some_and(|target| NAMES.contains(&target) || [EMAIL, PHONE, "company.name"].contains(&target))
        || is_address(answer)
        || is_dialled(answer)
}

/// Whether the answers say already what a question of this name asks: who somebody is or how they are reached.
pub(crate) fn is_answered(submission: &Submission, question: &str) -> bool {
    let same = match target_of(&normal(question)) {
        Some(target) if NAMES.contains(&target) => NAMES,
        Some(EMAIL) => &[EMAIL],
        Some(PHONE) => &[PHONE],
        _ => return false,
    };
    proposed(&Questions::of(submission)).keys().any(|target| same.contains(target))
}

/// Whether a question's answer is a number to be dialled: by how it is written, or by its question and enough digits.
pub(crate) fn is_number(question: &str, answer: &Value) -> bool {
    let normal = normal(question);
    let says = || target_of(&normal) == Some(PHONE) || points_to(PHONE, &normal);
    is_dialled(answer) || (answer.to_string().chars().filter(char::is_ascii_digit).count() >= 7 && says())
}
