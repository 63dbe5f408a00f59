//! The ledger of what left the house.

use domain::{effect::EffectResult, id::EffectId, instant::Instant};
use engine::ports::{Claim, Cursor, EffectRow, EffectState, Effects, Page, PortError};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, failure::Failure, page::List};

impl Effects for Store {
    async fn effect(&self, effect: &EffectId) -> Result<Option<EffectRow>, PortError> {
        self.read("reading an effect", |connection| find(connection, effect))
    }

    async fn claim(&self, row: &EffectRow) -> Result<Claim, PortError> {
        let row = row.clone();
        self.write("claiming an effect", move |connection| claim(connection, &row)).await
    }

    async fn put_off(&self, effect: &EffectId, attempt: &str, why: &str, until: Instant) -> Result<(), PortError> {
        let (effect, attempt, why) = (effect.clone(), attempt.to_owned(), why.to_owned());
        self.write("putting an effect off", move |connection| put_off(connection, &effect, &attempt, why, until)).await
    }

    async fn hold(&self, row: &EffectRow) -> Result<(), PortError> {
        let row = row.clone();
        self.write("holding an effect", move |connection| put(connection, BEGIN, &row).map(drop)).await
    }

    async fn settle(&self, effect: &EffectId, result: &EffectResult, at: Instant) -> Result<(), PortError> {
        let (effect, result) = (effect.clone(), result.clone());
        self.write("settling an effect", move |connection| settle(connection, &effect, result, at)).await
    }

    async fn effects(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<EffectRow>, PortError> {
        self.read("listing effects", |connection| List::of("effects").page(connection, cursor, limit))
    }

    async fn held_effects(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<EffectRow>, PortError> {
        self.read("listing held effects", |connection| {
            List::of("effects").only("state = 'held'").oldest_first().page(connection, cursor, limit)
        })
    }
}

fn claim(connection: &Connection, row: &EffectRow) -> Result<Claim, Failure> {
    if put(connection, BEGIN, row)? > 0 {
        return Ok(Claim::Mine);
    }
    let Some(found) = find(connection, &row.request.effect)? else {
        return Err(Failure::Refused(format!("effect {} was taken and is gone", row.request.effect)));
    };
    match (&found.state, &row.state) {
        (EffectState::Claimed { attempt: theirs, .. }, EffectState::Claimed { attempt: ours, .. })
            if theirs == ours =>
        {
            Ok(Claim::Mine)
        }
        _ => Ok(Claim::Found(Box::new(found))),
    }
}

fn put_off(
    connection: &Connection,
    effect: &EffectId,
    attempt: &str,
    why: String,
    until: Instant,
) -> Result<(), Failure> {
    if let Some(mut row) = find(connection, effect)?
        && matches!(&row.state, EffectState::Claimed { attempt: theirs, .. } if theirs == attempt)
    {
        row.state = EffectState::PutOff { why, until };
        put(connection, CHANGE, &row)?;
    }
    Ok(())
}

fn settle(connection: &Connection, effect: &EffectId, result: EffectResult, at: Instant) -> Result<(), Failure> {
    let unclaimed = || Failure::Refused(format!("nobody has a claim on effect {effect}"));
    let mut row = find(connection, effect)?.ok_or_else(unclaimed)?;
    match row.state {
        EffectState::Held | EffectState::PutOff { .. } => Err(unclaimed()),
        EffectState::Settled { result: EffectResult::InDoubt, .. } | EffectState::Claimed { .. } => {
            row.state = EffectState::Settled { result, at };
            put(connection, CHANGE, &row)?;
            Ok(())
        }
        EffectState::Settled { .. } => Ok(()),
    }
}

fn find(connection: &Connection, effect: &EffectId) -> Result<Option<EffectRow>, Failure> {
    let mut select = connection.prepare_cached("SELECT body FROM effects WHERE id = ?1")?;
    let body: Option<String> = select.query_row(params![effect.as_str()], |row| row.get(0)).optional()?;
    Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
}

const CHANGE: &str = "UPDATE effects SET state = ?2, at = ?3, body = ?4 WHERE id = ?1";

/// Where there is none, or one that is put off; a claim also takes the place of a held one.
const BEGIN: &str = "INSERT INTO effects (id, state, at, body) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO UPDATE SET state = excluded.state, at = excluded.at, body = excluded.body
    WHERE state = 'put_off' OR state = 'held' AND excluded.state <> 'held'";

/// Returns how many rows were put.
fn put(connection: &Connection, sql: &str, row: &EffectRow) -> Result<usize, Failure> {
    let state = match row.state {
        EffectState::Held => "held",
        EffectState::Claimed { .. } => "claimed",
        EffectState::PutOff { .. } => "put_off",
        EffectState::Settled { .. } => "settled",
    };
    let body = serde_json::to_string(row)?;
    let values = params![row.request.effect.as_str(), state, row.at.as_millis(), body];
    Ok(connection.prepare_cached(sql)?.execute(values)?)
}
