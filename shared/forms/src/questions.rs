//! What the questions of a submission mean by their names: read once, for all who look for an answer.

use std::collections::BTreeMap;

use domain::{matching::is_in, value::Value};

use crate::{
    about::{Whose, asks_about_another, place},
    label::{LABELS, target_of},
    looks::may_hold,
    names::{Called, Names},
    submission::Submission,
    wording::meanings,
};

/// How surely a question must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Its name means the target and nothing else.
    Named,
    /// Its name holds a word that points to the target.
    Likely,
}

/// The questions of one submission.
pub(crate) struct Questions<'a> {
    names: Names<'a>,
    /// Those that may be the person's, in the order of the fields: not the host's of a booking, not the form's or the
    /// browser's, not a friend's.
    pub asked: Vec<Question<'a>>,
    /// What these mean by their names without a doubt: target → question.
    pub named: BTreeMap<&'static str, &'a str>,
}

/// A question that may be the person's.
pub(crate) struct Question<'a> {
    /// Its main name as it came.
    pub name: &'a str,
    pub answer: &'a Value,
    /// The question is about the person's company, so a number in its answer is the company's.
    pub is_companys: bool,
    /// The main name in normal form.
    pub normal: String,
    /// The target that the main name has outright.
    pub target: Option<&'static str>,
    /// What else it is called, in normal form.
    pub others: Vec<String>,
    /// The targets that those names have outright.
    pub targets: Vec<&'static str>,
}

impl<'a> Questions<'a> {
    pub(crate) fn of(submission: &'a Submission) -> Self {
        let names = Names::of(submission);
        let mut aliases: BTreeMap<&str, Vec<&Called>> = BTreeMap::new();
        for alias in &names.aliases {
            aliases.entry(alias.question).or_default().push(alias);
        }
        let is_asked = |name: &str| !submission.apart.contains(name) && !asks_about_another(name);
        let all = names.mains.iter().zip(submission.fields.values()).filter(|(main, _)| is_asked(main.name));
        let beside = |main: &Called| aliases.get(main.name).map(Vec::as_slice).unwrap_or_default();
        let asked: Vec<_> = all.map(|(main, answer)| Question::of(main, beside(main), answer)).collect();
        let named = fitting(&asked, Fit::Named);
        Self { names, asked, named }
    }

    pub(crate) fn submission(&self) -> &'a Submission {
        self.names.submission
    }

    /// The answer to a question by its main name.
    pub(crate) fn answer(&self, question: &str) -> Option<&'a Value> {
        self.submission().fields.get(question)
    }

    /// The main name of the question that `name` means.
    pub(crate) fn question(&self, name: &str) -> Option<&'a str> {
        self.names.question(name)
    }

    /// Those whose address or number may be the person's own.
    pub(crate) fn persons(&self) -> impl Iterator<Item = &Question<'a>> {
        self.asked.iter().filter(|question| !question.is_companys)
    }

    /// What the questions fit that surely: target → question.
    pub(crate) fn fitting(&self, least: Fit) -> BTreeMap<&'static str, &'a str> {
        match least {
            Fit::Named => self.named.clone(),
            Fit::Likely => fitting(&self.asked, Fit::Likely),
        }
    }

    /// The question of the person that one of these names, in normal form, is a name of.
    pub(crate) fn asked_as(&self, names: &str) -> Option<&'a str> {
        self.asked.iter().find(|question| question.is_called(|name| is_in(names, name))).map(|question| question.name)
    }
}

impl<'a> Question<'a> {
    fn of(main: &Called<'a>, aliases: &[&Called<'a>], answer: &'a Value) -> Self {
        let mut others = Vec::new();
        meanings(main, &mut others);
        for alias in aliases {
            others.push(alias.normal.clone());
            meanings(alias, &mut others);
        }
        let targets = others.iter().filter_map(|name| target_of(name)).collect();
        let (normal, target) = (main.normal.clone(), target_of(&main.normal));
        Self { name: main.name, answer, is_companys: is_companys(main.name), normal, target, others, targets }
    }

    /// Whether one of its names is meant.
    pub(crate) fn is_called(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        is_meant(&self.normal) || self.others.iter().any(|name| is_meant(name))
    }
}

fn is_companys(question: &str) -> bool {
    let Some((above, _)) = question.rsplit_once('.') else { return false };
    place(&above.split('.').map(str::to_owned).collect::<Vec<_>>()).whose == Whose::Company
}

/// The question for each target that one fits that surely; a question serves one target only.
fn fitting<'a>(asked: &[Question<'a>], least: Fit) -> BTreeMap<&'static str, &'a str> {
    let mut left: Vec<&Question<'a>> = asked.iter().collect();
    let mut fitting = BTreeMap::new();
    for label in &LABELS {
        let fits = |matches: &dyn Fn(&Question<'a>) -> bool| {
            let may_serve = |it: &Question<'a>| !(it.is_companys && label.target.starts_with("lead."));
            left.iter().position(|it| matches(it) && may_serve(it) && may_hold(label.target, it.answer))
        };
        let simply = fits(&|it| it.target == Some(label.target));
        let named = || fits(&|it| it.targets.contains(&label.target));
        // `MessageSid` is no message.
        let is_id = |name: &str| name.ends_with("id") && !name.ends_with("paid");
        let worded = || fits(&|it| least == Fit::Likely && it.is_called(|name| label.is_in(name) && !is_id(name)));
        if let Some(found) = simply.or_else(named).or_else(worded) {
            fitting.insert(label.target, left.remove(found).name);
        }
    }
    fitting
}
