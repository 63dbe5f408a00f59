use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{id::Kind, value::FieldName};

/// One file in `forms/`: where submissions come from and what they fill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Form {
    #[serde(default)]
    pub source: Source,
    /// The kind of record a submission creates or updates.
    pub record: Kind,
    /// What is filled (`lead.email`) → the questions that may fill it, the first present wins.
    pub map: BTreeMap<String, Vec<String>>,
    /// For each kind: the fields that tell whether a record is known already, the first present wins.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub identify: BTreeMap<Kind, Vec<FieldName>>,
    /// Mapped fields without which a submission is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// A field people do not see: filled, the submission is held as spam.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub honeypot: Option<String>,
    /// Where the provider's signing secret lies: `env:TYPEFORM_SECRET`, `ssm:/handoff/typeform`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// The provider whose shape and signature a form's submissions have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A flat JSON object, urlencoded or multipart; provider shapes are recognised.
    #[default]
    Generic,
    Typeform,
    Tally,
    Webflow,
    Calendly,
    Hubspot,
    HubspotWorkflow,
    Salesforce,
    GoogleForms,
    GoogleAds,
    Meta,
    CalCom,
    Elementor,
    Fillout,
    Jotform,
    Paperform,
    Unbounce,
    Wufoo,
    Linkedin,
    Acuity,
    SurveyMonkey,
}
