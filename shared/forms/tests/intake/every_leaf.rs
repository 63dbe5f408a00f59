//! Nothing vanishes: every text and number of a body is in what is read of it, and in what is mapped.

use domain::instant::Instant;
use forms::{Submission, map, read};
use serde_json::{Map, Value as Json, json};

use crate::{
    dice::Dice,
    fixture::{self, now, post},
    mapping,
};

const NAMES: &[&str] = &[
    "data",
    "answers",
    "answer",
    "fields",
    "payload",
    "response",
    "responses",
    "form",
    "event",
    "owner",
    "contact",
    "lead",
    "value",
    "values",
    "label",
    "title",
    "name",
    "email",
    "type",
    "id",
    "key",
    "text",
    "items",
    "q1",
    "first",
    "last",
    "company",
    "meta",
    "object",
    "questionId",
    "answerDetails",
    "objectTypeId",
    "phone",
    "options",
    "rawRequest",
    "a b.c/d~e",
    "0",
    "",
];

/// Grows payloads whose every scalar is another, so that each can be looked for.
struct Garden {
    dice: Dice,
    grown: Vec<String>,
}

impl Garden {
    fn scalar(&mut self) -> Json {
        let number = 100_000 + self.grown.len();
        let (text, json) = match self.dice.roll(6) {
            0 => (number.to_string(), json!(number)),
            1 => (format!("p{number}@example.com"), json!(format!("p{number}@example.com"))),
            2 => (format!("{number}.25"), json!(f64::from(u32::try_from(number).unwrap()) + 0.25)),
            _ => (format!("text {number} ü"), json!(format!("text {number} ü"))),
        };
        self.grown.push(text);
        json
    }

    fn plant(&mut self, depth: usize) -> Json {
        if depth == 0 || self.dice.roll(4) == 0 {
            return self.scalar();
        }
        let many = 1 + self.dice.roll(4);
        match self.dice.roll(9) {
            0 => (0..many).map(|_| self.plant(depth - 1)).collect(),
            1 => (0..many)
                .map(|_| json!({ "label": self.scalar(), "id": self.scalar(), "value": self.plant(depth - 1) }))
                .collect(),
            2 => (0..many).map(|_| json!([self.scalar(), self.scalar()])).collect(),
            3 => json!({ "question": self.scalar(), "answer": self.plant(depth - 1), "extra": self.plant(depth - 1) }),
            4 => json!({ "first": self.scalar(), "last": self.scalar() }),
            5 => Json::String(self.plant(depth - 1).to_string()),
            _ => Json::Object(self.members(many, depth - 1)),
        }
    }

    fn members(&mut self, many: usize, depth: usize) -> Map<String, Json> {
        (0..many).map(|_| ((*self.dice.pick(NAMES)).to_owned(), self.plant(depth))).collect()
    }
}

fn check(content_type: &str, body: &[u8], scalars: &[String]) {
    let (schema, form) =
        (mapping::schema(), mapping::form(&[("lead.email", &["email"]), ("lead.name", &["name"])], &[]));
    let shown = String::from_utf8_lossy(body);
    let submissions =
        read(&post(content_type, body), None, now()).unwrap_or_else(|refusal| panic!("{refusal}: {shown}"));
    let mapped: Vec<_> = submissions.iter().map(|submission| map(submission, &form, &schema).unwrap()).collect();
    let identity: Vec<_> = submissions.iter().map(|it| (&it.form_name, &it.provider_id, &it.aliases)).collect();
    let is_time = |text: &str| submissions.iter().any(|submission| is_moment_of(submission, text));
    for (place, result) in [
        ("read", serde_json::to_string(&submissions).unwrap()),
        ("mapped", serde_json::to_string(&(mapped, identity)).unwrap()),
    ] {
        let plain = result.replace("\\\\\\\"", "\"").replace("\\\"", "\"");
        let lost: Vec<&String> =
            scalars.iter().filter(|text| !plain.contains(text.as_str()) && !is_time(text)).collect();
        assert!(lost.is_empty(), "not {place}: {lost:?} of\n{shown}\nin\n{result}");
    }
}

/// When it was submitted is read as a moment, in whatever spelling.
fn is_moment_of(submission: &Submission, text: &str) -> bool {
    let Some(at) = submission.submitted_at else { return false };
    let digits = text.parse::<i64>().ok();
    let spelt = text.get(..19).map(|text| text.replace(['/', ' '], "-").replacen('-', "T", 3).replacen('T', "-", 2));
    digits.is_some_and(|it| [Instant::from_millis(it), Instant::from_millis(it.saturating_mul(1000))].contains(&at))
        || Instant::parse(text).is_ok_and(|it| it == at)
        || spelt.is_some_and(|text| Instant::parse(&format!("{text}Z")).is_ok_and(|it| it == at))
}

