//! What a target of the map is filled with when none of its questions was asked.
//!
//! A provider nobody foresaw calls its questions otherwise; a plain `email` is the e-mail
//! address all the same. Always said on the record (`GapWhy::Assumed`), and only for questions
//! whose name leaves no doubt, unless the map fits nothing at all. The only e-mail address of a submission is the
//! person's, whatever its question is called.

use std::collections::BTreeSet;

use domain::value::Value;

use crate::{
    address::{Addresses, addresses},
    person_name::full_name,
    proposal::Proposals,
    questions::Questions,
};

/// What a submission holds for a target that nobody answered.
pub(crate) enum Assumption {
    /// An answer and the questions it was taken from.
    Answer { questions: Vec<String>, answer: Value },
    /// Answers that fit alike: none is taken.
    Several(Vec<String>),
}

/// What may still be taken.
pub(crate) struct Free<'a> {
    /// Whether the answer to a question fills no target.
    pub is_open: &'a dyn Fn(&str) -> bool,
    /// Questions whose address was read already. Every other address may be the person's, also in an answer that
    /// fills another target: `Eva Field <eva@field.example>` is a name, too.
    pub spent: &'a BTreeSet<String>,
}

impl Free<'_> {
    fn may_serve(&self, question: &str) -> bool {
        (self.is_open)(question) && !self.spent.contains(question)
    }
}

/// The answer for `target` among the proposals, a full name put together from its parts, or the only e-mail address.
///
/// A question that has filled another target serves twice only as a part of a name, or with its address. `placeholders` are
/// the playbook's own.
pub(crate) fn assume(
    target: &str,
    questions: &Questions,
    proposals: &Proposals,
    free: &Free,
    placeholders: &[String],
) -> Option<Assumption> {
    let wanted = proposal_for(target)?;
    let proposed = proposals.get(wanted).copied().filter(|question| free.may_serve(question));
    if wanted == "lead.name" {
        let parts = ["lead.first_name", "lead.last_name"].into_iter().filter_map(|part| proposals.get(part).copied());
        let asked: Vec<&str> = proposed.into_iter().chain(parts).collect();
        let name = full_name(questions, &asked, placeholders)?;
        return Some(Assumption::Answer { questions: name.questions, answer: Value::text(name.name) });
    }
    if let Some(question) = proposed {
        let answer = questions.answer(question)?.clone();
        return Some(Assumption::Answer { questions: vec![question.to_owned()], answer });
    }
    if wanted != "lead.email" {
        return None;
    }
    match addresses(questions, free.spent) {
        Addresses::None => None,
        Addresses::One { question, address } => {
            Some(Assumption::Answer { questions: vec![question], answer: Value::text(address) })
        }
        Addresses::Several(answers) => Some(Assumption::Several(answers)),
    }
}

/// Whether a target is what a person is called in full.
pub(crate) fn is_full_name(target: &str) -> bool {
    proposal_for(target) == Some("lead.name")
}

/// Whether a target is a part of what a person is called.
pub(crate) fn is_part_of_name(target: &str) -> bool {
    matches!(proposal_for(target), Some("lead.first_name" | "lead.last_name"))
}

/// Whether a target is what a company is called.
pub(crate) fn is_company_name(target: &str) -> bool {
    proposal_for(target) == Some("company.name")
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
