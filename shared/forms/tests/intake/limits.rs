//! What is too much is cut, named or kept together: the answers that matter are read all the same.

use forms::{Submission, limits, map, read};
use serde_json::{Value as Json, json};

use crate::{
    fixture::{now, post},
    providers::shipped,
};

fn submission(content_type: &str, body: &[u8]) -> Submission {
    let submissions = read(&post(content_type, body), None, now());
    submissions.unwrap_or_else(|refusal| panic!("{refusal}")).remove(0)
}

fn of_json(body: &Json) -> Submission {
    submission("application/json", body.to_string().as_bytes())
}

fn answer(submission: &Submission, name: &str) -> String {
    submission.answer(name).unwrap_or_else(|| panic!("no {name} in {:?}", submission.fields.keys())).to_string()
}

/// As a message on the bus holds it: a text within JSON.
fn carried(submission: &Submission) -> usize {
    serde_json::to_string(&serde_json::to_string(submission).unwrap()).unwrap().len()
}

#[test]
fn whatever_is_too_much_leaves_the_address_and_fits() {
    let text = |letter: &str, times: usize| letter.repeat(times);
    let many: serde_json::Map<String, Json> =
        (0..20_000).map(|index| (format!("question number {index:05}"), json!(format!("answer {index}")))).collect();
    let mut many = Json::Object(many);
    many["Email"] = json!("ada@example.com");
    let long_names: serde_json::Map<String, Json> =
        (0..150).map(|index| (format!("{index:03}{}", "n\"".repeat(2_000)), json!("x"))).collect();
    let deep = format!("{}\"deep\"{}", "[".repeat(9_000), "]".repeat(9_000));
    for (case, body) in [
        ("one long text", json!({"email": "ada@example.com", "message": text("x", 900_000)})),
        ("quotes", json!({"email": "ada@example.com", "message": text("\"\\\n", 150_000)})),
        ("letters of four bytes", json!({"email": "ada@example.com", "message": text("😀", 200_000)})),
        (
            "many texts",
            json!({"email": "ada@example.com", "texts": (0..300).map(|_| text("y ", 1_500)).collect::<Vec<_>>()}),
        ),
        ("many fields", many),
        ("long names", json!({"email": "ada@example.com", "answers": long_names})),
        (
            "a file as text",
            json!({"email": "ada@example.com", "cv": format!("data:application/pdf;base64,{}", text("AAAA", 200_000))}),
        ),
        (
            "a list of objects",
            json!({"email": "ada@example.com", "log": (0..9_000).map(|at| json!({"at": at, "x": "y"})).collect::<Vec<_>>()}),
        ),
    ] {
        let submission = of_json(&body);
        assert_eq!(answer(&submission, "email"), "ada@example.com", "{case}");
        let (bytes, apart) = (carried(&submission), submission.apart.len());
        assert!(bytes <= 230_000, "{case}: {bytes} bytes, {} fields, {apart} apart", submission.fields.len());
    }
    let deep = submission("application/json", format!("{{\"deep\":{deep},\"email\":\"ada@example.com\"}}").as_bytes());
    assert_eq!(answer(&deep, "email"), "ada@example.com");
    assert!(serde_json::to_string(&deep).unwrap().contains("[\\\"deep\\\"]"));
}

#[test]
fn a_text_that_is_cut_is_named_with_its_length_and_hash() {
    let submission = of_json(&json!({"email": "ada@example.com", "message": "é".repeat(200_000), "short": "kept"}));
    let message = answer(&submission, "message");
    assert!(message.starts_with("éééé") && message.contains("400000 bytes in all, sha256 "), "{}", message.len());
    assert_eq!(answer(&submission, "short"), "kept");
    let remarks: Vec<(&str, &str)> =
        submission.remarks.iter().map(|remark| (remark.code.as_str(), remark.pointer.as_str())).collect();
    assert_eq!(remarks, [("text_cut", "/message")]);
    let other =
        of_json(&json!({"email": "ada@example.com", "message": format!("{}!", "é".repeat(200_000)), "short": "kept"}));
    assert_ne!(submission.fingerprint, other.fingerprint, "what is cut off is content as well");
}

#[test]
fn what_exceeds_the_fields_is_kept_together() {
    let body: serde_json::Map<String, Json> = (0..300).map(|index| (format!("f{index:03}"), json!(index))).collect();
    let submission = of_json(&Json::Object(body));
    assert_eq!(submission.fields.len(), limits::FIELDS + 1);
    let rest: Json = serde_json::from_str(&answer(&submission, "everything else")).unwrap();
    assert_eq!((rest["f200"].clone(), rest["f299"].clone()), (json!(200), json!(299)));
    assert_eq!(rest.get("f199"), None);
}

