//! What a person sees after a plain HTML form: thanks, the way on, or what went wrong, in the form's language.

use axum::{body::Body, http::Request};
use console::Config;
use domain::{
    message::ToEvaluate,
    playbook::{Language, PageTexts, Playbook, Template, Thanks},
};
use serde_json::json;

use crate::host::{Answer, Host, playbook};

const FORM: &str = "application/x-www-form-urlencoded";

async fn browse(host: &Host, form: &str, content_type: &str, body: &str) -> Answer {
    let request = Request::post(format!("/v1/forms/{form}"))
        .header("content-type", content_type)
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    host.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn host(change: impl FnOnce(&mut Playbook)) -> Host {
    let mut playbook = playbook();
    change(&mut playbook);
    Host::of(&playbook, Config::default()).await
}

fn assert_is_safe_page(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
}

#[tokio::test]
async fn a_browser_is_sent_on_where_the_form_says_and_only_to_a_listed_host() {
    for (address, hosts, expected) in [
        ("https://www.example.com/thanks?a=1", vec!["www.example.com"], 303),
        ("https://www.example.com.evil.example/", vec!["www.example.com"], 200),
        ("https://www.example.com/", vec![], 200),
    ] {
        let host = host(|playbook| {
            playbook.organisation.redirect_hosts = hosts.into_iter().map(str::to_owned).collect();
            let form = playbook.forms.get_mut(&"demo-request".into()).unwrap();
            form.thanks = Some(Thanks::Redirect(address.to_owned()));
        })
        .await;
        let answer = browse(&host, "demo-request", FORM, "email=ada@example.com").await;
        assert_eq!(answer.status, expected, "{address}");
        assert_eq!(answer.header("location"), if expected == 303 { address } else { "" });
        let program = host.post("demo-request", "application/json", r#"{"email":"bob@example.com"}"#).await;
        assert!(program.status == 200 && program.at("/record").is_string(), "a program gets no redirect");
        assert_eq!(host.published().await.len(), 2);
    }
}

#[tokio::test]
async fn a_page_of_the_playbook_is_shown_escaped_and_in_its_language() {
    let host = host(|playbook| {
        let body = "Wir melden uns <b>heute</b>.\n\nBis bald\nIhr Team".to_owned();
        let template = Template { subject: "Danke & willkommen".to_owned(), body };
        playbook.templates.insert("danke".into(), template);
        let form = playbook.forms.get_mut(&"demo-request".into()).unwrap();
        form.thanks = Some(Thanks::Template("danke".into()));
        form.language = Language::De;
    })
    .await;
    let answer = browse(&host, "demo-request", FORM, "email=ada@example.com").await;
    assert_is_safe_page(&answer);
    for part in [
        "<html lang=\"de\">",
        "<h1>Danke &amp; willkommen</h1>",
        "&lt;b&gt;heute&lt;/b&gt;",
        "<p>Bis bald<br>Ihr Team</p>",
    ] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
    // A robot that filled the trap sees the same.
    let trapped = browse(&host, "demo-request", FORM, "email=ada@example.com&hp_website=x").await;
    assert_eq!(trapped.text, answer.text);
}

#[tokio::test]
async fn a_page_of_the_playbook_says_what_was_submitted_as_text() {
    let host = host(|playbook| {
        let body = "Hello {{ lead.name or \"there\" }} of {{ company.name }},\n\n{{ organisation.name }} has {{ lead.message }}.";
        let template = Template { subject: "Thanks, {{ lead.name }}".to_owned(), body: body.to_owned() };
        playbook.templates.insert("thanks-page".into(), template);
        let form = playbook.forms.get_mut(&"demo-request".into()).unwrap();
        form.thanks = Some(Thanks::Template("thanks-page".into()));
    })
    .await;
    let answers = "email=ada@example.com&full_name=Ada+%3Cscript%3Ealert(1)%3C/script%3E&company=A+%26+B&message=%7B%7B+lead.email+%7D%7D+%22%3E%3Cimg+src%3Dx%3E";
    let answer = browse(&host, "demo-request", FORM, answers).await;
    assert_is_safe_page(&answer);
    for part in [
        "<h1>Thanks, Ada &lt;script&gt;alert(1)&lt;/script&gt;</h1>",
        "<title>Thanks, Ada &lt;script&gt;alert(1)&lt;/script&gt;</title>",
        "of A &amp; B,</p>",
        "<p>Nordlicht Software has {{ lead.email }} &quot;&gt;&lt;img src=x&gt;.</p>",
    ] {
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
    }
    let trapped = browse(&host, "demo-request", FORM, &format!("{answers}&hp_website=x")).await;
    assert_eq!(trapped.text, answer.text, "a robot that filled the trap sees the same");
    let long = format!("email=ada@example.com&full_name={}", "A".repeat(5_000));
    assert_eq!(browse(&host, "demo-request", FORM, &long).await.status, 200);
}

#[tokio::test]
async fn what_went_wrong_is_a_page_too_with_the_status_it_has() {
    let host = host(|playbook| {
        let form = playbook.forms.get_mut(&"strict".into()).unwrap();
        form.language = Language::Fr;
        form.texts = PageTexts { sorry_title: Some("Oh <non>".to_owned()), ..PageTexts::default() };
    })
    .await;
    let missing = browse(&host, "strict", FORM, "name=Ada").await;
    assert_is_safe_page(&missing);
    assert_eq!(missing.status, 422);
    for part in
        ["lang=\"fr\"", "<h1>Oh &lt;non&gt;</h1>", "Certaines réponses manquent", "<li>", "Revenez au formulaire"]
    {
        assert!(missing.text.contains(part), "{part}: {}", missing.text);
    }
    for (form, content_type, body, status) in [
        ("shared", FORM, "email=ada@example.com", 401),
        ("forgotten", FORM, "email=ada@example.com", 503),
        ("demo-request", FORM, "", 400),
        ("a name/with/more", FORM, "email=a@example.com", 404),
    ] {
        let form = form.replace(' ', "%20");
        let answer = browse(&host, &form, content_type, body).await;
        assert_eq!(answer.status, status, "{form}: {}", answer.text);
        if form != "a%20name/with/more" {
            assert_is_safe_page(&answer);
            assert!(
                answer.text.contains("That did not work") && !answer.text.contains("urn:handoff"),
                "{}",
                answer.text
            );
        }
    }
    let program = host.post("strict", FORM, "name=Ada").await;
    assert_eq!(program.header("content-type"), "application/problem+json");
    assert_eq!(program.at("/status"), json!(422));
}

#[tokio::test]
async fn a_form_whose_page_is_at_fault_says_so_to_a_browser() {
    let host = host(|_| {}).await;
    let slash = browse(&host, "demo-request/", FORM, "email=ada@example.com").await;
    assert_eq!(slash.status, 200, "a slash at the end is the same address: {}", slash.text);
    assert_eq!(host.published().await.len(), 1);
    let asked = |accept: &str| {
        let request = Request::get("/v1/forms/demo-request?email=ada%40example.com").header("accept", accept);
        host.send(request.body(Body::empty()).unwrap())
    };
    let got = asked("text/html,*/*;q=0.8").await;
    assert_is_safe_page(&got);
    assert_eq!((got.status.as_u16(), got.header("allow")), (405, "POST, OPTIONS"));
    assert!(got.text.contains("method=&quot;post&quot;"), "{}", got.text);
    assert_eq!(asked("*/*").await.header("content-type"), "application/problem+json");
    let impossible = browse(&host, "a%20name", FORM, "email=ada@example.com").await;
    assert_eq!(impossible.status, 404);
    assert!(impossible.text.contains("no form can have the name"), "{}", impossible.text);
    assert!(!impossible.text.contains("try again"), "{}", impossible.text);
}

#[tokio::test]
async fn what_stands_in_the_address_of_a_form_is_an_answer_that_the_body_goes_before() {
    let host = host(|_| {}).await;
    let path = "demo-request?utm_source=google&E-Mail=other%40example.com&phone=%2B49%2030%201234567&secret=hidden";
    let answer = host.post(path, FORM, "email=ada@example.com").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let published = host.published().await;
    let ToEvaluate::Event(event) = &published[0].body else { panic!("{published:?}") };
    assert_eq!(event.record.fields["email"].to_string(), "ada@example.com");
    assert_eq!(event.record.fields["phone"].to_string(), "+49301234567");
    assert_eq!(event.record.fields["source"].to_string(), "google");
    assert!(!format!("{event:?}").contains("hidden"), "{event:?}");
}

#[tokio::test]
async fn a_program_that_says_it_takes_html_too_still_gets_json() {
    let host = Host::new().await;
    let request = Request::post("/v1/forms/demo-request")
        .header("content-type", "application/json")
        .header("accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2");
    let answer = host.send(request.body(Body::from(r#"{"email":"ada@example.com"}"#)).unwrap()).await;
    assert!(answer.at("/record").is_string(), "{}", answer.text);
}

#[tokio::test]
async fn an_empty_form_is_said_to_be_empty_and_not_unreadable() {
    let host = Host::new().await;
    let post = |accept: &str| {
        let request = Request::post("/v1/forms/demo-request").header("accept", accept);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        host.send(request.body(Body::from("email=&name=")).unwrap())
    };
    let page = post("text/html").await;
    assert!(page.status == 400 && page.text.contains("Nothing was filled in."), "{}", page.text);
    let problem = post("*/*").await;
    assert_eq!(problem.at("/detail"), "the body answers no question: its values are empty, or it has none");
}

#[tokio::test]
async fn a_page_without_the_forms_secret_says_what_is_wrong_and_not_to_try_again() {
    for (language, said) in
        [(Language::En, "does not send the form&#39;s secret"), (Language::De, "Geheimnis des Formulars")]
    {
        let host = host(|playbook| playbook.forms.get_mut(&"shared".into()).unwrap().language = language).await;
        let answer = browse(&host, "shared", FORM, "email=ada@example.com").await;
        assert_eq!(answer.status, 401);
        let is_said = answer.text.contains(said) || answer.text.contains(&said.replace("&#39;", "'"));
        assert!(is_said && !answer.text.contains("minut"), "{}", answer.text);
    }
}

#[tokio::test]
async fn nobody_is_thanked_by_a_placeholder() {
    let host = host(|playbook| {
        let subject = "Thank you, {{ lead.first_name or \"dear reader\" }}".to_owned();
        playbook.templates.insert("danke".into(), Template { subject, body: "{{ lead.name or \"Bye\" }}".to_owned() });
        let form = playbook.forms.get_mut(&"demo-request".into()).unwrap();
        form.thanks = Some(Thanks::Template("danke".into()));
    })
    .await;
    for (body, title) in [
        ("first_name=test&email=ada@example.com", "dear reader"),
        ("first_name=n/a&last_name=-&email=ada@example.com", "dear reader"),
        ("first_name=Test&last_name=Lund&email=ada@example.com", "dear reader"),
        ("first_name=Ada&last_name=Test&email=ada@example.com", "Ada"),
    ] {
        let answer = browse(&host, "demo-request", FORM, body).await;
        assert!(answer.text.contains(&format!("<h1>Thank you, {title}</h1>")), "{body}: {}", answer.text);
    }
}
