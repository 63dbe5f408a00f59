//! From questions to the fields of records, as a form's `map:` says.
//!
//! What is optional and missing or unreadable is a gap: accepted, and visible. Refused is only
//! what the form requires.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::{Gap, GapWhy},
    id::Kind,
    matching::{is_placeholder, is_placeholder_address, is_placeholder_name, is_placeholder_number, key_of},
    playbook::{FieldSchema, Form, Schema},
    value::{FieldType, Fields, Value},
};
use serde::{Deserialize, Serialize};

use crate::{
    FieldProblem, Refusal,
    assumption::{Assumption, Free, assume, is_company_name, is_full_name, is_part_of_name},
    coerce::{Coerced, coerce, email::is_email},
    dialled, email_domain, limits,
    looks::is_written_out,
    person_name::{FullName, as_seen, full_name, is_beside_a_name, is_no_name, is_no_part},
    proposal::proposals,
    question::normal,
    questions::{Fit, Questions},
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
/// Refuses with 422 and a pointer for each field that is required and missing or unreadable.
pub fn map(submission: &Submission, form: &Form, schema: &Schema) -> Result<Mapped, Refusal> {
    let mapped = Mapped::default();
    let questions = Questions::of(submission);
    let mut mapping =
        Mapping { questions: &questions, form, schema, mapped, spent: BTreeSet::new(), problems: Vec::new() };
    mapping.mapped.unmapped.clone_from(&submission.fields);
    if let Some(honeypot) = form.honeypot.as_deref().and_then(|name| submission.exact_question(name)) {
        mapping.mapped.unmapped.remove(honeypot);
        mapping.spent.insert(honeypot.to_owned());
    }
    let filled = form.map.iter().map(|(target, asked)| (target, mapping.fill(target, asked)));
    let open = filled.filter_map(|(target, filled)| Some((target, filled.err()?))).collect();
    mapping.assume(open);
    dialled::complete(&form.record, schema, &questions, &mut mapping.mapped);
    email_domain::fill(&form.record, schema, &mut mapping.mapped);
    mapping.require(form);
    if !mapping.problems.is_empty() {
        return Err(Refusal::Fields(mapping.problems));
    }
    let mut mapped = mapping.mapped;
    mapped.keys = keys(form, schema, &mapped);
    Ok(mapped)
}

/// As much of an answer that cannot be read as is repeated where that is said.
const SHOWN_BYTES: usize = 500;

struct Mapping<'a> {
    questions: &'a Questions<'a>,
    form: &'a Form,
    schema: &'a Schema,
    mapped: Mapped,
    /// Questions whose address is no longer to be had: the trap, and what was read as an e-mail address already.
    spent: BTreeSet<String>,
    problems: Vec<FieldProblem>,
}

/// Why a target is open after its own questions.
struct Open {
    why: GapWhy,
    /// The question whose answer could not be read.
    unread: Option<String>,
}

