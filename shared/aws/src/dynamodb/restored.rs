//! A table that was put back from a backup, or to a point in time, is a new one, whatever its name: its id is not the
//! one that is noted beside the active playbook. What a restored table does not know of may have left the house, so
//! everything is held until a person lets it go on.
//!
//! Nobody writes that it is held: each process that may send compares for itself, whenever it reads what is active.
//! The note is made by the only writer of playbooks, where there is none, and when what was held goes on.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::TableDescription;
use domain::{decide::Paused, instant::Instant};
use engine::ports::{PortError, Restored};
use futures_util::future::try_join_all;

use super::{Item, item::text};
use crate::{Ports, failure};

/// Where the ids are noted, in the row that points to the active playbook.
pub(super) const NOTE: &str = "tables";

/// What a process does about tables that were put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Watch {
    /// It sends nothing.
    #[default]
    No,
    /// It holds everything.
    Holds,
    /// It also notes which tables there are.
    Notes,
}

/// The tables that say what was asked for and what has left, as DynamoDB describes them.
pub(super) struct TablesNow(BTreeMap<&'static str, TableNow>);

struct TableNow {
    id: String,
    created_at: Option<Instant>,
    /// The moment of its content, where it was put back.
    as_of: Option<Instant>,
}

impl TablesNow {
    /// As they are noted: `{"effects":"…","playbooks":"…","records":"…"}`.
    pub fn note(&self) -> String {
        failure::json(&self.0.iter().map(|(name, table)| (*name, table.id.as_str())).collect::<BTreeMap<_, _>>())
    }

    /// What was put back, where a table is not the one that is noted. A stack of a release that noted none holds nothing.
    pub fn restored(&self, noted: &Item, paused_before: &Paused) -> Result<Option<Restored>, PortError> {
        let Some(note) = noted.get_text(NOTE) else { return Ok(None) };
        let note: BTreeMap<String, String> = failure::parse("read which tables there are", note)?;
        let other = |(name, table): &(&&'static str, &TableNow)| note.get(**name).is_some_and(|id| *id != table.id);
        let others: Vec<&TableNow> = self.0.iter().filter(other).map(|(_, table)| table).collect();
        // One that nobody dated is as old as can be.
        let as_of: Option<Vec<Instant>> = others.iter().map(|table| table.as_of).collect();
        let found_at = others.iter().filter_map(|table| table.created_at).max();
        let restored = Restored {
            as_of: as_of.and_then(|all| all.into_iter().max()),
            found_at,
            paused_before: paused_before.clone(),
        };
        Ok((!others.is_empty()).then_some(restored))
    }
}

impl Ports {
    /// The tables as they are now; none where this process does not look.
    pub(super) async fn tables_now(&self) -> Result<Option<TablesNow>, PortError> {
        if self.watch == Watch::No {
            return Ok(None);
        }
        let tables = &self.config.tables;
        let named = [("records", &tables.records), ("effects", &tables.effects), ("playbooks", &tables.playbooks)];
        let all = named.into_iter().map(async |(name, table)| Ok((name, self.describe(table).await?)));
        Ok(Some(TablesNow(try_join_all(all).await?.into_iter().collect())))
    }

    async fn describe(&self, table: &str) -> Result<TableNow, PortError> {
        const NAME: &str = "describe a table";
        let output = self.dynamodb.describe_table().table_name(table).send().await;
        let described = output.map_err(|error| failure::of(NAME, error))?.table;
        let table = described.as_ref().and_then(read);
        table.ok_or_else(|| failure::unreadable(NAME, "a table without an id"))
    }

    /// Notes which tables there are, where that was never noted.
    pub(super) async fn note_tables(&self, now: &TablesNow) {
        const NAME: &str = "note which tables there are";
        let output = self
            .dynamodb
            .update_item()
            .table_name(&self.config.tables.playbooks)
            .key("playbook", text(super::playbooks::ACTIVE))
            .key("part", text(super::playbooks::ACTIVE))
            .update_expression("SET #tables = :tables")
            .condition_expression("attribute_exists(manifest) AND attribute_not_exists(#tables)")
            .expression_attribute_names("#tables", NOTE)
            .expression_attribute_values(":tables", text(now.note()))
            .send()
            .await;
        match output {
            Ok(_) => self.counts().written(NAME, None),
            Err(error) if failure::is_condition(&error) => {}
            Err(error) => tracing::warn!(error = %failure::of(NAME, error), "noted the next time"),
        }
    }
}

fn read(described: &TableDescription) -> Option<TableNow> {
    let moment = |at: &aws_sdk_dynamodb::primitives::DateTime| at.to_millis().ok().map(Instant::from_millis);
    let as_of = described.restore_summary().map(|summary| summary.restore_date_time());
    Some(TableNow {
        id: described.table_id()?.to_owned(),
        created_at: described.creation_date_time().and_then(moment),
        as_of: as_of.and_then(moment),
    })
}
