//! The marks of messages that are handled alone: they outlive the process, and a copy of the call changes nothing.

use aws::MOST_ENDS;
use engine::ports::Queue;

const BODY: &str = r#"{"id":"msg_1"}"#;

#[tokio::test]
async fn a_delivery_without_an_end_is_seen_by_the_next_process() {
    let (ports, tables) = crate::fresh().await;
    for number in 0..MOST_ENDS {
        assert_eq!(ports.unended(Queue::Act, &[BODY]).await.unwrap(), [number]);
        let delivery = format!("att_{number}");
        // The answer of the first call may be lost.
        ports.begin_attempt(Queue::Act, BODY, &delivery).await.expect("marked");
        ports.begin_attempt(Queue::Act, BODY, &delivery).await.expect("marked again");
    }
    assert_eq!(tables.ports().unended(Queue::Act, &["other", BODY, BODY]).await.unwrap(), [0, MOST_ENDS, MOST_ENDS]);
    assert_eq!(ports.unended(Queue::Evaluate, &[BODY]).await.unwrap(), [0], "each queue has rows of its own");
}

#[tokio::test]
async fn an_end_takes_its_own_mark_away_and_no_other() {
    let (ports, _tables) = crate::fresh().await;
    for delivery in ["att_1", "att_2"] {
        ports.begin_attempt(Queue::Assign, BODY, delivery).await.expect("marked");
    }
    for _ in 0..2 {
        ports.end_attempt(Queue::Assign, BODY, "att_2").await.expect("ended");
        assert_eq!(ports.unended(Queue::Assign, &[BODY]).await.unwrap(), [1]);
    }
    ports.end_attempt(Queue::Assign, BODY, "att_1").await.expect("ended");
    assert_eq!(ports.unended(Queue::Assign, &[BODY]).await.unwrap(), [0]);
}

#[tokio::test]
async fn a_suspect_costs_a_read_and_two_writes_and_its_row_is_forgotten_one_day() {
    let (ports, tables) = crate::fresh().await;
    ports.unended(Queue::Act, &[BODY]).await.expect("read");
    ports.begin_attempt(Queue::Act, BODY, "att_1").await.expect("marked");
    ports.end_attempt(Queue::Act, BODY, "att_1").await.expect("ended");
    let units = |(read, written), usage: &aws::Usage| (read + usage.read_units, written + usage.write_units);
    assert_eq!(ports.counts().taken().values().fold((0.0, 0.0), units), (1.0, 2.0));
    let rows = tables.client().scan().table_name("attempts").send().await.expect("read").items.unwrap_or_default();
    assert!(rows.len() == 1 && rows[0].contains_key("expires"), "{rows:?}");
}
