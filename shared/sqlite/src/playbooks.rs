//! Published playbooks, by the name of their content, and which is active.

use std::sync::Arc;

use domain::{decide::Paused, id::ManifestId, plan::Plan, playbook::Playbook};
use engine::ports::{Activation, Active, Playbooks, PortError, Published};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{Store, commit::atomically, failure::Failure, restored};

const READING: &str = "reading the active playbook";

impl Playbooks for Store {
    async fn active(&self) -> Result<Active, PortError> {
        let active = self.kept().active.get(self.view(), || {
            self.read(READING, |connection| Ok((active(connection)?, paused(connection)?, restored::read(connection)?)))
        })?;
        let (manifest, paused, restored) = active.as_ref().clone();
        let manifest = manifest.ok_or_else(|| none_published().into_port(READING))?;
        self.kept().playbooks().set_active(&manifest);
        match self.known(&manifest)? {
            Some(plan) => Ok(Active { manifest, plan, paused, restored }),
            None => Err(Failure::Refused(format!("playbook {manifest} is active and not stored")).into_port(READING)),
        }
    }

    async fn plan(&self, manifest: &ManifestId) -> Result<Option<Arc<Plan>>, PortError> {
        self.known(manifest)
    }

    async fn publish(
        &self,
        playbook: &Playbook,
        replaces: Option<&ManifestId>,
        activation: Activation,
    ) -> Result<Published, PortError> {
        const OPERATION: &str = "publishing a playbook";
        let json = |error| Failure::Json(error).into_port(OPERATION);
        let new = New {
            manifest: playbook.manifest_id(),
            body: serde_json::to_string(playbook).map_err(json)?,
            replaces: replaces.cloned(),
            activation: serde_json::to_string(&activation).map_err(json)?,
        };
        let publish = move |connection: &Connection| atomically(connection, |connection| publish(connection, &new));
        self.write_and(OPERATION, publish, |kept, _| kept.active.changed()).await
    }

    async fn set_paused(&self, paused: &Paused) -> Result<(), PortError> {
        const OPERATION: &str = "setting what is paused";
        let body = serde_json::to_string(paused).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let is_whole = *paused == Paused::Everything;
        let replace = move |connection: &Connection| {
            atomically(connection, |connection| {
                pause(connection, &body)?;
                if is_whole { Ok(()) } else { restored::forget(connection) }
            })
        };
        self.write_and(OPERATION, replace, |kept, _| kept.active.changed()).await
    }

    async fn activations(&self, limit: usize) -> Result<Vec<Activation>, PortError> {
        self.read("listing activations", |connection| {
            let mut select = connection.prepare_cached("SELECT body FROM activations ORDER BY n DESC LIMIT ?1")?;
            let mut rows = select.query(params![limit])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(serde_json::from_str(&row.get::<_, String>(0)?)?);
            }
            Ok(all)
        })
    }
}

impl Store {
    fn known(&self, manifest: &ManifestId) -> Result<Option<Arc<Plan>>, PortError> {
        let known = self.kept().playbooks().get(manifest);
        if known.is_some() {
            return Ok(known);
        }
        let body: Option<String> = self.read("reading a playbook", |connection| {
            let mut select = connection.prepare_cached("SELECT body FROM playbooks WHERE manifest = ?1")?;
            Ok(select.query_row(params![manifest.as_str()], |row| row.get(0)).optional()?)
        })?;
        let Some(body) = body else { return Ok(None) };
        let parsed = serde_json::from_str(&body).map_err(|error| Failure::Json(error).into_port("reading a playbook"));
        let plan = Arc::new(Plan::of(parsed?));
        self.kept().playbooks().put(manifest, &plan, body.len());
        Ok(Some(plan))
    }
}

struct New {
    manifest: ManifestId,
    body: String,
    replaces: Option<ManifestId>,
    activation: String,
}

fn publish(connection: &Connection, new: &New) -> Result<Published, Failure> {
    let current = active(connection)?;
    if current != new.replaces {
        return match current {
            // What a repeated call finds after the answer to the first was lost.
            Some(current) if current == new.manifest => Ok(Published::Done),
            Some(active) => Ok(Published::Conflict { active }),
            None => Err(none_published()),
        };
    }
    let keep = "INSERT INTO playbooks (manifest, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    connection.prepare_cached(keep)?.execute(params![new.manifest.as_str(), new.body])?;
    let activate = "INSERT INTO active (id, manifest) VALUES (1, ?1)
                    ON CONFLICT DO UPDATE SET manifest = excluded.manifest";
    connection.prepare_cached(activate)?.execute(params![new.manifest.as_str()])?;
    let note = "INSERT INTO activations (body) VALUES (?1)";
    connection.prepare_cached(note)?.execute(params![new.activation])?;
    Ok(Published::Done)
}

fn active(connection: &Connection) -> Result<Option<ManifestId>, Failure> {
    let mut select = connection.prepare_cached("SELECT manifest FROM active")?;
    let manifest: Option<String> = select.query_row([], |row| row.get(0)).optional()?;
    Ok(manifest.map(ManifestId::new))
}

pub(crate) fn paused(connection: &Connection) -> Result<Paused, Failure> {
    let mut select = connection.prepare_cached("SELECT body FROM paused")?;
    let body: Option<String> = select.query_row([], |row| row.get(0)).optional()?;
    body.map_or(Ok(Paused::default()), |body| Ok(serde_json::from_str(&body)?))
}

/// Replaces what is paused, as JSON.
pub(crate) fn pause(connection: &Connection, body: &str) -> Result<(), Failure> {
    let sql = "INSERT INTO paused (id, body) VALUES (1, ?1) ON CONFLICT DO UPDATE SET body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![body])?;
    Ok(())
}

fn none_published() -> Failure {
    Failure::Refused("no playbook has been published; publish one with `handoff publish`".into())
}
