//! What a pause holds, a page at a time: however much it is, no more than a page of it is in memory.

use domain::history::{ExecutionRow, ExecutionState};
use engine::ports::{Cursor, EffectRow, ExecutionFilter};

use crate::{answer::Failure, app::App, ports::ConsolePorts};

/// Rows of a page.
pub(super) const PAGE: usize = 200;

/// A page of what is held.
pub(super) enum Held {
    Executions(Vec<ExecutionRow>),
    Effects(Vec<EffectRow>),
}

/// Where a walk through all that is held stands. First come the executions, then the effects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Executions(Option<Cursor>),
    Effects(Option<Cursor>),
}

impl Place {
    pub(super) const START: Self = Self::Executions(None);

    /// What is held here, and where it goes on.
    pub(super) async fn read<P: ConsolePorts>(&self, app: &App<P>) -> Result<(Held, Option<Self>), Failure> {
        match self {
            Self::Executions(cursor) => {
                let filter = ExecutionFilter { state: ExecutionState::Held, workflow: None, since: None };
                let page = app.ports.executions(&filter, cursor.as_ref(), PAGE).await?;
                let next = page.next.map_or(Self::Effects(None), |next| Self::Executions(Some(next)));
                Ok((Held::Executions(page.items), Some(next)))
            }
            Self::Effects(cursor) => {
                let page = app.ports.held_effects(cursor.as_ref(), PAGE).await?;
                Ok((Held::Effects(page.items), page.next.map(|next| Self::Effects(Some(next)))))
            }
        }
    }

    /// For a request that goes on here.
    pub(super) fn written(&self) -> String {
        let (what, cursor) = match self {
            Self::Executions(cursor) => ("executions", cursor),
            Self::Effects(cursor) => ("effects", cursor),
        };
        cursor.as_ref().map_or_else(|| what.to_owned(), |cursor| format!("{what}.{cursor}"))
    }

    pub(super) fn parse(written: &str) -> Option<Self> {
        let (what, cursor) = match written.split_once('.') {
            Some((what, cursor)) => (what, Some(cursor.to_owned())),
            None => (written, None),
        };
        match what {
            "executions" => Some(Self::Executions(cursor)),
            "effects" => Some(Self::Effects(cursor)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_what_it_writes() {
        for cursor in [None, Some("1772.eff_1".to_owned())] {
            for place in [Place::Executions(cursor.clone()), Place::Effects(cursor.clone())] {
                assert_eq!(Place::parse(&place.written()), Some(place));
            }
        }
        assert_eq!(Place::parse("1772.eff_1"), None);
    }
}
