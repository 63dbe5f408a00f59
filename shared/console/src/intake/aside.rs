//! Submissions that intake keeps aside: why, under which id, and what is kept of them.

use std::collections::BTreeMap;

use domain::{
    id::{EventId, FormId, derive},
    instant::Instant,
    kept::{Kept, KeptWhy},
    matching::KnownBy,
    playbook::{Form, Partial},
};
use forms::{Refusal, Submission};

use super::{Taken, submission::Named};
use crate::answer::Failure;

/// What a list that is kept as one may take, in bytes: an entry has to hold it.
const LIST_BYTES: usize = 150_000;

/// What keeps a submission from becoming an event of its form; nothing where it does.
pub(super) fn why(form: Option<&Form>, submission: &Submission) -> Option<KeptWhy> {
    if submission.test {
        return Some(KeptWhy::Test);
    }
    if submission.held.is_some() {
        return Some(KeptWhy::Held);
    }
    let form = form?;
    (submission.partial && form.partial == Partial::Keep).then_some(KeptWhy::Partial)
}

/// Keeps one submission aside.
pub(super) fn one(form: &FormId, why: KeptWhy, named: Named, now: Instant) -> Taken {
    let (id, kept) = kept(form, why, named, now);
    Taken::kept(id, kept)
}

/// Keeps a submission that was begun and not finished. Each version is kept, and all of them are settled together: those
/// that the provider calls the same, else those of the person whom the answers name.
pub(super) fn unfinished(form: &FormId, named: Named, known_by: Vec<KnownBy>, now: Instant) -> Taken {
    let under = named.provided.clone();
    let known_by = if under.is_none() { known_by } else { Vec::new() };
    let begun_by = known_by.first().map(|known| known.names.clone());
    let (id, kept) = kept(form, KeptWhy::Partial, named, now);
    Taken::kept(id, Kept { under, begun_by, known_by, ..kept })
}

fn kept(form: &FormId, why: KeptWhy, named: Named, now: Instant) -> (EventId, Kept) {
    let Named { submission, id, keyed, .. } = named;
    // Nobody guards the key of what is kept aside: other content under it is another one.
    let id = if keyed { EventId::new(derive("evt_", &[id.as_str(), &submission.fingerprint])) } else { id };
    let kept = Kept {
        why,
        form: form.to_string(),
        accepted_at: now,
        body: serde_json::to_string(&submission).expect("a submission is plain data"),
        proposed_map: proposed(why, &submission),
        reason: submission.held,
        under: None,
        begun_by: None,
        known_by: Vec::new(),
    };
    (id, kept)
}

/// Holds one of a list that the form does not accept.
pub(super) fn refused(form: &FormId, refusal: &Refusal, mut named: Named, now: Instant) -> Taken {
    let details: Vec<String> = refusal.problem().errors.into_iter().map(|error| error.detail).collect();
    named.submission.held = Some(format!("it came in a list and is not accepted: {}", details.join("; ")));
    one(form, KeptWhy::Held, named, now)
}

/// A start for the file of a form that nobody has described.
fn proposed(why: KeptWhy, submission: &Submission) -> BTreeMap<String, String> {
    if why == KeptWhy::Unmatched { forms::propose(submission) } else { BTreeMap::new() }
}

/// Keeps a list of submissions as one, because its sender has proved nothing: a public form takes one at a time.
pub(super) fn list(
    form: &FormId,
    is_known: bool,
    submissions: &[Submission],
    content: &[u8],
    now: Instant,
) -> Result<Taken, Failure> {
    let body = serde_json::to_string(submissions).expect("submissions are plain data");
    if body.len() > LIST_BYTES {
        let detail = "this sender has proved nothing, so a list is only kept for a person, and this one is too long; \
                      post its submissions one by one, sign them with the secret of the form, or send an API key of \
                      the scope `events`";
        return Err(Failure::new(413, "list_too_long", "The list is too long", detail));
    }
    let reason = format!("it is a list of {} submissions, and its sender proved nothing", submissions.len());
    let why = if is_known { KeptWhy::Held } else { KeptWhy::Unmatched };
    let kept = Kept {
        why,
        form: form.to_string(),
        accepted_at: now,
        body,
        proposed_map: submissions.first().map(|first| proposed(why, first)).unwrap_or_default(),
        reason: Some(reason),
        under: None,
        begun_by: None,
        known_by: Vec::new(),
    };
    // The same list again is the same list.
    let id = derive("evt_", &[form.as_str(), "list", &String::from_utf8_lossy(content)]);
    Ok(Taken::kept(EventId::new(id), kept))
}
