//! The fields of a kind of record as conditions, forms and templates name them.

use std::collections::BTreeSet;

use domain::{
    condition::{FieldPath, FieldTypes},
    id::Kind,
    playbook::{KindSchema, Schema},
    value::FieldType,
};

use super::names::cause;
use crate::{code, sections::Names};

/// The fields one can name from a record of one kind: its own by the kind, linked ones by the link.
#[derive(Clone, Copy)]
pub(super) struct Fields<'s> {
    pub schema: &'s Schema,
    pub kind: &'s Kind,
    pub names: &'s Names,
}

impl<'s> Fields<'s> {
    /// The kind that a root names.
    pub fn kind_of(self, root: &str) -> Option<&'s Kind> {
        if root == self.kind.as_str() {
            return Some(self.kind);
        }
        self.schema.kinds.get(self.kind)?.links.get(root)
    }

    /// The roots: the kind and its links.
    pub fn roots(self) -> Vec<&'s str> {
        let links = self.schema.kinds.get(self.kind).into_iter().flat_map(|kind| kind.links.keys());
        std::iter::once(self.kind.as_str()).chain(links.map(String::as_str)).collect()
    }

    /// Whether the field is written in the schema but could not be read, which was reported.
    pub fn is_lost(self, path: &str) -> bool {
        let Some((root, field)) = path.split_once('.') else { return false };
        match self.kind_of(root) {
            Some(kind) => {
                !self.schema.kinds.contains_key(kind) || self.names.fields.contains(&format!("{kind}.{field}"))
            }
            // A link that leads nowhere may have meant this kind.
            None if self.names.without_links.contains(self.kind.as_str()) => true,
            None => {
                let links = self.schema.kinds.get(self.kind).into_iter().flat_map(|kind| kind.links.values());
                links.into_iter().any(|kind| !self.schema.kinds.contains_key(kind))
            }
        }
    }

    /// What is missing if a field cannot be found: its kind, or the field.
    pub fn cause_of(self, path: &str) -> Option<String> {
        let (root, field) = path.split_once('.')?;
        Some(match self.kind_of(root) {
            Some(kind) => cause(code::UNKNOWN_FIELD, &format!("{kind}.{field}")),
            None if self.names.kinds.iter().any(|kind| kind == root) => {
                cause(code::UNKNOWN_LINK, &format!("{}.{root}", self.kind))
            }
            None => cause(code::UNKNOWN_KIND, root),
        })
    }

    fn own(self, root: &str) -> Option<&'s KindSchema> {
        self.schema.kinds.get(self.kind_of(root)?)
    }
}

impl FieldTypes for Fields<'_> {
    fn field_type(&self, path: &FieldPath) -> Option<FieldType> {
        self.own(&path.root)?.fields.get(&path.field).map(|field| field.field_type)
    }

    fn names(&self) -> Vec<String> {
        let of = |root: &&str| {
            let read = self.own(root).into_iter().flat_map(|kind| kind.fields.keys().cloned());
            let prefix = self.kind_of(root).map(|kind| format!("{kind}."));
            let lost =
                self.names.fields.iter().filter_map(|name| Some(name.strip_prefix(prefix.as_ref()?)?.to_owned()));
            read.chain(lost).map(|field| format!("{root}.{field}")).collect::<BTreeSet<_>>()
        };
        self.roots().iter().flat_map(of).collect()
    }

    fn choices(&self, path: &FieldPath) -> Vec<String> {
        let field = self.own(&path.root).and_then(|kind| kind.fields.get(&path.field));
        field.map(|field| field.choices.clone()).unwrap_or_default()
    }
}
