use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use domain::{calendar::TimeOff, id::PersonId, playbook::Person};
use engine::ports::{Absences, Members, PortError};

use super::{Item, item::text};
use crate::{Ports, failure};

/// Items that one batch asks for.
const BATCH: usize = 100;

/// How often what a batch left out is asked for again.
const ATTEMPTS: u32 = 5;

impl Members for Ports {
    async fn absences(&self, people: &BTreeMap<PersonId, Person>) -> Result<Arc<Absences>, PortError> {
        self.listed_absences(people).await
    }

    async fn time_off(&self, people: &[PersonId]) -> Result<Absences, PortError> {
        const NAME: &str = "read time off";
        let mut people = people.to_vec();
        people.sort();
        people.dedup();
        let mut found = Absences::new();
        for some in people.chunks(BATCH) {
            let keys = some.iter().map(|person| [("person".to_owned(), text(person.as_str()))].into()).collect();
            for item in self.get_batch(NAME, &self.config.tables.members, keys).await? {
                let person = item.get_text("person").ok_or_else(|| failure::unreadable(NAME, "nobody's time off"))?;
                let off: Vec<TimeOff> = item.parse(NAME)?;
                if !off.is_empty() {
                    found.insert(PersonId::new(person), off);
                }
            }
        }
        Ok(found)
    }

    async fn set_time_off(&self, person: &PersonId, off: &[TimeOff]) -> Result<(), PortError> {
        const NAME: &str = "set time off";
        let item = Item::default().text("person", person.as_str()).body(NAME, &off)?;
        self.overwrite(NAME, &self.config.tables.members, item).await?;
        self.list_time_off(person, off).await
    }
}

type Key = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

impl Ports {
    /// Up to 100 items by their keys, seeing every write that has returned. Those that are not
    /// there are left out; the order is the store's.
    pub(super) async fn get_batch(
        &self,
        operation: &'static str,
        table: &str,
        keys: Vec<Key>,
    ) -> Result<Vec<Item>, PortError> {
        let mut items = Vec::new();
        let mut left = keys;
        for _ in 0..ATTEMPTS {
            if left.is_empty() {
                return Ok(items);
            }
            let asked = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
            let asked = asked.expect("keys are set");
            let output = self
                .dynamodb
                .batch_get_item()
                .request_items(table, asked)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await
                .map_err(|error| failure::of(operation, error))?;
            self.counts().read(operation, output.consumed_capacity().first());
            let found = output.responses.unwrap_or_default().remove(table).unwrap_or_default();
            items.extend(found.into_iter().map(Item));
            left = output.unprocessed_keys.unwrap_or_default().remove(table).map(|keys| keys.keys).unwrap_or_default();
        }
        if left.is_empty() {
            return Ok(items);
        }
        Err(PortError::unavailable(operation, format!("{} items were not answered for", left.len())))
    }
}
