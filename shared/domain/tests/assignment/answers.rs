//! What a pool answers, with every candidate's reason.

use std::collections::BTreeMap;

use domain::{
    assignment::{answer, withdraw},
    calendar::TimeOff,
    id::PersonId,
    message::{Answer, AssignOutcome, AssignRequest},
    playbook::Playbook,
    rotation::{Against, Available, Candidates, PoolState, Reason},
};

use super::desk::{MONDAY_AT_TEN, at, request};

mod pool {
    use super::*;

    pub fn playbook() -> Playbook {
        serde_json::from_str(include_str!("../histories/playbook.json")).unwrap()
    }

    pub fn away(people: &[&str], until: &str) -> BTreeMap<PersonId, Vec<TimeOff>> {
        let off = TimeOff { from: at("2026-03-01T00:00Z"), until: at(until), reason: None, by: None };
        people.iter().map(|person| (PersonId::new(*person), vec![off.clone()])).collect()
    }

    /// `chloe`, `waits until …`, `nobody` or `refused`, then each candidate with a word.
    pub fn words(answer: &Answer) -> String {
        let outcome = match &answer.outcome {
            AssignOutcome::Assigned { person } => person.to_string(),
            AssignOutcome::Waiting { next_opening } => format!("waits until {next_opening}"),
            AssignOutcome::Nobody => "nobody".to_owned(),
            AssignOutcome::Refused { why } => format!("refused, {why}"),
        };
        let Candidates { available, against, kept, .. } = &answer.candidates;
        let mut words: Vec<(String, String)> = Vec::new();
        words.extend(kept.iter().map(|person| (person.to_string(), "kept".to_owned())));
        for (place, Available { person, numbers, .. }) in available.iter().enumerate() {
            let word = if place == 0 { "chosen" } else { "passed" };
            words.push((person.to_string(), format!("{word} {}", numbers.owed / 1_000_000)));
        }
        for Against { why, people } in against {
            words.extend(people.iter().map(|person| (person.to_string(), reason(why))));
        }
        words.sort();
        outcome + &words.into_iter().map(|(person, word)| format!("; {person} {word}")).collect::<String>()
    }

    fn reason(why: &Reason) -> String {
        match why {
            Reason::NotActive => "not active".to_owned(),
            Reason::NoWeight => "no weight".to_owned(),
            Reason::AlreadyTried => "tried".to_owned(),
            Reason::LacksSkill { skill } => format!("lacks {skill}"),
            Reason::Away { .. } => "away".to_owned(),
            Reason::SwitchedOff { .. } => "switched off".to_owned(),
            Reason::AwaySoon { .. } => "away soon".to_owned(),
            Reason::OutOfHours { .. } => "out of hours".to_owned(),
            Reason::Holiday { .. } => "holiday".to_owned(),
            Reason::Capped { cap, limit, .. } => format!("capped {cap:?} {limit}").to_lowercase(),
        }
    }

    pub fn ask(request: &AssignRequest, off: &BTreeMap<PersonId, Vec<TimeOff>>, now: &str) -> String {
        words(&answer(&mut PoolState::default(), request, &playbook(), off, at(now)))
    }

    /// How many records each has, over a run of requests.
    pub fn given(state: &PoolState) -> Vec<i64> {
        ["ana", "ben", "chloe"]
            .map(|person| state.members.get(&PersonId::new(person)).map_or(0, |share| share.given as i64))
            .to_vec()
    }
}

use pool::{ask, away, given, playbook, words};

#[test]
fn the_one_most_due_gets_it_and_everybody_has_a_reason() {
    let expected = "ana; ana chosen 500; ben passed 333; chloe passed 166";
    assert_eq!(ask(&request("r"), &BTreeMap::new(), MONDAY_AT_TEN), expected);
}

#[test]
fn somebody_away_tried_without_weight_or_gone_gets_nothing() {
    let off = away(&["ana"], "2026-03-09T00:00Z");
    assert_eq!(ask(&request("r"), &off, MONDAY_AT_TEN), "ben; ana away; ben chosen 666; chloe passed 333");
    let tried = AssignRequest { exclude: vec!["ana".into(), "ben".into()], ..request("r") };
    assert_eq!(ask(&tried, &BTreeMap::new(), MONDAY_AT_TEN), "chloe; ana tried; ben tried; chloe chosen 1000");
    let mut playbook = playbook();
    playbook.people.get_mut(&PersonId::new("ana")).unwrap().active = false;
    playbook.pools.get_mut(&"inbound".into()).unwrap().members.insert("ben".into(), 0);
    let answer = answer(&mut PoolState::default(), &request("r"), &playbook, &BTreeMap::new(), at(MONDAY_AT_TEN));
    assert_eq!(words(&answer), "chloe; ana not active; ben no weight; chloe chosen 1000");
}

#[test]
fn out_of_hours_it_waits_for_the_first_opening() {
    let expected = "waits until 2026-03-02T09:00:00Z; ana out of hours; ben out of hours; chloe out of hours";
    assert_eq!(ask(&request("r"), &BTreeMap::new(), "2026-03-02T08:00Z"), expected);
    let off = away(&["ana", "ben", "chloe"], "2026-03-03T12:00Z");
    let expected = "waits until 2026-03-03T12:00:00Z; ana away; ben away; chloe away";
    assert_eq!(ask(&request("r"), &off, MONDAY_AT_TEN), expected);
}

