//! Addresses of the organisation's own people: many forms send along who looks after the form, or whom it told.

use domain::value::FieldType;

use crate::{
    address::only_address,
    label::{EMAIL, points_to},
    question::normal,
    submission::Submission,
};

impl Submission {
    /// Sets answers apart that hold an address of ours: by itself none becomes the person's. Where a question asks for
    /// an e-mail address, that is what was answered: one of us tries the form.
    pub fn set_ours_apart(&mut self, is_ours: impl Fn(&str) -> bool) {
        let held = self.fields.iter().filter(|(question, answer)| {
            answer.to_string().contains('@')
                && !self.asks_for_an_address(question)
                && only_address(answer).is_some_and(|address| is_ours(&address))
        });
        let ours: Vec<String> = held.map(|(question, _)| question.clone()).collect();
        self.apart.extend(ours);
    }

    fn asks_for_an_address(&self, question: &str) -> bool {
        let aliases = self.aliases.iter().filter(|(_, main)| *main == question).map(|(alias, _)| alias.as_str());
        let mut names = [question].into_iter().chain(aliases);
        self.types.get(question) == Some(&FieldType::Email) || names.any(|name| points_to(EMAIL, &normal(name)))
    }
}
