//! Shapes without a reader of their own, as services are known to send them: each must still
//! propose who wrote, and name the form and the submission where it says them.

use forms::{propose, read};

use crate::fixture::{now, post};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// (service, content type, body, proposals as `target=answer`, form, has an id)
type Row = (&'static str, &'static str, &'static str, &'static [&'static str], Option<&'static str>, bool);

const ROWS: &[Row] = &[
    (
        "LinkedIn-like: answers with nested details",
        JSON,
        r#"{"id":"urn:li:leadGenFormResponse:0001","submittedAt":1795186984000,"form":{"id":"9","name":"Whitepaper"},
           "answers":[{"questionId":1,"name":"email","answer":"ada@example.com"},{"questionId":2,"name":"firstName","answer":"Ada"},
           {"questionId":3,"name":"lastName","answer":"Example"},{"questionId":4,"name":"company","answer":"Example Ltd"}]}"#,
        &["lead.email=ada@example.com", "lead.first_name=Ada", "lead.last_name=Example", "company.name=Example Ltd"],
        Some("Whitepaper"),
        true,
    ),
    (
        "TikTok-like: list of field and value",
        JSON,
        r#"{"lead_id":"7300000000000000001","form_id":"f1","create_time":1795186984,
           "field_data":[{"name":"email","values":["ada@example.com"]},{"name":"full_name","values":["Ada Example"]},
           {"name":"phone_number","values":["+15550100"]}]}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example", "lead.phone=+15550100"],
        Some("f1"),
        true,
    ),
    (
        "Wufoo-like: Field1, Field2 with a structure in text",
        FORM,
        "Field1=Ada&Field2=Example&Field3=ada%40example.com&Field4=%2B1+555+0100&EntryId=7&DateCreated=2026-11-20+15%3A03%3A04&HandshakeKey=",
        &["lead.email=ada@example.com", "lead.phone=+1 555 0100"],
        None,
        // A counted number without its form tells nothing: the content decides.
        false,
    ),
    (
        "Formstack-like: labels to objects",
        JSON,
        r#"{"FormID":"12","UniqueID":"900000001","Name":{"value":{"first":"Ada","last":"Example"},"field_type":"name"},
           "Email":{"value":"ada@example.com","field_type":"email"},"Number of employees":{"value":"11-50","field_type":"select"}}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example", "lead.first_name=Ada", "company.employees=11-50"],
        Some("12"),
        true,
    ),
    (
        "ActiveCampaign-like: bracketed contact",
        FORM,
        "type=subscribe&contact%5Bid%5D=4&contact%5Bemail%5D=ada%40example.com&contact%5Bfirst_name%5D=Ada&contact%5Blast_name%5D=Example&contact%5Bphone%5D=%2B15550100&contact%5Borgname%5D=Example+Ltd",
        &["lead.email=ada@example.com", "lead.first_name=Ada", "lead.last_name=Example", "lead.phone=+15550100"],
        None,
        false,
    ),
    (
        "SavvyCal-like: booking with a scheduler",
        JSON,
        r#"{"id":"wh_0000000000000001","occurred_at":"2026-11-20T15:03:04Z","type":"event.created","payload":{"id":"event_1",
           "summary":"Demo","organizer":{"email":"host@example.com","name":"Host"},
           "scheduler":{"email":"ada@example.com","display_name":"Ada Example","fields":[{"id":"f","label":"Company size","value":"11-50"}]}}}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example", "company.employees=11-50"],
        None,
        true,
    ),
    (
        "Zoho-like: flat with odd names",
        JSON,
        r#"{"Name_First":"Ada","Name_Last":"Example","Email":"ada@example.com","PhoneNumber_countrycode":"+15550100","SingleLine":"Example Ltd","Added_Time":"20-Nov-2026 15:03:04"}"#,
        &["lead.email=ada@example.com", "lead.first_name=Ada", "lead.last_name=Example", "lead.phone=+15550100"],
        None,
        false,
    ),
    (
        "Typebot or Zapier: flat with sentences",
        JSON,
        r#"{"What's your name?":"Ada Example","What is your work e-mail address?":"ada@example.com","How many people work at your company?":"11-50","Which company do you work for?":"Example Ltd"}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example", "company.employees=11-50", "company.name=Example Ltd"],
        None,
        false,
    ),
    (
        "Framer or Carrd: flat",
        JSON,
        r#"{"Name":"Ada Example","Email":"ada@example.com","Message":"Call me"}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example", "lead.message=Call me"],
        None,
        false,
    ),
    (
        "Instapage or Leadpages: flat with page data",
        FORM,
        "Email+Address=ada%40example.com&First+Name=Ada&Last+Name=Example&page_name=Spring&page_url=https%3A%2F%2Fwww.example.com&ip=192.0.2.1",
        &["lead.email=ada@example.com", "lead.first_name=Ada", "lead.last_name=Example"],
        Some("Spring"),
        false,
    ),
    (
        "Fluent Forms or Ninja Forms: names in an object",
        JSON,
        r#"{"names":{"first_name":"Ada","last_name":"Example"},"email":"ada@example.com","__submission":{"id":"15","form_id":"3","created_at":"2026-11-20 15:03:04"}}"#,
        &["lead.email=ada@example.com", "lead.first_name=Ada", "lead.last_name=Example"],
        Some("3"),
        true,
    ),
    (
        "SurveyMonkey-like: pages of questions",
        JSON,
        r#"{"object_type":"response","id":"114000000001","survey_id":"5001","date_created":"2026-11-20T15:03:04+00:00",
           "pages":[{"id":"1","questions":[{"id":"11","heading":"Email","answers":[{"text":"ada@example.com"}]},
           {"id":"12","heading":"Your name","answers":[{"text":"Ada Example"}]}]}]}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example"],
        Some("5001"),
        true,
    ),
    (
        "Feathery, Formsort: answers by key",
        JSON,
        r#"{"answers":{"first_name":"Ada","last_name":"Example","email":"ada@example.com","company_size":"11-50"},
           "responder_uuid":"b0000000-0000-4000-8000-000000000001","flow_label":"demo","finalized":true}"#,
        &["lead.email=ada@example.com", "lead.first_name=Ada", "company.employees=11-50"],
        None,
        false,
    ),
    (
        "answers by number, each with its label",
        JSON,
        r#"{"event":"submission.created","submission":{"id":12,"created_at":"2026-11-20T15:03:04Z","answers":{
           "1":{"label":"Full name","value":"Ada Example"},"2":{"label":"Email","value":{"text":"ada@example.com"}},
           "3":{"label":"Team size","value":[{"id":1,"label":"11-50"}]}}}}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example", "company.employees=11-50"],
        None,
        true,
    ),
    (
        "Zoom-like: registrant deep inside",
        JSON,
        r#"{"event":"webinar.registration_created","event_ts":1795186984000,"payload":{"object":{"uuid":"4444AAAiAAAAAiAiAiiAii==","topic":"Demo",
           "registrant":{"id":"r1","first_name":"Ada","last_name":"Example","email":"ada@example.com","org":"Example Ltd","no_of_employees":"1-20",
           "custom_questions":[{"title":"Why?","value":"Price"}]}}}}"#,
        &["lead.email=ada@example.com", "lead.first_name=Ada", "company.name=Example Ltd", "company.employees=1-20"],
        None,
        false,
    ),
    (
        "Formspree: submission beside the form",
        JSON,
        r#"{"form":"xdemo","submission":{"_date":"2026-11-20T15:03:04+00:00","email":"ada@example.com","name":"Ada Example","message":"Hi"},"keys":["email","name"]}"#,
        &["lead.email=ada@example.com", "lead.name=Ada Example", "lead.message=Hi"],
        Some("xdemo"),
        false,
    ),
    (
        "Tilda: flat urlencoded",
        FORM,
        "Name=Ada+Example&Email=ada%40example.com&Phone=%2B1+555+0100&tranid=100001%3A200002&formid=form300003&formname=Callback",
        &["lead.email=ada@example.com", "lead.name=Ada Example", "lead.phone=+1 555 0100"],
        Some("Callback"),
        true,
    ),
];

#[test]
fn unknown_shapes_come_out_sensibly() {
    for (service, content_type, body, expected, form, has_id) in ROWS {
        let submissions = read(&post(content_type, body.as_bytes()), None, now());
        let submissions = submissions.unwrap_or_else(|refusal| panic!("{service}: {refusal}"));
        assert_eq!(submissions.len(), 1, "{service}");
        let submission = &submissions[0];
        let proposed = propose(submission);
        for expectation in *expected {
            let (target, answer) = expectation.split_once('=').unwrap();
            let found = proposed.get(target).and_then(|question| submission.answer(question)).map(ToString::to_string);
            assert_eq!(
                found.as_deref(),
                Some(answer),
                "{service}: {target} in {proposed:?} of {:?}",
                submission.fields
            );
        }
        assert_eq!(submission.form_name.as_deref(), *form, "{service}");
        assert_eq!(submission.provider_id.is_some(), *has_id, "{service}: {:?}", submission.provider_id);
    }
}
