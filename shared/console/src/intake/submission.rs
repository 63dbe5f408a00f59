//! From a submission to an event about a record.
//!
//! A record is named by what identifies it (`identify:`), so that a returning person is the
//! same record; by the provider's object where only its id came; else by the submission.
//! An event is named by its submission and its content: other content is another event.

use std::collections::BTreeMap;

use domain::{
    event::{Event, Fetch, Gap, GapWhy, LinkedPart, RecordPart},
    id::{EventId, FormId, Kind, RecordKey, SubmissionId, derive},
    instant::Instant,
    matching::{self, KnownBy},
    playbook::{Form, MatchBy, Playbook, Schema},
    value::Fields,
};
use forms::{Mapped, Refusal, Submission};

use crate::idempotency;

/// A submission, and the name its event gets.
#[derive(Clone)]
pub(super) struct Named {
    pub submission: Submission,
    pub id: EventId,
    /// What its provider calls it, of this form.
    pub provided: Option<SubmissionId>,
    pub keyed: bool,
}

/// Names a submission: by the provider's own id and the content, else by the request's key, else afresh.
pub(super) fn named(
    form: &FormId,
    submission: Submission,
    key: Option<&str>,
    index: usize,
    fresh_id: &dyn Fn() -> String,
) -> Named {
    let provided = submission.provider_id.as_ref().map(|id| provided(form, id));
    let (id, keyed) = match (&provided, key) {
        (Some(provided), _) => (EventId::new(derive("evt_", &[provided.as_str(), &submission.fingerprint])), false),
        (None, Some(key)) => (idempotency::event_id(form.as_str(), key, index), true),
        (None, None) => (EventId::new(derive("evt_", &[&fresh_id()])), false),
    };
    Named { submission, id, provided, keyed }
}

/// Names the answers of a submission that came as ids only: by its name, whatever they are called where they come from.
pub(super) fn fetched(submission: Submission, named: SubmissionId) -> Named {
    let id = EventId::new(derive("evt_", &[named.as_str(), &submission.fingerprint]));
    Named { submission, id, provided: Some(named), keyed: false }
}

/// A submission by its provider's id. Events of earlier releases were named so, whatever their content: what they
/// wrote is found by it.
fn provided(form: &FormId, provider_id: &str) -> SubmissionId {
    SubmissionId::new(derive("evt_", &[form.as_str(), "id", provider_id]))
}

/// The event that a submission of a known form is.
pub(super) fn event(
    id: &FormId,
    form: &Form,
    playbook: &Playbook,
    named: Named,
    now: Instant,
) -> Result<Event, Refusal> {
    let Named { mut submission, id: event, provided, keyed } = named;
    let schema = &playbook.schema;
    submission.set_ours_apart(|address| playbook.is_own_address(address));
    let mut mapped = match submission.to_fetch {
        // The fields are still to come: nothing can be required yet.
        Some(_) => forms::map(&submission, &Form { required: Vec::new(), ..form.clone() }, schema)?,
        None => forms::map(&submission, form, schema)?,
    };
    let itself = provided.as_ref().map_or(event.as_str(), SubmissionId::as_str);
    let from = submission.to_fetch.as_ref().and_then(|_| submission.source.name()).map(str::to_owned);
    let record = primary(form, &submission, &mut mapped, itself);
    let linked = linked(schema, &record, &mut mapped);
    let unmapped = unmapped(mapped.unmapped, mapped.fields);
    Ok(Event {
        id: event,
        event_type: engine::evaluate::form_submitted(),
        form: Some(id.clone()),
        occurred_at: submission.submitted_at.unwrap_or(now),
        accepted_at: now,
        record,
        linked,
        apart: submission.apart.iter().filter(|name| unmapped.contains_key(*name)).cloned().collect(),
        unmapped,
        gaps: gaps(&submission, mapped.gaps),
        fingerprint: Some(submission.fingerprint),
        submission: provided,
        keyed,
        to_fetch: submission.to_fetch.map(|fetch| Fetch { object: fetch.object, id: fetch.id, from }),
        answers_for: None,
        instead_of: None,
        depth: 0,
    })
}

