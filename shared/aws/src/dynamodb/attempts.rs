use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use domain::id::derive;
use engine::ports::{PortError, Queue};

use super::{
    expires,
    item::{number, text},
};
use crate::{Ports, clock, failure};

/// So often may a message that is handled alone end the process; then it is given up. With the one end among
/// others that made it a suspect, that is within the five receives of the queue that allows the fewest.
pub const MOST_ENDS: usize = 3;

/// How long a mark is kept: longer than its message, in its queue and among the dead letters after it.
const KEPT_DAYS: i64 = 30;

/// Marks of messages that are handled alone. They outlive a process that ends over one: a delivery that was begun
/// and has no end is still in the message's row.
///
/// A row is named by its queue and by the message's text, so that it is found again in the dead letter, no
/// matter who put it there. Each function writes the rows of its own queue.
impl Ports {
    /// How often handling each of these messages alone was begun and never ended.
    pub async fn unended(&self, queue: Queue, bodies: &[&str]) -> Result<Vec<usize>, PortError> {
        const NAME: &str = "read attempts";
        let rows: Vec<String> = bodies.iter().map(|body| row(queue, body)).collect();
        let distinct: BTreeSet<&String> = rows.iter().collect();
        let keys = distinct.into_iter().map(|row| [("message".to_owned(), text(row))].into()).collect();
        let mut found = BTreeMap::new();
        for item in self.get_batch(NAME, &self.config.tables.attempts, keys).await? {
            let row = item.get_text("message").ok_or_else(|| failure::unreadable(NAME, "no message's attempts"))?;
            let begun = item.0.get("begun").and_then(|begun| begun.as_ss().ok()).map_or(0, Vec::len);
            found.insert(row.to_owned(), begun);
        }
        Ok(rows.iter().map(|row| found.get(row).copied().unwrap_or_default()).collect())
    }

    /// Marks that this delivery of a message is being handled alone. Repeated, it is the same mark.
    pub async fn begin_attempt(&self, queue: Queue, body: &str, delivery: &str) -> Result<(), PortError> {
        let until = number(expires(clock::now(), KEPT_DAYS));
        let values = [(":delivery", one(delivery)), (":expires", until)];
        self.mark("begin an attempt", queue, body, "ADD begun :delivery SET expires = :expires", values).await
    }

    /// Takes this delivery's mark away; those of earlier ones, which never ended, stay.
    pub async fn end_attempt(&self, queue: Queue, body: &str, delivery: &str) -> Result<(), PortError> {
        self.mark("end an attempt", queue, body, "DELETE begun :delivery", [(":delivery", one(delivery))]).await
    }

    /// A person puts a message back: what it did before no longer counts.
    pub(crate) async fn forget_attempts(&self, queue: Queue, body: &str) -> Result<(), PortError> {
        self.mark("forget attempts", queue, body, "REMOVE begun", []).await
    }

    async fn mark<const N: usize>(
        &self,
        operation: &'static str,
        queue: Queue,
        body: &str,
        update: &'static str,
        values: [(&str, AttributeValue); N],
    ) -> Result<(), PortError> {
        let values = (N > 0).then(|| values.map(|(name, value)| (name.to_owned(), value)).into());
        let output = self
            .dynamodb
            .update_item()
            .table_name(&self.config.tables.attempts)
            .key("message", text(row(queue, body)))
            .update_expression(update)
            .set_expression_attribute_values(values)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| failure::of(operation, error))?;
        self.counts().written(operation, output.consumed_capacity());
        Ok(())
    }
}

/// `evaluate#…`: the queue comes first, for a role names the rows that it may write by it.
fn row(queue: Queue, body: &str) -> String {
    format!("{}#{}", format!("{queue:?}").to_lowercase(), derive("", &[body]))
}

fn one(delivery: &str) -> AttributeValue {
    AttributeValue::Ss(vec![delivery.to_owned()])
}
