//! How much of what was kept still waits for a person.

use domain::{id::FormId, message::KeptWhy};
use engine::ports::Histories;
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

/// What waits, by cause; causes of which nothing waits are left out.
pub(crate) async fn waiting(ports: &impl Histories) -> Result<Vec<Waiting>, Failure> {
    let all = try_join_all(TOLD.map(async |why| count(ports, why).await)).await?;
    Ok(all.into_iter().filter(|waiting| waiting.count > 0).collect())
}

async fn count(ports: &impl Histories, why: KeptWhy) -> Result<Waiting, Failure> {
    let (items, more) = page(ports, why, None, COUNTED).await?;
    let count = items.iter().filter(|item| item.settled.is_none()).count();
    Ok(Waiting { why, count, at_least: more.is_some() })
}

/// The unmatched submissions among the newest that wait for one of these forms.
pub(crate) async fn waiting_for<'f>(
    ports: &impl Histories,
    forms: impl Iterator<Item = &'f FormId>,
) -> Result<BTreeMap<&'f FormId, usize>, Failure> {
    let (items, _) = page(ports, KeptWhy::Unmatched, None, COUNTED).await?;
    let open: Vec<&Item> = items.iter().filter(|item| item.settled.is_none()).collect();
    let count = |form: &FormId| open.iter().filter(|item| item.entry.kept.form == form.as_str()).count();
    Ok(forms.map(|form| (form, count(form))).filter(|(_, count)| *count > 0).collect())
}
