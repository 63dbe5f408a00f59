//! The promises of `Effects`.

use domain::{effect::EffectResult, id::EffectId};
use engine::ports::{Claim, EffectRow, EffectState, Effects, PortError};

use crate::samples::{all_pages, at, effect, held, sent};

async fn stored(ports: &impl Effects) -> Option<EffectRow> {
    ports.effect(&EffectId::new("x1")).await.expect("read")
}

async fn settle(ports: &impl Effects, result: &EffectResult, millis: i64) {
    ports.settle(&EffectId::new("x1"), result, at(millis)).await.expect("settled, or left as it is");
}

fn settled(result: EffectResult, millis: i64) -> Option<EffectState> {
    Some(EffectState::Settled { result, at: at(millis) })
}

pub async fn a_fresh_effect_is_mine(ports: &impl Effects) {
    assert_eq!(stored(ports).await, None);
    let row = effect("x1", "a", 0);
    assert_eq!(ports.claim(&row).await.expect("claimed"), Claim::Mine);
    assert_eq!(stored(ports).await, Some(row));
}

pub async fn the_same_attempt_is_mine_again(ports: &impl Effects) {
    for _ in 0..2 {
        assert_eq!(ports.claim(&effect("x1", "a", 0)).await.expect("claimed"), Claim::Mine);
    }
}

pub async fn another_attempt_finds_the_first(ports: &impl Effects) {
    let first = effect("x1", "a", 0);
    ports.claim(&first).await.expect("claimed");
    let second = ports.claim(&effect("x1", "b", 5)).await.expect("answered");
    assert_eq!(second, Claim::Found(Box::new(first.clone())));
    assert_eq!(stored(ports).await, Some(first));
}

async fn put_off(ports: &impl Effects, attempt: &str) {
    ports.put_off(&EffectId::new("x1"), attempt, "busy", at(60)).await.expect("put off, or left as it is");
}

fn is_put_off(mut row: EffectRow) -> EffectRow {
    row.state = EffectState::PutOff { why: "busy".to_owned(), until: at(60) };
    row
}

pub async fn an_effect_put_off_says_why_and_can_be_claimed_again(ports: &impl Effects) {
    let first = effect("x1", "a", 0);
    ports.claim(&first).await.expect("claimed");
    for _ in 0..2 {
        put_off(ports, "a").await;
        assert_eq!(stored(ports).await, Some(is_put_off(first.clone())));
    }
    assert_eq!(ports.effects(None, 10).await.expect("listed").items, [is_put_off(first)]);
    let again = effect("x1", "b", 5);
    assert_eq!(ports.claim(&again).await.expect("claimed"), Claim::Mine);
    assert_eq!(stored(ports).await, Some(again));
}

pub async fn an_effect_put_off_can_be_held(ports: &impl Effects) {
    ports.claim(&effect("x1", "a", 0)).await.expect("claimed");
    put_off(ports, "a").await;
    let kept_back = held(effect("x1", "b", 5));
    ports.hold(&kept_back).await.expect("held");
    assert_eq!(ports.held_effects(None, 10).await.expect("listed").items, [kept_back]);
}

pub async fn only_the_claim_of_the_same_attempt_is_put_off(ports: &impl Effects) {
    put_off(ports, "a").await;
    assert_eq!(stored(ports).await, None);
    let theirs = effect("x1", "b", 0);
    ports.claim(&theirs).await.expect("claimed");
    put_off(ports, "a").await;
    assert_eq!(stored(ports).await, Some(theirs));
    put_off(ports, "b").await;
    ports.claim(&effect("x1", "a", 1)).await.expect("claimed");
    settle(ports, &EffectResult::InDoubt, 2).await;
    put_off(ports, "a").await;
    assert_eq!(stored(ports).await.map(|row| row.state), settled(EffectResult::InDoubt, 2));
}

pub async fn claim_after_hold_is_mine(ports: &impl Effects) {
    let kept_back = held(effect("x1", "a", 0));
    ports.hold(&kept_back).await.expect("held");
    ports.hold(&kept_back).await.expect("held again");
    assert_eq!(stored(ports).await, Some(kept_back));
    let row = effect("x1", "b", 5);
    assert_eq!(ports.claim(&row).await.expect("claimed"), Claim::Mine);
    assert_eq!(stored(ports).await, Some(row));
    assert_eq!(ports.held_effects(None, 10).await.expect("listed").items, []);
}

