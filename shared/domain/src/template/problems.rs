//! What is wrong with a template: every problem that does not only follow from another one.

use super::SyntaxError;

/// So many are told at once. What is wrong in more places is wrong as a whole, and looking on would take long.
const MOST: usize = 50;

#[derive(Default)]
pub(super) struct Problems(Vec<SyntaxError>);

impl Problems {
    pub fn tell(&mut self, problem: SyntaxError) {
        if !self.is_full() {
            self.0.push(problem);
        }
    }

    pub fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }

    /// In the order of the text.
    pub fn in_order(mut self) -> Vec<SyntaxError> {
        self.0.sort_by_key(|problem| problem.span.start);
        self.0
    }
}
