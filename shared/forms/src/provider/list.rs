//! Bodies that hold several leads: a list of them, or an envelope around one (`{"leads": […]}`).
//!
//! Each lead is read by itself, as if it had come alone. What is odd in the list costs itself at most, and what
//! stands beside it is kept with each of its leads.

use serde_json::{Map, Value as Json};

use super::{generic, marks};
use crate::{
    FieldProblem, Refusal,
    label::{EMAIL, PHONE},
    problem::step,
    proposal::propose,
    question::is_one_of,
    reading::Reading,
    rest,
    submission::Submission,
};

/// What services call a list of people.
const PEOPLE: &[&str] = &[
    "leads",
    "contacts",
    "people",
    "persons",
    "customers",
    "subscribers",
    "prospects",
    "respondents",
    "submissions",
    "entries",
    "responses",
];
/// What they call a list of anything.
const ANYTHING: &[&str] = &[
    "data",
    "items",
    "results",
    "records",
    "rows",
    "list",
    "value",
    "values",
    "objects",
    "elements",
    "batch",
    "events",
    "notifications",
];
/// What they wrap such a list in.
const WRAPPERS: &[&str] = &["data", "payload", "body", "result", "response"];
/// How many wrappers may lie around a list.
const WRAPPED: usize = 2;

/// The leads of a body, and what else it holds.
pub(super) struct Leads<'a> {
    /// The pointer to each item, and the item.
    pub items: Vec<(String, &'a Json)>,
    /// The envelope without its list. Null where there is none.
    pub beside: Json,
}

impl Leads<'_> {
    /// The submissions of each lead, as `document` reads it. None where no item is one.
    pub(super) fn read(
        &self,
        document: impl Fn(&Json) -> Result<Vec<Submission>, Refusal>,
        reading: &Reading,
    ) -> Option<Vec<Submission>> {
        let (mut submissions, mut odd) = (Vec::new(), Vec::new());
        for (pointer, item) in &self.items {
            match document(item).ok().filter(|_| item.is_object()) {
                Some(read) => submissions.extend(read.into_iter().map(|submission| placed(submission, pointer))),
                None => odd.push((pointer, *item)),
            }
        }
        for (pointer, item) in odd {
            let first = submissions.first_mut()?;
            let detail = "this item of the list says nothing of a lead; the others were read";
            first.remarks.push(FieldProblem::new(pointer.as_str(), "item_not_read", detail));
            rest::keep(first, item, pointer, reading);
        }
        for submission in &mut submissions {
            marks::mark(submission, &self.beside);
            if let Some(rest) = rest::rest(&self.beside, "", std::slice::from_ref(submission)) {
                rest::keep(submission, &rest, "", reading);
            }
        }
        Some(submissions).filter(|submissions| !submissions.is_empty())
    }
}

/// A submission that was read by itself, with the places that its answers have in the whole body.
fn placed(mut submission: Submission, at: &str) -> Submission {
    submission.pointers.values_mut().for_each(|pointer| pointer.insert_str(0, at));
    submission.remarks.iter_mut().for_each(|remark| remark.pointer.insert_str(0, at));
    submission
}

/// The items of a body that holds several leads. None where all of it is one submission.
pub(super) fn leads<'a>(json: &'a Json, reading: &Reading) -> Option<Leads<'a>> {
    match json {
        Json::Array(items) if items.iter().any(Json::is_object) && !generic::are_answers(items) => {
            Some(Leads { items: numbered(items, ""), beside: Json::Null })
        }
        Json::Object(members) => enveloped(members, "", WRAPPED, reading),
        _ => None,
    }
}

fn numbered<'a>(items: &'a [Json], pointer: &str) -> Vec<(String, &'a Json)> {
    items.iter().enumerate().map(|(index, item)| (format!("{pointer}/{index}"), item)).collect()
}

/// The items of a list, or of an object that numbers them, as a form body does: `leads[0][email]=…`.
fn items<'a>(json: &'a Json, pointer: &str) -> Vec<(String, &'a Json)> {
    let is_number = |name: &String| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    match json {
        Json::Array(items) => numbered(items, pointer),
        Json::Object(members) if members.keys().all(is_number) => {
            members.iter().map(|(name, item)| (format!("{pointer}/{name}"), item)).collect()
        }
        _ => Vec::new(),
    }
}

/// The list in an envelope, if its items say who several people are and what stands beside it tells of nobody.
fn enveloped<'a>(
    members: &'a Map<String, Json>,
    pointer: &str,
    wrapped: usize,
    reading: &Reading,
) -> Option<Leads<'a>> {
    let inner = members.iter().find_map(|(name, member)| {
        let below = || format!("{pointer}{}", step(name));
        let leads = match member {
            _ if tells_of_several(name, member, reading) => {
                Leads { items: items(member, &below()), beside: Json::Null }
            }
            Json::Object(inner) if wrapped > 0 && is_one_of(name, WRAPPERS) => {
                enveloped(inner, &below(), wrapped - 1, reading)?
            }
            _ => return None,
        };
        Some((name, leads))
    });
    let (list, leads) = inner?;
    let mut beside = members.clone();
    match leads.beside {
        Json::Null => drop(beside.remove(list)),
        inner => drop(beside.insert(list.clone(), inner)),
    }
    let beside = Json::Object(beside);
    says_who(&beside, reading).is_none().then_some(Leads { items: leads.items, beside })
}

/// How plainly an item says who somebody is.
#[derive(PartialEq, Eq)]
enum Who {
    /// By an address or a number.
    Reached(String),
    /// By a name alone.
    Called,
}

fn tells_of_several(name: &str, list: &Json, reading: &Reading) -> bool {
    if list.as_array().map(Vec::len).or(list.as_object().map(Map::len)).is_none_or(|length| length < 2) {
        return false;
    }
    let is_of_people = is_one_of(name, PEOPLE);
    if !(is_of_people || is_one_of(name, ANYTHING)) {
        return false;
    }
    let items = items(list, "");
    let objects = || items.iter().map(|(_, item)| *item).filter(|item| item.is_object());
    if objects().nth(1).is_none() || objects().any(generic::is_answer) {
        return false;
    }
    let who: Vec<Who> = objects().filter_map(|item| says_who(item, reading)).collect();
    let mut reached: Vec<&String> = who.iter().filter_map(reach).collect();
    reached.sort_unstable();
    reached.dedup();
    reached.len() > 1 || (is_of_people && reached.len() == 1 && who.len() > 1)
}

fn reach(who: &Who) -> Option<&String> {
    match who {
        Who::Reached(by) => Some(by),
        Who::Called => None,
    }
}

fn says_who(json: &Json, reading: &Reading) -> Option<Who> {
    let submission: Submission = generic::read(json, reading).ok()?.pop()?;
    let proposed = propose(&submission);
    let answer = |target: &str| submission.fields.get(proposed.get(target)?).map(ToString::to_string);
    let by = answer(EMAIL).or_else(|| answer(PHONE)).map(Who::Reached);
    by.or_else(|| ["lead.name", "lead.first_name", "lead.last_name"].into_iter().find_map(answer).map(|_| Who::Called))
}
