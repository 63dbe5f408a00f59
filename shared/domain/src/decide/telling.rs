//! What a decision says to people: notices, and texts that the playbook's author wrote.

use super::Turn;
use crate::{
    effect::{Action, Message},
    history::{Change, EffectChange},
    id::{EffectId, ExecutionId, PersonId, derive},
    matching::{name_of, nameless},
    merge_fields::About,
    step_path::StepPath,
    template::{self, FillError, Values},
};

/// The letters a notice may have; it is kept in the record's history.
const LONGEST_NOTICE: usize = 2_000;
/// The letters the title of a task may have.
const LONGEST_TITLE: usize = 250;

impl Turn<'_> {
    /// Fills a text that the playbook's author wrote with the record as it is now.
    pub fn fill(&self, text: &str) -> Result<String, FillError> {
        if template::is_plain(text) {
            return template::fill(text, &Values::new());
        }
        let linked = self.context.linked.iter().map(|(link, linked)| (link.clone(), linked.fields.clone())).collect();
        let playbook = &self.context.plan.playbook;
        let about = About { record: &self.record, head: &self.head, linked, playbook, sender: None };
        template::fill(text, &about.values())
    }

    /// The title of a task that a step makes: one line, filled. One that is no template is shown as it was written.
    pub fn title(&self, text: &str) -> String {
        one_line(&self.fill(text).unwrap_or_else(|_| text.to_owned()), LONGEST_TITLE)
    }

    /// A step tells a person something.
    pub fn notify(&mut self, execution: &ExecutionId, step: &StepPath, to: PersonId, text: &str) {
        match self.fill(text) {
            Ok(text) if self.adds_to_own(&to, &text) => {}
            Ok(text) => {
                let message = Message::Plain(shortened(text, LONGEST_NOTICE));
                self.request_effect(execution, step, Action::Notify { to, message });
            }
            Err(why) => {
                let person = self.person(&to).map_or(to.as_str(), |person| person.name.as_str());
                let title =
                    format!("Tell {person} yourself: the playbook's message for them could not be written. {why}");
                self.raise(Some(execution), &title);
            }
        }
    }

    /// Tells a person something that no step asked for, such as a change of owner.
    pub(super) fn tell(&mut self, to: PersonId, text: String) {
        let message = Message::Plain(shortened(text, LONGEST_NOTICE));
        let place = [self.record.to_string(), self.seq.to_string(), self.changes.len().to_string()];
        let effect = EffectId::new(derive("eff_", &[&place[0], &place[1], &place[2]]));
        self.request_effect_as(effect, Action::Notify { to, message });
    }

    /// Somebody whom this entry tells of its own accord gets one notice that also says what a step says: the team
    /// lead who is the new owner is not written to twice. Whether it is so.
    fn adds_to_own(&mut self, to: &PersonId, text: &str) -> bool {
        let own = self.changes.iter_mut().find_map(|change| match change {
            Change::Effect(EffectChange::Requested {
                step: None,
                action: Action::Notify { to: told, message },
                ..
            }) if told == to => Some(message),
            _ => None,
        });
        let Some(message) = own else { return false };
        *message = Message::Plain(shortened(format!("{message}\n\n{text}"), LONGEST_NOTICE));
        true
    }

    /// What people call the record, as a sentence begins with it.
    pub fn called(&self) -> String {
        match name_of(&self.head.fields) {
            Some(text) => one_line(text, LONGEST_TITLE),
            None => nameless(&self.record).replacen('a', "A", 1),
        }
    }
}

/// What somebody typed, in one line and not for ever.
fn one_line(text: &str, letters: usize) -> String {
    let words: Vec<&str> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    shortened(words.join(" "), letters)
}

pub(super) fn shortened(text: String, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    }
}