impl Mapping<'_> {
    /// Fills a target from the first of its questions that can be read.
    fn fill(&mut self, target: &str, questions: &[String]) -> Result<(), Open> {
        let all = self.questions;
        let asked: Vec<&str> = questions.iter().filter_map(|name| all.question(name)).collect();
        if is_full_name(target)
            && let Some(FullName { questions, name }) = full_name(all, &asked, &self.schema.placeholders)
        {
            // A shorter form of the name is in it.
            let said: Vec<&str> = asked.into_iter().filter(|question| self.is_piece(question, &name)).collect();
            let used = questions.iter().map(String::as_str).filter(|question| !self.says_more(question, &name));
            for question in said.into_iter().chain(used.collect::<Vec<_>>()) {
                self.mapped.unmapped.remove(question);
            }
            return match self.read(target, &questions[0], &Value::text(name)) {
                Ok(true) => Ok(()),
                Ok(false) => Err(Open { why: GapWhy::Missing, unread: None }),
                Err(why) => Err(Open { why, unread: Some(questions[0].clone()) }),
            };
        }
        let mut unreadable = None;
        for question in asked {
            let Some(answer) = all.answer(question) else { continue };
            self.mapped.unmapped.remove(question);
            match self.read(target, question, answer) {
                Ok(true) => {
                    // What could not be read before it is said nowhere else.
                    let before = unreadable.map(|(question, answer, _): (&str, &Value, GapWhy)| (question, answer));
                    self.mapped.unmapped.extend(before.map(|(question, answer)| (question.to_owned(), answer.clone())));
                    return Ok(());
                }
                Ok(false) => {}
                Err(why) if unreadable.is_none() => unreadable = Some((question, answer, why)),
                Err(_) => drop(self.mapped.unmapped.insert(question.to_owned(), answer.clone())),
            }
        }
        Err(match unreadable {
            Some((question, _, why)) => Open { why, unread: Some(question.to_owned()) },
            None => Open { why: GapWhy::Missing, unread: None },
        })
    }

    /// Reads one answer into its target. Err says why it cannot be read; false that it is blank.
    fn read(&mut self, target: &str, question: &str, answer: &Value) -> Result<bool, GapWhy> {
        let schema = field(self.schema, target);
        let Coerced { value, doubt } = coerce(answer, schema, &self.schema.bands);
        let doubt = doubt.map(|detail| (self.shown(question, answer), detail));
        let Some(value) = value else {
            return doubt.map_or(Ok(false), |(answer, detail)| Err(GapWhy::Unreadable { answer, detail }));
        };
        let is_persons_name = is_full_name(target) || is_part_of_name(target);
        let value = match value.as_text().filter(|_| is_persons_name) {
            Some(name) => Value::text(as_seen(name)),
            None => value,
        };
        let field_type = schema.map_or(FieldType::Text, |schema| schema.field_type);
        if field_type == FieldType::Email {
            self.spent.insert(question.to_owned());
        }
        if self.names_nobody(target, field_type, &value) {
            self.mapped.unmapped.insert(question.to_owned(), answer.clone());
            return Err(match doubt {
                None => GapWhy::Placeholder { answer: answer.to_string() },
                // The answer says more than what names nobody.
                Some((answer, _)) => GapWhy::Unreadable { answer, detail: format!("{value} is nobody's") },
            });
        }
        let other = match value.as_text() {
            Some(name) if is_persons_name && is_email(name) => Some("an e-mail address"),
            Some(_) if (is_persons_name || is_company_name(target)) && is_written_out(&value) => Some("a phone number"),
            _ => None,
        };
        if let Some(other) = other {
            self.mapped.unmapped.insert(question.to_owned(), answer.clone());
            let detail = format!("this is {other} and no name");
            return Err(GapWhy::Unreadable { answer: answer.to_string(), detail });
        }
        // Of a mailbox, the name is in the field, and all of it beside the field.
        if is_persons_name && self.says_more(question, &value.to_string()) {
            let whole = self.questions.answer(question).map(|whole| (question.to_owned(), whole.clone()));
            self.mapped.unmapped.extend(whole);
        }
        let value = self.cut(target, question, value);
        if let Some((answer, detail)) = doubt {
            self.gap(target, GapWhy::Partly { answer, detail });
        }
        let (kind, name) = split(target);
        self.mapped.fields.entry(kind).or_default().insert(name.to_owned(), value);
        Ok(true)
    }

    /// Whether a value is what people write where they have none, in a field that says who somebody is.
    fn names_nobody(&self, target: &str, field_type: FieldType, value: &Value) -> bool {
        let Some(text) = value.as_text() else { return false };
        let more = &self.schema.placeholders;
        let identifies = || {
            let (kind, name) = split(target);
            self.form.identify.get(&kind).is_some_and(|names| names.iter().any(|it| it == name))
        };
        match field_type {
            FieldType::Email => is_placeholder_address(text),
            FieldType::Phone => is_placeholder_number(text),
            FieldType::Text if is_full_name(target) => is_placeholder_name(text, more),
            FieldType::Text if is_part_of_name(target) => {
                is_no_part(text, more) || (is_no_name(text, more) && !is_beside_a_name(self.questions, more))
            }
            FieldType::Text => (identifies() || is_company_name(target)) && is_placeholder(text, more),
            _ => false,
        }
    }

    /// As much of an answer as a field takes; the rest is kept beside it.
    fn cut(&mut self, target: &str, question: &str, value: Value) -> Value {
        let (start, rest) = match value {
            Value::Text(text) if text.len() > limits::TEXT_BYTES => {
                let (start, rest) = text.split_at(text.floor_char_boundary(limits::TEXT_BYTES));
                (Value::text(start), Value::text(rest))
            }
            Value::List(mut items) if bytes(&items) > limits::TEXT_BYTES => {
                let lengths = items.iter().scan(0, |sum, item| {
                    *sum += item.to_string().len();
                    Some(*sum)
                });
                let fits = lengths.take_while(|length| *length <= limits::TEXT_BYTES).count();
                let rest = items.split_off(fits);
                (Value::List(items), Value::List(rest))
            }
            short => return short,
        };
        let beside = format!("{question} (continued)");
        let detail = format!("the answer is too long for a field; the rest is kept as \u{201c}{beside}\u{201d}");
        self.gap(target, GapWhy::Unreadable { answer: String::new(), detail });
        self.mapped.unmapped.insert(beside, rest);
        start
    }

    /// An answer as a gap repeats it: a long one is cut, and kept as it came as well.
    fn shown(&mut self, question: &str, answer: &Value) -> String {
        let text = answer.to_string();
        if text.len() <= SHOWN_BYTES {
            return text;
        }
        self.mapped.unmapped.insert(question.to_owned(), answer.clone());
        format!("{}…", &text[..text.floor_char_boundary(SHOWN_BYTES)])
    }

    fn gap(&mut self, target: &str, why: GapWhy) {
        self.mapped.gaps.push(Gap { target: target.to_owned(), why });
    }

    /// Gives the targets that nobody answered, or not so that it can be read, what the submission plainly holds for them.
    fn assume(&mut self, open: Vec<(&String, Open)>) {
        if open.is_empty() {
            return;
        }
        let is_unread = open.iter().any(|(_, open)| open.unread.is_some());
        let fits_nothing = self.mapped.fields.is_empty() && self.mapped.gaps.is_empty() && !is_unread;
        let fit = if fits_nothing { Fit::Likely } else { Fit::Named };
        let proposals = proposals(self.questions, fit);
        // What one target could not read may answer another: a number where the e-mail address is asked.
        let unread_of_all: Vec<String> = open.iter().filter_map(|(_, open)| open.unread.clone()).collect();
        for (target, Open { why, unread }) in open {
            let is_open = |question: &str| {
                self.mapped.unmapped.contains_key(question) || unread_of_all.iter().any(|it| it == question)
            };
            let free = Free { is_open: &is_open, spent: &self.spent };
            let why = match assume(target, self.questions, &proposals, &free, &self.schema.placeholders) {
                Some(Assumption::Several(answers)) if unread.is_none() => GapWhy::Several { answers },
                Some(Assumption::Answer { questions, answer }) => match self.take(target, questions, &answer) {
                    Ok(assumed) => {
                        // What could not be read before it is said nowhere else.
                        let before = unread.and_then(|it| Some((self.questions.answer(&it)?.clone(), it)));
                        self.mapped.unmapped.extend(before.map(|(answer, question)| (question, answer)));
                        assumed
                    }
                    Err(said) if unread.is_none() => said,
                    Err(_) => why,
                },
                _ => why,
            };
            self.gap(target, why);
        }
    }

    /// Err says why the answer fills nothing.
    fn take(&mut self, target: &str, questions: Vec<String>, answer: &Value) -> Result<GapWhy, GapWhy> {
        match self.read(target, &questions[0], answer) {
            Ok(true) => {
                let text = answer.to_string();
                let whole: Vec<&String> = questions.iter().filter(|question| self.is_piece(question, &text)).collect();
                whole.into_iter().for_each(|question| drop(self.mapped.unmapped.remove(question)));
                Ok(GapWhy::Assumed { questions })
            }
            Err(why @ GapWhy::Placeholder { .. }) => Err(why),
            _ => Err(GapWhy::Missing),
        }
    }

    /// Whether a question's answer says no more than `text` does.
    fn is_piece(&self, question: &str, text: &str) -> bool {
        let said = self.questions.answer(question).map(|answer| normal(&answer.to_string()));
        // What has no letters is no piece of anything.
        said.is_none_or(|said| !said.is_empty() && normal(text).contains(&said))
    }

    /// Whether a question's answer has words that `text` has not.
    fn says_more(&self, question: &str, text: &str) -> bool {
        let said = self.questions.answer(question).map(|answer| normal(&answer.to_string()));
        said.is_some_and(|said| !normal(text).contains(&said))
    }

    fn require(&mut self, form: &Form) {
        for target in &form.required {
            let (kind, name) = split(target);
            if !self.mapped.fields.get(&kind).is_some_and(|fields| fields.contains_key(name)) {
                let questions = form.map.get(target).map(Vec::as_slice).unwrap_or_default();
                let problem = self.required(target, questions);
                self.problems.push(problem);
            }
        }
    }

    fn required(&self, target: &str, questions: &[String]) -> FieldProblem {
        let answered = questions.iter().find(|name| self.questions.question(name).is_some()).or(questions.first());
        let pointer = answered.map(|name| self.questions.submission().pointer(name)).unwrap_or_default();
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

fn bytes(items: &[Value]) -> usize {
    items.iter().map(|item| item.to_string().len()).sum()
}

fn quoted(questions: &[String]) -> String {
    questions.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

fn split(target: &str) -> (Kind, &str) {
    let (kind, name) = target.split_once('.').unwrap_or(("", target));
    (Kind::from(kind), name)
}

fn field<'s>(schema: &'s Schema, target: &str) -> Option<&'s FieldSchema> {
    let (kind, name) = split(target);
    schema.kinds.get(&kind)?.fields.get(name)
}

fn keys(form: &Form, schema: &Schema, mapped: &Mapped) -> BTreeMap<Kind, String> {
    let key = |kind: &Kind, names: &[String]| {
        names.iter().find_map(|name| {
            let value: &Value = mapped.fields.get(kind)?.get(name)?;
            let field = schema.kinds.get(kind).and_then(|kind| kind.fields.get(name));
            let field_type = field.map_or(FieldType::Text, |field| field.field_type);
            Some(format!("{name}:{}", key_of(value, field_type)?))
        })
    };
    form.identify.iter().filter_map(|(kind, names)| Some((kind.clone(), key(kind, names)?))).collect()
}
