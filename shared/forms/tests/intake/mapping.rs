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
        source: Default::default(),
        record: Kind::from("lead"),
        map: map.collect(),
        identify: identify
            .into_iter()
            .map(|(kind, names)| (Kind::from(kind), names.into_iter().map(str::to_owned).collect()))
            .collect::<BTreeMap<_, _>>(),
        required: required.iter().map(|target| (*target).to_owned()).collect(),
        honeypot: None,
        secret: None,
    }
}

fn mapped(form: &Form, body: &str) -> Result<Mapped, Refusal> {
    let submission = read(&post("application/json", body.as_bytes()), Some(form), now())?.remove(0);
    map(&submission, form, &schema())
}

/// Reads one answer (as JSON) into one field; the result is the field's JSON or the gap.
fn check(target: &str, rows: &[(&str, &str)]) {
    let form = form(&[(target, &["q"])], &[]);
    let (kind, field) = target.split_once('.').unwrap();
    for (answer, expected) in rows {
        let mapped = mapped(&form, &format!("{{\"q\":{answer},\"z\":1}}")).unwrap();
        let value = mapped.fields.get(&Kind::from(kind)).and_then(|fields| fields.get(field));
        let shown = match (value, mapped.gaps.first().map(|gap| &gap.why)) {
            (Some(value), None) => serde_json::to_string(value).unwrap(),
            (Some(value), Some(_)) => format!("{} and a gap", serde_json::to_string(value).unwrap()),
            (None, Some(GapWhy::Missing | GapWhy::Assumed { .. })) => "missing".to_owned(),
            (None, Some(GapWhy::Unreadable { .. })) => "unreadable".to_owned(),
            (None, None) => "nothing".to_owned(),
        };
        assert_eq!(shown, *expected, "{target} from {answer}");
    }
}

