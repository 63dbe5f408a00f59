//! The promises of `Timers`.

use domain::history::TimerRow;
use engine::ports::Timers;

use crate::samples::{at, timer};

async fn put(ports: &impl Timers, rows: &[TimerRow]) {
    for row in rows {
        ports.put_timer(row).await.expect("kept");
    }
}

/// All of a minute, in pages of two.
async fn all_in(ports: &impl Timers, minute: i64) -> Vec<TimerRow> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let page = ports.timers_in(minute, from.as_ref(), 2).await.expect("read");
        assert!(page.items.len() <= 2, "at most so many");
        all.extend(page.items);
        match page.next {
            Some(next) => {
                assert!(from.is_none_or(|from| from < next), "cursors sort like their timers");
                from = Some(next);
            }
            None => return all,
        }
    }
}

pub async fn a_minute_is_read_page_by_page_without_a_gap(ports: &impl Timers) {
    // Many at one moment, as whole working days give them.
    let mut rows: Vec<TimerRow> = (0..25).map(|n| timer(&format!("t{n:02}"), 1, at(n / 10))).collect();
    put(ports, &rows).await;
    rows.sort_by_key(|row| (row.due, row.timer.clone()));
    assert_eq!(all_in(ports, at(0).minute()).await, rows);
}

pub async fn timers_in_a_minute_come_in_order(ports: &impl Timers) {
    let [early, late, last] = [timer("c", 1, at(0)), timer("a", 1, at(30_000)), timer("b", 1, at(59_999))];
    let next_minute = timer("d", 1, at(60_000));
    put(ports, &[last.clone(), next_minute.clone(), early.clone(), late.clone()]).await;
    assert_eq!(all_in(ports, at(0).minute()).await, [early, late, last]);
    assert_eq!(all_in(ports, at(60_000).minute()).await, [next_minute]);
}

pub async fn a_repeated_timer_is_one(ports: &impl Timers) {
    let row = timer("a", 1, at(0));
    put(ports, &[row.clone(), row.clone()]).await;
    assert_eq!(all_in(ports, at(0).minute()).await, [row]);
}

pub async fn generations_of_a_timer_are_apart(ports: &impl Timers) {
    let rows = [timer("a", 1, at(0)), timer("a", 2, at(1))];
    put(ports, &rows).await;
    assert_eq!(all_in(ports, at(0).minute()).await, rows);
}

pub async fn a_minute_without_timers_is_empty(ports: &impl Timers) {
    assert_eq!(all_in(ports, at(0).minute()).await, []);
}
