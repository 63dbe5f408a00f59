//! The pools' rotations: one row each, saved on condition of its version.

use domain::{assignment::PoolState, id::PoolId};
use engine::ports::{PoolVersion, Pools, PortError, Saved};
use rusqlite::{OptionalExtension, params};

use crate::{Store, failure::Failure};

impl Pools for Store {
    async fn pool(&self, pool: &PoolId) -> Result<(PoolState, PoolVersion), PortError> {
        self.read("reading a pool", |connection| {
            let mut select = connection.prepare_cached("SELECT state, version FROM pools WHERE id = ?1")?;
            let row: Option<(String, PoolVersion)> =
                select.query_row(params![pool.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            match row {
                Some((state, version)) => Ok((serde_json::from_str(&state)?, version)),
                None => Ok((PoolState::default(), 0)),
            }
        })
    }

    async fn save_pool(&self, pool: &PoolId, state: &PoolState, read: PoolVersion) -> Result<Saved, PortError> {
        const OPERATION: &str = "saving a pool";
        let state = serde_json::to_string(state).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let pool = pool.clone();
        self.write(OPERATION, move |connection| {
            let sql = match read {
                0 => "INSERT INTO pools (id, version, state) VALUES (?1, ?2 + 1, ?3) ON CONFLICT DO NOTHING",
                _ => "UPDATE pools SET version = ?2 + 1, state = ?3 WHERE id = ?1 AND version = ?2",
            };
            match connection.prepare_cached(sql)?.execute(params![pool.as_str(), read, state])? {
                0 => Ok(Saved::Conflict),
                _ => Ok(Saved::Done),
            }
        })
        .await
    }
}
