//! The queues between the functions, and their dead-letter queues.

mod dead;
mod send;

use domain::{
    id::derive,
    message::{Message, ToAssign},
};

/// A message as SQS takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub body: String,
    pub delay_seconds: u32,
    /// Only for a queue that keeps order.
    pub line: Option<Line>,
}

/// Where a message stands on a FIFO queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub group: String,
    pub deduplication: String,
}

/// Messages of one pool, and changes of one person, follow each other. The redrive number is
/// part of the deduplication id, or the queue would swallow a redrive as a repeat.
pub(crate) fn line_of(message: &Message<ToAssign>, redrive: u32) -> Line {
    let group = match &message.body {
        ToAssign::Request(request) => group("pool", request.pool.as_str()),
        ToAssign::Credit(request) => group("pool", request.pool.as_str()),
        ToAssign::Withdraw { pool, .. } | ToAssign::Settle { pool, .. } => group("pool", pool.as_str()),
        ToAssign::Away { person, .. } => group("person", person.as_str()),
    };
    Line { group, deduplication: format!("{}-{redrive}", derive("msg_", &[message.id.as_str()])) }
}

/// A group id takes 128 letters, digits and marks; other names are hashed.
fn group(kind: &str, name: &str) -> String {
    let plain = name.len() <= 100 && name.chars().all(|c| c.is_ascii_graphic());
    if plain { format!("{kind}-{name}") } else { format!("{kind}-{}", derive("", &[name])) }
}

#[cfg(test)]
mod tests {
    use domain::{
        id::{MessageId, PersonId, PoolId, RecordKey, RequestId},
        instant::Instant,
        message::CreditRequest,
        rotation::Candidates,
    };

    use super::*;

    fn withdraw(pool: &str) -> Message<ToAssign> {
        message(ToAssign::Withdraw { pool: PoolId::new(pool), record: record(), request: RequestId::new("req_1") })
    }

    fn record() -> RecordKey {
        RecordKey::new("lead", "L1")
    }

    fn message(body: ToAssign) -> Message<ToAssign> {
        Message { id: MessageId::new("msg_1"), since: Instant::from_millis(0), body }
    }

    #[test]
    fn whatever_changes_a_pool_stands_in_its_line() {
        let settle = message(ToAssign::Settle { pool: PoolId::new("inbound"), record: record() });
        let credit = message(ToAssign::Credit(Box::new(CreditRequest {
            id: RequestId::new("crd_1"),
            record: record(),
            pool: PoolId::new("inbound"),
            person: PersonId::new("ana"),
            candidates: Candidates::default(),
        })));
        for message in [settle, credit] {
            assert_eq!(line_of(&message, 0).group, line_of(&withdraw("inbound"), 0).group);
        }
    }

    #[test]
    fn a_redrive_is_another_message_to_the_queue_and_a_repeat_is_not() {
        let message = withdraw("inbound");
        assert_eq!(line_of(&message, 0), line_of(&message, 0));
        assert_ne!(line_of(&message, 0).deduplication, line_of(&message, 1).deduplication);
        assert_eq!(line_of(&message, 0).group, line_of(&message, 1).group);
    }

    #[test]
    fn every_pool_has_a_group_of_its_own_whatever_its_name() {
        let groups = ["inbound", "in bound", "é", "ü"].map(|pool| line_of(&withdraw(pool), 0).group);
        assert_eq!(groups[0], "pool-inbound");
        assert!(groups.iter().all(|group| group.chars().all(|c| c.is_ascii_graphic()) && group.len() <= 128));
        assert_eq!(groups.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    }
}
