//! Time off: each change is worked into what there is by then, in the spelling of every release.

use domain::message::{Message, ToAssign};
use engine::ports::{Absences, Members};
use serde_json::{Value as Json, json};
use simulation::Fault;

use crate::bench::{Bench, at};

/// The message that a console sent at so many seconds.
fn sent(id: &str, seconds: i64, change: &str, content: Json) -> Message<ToAssign> {
    let body = json!({ "to_assign": "away", "person": "ana", change: content, "by": "maria" });
    serde_json::from_value(json!({ "id": id, "since": at(seconds), "body": body })).unwrap()
}

fn off(from: i64, until: i64) -> Json {
    json!({ "from": at(from), "until": at(until) })
}

/// When Ana's time off begins.
async fn begins(bench: &Bench) -> Vec<i64> {
    let mut all: Absences = bench.store().time_off(&["ana".into()]).await.unwrap();
    let off = all.remove(&"ana".into()).unwrap_or_default();
    off.iter().map(|off| off.from.millis_since(at(0)) / 1000).collect()
}

#[tokio::test]
async fn changes_that_know_nothing_of_each_other_all_count_and_the_whole_list_of_an_earlier_release_is_read() {
    let bench = Bench::new().await;
    for (message, expected) in [
        (sent("m1", 0, "off", json!([off(0, 50), off(100, 200)])), vec![0, 100]),
        (sent("m2", 1, "leaves", off(300, 400)), vec![0, 100, 300]),
        (sent("m3", 1, "leaves", off(500, 600)), vec![0, 100, 300, 500]),
        (sent("m4", 2, "is_back", json!({ "all": false })), vec![100, 300, 500]),
        (sent("m5", 3, "is_back", json!({ "all": true })), vec![]),
    ] {
        for _ in 0..2 {
            engine::assign::handle(&bench.ports, message.clone()).await.unwrap();
            assert_eq!(begins(&bench).await, expected, "{message:?}");
        }
    }
}

#[tokio::test]
async fn who_is_back_twice_by_the_same_message_keeps_what_has_begun_since() {
    let bench = Bench::new().await;
    let back = sent("back", 5, "is_back", json!({ "all": false }));
    for fault in [Fault::Before, Fault::After] {
        let failing = bench.failing("set_time_off", fault);
        assert!(engine::assign::handle(&failing, back.clone()).await.is_err());
    }
    engine::assign::handle(&bench.ports, sent("away", 6, "leaves", off(6, 100))).await.unwrap();
    engine::assign::handle(&bench.ports, back).await.unwrap();
    assert_eq!(begins(&bench).await, [6]);
}
