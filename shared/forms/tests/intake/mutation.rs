//! Fixtures with bytes changed: nothing panics, and every refusal is the sender's to fix.

use domain::playbook::Source;
use forms::{Request, map, read, verify};

use crate::{
    fixture::{self, now},
    mapping,
};

/// A small generator with a fixed seed (xorshift): the same mutations in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }
}

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

#[test]
fn mutated_bodies_are_read_or_refused_with_4xx() {
    let fixtures = fixture::all();
    let types =
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=XyZ", "text/xml"];
    let questions = ["email", "name", "phone", "size", "message", "Work email?", "Start date", "products", "Email"];
    let targets =
        ["lead.email", "lead.name", "lead.phone", "lead.score", "lead.start", "lead.products", "lead.consent"];
    let (schema, form) =
        (mapping::schema(), mapping::form(&targets.map(|target| (target, &questions[..])), &["lead.email"]));
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut read_well, mut refused) = (0, 0);
    for round in 0..20_000 {
        let fixture = &fixtures[round % fixtures.len()];
        let mut body = fixture.body.clone();
        mutate(&mut dice, &mut body);
        let content_type = if dice.roll(20) == 0 { types[dice.roll(types.len())] } else { fixture.content_type };
        let request =
            Request { method: "POST", uri: "/v1/forms/x", content_type: Some(content_type), headers: &[], body: &body };
        match read(&request, None, now()) {
            Ok(submissions) => {
                read_well += 1;
                for submission in &submissions {
                    let _ = map(submission, &form, &schema);
                }
            }
            Err(refusal) => {
                refused += 1;
                let problem = refusal.problem();
                assert!((400..500).contains(&problem.status), "{problem:?}");
                assert!(!problem.detail.is_empty());
            }
        }
        if round % 10 == 0 {
            assert!(verify(&request, Source::Generic, "secret", now()).is_err());
        }
    }
    assert!(read_well > 500 && refused > 500, "the mutations are one-sided: {read_well} read, {refused} refused");
}
