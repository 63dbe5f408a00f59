//! Fixtures with bytes or their shape changed: nothing panics, and an address that is still there is kept.

use domain::playbook::{Form, Schema, Source};
use forms::{Mapped, map, read, verify};
use serde_json::{Value as Json, json};

use crate::{
    dice::Dice,
    fixture::{self, now, post},
    mapping,
};

const NASTY: [&[u8]; 16] = [
    b"\0",
    b"\\u0000",
    b"\\ud800",
    b"1e400",
    b"-0",
    b"[[[[[[[[[[[[[[[[[[",
    b"{\"a\":",
    b"\"",
    b"%",
    b"%zz",
    b"%00",
    b"\xff",
    b"\r\n",
    b"&a[b][c]=",
    b"--XyZ",
    b"null",
];

fn mutate(dice: &mut Dice, body: &mut Vec<u8>) {
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(body.len() + 1);
        match dice.roll(5) {
            0 => body.truncate(at),
            1 if at < body.len() => body[at] = u8::try_from(dice.roll(256)).unwrap(),
            2 => {
                let nasty = NASTY[dice.roll(NASTY.len())];
                body.splice(at..at, nasty.iter().copied());
            }
            3 => {
                let end = (at + dice.roll(40)).min(body.len());
                body.drain(at..end);
            }
            _ => {
                let end = (at + dice.roll(60)).min(body.len());
                let copy = body[at..end].to_vec();
                body.splice(at..at, copy);
            }
        }
    }
}

const ADDRESS: &str = "ada@example.com";

/// What must hold of any body, however odd. Returns whether it was read.
fn check(content_type: &str, body: &[u8], form: &Form, schema: &Schema) -> bool {
    let text = String::from_utf8_lossy(body);
    let is_there = [ADDRESS, "ada%40example.com"].iter().any(|address| stands(address, &text));
    match read(&post(content_type, body), None, now()) {
        Ok(submissions) => {
            let mapped: Vec<_> = submissions.iter().map(|submission| map(submission, form, schema)).collect();
            let mapped = mapped.into_iter().map(|mapped| mapped.unwrap_or_else(|refusal| panic!("{refusal}: {text}")));
            let mapped: Vec<Mapped> = mapped.collect();
            for (place, kept) in [("read", json!(submissions).to_string()), ("mapped", json!(mapped).to_string())] {
                assert!(
                    !is_there || kept.contains(ADDRESS),
                    "the address is not {place}: {content_type}\n{text}\n{kept}"
                );
            }
            true
        }
        Err(refusal) => {
            let problem = refusal.problem();
            assert!((400..500).contains(&problem.status) && !problem.detail.is_empty(), "{problem:?}");
            assert!(!is_there, "a body with an address is refused: {problem:?} {content_type}\n{text}");
            false
        }
    }
}

/// Whether an address stands in a text, and no code before it (`%`, `\\u00`) takes its first letters.
fn stands(address: &str, text: &str) -> bool {
    text.match_indices(address).any(|(at, _)| !text[..at].chars().rev().take(5).any(|letter| "%\\".contains(letter)))
}

fn usual() -> (Schema, Form) {
    let questions = ["email", "name", "phone", "size", "message", "Work email?", "Start date", "products", "Email"];
    let targets =
        ["lead.email", "lead.name", "lead.phone", "lead.score", "lead.start", "lead.products", "lead.consent"];
    (mapping::schema(), mapping::form(&targets.map(|target| (target, &questions[..])), &[]))
}

#[test]
fn mutated_bodies_keep_the_address_that_is_still_there() {
    let fixtures = fixture::all();
    let types =
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=XyZ", "text/xml"];
    let (schema, form) = usual();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut read_well = 0;
    for round in 0..8_000 {
        let fixture = &fixtures[round % fixtures.len()];
        let mut body = fixture.body.clone();
        mutate(&mut dice, &mut body);
        let content_type = if dice.roll(20) == 0 { dice.pick(&types) } else { fixture.content_type };
        read_well += usize::from(check(content_type, &body, &form, &schema));
        if round % 20 == 0 {
            assert!(verify(&post(content_type, &body), Source::Generic, "secret", now()).is_err());
        }
    }
    assert!((6_000..7_990).contains(&read_well), "the mutations are one-sided: {read_well} read");
}

/// Puts one place of a tree into another shape.
fn reshape(dice: &mut Dice, json: &mut Json) {
    match json {
        Json::Object(members) if dice.roll(4) > 0 && !members.is_empty() => {
            let names: Vec<String> = members.keys().cloned().collect();
            let name = dice.pick(&names);
            reshape(dice, &mut members[name]);
        }
        Json::Array(items) if dice.roll(4) > 0 && !items.is_empty() => {
            let at = dice.roll(items.len());
            reshape(dice, &mut items[at]);
        }
        place => {
            let it = place.take();
            *place = match dice.roll(8) {
                0 => json!([it]),
                1 => json!({ "data": it }),
                2 => json!({ "label": "A question", "value": it }),
                3 => json!({ "form": it, "id": 7 }),
                4 => json!([null, it, [[]]]),
                5 => Json::String(it.to_string()),
                6 => json!({ "answers": it, "owner": { "email": "rep@example.org" } }),
                _ => json!([["email", it], ["name", 1]]),
            };
        }
    }
}

#[test]
fn reshaped_bodies_keep_the_address() {
    let (schema, form) = usual();
    let mut dice = Dice(0x0005_DEEC_E66D_1234);
    let documents: Vec<Json> =
        fixture::all().iter().filter_map(|fixture| serde_json::from_slice(&fixture.body).ok()).collect();
    for round in 0..2_000 {
        let mut json = documents[round % documents.len()].clone();
        (0..=dice.roll(3)).for_each(|_| reshape(&mut dice, &mut json));
        check("application/json", json.to_string().as_bytes(), &form, &schema);
    }
}
