//! `assign`: the only writer of pools and of people's time off.
//!
//! The queue lines up a pool's requests, for speed; the condition on the pool's row makes
//! it correct. Every request and every retry of it gets an answer, unless its record no
//! longer awaits one.
//!
//! Every save writes the pool's row, so the picks of a pool come one after the other. Those that wait are taken
//! together, in one load and one save: that keeps their order, and is as fast as the disk allows.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    assignment,
    calendar::TimeOffChange,
    history::Head,
    id::{MessageId, PersonId, PoolId, RecordKey, RequestId, derive},
    instant::Instant,
    message::{Answer, AssignOutcome, AssignRequest, CreditRequest, Message, ToAssign, ToEvaluate},
    rotation::PoolState,
};

use crate::{
    Error,
    ports::{Absences, Active, Clock, Delayed, Histories, Members, Playbooks, PoolVersion, Pools, Queues, Saved},
};

/// What `assign` needs of a host.
pub trait Ports: Pools + Members + Histories + Playbooks + Queues + Clock {}

impl<P: Pools + Members + Histories + Playbooks + Queues + Clock> Ports for P {}

/// How often a pick is made again because somebody else saved the pool first.
const ATTEMPTS: u32 = 12;

/// Lines a ledger may hold before the oldest are looked at, and how many are looked at then for
/// each message: more than a message adds, or the row would grow as long as messages keep coming.
/// The whole row is written with every pick, and a line holds a reason for every candidate: with sixteen lines a
/// pick cost six write units. A look at a history costs less than a line kept.
const LEDGER_LINES: usize = 1;
const LINES_LOOKED_AT: usize = 4;

/// Finishes one message. Safe to repeat, before and after it succeeded.
pub async fn handle(ports: &impl Ports, message: Message<ToAssign>) -> Result<(), Error> {
    handle_together(ports, &[message]).await
}

/// Finishes messages in their order; those of one pool in one save. All of them or, after an
/// error, none for sure: then each may be tried by itself.
pub async fn handle_together(ports: &impl Ports, messages: &[Message<ToAssign>]) -> Result<(), Error> {
    for run in messages.chunk_by(|a, b| pool_of(&a.body).is_some() && pool_of(&a.body) == pool_of(&b.body)) {
        match (pool_of(&run[0].body), &run[0].body) {
            (Some(pool), _) => serve(ports, pool, run).await?,
            (None, ToAssign::Away { person, change, by }) => {
                tracing::info!(person.id = %person, by, "time off changed");
                change_time_off(ports, person, change, run[0].since).await?;
                serve_lines_of(ports, person).await?;
            }
            (None, _) => {}
        }
    }
    Ok(())
}

/// Needs no condition: both hosts handle the messages about one person one after the other. Writes also where nothing
/// is new: of an attempt before this one perhaps only a part was stored.
async fn change_time_off(
    ports: &impl Ports,
    person: &PersonId,
    change: &TimeOffChange,
    asked_at: Instant,
) -> Result<(), Error> {
    let mut off = ports.time_off(std::slice::from_ref(person)).await?.remove(person).unwrap_or_default();
    change.apply(&mut off, asked_at);
    Ok(ports.set_time_off(person, &off).await?)
}

/// A member may be back: requests in line in their pools need not wait for a timer.
async fn serve_lines_of(ports: &impl Ports, person: &PersonId) -> Result<(), Error> {
    let active = ports.active().await?;
    for (pool, _) in active.plan.playbook.pools.iter().filter(|(_, pool)| pool.members.contains_key(person)) {
        serve(ports, pool, &[]).await?;
    }
    Ok(())
}

fn pool_of(message: &ToAssign) -> Option<&PoolId> {
    match message {
        ToAssign::Request(request) => Some(&request.pool),
        ToAssign::Credit(request) => Some(&request.pool),
        ToAssign::Withdraw { pool, .. } | ToAssign::Settle { pool, .. } => Some(pool),
        ToAssign::Away { .. } => None,
    }
}

fn record_of(message: &ToAssign) -> Option<&RecordKey> {
    match message {
        ToAssign::Request(request) => Some(&request.record),
        ToAssign::Credit(request) => Some(&request.record),
        ToAssign::Withdraw { record, .. } | ToAssign::Settle { record, .. } => Some(record),
        ToAssign::Away { .. } => None,
    }
}

/// Answers requests of one pool, takes back what was withdrawn, and serves the line: one read, one
/// save, one send.
async fn serve(ports: &impl Ports, pool: &PoolId, messages: &[Message<ToAssign>]) -> Result<(), Error> {
    let records: BTreeSet<RecordKey> =
        messages.iter().filter_map(|message| record_of(&message.body)).cloned().collect();
    let records: Vec<RecordKey> = records.into_iter().collect();
    // A withdrawal may overtake its pick. Saving changes the pool's version even where there is nothing to give
    // back, so that pick's save fails and is retried. Otherwise two workers on one pool (a retry in its own lane, a
    // message that comes twice) could lose a slot.
    let must_save = messages.iter().any(|message| !matches!(message.body, ToAssign::Request(_) | ToAssign::Credit(_)));
    for _ in 0..ATTEMPTS {
        let (before, read) = ports.pool(pool, &records).await?;
        // Read after the pool: whatever changes a record later sends a message of its own, whose save
        // would make this one fail.
        let in_line = before.line.iter().map(|place| &place.record);
        let heads = heads(ports, records.iter().chain(in_line)).await?;
        let around = Around::load(ports).await?;
        let mut state = before.clone();
        let answers = serve_all(&mut state, pool, messages, &heads, &around, ports.now());
        if (state == before && !must_save)
            || save(ports, pool, &before, state, read, messages.len()).await? == Saved::Done
        {
            return if answers.is_empty() { Ok(()) } else { Ok(ports.send_evaluate(&answers).await?) };
        }
        tracing::debug!(pool.id = %pool, "another pick came first");
    }
    Err(Error::PoolContended { pool: pool.clone(), attempts: ATTEMPTS })
}

