use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::page::{Language, PageTexts, Thanks};
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
    /// Where the token lies that Meta shows when it asks whether the address is yours; `secret` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verify_token: Option<String>,
    /// What an unfinished submission does.
    #[serde(default, skip_serializing_if = "Partial::is_kept")]
    pub partial: Partial,
    /// The person who looks at what is kept of this form: an id or an address of people.yaml.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exceptions_to: Option<String>,
    /// What a browser shows after it posted a plain HTML form: a page that says thank you where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanks: Option<Thanks>,
    /// The language of the pages that a browser shows.
    #[serde(default, skip_serializing_if = "Language::is_default")]
    pub language: Language,
    /// Your own words on these pages, in place of those that come with the language.
    #[serde(default, skip_serializing_if = "PageTexts::is_empty")]
    pub texts: PageTexts,
}

impl Form {
    /// A form about this kind of record that fills nothing.
    pub fn about(record: Kind) -> Self {
        Self {
            source: Source::default(),
            record,
            map: BTreeMap::new(),
            identify: BTreeMap::new(),
            required: Vec::new(),
            honeypot: None,
            secret: None,
            verify_token: None,
            partial: Partial::default(),
            exceptions_to: None,
            thanks: None,
            language: Language::default(),
            texts: PageTexts::default(),
        }
    }

    /// The secrets that the form names, with the key that names each.
    pub fn secrets(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let named = [("secret", &self.secret), ("verify_token", &self.verify_token)];
        named.into_iter().filter_map(|(key, reference)| Some((key, reference.as_deref()?)))
    }
}

/// What becomes of a submission that its sender has not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    /// It is kept aside until the finished one comes, and starts nothing.
    #[default]
    Keep,
    /// It counts like a finished one.
    Start,
}

impl Partial {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    fn is_kept(&self) -> bool {
        *self == Self::Keep
    }
}

impl Source {
    /// What people call a provider that sends ids only; none for the others, which send what was answered.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Meta => Some("Meta"),
            Self::Linkedin => Some("LinkedIn"),
            Self::Hubspot => Some("HubSpot"),
            Self::Acuity => Some("Acuity"),
            Self::SurveyMonkey => Some("SurveyMonkey"),
            _ => None,
        }
    }
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
    Linkedin,
    CalCom,
    Elementor,
    Fillout,
    Jotform,
    Paperform,
    Unbounce,
    Wufoo,
    Acuity,
    SurveyMonkey,
}
