//! From answers to typed fields: what is read, what is a gap, what is refused.

use std::collections::BTreeMap;

use domain::{
    event::GapWhy,
    id::Kind,
    playbook::{Form, Schema},
    value::Value,
};
use forms::{Mapped, Problem, Refusal, map, read};

use crate::fixture::{self, now, post};

pub fn schema() -> Schema {
    serde_json::from_str(
        r#"{
        "kinds": {
            "lead": { "fields": {
                "email": { "type": "email" }, "phone": { "type": "phone" }, "name": { "type": "text" },
                "url": { "type": "url" }, "budget": { "type": "money" }, "score": { "type": "number" },
                "consent": { "type": "yes_no" }, "start": { "type": "date" }, "call_at": { "type": "instant" },
                "plan": { "type": "choice", "choices": ["Business", "Free"] },
                "products": { "type": "list" },
                "features": { "type": "list", "choices": ["CRM", "Billing", "A, B"] }
            } },
            "company": { "fields": {
                "name": { "type": "text" }, "employees": { "type": "number", "bands": "size" }
            } }
        },
        "bands": { "size": { "1-10": 1, "11-50": 11, "51-1000": 51, "1000+": 1000, "Just me": 1 } }
    }"#,
    )
    .unwrap()
}

pub fn form(map: &[(&str, &[&str])], required: &[&str]) -> Form {
    let map = map.iter().map(|(target, questions)| {
        ((*target).to_owned(), questions.iter().map(|question| (*question).to_owned()).collect())
    });
    let identify = [("lead", vec!["email", "phone"]), ("company", vec!["name"])];
    Form {
        map: map.collect(),
        identify: identify
            .into_iter()
            .map(|(kind, names)| (Kind::from(kind), names.into_iter().map(str::to_owned).collect()))
            .collect::<BTreeMap<_, _>>(),
        required: required.iter().map(|target| (*target).to_owned()).collect(),
        ..Form::about(Kind::from("lead"))
    }
}

pub fn mapped(form: &Form, body: &str) -> Result<Mapped, Refusal> {
    let submission = read(&post("application/json", body.as_bytes()), Some(form), now())?.remove(0);
    map(&submission, form, &schema())
}

