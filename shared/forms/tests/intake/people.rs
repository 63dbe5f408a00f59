//! Who wrote: names whole and in parts, the only address, numbers of one country, and what names nobody.

use std::collections::BTreeMap;

use domain::{
    event::GapWhy,
    id::Kind,
    playbook::{Form, Schema},
    value::Value,
};
use forms::{Mapped, map, read};

use crate::fixture::{now, post};

fn schema() -> Schema {
    serde_json::from_value(serde_json::json!({
        "kinds": {
            "lead": { "fields": {
                "name": { "type": "text" }, "first_name": { "type": "text" }, "last_name": { "type": "text" },
                "email": { "type": "email" }, "phone": { "type": "phone" }, "country": { "type": "text" },
                "external_id": { "type": "text" }, "message": { "type": "text" },
            }, "links": { "company": "company" } },
            "company": { "fields": { "name": { "type": "text" }, "employees": { "type": "number" } } },
        },
        "placeholders": ["Hobbyprojekt"],
    }))
    .unwrap()
}

/// A form that asks as the shipped one does.
fn form() -> Form {
    let map = [
        ("lead.name", &["full_name", "name", "your name", "first_name"][..]),
        ("lead.first_name", &["first_name"]),
        ("lead.last_name", &["last_name"]),
        ("lead.email", &["email", "work_email"]),
        ("lead.phone", &["phone"]),
        ("lead.country", &["country"]),
        ("lead.external_id", &["id"]),
        ("lead.message", &["message"]),
        ("company.name", &["company"]),
        ("company.employees", &["team_size"]),
    ];
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Form {
        map: map.map(|(target, questions)| (target.to_owned(), words(questions))).into(),
        identify: BTreeMap::from([
            (Kind::from("lead"), words(&["email", "phone", "external_id"])),
            (Kind::from("company"), words(&["name"])),
        ]),
        ..Form::about(Kind::from("lead"))
    }
}

pub fn mapped(body: &str) -> Mapped {
    let submission = read(&post("application/json", body.as_bytes()), None, now()).unwrap().remove(0);
    map(&submission, &form(), &schema()).unwrap()
}

pub fn value(mapped: &Mapped, target: &str) -> Option<String> {
    let (kind, field) = target.split_once('.').unwrap();
    mapped.fields.get(&Kind::from(kind))?.get(field).map(Value::to_string)
}

pub fn why(mapped: &Mapped, target: &str) -> Option<GapWhy> {
    mapped.gaps.iter().find(|gap| gap.target == target).map(|gap| gap.why.clone())
}

pub fn check(target: &str, rows: &[(&str, Option<&str>)]) {
    for (body, expected) in rows {
        assert_eq!(value(&mapped(body), target).as_deref(), *expected, "{target} of {body}");
    }
}

