//! A row as a record: typed by the schema, with the records it is linked to.

use std::collections::BTreeMap;

use domain::{
    condition::FieldPath,
    id::{Kind, PersonId},
    nearest::nearest,
    playbook::{FieldSchema, Playbook},
    value::Fields,
};

use super::{SheetError, cells};

/// Columns that are no fields.
const OTHERS: [&str; 5] = ["case", "away", "expected_rule", "expected_to", "expected_reason"];

/// What a column holds.
enum Column {
    Field(FieldPath, FieldSchema),
    /// `lead.owner`, `company.owner`: the person who owns the record, or the linked one.
    Owner(String),
    /// One of [`OTHERS`].
    Other(&'static str),
}

/// The columns of a sheet about records of one kind.
pub(super) struct Columns {
    kind: Kind,
    columns: Vec<(String, Column)>,
}

/// One record of a sheet.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) kind: String,
    /// What the row is called.
    pub(super) case: String,
    /// The record's own fields under its kind, others under the link.
    pub(super) fields: BTreeMap<String, Fields>,
    /// Owners, under the kind and the links.
    pub(super) owners: BTreeMap<String, PersonId>,
    pub(super) away: Vec<PersonId>,
    pub(super) expected: Expected,
}

/// What a row says must come out; empty where it says nothing.
#[derive(Debug, Default)]
pub(super) struct Expected {
    pub(super) rule: String,
    pub(super) to: String,
    pub(super) reason: String,
}

impl Columns {
    /// Reads the header: every column must be known.
    pub(super) fn read(header: &[String], playbook: &Playbook, kind: &Kind) -> Result<Self, Vec<SheetError>> {
        let (mut columns, mut errors) = (Vec::new(), Vec::new());
        for (place, name) in header.iter().enumerate() {
            if header[..place].contains(name) {
                let message = format!("the column `{name}` stands here twice; take one of the two out");
                errors.push(SheetError::At { line: 1, message });
            }
            match column(name, playbook, kind) {
                Some(column) => columns.push((name.clone(), column)),
                None => errors.push(SheetError::At { line: 1, message: unknown(name, playbook, kind) }),
            }
        }
        if errors.is_empty() { Ok(Self { kind: kind.clone(), columns }) } else { Err(errors) }
    }

    /// Reads a row: every cell must fit its field.
    pub(super) fn row(&self, row: &cells::Row, playbook: &Playbook) -> Result<Row, Vec<SheetError>> {
        let mut read = Row { line: row.line, kind: self.kind.as_str().to_owned(), ..Row::default() };
        let mut errors = Vec::new();
        let cells = self.columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.trim().is_empty());
        for ((name, column), cell) in cells {
            if let Err(why) = read.take(column, cell.trim(), playbook) {
                errors.push(SheetError::At { line: row.line, message: format!("{name}: {why}") });
            }
        }
        if errors.is_empty() { Ok(read) } else { Err(errors) }
    }
}

impl Row {
    fn take(&mut self, column: &Column, cell: &str, playbook: &Playbook) -> Result<(), String> {
        match column {
            Column::Field(path, schema) => {
                let value = forms::value_of(cell, schema, &playbook.schema.bands)
                    .map_err(|why| format!("\u{201c}{cell}\u{201d} cannot be read ({why})"))?;
                let fields = self.fields.entry(path.root.clone()).or_default();
                fields.extend(value.map(|value| (path.field.clone(), value)));
            }
            Column::Owner(root) => {
                self.owners.insert(root.clone(), person(cell, playbook)?);
            }
            Column::Other("case") => cell.clone_into(&mut self.case),
            Column::Other("away") => {
                let names = cell.split([' ', ',', ';']).filter(|name| !name.is_empty());
                self.away = names.map(|name| person(name, playbook)).collect::<Result<_, _>>()?;
            }
            Column::Other("expected_rule") => cell.clone_into(&mut self.expected.rule),
            Column::Other("expected_to") => cell.clone_into(&mut self.expected.to),
            Column::Other(_) => cell.clone_into(&mut self.expected.reason),
        }
        Ok(())
    }
}

fn column(name: &str, playbook: &Playbook, kind: &Kind) -> Option<Column> {
    if let Some(other) = OTHERS.iter().find(|other| **other == name) {
        return Some(Column::Other(other));
    }
    let path: FieldPath = name.parse().ok()?;
    if let Some(schema) = playbook.schema.field(kind.as_str(), &path) {
        return Some(Column::Field(path, schema.clone()));
    }
    let is_root = path.root == kind.as_str() || playbook.schema.kinds.get(kind)?.links.contains_key(&path.root);
    (is_root && path.field == "owner").then_some(Column::Owner(path.root))
}

/// Everything that a column can be called.
fn names(playbook: &Playbook, kind: &Kind) -> Vec<String> {
    let Some(own) = playbook.schema.kinds.get(kind) else { return Vec::new() };
    let roots =
        std::iter::once((kind.as_str(), kind)).chain(own.links.iter().map(|(link, kind)| (link.as_str(), kind)));
    let fields = |(root, kind): (&str, &Kind)| {
        let fields = playbook.schema.kinds.get(kind).into_iter().flat_map(|kind| kind.fields.keys());
        let owner = std::iter::once(format!("{root}.owner"));
        fields.map(|field| format!("{root}.{field}")).chain(owner).collect::<Vec<_>>()
    };
    roots.flat_map(fields).chain(OTHERS.map(str::to_owned)).collect()
}

fn unknown(name: &str, playbook: &Playbook, kind: &Kind) -> String {
    let names = names(playbook, kind);
    let hint = match nearest(name, names.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean {meant}?"),
        None => format!("choose from {}", names.join(", ")),
    };
    format!("unknown column `{name}`; {hint}")
}

fn person(name: &str, playbook: &Playbook) -> Result<PersonId, String> {
    let person = PersonId::from(name);
    match playbook.people.contains_key(&person) {
        true => Ok(person),
        false => {
            let hint = nearest(name, playbook.people.keys().map(PersonId::as_str));
            let hint = hint.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            Err(format!("there is no person `{name}`{hint}"))
        }
    }
}
