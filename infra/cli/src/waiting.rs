//! Submissions that came for a form before it was described: how many wait, and the command that reads them.

use domain::{playbook::Playbook, plural::counted};
use sqlite::Store;

/// What a person is told of one form.
pub fn line(form: &str, count: u64) -> String {
    let wait = if count == 1 { "waits" } else { "wait" };
    format!("{} {wait} for {form}, and can be read now: handoff held replay {form}", counted(count, "submission"))
}

/// How many wait for each form, by its name. What cannot be counted is logged, and nobody waits for it.
pub async fn count(store: &Store, playbook: &Playbook) -> Vec<(String, u64)> {
    match console::waiting_for(store, playbook).await {
        Ok(waiting) => waiting.into_iter().map(|(form, count)| (form.to_string(), count as u64)).collect(),
        Err(error) => {
            tracing::warn!(%error, "what waits for forms cannot be counted");
            Vec::new()
        }
    }
}

/// A line on the log for each form that something waits for.
pub fn log(waiting: &[(String, u64)]) {
    for (form, count) in waiting {
        tracing::warn!(form, count, "{}", line(form, *count));
    }
}
