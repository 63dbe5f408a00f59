//! The dead-letter queues.

use domain::message::{Message, ToAssign};
use engine::ports::{DeadLetter, Dlq, Letter, PortError, Queue};
use rusqlite::params;
use serde::Deserialize;

use crate::{
    Store,
    queue::{Outgoing, number},
    queues::lane,
};

/// How many dead messages are given at once.
const AT_ONCE: usize = 10;

impl Dlq for Store {
    async fn receive_dead(&self, queue: Queue) -> Result<Vec<Letter>, PortError> {
        self.read("reading a dead-letter queue", |connection| {
            let sql = "SELECT n, body, ended_process FROM dead WHERE queue = ?1 ORDER BY n LIMIT ?2";
            let mut select = connection.prepare_cached(sql)?;
            let rows = select.query_map(params![number(queue), AT_ONCE], |row| {
                let receipt = row.get::<_, i64>(0)?.to_string();
                Ok(Letter { queue, body: row.get(1)?, receipt, ended_process: row.get(2)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    async fn remove_dead(&self, letter: &Letter) -> Result<(), PortError> {
        let receipt = letter.receipt.clone();
        self.write("removing from a dead-letter queue", move |connection| {
            let mut delete = connection.prepare_cached("DELETE FROM dead WHERE n = CAST(?1 AS INTEGER)")?;
            delete.execute(params![receipt])?;
            Ok(())
        })
        .await
    }

    async fn redrive(&self, letter: &DeadLetter, attempt: u32) -> Result<(), PortError> {
        let id = match serde_json::from_str::<Named>(&letter.body) {
            Ok(named) => named.id,
            Err(_) => letter.id.clone(),
        };
        let message = Outgoing { id, body: letter.body.clone(), delay_seconds: 0, line: None };
        let message = match letter.queue {
            Queue::Assign => message.in_lane(lane_of(&letter.body), attempt),
            Queue::Evaluate | Queue::Act | Queue::Escalate => message,
        };
        self.send("putting a dead letter back", letter.queue, vec![message]).await
    }
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

fn lane_of(body: &str) -> String {
    match serde_json::from_str::<Message<ToAssign>>(body) {
        Ok(message) => lane(&message.body),
        Err(_) => "unreadable".into(),
    }
}
