//! Effects: what an execution wants done in the world, as values.
//!
//! An effect names templates and people; the text itself is rendered where it is sent,
//! from the entry that asked for it, so personal values stay in the records.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::{PersonId, TemplateId};

/// One thing to do in the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    /// An e-mail from a template, to the record's own address or to a person.
    SendEmail {
        to: Recipient,
        /// Whose name and calendar link the message carries; the organisation's sender where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<PersonId>,
        template: TemplateId,
    },
    /// A short message to a person.
    Notify { to: PersonId, message: Message },
}

/// What a notice says. It is filled when it is decided, so nothing in it is ever read as template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Goes out as it is.
    Plain(String),
    /// Of a release up to 2026-11, which filled notices when they were sent: a step's is a template, any other may
    /// hold what somebody typed. Only read, never made.
    #[serde(untagged)]
    Unmarked(String),
}

impl Message {
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Unmarked(text) => text,
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Who gets an e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The record's own `email` field.
    Record,
    Person(PersonId),
}

/// What became of an effect. Shown as it is, never better than it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum EffectResult {
    /// The provider took it; with the provider's own id where it gave one.
    Sent {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider_id: Option<String>,
    },
    /// Kept in the outbox and sent to nobody, because the outbound mode says so.
    Captured,
    /// The provider or the template refused it for good.
    Failed { why: String },
    /// It was handed to the provider and the answer was lost: it may or may not have been sent.
    InDoubt,
    /// Its time had passed before it was ever attempted.
    Expired,
    /// Not sent by this store: it may have left before the store was put back from a copy, and a person chose so.
    NotAgain,
}

impl EffectResult {
    /// Its name, as it is stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "sent",
            Self::Captured => "captured",
            Self::Failed { .. } => "failed",
            Self::InDoubt => "in_doubt",
            Self::Expired => "expired",
            Self::NotAgain => "not_again",
        }
    }

    /// Whether a person has to look at it.
    pub fn needs_a_person(&self) -> bool {
        matches!(self, Self::Failed { .. } | Self::InDoubt | Self::Expired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_of_an_earlier_release_is_told_from_one_that_goes_out_as_it_is() {
        let read = |message: serde_json::Value| {
            let json = serde_json::json!({ "action": "notify", "to": "ben", "message": message });
            let Action::Notify { message, .. } = serde_json::from_value(json).unwrap() else { panic!("a notice") };
            message
        };
        let old = read("{{ lead.name }} waits".into());
        assert_eq!(old, Message::Unmarked("{{ lead.name }} waits".to_owned()));
        assert_eq!(serde_json::to_value(old).unwrap(), "{{ lead.name }} waits");
        let plain = Message::Plain("{{ 7 }}".to_owned());
        assert_eq!(read(serde_json::to_value(&plain).unwrap()), plain);
    }
}
