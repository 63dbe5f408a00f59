//! What a form that nobody described probably means: shown to a person, who makes a map of it.

use std::collections::BTreeMap;

use domain::{
    matching::is_in,
    value::{FieldType, Value},
};

use crate::{
    about::{Whose, asks_about_another, asks_number_of_thing, place},
    label::{EMAIL, LABELS, NOT_OWN_LINE, PHONE, points_to, target_of},
    question::normal,
    submission::Submission,
};

/// For each target that a question fits, the question: `lead.email` → `Work email?`.
pub fn propose(submission: &Submission) -> BTreeMap<String, String> {
    let mut proposed = fitting(candidates(submission), Fit::Likely);
    by_content(submission, &mut proposed);
    proposed
}

/// What the questions fit that surely; where a likely fit will do, also by what their answers look like.
pub(crate) fn proposals(submission: &Submission, least: Fit) -> BTreeMap<String, String> {
    let candidates = candidates(submission);
    let number = written_out(&candidates).map(str::to_owned);
    let mut proposed = match least {
        Fit::Named => fitting(candidates, Fit::Named),
        // Of an address, only a name that leaves no doubt: the others are weighed together.
        Fit::Likely => {
            let named = fitting(candidates.clone(), Fit::Named).remove_entry(EMAIL);
            let mut likely = fitting(candidates, Fit::Likely);
            likely.remove(EMAIL);
            likely.extend(named);
            dialled(submission, &mut likely);
            likely
        }
    };
    typed_phone(submission, &mut proposed);
    if let Some(number) = number {
        proposed.entry(PHONE.to_owned()).or_insert(number);
    }
    proposed
}

/// The question of the person that one of these names, in normal form, is a name of.
pub(crate) fn asked_as<'s>(submission: &'s Submission, names: &str) -> Option<&'s str> {
    let mut asked = submission.fields.keys().filter(|question| is_asked(submission, question));
    asked.find(|question| names_of(submission, question).iter().any(|name| is_in(names, name))).map(String::as_str)
}

/// How surely a question must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Its name means the target and nothing else.
    Named,
    /// Its name holds a word that points to the target.
    Likely,
}

/// What the questions mean by their names, without a doubt.
pub(crate) fn by_name(submission: &Submission) -> BTreeMap<String, String> {
    fitting(candidates(submission), Fit::Named)
}

fn fitting(mut candidates: Vec<Candidate<'_>>, least: Fit) -> BTreeMap<String, String> {
    let mut proposed = BTreeMap::new();
    for label in &LABELS {
        let fits = |matches: &dyn Fn(&Candidate<'_>) -> bool| {
            let may_serve = |it: &Candidate<'_>| !(it.is_companys && label.target.starts_with("lead."));
            candidates.iter().position(|it| matches(it) && may_serve(it) && may_hold(label.target, it.value))
        };
        let simply = fits(&|it| it.target == Some(label.target));
        let named = || fits(&|it| it.targets.contains(&label.target));
        let worded = || fits(&|it| least == Fit::Likely && it.names.iter().any(|name| label.is_in(name)));
        if let Some(found) = simply.or_else(named).or_else(worded) {
            proposed.insert(label.target.to_owned(), candidates.remove(found).question.to_owned());
        }
    }
    proposed
}

/// A question that may be the person's, with its names in normal form.
#[derive(Clone)]
struct Candidate<'a> {
    question: &'a str,
    value: &'a Value,
    /// It lies in an object about the person's company: its number is not the person's.
    is_companys: bool,
    normal: String,
    /// The target that the whole name has outright.
    target: Option<&'static str>,
    names: Vec<String>,
    /// The targets that its names have outright.
    targets: Vec<&'static str>,
}

fn candidates(submission: &Submission) -> Vec<Candidate<'_>> {
    let asked = submission.fields.iter().filter(|(question, _)| is_asked(submission, question));
    asked
        .map(|(question, value)| {
            let (normal, names) = (normal(question), names_of(submission, question));
            let target = target_of(&normal);
            let targets = names.iter().filter_map(|name| target_of(name)).collect();
            Candidate { question, value, is_companys: is_companys(question), normal, target, names, targets }
        })
        .collect()
}

