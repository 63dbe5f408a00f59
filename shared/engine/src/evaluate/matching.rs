//! Looks for the records that an event's links mean where it does not say which ones they are.
//!
//! Before anything is written, and only for links that are not known. What is found here is a guess: the decision
//! has the last word on whether it may replace a link.

use domain::{
    event::Event,
    history::MatchRow,
    id::MatchKey,
    matching::{Found, MOST, Sought, Tried},
};

use super::Ports;
use crate::Error;

/// The event with what its links are found to mean, and without guesses for links that are known.
pub(super) async fn settle(ports: &impl Ports, mut event: Event) -> Result<Event, Error> {
    if event.linked.iter().all(|linked| linked.sought.is_empty() && !event.is_guess(linked)) {
        return Ok(event);
    }
    if let Some(newest) = ports.newest(&event.record.key).await? {
        event.pass_over(&newest.head.links);
    }
    let open = event.linked.iter().filter(|linked| !linked.sought.is_empty());
    let open: Vec<(String, Vec<Sought>)> = open.map(|linked| (linked.link.clone(), linked.sought.clone())).collect();
    for (link, sought) in open {
        event.settle(&link, search(ports, sought).await?);
    }
    Ok(event)
}

/// One way after the other, until one finds a single record.
async fn search(ports: &impl Ports, sought: Vec<Sought>) -> Result<Vec<Tried>, Error> {
    let mut all = Vec::new();
    for Sought { way, value, key } in sought {
        let tried = Tried { way, value, found: look_up(ports, &key).await? };
        let is_found = tried.record().is_some();
        all.push(tried);
        if is_found {
            break;
        }
    }
    Ok(all)
}

/// The rows say who had this value once; the records say who has it now.
async fn look_up(ports: &impl Ports, key: &MatchKey) -> Result<Found, Error> {
    let rows = ports.matches(key, MOST).await?;
    if rows.len() >= MOST {
        return Ok(Found::Several(MOST));
    }
    let mut found = Vec::new();
    for MatchRow { record, .. } in rows {
        let newest = ports.newest(&record).await?;
        if let Some(entry) = newest.filter(|entry| entry.head.found_by.contains(key)) {
            found.push(Found::one(&record, &entry.head.fields));
        }
    }
    Ok(match found.len() {
        0 | 1 => found.pop().unwrap_or(Found::None),
        several => Found::Several(several),
    })
}
