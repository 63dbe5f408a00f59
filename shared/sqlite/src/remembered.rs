//! A small thing that every message needs and hardly anybody changes, kept in memory.
//!
//! One process owns a file and every write goes through its store, so what is kept is never
//! behind a change that has returned.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::newest::View;

pub(crate) struct Remembered<T>(Mutex<State<T>>);

struct State<T> {
    value: Option<Arc<T>>,
    /// How many changes there were: what was read before the last of them is not kept.
    changes: u64,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::new(State { value: None, changes: 0 }))
    }
}

impl<T> Remembered<T> {
    /// What is remembered, or else what `read` finds, which is remembered if it is durable.
    pub fn get<E>(&self, view: View, read: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let changes = {
            let state = self.state();
            if let Some(value) = &state.value {
                return Ok(Arc::clone(value));
            }
            state.changes
        };
        let value = Arc::new(read()?);
        let mut state = self.state();
        if state.changes == changes && view == View::Durable {
            state.value = Some(Arc::clone(&value));
        }
        Ok(value)
    }

    /// To be called once a change is durable, or may be.
    pub fn changed(&self) {
        let mut state = self.state();
        state.value = None;
        state.changes += 1;
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(remembered: &Remembered<u8>, read: impl FnOnce() -> u8) -> u8 {
        *remembered.get(View::Durable, || Ok::<_, ()>(read())).unwrap()
    }

    #[test]
    fn it_is_read_once() {
        let remembered = Remembered::default();
        assert_eq!(get(&remembered, || 1), 1);
        assert_eq!(get(&remembered, || panic!("it is known")), 1);
    }

    #[test]
    fn after_a_change_it_is_read_again() {
        let remembered = Remembered::default();
        get(&remembered, || 1);
        remembered.changed();
        assert_eq!(get(&remembered, || 2), 2);
    }

    #[test]
    fn what_was_read_before_a_change_is_not_kept_after_it() {
        let remembered = Remembered::default();
        let old = get(&remembered, || {
            remembered.changed();
            1
        });
        assert_eq!(old, 1);
        assert_eq!(get(&remembered, || 2), 2);
    }

    #[test]
    fn what_is_not_durable_yet_is_not_remembered() {
        let remembered = Remembered::default();
        assert_eq!(*remembered.get(View::Open, || Ok::<_, ()>(1)).unwrap(), 1);
        assert_eq!(get(&remembered, || 2), 2);
    }
}
