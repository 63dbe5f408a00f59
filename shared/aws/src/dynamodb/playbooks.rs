use std::sync::Arc;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{Put, ReturnConsumedCapacity, TransactWriteItem, Update},
};
use domain::{decide::Paused, id::ManifestId, plan::Plan, playbook::Playbook};
use engine::ports::{Activation, Active, Playbooks, PortError, Published};
use futures_util::future::try_join;

use super::{Item, Watch, item::text, restored::NOTE, sortable};
use crate::{Ports, failure};

/// Where the pointer to the active playbook lies: partition and part.
pub(super) const ACTIVE: &str = "active";
/// The partition of the log of activations.
const ACTIVATIONS: &str = "activations";

/// How much of a manifest one item takes: under 400 KB whatever its characters.
const PART_BYTES: usize = 350_000;

impl Playbooks for Ports {
    async fn active(&self) -> Result<Active, PortError> {
        const NAME: &str = "read the active playbook";
        if let Some(active) = self.playbooks.active() {
            return Ok(active);
        }
        let none = || failure::unreadable(NAME, "no playbook has been published; run `handoff publish DIR --to URL`");
        let (item, tables) = try_join(self.pointer(NAME), self.tables_now()).await?;
        let item = item.ok_or_else(none)?;
        let manifest = ManifestId::new(item.get_text("manifest").ok_or_else(none)?);
        let paused = item.get_text("paused").map_or(Ok(Paused::default()), |text| failure::parse(NAME, text))?;
        let lost = || failure::unreadable(NAME, format!("{manifest} is active and not stored"));
        let plan = self.plan(&manifest).await?.ok_or_else(lost)?;
        let restored = tables.as_ref().map_or(Ok(None), |tables| tables.restored(&item, &paused))?;
        if let Some(tables) = tables.filter(|_| self.watch == Watch::Notes && item.get_text(NOTE).is_none()) {
            self.note_tables(&tables).await;
        }
        let paused = if restored.is_some() { Paused::Everything } else { paused };
        let active = Active { manifest, plan, paused, restored };
        self.playbooks.keep_active(&active);
        Ok(active)
    }

    async fn plan(&self, manifest: &ManifestId) -> Result<Option<Arc<Plan>>, PortError> {
        const NAME: &str = "read a playbook";
        if let Some(plan) = self.playbooks.plan(manifest) {
            return Ok(Some(plan));
        }
        let mut json = String::new();
        for part in 0.. {
            let Some(item) = self.part(NAME, manifest.as_str(), part_name(part)).await? else { return Ok(None) };
            json.push_str(item.get_text("json").unwrap_or_default());
            if item.get_number("parts") == Some(part + 1) {
                break;
            }
        }
        let plan = Arc::new(Plan::of(failure::parse(NAME, &json)?));
        self.playbooks.keep(manifest, &plan, json.len());
        Ok(Some(plan))
    }

    async fn publish(
        &self,
        playbook: &Playbook,
        replaces: Option<&ManifestId>,
        activation: Activation,
    ) -> Result<Published, PortError> {
        let manifest = playbook.manifest_id();
        self.store(&manifest, playbook).await?;
        let published = self.activate(&manifest, replaces, &activation).await;
        self.playbooks.forget_active();
        published
    }

    async fn set_paused(&self, paused: &Paused) -> Result<(), PortError> {
        const NAME: &str = "set what is paused";
        let tables = self.tables_now().await?;
        let note = match tables {
            // What is held because it was put back stays so, and what was paused before is not forgotten.
            Some(tables) if *paused == Paused::Everything => {
                let pointer = self.pointer(NAME).await?.unwrap_or_default();
                if tables.restored(&pointer, paused)?.is_some() {
                    return Ok(());
                }
                None
            }
            // From now on it is a store like any other.
            tables => tables.map(|tables| tables.note()),
        };
        let values = [Some((":paused", failure::json(paused))), note.clone().map(|note| (":tables", note))];
        let values = values.into_iter().flatten().map(|(name, value)| (name.to_owned(), text(value))).collect();
        let update = match &note {
            Some(_) => "SET paused = :paused, #tables = :tables",
            None => "SET paused = :paused",
        };
        let output = self
            .dynamodb
            .update_item()
            .table_name(&self.config.tables.playbooks)
            .key("playbook", text(ACTIVE))
            .key("part", text(ACTIVE))
            .update_expression(update)
            .set_expression_attribute_names(note.as_ref().map(|_| [("#tables".to_owned(), NOTE.to_owned())].into()))
            .set_expression_attribute_values(Some(values))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        self.playbooks.forget_active();
        let output = output.map_err(|error| failure::of(NAME, error))?;
        self.counts().written(NAME, output.consumed_capacity());
        Ok(())
    }

