//! What `show` prints: the API's own sentences, laid out for a terminal.

use domain::id::RecordKey;
use engine::ports::{EffectRow, EffectState};
use serde_json::Value as Json;

use crate::{
    command::Show,
    path::record_path,
    render::{self, text},
    run::Run,
};

/// The lists of what was kept aside.
const LISTS: [&str; 5] = ["held", "unmatched", "conflicts", "partial", "tests"];

impl Run<'_> {
    pub(crate) async fn show(&self, show: &Show) -> Result<Vec<String>, String> {
        Ok(match show {
            Show::Time => {
                let world = self.world.as_ref().ok_or("nothing has happened yet")?;
                vec![self.zone().describe(world.now())]
            }
            Show::Timeline { record } => self.timeline(&self.record(record)?).await?,
            Show::Standing { record } => {
                let answer = self.get(&record_path(&self.record(record)?)).await?;
                let open = answer["executions"].as_array().into_iter().flatten();
                open.map(|one| format!("{}: {}", text(one, "workflow"), text(one, "now"))).collect()
            }
            Show::Why { workflow, record } => {
                let path = format!("{}/why?workflow={workflow}", record_path(&self.record(record)?));
                render::why(&self.get(&path).await?)
            }
            Show::Assignments { record } => {
                let path = format!("{}/assignments", record_path(&self.record(record)?));
                render::assignments(&self.get(&path).await?)
            }
            Show::Pool { pool } => render::pool(&self.get(&format!("/v1/pools/{pool}")).await?),
            Show::Outbox(wanted) => self
                .messages(wanted)
                .await?
                .iter()
                .map(|(row, _)| format!("{}  {}", self.local(row), summary(row)))
                .collect(),
            Show::Letter(wanted) => {
                let letters: Vec<Vec<String>> =
                    self.messages(wanted).await?.iter().map(|(row, _)| letter(row)).collect();
                letters.join(&String::new())
            }
            Show::Kept => {
                let mut lines = Vec::new();
                for list in LISTS {
                    let answer = self.get(&format!("/v1/{list}?limit=200")).await?;
                    for item in answer["data"].as_array().into_iter().flatten() {
                        lines.extend([render::kept(item), format!("  {}", render::what_next(item))]);
                    }
                }
                lines
            }
            Show::Tasks => render::tasks(&self.get("/v1/tasks?limit=200").await?, self.zone()),
        })
    }

    pub(crate) async fn timeline(&self, record: &RecordKey) -> Result<Vec<String>, String> {
        Ok(render::timeline(&self.get(&format!("{}/timeline?limit=200", record_path(record))).await?))
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Json, String> {
        let world = self.world.as_ref().ok_or("nothing has happened yet")?;
        let answered = world.request("GET", path, "", Vec::new()).await?;
        match answered.status {
            200 => Ok(answered.body),
            status => {
                Err(format!("{path} answered {status}: {}", answered.body["detail"].as_str().unwrap_or_default()))
            }
        }
    }

    fn local(&self, row: &EffectRow) -> String {
        self.zone().describe(row.at)
    }
}

/// `e-mail intro to ada@example.com: Your demo (captured)`.
pub(crate) fn summary(row: &EffectRow) -> String {
    let state = match &row.state {
        EffectState::Held => "held".to_owned(),
        EffectState::Claimed { .. } => "being sent".to_owned(),
        EffectState::PutOff { .. } => "put off".to_owned(),
        EffectState::Settled { result, .. } => {
            let result = serde_json::to_value(result).unwrap_or_default();
            result["result"].as_str().unwrap_or_default().replace('_', " ")
        }
    };
    match &row.rendered {
        Ok(message) => format!("to {}: {} ({state})", message.to, message.subject),
        Err(why) => format!("{}: {why} ({state})", row.what),
    }
}

fn letter(row: &EffectRow) -> Vec<String> {
    match &row.rendered {
        Ok(message) => {
            let head = [
                format!("From: {}", message.from),
                format!("To: {}", message.to),
                format!("Subject: {}", message.subject),
                String::new(),
            ];
            head.into_iter().chain(message.body.trim().lines().map(str::to_owned)).collect()
        }
        Err(why) => vec![format!("Not sent: {} ({why})", row.what)],
    }
}
