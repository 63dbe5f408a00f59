use domain::{
    clock::was_ahead,
    id::{MessageId, RecordKey, derive},
    instant::Instant,
    message::{Message, Redrive, ToEvaluate},
};

use crate::{
    Error,
    ports::{Clock, DeadLetter, DeadLetters, Delayed, Dlq, Letter, Page, Queue, Queues},
};

/// What `escalate` needs to look after dead letters.
pub trait Ports: Dlq + DeadLetters + Queues + Clock {}

impl<P: Dlq + DeadLetters + Queues + Clock> Ports for P {}

/// Minutes after which a dead letter is put back by itself, the first time, the second …
/// After the last it waits for a person.
const BACKOFF_MINUTES: [i64; 3] = [5, 30, 240];

/// Letters that died longer ago have been put back for the last time, though `escalate` itself
/// should have stood still for a day.
const LOOKED_BACK_MINUTES: i64 = BACKOFF_MINUTES[2] + 24 * 60;

/// How many kept letters are looked at together.
const PAGE: usize = 100;

/// Empties the dead-letter queues into the kept dead letters, raises a task for each, and
/// puts back those whose time has come.
pub async fn drain(ports: &impl Ports) -> Result<usize, Error> {
    let mut drained = 0;
    for queue in Queue::ALL {
        loop {
            let letters = ports.receive_dead(queue).await?;
            if letters.is_empty() {
                break;
            }
            for letter in letters {
                keep(ports, &letter).await?;
                ports.remove_dead(&letter).await?;
                drained += 1;
            }
        }
    }
    put_back_due(ports).await?;
    Ok(drained)
}

/// A person wants a dead letter tried again, now.
pub async fn handle(ports: &impl Ports, message: Message<Redrive>) -> Result<(), Error> {
    match ports.dead_letter(&message.body.dead_letter).await? {
        Some(letter) => put_back(ports, letter, None).await,
        None => Ok(()),
    }
}

/// Keeps a letter, then raises its task; only then may it leave its queue.
async fn keep(ports: &impl Ports, letter: &Letter) -> Result<(), Error> {
    let id = derive("dlq_", &[&format!("{:?}", letter.queue), &letter.body]);
    let known = ports.dead_letter(&id).await?;
    let ended_process = letter.ended_process || known.as_ref().is_some_and(|known| known.ended_process);
    let redriven = known.map_or(0, |known| known.redriven);
    let now = ports.now();
    // What ends its process takes everything else with it: it waits for a person from the start.
    let backoff = BACKOFF_MINUTES.get(redriven as usize).filter(|_| !ended_process);
    let kept = DeadLetter {
        id: id.clone(),
        queue: letter.queue,
        body: letter.body.clone(),
        record: record_of(letter),
        died_at: now,
        redriven,
        redrive_at: backoff.map(|minutes| now.plus_minutes(*minutes)),
        ended_process,
    };
    ports.put_dead_letter(&kept).await?;
    let record = kept.record.as_ref().map(RecordKey::logged);
    tracing::warn!(dead_letter.id = kept.id, queue = ?kept.queue, record.id = record, "message given up, and kept");
    if raises_a_task(letter) {
        raise(ports, &kept).await?;
    }
    Ok(())
}

/// A dead "raise a task" raises no other, or one failure would breed them without end.
fn raises_a_task(letter: &Letter) -> bool {
    !matches!(
        serde_json::from_str::<Message<ToEvaluate>>(&letter.body),
        Ok(Message { body: ToEvaluate::Exception { .. }, .. })
    )
}

async fn raise(ports: &impl Ports, kept: &DeadLetter) -> Result<(), Error> {
    let (queue, id) = (format!("{:?}", kept.queue).to_lowercase(), &kept.id);
    let why = match kept.ended_process {
        true => {
            format!("handling a message to {queue} ended the process; it is kept as {id}, and only you put it back")
        }
        false => format!("a message to {queue} failed for good and is kept as {id}"),
    };
    let dead_letter = MessageId::new(kept.id.as_str());
    let body = ToEvaluate::Exception { record: kept.record.clone(), dead_letter, why };
    let id = MessageId::new(derive("msg_", &[&kept.id, "exception"]));
    Ok(ports.send_evaluate(&[Delayed::now(Message { id, since: kept.died_at, body })]).await?)
}

async fn put_back_due(ports: &impl Ports) -> Result<(), Error> {
    let now = ports.now();
    let oldest = now.plus_minutes(-LOOKED_BACK_MINUTES);
    let mut cursor = None;
    loop {
        let Page { items, next } = ports.dead_letters(cursor.as_ref(), PAGE).await?;
        let reaches_back = items.last().is_none_or(|last| last.died_at < oldest);
        for letter in items {
            // One that died while the clock was ahead would wait until that time comes.
            let is_due = |due: &Instant| *due <= now || was_ahead(letter.died_at, now);
            if let Some(due) = letter.redrive_at.filter(is_due) {
                tracing::info!(dead_letter.id = letter.id, due = %due, "put back by itself");
                put_back(ports, letter, None).await?;
            }
        }
        cursor = next;
        if reaches_back || cursor.is_none() {
            return Ok(());
        }
    }
}

/// Counts first, then puts back: a repeat of this is a new message to a queue that deduplicates.
async fn put_back(ports: &impl Ports, letter: DeadLetter, redrive_at: Option<Instant>) -> Result<(), Error> {
    let redriven = letter.redriven + 1;
    let counted = DeadLetter { redriven, redrive_at, ..letter };
    ports.put_dead_letter(&counted).await?;
    Ok(ports.redrive(&counted, redriven).await?)
}

/// The record a letter is about, where it can be read.
fn record_of(letter: &Letter) -> Option<RecordKey> {
    let body: serde_json::Value = serde_json::from_str(&letter.body).ok()?;
    let body = body.get("body")?;
    let named = body.get("record").or_else(|| body.get("request")?.get("record"))?;
    named.as_str().or_else(|| named.get("key")?.as_str())?.parse().ok()
}