#[test]
fn every_leaf_of_a_grown_payload_is_read_and_mapped() {
    for seed in 1..=400_u64 {
        let mut garden = Garden { dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)), grown: Vec::new() };
        let many = 1 + garden.dice.roll(5);
        let mut body = garden.members(many, 5);
        body.insert("seed".to_owned(), garden.scalar());
        let body = Json::Object(body).to_string();
        // Two members of one name are one in the body.
        let grown: Vec<String> = garden.grown.into_iter().filter(|text| body.contains(text.as_str())).collect();
        check("application/json", body.as_bytes(), &grown);
    }
}

#[test]
fn every_leaf_of_a_providers_payload_is_read_and_mapped_with_what_it_may_add() {
    for (index, fixture) in fixture::all().iter().enumerate() {
        let Ok(mut body) = serde_json::from_slice::<Json>(&fixture.body) else { continue };
        let mut garden = Garden { dice: Dice(7 + index as u64), grown: Vec::new() };
        add(&mut body, &mut garden);
        let text = body.to_string();
        let mut scalars: Vec<String> = garden.grown.into_iter().filter(|grown| text.contains(grown.as_str())).collect();
        leaves(&body, &mut scalars);
        check(fixture.content_type, text.as_bytes(), &scalars);
    }
}

/// Adds a member that nobody knows to every object.
fn add(json: &mut Json, garden: &mut Garden) {
    match json {
        Json::Object(members) => {
            members.values_mut().for_each(|member| add(member, garden));
            members.insert("newMember".to_owned(), garden.plant(2));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| add(item, garden)),
        _ => {}
    }
}

fn leaves(json: &Json, into: &mut Vec<String>) {
    match json {
        // What proves the sender is not kept.
        Json::Object(members) => {
            members.iter().filter(|(name, _)| *name != "google_key").for_each(|(_, it)| leaves(it, into))
        }
        Json::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Json::String(text) if !text.starts_with(['{', '[']) => into.push(text.trim().to_owned()),
        Json::Number(number) => into.push(number.to_string()),
        _ => {}
    }
}

#[test]
fn a_way_of_containers_is_walked_to_its_end() {
    for body in [
        r#"{"event":"response_completed","data":{"answers":{"name":"Ada Holm","email":"ada@holm.example"}}}"#,
        r#"{"event":"x","data":{"id":"r1","answers":{"name":"Ada Holm","email":"ada@holm.example"}}}"#,
        r#"{"id":"q-1","data":{"answers":{"name":"Ada Holm","email":"ada@holm.example"}}}"#,
        r#"{"id":"q-1","payload":{"response":{"values":{"name":"Ada Holm","email":"ada@holm.example"}}}}"#,
        r#"{"answers":[["name","Ada Holm"],["email","ada@holm.example"]]}"#,
        r#"[["name","Ada Holm"],["email","ada@holm.example"]]"#,
        r#"{"answers":{"q1":{"text":"Name","answer":"Ada Holm"},"q2":{"text":"Email","answer":"ada@holm.example"}}}"#,
        r#"{"payload":{"response":{"fields":[{"key":"name","value":{"text":"Ada Holm"}},{"key":"email","value":{"text":"ada@holm.example"}}]}}}"#,
        r#"{"answers":"{\"name\":\"Ada Holm\",\"email\":\"ada@holm.example\"}"}"#,
        r#"{"lead":{"details":"[{\"label\":\"Name\",\"value\":\"Ada Holm\"},{\"label\":\"Email\",\"value\":\"ada@holm.example\"}]"}}"#,
    ] {
        let submission = read(&post("application/json", body.as_bytes()), None, now()).unwrap().remove(0);
        let answer = |name: &str| submission.answer(name).map(ToString::to_string);
        assert_eq!(answer("name").as_deref(), Some("Ada Holm"), "{body}: {:?}", submission.fields);
        assert_eq!(answer("email").as_deref(), Some("ada@holm.example"), "{body}: {:?}", submission.fields);
    }
}

#[test]
fn what_is_kept_has_its_place() {
    let body = br#"{"leadType":"SPONSORED","leadFormResponse":{"answers":[{"questionId":31,
        "answerDetails":{"textQuestionAnswer":{"answer":"ada@holm.example"}}}],"consents":[{"consentId":5,"accepted":true}]}}"#;
    let submission = read(&post("application/json", body), None, now()).unwrap().remove(0);
    let place = |value: &str| {
        let (name, _) = submission.fields.iter().find(|(_, it)| it.to_string() == value).unwrap();
        submission.pointers[name].as_str()
    };
    assert_eq!(place("ada@holm.example"), "/leadFormResponse/answers/0/answerDetails/textQuestionAnswer/answer");
    assert_eq!(place("31"), "/leadFormResponse/answers/0/questionId");
    assert_eq!(place("SPONSORED"), "/leadType");
}
