//! `assign`: the only writer of pools and of people's time off.
//!
//! The queue lines up a pool's requests, for speed; the condition on the pool's row makes
//! it correct. Every request and every retry of it gets an answer, unless its record no
//! longer awaits one.

use domain::{
    assignment::{self, PoolState},
    history::{Head, RequestState},
    id::{MessageId, PersonId, PoolId, RequestId, derive},
    message::{Answer, AssignRequest, Message, ToAssign, ToEvaluate},
};

use crate::{
    Error,
    ports::{Clock, Delayed, Histories, Members, Playbooks, Pools, Queues, Saved},
};

/// What `assign` needs of a host.
pub trait Ports: Pools + Members + Histories + Playbooks + Queues + Clock {}

impl<P: Pools + Members + Histories + Playbooks + Queues + Clock> Ports for P {}

/// How often a pick is made again because somebody else saved the pool first.
const ATTEMPTS: u32 = 12;

/// Lines a ledger may hold before the oldest are looked at, and how many are looked at then.
const LEDGER_LINES: usize = 16;
const LINES_LOOKED_AT: usize = 4;

/// Finishes one message. Safe to repeat, before and after it succeeded.
pub async fn handle(ports: &impl Ports, message: Message<ToAssign>) -> Result<(), Error> {
    match message.body {
        ToAssign::Request(request) => serve(ports, &request).await,
        ToAssign::Withdraw { pool, request } => withdraw(ports, &pool, &request).await,
        ToAssign::Away { person, off, by } => {
            tracing::info!(person.id = %person, by, "time off replaced");
            Ok(ports.set_time_off(&person, &off).await?)
        }
    }
}

async fn serve(ports: &impl Ports, request: &AssignRequest) -> Result<(), Error> {
    let head = ports.newest(&request.record).await?.map(|entry| entry.head).unwrap_or_default();
    if !is_awaited(&head, request) {
        return Ok(());
    }
    for _ in 0..ATTEMPTS {
        let (mut state, read) = ports.pool(&request.pool).await?;
        let picks = state.picks;
        let lines = state.ledger.len();
        let answer = pick(ports, &mut state, request).await?;
        if state.picks == picks && state.ledger.len() == lines {
            return send(ports, request, answer).await;
        }
        forget_applied(ports, &mut state).await?;
        match ports.save_pool(&request.pool, &state, read).await? {
            Saved::Done => return send(ports, request, answer).await,
            Saved::Conflict => tracing::debug!(pool.id = %request.pool, "another pick came first"),
        }
    }
    Err(Error::PoolContended { pool: request.pool.clone(), attempts: ATTEMPTS })
}

/// Whether the record still awaits this very attempt.
fn is_awaited(head: &Head, request: &AssignRequest) -> bool {
    head.request(&request.id).is_some_and(|open| open.is_awaited() && open.attempt == request.attempt)
}

async fn pick(ports: &impl Ports, state: &mut PoolState, request: &AssignRequest) -> Result<Answer, Error> {
    let active = ports.active().await?;
    let members = active.playbook.pools.get(&request.pool).map(|pool| &pool.members);
    let people: Vec<PersonId> =
        members.into_iter().flat_map(|members| members.keys()).chain(&request.keep).cloned().collect();
    let off = ports.time_off(&people).await?;
    Ok(assignment::answer(state, request, &active.playbook, &off, ports.now()))
}

async fn send(ports: &impl Ports, request: &AssignRequest, answer: Answer) -> Result<(), Error> {
    let id = MessageId::new(derive("msg_", &[request.id.as_str(), &request.attempt.to_string()]));
    let body = ToEvaluate::Assignment { record: request.record.clone(), answer };
    Ok(ports.send_evaluate(&[Delayed::now(Message { id, since: ports.now(), body })]).await?)
}

/// Drops old lines whose records have applied them: their requests will not come again.
/// A withdrawn one stays until its withdrawal arrives and gives the slot back.
async fn forget_applied(ports: &impl Ports, state: &mut PoolState) -> Result<(), Error> {
    if state.ledger.len() <= LEDGER_LINES {
        return Ok(());
    }
    let mut settled: Vec<RequestId> = Vec::new();
    for line in state.ledger.iter().take(LINES_LOOKED_AT) {
        let head = ports.newest(&line.record).await?.map(|entry| entry.head).unwrap_or_default();
        match head.request(&line.request).map(|request| request.state) {
            None | Some(RequestState::Applied) => settled.push(line.request.clone()),
            _ => {}
        }
    }
    state.ledger.retain(|line| !settled.contains(&line.request));
    Ok(())
}

async fn withdraw(ports: &impl Ports, pool: &PoolId, request: &RequestId) -> Result<(), Error> {
    for _ in 0..ATTEMPTS {
        let (mut state, read) = ports.pool(pool).await?;
        if !assignment::withdraw(&mut state, request) {
            return Ok(());
        }
        if ports.save_pool(pool, &state, read).await? == Saved::Done {
            return Ok(());
        }
    }
    Err(Error::PoolContended { pool: pool.clone(), attempts: ATTEMPTS })
}
