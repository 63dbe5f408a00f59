//! API keys that are made and taken back while the host runs.

use console::{ApiKey, App, Config, Found, Keys, Trust, whole_router};
use serde_json::json;

use crate::host::{Host, answer, trust};

#[tokio::test]
async fn a_key_is_shown_once_listed_without_itself_and_taken_back() {
    let host = Host::new().await;
    let made = host.call("admin", "POST", "/v1/keys", Some(json!({"name": "website", "scope": "events"}))).await;
    assert_eq!((made.status.as_u16(), made.at("/scope")), (201, json!("events")), "{}", made.text);
    let key = made.at("/key").as_str().unwrap().to_owned();
    assert!(key.starts_with(made.at("/begins").as_str().unwrap()) && key.len() == 67, "{key}");
    let again = host.call("admin", "POST", "/v1/keys", Some(json!({"name": "website", "scope": "read"}))).await;
    assert_eq!((again.status.as_u16(), again.at("/code")), (409, json!("key_exists")));
    let listed = host.call("admin", "GET", "/v1/keys", None).await;
    assert_eq!((listed.at("/data/0/name"), listed.at("/data/0/scope")), (json!("website"), json!("events")));
    assert!(!listed.text.contains(&key), "{}", listed.text);
    let unknown = host.call("admin", "DELETE", "/v1/keys/web", None).await;
    assert_eq!(unknown.at("/detail"), "there is no key `web`; the only one is website", "{}", unknown.text);
    assert_eq!(host.call("admin", "DELETE", "/v1/keys/website", None).await.at("/removed"), "website");
    assert_eq!(host.call("admin", "GET", "/v1/keys", None).await.at("/data"), json!([]));
}

#[tokio::test]
async fn the_last_admin_key_stays() {
    let host = Host::new().await;
    for name in ["me", "you"] {
        host.call("admin", "POST", "/v1/keys", Some(json!({"name": name, "scope": "admin"}))).await;
    }
    assert_eq!(host.call("admin", "DELETE", "/v1/keys/me", None).await.status, 200);
    let last = host.call("admin", "DELETE", "/v1/keys/you", None).await;
    assert_eq!((last.status.as_u16(), last.at("/code")), (409, json!("key_last_admin")));
}

#[tokio::test]
async fn a_name_or_a_scope_that_cannot_be_is_refused_with_what_can() {
    let host = Host::new().await;
    for (name, scope, expected) in [
        ("web/site", "events", "a key's name has letters, digits"),
        (
            "website",
            "event",
            "there is no scope `event`; did you mean `events`? Choose from events, read, operate, admin",
        ),
        ("", "events", "`name` must not be empty"),
    ] {
        let refused = host.call("admin", "POST", "/v1/keys", Some(json!({"name": name, "scope": scope}))).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert!(refused.at("/errors/0/detail").as_str().unwrap().starts_with(expected), "{}", refused.text);
    }
}

/// Keys that are set where a host is deployed.
struct SetElsewhere(std::sync::Arc<dyn Keys>);

impl Keys for SetElsewhere {
    fn find<'a>(&'a self, hash: &'a str) -> Found<'a, ApiKey> {
        self.0.find(hash)
    }
}

#[tokio::test]
async fn a_host_that_keeps_no_keys_says_where_they_are_set() {
    let host = Host::new().await;
    let known = trust();
    let trust = Trust { keys: std::sync::Arc::new(SetElsewhere(known.keys.clone())), ..known };
    let router = whole_router(App::new(host.app.ports.clone(), trust, Config::default()));
    let request = axum::http::Request::get("/v1/keys").header("authorization", "Bearer hk_admin");
    let said = answer(&router, request.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!((said.status.as_u16(), said.at("/code")), (409, json!("keys_set_elsewhere")));
    assert!(said.text.contains("ApiKeys"), "{}", said.text);
}
