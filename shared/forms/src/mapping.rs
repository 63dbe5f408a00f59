//! From questions to the fields of records, as a form's `map:` says.
//!
//! What is optional and missing or unreadable is a gap: accepted, and visible. Refused is only
//! what the form requires, and text that could do harm further on (CR/LF in an e-mail address).

use std::collections::BTreeMap;

use domain::{
    event::{Gap, GapWhy},
    id::Kind,
    playbook::{FieldSchema, FieldType, Form, Schema},
    value::{Fields, Value},
};
use serde::{Deserialize, Serialize};

use crate::{
    FieldProblem, Refusal,
    assumption::assume,
    coerce::{Coerced, coerce, key_of},
    email_domain,
    proposal::{Fit, by_name, propose},
    submission::Submission,
};

/// What a submission says about records.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mapped {
    /// The typed fields of each kind.
    pub fields: BTreeMap<Kind, Fields>,
    /// Questions that the map does not use, with their answers as they came.
    pub unmapped: Fields,
    /// Targets of the map that stay empty or are doubtful, and why.
    pub gaps: Vec<Gap>,
    /// For each kind with `identify:` the key of the record: `email:ada@example.com`.
    pub keys: BTreeMap<Kind, String>,
}

/// Fills the fields of records from a submission.
///
/// A target none of whose questions was asked takes the answer that plainly means the same, and says so.
/// Refuses with 422 and a pointer for each field that is required and missing or unreadable,
/// and for each answer that holds control characters where its type allows none.
pub fn map(submission: &Submission, form: &Form, schema: &Schema) -> Result<Mapped, Refusal> {
    let mut mapping = Mapping { submission, schema, mapped: Mapped::default(), problems: Vec::new() };
    mapping.mapped.unmapped.clone_from(&submission.fields);
    if let Some(honeypot) = form.honeypot.as_deref().and_then(|name| submission.exact_question(name)) {
        mapping.mapped.unmapped.remove(honeypot);
    }
    let open: Vec<&String> =
        form.map.iter().filter(|(target, asked)| !mapping.fill(target, asked)).map(|it| it.0).collect();
    mapping.assume(&open);
    email_domain::fill(&form.record, schema, &mut mapping.mapped);
    mapping.require(form);
    if !mapping.problems.is_empty() {
        return Err(Refusal::Fields(mapping.problems));
    }
    let mut mapped = mapping.mapped;
    mapped.keys = keys(form, schema, &mapped);
    Ok(mapped)
}

struct Mapping<'a> {
    submission: &'a Submission,
    schema: &'a Schema,
    mapped: Mapped,
    problems: Vec<FieldProblem>,
}