#[test]
fn a_full_name_is_whole_or_put_together() {
    check(
        "lead.name",
        &[
            (r#"{"first_name":"Kai","last_name":"Berg"}"#, Some("Kai Berg")),
            (r#"{"vid":88,"properties":{"firstname":{"value":"Kai"},"lastname":{"value":"Berg"}}}"#, Some("Kai Berg")),
            (r#"{"FirstName":"Kai","LastName":"Berg"}"#, Some("Kai Berg")),
            (r#"{"What's your first name?":"Kai","And your last name?":"Berg"}"#, Some("Kai Berg")),
            (r#"{"name":{"first":"Kai","last":"Berg","prefix":""}}"#, Some("Kai Berg")),
            (r#"{"names":{"first_name":"Kai","last_name":"Berg"}}"#, Some("Kai Berg")),
            (r#"{"1.3":"Kai","1.6":"Berg"}"#, Some("Kai Berg")),
            (r#"{"full_name":"Dr. Kai Berg","first_name":"Kai","last_name":"Berg"}"#, Some("Dr. Kai Berg")),
            (r#"{"first_name":"Kai Berg","last_name":"Berg"}"#, Some("Kai Berg")),
            (r#"{"name":"n/a","first_name":"Kai","last_name":"Berg"}"#, Some("Kai Berg")),
            (r#"{"Name":"Berg","Vorname":"Kai"}"#, Some("Kai Berg")),
            (r#"{"Nom":"Berg","Prénom":"Kai"}"#, Some("Kai Berg")),
            (r#"{"name":"Kai","surname":"Berg"}"#, Some("Kai Berg")),
            (r#"{"name":"Kai","first_name":"Kai","last_name":"Berg"}"#, Some("Kai Berg")),
            (r#"{"name":"K","first_name":"Kai","last_name":"Berg"}"#, Some("Kai Berg")),
            (r#"{"name":"Berg","first_name":"Kai","last_name":"Berg"}"#, Some("Kai Berg")),
            (r#"{"name":"Kai Uwe Berg","first_name":"Kai","last_name":"Berg"}"#, Some("Kai Uwe Berg")),
            (r#"{"Name":"van der Berg","Vorname":"Jan"}"#, Some("Jan van der Berg")),
            (r#"{"name":"Kai Berg","first_name":"K."}"#, Some("Kai Berg")),
            (r#"{"full_name":"Kai Berg","first_name":"Uwe"}"#, Some("Kai Berg")),
            (r#"{"First name":["Lis"],"Last name":["Tone"]}"#, Some("Lis Tone")),
            (r#"{"Voornaam":"Jan","Tussenvoegsel":"van der","Achternaam":"Berg"}"#, Some("Jan van der Berg")),
            (r#"{"Voornaam":"Jan","Tussenvoegsel":"-","Achternaam":"Berg"}"#, Some("Jan Berg")),
            (r#"{"Nombre":"Ana","Primer apellido":"Ruiz","Segundo apellido":"Soto"}"#, Some("Ana Ruiz Soto")),
            (r#"{"Nombre":"Ana María","Apellidos":"Ruiz Soto"}"#, Some("Ana María Ruiz Soto")),
            (r#"{"Name (required)":"Kai Berg","Email (required)":"kai@berg.example"}"#, Some("Kai Berg")),
            (r#"{"Ihr Name":"Kai Berg"}"#, Some("Kai Berg")),
            (r#"{"Vor- und Nachname":"Kai Berg"}"#, Some("Kai Berg")),
            (r#"{"Nom complet":"Kai Berg"}"#, Some("Kai Berg")),
            (r#"{"Nombre completo":"Kai Berg"}"#, Some("Kai Berg")),
            (r#"{"Imię i nazwisko":"Kai Berg"}"#, Some("Kai Berg")),
            (r#"{"お名前":"山田太郎"}"#, Some("山田太郎")),
            (r#"{"first_name":"Kai"}"#, Some("Kai")),
            (r#"{"last_name":"Berg"}"#, Some("Berg")),
            (r#"{"name":"P"}"#, Some("P")),
            (r#"{"email":"kai@berg.example"}"#, None),
        ],
    );
}

#[test]
fn a_part_of_a_name_counts_however_much_it_looks_like_none() {
    for (first, last) in [
        ("Na", "Li"),
        ("Li", "Na"),
        ("No", "Ho"),
        ("Jennifer", "Null"),
        ("Karl", "Student"),
        ("Eva", "Sans"),
        ("Bo", "Ohne"),
        ("Uwe", "Privat"),
        ("Jennifer", "Test"),
        ("Anon", "Chai"),
        ("Kai", "X"),
        ("Ka", "Wong"),
        ("Siew", "Foo"),
    ] {
        for body in [
            serde_json::json!({ "first_name": first, "last_name": last }),
            serde_json::json!({ "name": { "first": first, "last": last } }),
            serde_json::json!({ "Vorname": first, "Nachname": last }),
            serde_json::json!({ "name": last, "Vorname": first }),
        ] {
            let mapped = mapped(&body.to_string());
            assert_eq!(value(&mapped, "lead.name"), Some(format!("{first} {last}")), "{body}");
        }
    }
}

#[test]
fn the_only_address_is_the_persons_whatever_its_question_is_called() {
    for body in [
        r#"{"Full name":"Uwe Kern","Where may we reach you?":"uwe@kern.example"}"#,
        r#"{"Full name":"Uwe Kern","What's your work email?":"uwe@kern.example"}"#,
        r#"{"No Label name":"Uwe Kern","No Label contact":"uwe@kern.example","Phone":"+49 30 5550101"}"#,
        r#"{"q1":"uwe@kern.example"}"#,
        r#"{"q1":"uwe@kern.example","q2":"Uwe Kern <UWE@kern.example>"}"#,
    ] {
        let mapped = mapped(body);
        assert_eq!(value(&mapped, "lead.email").as_deref(), Some("uwe@kern.example"), "{body}");
        assert!(matches!(why(&mapped, "lead.email"), Some(GapWhy::Assumed { .. })), "{body}");
    }
}

#[test]
fn a_number_is_found_by_what_its_question_is_called_in_many_languages() {
    for label in [
        "Mobile number",
        "Mobile phone",
        "Cell phone",
        "Contact number",
        "Telephone number",
        "Work phone",
        "Phone (mobile)",
        "mobile_number",
        "user_phone",
        "Phone (optional)",
        "Telefonnummer",
        "Handy",
        "Mobil",
        "Rufnummer",
        "Téléphone",
        "Teléfono",
        "Móvil",
        "Numer telefonu",
        "電話番号",
    ] {
        let body = serde_json::json!({ "email": "uwe@kern.example", label: "030 4445566", "z": 1 }).to_string();
        let mapped = mapped(&body);
        assert_eq!(value(&mapped, "lead.phone").as_deref(), Some("030 4445566"), "{label}");
        assert!(!mapped.unmapped.contains_key(label), "{label}");
    }
}

#[test]
fn the_only_number_written_to_be_dialled_from_anywhere_is_the_persons() {
    let one = mapped(r#"{"email":"uwe@kern.example","Where do we ring?":"+49 30 4445566","Order":"4711081"}"#);
    assert_eq!(value(&one, "lead.phone").as_deref(), Some("+49304445566"));
    assert!(matches!(why(&one, "lead.phone"), Some(GapWhy::Assumed { .. })));
    for body in [
        r#"{"email":"uwe@kern.example","day":"+49 30 4445566","night":"+49 30 4445577"}"#,
        r#"{"email":"uwe@kern.example","Emergency contact":"+49 30 4445566"}"#,
        r#"{"email":"uwe@kern.example","Fax":"+49 30 4445566"}"#,
        r#"{"email":"uwe@kern.example","Company switchboard":"+49 30 4445566"}"#,
        r#"{"email":"uwe@kern.example","Order":"030 4445566"}"#,
    ] {
        assert_eq!(value(&mapped(body), "lead.phone"), None, "{body}");
    }
}

#[test]
fn a_company_and_a_message_are_found_by_what_their_questions_are_called() {
    for label in [
        "Unternehmen",
        "Firmenname",
        "Entreprise",
        "Empresa",
        "会社名",
        "Company / Organization",
        "Firma (Pflichtfeld)",
    ] {
        let body = serde_json::json!({ "email": "uwe@kern.example", label: "Kern AG" }).to_string();
        assert_eq!(value(&mapped(&body), "company.name").as_deref(), Some("Kern AG"), "{label}");
    }
    for label in ["Ihre Nachricht", "Mitteilung", "Mensaje"] {
        let body = serde_json::json!({ "email": "uwe@kern.example", label: "Five seats" }).to_string();
        assert_eq!(value(&mapped(&body), "lead.message").as_deref(), Some("Five seats"), "{label}");
    }
}

#[test]
fn the_only_address_is_taken_also_where_its_question_fills_another_field_or_the_one_for_it_cannot_be_read() {
    for body in [
        r#"{"Full Name":"Eva F <eva@field.example>"}"#,
        r#"{"phone":"eva@field.example"}"#,
        r#"{"company":"eva@field.example","name":"Eva"}"#,
        r#"{"country":"mail me: eva@field.example"}"#,
        r#"{"email":"n/a","Your best address":"eva@field.example"}"#,
        r#"{"email":"call me","name":"Eva","Your best address":"eva@field.example"}"#,
        r#"{"email":"test@test.com","name":"Eva","Your best address":"eva@field.example"}"#,
    ] {
        let mapped = mapped(body);
        assert_eq!(value(&mapped, "lead.email").as_deref(), Some("eva@field.example"), "{body}");
        assert!(matches!(why(&mapped, "lead.email"), Some(GapWhy::Assumed { .. })), "{body}: {:?}", mapped.gaps);
    }
    let unread = mapped(r#"{"email":"call me","name":"Eva","Your best address":"eva@field.example"}"#);
    assert_eq!(unread.unmapped.get("email"), Some(&Value::text("call me")), "kept as it came");
    let alone = mapped(r#"{"email":"call me","name":"Eva"}"#);
    assert!(matches!(why(&alone, "lead.email"), Some(GapWhy::Unreadable { .. })));
}

#[test]
fn of_two_addresses_the_one_that_is_asked_for_counts_or_none() {
    let two = mapped(r#"{"Buyer":"uwe@kern.example","Billing":"ada@kern.example"}"#);
    assert_eq!(value(&two, "lead.email"), None);
    let answers = vec!["ada@kern.example".to_owned(), "uwe@kern.example".to_owned()];
    assert_eq!(why(&two, "lead.email"), Some(GapWhy::Several { answers }));
    let typed = mapped(
        r#"{"event_id":"e","form_response":{"form_id":"f","token":"t","definition":{"fields":[
            {"id":"a","title":"And how can we reach you?"},{"id":"b","title":"Who sent you?"},{"id":"c","title":"Or by voice?"}]},
            "answers":[{"type":"email","email":"uwe@kern.example","field":{"id":"a"}},
            {"type":"text","text":"ada@kern.example","field":{"id":"b"}},
            {"type":"phone_number","phone_number":"+4930555011","field":{"id":"c"}}]}}"#,
    );
    assert_eq!(value(&typed, "lead.email").as_deref(), Some("uwe@kern.example"));
    assert_eq!(value(&typed, "lead.phone").as_deref(), Some("+4930555011"));
    let message =
        mapped(r#"{"full_name":"Uwe","Anything else":"please write to my colleague ada@kern.example about it"}"#);
    assert_eq!(value(&message, "lead.email"), None, "a message may speak of somebody else");
}

#[test]
fn spellings_of_one_person_have_one_key() {
    let key = |body: &str| mapped(body).keys.get(&Kind::from("lead")).cloned();
    for body in [
        r#"{"phone":"+49 30 1234567"}"#,
        r#"{"phone":"030 1234567","country":"Germany"}"#,
        r#"{"phone":"030/1234567 (mobile)","country":"DE"}"#,
        r#"{"phone":"0049 (0)30 1234567"}"#,
        r#"{"phone":"49 30 1234567","country":"de"}"#,
    ] {
        assert_eq!(key(body).as_deref(), Some("phone:+49301234567"), "{body}");
    }
    for body in [
        r#"{"email":"zoe@müller.example"}"#,
        r#"{"email":"Zoe@xn--mller-kva.example"}"#,
        "{\"email\":\"zoe@mu\u{308}ller.example\u{200b}\"}",
    ] {
        assert_eq!(key(body).as_deref(), Some("email:zoe@xn--mller-kva.example"), "{body}");
    }
    assert_eq!(
        value(&mapped(r#"{"phone":"030 1234567","country":"DE"}"#), "lead.phone").as_deref(),
        Some("+49301234567")
    );
}

#[test]
fn a_number_gets_the_code_of_the_country_that_stands_beside_it() {
    for body in [
        r#"{"phone_country_code":"+49","phone":"30 7772005"}"#,
        r#"{"phone_country_code":"49","phone":"030 7772005"}"#,
        r#"{"phone":{"country":"DE","number":"030 7772005"}}"#,
        r#"{"phone":{"country_code":"49","national_number":"307772005"}}"#,
        r#"{"phone":{"country_code":"49","national_number":"307772005","international":"+49307772005"}}"#,
        r#"{"country_code":"DE","phone":"030 7772005"}"#,
        r#"{"Land":"Deutschland","phone":"030 7772005"}"#,
        r#"{"country":"Germany (+49)","phone":"030 7772005"}"#,
        // What is asked of the number counts before what is asked of the person.
        r#"{"country":"AT","phone_country_code":"+49","phone":"030 7772005"}"#,
    ] {
        assert_eq!(value(&mapped(body), "lead.phone").as_deref(), Some("+49307772005"), "{body}");
    }
    check("lead.phone", &[(r#"{"Land":"bitte wählen","phone":"030 7772005"}"#, Some("030 7772005"))]);
}

#[test]
fn a_number_in_a_list_with_its_label_is_found() {
    let phones = r#"{"emails":[{"label":"work","value":"uwe@kern.example"}],"phones":[{"label":"work","value":"+49 30 7772005"}]}"#;
    check("lead.phone", &[(phones, Some("+49307772005"))]);
}

#[test]
fn what_people_type_in_place_of_their_name_fills_no_name_and_is_kept_as_it_came() {
    for answer in ["-", ".", "n/a", "none", "Test", "xxx", "x", "Your name", "keine Angabe", "hobbyprojekt"] {
        let mapped = mapped(&format!(r#"{{"email":"tiny@shop.example","full_name":"{answer}"}}"#));
        assert_eq!(value(&mapped, "lead.name"), None, "{answer}");
        assert_eq!(why(&mapped, "lead.name"), Some(GapWhy::Placeholder { answer: answer.to_owned() }));
        assert_eq!(mapped.unmapped.get("full_name"), Some(&Value::text(answer)));
    }
    check(
        "lead.name",
        &[
            (r#"{"full_name":"-","first_name":"Kai","last_name":"Berg"}"#, Some("Kai Berg")),
            (r#"{"first_name":"-","last_name":"Berg"}"#, Some("Berg")),
            (r#"{"first_name":"Kai","last_name":"n/a"}"#, Some("Kai")),
            (r#"{"first_name":"Malcolm","last_name":"X"}"#, Some("Malcolm X")),
            (r#"{"first_name":"Christopher","last_name":"Null"}"#, Some("Christopher Null")),
        ],
    );
    check("lead.first_name", &[(r#"{"first_name":"Na","last_name":"Li"}"#, Some("Na"))]);
    check("lead.last_name", &[(r#"{"last_name":"-"}"#, None), (r#"{"last_name":"X"}"#, Some("X"))]);
    let parts = mapped(r#"{"full_name":"-","first_name":"Kai","last_name":"."}"#);
    assert_eq!((&parts.unmapped["full_name"], &parts.unmapped["last_name"]), (&Value::text("-"), &Value::text(".")));
}

#[test]
fn a_number_that_is_nobodys_beside_other_words_is_not_called_a_placeholder() {
    let mapped = mapped(r#"{"email":"ada@holm.example","phone":"see order 12345678"}"#);
    assert_eq!(value(&mapped, "lead.phone"), None);
    let detail = "12345678 is nobody's".to_owned();
    assert_eq!(
        why(&mapped, "lead.phone"),
        Some(GapWhy::Unreadable { answer: "see order 12345678".to_owned(), detail })
    );
    assert_eq!(mapped.unmapped["phone"], Value::text("see order 12345678"));
}

#[test]
fn an_answer_that_was_cut_off_fills_nothing_and_identifies_nobody() {
    for (body, email, name) in [
        (r#"{"full_name":"Ada Holm","email":"ada@holm.exa"#, None, Some("Ada Holm")),
        (r#"{"email":"ada@holm.example","full_name":"Ada Ho"#, Some("ada@holm.example"), None),
        (
            r#"{"answers":[{"label":"Full name","value":"Ada Holm"},{"label":"email","value":"ada@holm.exa"#,
            None,
            Some("Ada Holm"),
        ),
        (r#"{"full_name":"Ada Holm",email:"ada@holm.exa"#, None, Some("Ada Holm")),
        (r#"{"email":"ada@holm.example","full_name":"Ada "Countess" Holm"}"#, Some("ada@holm.example"), None),
        (r#"{"full_name":"Ada Holm","id":47110815"#, None, Some("Ada Holm")),
    ] {
        let mapped = mapped(body);
        assert_eq!(value(&mapped, "lead.email").as_deref(), email, "{body}");
        assert_eq!(value(&mapped, "lead.name").as_deref(), name, "{body}");
        let key = email.map(|email| format!("email:{email}"));
        assert_eq!(mapped.keys.get(&Kind::from("lead")), key.as_ref(), "{body}");
        let kept = mapped.unmapped["(not read)"].to_string();
        assert!(body.ends_with(&kept), "{kept} of {body}");
    }
}

#[test]
fn what_names_nobody_fills_nothing_and_is_kept_as_it_came() {
    for answer in ["N/A", "none", "-", "self-employed", "hobbyprojekt", "keine"] {
        let mapped = mapped(&format!(r#"{{"email":"tiny@shop.example","company":"{answer}","team_size":"5"}}"#));
        assert_eq!(value(&mapped, "company.name"), None, "{answer}");
        assert_eq!(why(&mapped, "company.name"), Some(GapWhy::Placeholder { answer: answer.to_owned() }));
        assert_eq!(mapped.unmapped.get("company"), Some(&Value::text(answer)));
        assert_eq!(mapped.keys.get(&Kind::from("company")), None, "{answer}");
    }
    check("company.name", &[(r#"{"company":"None of Us Ltd"}"#, Some("None of Us Ltd"))]);
    let key = |body: &str| mapped(body).keys.get(&Kind::from("lead")).cloned();
    assert_eq!(key(r#"{"id":"n/a"}"#), None);
    assert_eq!(key(r#"{"email":"test@test.com"}"#), None);
    assert_eq!(key(r#"{"phone":"000 000 0000"}"#), None);
    assert_eq!(key(r#"{"phone":"12345"}"#), None, "an inside line may be anybody's");
}
