//! Names of questions, ids, holds and repeats: what a reader decides beyond the fields.

use domain::{
    id::Kind,
    playbook::{Form, Source},
    value::Value,
};
use forms::{Request, Submission, read};

use crate::fixture::{self, now, post};

fn form(source: Source, honeypot: Option<&str>) -> Form {
    Form { source, honeypot: honeypot.map(str::to_owned), ..Form::about(Kind::from("lead")) }
}

fn json(body: &str) -> Submission {
    read(&post("application/json", body.as_bytes()), None, now()).unwrap().remove(0)
}

fn check(submission: &Submission, name: &str, expected: Option<&str>) {
    assert_eq!(submission.answer(name).map(Value::to_string).as_deref(), expected, "{name}");
}

#[test]
fn a_question_is_found_by_label_ref_key_and_id_in_any_spelling() {
    let typeform = fixture::named("typeform.form_response.json").one();
    for name in ["Work email?", "work email", "WORK_EMAIL", "email", "f2", "Email"] {
        check(&typeform, name, Some("ada@example.com"));
    }
    check(&typeform, "hidden.utm_source", Some("ads"));
    check(&typeform, "utm_source", Some("ads"));
    check(&typeform, "calculated.score", Some("9"));
    check(&typeform, "score", Some("4"));
    check(&typeform, "", None);
    check(&typeform, "?", None);
    let tally = fixture::named("tally.FORM_RESPONSE.json").one();
    check(&tally, "plan", Some("Business"));
    check(&tally, "question_eee555", Some("Business"));
}

#[test]
fn the_number_of_a_question_is_not_its_name() {
    let body = r#"{"eventId":"e","eventType":"FORM_RESPONSE","data":{"fields":[
        {"key":"question_4","label":"Empresa","type":"INPUT_TEXT","value":"Lorca S.L."},
        {"key":"question_1","label":"Correo","type":"INPUT_EMAIL","value":"ada@example.com"}]}}"#;
    assert_eq!(forms::propose(&json(body)).get("lead.message"), None);
    let asked = json(r#"{"Your question":"May we talk?","email_1":"ada@example.com"}"#);
    assert_eq!(forms::propose(&asked).get("lead.message").map(String::as_str), Some("Your question"));
}

#[test]
fn an_exact_name_wins_over_a_similar_one() {
    let submission = json(r#"{"First Name": "label", "first_name": "key"}"#);
    check(&submission, "first_name", Some("key"));
    check(&submission, "First Name", Some("label"));
}

#[test]
fn tally_choices_may_also_be_plain_text() {
    let body = br#"{"eventId":"e","eventType":"FORM_RESPONSE","data":{"fields":[
        {"key":"q1","label":"Plan","type":"CHECKBOXES","value":["Business","opt-2"],
         "options":[{"id":"opt-1","text":"Business"},{"id":"opt-2","text":"Free"}]},
        {"key":"q2","label":"Grid","type":"MATRIX","value":{"r1":["c1"]},
         "rows":[{"id":"r1","text":"Price"}],"columns":[{"id":"c1","text":"Good"}]}]}}"#;
    let submission = read(&post("application/json", body), None, now()).unwrap().remove(0);
    check(&submission, "Plan", Some("Business, Free"));
    check(&submission, "Grid", Some("Price: Good"));
}

#[test]
fn the_person_keeps_the_short_name_before_the_form() {
    let nested = fixture::named("generic.nested.json").one();
    check(&nested, "name", Some("Ada Example"));
    check(&nested, "form.name", Some("Contact form"));
    check(&nested, "data.company.name", Some("Example Ltd"));
    check(&nested, "size", Some("11-50"));
}

