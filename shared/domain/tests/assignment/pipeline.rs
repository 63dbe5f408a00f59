//! The lower pipeline: what open records count, and that it is what their histories say.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    assignment::serve,
    history::{Head, Owner},
    id::{PersonId, RecordKey},
    message::AssignRequest,
    playbook::Strategy,
    rotation::Pipeline,
    value::Value,
};

use super::desk::{Desk, asked, person};

fn desk(weights: &[(&str, u32)]) -> Desk {
    let mut desk = Desk::with(weights);
    desk.pool().strategy = Strategy::LowerPipeline;
    desk.pool().pipeline = Some("amount".to_owned());
    desk
}

fn number(number: f64) -> Option<Value> {
    Some(Value::Number(number))
}

/// What a member has open: the sum in whole numbers, and how many records have a number.
fn pipeline(desk: &Desk, name: &str) -> (u64, u32) {
    let Pipeline { hundredths, records } = desk.state.members[&PersonId::new(name)].pipeline;
    assert_eq!(hundredths % 100, 0, "{name}");
    (hundredths / 100, records)
}

#[test]
fn the_lowest_pipeline_for_its_weight_is_next() {
    let mut desk = desk(&[("ana", 3), ("ben", 1)]);
    desk.settle("a", "ana", number(30_000.0));
    desk.settle("b", "ben", number(12_000.0));
    assert_eq!(person(&desk.ask()), "ana", "10,000 for each unit of her weight");
    desk.settle("a", "ana", number(36_001.0));
    assert_eq!(person(&desk.ask()), "ben");
}

#[test]
fn with_equal_pipelines_it_goes_by_what_is_owed() {
    let mut desk = desk(&[("ana", 3), ("ben", 1)]);
    let picks = desk.picks(40);
    assert_eq!(picks.iter().filter(|name| *name == "ana").count(), 30, "nothing has a number: {picks:?}");
}

#[test]
fn a_new_number_counts_in_place_of_the_old_one_however_often_it_is_told() {
    let mut desk = desk(&[("ana", 1), ("ben", 1)]);
    for amount in [5_000.0, 9_000.0, 9_000.0, 0.0, 700.0] {
        desk.settle("a", "ana", number(amount));
        desk.settle("a", "ana", number(amount));
        assert_eq!(pipeline(&desk, "ana"), (amount as u64, 1));
    }
    desk.settle("a", "ana", None);
    assert_eq!(pipeline(&desk, "ana"), (0, 0), "it is open, and has no number");
    assert_eq!(desk.state.members[&PersonId::new("ana")].open(), 1);
}

#[test]
fn a_record_takes_its_number_along_and_leaves_when_it_closes() {
    let mut desk = desk(&[("ana", 1), ("ben", 1)]);
    desk.settle("a", "ana", number(500.0));
    desk.settle("b", "ana", number(40.0));
    desk.settle("a", "ben", number(600.0));
    assert_eq!((pipeline(&desk, "ana"), pipeline(&desk, "ben")), ((40, 1), (600, 1)));
    let owner =
        Owner { person: "ben".into(), number: 1, seq: 1, at: desk.now, pool: Some("inbound".into()), credited: false };
    let closed = Head { owner: Some(owner), closed: true, ..Head::default() };
    desk.settle_as("a", &closed);
    assert_eq!((pipeline(&desk, "ana"), pipeline(&desk, "ben")), ((40, 1), (0, 0)));
}

#[test]
fn a_pool_that_goes_by_something_else_writes_no_numbers() {
    let mut desk = desk(&[("ana", 1)]);
    desk.pool().strategy = Strategy::LeastOpen;
    desk.settle("a", "ana", number(500.0));
    assert_eq!(pipeline(&desk, "ana"), (0, 0));
    let stored = serde_json::to_string(&desk.state.page(0)).unwrap();
    assert!(!stored.contains("pipeline"), "{stored}");
    assert_eq!(desk.ask().candidates.available[0].numbers.pipeline, None);
    // Counted from when the pool has the strategy, record by record.
    desk.pool().strategy = Strategy::LowerPipeline;
    desk.settle("a", "ana", number(500.0));
    assert_eq!(pipeline(&desk, "ana"), (500, 1));
    desk.pool().strategy = Strategy::Weighted;
    desk.settle("a", "ana", number(500.0));
    assert_eq!(pipeline(&desk, "ana"), (0, 0), "and what was added is taken off again");
}

#[test]
fn a_batch_is_given_out_by_what_each_of_it_is_worth() {
    let mut desk = desk(&[("ana", 1), ("ben", 1)]);
    let mut heads: BTreeMap<RecordKey, Arc<Head>> = BTreeMap::new();
    let mut requests = Vec::new();
    for (index, amount) in [9_000.0, 1_000.0, 1_000.0, 1_000.0].into_iter().enumerate() {
        let record = RecordKey::new("lead", index.to_string());
        let mut head = Head::default();
        head.fields.insert("amount".to_owned(), Value::Number(amount));
        head.apply(&asked(index), 1, desk.now.plus_millis(index as i64));
        requests.push(AssignRequest::of(&record, &head.requests[0]));
        heads.insert(record, Arc::new(head));
    }
    let asked: Vec<&AssignRequest> = requests.iter().collect();
    let answers = serve(&mut desk.state, &asked, &heads, &desk.playbook, &desk.off, desk.now);
    let owners: Vec<String> = answers.iter().map(|(_, answer)| person(answer)).collect();
    assert!(owners[1..].iter().all(|owner| *owner != owners[0]), "one large, and three small ones: {owners:?}");
    let stored = &answers[3].1.candidates.available;
    let seen: Vec<u64> = stored.iter().map(|one| one.numbers.pipeline.unwrap().hundredths / 100).collect();
    assert_eq!(seen, [2_000, 9_000]);
}
