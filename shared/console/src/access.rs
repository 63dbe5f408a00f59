//! Who calls, and whether that is enough.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use engine::ports::Clock;

use crate::{
    answer::Failure,
    app::{Access, App},
    key, page,
    ports::{ApiKey, Scope},
};

/// What a browser shows when it asks for the key.
const SIGN_IN: &str = "Basic realm=\"Handoff: leave the name empty, your API key is the password\", charset=\"UTF-8\"";

/// What a person can do who has no key, or a wrong one.
const HOW_TO_SIGN_IN: &str = "Sign in with an API key as the password, and leave the name empty. A host on a machine of \
                              its own keeps an admin key in the file handoff.key beside its data.";

const NO_KEY: &str = "send `Authorization: Bearer` and an API key; in a browser, sign in with the key as the password";

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Nothing,
    Scope(Scope),
    /// `read`, for a page that people open.
    Page,
}

/// Who a request is from: the name of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub name: String,
}

/// Why a request is not let through.
enum Refusal {
    /// It brings no key.
    NoKey,
    /// It brings a key that does not count here. This says why.
    Key(&'static str),
    Other(Failure),
}

impl Refusal {
    fn asks_for_a_key(&self) -> bool {
        matches!(self, Self::NoKey | Self::Key(_))
    }

    /// As a page says it.
    fn for_a_person(self) -> Failure {
        match self {
            Self::NoKey => unauthorized(HOW_TO_SIGN_IN),
            Self::Key(why) => unauthorized(format!("{}{}. {HOW_TO_SIGN_IN}", why[..1].to_uppercase(), &why[1..])),
            Self::Other(failure) => failure,
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Other(failure)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoKey => unauthorized(NO_KEY),
            Refusal::Key(why) => unauthorized(why),
            Refusal::Other(failure) => failure,
        }
    }
}

/// Lets a request through to its route, or refuses it with 401 or 403.
pub(crate) async fn authorize<P: Clock + 'static>(
    State((app, need)): State<(App<P>, Need)>,
    mut request: Request,
    next: Next,
) -> Response {
    match caller(&app, need, request.method(), request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(refusal) => refused(refusal, need, &request),
    }
}

/// A person gets a page, and is asked to sign in; a program gets a problem.
fn refused(refusal: Refusal, need: Need, request: &Request) -> Response {
    if need != Need::Page && !is_person(request.method(), request.headers()) {
        return Failure::from(refusal).into_response();
    }
    let asks_for_a_key = refusal.asks_for_a_key();
    let mut response = page::failed(&refusal.for_a_person());
    if asks_for_a_key {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(SIGN_IN));
    }
    response
}

/// Whether a person's browser opens this address.
pub(crate) fn is_person(method: &Method, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    method.is_safe() && accepts.split(',').any(|one| one.trim_start().starts_with("text/html"))
}

async fn caller<P: Clock>(app: &App<P>, need: Need, method: &Method, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let wanted = match need {
        Need::Nothing => return Ok(anybody()),
        Need::Scope(scope) => scope,
        Need::Page => Scope::Read,
    };
    // A browser sends the password with whatever a page links to, unasked. So it opens what changes nothing, and no more.
    let given = bearer(headers).or_else(|| password(headers).filter(|_| method.is_safe()));
    if !method.is_safe() {
        from_elsewhere(headers)?;
    }
    if app.config.access == Access::Open {
        by_its_own_name(headers)?;
        return Ok(anybody());
    }
    let given = given.ok_or_else(|| match password(headers) {
        // Only a request that changes something comes here with one.
        Some(_) => Refusal::Key("HTTP basic is for reading only; send the key as `Authorization: Bearer`"),
        None => Refusal::NoKey,
    })?;
    let key = find(app, &given).await?;
    if !key.scopes.iter().any(|held| held.includes(wanted)) {
        let detail = format!("this key does not have the scope `{}`", wanted.as_str());
        return Err(Failure::new(403, "scope_missing", "The key does not allow this", detail).into());
    }
    Ok(Caller { name: key.name })
}

/// Whether the request carries a key that may send events: it is then not held to an address's rate. A key that is
/// not known, or no longer, proves nothing; a public form takes what comes with it as it takes it from anybody.
pub(crate) async fn may_send_events<P: Clock>(app: &App<P>, headers: &HeaderMap) -> Result<bool, Failure> {
    let Some(given) = bearer(headers).filter(|given| given.starts_with("hk_")) else { return Ok(false) };
    match find(app, &given).await {
        Ok(key) => Ok(key.scopes.iter().any(|held| held.includes(Scope::Events))),
        Err(Refusal::Other(failure)) => Err(failure),
        Err(Refusal::NoKey | Refusal::Key(_)) => Ok(false),
    }
}

async fn find<P: Clock>(app: &App<P>, given: &str) -> Result<ApiKey, Refusal> {
    let hash = key::hash_key(given);
    let found =
        app.trust.keys.find(&hash).await.map_err(Failure::from)?.filter(|found| key::is_same(&found.hash, &hash));
    let found = found.ok_or(Refusal::Key("this API key is unknown"))?;
    if found.expires_at.is_some_and(|expires| expires <= app.ports.now()) {
        return Err(Refusal::Key("this API key has expired"));
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

/// An open host answers to `localhost` and to addresses only: a name that somebody points at
/// this machine would make their page ours in the eyes of a browser.
fn by_its_own_name(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(given) = headers.get(header::HOST).and_then(|given| given.to_str().ok()) else { return Ok(()) };
    let name = given.parse::<Authority>().map(|authority| authority.host().to_owned()).unwrap_or_default();
    let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    if is_address || name == "localhost" || name.ends_with(".localhost") {
        return Ok(());
    }
    Err(Failure::new(403, "host_unexpected", "Not by this name", "this host has no keys and answers to localhost only"))
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

fn unauthorized(detail: impl Into<String>) -> Failure {
    Failure::new(401, "key_required", "An API key is needed", detail)
}

fn anybody() -> Caller {
    Caller { name: "somebody".to_owned() }
}
