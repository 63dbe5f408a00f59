//! Who waits longest is served first.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    assignment::serve, history::Head, id::RecordKey, instant::Instant, message::AssignRequest, rotation::Place,
};

use super::desk::{Desk, asked, at, person};

type Heads = BTreeMap<RecordKey, Arc<Head>>;

/// Records `0`, `1`, … that ask the pool, one a second, each on its own.
fn asking(count: usize) -> (Vec<AssignRequest>, Heads) {
    let mut heads = Heads::new();
    let mut requests = Vec::new();
    for n in 0..count {
        let record = RecordKey::new("lead", n.to_string());
        let mut head = Head::default();
        head.apply(&asked(n), 1, second(n));
        requests.push(AssignRequest::of(&record, &head.requests[0]));
        heads.insert(record, Arc::new(head));
    }
    (requests, heads)
}

fn second(n: usize) -> Instant {
    at("2026-03-02T10:00Z").plus_millis(n as i64 * 1000)
}

/// Who was answered, and with what.
fn serve_now(desk: &mut Desk, asked: &[&AssignRequest], heads: &Heads) -> Vec<String> {
    let answers = serve(&mut desk.state, asked, heads, &desk.playbook, &desk.off, desk.now);
    answers.iter().map(|(record, answer)| format!("{record} {}", person(answer))).collect()
}

/// One member who is away, and so many requests in line.
fn waiting(count: usize) -> (Desk, Vec<AssignRequest>, Heads) {
    let mut desk = Desk::with(&[("ana", 1)]);
    desk.away("ana", "2026-03-09T00:00Z");
    let (requests, heads) = asking(count);
    for request in &requests {
        serve_now(&mut desk, &[request], &heads);
    }
    desk.back("ana");
    (desk, requests, heads)
}

#[test]
fn the_one_who_waits_longest_is_served_before_the_one_who_asks_now() {
    let (mut desk, requests, heads) = waiting(3);
    let answered = serve_now(&mut desk, &[&requests[2]], &heads);
    assert_eq!(answered, ["lead/0 ana", "lead/1 ana", "lead/2 ana"]);
    assert!(desk.state.line.is_empty() && !desk.state.has_line);
}

#[test]
fn what_frees_somebody_serves_the_line_though_nobody_asks() {
    let (mut desk, _, heads) = waiting(2);
    assert_eq!(serve_now(&mut desk, &[], &heads), ["lead/0 ana", "lead/1 ana"]);
}

#[test]
fn one_place_goes_to_the_oldest_and_the_others_wait_on() {
    let (mut desk, requests, heads) = waiting(3);
    desk.pool().caps.open = Some(1);
    assert_eq!(serve_now(&mut desk, &[], &heads), ["lead/0 ana"]);
    let waits: Vec<&str> = desk.state.line.iter().map(|place| place.request.as_str()).collect();
    assert_eq!((waits, desk.state.has_line), (vec!["r1", "r2"], true));
    assert_eq!(serve_now(&mut desk, &[&requests[2]], &heads).len(), 1, "who asks is always answered");
}

#[test]
fn a_request_that_nobody_awaits_any_more_leaves_the_line() {
    let (mut desk, _, mut heads) = waiting(2);
    let head = Arc::make_mut(heads.get_mut(&RecordKey::new("lead", "0")).unwrap());
    head.requests.clear();
    assert_eq!(serve_now(&mut desk, &[], &heads), ["lead/1 ana"]);
    assert!(desk.state.line.is_empty());
}

#[test]
fn who_is_behind_more_than_are_looked_at_is_asked_again_in_a_minute() {
    let (mut desk, requests, heads) = waiting(12);
    // A store gives the oldest ten.
    desk.state.line = desk.state.line.iter().take(10).cloned().collect();
    let mut sooner = desk.state.clone();
    let answers = serve(&mut sooner, &[&requests[11]], &heads, &desk.playbook, &desk.off, desk.now);
    assert_eq!(answers[10].1.candidates.behind, 10);
    let answered = serve_now(&mut desk, &[&requests[11]], &heads);
    assert_eq!(answered.len(), 11);
    assert_eq!(
        (answered[0].as_str(), answered[10].as_str()),
        ("lead/0 ana", "lead/11 waits until 2026-03-02T10:01:00Z")
    );
    assert!(desk.state.has_line);
    let answers = serve(&mut desk.state, &[&requests[11]], &heads, &desk.playbook, &desk.off, desk.now);
    assert_eq!(answers[0].1.candidates.behind, 0, "nobody is before it any more");
}

#[test]
fn a_request_in_line_whose_answer_is_on_its_way_is_not_answered_again() {
    let (mut desk, requests, heads) = waiting(1);
    serve_now(&mut desk, &[], &heads);
    let place = Place { since: requests[0].since, request: requests[0].id.clone(), record: requests[0].record.clone() };
    desk.state.line.insert(place);
    assert_eq!(serve_now(&mut desk, &[], &heads), [""; 0]);
}