#[test]
fn an_email_is_one_address_in_lower_case() {
    check(
        "lead.email",
        &[
            (r#"" Ada@Example.COM ""#, r#""ada@example.com""#),
            (r#"["ada@example.com"]"#, r#""ada@example.com""#),
            (r#""o'brien+x@mail.example.co.uk""#, r#""o'brien+x@mail.example.co.uk""#),
            (r#""mailto:ada@example.com""#, r#""ada@example.com""#),
            (r#""Ada <ada@example.com>""#, "unreadable"),
            (r#""a@example.com, b@example.com""#, "unreadable"),
            (r#""a@example.com;b@example.com""#, "unreadable"),
            (r#""ada@example""#, "unreadable"),
            (r#""ada@@example.com""#, "unreadable"),
            (r#""ada@-example.com""#, "unreadable"),
            (r#""ada@127.0.0.1""#, "unreadable"),
            (r#""a..b@example.com""#, "unreadable"),
            (r#""@example.com""#, "unreadable"),
            ("17", "unreadable"),
            (r#""""#, "missing"),
            ("null", "missing"),
        ],
    );
    let long = format!("\"{}@example.com\"", "a".repeat(65));
    check("lead.email", &[(&long, "unreadable")]);
    let longer = format!("\"a@{}com\"", "x23456789.".repeat(26));
    check("lead.email", &[(&longer, "unreadable")]);
}

#[test]
fn a_phone_number_is_normalised_when_its_country_is_known() {
    check(
        "lead.phone",
        &[
            (r#""+1 (555) 010-0100""#, r#""+15550100100""#),
            (r#""0049 (0)30 123456""#, r#""+4930123456""#),
            (r#""+49 (0)30 123456""#, r#""+4930123456""#),
            (r#""(555) 010-0100""#, r#""(555) 010-0100""#),
            ("15550100", r#""15550100""#),
            (r#""call me""#, "unreadable"),
            (r#""123""#, "unreadable"),
        ],
    );
}

#[test]
fn numbers_and_bands_are_read_as_people_write_them() {
    check(
        "lead.score",
        &[
            ("8", "8"),
            (r#""25,000""#, "25000"),
            (r#""25.000,50""#, "25000.5"),
            (r#""25 000""#, "25000"),
            (r#""$25k""#, "25000"),
            (r#""2.5""#, "2.5"),
            (r#""2,5""#, "2.5"),
            (r#""-4""#, "-4"),
            (r#""11–50""#, "11"),
            (r#""11 to 50""#, "11"),
            (r#""about 20""#, "20"),
            (r#""9007199254740993""#, "unreadable"),
            (r#""less than 10""#, "unreadable"),
            (r#""<10""#, "unreadable"),
            (r#""many""#, "unreadable"),
            (r#""NaN""#, "unreadable"),
            (r#""inf""#, "unreadable"),
            (r#""1e999""#, "unreadable"),
            (r#""2026-12-01""#, "unreadable"),
            (r#""3 of 5""#, "unreadable"),
        ],
    );
    check(
        "company.employees",
        &[
            (r#""11-50""#, "11"),
            (r#""11 – 50 employees""#, "11"),
            (r#""11 to 50""#, "11"),
            (r#"["51-1000"]"#, "51"),
            (r#""51 - 1,000 people""#, "51"),
            (r#""1000+""#, "1000"),
            (r#""just ME""#, "1"),
            (r#""25""#, "25"),
            ("25", "25"),
            (r#""201-500""#, "201"),
            (r#""a lot""#, "unreadable"),
        ],
    );
}

#[test]
fn yes_and_no_dates_and_moments_are_read() {
    check(
        "lead.consent",
        &[
            ("true", "true"),
            (r#""on""#, "true"),
            (r#""Yes!""#, "true"),
            (r#""checked""#, "true"),
            ("1", "true"),
            (r#""No""#, "false"),
            ("0", "false"),
            (r#""maybe""#, "unreadable"),
        ],
    );
    check(
        "lead.start",
        &[
            (r#""2026-12-01""#, r#"{"date":"2026-12-01"}"#),
            (r#""2026-12-01T09:00:00Z""#, r#"{"date":"2026-12-01"}"#),
            (r#""1.12.2026""#, r#"{"date":"2026-12-01"}"#),
            (r#""12/31/2026""#, r#"{"date":"2026-12-31"}"#),
            (r#""December 1, 2026""#, r#"{"date":"2026-12-01"}"#),
            (r#""03/04/2026""#, "unreadable"),
            (r#""2026-02-30""#, "unreadable"),
            (r#""soon, äöü and more""#, "unreadable"),
        ],
    );
    check(
        "lead.call_at",
        &[(r#""2026-12-01T10:00:00+01:00""#, r#"{"at":"2026-12-01T09:00:00Z"}"#), (r#""tomorrow""#, "unreadable")],
    );
}

#[test]
fn choices_lists_addresses_and_amounts_are_read() {
    check(
        "lead.plan",
        &[(r#""business""#, r#""Business""#), (r#"["FREE"]"#, r#""Free""#), (r#""Gold""#, "unreadable")],
    );
    check(
        "lead.products",
        &[
            (r#""CRM, Billing""#, r#"["CRM","Billing"]"#),
            (r#"["CRM","Billing"]"#, r#"["CRM","Billing"]"#),
            (r#""CRM""#, r#"["CRM"]"#),
        ],
    );
    check(
        "lead.features",
        &[
            (r#""crm; billing""#, r#"["CRM","Billing"]"#),
            (r#""A, B""#, r#"["A, B"]"#),
            (r#""CRM, Gold""#, r#"["CRM"] and a gap"#),
            (r#""Gold""#, "unreadable"),
        ],
    );
    check(
        "lead.url",
        &[
            (r#""example.com/x""#, r#""https://example.com/x""#),
            (r#""http://example.com""#, r#""http://example.com""#),
            (r#""javascript:alert(1)""#, "unreadable"),
            (r#""ftp://example.com""#, "unreadable"),
        ],
    );
    check(
        "lead.budget",
        &[
            (r#""€2,500.50""#, r#"{"minor":250050,"currency":"EUR"}"#),
            (r#""2500 usd""#, r#"{"minor":250000,"currency":"USD"}"#),
            ("2500", "unreadable"),
        ],
    );
    check(
        "lead.name",
        &[
            (r#"" <b>Ada</b> ""#, r#""<b>Ada</b>""#),
            (r#""two\nlines""#, r#""two\nlines""#),
            ("8.0", r#""8""#),
            (r#"["a","b"]"#, r#""a, b""#),
        ],
    );
}

#[test]
fn odd_texts_are_read_or_not_but_never_panic() {
    let schema = schema();
    let pieces = [
        "", " ", "-", "–", "+", ".", ",", "@", "é", "１", "9", "00", "k", "://", "to", "<", "€", "EUR", "\u{2028}",
        "2026-",
    ];
    for first in pieces {
        for second in pieces {
            for third in ["", "9"] {
                let text = format!("{first}{second}{third}");
                let body = serde_json::json!({ "q": text, "z": 1 }).to_string();
                let submission = read(&post("application/json", body.as_bytes()), None, now()).unwrap().remove(0);
                for (kind, fields) in &schema.kinds {
                    for name in fields.fields.keys() {
                        let form = form(&[(&format!("{kind}.{name}"), &["q"])], &[]);
                        let _ = map(&submission, &form, &schema);
                    }
                }
            }
        }
    }
}

#[test]
fn the_first_question_that_can_be_read_wins() {
    let form = form(&[("lead.email", &["missing", "first", "second"])], &[]);
    let mapped = mapped(&form, r#"{"first":"nothing","second":"ada@example.com"}"#).unwrap();
    assert_eq!(mapped.fields[&Kind::from("lead")]["email"], Value::text("ada@example.com"));
    assert!(mapped.gaps.is_empty() && mapped.unmapped.is_empty());
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
    for fixture in
        fixture::all().iter().filter(|it| !it.name.starts_with("hubspot.webhook") && !it.name.starts_with("meta"))
    {
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
fn line_breaks_in_an_address_and_control_characters_are_refused_with_a_pointer() {
    let form = form(&[("lead.email", &["email"]), ("lead.name", &["name"]), ("lead.plan", &["plan"])], &[]);
    let with_email = super::mapping::form(&[("lead.email", &["email"])], &["lead.email"]);
    assert_eq!(refused(&with_email, r#"{"email":"a@example.com\r\n"}"#).errors.len(), 1, "said once, required or not");
    for (body, pointer, code) in [
        (r#"{"email":"ada@example.com\r\nBcc: eve@example.com"}"#, "/email", "email_invalid"),
        (r#"{"email":"ada@example.com\n"}"#, "/email", "email_invalid"),
        (r#"{"email":["ada@example.com\r"]}"#, "/email", "email_invalid"),
        (r#"{"name":"Ada\u0007"}"#, "/name", "control_character"),
        (r#"{"data":{"name":"Ada\u001b[31m"}}"#, "/data/name", "control_character"),
        (r#"{"plan":"Business\u007f"}"#, "/plan", "control_character"),
    ] {
        let problem = refused(&form, body);
        assert_eq!((problem.status, problem.errors.len()), (422, 1), "{body}");
        assert_eq!((problem.errors[0].pointer.as_str(), problem.errors[0].code.as_str()), (pointer, code), "{body}");
    }
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
    assert_eq!(
        mapped.unmapped.keys().collect::<Vec<_>>(),
        ["Urgency", "hidden.utm_source", "variables.plan", "variables.score"]
    );
}
