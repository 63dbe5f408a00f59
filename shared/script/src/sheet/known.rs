//! Records that are known already, from a sheet of their own: the leads of another are matched to them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::{Kind, MatchKey, PersonId, RecordKey, RouteId},
    matching::{self, Found, MOST, Sought, Tried, Way},
    playbook::{KindSchema, MatchBy, Playbook},
    value::{Fields, Value},
};

use super::{Format, SheetError, row::Row};

/// Companies, say, each with its fields and its owner.
#[derive(Debug, Default)]
pub struct Known(Vec<Record>);

#[derive(Debug)]
struct Record {
    key: RecordKey,
    fields: Fields,
    owner: Option<PersonId>,
    keys: BTreeSet<MatchKey>,
}

/// How the links of a row were found, and what is told about it.
#[derive(Debug, Default)]
pub(super) struct Matched {
    pub(super) ways: BTreeMap<String, Way>,
    pub(super) told: Vec<String>,
}

impl Known {
    /// Reads them: columns as those of leads, of the linked records only: `company.name,company.owner`.
    ///
    /// # Errors
    ///
    /// Everything that cannot be read, or that names nothing of the playbook.
    pub fn read(playbook: &Playbook, route: &RouteId, sheet: (Format, &str)) -> Result<Self, Vec<SheetError>> {
        let rows = super::rows(playbook, route, sheet)?;
        let records = rows.into_iter().flat_map(|row| records(playbook, row));
        Ok(Self(records.collect()))
    }

    /// Puts the records that a row's links are found to mean in the place of what it says of them. A link whose
    /// owner the row names is known.
    pub(super) fn put_into(&self, playbook: &Playbook, row: &mut Row) -> Matched {
        let mut matched = Matched::default();
        let Some(own) = playbook.schema.kinds.get(&row.kind.as_str().into()) else { return matched };
        if self.0.is_empty() {
            return matched;
        }
        for (link, by) in &own.match_by {
            if row.owners.contains_key(link) {
                continue;
            }
            let Some((record, way)) = self.look_up(own, link, by, row, &mut matched.told) else { continue };
            row.fields.insert(link.clone(), record.fields.clone());
            row.owners.extend(record.owner.clone().map(|owner| (link.clone(), owner)));
            matched.ways.extend(way.map(|way| (link.clone(), way)));
        }
        matched
    }

    /// The record behind a link, and how it was found if nothing says which one it is.
    fn look_up(
        &self,
        own: &KindSchema,
        link: &str,
        by: &MatchBy,
        row: &Row,
        told: &mut Vec<String>,
    ) -> Option<(&Record, Option<Way>)> {
        let none = Fields::new();
        let fields = row.fields.get(&row.kind).unwrap_or(&none);
        let mut said = row.fields.get(link).cloned().unwrap_or_default();
        let is_certain = by.email_domain.as_ref().is_some_and(|field| said.contains_key(field));
        if let Some((field, domain)) = by.email_domain.clone().zip(forms::company_domain(own, fields)) {
            said.entry(field).or_insert(Value::Text(domain));
        }
        for Sought { way, value, key } in matching::sought(own, link, fields, &said) {
            let found = self.with_key(&key);
            let tried = Tried { way, value, found: told_of(&found) };
            told.extend((!is_certain).then(|| tried.sentence(link)));
            if let [one] = found[..] {
                return Some((one, (!is_certain).then_some(way)));
            }
        }
        None
    }

    fn with_key(&self, key: &MatchKey) -> Vec<&Record> {
        self.0.iter().filter(|record| record.keys.contains(key)).collect()
    }
}

fn told_of(found: &[&Record]) -> Found {
    match found {
        [] => Found::None,
        [one] => Found::one(&one.key, &one.fields),
        several => Found::Several(several.len().min(MOST)),
    }
}

/// A row's linked records.
fn records(playbook: &Playbook, row: Row) -> Vec<Record> {
    let links = playbook.schema.kinds.get(&row.kind.as_str().into()).map(|own| own.links.clone()).unwrap_or_default();
    let Row { line, mut fields, mut owners, .. } = row;
    let record = |(link, kind): (String, Kind)| {
        let fields = fields.remove(&link)?;
        let keys = matching::keys(&playbook.schema, &kind, &fields);
        let key = RecordKey::new(kind, format!("line {line}"));
        Some(Record { key, fields, owner: owners.remove(&link), keys })
    };
    links.into_iter().filter_map(record).collect()
}