#[test]
fn what_says_who_somebody_is_has_room_wherever_it_stands() {
    let who =
        json!({"name": "Lea Moor", "telephone": "+49 30 1239988", "z_mail": "lea@moor.example", "vorname": "Lea"});
    for name in ["a", "a rather long question, as surveys ask them, number "] {
        let mut body = who.clone();
        (0..900).for_each(|index| body[format!("{name}{index:03}")] = json!("x"));
        let mut submissions = vec![of_json(&body), of_json(&json!({ "answers": body }))];
        let listed: Vec<Json> = body.as_object().unwrap().iter().map(|(name, it)| json!([name, it])).collect();
        submissions.push(of_json(&json!({ "answers": listed })));
        for submission in submissions {
            for (question, said) in who.as_object().unwrap() {
                assert_eq!(answer(&submission, question), said.as_str().unwrap());
            }
            assert!(submission.fields.len() <= limits::FIELDS + limits::WHO + 1, "{}", submission.fields.len());
        }
    }
}

#[test]
fn what_the_map_asks_for_has_room_wherever_it_stands() {
    let (mut form, schema) = shipped();
    form.map.get_mut("lead.job_title").unwrap().push("z about you.your post".to_owned());
    form.honeypot = Some("z_trap".to_owned());
    let of = |body: &Json| read(&post("application/json", body.to_string().as_bytes()), Some(&form), now());
    let asked = json!({"team_size": "40", "utm_source": "fair", "how can we help": "Two desks", "z_trap": ""});
    for name in ["a", "a rather long question, as surveys ask them, number "] {
        let mut body = asked.clone();
        body["z about you"] = json!({"your post": "Buyer", "your floor": "3"});
        (0..900).for_each(|index| body[format!("{name}{index:03}")] = json!("x"));
        let listed: Vec<Json> = body.as_object().unwrap().iter().map(|(name, it)| json!([name, it])).collect();
        let mut bodies = vec![body.clone(), json!({ "answers": body })];
        bodies.extend(listed.iter().all(|pair| pair[1].is_string()).then(|| json!({ "answers": listed })));
        for mut body in bodies {
            let mapped = map(&of(&body).unwrap()[0], &form, &schema).unwrap();
            let value = |kind: &str, field: &str| mapped.fields[&domain::id::Kind::from(kind)][field].to_string();
            assert_eq!(
                ["job_title", "message", "source"].map(|field| value("lead", field)),
                ["Buyer", "Two desks", "fair"]
            );
            assert_eq!(value("company", "employees"), "40");
            assert!(mapped.unmapped.len() <= limits::FIELDS + 1, "{}", mapped.unmapped.len());
            let place = if body.get("answers").is_some() { &mut body["answers"] } else { &mut body };
            place["z_trap"] = json!("cheap watches");
            assert!(of(&body).unwrap()[0].held.is_some(), "a trap that stands behind all else is one");
        }
    }
}

#[test]
fn files_and_captchas_take_no_room_from_what_people_wrote() {
    let file = "A".repeat(700_000);
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"cv\"; filename=\"cv.pdf\"\r\n\r\n{file}\r\n--B\r\n\
         Content-Disposition: form-data; name=\"cv\"; filename=\"second.pdf\"\r\n\r\nB\r\n--B\r\n\
         Content-Disposition: form-data; name=\"email\"\r\n\r\nada@example.com\r\n--B--\r\n"
    );
    let parts = submission("multipart/form-data; boundary=B", body.as_bytes());
    assert_eq!(answer(&parts, "email"), "ada@example.com");
    assert!(answer(&parts, "cv").starts_with("cv.pdf (700000 bytes, sha256 "), "{}", answer(&parts, "cv"));
    assert!(answer(&parts, "cv (2)").starts_with("second.pdf (1 bytes"));
    assert!(parts.remarks.is_empty());
    let captcha = of_json(&json!({"email": "ada@example.com", "g-recaptcha-response": "03AF".repeat(600)}));
    assert!(answer(&captcha, "g-recaptcha-response").starts_with("left out (2400 bytes, sha256 "));
}

#[test]
fn the_token_of_a_captcha_is_no_content() {
    let with = |token: &str| {
        of_json(&json!({"email": "ada@example.com", "cf-turnstile-response": token, "fbclid": token})).fingerprint
    };
    assert_eq!(with("first"), with("second"));
}
