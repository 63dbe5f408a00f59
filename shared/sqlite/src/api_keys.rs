//! API keys, of which only the hash is stored. Making and checking them is the console's.

use domain::instant::Instant;
use engine::ports::PortError;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{Store, failure::Failure};

/// What is kept of an API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// SHA-256 of the whole key, in hexadecimal.
    pub hash: String,
    /// Its first letters, by which a person recognises it.
    pub prefix: String,
    pub name: String,
    pub scopes: Vec<String>,
    pub created_at: Instant,
}

impl Store {
    /// Keeps a key. Repeating it changes nothing.
    pub async fn insert_api_key(&self, key: &ApiKey) -> Result<(), PortError> {
        const OPERATION: &str = "keeping an API key";
        let body = serde_json::to_string(key).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let (hash, at) = (key.hash.clone(), key.created_at.as_millis());
        self.write(OPERATION, move |connection| {
            let sql = "INSERT INTO api_keys (hash, at, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
            connection.prepare_cached(sql)?.execute(params![hash, at, body])?;
            Ok(())
        })
        .await
    }

    /// The key with this hash.
    pub async fn api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, PortError> {
        self.read("reading an API key", |connection| {
            let mut select = connection.prepare_cached("SELECT body FROM api_keys WHERE hash = ?1")?;
            let body: Option<String> = select.query_row(params![hash], |row| row.get(0)).optional()?;
            Ok(body.map(|body| serde_json::from_str(&body)).transpose()?)
        })
    }

    /// All keys, oldest first.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, PortError> {
        self.read("listing API keys", all)
    }

    /// Keeps a key, unless another one has its name: then false.
    pub async fn add_api_key(&self, key: &ApiKey) -> Result<bool, PortError> {
        const OPERATION: &str = "adding an API key";
        let body = serde_json::to_string(key).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let key = key.clone();
        self.write(OPERATION, move |connection| {
            if all(connection)?.iter().any(|other| other.name == key.name) {
                return Ok(false);
            }
            let sql = "INSERT INTO api_keys (hash, at, body) VALUES (?1, ?2, ?3)";
            connection.prepare_cached(sql)?.execute(params![key.hash, key.created_at.as_millis(), body])?;
            Ok(true)
        })
        .await
    }

    /// Takes the keys of a name back, unless `keeps` refuses those that would be left. The keys that were taken back:
    /// none where there are none of the name. Nothing, where it refuses.
    pub async fn remove_api_keys(
        &self,
        name: &str,
        keeps: impl FnOnce(&[ApiKey]) -> bool + Send + 'static,
    ) -> Result<Option<Vec<ApiKey>>, PortError> {
        let name = name.to_owned();
        self.write("removing an API key", move |connection| {
            let (removed, left): (Vec<_>, Vec<_>) = all(connection)?.into_iter().partition(|key| key.name == name);
            if !removed.is_empty() && !keeps(&left) {
                return Ok(None);
            }
            for key in &removed {
                connection.prepare_cached("DELETE FROM api_keys WHERE hash = ?1")?.execute(params![key.hash])?;
            }
            Ok(Some(removed))
        })
        .await
    }
}

fn all(connection: &Connection) -> Result<Vec<ApiKey>, Failure> {
    let mut select = connection.prepare_cached("SELECT body FROM api_keys ORDER BY at, hash")?;
    let mut rows = select.query([])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        keys.push(serde_json::from_str(&row.get::<_, String>(0)?)?);
    }
    Ok(keys)
}