    async fn activations(&self, limit: usize) -> Result<Vec<Activation>, PortError> {
        const NAME: &str = "list activations";
        let output = self
            .dynamodb
            .query()
            .table_name(&self.config.tables.playbooks)
            .key_condition_expression("playbook = :activations")
            .expression_attribute_values(":activations", text(ACTIVATIONS))
            .scan_index_forward(false)
            .consistent_read(true)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| failure::of(NAME, error))?;
        self.counts().read(NAME, output.consumed_capacity());
        output.items.unwrap_or_default().into_iter().map(|item| Item::from(item).parse(NAME)).collect()
    }
}

impl Ports {
    async fn pointer(&self, operation: &'static str) -> Result<Option<Item>, PortError> {
        self.part(operation, ACTIVE, ACTIVE.to_owned()).await
    }

    async fn part(&self, operation: &'static str, playbook: &str, part: String) -> Result<Option<Item>, PortError> {
        let key = [("playbook", text(playbook)), ("part", text(part))];
        self.get(operation, &self.config.tables.playbooks, key).await
    }

    /// Keeps a manifest under its content's name. The last part carries how many there are, and
    /// the pointer moves only after all are stored. Repeating it writes the same again.
    async fn store(&self, manifest: &ManifestId, playbook: &Playbook) -> Result<(), PortError> {
        let json = failure::json(playbook);
        let parts = split(&json);
        for (number, part) in parts.iter().enumerate() {
            let mut item =
                Item::default().text("playbook", manifest.as_str()).text("part", part_name(number)).text("json", *part);
            if number + 1 == parts.len() {
                item = item.number("parts", parts.len());
            }
            self.overwrite("store a playbook", &self.config.tables.playbooks, item).await?;
        }
        Ok(())
    }

    /// Moves the pointer and logs it, both or neither.
    async fn activate(
        &self,
        manifest: &ManifestId,
        replaces: Option<&ManifestId>,
        activation: &Activation,
    ) -> Result<Published, PortError> {
        const NAME: &str = "activate a playbook";
        let failed = match self.move_pointer(NAME, manifest, replaces, activation).await? {
            Moved::Done => return Ok(Published::Done),
            Moved::Failed(error) => error,
        };
        let stored = self.pointer(NAME).await?;
        let active = stored.as_ref().and_then(|item| item.get_text("manifest"));
        let by = stored.as_ref().and_then(|item| item.get_text("activation"));
        match active {
            // An earlier attempt of this call, whose answer was lost.
            Some(_) if by == Some(failure::json(activation).as_str()) => Ok(Published::Done),
            Some(active) => Ok(Published::Conflict { active: ManifestId::new(active) }),
            None => Err(failed),
        }
    }

    async fn move_pointer(
        &self,
        operation: &'static str,
        manifest: &ManifestId,
        replaces: Option<&ManifestId>,
        activation: &Activation,
    ) -> Result<Moved, PortError> {
        let table = &self.config.tables.playbooks;
        let update = Update::builder()
            .table_name(table)
            .key("playbook", text(ACTIVE))
            .key("part", text(ACTIVE))
            .update_expression("SET manifest = :manifest, activation = :activation")
            .expression_attribute_values(":manifest", text(manifest.as_str()))
            .expression_attribute_values(":activation", text(failure::json(activation)));
        let update = match replaces {
            Some(replaces) => update
                .condition_expression("manifest = :replaces")
                .expression_attribute_values(":replaces", text(replaces.as_str())),
            None => update.condition_expression("attribute_not_exists(manifest)"),
        };
        let log = Item::default()
            .text("playbook", ACTIVATIONS)
            .text("part", format!("{}#{manifest}", sortable(activation.at)))
            .body(operation, activation)?;
        let log = Put::builder().table_name(table).set_item(Some(log.0)).build().expect("a table and an item are set");
        let update = update.build().expect("a table, a key and an expression are set");
        let output = self
            .dynamodb
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(update).build())
            .transact_items(TransactWriteItem::builder().put(log).build())
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match output {
            Ok(output) => {
                self.counts().written(operation, output.consumed_capacity().first());
                Ok(Moved::Done)
            }
            Err(error) => {
                let condition = match error.as_service_error() {
                    Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => canceled
                        .cancellation_reasons()
                        .iter()
                        .any(|reason| reason.code() == Some("ConditionalCheckFailed")),
                    _ => false,
                };
                let error = failure::of(operation, error);
                if condition { Ok(Moved::Failed(error)) } else { Err(error) }
            }
        }
    }
}

enum Moved {
    Done,
    /// Another playbook is active than the one to be replaced.
    Failed(PortError),
}

fn part_name(number: usize) -> String {
    format!("{number:04}")
}

/// Cuts text into parts that fit an item, between characters.
fn split(mut json: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    while json.len() > PART_BYTES {
        let (part, rest) = json.split_at(json.floor_char_boundary(PART_BYTES));
        parts.push(part);
        json = rest;
    }
    parts.push(json);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_playbook_is_cut_between_characters_and_reads_back() {
        let json = format!("a{}", "é".repeat(PART_BYTES));
        let parts = split(&json);
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|part| part.len() <= PART_BYTES));
        assert_eq!(parts.concat(), json);
        assert_eq!(split("{}"), ["{}"]);
    }
}
