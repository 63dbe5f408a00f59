//! The text that travels on queues and on the bus.

use domain::message::Message;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A message as text that a queue takes: SQS refuses two characters that JSON allows.
pub(crate) fn encode<B: Serialize>(message: &Message<B>) -> String {
    // Both can only stand inside JSON strings, where an escape means the same.
    crate::failure::json(message).replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

/// Reads a message, sent by one of our functions directly or by the bus in its envelope.
pub(crate) fn decode<B: DeserializeOwned>(body: &str) -> Result<Message<B>, serde_json::Error> {
    serde_json::from_str(&unwrap(body))
}

/// The body that a consumer would handle: what our bus wrapped, without the wrapping.
pub(crate) fn unwrap(body: &str) -> String {
    match serde_json::from_str::<Envelope>(body) {
        Ok(Envelope { source, detail }) if source.starts_with("handoff.") => detail.to_string(),
        _ => body.to_owned(),
    }
}

/// Whether this is the minute's schedule, which could not be delivered and was put back as a message.
pub(crate) fn is_schedule(body: &str) -> bool {
    serde_json::from_str::<Envelope>(body).is_ok_and(|envelope| envelope.source == "aws.events")
}

/// What EventBridge puts around an event; our own messages have neither field.
#[derive(Deserialize)]
struct Envelope {
    source: String,
    detail: serde_json::Value,
}

#[cfg(test)]
mod tests {
    use domain::{id::MessageId, instant::Instant, message::Redrive};

    use super::*;

    fn message() -> Message<Redrive> {
        let body = Redrive { dead_letter: "dlq_\u{ffff}\u{fffe}é".to_owned(), by: "ana".to_owned() };
        Message { id: MessageId::new("msg_1"), since: Instant::from_millis(1), body }
    }

    #[test]
    fn a_message_reads_back_with_and_without_the_envelope_of_the_bus() {
        let direct = encode(&message());
        assert_eq!(decode::<Redrive>(&direct).unwrap(), message());
        let wrapped = format!(r#"{{"version":"0","source":"handoff.intake","detail-type":"x","detail":{direct}}}"#);
        assert_eq!(decode::<Redrive>(&wrapped).unwrap(), message());
    }

    #[test]
    fn a_queue_takes_every_character_of_a_body() {
        let forbidden = |c: char| matches!(c, '\u{fffe}' | '\u{ffff}') || (c < ' ' && !"\t\n\r".contains(c));
        assert!(!encode(&message()).contains(forbidden));
    }

    #[test]
    fn the_schedule_is_told_from_a_message() {
        assert!(is_schedule(r#"{"source":"aws.events","detail-type":"Scheduled Event","detail":{}}"#));
        assert!(!is_schedule(&encode(&message())));
    }

    #[test]
    fn what_is_no_message_is_an_error_and_no_panic() {
        for body in ["", "null", "{}", r#"{"source":"aws.events","detail":{}}"#, "\u{0}"] {
            assert!(decode::<Redrive>(body).is_err(), "{body}");
        }
    }
}