#[test]
fn lists_of_questions_are_read_whatever_they_are_called() {
    for body in [
        r#"{"answers":[{"question":{"id":1,"title":"Email"},"answer":"ada@example.com"}]}"#,
        r#"{"response":{"items":[{"questionText":"Email","response":"ada@example.com"}]}}"#,
        r#"[{"field":"Email","value":"ada@example.com"}]"#,
        r#"[{"field":"Email","text":"ada@example.com"},{"field":"Name","text":"Ada"}]"#,
        r#"{"fields.Email.value":"ada@example.com"}"#,
        r#"{"Email":{"value":"ada@example.com","field_type":"email"}}"#,
        r#"{"values":{"x1":{"label":"Email","value":["ada@example.com"]}}}"#,
        r#"{"payload":"{\"Email\":\"ada@example.com\"}"}"#,
    ] {
        check(&json(body), "email", Some("ada@example.com"));
    }
}

#[test]
fn a_list_of_objects_is_one_submission_each() {
    let body = br#"[{"email":"a@example.com"},{"email":"b@example.com"}]"#;
    let submissions = read(&post("application/json", body), None, now()).unwrap();
    assert_eq!(submissions.len(), 2);
    assert_eq!(submissions[1].pointer("email"), "/1/email");
}

#[test]
fn two_people_never_share_a_guessed_id_and_a_repeat_keeps_its_own() {
    let id = |email: &str, at: &str| {
        json(&format!(r#"{{"id":"form-0000000000000001","created_at":"{at}","email":"{email}"}}"#)).provider_id
    };
    let (first, second) = ("2026-11-20T15:03:04Z", "2026-11-20T15:03:05Z");
    assert_eq!(id("a@example.com", first), id("a@example.com", first));
    assert_ne!(id("a@example.com", first), id("b@example.com", first));
    assert_ne!(id("a@example.com", first), id("a@example.com", second));
    assert_eq!(json(r#"{"id":"7","email":"a@example.com"}"#).provider_id, None);
    assert_eq!(json(r#"{"submissionId":"s1","email":"a@example.com"}"#).provider_id.as_deref(), Some("s1"));
}

#[test]
fn an_id_that_a_form_counts_belongs_to_the_form() {
    let id = |more: &str| json(&format!(r#"{{"entry_id":"1","email":"a@example.com"{more}}}"#)).provider_id;
    assert_eq!(id(r#","form_id":"3""#).as_deref(), Some("3#1"));
    assert_ne!(id(r#","form_id":"3""#), id(r#","form_id":"4""#));
    assert_ne!(
        id(r#","form_id":"3","source_url":"https://a.example/x""#),
        id(r#","form_id":"3","source_url":"https://b.example/x""#),
        "a form that is itself counted belongs to its site"
    );
    assert_eq!(id(""), None, "without a form the content decides");
    assert_eq!(json(r#"{"entry_id":"9f8e7d6c","email":"a@example.com"}"#).provider_id.as_deref(), Some("9f8e7d6c"));
}

#[test]
fn entry_1_of_two_wufoo_forms_is_two_submissions() {
    let id = |form: &str| {
        let body = format!(
            "Field1=Ada&EntryId=1&FieldStructure=%7B%22Fields%22%3A%5B%5D%7D&FormStructure=%7B%22Name%22%3A%22Contact%22%2C%22Hash%22%3A%22{form}%22%7D"
        );
        read(&post("application/x-www-form-urlencoded", body.as_bytes()), None, now()).unwrap().remove(0).provider_id
    };
    assert_eq!(id("m1").as_deref(), Some("m1#1"));
    assert_ne!(id("m1"), id("m2"));
}

#[test]
fn ids_alone_are_to_be_fetched_however_they_are_wrapped() {
    let change = r#"{"field":"leadgen","value":{"leadgen_id":"2001","form_id":"300","created_time":1772438000}}"#;
    for (object, body) in [
        ("leadgen", change.to_owned()),
        ("leadgen", format!(r#"{{"entry":[{{"id":"108","changes":[{change}]}}]}}"#)),
        ("leadgen", r#"{"leadgen_id":2001,"form_id":300,"page_id":"108","created_time":1772438000}"#.to_owned()),
        ("leadGenFormResponse", r#"{"leadGenFormResponse":"2001","leadGenForm":"urn:li:leadGenForm:300"}"#.to_owned()),
    ] {
        let fetch = json(&body).to_fetch.unwrap_or_else(|| panic!("nothing is to be fetched: {body}"));
        assert_eq!((fetch.object.as_str(), fetch.id.as_str()), (object, "2001"), "{body}");
    }
    for with_answers in [
        r#"{"leadgen_id":"2001","form_id":"300","full_name":"Ida Falk","email":"ida@falk.example"}"#,
        r#"{"leadGenFormResponse":"2001","formResponse":{"answers":[{"question":"Email","answer":"ida@falk.example"}]}}"#,
    ] {
        assert_eq!(json(with_answers).to_fetch, None, "{with_answers}");
    }
}

#[test]
fn what_a_header_calls_a_test_is_one() {
    let is_test = |headers| {
        let request = Request { headers, ..post("application/json", br#"{"email_1":"ada@example.com"}"#) };
        read(&request, None, now()).unwrap().remove(0).test
    };
    assert!(is_test(&[("X-Hook-Test", "true")]));
    assert!(!is_test(&[("X-Hook-Test", "false")]) && !is_test(&[]));
}

#[test]
fn the_lead_of_metas_test_button_is_a_test() {
    let body = String::from_utf8(fixture::named("meta.leadgen.json").body).unwrap();
    let lead = json(&body);
    let sample = json(&body.replace(lead.provider_id.as_deref().unwrap(), "444444444444"));
    assert!(sample.test && !lead.test);
}

#[test]
fn a_typeform_that_was_left_half_way_is_partial_under_the_id_of_the_whole() {
    let whole = String::from_utf8(fixture::named("typeform.form_response.json").body).unwrap();
    let part = json(&whole.replace("\"event_type\": \"form_response\"", "\"event_type\": \"form_response_partial\""));
    let whole = json(&whole);
    assert!(part.partial && !whole.partial);
    assert_eq!(part.provider_id, whole.provider_id);
}

#[test]
fn the_id_of_a_standard_webhook_is_the_submissions() {
    let headers = [("webhook-id", "msg_1")];
    let mut request = post("application/json", br#"{"email":"a@example.com"}"#);
    request.headers = &headers;
    assert_eq!(read(&request, None, now()).unwrap()[0].provider_id.as_deref(), Some("msg_1"));
}

#[test]
fn the_fingerprint_sees_content_and_not_ids() {
    let print = |body: &str| json(body).fingerprint;
    let first = print(r#"{"email":"a@example.com","submissionId":"1"}"#);
    assert_eq!(first, print(r#"{"submissionId":"2","email":" a@example.com "}"#));
    assert_ne!(first, print(r#"{"email":"b@example.com","submissionId":"1"}"#));
    assert_ne!(print(r#"{"a":"true"}"#), print(r#"{"a":true}"#));
    assert_eq!(first.len(), 64);
}

#[test]
fn a_double_click_has_one_fingerprint_whatever_the_page_sends_beside_the_answers() {
    let print =
        |beside: &str| json(&format!(r#"{{"email":"a@example.com","date of visit":"1 May",{beside}}}"#)).fingerprint;
    for (first, second) in [
        (r#""_wpcf7_recaptcha_response":"03AF""#, r#""_wpcf7_recaptcha_response":"03AG""#),
        (r#""_wpcf7_ak_js":"17","ak_js":"18""#, r#""_wpcf7_ak_js":"19","ak_js":"20""#),
        (r#""form_build_id":"form-a","form_token":"t1""#, r#""form_build_id":"form-b","form_token":"t2""#),
        (
            r#""Date":"2026-11-27","Time":"09:12","Remote IP":"192.0.2.1","User Agent":"M""#,
            r#""Date":"2026-11-28","Time":"00:01","Remote IP":"192.0.2.1","User Agent":"M""#,
        ),
        (r#""your email":"Ada@Example.com""#, r#""your email":"ada@example.com""#),
    ] {
        assert_eq!(print(first), print(second), "{first}");
    }
    assert_ne!(print(r#""Date":"2026-11-27""#), print(r#""Date":"2026-11-28""#), "an answer, where no page says it");
}

#[test]
fn the_plain_id_of_an_entry_names_it_whatever_it_says() {
    let id = |body: &str| json(body).provider_id;
    for (name, first, edited) in [
        (
            "fb_1",
            r#"{"webhookId":"w1","event":"responseCreated","data":{"id":"fb_1","surveyId":"s1","createdAt":"2026-11-20T10:00:00Z","finished":false,"data":{"email":"a@example.com"}}}"#,
            r#"{"webhookId":"w1","event":"responseFinished","data":{"id":"fb_1","surveyId":"s1","createdAt":"2026-11-20T10:00:00Z","finished":true,"data":{"email":"b@example.com"}}}"#,
        ),
        (
            "3#41",
            r#"{"id":"41","form_id":"3","date_created":"2026-11-20 10:00:00","Message":"a"}"#,
            r#"{"id":"41","form_id":"3","date_created":"2026-11-20 10:00:00","Message":"b"}"#,
        ),
        (
            "1-9",
            r#"{"Form":{"Id":"1","InternalName":"Contact"},"Id":"1-9","Email":"a@example.com","Entry":{"Number":9,"DateCreated":"2026-11-20T10:00:00Z","Status":"Incomplete"}}"#,
            r#"{"Form":{"Id":"1","InternalName":"Contact"},"Id":"1-9","Email":"a@example.com","Entry":{"Number":9,"DateCreated":"2026-11-20T10:00:00Z","Status":"Submitted"}}"#,
        ),
    ] {
        assert_eq!((id(first).as_deref(), id(edited).as_deref()), (Some(name), Some(name)));
    }
    // The id of a form, a page or a delivery is no entry's: two leads stay two.
    for (first, second) in [
        (r#"{"form":{"id":"f1"},"email":"a@example.com"}"#, r#"{"form":{"id":"f1"},"email":"b@example.com"}"#),
        (
            r#"{"id":"wh_1234567890123456","form_id":"f1","timestamp":"2026-11-20T10:00:00Z","email":"a@example.com"}"#,
            r#"{"id":"wh_1234567890123456","form_id":"f1","timestamp":"2026-11-20T10:00:00Z","email":"b@example.com"}"#,
        ),
    ] {
        assert!(id(first).is_none() || id(first) != id(second), "{first}");
    }
}

#[test]
fn a_filled_trap_holds_the_submission_and_an_empty_one_does_not() {
    let hold = |body: &[u8], honeypot| {
        let form = form(Source::Generic, honeypot);
        read(&post("application/json", body), Some(&form), now()).unwrap().remove(0).held
    };
    assert!(hold(br#"{"email":"a@example.com","website":"x"}"#, Some("website")).unwrap().contains("website"));
    assert_eq!(hold(br#"{"email":"a@example.com","website":""}"#, Some("website")), None);
    for blank in ["\u{200b}", "\u{a0} \u{2003}", "\u{ad}\u{feff}\u{2060}", "\u{3164}"] {
        let body = format!(r#"{{"email":"a@example.com","website":"{blank}","_gotcha":"{blank}"}}"#);
        assert_eq!(hold(body.as_bytes(), Some("website")), None, "{blank:?} is empty");
    }
    for unticked in ["false", "0", r#""false""#, r#""0""#, r#""off""#] {
        let body = format!(r#"{{"email":"a@example.com","website":{unticked},"_gotcha":{unticked}}}"#);
        assert_eq!(hold(body.as_bytes(), Some("website")), None, "{unticked} is an unticked box");
    }
    assert!(hold("{\"email\":\"a@example.com\",\"website\":\"\u{200b}x\"}".as_bytes(), Some("website")).is_some());
    assert_eq!(hold(br#"{"email":"a@example.com","website":"x"}"#, None), None);
    assert_eq!(hold(br#"{"email":"a@example.com","Website?":"x"}"#, Some("website")), None);
    assert!(hold(br#"{"email":"a@example.com","_gotcha":"x"}"#, None).is_some());
}

#[test]
fn a_cancellation_is_kept_but_held() {
    let body = String::from_utf8(fixture::named("calendly.invitee.created.json").body).unwrap();
    let canceled = json(&body.replace("invitee.created", "invitee.canceled"));
    assert!(canceled.held.unwrap().contains("invitee.canceled"));
    assert!(canceled.provider_id.unwrap().ends_with("#invitee.canceled"));
    let body = String::from_utf8(fixture::named("cal-com.BOOKING_CREATED.json").body).unwrap();
    assert!(json(&body.replace("BOOKING_CREATED", "BOOKING_CANCELLED")).held.is_some());
}

#[test]
fn a_moment_in_the_future_is_said_and_not_believed() {
    let body = String::from_utf8(fixture::named("typeform.form_response.json").body).unwrap();
    let submission = json(&body.replace("2026-11-20T15:03:04Z", "2036-11-20T15:03:04Z"));
    assert_eq!(submission.submitted_at, None);
    assert_eq!(submission.remarks[0].pointer, "/form_response/submitted_at");
    assert_eq!(submission.remarks[0].code, "timestamp_skewed");
}

#[test]
fn hubspot_events_with_one_event_id_stay_apart() {
    let mut events = fixture::named("hubspot.webhook.batch.json").read().unwrap();
    let second = events.pop().unwrap();
    let body = String::from_utf8(fixture::named("hubspot.webhook.batch.json").body).unwrap();
    let same_id = body.replace("3400000001", "3400000002").replace("\"attemptNumber\": 0", "\"attemptNumber\": 1");
    let again = read(&post("application/json", same_id.as_bytes()), None, now()).unwrap();
    assert_ne!(again[0].provider_id, again[1].provider_id);
    assert_eq!(again[1].provider_id, second.provider_id, "a second attempt is the same event");
}

#[test]
fn a_form_of_one_provider_reads_the_shape_of_another_and_any() {
    let tally = fixture::named("tally.FORM_RESPONSE.json");
    for source in [Source::Typeform, Source::Tally, Source::Generic] {
        let read = read(&post("application/json", &tally.body), Some(&form(source, None)), now()).unwrap();
        assert_eq!(read[0].source, Source::Tally);
    }
    let flat =
        read(&post("application/json", br#"{"email":"a@example.com"}"#), Some(&form(Source::Typeform, None)), now());
    check(&flat.unwrap()[0], "email", Some("a@example.com"));
}

#[test]
fn a_form_of_a_provider_that_cannot_sign_reads_what_it_gets() {
    let form = form(Source::Salesforce, None);
    let request = post("application/x-www-form-urlencoded", b"last_name=Example&phone=%2B15550100");
    check(&read(&request, Some(&form), now()).unwrap()[0], "last_name", Some("Example"));
}

#[test]
fn typeform_groups_and_other_choices_are_read() {
    let body = br#"{"event_id":"e","event_type":"form_response","form_response":{"form_id":"f","token":"t",
        "definition":{"fields":[{"id":"g","type":"group","title":"You","properties":{"fields":[
            {"id":"q1","ref":"mail","title":"Email","type":"email"}]}}]},
        "answers":[{"type":"email","email":"ada@example.com","field":{"id":"q1","type":"email"}},
            {"type":"choices","choices":{"labels":["CRM"],"other":"Chat"},"field":{"id":"q2","ref":"products"}},
            {"type":"choice","choice":{"other":"Mine"},"field":{"id":"q3","ref":"plan"}}]}}"#;
    let submission = read(&post("application/json", body), None, now()).unwrap().remove(0);
    check(&submission, "Email", Some("ada@example.com"));
    check(&submission, "products", Some("CRM, Chat"));
    check(&submission, "plan", Some("Mine"));
}

#[test]
fn pointers_lead_to_the_answer_in_the_body() {
    let typeform = fixture::named("typeform.form_response.json");
    let body: serde_json::Value = serde_json::from_slice(&typeform.body).unwrap();
    let submission = typeform.one();
    assert_eq!(submission.pointer("email"), "/form_response/answers/1/email");
    for (question, pointer) in &submission.pointers {
        assert!(body.pointer(pointer).is_some(), "{question}: {pointer}");
    }
    assert_eq!(submission.pointer("no such question"), "/no such question");
}
