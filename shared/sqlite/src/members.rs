//! When people are off.

use std::{collections::BTreeMap, sync::Arc};

use domain::{calendar::TimeOff, id::PersonId, playbook::Person};
use engine::ports::{Absences, Members, PortError};
use rusqlite::{Connection, params};

use crate::{Store, failure::Failure};

impl Members for Store {
    async fn absences(&self, _: &BTreeMap<PersonId, Person>) -> Result<Arc<Absences>, PortError> {
        self.kept().absences.get(self.view(), || self.read("reading time off", everybodys))
    }

    async fn time_off(&self, people: &[PersonId]) -> Result<Absences, PortError> {
        let all = self.kept().absences.get(self.view(), || self.read("reading time off", everybodys))?;
        let of = |person: &PersonId| all.get(person).map(|off| (person.clone(), off.clone()));
        Ok(people.iter().filter_map(of).collect())
    }

    async fn set_time_off(&self, person: &PersonId, off: &[TimeOff]) -> Result<(), PortError> {
        const OPERATION: &str = "setting time off";
        let off = if off.is_empty() { None } else { Some(serde_json::to_string(off)) };
        let off = off.transpose().map_err(|error| Failure::Json(error).into_port(OPERATION))?;
        let person = person.clone();
        let replace = move |connection: &Connection| {
            let values = params![person.as_str(), off];
            let sql = match &off {
                Some(_) => {
                    "INSERT INTO members (person, off) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET off = excluded.off"
                }
                None => "DELETE FROM members WHERE person = ?1 AND ?2 IS NULL",
            };
            connection.prepare_cached(sql)?.execute(values)?;
            Ok(())
        };
        self.write_and(OPERATION, replace, |kept, _| kept.absences.changed()).await
    }
}

fn everybodys(connection: &Connection) -> Result<Absences, Failure> {
    let mut select = connection.prepare_cached("SELECT person, off FROM members")?;
    let mut rows = select.query([])?;
    let mut all = Absences::new();
    while let Some(row) = rows.next()? {
        let off = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        all.insert(PersonId::new(row.get::<_, String>(0)?), serde_json::from_str(off)?);
    }
    Ok(all)
}
