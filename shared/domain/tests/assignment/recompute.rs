//! A stored explanation alone is enough to make the choice again. The calculation here is
//! the strategies' definition, written down a second time, in other terms.

use domain::{
    id::PersonId,
    playbook::{Caps, OnReturn, Strategy},
    rotation::{Available, Candidates},
    value::Value,
};

use super::desk::Desk;

/// Who should have been picked, from the JSON that was stored.
fn recomputed(stored: &str) -> PersonId {
    let candidates: Candidates = serde_json::from_str(stored).unwrap();
    let members = candidates.available.len() + candidates.further;
    let threshold = if members > 1 { 1.0 / (2.0 * members as f64 - 2.0) } else { f64::MIN };
    let owed = |one: &Available| one.numbers.owed as f64 / 1e9;
    let deadline = |one: &Available| (1.0 - threshold - owed(one)) / f64::from(one.weight);
    let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
    let mut best: Vec<&Available> = match candidates.strategy {
        Strategy::Weighted => {
            let enough: Vec<&Available> =
                candidates.available.iter().filter(|one| owed(one) >= threshold - 1e-12).collect();
            let running: Vec<&Available> =
                if enough.is_empty() { candidates.available.iter().collect() } else { enough };
            let earliest = running.iter().map(|one| deadline(one)).fold(f64::MAX, f64::min);
            running.into_iter().filter(|one| close(deadline(one), earliest)).collect()
        }
        Strategy::InTurn => candidates.available.iter().collect(),
        Strategy::LeastOpen | Strategy::LowerPipeline => {
            let load = |one: &&Available| match (candidates.strategy, one.numbers.pipeline) {
                (Strategy::LowerPipeline, pipeline) => pipeline.unwrap().hundredths as f64 / f64::from(one.weight),
                _ => f64::from(one.numbers.open.unwrap() + 1) / f64::from(one.weight),
            };
            let least = candidates.available.iter().map(|one| load(&one)).fold(f64::MAX, f64::min);
            let equals: Vec<&Available> = candidates.available.iter().filter(|one| close(load(one), least)).collect();
            let most = equals.iter().map(|one| one.numbers.owed).max().unwrap();
            equals.into_iter().filter(|one| one.numbers.owed == most).collect()
        }
    };
    let longest = best.iter().map(|one| one.numbers.last).min().unwrap();
    best.retain(|one| one.numbers.last == longest);
    best.sort_by_key(|one| lot(candidates.pick, one.person.as_str()));
    best[0].person.clone()
}

/// FNV-1a over the name, then the finaliser of SplitMix64 at step `pick`.
fn lot(pick: u64, name: &str) -> u64 {
    let mut hash = 14_695_981_039_346_656_037_u64;
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(1_099_511_628_211);
    }
    let mut mixed = hash.wrapping_add(pick.wrapping_mul(11_400_714_819_323_198_485));
    for (shift, factor) in [(30, 13_787_848_793_156_543_929), (27, 10_723_151_780_598_845_931)] {
        mixed = (mixed ^ (mixed >> shift)).wrapping_mul(factor);
    }
    mixed ^ (mixed >> 31)
}

#[test]
fn every_choice_of_a_month_follows_from_its_stored_explanation() {
    for strategy in [Strategy::Weighted, Strategy::InTurn, Strategy::LeastOpen, Strategy::LowerPipeline] {
        let mut desk = Desk::with(&[("ana", 5), ("ben", 3), ("chloe", 3), ("dan", 1), ("eve", 1)]);
        desk.pool().strategy = strategy;
        desk.pool().pipeline = Some("amount".to_owned());
        desk.pool().on_return = OnReturn::CatchUp { at_most: 3, per_day: 1 };
        desk.pool().caps = Caps { per_day: Some(9), ..Caps::default() };
        for record in 0..600 {
            desk.now = desk.now.plus_minutes(70);
            match record % 97 {
                13 => desk.away("ben", "2026-03-20T00:00Z"),
                40 => desk.back("ben"),
                41 => desk.pool().members.extend([("eve".into(), record % 5)]),
                _ => {}
            }
            let answer = desk.ask();
            let amount = Value::Number(f64::from(record % 7) * 1000.5);
            desk.settle(answer.request.as_str(), &super::desk::person(&answer), Some(amount));
            let stored = serde_json::to_string(&answer.candidates).unwrap();
            assert_eq!(recomputed(&stored).as_str(), super::desk::person(&answer), "{strategy:?}: {stored}");
        }
    }
}
