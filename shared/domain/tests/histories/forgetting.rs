//! A head holds what the next decision needs, and forgets what none will ask for.

use domain::{
    history::{Change, Head, RequestChange, RequestKind, RequestState, WithdrawnWhy},
    id::{ExecutionId, RequestId},
    step_path::StepPath,
};

use crate::world::at;

/// Asked for one after the other; of every three, one stays asked, one is refused, one is withdrawn.
fn head_after(requests: u32) -> Head {
    let mut head = Head::default();
    let now = at("2026-03-02T09:00Z");
    for number in 0..requests {
        let request = RequestId::new(number.to_string());
        let asked = Change::Request(RequestChange::Asked {
            request: request.clone(),
            execution: ExecutionId::new(format!("exe_{number}")),
            step: StepPath::first_of("then"),
            kind: RequestKind::Assign,
            pool: "inbound".into(),
            number,
            exclude: Vec::new(),
            skills: Vec::new(),
            keep: None,
            if_nobody: domain::routing::IfNobody::Wait,
            deadline: now.plus_minutes(60),
        });
        head.apply(&asked, u64::from(number) + 1, now);
        let settled = match number % 3 {
            0 => continue,
            1 => Change::Request(RequestChange::Refused { request, why: "no such pool".to_owned() }),
            _ => Change::Request(RequestChange::Withdrawn {
                request,
                pool: "inbound".into(),
                why: WithdrawnWhy::Contact,
                candidates: domain::rotation::Candidates::default(),
            }),
        };
        head.apply(&settled, u64::from(number) + 1, now);
    }
    head
}

fn numbers(head: &Head, is_one: impl Fn(RequestState) -> bool) -> Vec<u32> {
    head.requests.iter().filter(|request| is_one(request.state)).map(|request| request.number).collect()
}

#[test]
fn only_requests_that_nobody_awaits_are_forgotten_the_oldest_first() {
    let head = head_after(31);
    let every_third = |from: u32| (from..31).step_by(3).collect::<Vec<_>>();
    assert_eq!(numbers(&head, |state| state == RequestState::Asked), every_third(0));
    assert_eq!(numbers(&head, |state| state == RequestState::Refused), every_third(1));
    assert_eq!(numbers(&head, |state| state == RequestState::Withdrawn), [20, 23, 26, 29]);
}
