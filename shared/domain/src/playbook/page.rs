//! What a form's `thanks`, `language` and `texts` say: the pages that a browser shows after it posted a plain HTML form.

use serde::{Deserialize, Serialize};

use crate::id::TemplateId;

/// Where a browser goes, or what it shows, once a submission is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Thanks {
    /// An address at one of the organisation's `redirect_hosts`.
    Redirect(String),
    /// The title and the text of the page.
    Template(TemplateId),
}

/// A language that the pages after a form are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Language {
    De,
    #[default]
    En,
    Es,
    Fr,
    It,
    Nl,
}

impl Language {
    pub const ALL: [Self; 6] = [Self::De, Self::En, Self::Es, Self::Fr, Self::It, Self::Nl];

    /// As HTML writes it: `de`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Es => "es",
            Self::Fr => "fr",
            Self::It => "it",
            Self::Nl => "nl",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Texts of the pages after a form; each replaces the one that comes with the language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PageTexts {
    /// The title once a submission is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thanks_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thanks: Option<String>,
    /// The title of every page that says what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sorry_title: Option<String>,
    /// An answer is missing or cannot be accepted; the names of the questions follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_accepted: Option<String>,
    /// What came cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_readable: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_large: Option<String>,
    /// Too many submissions from one address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_many: Option<String>,
    /// Nothing was taken, through no fault of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<String>,
    /// The last line of every page that says what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub go_back: Option<String>,
}

impl PageTexts {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