fn is_companys(question: &str) -> bool {
    let above = question.rsplit_once('.').map(|(above, _)| above.split('.').map(str::to_owned).collect::<Vec<_>>());
    above.is_some_and(|above| place(&above).whose == Whose::Company)
}

/// An address is one whatever its question is called, and so is a number written to be dialled.
fn by_content(submission: &Submission, proposed: &mut BTreeMap<String, String>) {
    let address = submission.fields.iter().find(|(name, value)| is_persons(submission, name) && is_address(value));
    if let Some((question, _)) = address {
        proposed.entry(EMAIL.to_owned()).or_insert_with(|| question.clone());
    }
    typed_phone(submission, proposed);
    dialled(submission, proposed);
}

fn dialled(submission: &Submission, proposed: &mut BTreeMap<String, String>) {
    let is_own = |name: &str| is_persons(submission, name) && !is_of_thing(name) && !is_another_number(&normal(name));
    let number = submission.fields.iter().find(|(name, value)| is_own(name) && is_dialled(value));
    if let Some((question, _)) = number {
        proposed.entry(PHONE.to_owned()).or_insert_with(|| question.clone());
    }
}

/// The only question of the person that the provider says asks for a phone number.
fn typed_phone(submission: &Submission, proposed: &mut BTreeMap<String, String>) {
    let is_phone = |(question, asks): &(&String, &FieldType)| {
        **asks == FieldType::Phone && is_persons(submission, question) && !is_another_number(&normal(question))
    };
    let mut typed = submission.types.iter().filter(is_phone);
    if let (Some((question, _)), None) = (typed.next(), typed.next()) {
        proposed.entry(PHONE.to_owned()).or_insert_with(|| question.clone());
    }
}

/// The only number that is written to be dialled from anywhere, `+49 …`, unless its question asks for another's.
fn written_out<'a>(candidates: &[Candidate<'a>]) -> Option<&'a str> {
    let is_number = |it: &&Candidate<'_>| !it.is_companys && is_written_out(it.value);
    let mut numbers = candidates.iter().filter(is_number);
    let (Some(number), None) = (numbers.next(), numbers.next()) else { return None };
    // Where the company's name is asked, nobody gives the company's line.
    let asks_line = number.target != Some("company.name");
    let is_others = asks_line && is_another_number(&number.normal);
    let is_others = is_others || asks_about_another(number.question) || is_of_thing(number.question);
    (!is_others).then_some(number.question)
}

/// Whether a question asks for the number of a thing, such as an order, and not for one to call.
fn is_of_thing(question: &str) -> bool {
    asks_number_of_thing(question) && !points_to(PHONE, &normal(question))
}

/// Whether a name in normal form asks for a number that is not the person's own line.
fn is_another_number(normal: &str) -> bool {
    NOT_OWN_LINE.split(", ").any(|other| normal.contains(other))
}

/// Whether an answer is a number that is written to be dialled from anywhere, and nothing else.
pub(crate) fn is_written_out(value: &Value) -> bool {
    is_dialled(value) && value.to_string().trim().starts_with('+')
}

/// Whether a question says that it asks for an e-mail address.
pub(crate) fn names_email(submission: &Submission, question: &str) -> bool {
    names_of(submission, question).iter().any(|name| points_to(EMAIL, name))
}

fn is_dialled(value: &Value) -> bool {
    let Some(text) = only_text(value) else { return false };
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.starts_with(['+', '(']) && digits >= 7 && text.chars().all(|it| it.is_ascii_digit() || "+() -./".contains(it))
}

/// Whether an address or a number under this name may be the person's own.
pub(crate) fn is_persons(submission: &Submission, question: &str) -> bool {
    is_asked(submission, question) && !is_companys(question)
}

/// Whether a field may be the person's: not the host's of a booking, not the form's or the browser's, not a friend's.
fn is_asked(submission: &Submission, question: &str) -> bool {
    !submission.apart.contains(question) && !asks_about_another(question)
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
    propose(submission).keys().any(|target| same.contains(&target.as_str()))
}

