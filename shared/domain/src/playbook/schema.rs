use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    condition::{Condition, FieldPath},
    id::{EventType, Kind},
    value::{FieldName, FieldType},
};

/// `schema.yaml`: the kinds of record, their fields, and where numbers come from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Schema {
    pub kinds: BTreeMap<Kind, KindSchema>,
    /// Named bands that turn a choice into a number: `"11-50"` → 11.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bands: BTreeMap<String, Band>,
    /// What people write where they have no company, beside what Handoff knows (`n/a`, `none`, `-`, `self-employed`):
    /// it fills no name and joins nobody. Case, accents and punctuation do not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub placeholders: Vec<String>,
    /// Events that programs of yours post to `/v1/events`, beside those that Handoff knows by name. A workflow may
    /// start by them and wait for them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: BTreeMap<EventType, EventSchema>,
}

/// An event that another program posts: `deal_created: { kind: deal, fields: { amount: money } }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EventSchema {
    /// The kind of record that it is about; any kind where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What it brings. What the kind has by that name is filled with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldName, FieldType>,
}

/// One set of bands: the choice as the form says it, and the number it stands for.
pub type Band = BTreeMap<String, f64>;

/// One kind of record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KindSchema {
    pub fields: BTreeMap<FieldName, FieldSchema>,
    /// Name of the link as conditions use it → the kind it leads to: `company: company`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, Kind>,
    /// Link → by which fields a record behind it is found where a form does not say which one it is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub match_by: BTreeMap<String, MatchBy>,
    /// Points added up into a number field whenever the record changes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scoring: BTreeMap<FieldName, Vec<Points>>,
}

/// The fields of a linked record that it is found by, tried in this order: `{ email_domain: domain, name: name }`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatchBy {
    /// Holds an e-mail domain. A form that leaves it open fills it from the record's e-mail address, unless a free
    /// provider's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_domain: Option<FieldName>,
    /// Holds its name: found in any spelling, with or without a legal form, if only one record has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<FieldName>,
    /// Holds its phone number, of type `phone`: found by the number that the form gives for it, or the record's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<FieldName>,
}

/// One scoring rule: so many points when the condition holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Points {
    #[serde(rename = "if")]
    pub condition: Condition,
    pub points: i64,
}

/// One field of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldSchema {
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// As sentences call it: `Employees must be over 10`. The name, capitalised, where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What a `choice` or a list of choices may hold; any text where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// For a number: the bands that read a choice such as `11-50`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bands: Option<String>,
    /// Who fills it, where nothing in the playbook does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled_by: Option<FilledBy>,
}

/// Who fills a field that no form, scoring rule or step fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FilledBy {
    /// Programs of yours, over the API.
    Programs,
}

impl Schema {
    /// Whether a program of the organisation's own posts events by this name.
    pub fn declares(&self, event: &str) -> bool {
        self.events.keys().any(|declared| declared.as_str() == event)
    }

    /// The schema of a field as conditions on a record of `kind` name it: its own fields by
    /// the kind, linked ones by the link.
    pub fn field(&self, kind: &str, path: &FieldPath) -> Option<&FieldSchema> {
        let own = self.kinds.get(&Kind::new(kind))?;
        let of = if path.root == kind { own } else { self.kinds.get(own.links.get(&path.root)?)? };
        of.fields.get(&path.field)
    }

    /// What sentences call a field. A linked record's field without a label is named with its link where the record
    /// has a field of the same name: `Company name`.
    pub fn label(&self, kind: &str, path: &FieldPath) -> String {
        if let Some(label) = self.field(kind, path).and_then(|field| field.label.clone()) {
            return label;
        }
        let is_ambiguous = path.root != kind
            && self.kinds.get(&Kind::new(kind)).is_some_and(|own| own.fields.contains_key(&path.field));
        match is_ambiguous {
            true => FieldPath::new(kind, format!("{} {}", path.root, path.field)).default_label(),
            false => path.default_label(),
        }
    }
}
