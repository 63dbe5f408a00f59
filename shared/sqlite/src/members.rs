//! When people are off.

use std::collections::BTreeMap;

use domain::{calendar::TimeOff, id::PersonId};
use engine::ports::{Members, PortError};
use rusqlite::{OptionalExtension, params};

use crate::{Store, failure::Failure};

impl Members for Store {
    async fn time_off(&self, people: &[PersonId]) -> Result<BTreeMap<PersonId, Vec<TimeOff>>, PortError> {
        self.read("reading time off", |connection| {
            let mut select = connection.prepare_cached("SELECT off FROM members WHERE person = ?1")?;
            let mut all = BTreeMap::new();
            for person in people {
                let off: Option<String> = select.query_row(params![person.as_str()], |row| row.get(0)).optional()?;
                if let Some(off) = off {
                    all.insert(person.clone(), serde_json::from_str(&off)?);
                }
            }
            Ok(all)
        })
    }

    async fn set_time_off(&self, person: &PersonId, off: &[TimeOff]) -> Result<(), PortError> {
        const OPERATION: &str = "setting time off";
        let person = person.clone();
        if off.is_empty() {
            return self
                .write(OPERATION, move |connection| {
                    let mut delete = connection.prepare_cached("DELETE FROM members WHERE person = ?1")?;
                    delete.execute(params![person.as_str()])?;
                    Ok(())
                })
                .await;
        }
        let off = serde_json::to_string(off).map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        self.write(OPERATION, move |connection| {
            let sql = "INSERT INTO members (person, off) VALUES (?1, ?2)
                       ON CONFLICT DO UPDATE SET off = excluded.off";
            connection.prepare_cached(sql)?.execute(params![person.as_str(), off])?;
            Ok(())
        })
        .await
    }
}