type Heads = BTreeMap<RecordKey, Arc<Head>>;

/// What the messages do to the pool: first what they give back, then who gets something. Returns
/// what the records hear of it.
fn serve_all(
    state: &mut PoolState,
    pool: &PoolId,
    messages: &[Message<ToAssign>],
    heads: &Heads,
    around: &Around,
    now: Instant,
) -> Vec<Delayed<ToEvaluate>> {
    let (mut asked, mut answers) = (Vec::new(), Vec::new());
    for message in messages {
        let head = record_of(&message.body).and_then(|record| heads.get(record)).map(AsRef::as_ref);
        match &message.body {
            ToAssign::Request(request) if head.is_some_and(|head| is_awaited(head, request)) => {
                asked.push(request.as_ref());
            }
            ToAssign::Credit(request) if head.is_some_and(|head| head.credit(&request.id).is_some()) => {
                assignment::credit(state, request, now);
                answers.push(credited(request, now));
            }
            ToAssign::Request(_) | ToAssign::Credit(_) | ToAssign::Away { .. } => {}
            ToAssign::Withdraw { record, request, .. } => {
                assignment::withdraw(state, request);
                assignment::settle(state, pool, record, head, &around.active.plan.playbook, now);
            }
            ToAssign::Settle { record, .. } => {
                assignment::settle(state, pool, record, head, &around.active.plan.playbook, now);
            }
        }
    }
    let served = assignment::serve(state, &asked, heads, &around.active.plan.playbook, &around.time_off, now);
    answers.extend(served.into_iter().map(|answer| answering(answer, now)));
    answers
}

fn credited(request: &CreditRequest, now: Instant) -> Delayed<ToEvaluate> {
    let id = MessageId::new(derive("msg_", &[request.id.as_str(), "credited"]));
    let (record, credit) = (request.record.clone(), request.id.clone());
    Delayed::now(Message { id, since: now, body: ToEvaluate::Credited { record, credit } })
}

fn answering((record, answer): (RecordKey, Answer), now: Instant) -> Delayed<ToEvaluate> {
    // A request in line was answered already, for the same attempt: that nobody was available.
    let which = match answer.outcome {
        AssignOutcome::Assigned { .. } => "assigned".to_owned(),
        _ => answer.attempt.to_string(),
    };
    let id = MessageId::new(derive("msg_", &[answer.request.as_str(), &which]));
    Delayed::now(Message { id, since: now, body: ToEvaluate::Assignment { record, answer } })
}

async fn save(
    ports: &impl Ports,
    pool: &PoolId,
    before: &PoolState,
    mut state: PoolState,
    read: PoolVersion,
    messages: usize,
) -> Result<Saved, Error> {
    forget_applied(ports, &mut state, LINES_LOOKED_AT * messages).await?;
    Ok(ports.save_pool(pool, before, &state, read).await?)
}

async fn heads(ports: &impl Ports, records: impl Iterator<Item = &RecordKey>) -> Result<Heads, Error> {
    let mut heads = Heads::new();
    for record in records {
        if let Some(entry) = ports.newest(record).await? {
            heads.insert(record.clone(), entry.head.clone());
        }
    }
    Ok(heads)
}

/// What picks depend on besides the pool's state.
struct Around {
    active: Active,
    time_off: Arc<Absences>,
}

impl Around {
    async fn load(ports: &impl Ports) -> Result<Self, Error> {
        let active = ports.active().await?;
        let time_off = ports.absences(&active.plan.playbook.people).await?;
        Ok(Self { active, time_off })
    }
}

/// Whether the record still awaits this very attempt.
fn is_awaited(head: &Head, request: &AssignRequest) -> bool {
    head.request(&request.id).is_some_and(|open| open.is_awaited() && open.attempt == request.attempt)
}

/// Drops old lines whose records have applied them: a request or a credit that comes again is not awaited.
/// A withdrawn one stays until its withdrawal arrives and gives the slot back.
async fn forget_applied(ports: &impl Ports, state: &mut PoolState, looked_at: usize) -> Result<(), Error> {
    let surplus = state.ledger.len().saturating_sub(LEDGER_LINES);
    let mut settled: Vec<RequestId> = Vec::new();
    for line in state.ledger.iter().take(surplus.min(looked_at)) {
        let newest = ports.newest(&line.record).await?;
        let awaits = |head: &Head| head.request(&line.request).is_some() || head.credit(&line.request).is_some();
        if !newest.is_some_and(|entry| awaits(&entry.head)) {
            settled.push(line.request.clone());
        }
    }
    state.ledger.retain(|line| !settled.contains(&line.request));
    Ok(())
}
