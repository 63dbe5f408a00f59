//! Which name a record keeps when its person comes back.
//!
//! A shorter name never replaces a fuller one of the same person, and neither does the same one in other letters or with
//! a title. Another name replaces the one that is known, unless
//! the person was recognised by no more than a number or the like: the person who uses that may be somebody else.

use super::Turn;
use crate::{
    event::{Event, Gap, GapWhy},
    matching::{Found, is_placeholder_name, is_same_name, is_shorter_form_of},
    value::{FieldType, Fields, Value},
    visible::is_respelling,
};

const NAME: &str = "name";

/// What a submission fills, without a name that leaves the known one as it is; and what is said of that.
pub(super) fn keep_known(turn: &Turn<'_>, event: &Event) -> (Fields, Option<Gap>) {
    let mut fields = event.record.fields.clone();
    let (answer, known) = (named(&fields), named(&turn.head.fields));
    let gap = kept(turn, event);
    let is_respelt = || answer.zip(known).is_some_and(|(answer, known)| is_respelling(&answer, &known));
    if gap.is_some() {
        fields.remove(NAME);
    }
    // In other letters it is said already: nothing is left to tell.
    (fields, gap.filter(|_| !is_respelt()))
}

fn named(fields: &Fields) -> Option<String> {
    fields.get(NAME).and_then(Value::as_text).map(str::to_owned)
}

fn kept(turn: &Turn<'_>, event: &Event) -> Option<Gap> {
    // A program that sets a name knows what it does.
    event.form.as_ref()?;
    let kind = turn.context.plan.playbook.schema.kinds.get(&turn.record.kind)?;
    kind.fields.values().find(|field| field.field_type == FieldType::Email)?;
    let (answer, known) = (named(&event.record.fields)?, named(&turn.head.fields)?);
    // An earlier release took it for a name.
    if is_placeholder_name(&known, &turn.context.plan.playbook.schema.placeholders) {
        return None;
    }
    let shorter = is_shorter_form_of(&answer, &known) || (answer != known && is_same_name(&answer, &known));
    let is_another = answer != known && !is_shorter_form_of(&known, &answer);
    let stays = shorter || (is_another && is_recognised(event));
    stays.then(|| Gap {
        target: format!("{}.{NAME}", turn.record.kind),
        why: GapWhy::KnownName { answer, known, shorter },
    })
}

/// Whether something else than what names the record told who the person is.
fn is_recognised(event: &Event) -> bool {
    event.gaps.iter().any(|gap| matches!(gap.why, GapWhy::Identified { found: Found::One { .. }, .. }))
}
