//! What a reader knows besides the body: when it came, and what its form asks for.

use std::{cell::OnceCell, collections::HashSet};

use domain::{instant::Instant, playbook::Form};

use crate::question::normal;

/// One reading of a body.
pub(crate) struct Reading<'a> {
    pub now: Instant,
    form: Option<&'a Form>,
    /// In normal form. Needed only where a body has more answers than a submission has fields.
    asked: OnceCell<HashSet<String>>,
}

impl<'a> Reading<'a> {
    pub(crate) fn of(form: Option<&'a Form>, now: Instant) -> Self {
        Self { now, form, asked: OnceCell::new() }
    }

    /// The form addressed; none where nobody has described it.
    pub(crate) fn form(&self) -> Option<&'a Form> {
        self.form
    }

    /// Whether the form's map names the question, or it is the form's trap.
    pub(crate) fn is_asked(&self, name: &str) -> bool {
        self.asked().contains(&normal(name))
    }

    /// How many questions the form asks for.
    pub(crate) fn questions(&self) -> usize {
        self.asked().len()
    }

    fn asked(&self) -> &HashSet<String> {
        self.asked.get_or_init(|| {
            let names = self.form.into_iter().flat_map(|form| form.map.values().flatten().chain(&form.honeypot));
            names.map(|name| normal(name)).collect()
        })
    }
}
