//! Looks for what `retention:` lets go: through everything once a day, a bounded part each minute.
//!
//! What is found is handed to `evaluate`, the only writer of records, which decides again. A rule that is new, and a
//! clock that has leapt, first count for a day: nobody gets back what is gone.

use domain::{
    decide,
    id::{MessageId, RecordKey, derive},
    instant::Instant,
    kept::KeptWhy,
    message::{Message, ToEvaluate},
    playbook::Retention,
};

use crate::{
    Error,
    evaluate::{is_of_a_record, kept_in},
    ports::{Clock, Cursor, Delayed, Playbooks, Queues, Round, Rounds, Walk},
};

/// Histories that one minute looks at: a million in less than a day.
const LOOKED_AT: usize = 1_000;

/// Records that one minute hands over, and effects that it deletes, so that leads are not kept waiting.
const MOST: usize = 100;

/// From the beginning of one round to that of the next.
const ROUND_MILLIS: i64 = 24 * 60 * 60_000;

/// So long after a round began, or before it, either the host stood still or its clock has leapt.
const LEAP_MILLIS: i64 = 3 * ROUND_MILLIS;

/// The part of a round that falls on this minute. Nothing declared, nothing done.
pub async fn look_for_what_is_over(ports: &(impl Walk + Playbooks + Queues + Clock)) -> Result<(), Error> {
    let active = ports.active().await?;
    let (retention, now) = (&active.plan.playbook.organisation.retention, ports.now());
    if retention.is_nothing() {
        return Ok(());
    }
    let stored = ports.rounds().await?;
    let Some(mut rounds) = under_way(stored.as_ref(), retention, now) else { return Ok(()) };
    let begins = stored.is_none_or(|stored| stored.latest.began_at != rounds.latest.began_at);
    let mut over =
        if begins && retention.kept_submissions.is_some() { KeptWhy::ALL.map(kept_in).to_vec() } else { Vec::new() };
    match retention.closed_records {
        Some(_) if !rounds.is_walked => walk(ports, now, &mut rounds, &mut over).await?,
        _ => rounds.is_walked = true,
    }
    let is_forgotten = forget(ports, now, &mut rounds).await?;
    rounds.latest.ended_at = (rounds.is_walked && is_forgotten).then_some(now);
    // Sent before it is noted: what is sent again changes nothing, what was not sent would wait for a day.
    if !rounds.latest.only_counts && !over.is_empty() {
        let began_at = rounds.latest.began_at;
        let messages: Vec<_> = over.into_iter().map(|record| message(record, began_at, now)).collect();
        ports.send_evaluate(&messages).await?;
    }
    Ok(ports.set_rounds(&rounds).await?)
}

/// The round to go on with; none where the latest has ended and the next is not yet due.
fn under_way(stored: Option<&Rounds>, retention: &Retention, now: Instant) -> Option<Rounds> {
    let latest = stored.map(|rounds| &rounds.latest).filter(|latest| latest.rule == *retention);
    let passed = latest.map(|latest| now.millis_since(latest.began_at));
    match (stored, latest, passed) {
        (Some(rounds), Some(Round { ended_at: None, .. }), Some(0..LEAP_MILLIS)) => return Some(rounds.clone()),
        (_, Some(Round { ended_at: Some(_), .. }), Some(0..ROUND_MILLIS)) => return None,
        _ => {}
    }
    let only_counts = !matches!(passed, Some(0..LEAP_MILLIS));
    let rule = retention.clone();
    let latest = Round { began_at: now, ended_at: None, rule, only_counts, looked_at: 0, records: 0, effects: 0 };
    Some(Rounds { latest, before: stored.map(|rounds| rounds.latest.clone()), place: None, is_walked: false })
}

/// Looks at some more histories.
async fn walk(ports: &impl Walk, now: Instant, rounds: &mut Rounds, over: &mut Vec<RecordKey>) -> Result<(), Error> {
    let page = ports.walk(rounds.place.as_ref(), LOOKED_AT).await?;
    let Round { rule, looked_at, records, .. } = &mut rounds.latest;
    let mut found = 0;
    let mut behind: Option<Cursor> = None;
    for (entry, place) in page.items {
        if found == MOST {
            // The rest of the page is looked at in the next minute.
            rounds.place = behind;
            return Ok(());
        }
        *looked_at += 1;
        if is_of_a_record(&entry.record) && decide::due(&entry, rule, now).is_some() {
            over.push(entry.record.clone());
            *records += 1;
            found += 1;
        }
        behind = Some(place);
    }
    rounds.is_walked = page.next.is_none();
    rounds.place = page.next;
    Ok(())
}

/// Deletes some more old effects. Whether there are no more of them.
async fn forget(ports: &impl Walk, now: Instant, rounds: &mut Rounds) -> Result<bool, Error> {
    let latest = &mut rounds.latest;
    let Some(lifetime) = latest.rule.effects.filter(|_| !latest.only_counts) else { return Ok(true) };
    let gone = ports.forget_effects(lifetime.before(now), MOST).await?;
    latest.effects += gone as u64;
    Ok(gone < MOST)
}

/// One for each history and round: sent twice, it is decided once.
fn message(record: RecordKey, began_at: Instant, now: Instant) -> Delayed<ToEvaluate> {
    let round = began_at.as_millis().to_string();
    let id = MessageId::new(derive("msg_", &["retention", &record.to_string(), &round]));
    Delayed::now(Message { id, since: now, body: ToEvaluate::Retention { record } })
}
