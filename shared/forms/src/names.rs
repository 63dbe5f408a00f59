//! The names of a submission's questions in normal form, to look one up by any of them.

use crate::{
    question::{Spelling, normal},
    submission::Submission,
};

/// Every name of the questions of one submission.
pub(crate) struct Names<'a> {
    pub submission: &'a Submission,
    /// In the order of the fields.
    pub mains: Vec<Called<'a>>,
    /// Names of a question beside its main one.
    pub aliases: Vec<Called<'a>>,
}

/// One name of a question.
pub(crate) struct Called<'a> {
    /// As it came.
    pub name: &'a str,
    pub normal: String,
    /// The main name of the question.
    pub question: &'a str,
}

impl<'a> Names<'a> {
    pub(crate) fn of(submission: &'a Submission) -> Self {
        let called = |name: &'a str, question| Called { name, normal: normal(name), question };
        Self {
            submission,
            mains: submission.fields.keys().map(|main| called(main, main)).collect(),
            aliases: submission.aliases.iter().map(|(alias, main)| called(alias, main)).collect(),
        }
    }

    /// The main name of the question that `name` means.
    ///
    /// What lies apart from the answers is found where no question has the name, and by all of its path only:
    /// `form.title` is no `title`.
    pub(crate) fn question(&self, name: &str) -> Option<&'a str> {
        let wanted = Spelling::of(name);
        let is_wanted = |it: &&Called| wanted.is(&it.normal);
        let mains = || self.mains.iter().filter(is_wanted).map(|it| it.question);
        let aliases = || self.aliases.iter().filter(is_wanted).map(|it| it.question);
        // Most of what a map names was not asked.
        mains().chain(aliases()).next()?;
        let is_asked = |question: &&str| !self.submission.apart.contains(*question);
        if let Some(question) = self.submission.exact_question(name).filter(is_asked) {
            return Some(question);
        }
        if wanted.is("") {
            return None;
        }
        let exact = || self.submission.fields.get_key_value(name).map(|(main, _)| main.as_str());
        // `team.size` is no `team_size`, unless that is asked about the person.
        let is_path = name.contains('.');
        let whole = || mains().find(|main| is_path || !main.contains('.'));
        let by_path = || aliases().next().filter(|_| is_path);
        mains().chain(aliases()).find(is_asked).or_else(exact).or_else(whole).or_else(by_path)
    }
}
