//! `assign`: the only writer of pools and of people's time off.
//!
//! The queue lines up a pool's requests, for speed; the condition on the pool's row makes
//! it correct. Every request and every retry of it gets an answer, unless its record no
//! longer awaits one.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    assignment::{self, PoolState},
    calendar::TimeOff,
    history::Head,
    id::{MessageId, PersonId, PoolId, RequestId, derive},
    message::{Answer, AssignRequest, Message, ToAssign, ToEvaluate},
};

use crate::{
    Error,
    ports::{Active, Clock, Delayed, Histories, Members, Playbooks, PoolVersion, Pools, Queues, Saved},
};

/// What `assign` needs of a host.
pub trait Ports: Pools + Members + Histories + Playbooks + Queues + Clock {}

impl<P: Pools + Members + Histories + Playbooks + Queues + Clock> Ports for P {}

/// How often a pick is made again because somebody else saved the pool first.
const ATTEMPTS: u32 = 12;

/// Lines a ledger may hold before the oldest are looked at, and how many are looked at then for
/// each message: more than a message adds, or the row would grow as long as messages keep coming.
/// The whole row is written with every pick, so a look at a history costs less than a line kept.
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
            (None, ToAssign::Away { person, off, by }) => {
                tracing::info!(person.id = %person, by, "time off replaced");
                ports.set_time_off(person, off).await?;
            }
            (None, _) => {}
        }
    }
    Ok(())
}

fn pool_of(message: &ToAssign) -> Option<&PoolId> {
    match message {
        ToAssign::Request(request) => Some(&request.pool),
        ToAssign::Withdraw { pool, .. } => Some(pool),
        ToAssign::Away { .. } => None,
    }
}

/// Answers requests and takes withdrawals of one pool: one read, one save, one send.
///
/// The pool is read before the records, and a withdrawal saves the pool also where it finds nothing
/// to give back. So what overtakes a request after its record was read either finds its line or
/// makes its save conflict, whoever else is at work on the pool.
async fn serve(ports: &impl Ports, pool: &PoolId, messages: &[Message<ToAssign>]) -> Result<(), Error> {
    let withdraws = messages.iter().any(|message| matches!(message.body, ToAssign::Withdraw { .. }));
    for _ in 0..ATTEMPTS {
        let (before, read) = ports.pool(pool).await?;
        let awaited = awaited(ports, messages).await?;
        let around = Around::load(ports, pool, &awaited).await?;
        let mut state = before.clone();
        let mut answers = Vec::new();
        for message in messages {
            match &message.body {
                ToAssign::Request(request) if awaited.contains(&request.as_ref()) => {
                    let answer =
                        assignment::answer(&mut state, request, &around.active.playbook, &around.time_off, ports.now());
                    answers.push(answering(ports, request, answer));
                }
                ToAssign::Withdraw { request, .. } => drop(assignment::withdraw(&mut state, request)),
                _ => {}
            }
        }
        let changed = withdraws || state != before;
        if !changed || save(ports, pool, state, read, messages.len()).await? == Saved::Done {
            return if answers.is_empty() { Ok(()) } else { Ok(ports.send_evaluate(&answers).await?) };
        }
        tracing::debug!(pool.id = %pool, "another pick came first");
    }
    Err(Error::PoolContended { pool: pool.clone(), attempts: ATTEMPTS })
}

async fn save(
    ports: &impl Ports,
    pool: &PoolId,
    mut state: PoolState,
    read: PoolVersion,
    messages: usize,
) -> Result<Saved, Error> {
    forget_applied(ports, &mut state, LINES_LOOKED_AT * messages).await?;
    Ok(ports.save_pool(pool, &state, read).await?)
}

/// The requests among the messages that their records still await.
async fn awaited<'m>(ports: &impl Ports, messages: &'m [Message<ToAssign>]) -> Result<Vec<&'m AssignRequest>, Error> {
    let mut awaited = Vec::new();
    for message in messages {
        if let ToAssign::Request(request) = &message.body {
            let newest = ports.newest(&request.record).await?;
            if newest.is_some_and(|entry| is_awaited(&entry.head, request)) {
                awaited.push(request.as_ref());
            }
        }
    }
    Ok(awaited)
}

/// What picks depend on besides the pool's state.
struct Around {
    active: Active,
    time_off: BTreeMap<PersonId, Vec<TimeOff>>,
}

impl Around {
    async fn load(ports: &impl Ports, pool: &PoolId, requests: &[&AssignRequest]) -> Result<Self, Error> {
        let active = ports.active().await?;
        let members = active.playbook.pools.get(pool).into_iter().flat_map(|pool| pool.members.keys());
        let kept = requests.iter().filter_map(|request| request.keep.as_ref());
        let people: BTreeSet<PersonId> = members.chain(kept).cloned().collect();
        let time_off = ports.time_off(&people.into_iter().collect::<Vec<_>>()).await?;
        Ok(Self { active, time_off })
    }
}

/// Whether the record still awaits this very attempt.
fn is_awaited(head: &Head, request: &AssignRequest) -> bool {
    head.request(&request.id).is_some_and(|open| open.is_awaited() && open.attempt == request.attempt)
}

fn answering(ports: &impl Ports, request: &AssignRequest, answer: Answer) -> Delayed<ToEvaluate> {
    let id = MessageId::new(derive("msg_", &[request.id.as_str(), &request.attempt.to_string()]));
    let body = ToEvaluate::Assignment { record: request.record.clone(), answer };
    Delayed::now(Message { id, since: ports.now(), body })
}

/// Drops old lines whose records have applied them: their requests will not come again.
/// A withdrawn one stays until its withdrawal arrives and gives the slot back.
async fn forget_applied(ports: &impl Ports, state: &mut PoolState, looked_at: usize) -> Result<(), Error> {
    let surplus = state.ledger.len().saturating_sub(LEDGER_LINES);
    let mut settled: Vec<RequestId> = Vec::new();
    for line in state.ledger.iter().take(surplus.min(looked_at)) {
        let newest = ports.newest(&line.record).await?;
        if newest.is_none_or(|entry| entry.head.request(&line.request).is_none()) {
            settled.push(line.request.clone());
        }
    }
    state.ledger.retain(|line| !settled.contains(&line.request));
    Ok(())
}