impl Mapping<'_> {
    /// Fills a target from the first of its questions that can be read. False if none was answered.
    fn fill(&mut self, target: &str, questions: &[String]) -> bool {
        let submission = self.submission;
        let asked = questions.iter().filter_map(|name| submission.question(name));
        let mut unreadable = None;
        for question in asked {
            let Some(answer) = submission.fields.get(question) else { continue };
            self.mapped.unmapped.remove(question);
            match self.read(target, question, answer) {
                Ok(true) => return true,
                Ok(false) => {}
                Err(why) => unreadable = unreadable.or(Some(why)),
            }
        }
        match unreadable {
            Some(why) => {
                self.gap(target, why);
                true
            }
            None => false,
        }
    }

    /// Reads one answer into its target. Err says why it cannot be read; false that it is blank or refused.
    fn read(&mut self, target: &str, question: &str, answer: &Value) -> Result<bool, GapWhy> {
        let Coerced { value, doubt } = match coerce(answer, field(self.schema, target).as_ref(), &self.schema.bands) {
            Ok(coerced) => coerced,
            Err(harm) => {
                self.problems.push(FieldProblem::new(self.submission.pointer(question), harm.code, harm.detail));
                return Ok(false);
            }
        };
        let Some(value) = value else {
            let unreadable = |detail| Err(GapWhy::Unreadable { answer: answer.to_string(), detail });
            return doubt.map_or(Ok(false), unreadable);
        };
        if let Some(detail) = doubt {
            self.gap(target, GapWhy::Partly { answer: answer.to_string(), detail });
        }
        let (kind, name) = split(target);
        self.mapped.fields.entry(kind).or_default().insert(name.to_owned(), value);
        Ok(true)
    }

    fn gap(&mut self, target: &str, why: GapWhy) {
        self.mapped.gaps.push(Gap { target: target.to_owned(), why });
    }

    /// Gives the targets that nobody answered what the submission plainly holds for them.
    fn assume(&mut self, open: &[&String]) {
        if open.is_empty() {
            return;
        }
        let fits_nothing = self.mapped.fields.is_empty() && self.mapped.gaps.is_empty();
        let proposals = if fits_nothing { propose(self.submission) } else { by_name(self.submission, Fit::Named) };
        for target in open {
            let assumption = assume(target, self.submission, &proposals, &self.mapped.unmapped);
            let read = assumption.map(|it| (self.read(target, &it.questions[0], &it.answer), it.questions));
            match read {
                Some((Ok(true), questions)) => {
                    questions.iter().for_each(|question| drop(self.mapped.unmapped.remove(question)));
                    self.gap(target, GapWhy::Assumed { questions });
                }
                _ => self.gap(target, GapWhy::Missing),
            }
        }
    }

    fn require(&mut self, form: &Form) {
        for target in &form.required {
            let (kind, name) = split(target);
            if !self.mapped.fields.get(&kind).is_some_and(|fields| fields.contains_key(name)) {
                let questions = form.map.get(target).map(Vec::as_slice).unwrap_or_default();
                let problem = self.required(target, questions);
                // An answer that is refused has been said already.
                let said =
                    |known: &FieldProblem| known.pointer == problem.pointer && !known.code.starts_with("required");
                if !self.problems.iter().any(said) {
                    self.problems.push(problem);
                }
            }
        }
    }

    fn required(&self, target: &str, questions: &[String]) -> FieldProblem {
        let answered = questions.iter().find(|name| self.submission.answer(name).is_some()).or(questions.first());
        let pointer = answered.map(|name| self.submission.pointer(name)).unwrap_or_default();
        match self.mapped.gaps.iter().find(|gap| gap.target == target).map(|gap| &gap.why) {
            Some(GapWhy::Unreadable { detail, .. }) => {
                FieldProblem::new(pointer, "required_unreadable", format!("{target} is required: {detail}"))
            }
            _ if questions.is_empty() => {
                let detail = format!("{target} is required and the map of this form does not fill it");
                FieldProblem::new(pointer, "required_missing", detail)
            }
            _ => {
                let detail = format!("{target} is required; answer {}", quoted(questions));
                FieldProblem::new(pointer, "required_missing", detail)
            }
        }
    }
}

fn quoted(questions: &[String]) -> String {
    questions.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

fn split(target: &str) -> (Kind, &str) {
    let (kind, name) = target.split_once('.').unwrap_or(("", target));
    (Kind::from(kind), name)
}

fn field(schema: &Schema, target: &str) -> Option<FieldSchema> {
    let (kind, name) = split(target);
    schema.kinds.get(&kind)?.fields.get(name).cloned()
}

fn keys(form: &Form, schema: &Schema, mapped: &Mapped) -> BTreeMap<Kind, String> {
    let key = |kind: &Kind, names: &[String]| {
        names.iter().find_map(|name| {
            let value: &Value = mapped.fields.get(kind)?.get(name)?;
            let field_type = field(schema, &format!("{kind}.{name}")).map_or(FieldType::Text, |field| field.field_type);
            Some(format!("{name}:{}", key_of(value, field_type)?))
        })
    };
    form.identify.iter().filter_map(|(kind, names)| Some((kind.clone(), key(kind, names)?))).collect()
}
