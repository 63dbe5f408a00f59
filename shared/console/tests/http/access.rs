//! Every route against every sort of caller.

use axum::{body::Body, http::Request};
use console::{Access, Config, Need, Scope, routes};

use crate::host::Host;

/// A route's path with something in each place.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

fn request(method: &str, path: &str, authorization: Option<&str>) -> Request<Body> {
    let request = Request::builder().method(method).uri(filled(path));
    let request = match authorization {
        Some(given) => request.header("authorization", given),
        None => request,
    };
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn each_route_lets_in_exactly_the_scopes_that_include_its_own() {
    let host = Host::new().await;
    let all = routes(host.app.clone());
    assert!(all.len() >= 30, "{}", all.len());
    let scopes =
        [("events", Scope::Events), ("read", Scope::Read), ("operate", Scope::Operate), ("admin", Scope::Admin)];
    for route in &all {
        for (name, held) in scopes {
            let bearer = format!("Bearer hk_{name}");
            let status = host.send(request(route.method, route.path, Some(&bearer))).await.status;
            let lets_in = match route.need {
                Need::Nothing => true,
                Need::Scope(wanted) => held.includes(wanted),
                Need::Page => held.includes(Scope::Read),
            };
            assert_eq!(status != 401 && status != 403, lets_in, "{} {} as {name}: {status}", route.method, route.path);
            assert!(lets_in || status == 403, "{} {} as {name}", route.method, route.path);
        }
        let wrong = [
            None,
            Some("Bearer hk_wrong"),
            Some("Bearer hk_expired"),
            Some("Bearer"),
            Some("hk_admin"),
            Some("Bearer "),
            Some("Digest hk_admin"),
            Some("Basic !!!"),
        ];
        for given in wrong {
            // A form is public; a wrong key is still said to be wrong where there is a rate to be spared.
            let status = host.send(request(route.method, route.path, given)).await.status;
            let refused = status == 401;
            assert_eq!(refused, route.need != Need::Nothing, "{} {} with {given:?}", route.method, route.path);
        }
    }
    assert!(host.published().await.is_empty());
}

#[tokio::test]
async fn a_refusal_says_how_to_be_let_in() {
    let host = Host::new().await;
    let api = host.send(request("GET", "/v1/tasks", None)).await;
    assert_eq!((api.header("www-authenticate"), api.header("content-type")), ("Bearer", "application/problem+json"));
    let page = host.send(request("GET", "/", None)).await;
    assert!(page.header("www-authenticate").starts_with("Basic"));
    // `somebody:hk_read` and `x:hk_events`.
    let changes = host.send(request("POST", "/v1/pause", Some("Basic c29tZWJvZHk6aGtfcmVhZA=="))).await;
    assert_eq!(changes.status, 401);
    assert!(changes.text.contains("HTTP basic is for reading only"), "{}", changes.text);
    let with_password = host.send(request("GET", "/", Some("Basic c29tZWJvZHk6aGtfcmVhZA=="))).await;
    assert_eq!(with_password.status, 200);
    let too_small = host.send(request("GET", "/", Some("Basic eDpoa19ldmVudHM="))).await;
    assert_eq!(too_small.status, 403);
    let for_what_a_page_links_to = host.send(request("GET", "/v1/tasks", Some("Basic c29tZWJvZHk6aGtfcmVhZA=="))).await;
    assert_eq!(for_what_a_page_links_to.status, 200);
}

#[tokio::test]
async fn an_open_host_asks_for_no_key_and_refuses_other_sites_pages() {
    let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
    assert_eq!(host.send(request("GET", "/v1/tasks", None)).await.status, 200);
    for (from, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)] {
        let request = Request::post("/v1/pause").header("sec-fetch-site", from).body(Body::empty()).unwrap();
        assert_eq!(host.send(request).await.status, status, "{from}");
    }
    let link = Request::get("/").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    assert_eq!(host.send(link).await.status, 200, "somebody followed a link to us");
    let unasked = Request::post("/v1/resume").header("content-type", "text/plain").body(Body::from("{}")).unwrap();
    assert_eq!(host.send(unasked).await.status, 415);
}

#[tokio::test]
async fn an_open_host_answers_to_localhost_and_addresses_only() {
    let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
    for (name, status) in [
        ("localhost:8080", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("192.0.2.7", 200),
        ("demo.localhost", 200),
        ("attacker.example", 403),
        ("localhost.attacker.example:8080", 403),
        ("", 403),
    ] {
        let request = Request::get("/v1/tasks").header("host", name).body(Body::empty()).unwrap();
        assert_eq!(host.send(request).await.status, status, "{name}");
    }
}

#[tokio::test]
async fn a_person_without_a_key_is_told_how_to_sign_in_and_where_a_key_lies() {
    let host = Host::new().await;
    for (given, begins) in [(None, "<p>Sign in"), (Some("Bearer hk_wrong"), "<p>This API key is unknown. Sign in")] {
        let page = host.send(request("GET", "/", given)).await;
        let expected = format!("{begins} with an API key as the password, and leave the name empty.");
        assert!(page.status == 401 && page.text.contains(&expected), "{}", page.text);
        assert!(page.text.contains("handoff.key") && !page.text.contains('`'), "{}", page.text);
    }
}