/// The event that a kept submission is once a person lets it go on, as of when it was accepted. `kept` is the id it was
/// kept under, and its place where a list was kept as one.
pub(crate) fn released(
    id: &FormId,
    form: &Form,
    playbook: &Playbook,
    submission: Submission,
    (kept, index): (&str, usize),
    accepted_at: Instant,
) -> Result<Event, Refusal> {
    let own = || if index == 0 { kept.to_owned() } else { derive("evt_", &[kept, &index.to_string()]) };
    let is_named = submission.provider_id.is_some();
    let named = named(id, Submission { held: None, ..submission }, None, index, &own);
    let named = if is_named { named } else { Named { id: EventId::new(own()), ..named } };
    // A person has looked: what is missing is a gap, and no reason to refuse it.
    let form = Form { required: Vec::new(), ..form.clone() };
    event(id, &form, playbook, named, accepted_at)
}

/// By what the answers of an unfinished submission tell who it is, the highest rank first; nothing where they do not.
pub(super) fn known_by_answers(form: &Form, playbook: &Playbook, named: &Named) -> Vec<KnownBy> {
    let mut submission = named.submission.clone();
    submission.set_ours_apart(|address| playbook.is_own_address(address));
    let form = Form { required: Vec::new(), ..form.clone() };
    let Ok(mapped) = forms::map(&submission, &form, &playbook.schema) else { return Vec::new() };
    let Some(fields) = mapped.fields.get(&form.record) else { return Vec::new() };
    let asked = form.identify.get(&form.record).into_iter().flatten();
    matching::known_by(asked, &form.record, &playbook.schema, fields)
}

fn primary(form: &Form, submission: &Submission, mapped: &mut Mapped, itself: &str) -> RecordPart {
    let kind = form.record.clone();
    let identity = mapped.keys.get(&kind).cloned();
    let fetched = submission.to_fetch.as_ref().map(|fetch| format!("{}:{}", fetch.object, fetch.id));
    let identity = identity.or(fetched).unwrap_or_else(|| itself.to_owned());
    let fields = mapped.fields.remove(&kind).unwrap_or_default();
    RecordPart { key: matching::named(&kind, &identity), fields }
}

/// The linked records that the submission fills. One without an identity of its own belongs
/// to its primary record, so that a returning person does not leave a second one behind.
fn linked(schema: &Schema, primary: &RecordPart, mapped: &mut Mapped) -> Vec<LinkedPart> {
    let Some(own) = schema.kinds.get(&primary.key.kind) else { return Vec::new() };
    own.links
        .iter()
        .filter_map(|(link, kind)| {
            let fields = mapped.fields.remove(kind).unwrap_or_default();
            let identity = mapped.keys.get(kind);
            let is_certain = identity.is_some_and(|identity| is_certain(own.match_by.get(link), identity));
            let sought = if is_certain { Vec::new() } else { matching::sought(own, link, &primary.fields, &fields) };
            if fields.is_empty() && sought.is_empty() {
                return None;
            }
            let key = match identity {
                Some(identity) => matching::named(kind, identity),
                None => RecordKey::new(kind.clone(), derive("", &[kind.as_str(), &primary.key.to_string(), link])),
            };
            let part = RecordPart { key, fields };
            Some(LinkedPart { stands_in: identity.is_none(), sought, ..LinkedPart::identified(link, part) })
        })
        .collect()
}

/// Whether an identity, `vat_number:DE123`, is another than what others are found by as well.
fn is_certain(by: Option<&MatchBy>, identity: &str) -> bool {
    let field = identity.split(':').next();
    let is = |matched: &Option<String>| matched.as_deref() == field;
    by.is_none_or(|by| !is(&by.email_domain) && !is(&by.name) && !is(&by.phone))
}

/// Everything that no field takes, unlinked kinds included: kept as it came.
fn unmapped(mut unmapped: Fields, unlinked: BTreeMap<Kind, Fields>) -> Fields {
    for (kind, fields) in unlinked {
        unmapped.extend(fields.into_iter().map(|(name, value)| (format!("{kind}.{name}"), value)));
    }
    unmapped
}

/// What stayed empty or is doubtful, and what the reader of the shape remarked.
fn gaps(submission: &Submission, gaps: Vec<Gap>) -> Vec<Gap> {
    let remarks = submission.remarks.iter().map(|remark| Gap {
        target: if remark.pointer.is_empty() { "The body".to_owned() } else { remark.pointer.clone() },
        why: GapWhy::Unreadable { answer: String::new(), detail: remark.detail.clone() },
    });
    // A provider that sent ids only left no gaps: everything is still to come.
    let unfilled = if submission.to_fetch.is_some() { Vec::new() } else { gaps };
    unfilled.into_iter().chain(remarks).collect()
}
