//! How much of what was kept still waits for a person.

use domain::{id::FormId, kept::KeptWhy, playbook::Playbook};
use engine::ports::{Histories, PortError};
use futures_util::future::try_join_all;
use std::collections::BTreeMap;

use super::item::{Item, page};
use crate::answer::Failure;

/// So many of the newest are counted for each cause: more says "at least".
const COUNTED: usize = 50;

/// What a person has to look at: tests are not among it.
const TOLD: [KeptWhy; 4] = [KeptWhy::Held, KeptWhy::Unmatched, KeptWhy::Conflict, KeptWhy::Partial];

/// What waits of one cause.
pub(crate) struct Waiting {
    pub why: KeptWhy,
    pub count: usize,
    /// There are older ones that were not looked at.
    pub at_least: bool,
}

/// What waits, by cause; causes with nothing waiting are left out.
pub(crate) async fn waiting(ports: &impl Histories) -> Result<Vec<Waiting>, Failure> {
    let all = try_join_all(TOLD.map(async |why| count(ports, why).await)).await?;
    Ok(all.into_iter().filter(|waiting| waiting.count > 0).collect())
}

async fn count(ports: &impl Histories, why: KeptWhy) -> Result<Waiting, Failure> {
    let (items, more) = page(ports, why, None, COUNTED).await?;
    let count = items.iter().filter(|item| item.settled.is_none()).count();
    Ok(Waiting { why, count, at_least: more.is_some() })
}

/// How many of the newest unmatched submissions came for a form that the playbook describes by now.
///
/// # Errors
///
/// The store does not answer.
pub async fn waiting_for(ports: &impl Histories, playbook: &Playbook) -> Result<BTreeMap<FormId, usize>, PortError> {
    let (items, _) = page(ports, KeptWhy::Unmatched, None, COUNTED).await?;
    let open: Vec<&Item> = items.iter().filter(|item| item.settled.is_none()).collect();
    let count = |form: &FormId| open.iter().filter(|item| item.entry.kept.form == form.as_str()).count();
    Ok(playbook.forms.keys().map(|form| (form.clone(), count(form))).filter(|(_, count)| *count > 0).collect())
}
