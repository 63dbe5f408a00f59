//! What a lead or an event costs where there is more than one lead and one workflow: each case on a host of its own.

use std::ops::Range;

use crate::{
    PATIENCE,
    client::{self, Pace},
    host::{Host, Workflows},
};

/// Leads of each case.
pub const LEADS: usize = 500;

/// How many leads come one after the other, ten a second.
const TRICKLE: usize = 200;

/// Entries of a long history, and the events after them that are measured.
const LONG: usize = 10_000;
const AFTER: usize = 500;

/// CPU in milliseconds.
pub struct Cases {
    pub lead_at_10_per_s: f64,
    /// What the next two are to be compared with: the same leads and the shipped workflow alone.
    pub lead_one_workflow: f64,
    /// By the same form, 1,000 workflows whose conditions the lead does not meet.
    pub lead_1000_workflows: f64,
    /// 10 that each lead starts as well, and 9,990 of another event.
    pub lead_10000_workflows: f64,
    /// The last of so many on a record with 10,000 entries.
    pub event_10000_entries: f64,
    /// The same on a record with few.
    pub event_few_entries: f64,
}

pub async fn measure() -> Result<Cases, String> {
    let many = |refusing, starting, idle| Workflows { refusing, starting, idle };
    let (event_few_entries, event_10000_entries) = events().await?;
    Ok(Cases {
        lead_at_10_per_s: trickle().await?,
        lead_one_workflow: burst(many(0, 0, 0)).await?,
        lead_1000_workflows: burst(many(1_000, 0, 0)).await?,
        lead_10000_workflows: burst(many(0, 10, 9_990)).await?,
        event_10000_entries,
        event_few_entries,
    })
}

async fn burst(workflows: Workflows) -> Result<f64, String> {
    let host = Host::start(workflows)?;
    client::warm_up(&host).await?;
    let leads = 0..LEADS;
    let cpu = cpu_of(&host, leads.len(), client::post_all(&host, leads, 16, Pace::AsFastAsAccepted)).await?;
    host.stop()?;
    Ok(cpu)
}

/// Including what the host does while it waits for the next.
async fn trickle() -> Result<f64, String> {
    let host = Host::start(Workflows::default())?;
    client::warm_up(&host).await?;
    let leads: Range<usize> = 0..TRICKLE;
    let cpu = cpu_of(&host, leads.len(), client::post_all(&host, leads, 4, Pace::PerSecond(10.0))).await?;
    host.stop()?;
    Ok(cpu)
}

/// Of one record: the first events, and those after a long history.
async fn events() -> Result<(f64, f64), String> {
    let host = Host::start(Workflows::default())?;
    client::warm_up(&host).await?;
    let few = cpu_of(&host, AFTER, client::post_events(&host, 0..AFTER)).await?;
    client::post_events(&host, AFTER..LONG).await?;
    let long = cpu_of(&host, AFTER, client::post_events(&host, LONG..LONG + AFTER)).await?;
    host.stop()?;
    Ok((few, long))
}

/// CPU for each of so many, until the host is idle again.
async fn cpu_of<T>(
    host: &Host,
    number: usize,
    posting: impl Future<Output = Result<T, String>>,
) -> Result<f64, String> {
    let before = host.cpu_millis()?;
    posting.await?;
    client::wait_until_idle(host, PATIENCE).await?;
    Ok((host.cpu_millis()? - before) as f64 / number as f64)
}
