//! Who calls, and whether that is enough.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use engine::ports::Clock;

use crate::{
    answer::Failure,
    app::{Access, App},
    key,
    ports::{ApiKey, Scope},
};

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Nothing,
    Scope(Scope),
    /// `read`, for a page that people open: browsers ask for the key as a password.
    Page,
}

/// Who a request is from: the name of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub name: String,
}

/// Lets a request through to its route, or refuses it with 401 or 403.
pub(crate) async fn authorize<P: Clock + 'static>(
    State((app, need)): State<(App<P>, Need)>,
    mut request: Request,
    next: Next,
) -> Response {
    match caller(&app, need, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(failure) => {
            let challenge = failure.problem.status == 401 && need == Need::Page;
            let mut response = failure.into_response();
            if challenge {
                let basic = HeaderValue::from_static("Basic realm=\"Handoff: your API key is the password\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
            }
            response
        }
    }
}

async fn caller<P: Clock>(app: &App<P>, need: Need, headers: &HeaderMap) -> Result<Caller, Failure> {
    let (wanted, given) = match need {
        Need::Nothing => return Ok(anybody()),
        Need::Scope(scope) => (scope, bearer(headers)),
        Need::Page => (Scope::Read, bearer(headers).or_else(|| password(headers))),
    };
    from_elsewhere(headers)?;
    if app.config.access == Access::Open {
        return Ok(anybody());
    }
    let given = given.ok_or_else(|| unauthorized("send `Authorization: Bearer` and an API key"))?;
    let key = find(app, &given).await?;
    if !key.scopes.iter().any(|held| held.includes(wanted)) {
        let detail = format!("this key does not have the scope `{}`", name(wanted));
        return Err(Failure::new(403, "scope_missing", "The key does not allow this", detail));
    }
    Ok(Caller { name: key.name })
}

/// Whether the request carries a key that may send events: it is then not held to a client's rate.
pub(crate) async fn may_send_events<P: Clock>(app: &App<P>, headers: &HeaderMap) -> Result<bool, Failure> {
    let Some(given) = bearer(headers).filter(|given| given.starts_with("hk_")) else { return Ok(false) };
    Ok(find(app, &given).await?.scopes.iter().any(|held| held.includes(Scope::Events)))
}

async fn find<P: Clock>(app: &App<P>, given: &str) -> Result<ApiKey, Failure> {
    let hash = key::hash_key(given);
    let found = app.trust.keys.find(&hash).await?.filter(|found| key::is_same(&found.hash, &hash));
    let found = found.ok_or_else(|| unauthorized("this API key is not known here"))?;
    if found.expires_at.is_some_and(|expires| expires <= app.ports.now()) {
        return Err(unauthorized("this API key has expired"));
    }
    Ok(found)
}

/// A page of another site may make a browser send requests with what the browser knows; they are not its user's wish.
fn from_elsewhere(headers: &HeaderMap) -> Result<(), Failure> {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"cross-site" | b"same-site") => {
            let detail = "this request comes from a page of another site";
            Err(Failure::new(403, "cross_site", "Not from another site", detail))
        }
        _ => Ok(()),
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
}

fn password(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, pair) = given.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

fn unauthorized(detail: &str) -> Failure {
    Failure::new(401, "key_required", "An API key is needed", detail)
}

fn anybody() -> Caller {
    Caller { name: "somebody".to_owned() }
}

fn name(scope: Scope) -> &'static str {
    match scope {
        Scope::Events => "events",
        Scope::Read => "read",
        Scope::Operate => "operate",
        Scope::Admin => "admin",
    }
}
