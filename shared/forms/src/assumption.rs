//! What a target of the map is filled with when none of its questions was asked.
//!
//! A provider nobody foresaw calls its questions otherwise; a plain `email` is the e-mail
//! address all the same. Always said on the record (`GapWhy::Assumed`), and only for questions
//! whose name leaves no doubt, unless the map fits nothing at all.

use std::collections::BTreeMap;

use domain::value::{Fields, Value};

use crate::submission::Submission;

/// An answer and the questions it was taken from.
pub(crate) struct Assumption {
    pub questions: Vec<String>,
    pub answer: Value,
}

/// The answer for `target` among the proposals, or a full name put together from its parts.
///
/// A question outside `free` has filled another target; only as a part of a name it serves twice.
pub(crate) fn assume(
    target: &str,
    submission: &Submission,
    proposals: &BTreeMap<String, String>,
    free: &Fields,
) -> Option<Assumption> {
    let wanted = proposal_for(target)?;
    if let Some(question) = proposals.get(wanted).filter(|question| free.contains_key(*question)) {
        let answer = submission.fields.get(question)?.clone();
        return Some(Assumption { questions: vec![question.clone()], answer });
    }
    if wanted != "lead.name" {
        return None;
    }
    let parts = ["lead.first_name", "lead.last_name"].into_iter().filter_map(|part| proposals.get(part));
    let questions: Vec<String> = parts.cloned().collect();
    let answers = questions.iter().filter_map(|question| submission.fields.get(question));
    let name = answers.map(|part| part.to_string().trim().to_owned()).collect::<Vec<_>>().join(" ");
    (!questions.is_empty()).then(|| Assumption { questions, answer: Value::text(name) })
}

/// The proposal that means the same as a target of the user's own schema.
fn proposal_for(target: &str) -> Option<&'static str> {
    let (kind, field) = target.split_once('.')?;
    let company = matches!(kind, "company" | "account" | "organisation" | "organization");
    Some(match field {
        "email" | "work_email" | "email_address" if !company => "lead.email",
        "phone" | "mobile" | "phone_number" if !company => "lead.phone",
        "first_name" => "lead.first_name",
        "last_name" => "lead.last_name",
        "name" | "full_name" if !company => "lead.name",
        "name" | "company" | "company_name" => "company.name",
        "employees" | "size" | "team_size" | "company_size" | "headcount" => "company.employees",
        "message" | "notes" | "comments" => "lead.message",
        "website" | "domain" => "company.website",
        "title" | "job_title" | "role" => "lead.title",
        _ => return None,
    })
}
