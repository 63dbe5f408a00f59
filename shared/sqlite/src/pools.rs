//! The pools' rotations: a row each, saved on condition of its version, with further pages of
//! members, the line of who waits, and the slots of open records beside it.

use domain::{
    assignment::LOOKED_AT,
    id::{PersonId, PoolId, RecordKey},
    rotation::{Page, Place, PoolState, Slot, Worth},
};
use engine::ports::{PoolVersion, Pools, PortError, Saved};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, failure::Failure};

impl Pools for Store {
    async fn pool(&self, pool: &PoolId, records: &[RecordKey]) -> Result<(PoolState, PoolVersion), PortError> {
        self.read("reading a pool", |connection| {
            let mut select = connection.prepare_cached("SELECT state, version FROM pools WHERE id = ?1")?;
            let row: Option<(String, PoolVersion)> =
                select.query_row(params![pool.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((state, version)) = row else { return Ok((PoolState::default(), 0)) };
            let mut state: PoolState = serde_json::from_str(&state)?;
            read_pages(connection, pool, &mut state)?;
            if state.has_line {
                read_line(connection, pool, &mut state)?;
            }
            if state.counts_open {
                let in_line: Vec<RecordKey> = state.line.iter().map(|place| place.record.clone()).collect();
                read_slots(connection, pool, records.iter().chain(&in_line), &mut state)?;
            }
            Ok((state, version))
        })
    }

    async fn save_pool(
        &self,
        pool: &PoolId,
        before: &PoolState,
        after: &PoolState,
        read: PoolVersion,
    ) -> Result<Saved, PortError> {
        const OPERATION: &str = "saving a pool";
        let json = |error| Failure::Json(error).into_port(OPERATION);
        let state = serde_json::to_string(after).map_err(json)?;
        let mut pages = Vec::new();
        for page in after.changed_pages(before) {
            pages.push((page, serde_json::to_string(&after.page(page)).map_err(json)?));
        }
        let (joined, left) = after.changed_line(before);
        let [joined, left] = [joined, left].map(|places| places.into_iter().cloned().collect::<Vec<Place>>());
        let slots = after.changed_slots(before);
        let slots: Vec<(RecordKey, Option<Slot>)> =
            slots.into_iter().map(|(record, slot)| (record.clone(), slot.cloned())).collect();
        let pool = pool.clone();
        self.write(OPERATION, move |connection| {
            let sql = match read {
                0 => "INSERT INTO pools (id, version, state) VALUES (?1, ?2 + 1, ?3) ON CONFLICT DO NOTHING",
                _ => "UPDATE pools SET version = ?2 + 1, state = ?3 WHERE id = ?1 AND version = ?2",
            };
            if connection.prepare_cached(sql)?.execute(params![pool.as_str(), read, state])? == 0 {
                return Ok(Saved::Conflict);
            }
            write_pages(connection, &pool, &pages)?;
            write_line(connection, &pool, &joined, &left)?;
            write_slots(connection, &pool, &slots)?;
            Ok(Saved::Done)
        })
        .await
    }
}

fn read_pages(connection: &Connection, pool: &PoolId, state: &mut PoolState) -> Result<(), Failure> {
    let mut select = connection.prepare_cached("SELECT page, members FROM pool_pages WHERE pool = ?1")?;
    let mut rows = select.query(params![pool.as_str()])?;
    while let Some(row) = rows.next()? {
        let members: String = row.get(1)?;
        let members: Page = serde_json::from_str(&members)?;
        state.add_page(row.get(0)?, members);
    }
    Ok(())
}

fn write_pages(connection: &Connection, pool: &PoolId, pages: &[(u16, String)]) -> Result<(), Failure> {
    let sql = "INSERT INTO pool_pages (pool, page, members) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET members = excluded.members";
    for (page, members) in pages {
        connection.prepare_cached(sql)?.execute(params![pool.as_str(), page, members])?;
    }
    Ok(())
}

fn read_line(connection: &Connection, pool: &PoolId, state: &mut PoolState) -> Result<(), Failure> {
    let sql = "SELECT place FROM pool_line WHERE pool = ?1 ORDER BY since, request LIMIT ?2";
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query(params![pool.as_str(), LOOKED_AT])?;
    while let Some(row) = rows.next()? {
        let place: String = row.get(0)?;
        state.line.insert(serde_json::from_str(&place)?);
    }
    Ok(())
}

fn write_line(connection: &Connection, pool: &PoolId, joined: &[Place], left: &[Place]) -> Result<(), Failure> {
    let insert = "INSERT INTO pool_line (pool, since, request, place) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    for place in joined {
        let key =
            params![pool.as_str(), place.since.as_millis(), place.request.as_str(), serde_json::to_string(place)?];
        connection.prepare_cached(insert)?.execute(key)?;
    }
    let delete = "DELETE FROM pool_line WHERE pool = ?1 AND since = ?2 AND request = ?3";
    for Place { since, request, .. } in left {
        connection.prepare_cached(delete)?.execute(params![pool.as_str(), since.as_millis(), request.as_str()])?;
    }
    Ok(())
}

fn read_slots<'r>(
    connection: &Connection,
    pool: &PoolId,
    records: impl Iterator<Item = &'r RecordKey>,
    state: &mut PoolState,
) -> Result<(), Failure> {
    let mut select = connection.prepare_cached("SELECT person, worth FROM slots WHERE pool = ?1 AND record = ?2")?;
    for record in records {
        let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let slot: Option<(String, Option<u64>)> =
            select.query_row(params![pool.as_str(), record.to_string()], columns).optional()?;
        if let Some((person, worth)) = slot {
            let slot = Slot { person: PersonId::new(person), worth: worth.map(Worth::from_hundredths) };
            state.slots.insert(record.clone(), slot);
        }
    }
    Ok(())
}

fn write_slots(connection: &Connection, pool: &PoolId, slots: &[(RecordKey, Option<Slot>)]) -> Result<(), Failure> {
    for (record, slot) in slots {
        let record = record.to_string();
        match slot {
            Some(Slot { person, worth }) => connection
                .prepare_cached(
                    "INSERT INTO slots (pool, record, person, worth) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET person = excluded.person, worth = excluded.worth",
                )?
                .execute(params![pool.as_str(), record, person.as_str(), worth.map(Worth::hundredths)])?,
            None => connection
                .prepare_cached("DELETE FROM slots WHERE pool = ?1 AND record = ?2")?
                .execute(params![pool.as_str(), record])?,
        };
    }
    Ok(())
}
