//! What one R1 lead's rows cost in write units, indexes included, as the store itself counts.

use contracts::samples::{effect, entry, record, sent, task, timer};
use domain::id::EffectId;
use engine::ports::{Effects, Histories, Tasks, Timers};

#[tokio::test]
async fn each_write_costs_what_the_budget_says() {
    let (ports, _guard) = crate::fresh().await;
    ports.append(&entry(&record("L1"), 1)).await.unwrap();
    ports.put_timer(&timer("t1", 1, contracts::samples::at(0))).await.unwrap();
    ports.put_task(&task("t1", 1, 0)).await.unwrap();
    ports.claim(&effect("x1", "a", 0)).await.unwrap();
    ports.settle(&EffectId::new("x1"), &sent(), contracts::samples::at(1)).await.unwrap();
    let units = |operation| ports.counts().taken()[operation].write_units;
    assert_eq!(units("append an entry"), 1.0);
    assert_eq!(units("put a timer"), 1.0);
    // The row, and its place on the list.
    assert_eq!(units("put a task"), 2.0);
    assert_eq!(units("claim an effect"), 2.0);
    // The index holds keys only, so settling does not touch it.
    assert_eq!(units("settle an effect"), 1.0);
}
