use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, StepKind, Who};
use crate::{effect::Action, id::TemplateId};

/// `send_email: { to: lead, from: lead.owner, template: intro }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SendEmail {
    pub send_email: Email,
}

/// The message, and whose name it goes out under.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Email {
    pub to: Who,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Who>,
    pub template: TemplateId,
}

impl StepKind for SendEmail {
    const KEY: &'static str = "send_email";

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        let Email { to, from, template } = &self.send_email;
        match hands.recipient(to) {
            Ok(to) => {
                let from = from.as_ref().and_then(|who| hands.person(who).ok());
                hands.send(Action::SendEmail { to, from, template: template.clone() });
            }
            Err(why) => hands.raise(&format!("The e-mail to {} was not sent: {why}", hands.called(to))),
        }
        Outcome::Done
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        let Email { to, from, template } = &self.send_email;
        [Mention::Who(to), Mention::Template(template)].into_iter().chain(from.as_ref().map(Mention::Who)).collect()
    }

    fn describe(&self) -> String {
        format!("e-mail \u{201c}{}\u{201d} to {}", self.send_email.template, self.send_email.to)
    }
}