#[test]
fn when_everybody_was_tried_there_is_nobody() {
    let tried = AssignRequest { exclude: ["ana", "ben", "chloe"].map(PersonId::new).to_vec(), ..request("r") };
    assert_eq!(ask(&tried, &BTreeMap::new(), MONDAY_AT_TEN), "nobody; ana tried; ben tried; chloe tried");
}

#[test]
fn an_owner_is_kept_unless_away() {
    let returning = AssignRequest { keep: Some("chloe".into()), ..request("r") };
    assert_eq!(ask(&returning, &BTreeMap::new(), MONDAY_AT_TEN), "chloe; chloe kept");
    let off = away(&["chloe"], "2026-03-09T00:00Z");
    assert_eq!(ask(&returning, &off, MONDAY_AT_TEN), "ana; ana chosen 600; ben passed 400; chloe away");
}

#[test]
fn an_owner_who_has_left_keeps_nothing() {
    let returning = AssignRequest { keep: Some("leo".into()), ..request("r") };
    let mut playbook = playbook();
    playbook.people.get_mut(&"leo".into()).unwrap().active = false;
    let answer = answer(&mut PoolState::default(), &returning, &playbook, &BTreeMap::new(), at(MONDAY_AT_TEN));
    assert!(words(&answer).starts_with("ana;"), "{}", words(&answer));
}

#[test]
fn an_owner_is_not_kept_while_nobody_of_the_pool_is_in() {
    let returning = AssignRequest { keep: Some("chloe".into()), ..request("r") };
    assert!(ask(&returning, &BTreeMap::new(), "2026-03-02T08:00Z").starts_with("waits until 2026-03-02T09:00:00Z"));
}

#[test]
fn an_unknown_pool_refuses() {
    let unknown = AssignRequest { pool: "nowhere".into(), ..request("r") };
    assert_eq!(ask(&unknown, &BTreeMap::new(), MONDAY_AT_TEN), "refused, there is no pool nowhere");
}

#[test]
fn the_same_request_gets_the_same_answer_and_takes_one_slot() {
    let (playbook, off, now) = (playbook(), BTreeMap::new(), at(MONDAY_AT_TEN));
    let mut state = PoolState::default();
    let first = answer(&mut state, &request("a"), &playbook, &off, now);
    answer(&mut state, &request("b"), &playbook, &off, now);
    let before = state.clone();
    assert_eq!(answer(&mut state, &request("a"), &playbook, &off, now), first);
    assert_eq!(state, before);
}

#[test]
fn a_withdrawal_puts_the_rotation_back_and_a_second_one_changes_nothing() {
    let (playbook, off, now) = (playbook(), BTreeMap::new(), at(MONDAY_AT_TEN));
    let mut state = PoolState::default();
    answer(&mut state, &request("a"), &playbook, &off, now);
    let owed = |state: &PoolState| state.members.values().map(|share| share.owed(state.level)).collect::<Vec<_>>();
    let (before, given_before) = (owed(&state), given(&state));
    answer(&mut state, &request("b"), &playbook, &off, now);
    assert!(withdraw(&mut state, &"b".into()));
    assert_eq!((owed(&state), given(&state)), (before, given_before));
    let after = state.clone();
    assert!(!withdraw(&mut state, &"b".into()));
    assert_eq!(state, after);
}

#[test]
fn withdrawing_a_kept_record_moves_nothing() {
    let (playbook, off, now) = (playbook(), BTreeMap::new(), at(MONDAY_AT_TEN));
    let mut state = PoolState::default();
    answer(&mut state, &AssignRequest { keep: Some("chloe".into()), ..request("a") }, &playbook, &off, now);
    assert!(withdraw(&mut state, &"a".into()));
    assert_eq!((given(&state), state.picks), (vec![0, 0, 0], 0));
}

/// Plays 1,000 requests; those that `taken_back` names are withdrawn at once.
fn stays_within_one(weights: [u32; 3], taken_back: fn(u32) -> bool) {
    let (mut playbook, off, now) = (playbook(), BTreeMap::new(), at(MONDAY_AT_TEN));
    let members = ["ana", "ben", "chloe"].map(PersonId::new).into_iter().zip(weights).collect();
    playbook.pools.get_mut(&"inbound".into()).expect("the pool of these tests").members = members;
    let (mut state, sum) = (PoolState::default(), weights.iter().sum::<u32>() as i64);
    for round in 0..1000 {
        let request = request(&round.to_string());
        answer(&mut state, &request, &playbook, &off, now);
        if taken_back(round) {
            withdraw(&mut state, &request.id);
        }
        let given = given(&state);
        let total: i64 = given.iter().sum();
        for (given, weight) in given.iter().zip(weights) {
            let off_by = (given * sum - total * i64::from(weight)).abs();
            assert!(off_by < sum, "{weights:?}, round {round}: {given} of {total} at weight {weight}");
        }
    }
}

#[test]
fn every_prefix_of_a_thousand_requests_is_within_one_of_the_weights() {
    stays_within_one([3, 2, 1], |_| false);
    stays_within_one([997, 2, 1], |_| false);
}

#[test]
fn it_stays_within_one_when_requests_are_withdrawn() {
    stays_within_one([3, 2, 1], |round| round % 3 == 0);
    stays_within_one([97, 2, 1], |round| round % 2 == 0);
}