#[test]
fn the_first_question_that_can_be_read_wins() {
    let form = form(&[("lead.email", &["missing", "first", "second"])], &[]);
    let mapped = mapped(&form, r#"{"first":"nothing","second":"ada@example.com"}"#).unwrap();
    assert_eq!(mapped.fields[&Kind::from("lead")]["email"], Value::text("ada@example.com"));
    assert!(mapped.gaps.is_empty());
    assert_eq!(mapped.unmapped, BTreeMap::from([("first".to_owned(), Value::text("nothing"))]), "kept as it came");
}

#[test]
fn what_the_map_does_not_use_is_kept_and_what_it_misses_is_a_gap() {
    let form = form(&[("lead.email", &["email"]), ("lead.phone", &["phone"]), ("company.name", &["company"])], &[]);
    let mapped = mapped(&form, r#"{"email":"nobody","company":" Example  Ltd","colour":"<i>red</i>"}"#).unwrap();
    assert_eq!(mapped.unmapped, BTreeMap::from([("colour".to_owned(), Value::text("<i>red</i>"))]));
    let gaps: Vec<(&str, bool)> =
        mapped.gaps.iter().map(|gap| (gap.target.as_str(), gap.why == GapWhy::Missing)).collect();
    assert_eq!(gaps, [("lead.email", false), ("lead.phone", true)]);
    assert_eq!(mapped.keys, BTreeMap::from([(Kind::from("company"), "name:example ltd".to_owned())]));
}

#[test]
fn a_shape_the_map_does_not_foresee_fills_what_plainly_means_the_same_and_says_so() {
    let form = form(
        &[
            ("lead.email", &["Work email?"]),
            ("lead.name", &["Your name?"]),
            ("lead.phone", &["Your phone?"]),
            ("company.employees", &["Team size?"]),
        ],
        &["lead.email"],
    );
    let body = r#"{"first_name":"Ada","last_name":"Example","email":"ada@example.com","Team size?":"11-50","partner's phone":"+1 555 0100"}"#;
    let mapped = mapped(&form, body).unwrap();
    assert_eq!(
        serde_json::to_value(&mapped.fields).unwrap(),
        serde_json::json!({ "lead": { "email": "ada@example.com", "name": "Ada Example" }, "company": { "employees": 11 } })
    );
    let assumed = |target: &str| mapped.gaps.iter().find(|gap| gap.target == target).map(|gap| gap.why.clone());
    assert_eq!(assumed("lead.email"), Some(GapWhy::Assumed { questions: vec!["email".to_owned()] }));
    assert!(
        matches!(assumed("lead.name"), Some(GapWhy::Assumed { questions }) if questions == ["first_name", "last_name"])
    );
    assert_eq!(assumed("lead.phone"), Some(GapWhy::Missing), "a partner's number is not the lead's");
    assert_eq!(mapped.unmapped.len(), 1);
}

#[test]
fn a_full_name_is_put_together_from_parts_that_have_a_field_of_their_own() {
    let form = form(&[("lead.first_name", &["first_name"]), ("lead.name", &["full name"])], &[]);
    let mapped = mapped(&form, r#"{"first_name":"Ada","last_name":"Example"}"#).unwrap();
    assert_eq!(mapped.fields[&Kind::from("lead")]["name"], Value::text("Ada Example"));
    assert_eq!(mapped.fields[&Kind::from("lead")]["first_name"], Value::text("Ada"));
}

#[test]
fn every_fixture_of_a_person_fills_a_form_that_knows_none_of_its_questions() {
    let form = form(&[("lead.email", &["?"]), ("lead.name", &["?"])], &["lead.email"]);
    for fixture in fixture::all().iter().filter(|it| !it.has_only_ids()) {
        let mapped =
            map(&fixture.one(), &form, &schema()).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", fixture.name));
        let lead = &mapped.fields[&Kind::from("lead")];
        assert_eq!(lead["email"], Value::text("ada@example.com"), "{}", fixture.name);
        let named = lead.get("name") == Some(&Value::text("Ada Example"));
        assert!(named || fixture.name.starts_with("formbricks"), "{}: {lead:?}", fixture.name);
    }
}

#[test]
fn a_record_is_known_by_the_first_key_that_is_present() {
    let form = form(&[("lead.email", &["email"]), ("lead.phone", &["phone"])], &[]);
    let key = |body: &str| mapped(&form, body).unwrap().keys.get(&Kind::from("lead")).cloned();
    assert_eq!(key(r#"{"email":"ADA@example.com","phone":"+1 555 0100"}"#).as_deref(), Some("email:ada@example.com"));
    assert_eq!(key(r#"{"phone":"+1 (555) 0100"}"#).as_deref(), Some("phone:+15550100"));
    assert_eq!(key(r#"{"phone":"(555) 01-00"}"#).as_deref(), Some("phone:5550100"));
    assert_eq!(key(r#"{"other":"x"}"#), None);
}

fn refused(form: &Form, body: &str) -> Problem {
    mapped(form, body).unwrap_err().problem()
}

#[test]
fn what_is_required_and_absent_is_refused_all_at_once() {
    let form =
        form(&[("lead.email", &["Work email?", "email"]), ("lead.phone", &["phone"])], &["lead.email", "lead.phone"]);
    let problem = refused(&form, r#"{"Work email?":"nobody","name":"Ada"}"#);
    assert_eq!((problem.status, problem.code), (422, "fields_invalid"));
    let errors: Vec<(&str, &str)> =
        problem.errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
    assert_eq!(errors, [("/Work email?", "required_unreadable"), ("/phone", "required_missing")]);
    assert!(problem.errors[1].detail.contains("`phone`"));
}

#[test]
fn control_characters_are_left_out_and_no_line_break_reaches_an_address() {
    let form = form(&[("lead.email", &["email"]), ("lead.name", &["name"]), ("lead.plan", &["plan"])], &[]);
    for (body, target, expected) in [
        (r#"{"email":"ada@example.com\n"}"#, "email", Some("ada@example.com")),
        (r#"{"email":["ada@example.com\r"]}"#, "email", Some("ada@example.com")),
        (r#"{"email":"ada@example.com\r\nBcc: eve@example.com"}"#, "email", Some("ada@example.com")),
        (r#"{"name":"Ada\u0007"}"#, "name", Some("Ada")),
        (r#"{"data":{"name":"Ada\u001b[31m"}}"#, "name", Some("Ada[31m")),
        (r#"{"plan":"Business\u007f"}"#, "plan", Some("Business")),
    ] {
        let mapped = mapped(&form, body).unwrap();
        let value = mapped.fields.get(&Kind::from("lead")).and_then(|lead| lead.get(target)).and_then(Value::as_text);
        assert_eq!(value, expected, "{body}");
    }
    let gaps = mapped(&form, r#"{"email":"ada@example.com\nBcc: eve@example.com","name":"Ada"}"#).unwrap().gaps;
    assert!(gaps.iter().any(|gap| gap.target == "lead.email" && gap.why != GapWhy::Missing), "{gaps:?}");
}

#[test]
fn a_text_too_long_for_a_field_is_cut_between_letters_and_kept_beside_it() {
    let form = form(&[("lead.name", &["message"]), ("lead.score", &["number"])], &[]);
    let long = format!("a{}", "\u{448}".repeat(4_200));
    let mapped = mapped(&form, &serde_json::json!({"message": long, "number": long}).to_string()).unwrap();
    let text = |value: &Value| value.as_text().unwrap().to_owned();
    let field = text(&mapped.fields[&Kind::from("lead")]["name"]);
    let rest = text(&mapped.unmapped["message (continued)"]);
    assert_eq!((field.len(), format!("{field}{rest}")), (8191, long.clone()));
    assert_eq!(text(&mapped.unmapped["number"]), long, "what cannot be read is kept whole");
    let said: Vec<(&str, usize)> =
        mapped.gaps.iter().map(|gap| (gap.target.as_str(), format!("{:?}", gap.why).len())).collect();
    assert!(said.iter().all(|(_, bytes)| *bytes < 2_000), "{said:?}");
    assert_eq!(said.iter().map(|said| said.0).collect::<Vec<_>>(), ["lead.name", "lead.score"]);
}

#[test]
fn a_form_maps_a_providers_submission_by_label_ref_or_key() {
    let form = form(
        &[
            ("lead.email", &["Work email?"]),
            ("lead.name", &["full_name"]),
            ("company.employees", &["team size"]),
            ("lead.products", &["products"]),
            ("lead.consent", &["f5"]),
            ("lead.start", &["Start date"]),
            ("lead.score", &["calculated.score"]),
        ],
        &["lead.email"],
    );
    let submission = fixture::named("typeform.form_response.json").one();
    let mapped = map(&submission, &form, &schema()).unwrap();
    assert!(mapped.gaps.is_empty(), "{:?}", mapped.gaps);
    let json = serde_json::to_value(&mapped.fields).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "lead": {
                "email": "ada@example.com", "name": "Ada Example", "products": ["CRM", "Billing"], "consent": true,
                "start": { "date": "2026-12-01" }, "score": 9
            },
            "company": { "employees": 11 }
        })
    );
    let left: Vec<&String> = mapped.unmapped.keys().filter(|name| !submission.apart.contains(*name)).collect();
    assert_eq!(left, ["Urgency", "hidden.utm_source", "variables.plan", "variables.score"]);
}
