//! The promises of `Timers`.

use domain::history::TimerRow;
use engine::ports::Timers;

use crate::samples::{at, timer};

async fn put(ports: &impl Timers, rows: &[TimerRow]) {
    for row in rows {
        ports.put_timer(row).await.expect("kept");
    }
}

pub async fn timers_in_a_minute_come_in_order(ports: &impl Timers) {
    let [early, late, last] = [timer("c", 1, at(0)), timer("a", 1, at(30_000)), timer("b", 1, at(59_999))];
    let next_minute = timer("d", 1, at(60_000));
    put(ports, &[last.clone(), next_minute.clone(), early.clone(), late.clone()]).await;
    assert_eq!(ports.timers_in(at(0).minute()).await.expect("read"), [early, late, last]);
    assert_eq!(ports.timers_in(at(60_000).minute()).await.expect("read"), [next_minute]);
}

pub async fn a_repeated_timer_is_one(ports: &impl Timers) {
    let row = timer("a", 1, at(0));
    put(ports, &[row.clone(), row.clone()]).await;
    assert_eq!(ports.timers_in(at(0).minute()).await.expect("read"), [row]);
}

pub async fn generations_of_a_timer_are_apart(ports: &impl Timers) {
    let rows = [timer("a", 1, at(0)), timer("a", 2, at(1))];
    put(ports, &rows).await;
    assert_eq!(ports.timers_in(at(0).minute()).await.expect("read"), rows);
}

pub async fn a_minute_without_timers_is_empty(ports: &impl Timers) {
    assert_eq!(ports.timers_in(at(0).minute()).await.expect("read"), []);
}