/// Whether a question's answer is a number to be dialled: by how it is written, or by its question and enough digits.
pub(crate) fn is_number(question: &str, answer: &Value) -> bool {
    let normal = normal(question);
    let says = || target_of(&normal) == Some(PHONE) || points_to(PHONE, &normal);
    is_dialled(answer) || (answer.to_string().chars().filter(char::is_ascii_digit).count() >= 7 && says())
}

/// A consent tick is not an e-mail address, even if its question says "e-mail".
fn may_hold(target: &str, value: &Value) -> bool {
    match target {
        EMAIL => is_address(value),
        PHONE => {
            let digits = value.to_string().chars().filter(char::is_ascii_digit).count();
            digits >= 5 && !is_address(value)
        }
        "company.employees" => {
            !matches!(value, Value::YesNo(_)) && value.to_string().contains(|it: char| it.is_ascii_digit())
        }
        _ => only_text(value).is_some() && !is_address(value),
    }
}

/// A text, or the only one of a list: some services send every answer in a list.
fn only_text(value: &Value) -> Option<&str> {
    match value {
        Value::List(items) if items.len() == 1 => items[0].as_text(),
        other => other.as_text(),
    }
}

fn is_address(value: &Value) -> bool {
    let Some(text) = only_text(value) else { return false };
    let text = text.trim();
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace) && !text.contains("://")
    })
}

/// The name of a question without the words that only ask: `What's your work email?` → `workemail`, `Name (required)` →
/// `name`.
fn without_filler(mut name: &str) -> &str {
    const FILLER: &[&str] = &[
        "nolabel", "whatis", "whats", "and", "please", "enter", "typein", "tellus", "your", "contact", "billing", "the",
    ];
    while let Some(rest) = FILLER.iter().find_map(|word| name.strip_prefix(word)).filter(|rest| rest.len() > 2) {
        name = rest;
    }
    const DUTY: &[&str] = &[
        "required",
        "optional",
        "mandatory",
        "pflichtfeld",
        "pflichtangabe",
        "obligatoire",
        "obligatorio",
        "verplicht",
        "必須",
    ];
    DUTY.iter().find_map(|duty| name.strip_suffix(duty)).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// All names of a question in normal form. Words that only ask in front, a number behind (Forminator's `email-1`) and
/// Gravity Forms' `1.3` and `1.6` are understood.
fn names_of(submission: &Submission, question: &str) -> Vec<String> {
    let aliases = submission.aliases.iter().filter(|(_, main)| *main == question).map(|(alias, _)| alias.as_str());
    let mut names = Vec::new();
    for name in [question].into_iter().chain(aliases) {
        let whole = normal(name);
        let asking = without_filler(&whole);
        let plain = asking.trim_end_matches(|it: char| it.is_ascii_digit());
        // `question_4` counts questions; it is not the name of one.
        let is_count = plain != asking && plain == "question";
        if plain != whole && plain.len() > 2 && !is_count {
            names.push(plain.to_owned());
        }
        match name.split_once('.') {
            Some((number, "3")) if number.parse::<u16>().is_ok() => names.push("firstname".to_owned()),
            Some((number, "6")) if number.parse::<u16>().is_ok() => names.push("lastname".to_owned()),
            _ => {}
        }
        names.extend(part_of_name(name));
        if let Some(last) = name.rsplit('.').next().filter(|_| !whole.contains("form")) {
            names.push(normal(last));
        }
        names.push(whole);
    }
    names
}

/// The part that a question asks for behind the name of a whole name and its count: `name_1_first_name` → `firstname`.
fn part_of_name(name: &str) -> Option<String> {
    let mut steps = name.splitn(3, ['_', '-']);
    let (whole, count, part) = (steps.next()?, steps.next()?, steps.next()?);
    (count.parse::<u16>().is_ok() && target_of(&normal(whole)) == Some("lead.name")).then(|| normal(part))
}
