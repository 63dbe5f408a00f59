//! The list of those who are off: one partition, and so one query for everybody.
//!
//! The rows of `members` hold each person's time off, and have done so since before there was a
//! list. The only writer, `assign`, brings the list in line with them when a process of it begins,
//! for a release without a list may have written them last, and when the playbook has other people.
//! Which people that was done for lies beside the list: for others everybody reads the rows.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{
    calendar::TimeOff,
    id::{PersonId, derive},
    playbook::Person,
};
use engine::ports::{Absences, Members, PortError};
use futures_util::future::try_join_all;

use super::{Item, expires, item::text, write::Condition};
use crate::{Ports, clock, failure};

/// The only partition.
const OFF: &str = "off";

/// The row that says which people the list was made for. No person has this name.
const LISTED: &str = "#listed";

/// How long a row outlasts the time off that it holds.
const KEPT_DAYS: i64 = 30;

/// How old a reading may be: as old as one of the active playbook.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// What this process has read of the list.
#[derive(Debug, Default)]
pub(crate) struct AbsenceCache(Mutex<Cached>);

#[derive(Debug, Default)]
struct Cached {
    absences: Option<(Instant, Arc<Absences>)>,
    /// Whether this process has compared the list with the rows.
    compared: bool,
}

impl AbsenceCache {
    fn fresh(&self) -> Option<Arc<Absences>> {
        let cached = self.lock();
        let (read_at, absences) = cached.absences.as_ref()?;
        (read_at.elapsed() < FRESH_FOR).then(|| Arc::clone(absences))
    }

    fn keep(&self, absences: &Arc<Absences>) {
        self.lock().absences = Some((Instant::now(), Arc::clone(absences)));
    }

    fn forget(&self) {
        self.lock().absences = None;
    }

    fn is_compared(&self) -> bool {
        self.lock().compared
    }

    fn set_compared(&self) {
        self.lock().compared = true;
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ports {
    pub(super) async fn listed_absences(
        &self,
        people: &BTreeMap<PersonId, Person>,
    ) -> Result<Arc<Absences>, PortError> {
        if let Some(absences) = self.absences.fresh() {
            return Ok(absences);
        }
        let (mut absences, listed) = self.read_list().await?;
        let wanted = name_of(people);
        if listed.as_deref() != Some(&wanted) || (self.writes_time_off && !self.absences.is_compared()) {
            let all: Vec<PersonId> = people.keys().cloned().collect();
            let rows = self.time_off(&all).await?;
            if self.writes_time_off {
                self.bring_in_line(&all, &absences, &rows).await?;
                if listed.as_deref() != Some(&wanted) {
                    self.say_listed(&wanted).await?;
                }
                self.absences.set_compared();
            }
            absences = rows;
        }
        let absences = Arc::new(absences);
        self.absences.keep(&absences);
        Ok(absences)
    }

    /// Who is off, and for which people the list was made.
    async fn read_list(&self) -> Result<(Absences, Option<String>), PortError> {
        const NAME: &str = "read who is off";
        let query = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.absences)
            .expression_attribute_names("#list", "list")
            .expression_attribute_values(":list", text(OFF))
            .key_condition_expression("#list = :list")
            .consistent_read(true);
        let (mut absences, mut listed) = (Absences::new(), None);
        for item in self.query_all(NAME, query, usize::MAX, |_| true).await? {
            match item.get_text("person") {
                Some(LISTED) => listed = item.get_text("people").map(str::to_owned),
                Some(person) => {
                    let off: Vec<TimeOff> = item.parse(NAME)?;
                    absences.extend((!off.is_empty()).then(|| (PersonId::new(person), off)));
                }
                None => {}
            }
        }
        Ok((absences, listed))
    }

    /// Writes to the list what the rows say otherwise, unless somebody else writes it meanwhile.
    async fn bring_in_line(&self, people: &[PersonId], listed: &Absences, rows: &Absences) -> Result<(), PortError> {
        const NAME: &str = "list who is off";
        let table = &self.config.tables.absences;
        let none = Vec::new();
        let otherwise = people.iter().filter(|person| listed.get(person) != rows.get(person));
        let puts = otherwise.map(|person| async {
            let unchanged = match listed.get(person) {
                Some(seen) => Condition::new("body = :seen").value(":seen", text(failure::json(seen))),
                None => Condition::new("attribute_not_exists(person) OR body = :seen").value(":seen", text("[]")),
            };
            self.put(NAME, table, row(NAME, person, rows.get(person).unwrap_or(&none))?, unchanged).await
        });
        try_join_all(puts).await.map(drop)
    }

    /// Notes for which people the list is made.
    async fn say_listed(&self, people: &str) -> Result<(), PortError> {
        let listed = Item::default().text("list", OFF).text("person", LISTED).text("people", people);
        self.overwrite("say who is listed", &self.config.tables.absences, listed).await
    }

    /// Lists what a person's row holds now, also where it is nothing.
    pub(super) async fn list_time_off(&self, person: &PersonId, off: &[TimeOff]) -> Result<(), PortError> {
        const NAME: &str = "list time off";
        let item = row(NAME, person, off)?;
        let written = self.overwrite(NAME, &self.config.tables.absences, item).await;
        self.absences.forget();
        written
    }
}

/// A row that the store forgets once it says nothing any more.
fn row(operation: &'static str, person: &PersonId, off: &[TimeOff]) -> Result<Item, PortError> {
    let item = Item::default().text("list", OFF).text("person", person.as_str()).body(operation, &off)?;
    let last = off.iter().map(|off| off.until).max().unwrap_or(clock::now());
    Ok(if last == TimeOff::NO_END { item } else { item.number("expires", expires(last, KEPT_DAYS)) })
}

/// A short name for these people.
fn name_of(people: &BTreeMap<PersonId, Person>) -> String {
    derive("ppl_", &people.keys().map(PersonId::as_str).collect::<Vec<_>>())
}