pub async fn a_hold_never_replaces_a_claim(ports: &impl Effects) {
    let row = effect("x1", "a", 0);
    ports.claim(&row).await.expect("claimed");
    ports.hold(&held(effect("x1", "a", 5))).await.expect("no error");
    assert_eq!(stored(ports).await, Some(row));
    assert_eq!(ports.held_effects(None, 10).await.expect("listed").items, []);
}

pub async fn a_settled_effect_stays_settled(ports: &impl Effects) {
    ports.claim(&effect("x1", "a", 0)).await.expect("claimed");
    settle(ports, &sent(), 1).await;
    for other in [EffectResult::Failed { why: "late".into() }, EffectResult::InDoubt, sent()] {
        settle(ports, &other, 2).await;
        assert_eq!(stored(ports).await.map(|row| row.state), settled(sent(), 1));
    }
}

pub async fn a_doubt_may_be_settled(ports: &impl Effects) {
    ports.claim(&effect("x1", "a", 0)).await.expect("claimed");
    settle(ports, &EffectResult::InDoubt, 1).await;
    assert_eq!(stored(ports).await.map(|row| row.state), settled(EffectResult::InDoubt, 1));
    settle(ports, &sent(), 2).await;
    assert_eq!(stored(ports).await.map(|row| row.state), settled(sent(), 2));
}

pub async fn what_nobody_claimed_is_refused_and_not_settled(ports: &impl Effects) {
    let id = EffectId::new("x1");
    let refused = async || {
        let settled = ports.settle(&id, &sent(), at(1)).await;
        assert!(matches!(settled, Err(PortError::Refused { .. })), "{settled:?}");
    };
    refused().await;
    assert_eq!(stored(ports).await, None);
    let claimed = effect("x1", "a", 0);
    ports.claim(&claimed).await.expect("claimed");
    put_off(ports, "a").await;
    refused().await;
    assert_eq!(stored(ports).await, Some(is_put_off(claimed)));
    let kept_back = held(effect("x1", "a", 0));
    ports.hold(&kept_back).await.expect("held");
    refused().await;
    assert_eq!(stored(ports).await, Some(kept_back.clone()));
    assert_eq!(ports.held_effects(None, 10).await.expect("listed").items, [kept_back]);
}

pub async fn a_settled_effect_is_not_claimed_again(ports: &impl Effects) {
    ports.claim(&effect("x1", "a", 0)).await.expect("claimed");
    settle(ports, &sent(), 1).await;
    for attempt in ["a", "b"] {
        let Claim::Found(row) = ports.claim(&effect("x1", attempt, 5)).await.expect("answered") else {
            panic!("attempt {attempt} claimed a settled effect");
        };
        assert_eq!(Some(row.state), settled(sent(), 1));
    }
}

pub async fn held_effects_come_oldest_first(ports: &impl Effects) {
    for n in [3, 1, 2] {
        ports.hold(&held(effect(&format!("x{n}"), "a", n))).await.expect("held");
    }
    ports.claim(&effect("x9", "a", 0)).await.expect("claimed");
    for limit in [1, 2, 10] {
        let rows = all_pages(limit, async |cursor| ports.held_effects(cursor.as_ref(), limit).await).await;
        let ids: Vec<_> = rows.iter().map(|row| row.request.effect.as_str()).collect();
        assert_eq!(ids, ["x1", "x2", "x3"], "{limit} at once");
    }
}

pub async fn pages_of_effects_visit_each_once_newest_first(ports: &impl Effects) {
    for n in 0..7 {
        ports.claim(&effect(&format!("x{n}"), "a", n / 2)).await.expect("claimed");
    }
    let rows = all_pages(3, async |cursor| ports.effects(cursor.as_ref(), 3).await).await;
    assert!(rows.is_sorted_by(|newer, older| newer.at >= older.at), "{rows:?}");
    let mut ids: Vec<_> = rows.iter().map(|row| row.request.effect.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["x0", "x1", "x2", "x3", "x4", "x5", "x6"]);
}
