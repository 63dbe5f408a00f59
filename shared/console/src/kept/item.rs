//! One kept submission: its short name, what it holds, and what became of it.

use std::sync::Arc;

use domain::{
    calendar::Zone,
    event::Event,
    instant::Instant,
    kept::{KeptWhy, Settlement},
    matching,
    playbook::Playbook,
    value::{Fields, Value},
};
use engine::{
    evaluate::{KeptEntry, Settled, kept_in, settlement},
    ports::{Histories, PortError},
};
use forms::Submission;
use futures_util::future::try_join_all;
use serde_json::{Value as Json, json};

use crate::answer::Failure;

/// A kept submission, and what became of it.
pub(super) struct Item {
    pub entry: KeptEntry,
    pub settled: Option<Settled>,
}

impl Item {
    /// What people call it by: `held-12`, the twelfth that was held.
    pub fn name(&self) -> String {
        format!("{}-{}", self.entry.kept.why.as_str(), self.entry.entry.seq)
    }

    /// What came: one submission, or several that were kept as one.
    pub fn submissions(&self) -> Vec<Submission> {
        let body = &self.entry.kept.body;
        serde_json::from_str::<Submission>(body)
            .map_or_else(|_| serde_json::from_str(body).unwrap_or_default(), |submission| vec![submission])
    }

    /// The event that was to be, where a key stood in its way.
    pub fn event(&self) -> Option<Event> {
        serde_json::from_str(&self.entry.kept.body).ok()
    }

    /// What became of it, by whom and when: `held-3 was dropped (spam) by ana on Mon 30 Nov 09:00`.
    pub fn sentence(&self, settled: &Settled, zone: &Zone, now: Instant) -> String {
        let what = match &settled.settlement {
            Settlement::Released => "released".to_owned(),
            Settlement::Mapped { form } => format!("read as a submission of {form}"),
            Settlement::Dropped { reason } => format!("dropped ({reason})"),
            Settlement::Finished { .. } => "finished".to_owned(),
        };
        let at = zone.describe_beside(settled.at, now);
        format!("{} was {what} by {} on {at}", self.name(), settled.by)
    }

    /// For a reader of this moment.
    pub fn as_json(&self, playbook: &Playbook, now: Instant) -> Json {
        let kept = &self.entry.kept;
        let settled = self.settled.as_ref();
        json!({
            "id": self.name(),
            "event_id": self.entry.entry.caused_by,
            "seq": self.entry.entry.seq,
            "why": kept.why,
            "reason": self.reason(),
            "form": kept.form,
            "from": self.from(),
            "told": playbook.told_of_form(&kept.form.as_str().into()),
            "accepted_at": kept.accepted_at.to_string(),
            "submission": serde_json::from_str(&kept.body).unwrap_or_else(|_| Json::String(kept.body.clone())),
            "proposed_map": kept.proposed_map,
            "state": settled.map_or("open", |settled| state(&settled.settlement)),
            "settled": settled.map(|settled| json!({
                "at": settled.at.to_string(),
                "by": settled.by,
                "how": settled.settlement,
                "sentence": self.sentence(settled, &playbook.organisation.time_zone, now),
            })),
        })
    }

    fn reason(&self) -> Option<String> {
        self.entry.kept.reason.clone().or_else(|| self.submissions().into_iter().find_map(|one| one.held))
    }

    /// Who sent it, as far as their answers say it.
    fn from(&self) -> Option<String> {
        let Some(submission) = self.submissions().into_iter().next() else { return self.sender_of_event() };
        let map = forms::propose(&submission);
        let answered = |field: &str| {
            let answer = submission.answer(map.get(&format!("lead.{field}"))?)?;
            Some((field.to_owned(), Value::text(answer.to_string())))
        };
        sender(&["name", EMAIL, "phone"].into_iter().filter_map(answered).collect())
    }

    /// The same of an event that a key stood in the way of, or else which record it is.
    fn sender_of_event(&self) -> Option<String> {
        let record = &self.event()?.record;
        sender(&record.fields).or_else(|| Some(record.key.to_string()))
    }
}

const EMAIL: &str = "email";

/// As a record of these fields is called, with the address that tells two of one name apart.
fn sender(fields: &Fields) -> Option<String> {
    let name = matching::name_of(fields)?;
    let address = fields.get(EMAIL).and_then(Value::as_text).filter(|address| *address != name);
    Some(address.map_or_else(|| name.to_owned(), |address| format!("{name} ({address})")))
}

fn state(settlement: &Settlement) -> &'static str {
    match settlement {
        Settlement::Released => "released",
        Settlement::Mapped { .. } => "mapped",
        Settlement::Dropped { .. } => "dropped",
        Settlement::Finished { .. } => "finished",
    }
}

/// A page of what was kept for a cause, newest first, and the seq below which there is more.
pub(super) async fn page(
    ports: &impl Histories,
    why: KeptWhy,
    before: Option<u64>,
    limit: usize,
) -> Result<(Vec<Item>, Option<u64>), PortError> {
    // One more says whether there are more: where a history begins is for `retention:` to say.
    let mut entries = ports.page(&kept_in(why), before, limit + 1).await?;
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let last = entries.last().map(|entry| entry.seq).filter(|_| has_more);
    let kept: Vec<KeptEntry> = entries.into_iter().filter_map(|entry| KeptEntry::of(Arc::new(entry))).collect();
    let settled = try_join_all(kept.iter().map(async |kept| settlement(ports, &kept.id()).await)).await?;
    let items = kept.into_iter().zip(settled).map(|(entry, settled)| Item { entry, settled }).collect();
    Ok((items, last))
}

/// The kept submission of this name.
pub(super) async fn find(ports: &impl Histories, name: &str) -> Result<Item, Failure> {
    let missing = || Failure::not_found(format_args!("kept submission `{name}`; write a name such as held-12"));
    let (why, seq) = parse(name).ok_or_else(missing)?;
    let entry = ports.entry(&kept_in(why), seq).await?.and_then(KeptEntry::of).ok_or_else(missing)?;
    let settled = settlement(ports, &entry.id()).await?;
    Ok(Item { entry, settled })
}

fn parse(name: &str) -> Option<(KeptWhy, u64)> {
    let (why, seq) = name.rsplit_once('-')?;
    let why = KeptWhy::ALL.into_iter().find(|known| known.as_str() == why)?;
    Some((why, seq.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_cause_and_a_number() {
        assert_eq!(parse("held-12"), Some((KeptWhy::Held, 12)));
        assert_eq!(parse("unmatched-1"), Some((KeptWhy::Unmatched, 1)));
        for wrong in ["", "held", "held-", "held-x", "held--1", "keld-1", "held-99999999999999999999"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
