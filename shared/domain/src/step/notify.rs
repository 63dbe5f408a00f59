use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, StepKind, Who};

/// `notify: { to: team_lead, message: "{{ lead.name }} was not called" }`: tells a person, now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Notify {
    pub notify: Notice,
}

/// Who is told what; the message may carry merge fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub to: Who,
    pub message: String,
}

impl StepKind for Notify {
    const KEY: &'static str = "notify";

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        let Notice { to, message } = &self.notify;
        match hands.person(to) {
            Ok(person) => hands.notify(person, message),
            Err(why) => hands.raise(&format!("Cannot notify {}: {why}", hands.called(to))),
        }
        Outcome::Done
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        vec![Mention::Who(&self.notify.to), Mention::Text(&self.notify.message)]
    }

    fn describe(&self) -> String {
        format!("tell {}: {}", self.notify.to, self.notify.message)
    }
}
