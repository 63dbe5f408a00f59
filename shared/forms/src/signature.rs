//! Proof that a request comes from who knows the secret: the parts providers' schemes share.
//!
//! Everything is over the raw body, and every comparison takes the same time whether it
//! fails early or late (`Mac::verify_slice`).

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::instant::Instant;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{decode::pairs, refusal::Refusal, request::Request};

/// The header a sender may put the secret in, where it cannot sign.
pub(crate) const SHARED_SECRET: &str = "x-handoff-secret";

/// A header that the scheme needs.
pub(crate) fn header<'a>(request: &Request<'a>, name: &str) -> Result<&'a str, Refusal> {
    request.header(name).map(str::trim).filter(|value| !value.is_empty()).ok_or_else(|| missing(name))
}

pub(crate) fn missing(name: &str) -> Refusal {
    Refusal::Signature { code: "signature_missing", detail: format!("this form has a secret, and `{name}` is missing") }
}

pub(crate) fn wrong() -> Refusal {
    let detail = "the signature does not fit the body and the secret of this form".to_owned();
    Refusal::Signature { code: "signature_wrong", detail }
}

/// Holds if `given` is the HMAC-SHA256 of `parts` one after the other.
pub(crate) fn check(secret: &[u8], parts: &[&[u8]], given: &[u8]) -> Result<(), Refusal> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(given).map_err(|_| wrong())
}

pub(crate) fn check_hex(secret: &str, parts: &[&[u8]], given: &str) -> Result<(), Refusal> {
    check(secret.as_bytes(), parts, &hex::decode(given).map_err(|_| wrong())?)
}

pub(crate) fn check_base64(secret: &str, parts: &[&[u8]], given: &str) -> Result<(), Refusal> {
    check(secret.as_bytes(), parts, &STANDARD.decode(given).map_err(|_| wrong())?)
}

/// Compares a secret sent in the clear; neither its length nor its start shows in the time taken.
pub(crate) fn check_secret(secret: &str, given: &str) -> Result<(), Refusal> {
    let mut mac = Hmac::<Sha256>::new_from_slice(b"compare").expect("HMAC takes a key of any length");
    mac.update(secret.as_bytes());
    check(b"compare", &[given.as_bytes()], &mac.finalize().into_bytes())
}

/// For providers that cannot sign: the secret itself, wherever the sender can put one.
///
/// In `X-Handoff-Secret`; as the password of HTTP basic, with any user; as `?secret=`; or as the last part of the
/// address, `/v1/forms/{form}/{secret}`. The first of these that is there counts. The address is in the logs of
/// whatever the request passes: a secret in it is worth less.
pub(crate) fn shared_secret(request: &Request, secret: &str, _now: Instant) -> Result<(), Refusal> {
    let header = || request.header(SHARED_SECRET).map(|value| value.trim().to_owned());
    let given = header().or_else(|| basic(request)).or_else(|| in_query(request)).or_else(|| in_path(request));
    let given = given.filter(|given| !given.is_empty()).ok_or_else(no_secret)?;
    check_secret(secret, &given).map_err(|_| {
        let beyond_ascii = if given.is_ascii() {
            ""
        } else {
            "; it has letters beyond ASCII, which senders write in several ways, so choose one of plain letters and digits"
        };
        let detail = format!("the secret that came with the request is not the one of this form{beyond_ascii}");
        Refusal::Signature { code: "signature_wrong", detail }
    })
}

fn no_secret() -> Refusal {
    let detail = format!(
        "this form has a secret, and the request brings none: send it in the header `{SHARED_SECRET}`, as the password of \
         HTTP basic, as `?secret=…` or behind the form's name in the address, or sign the body as a form service does"
    );
    Refusal::Signature { code: "signature_missing", detail }
}

/// Whether the request brings a secret in the clear.
pub(crate) fn brings_secret(request: &Request) -> bool {
    request.header(SHARED_SECRET).is_some()
        || [basic, in_query, in_path].iter().any(|given| given(request).is_some_and(|given| !given.is_empty()))
}

/// The password of `Authorization: Basic`.
fn basic(request: &Request) -> Option<String> {
    let (scheme, credentials) = request.header("authorization")?.trim().split_once(' ')?;
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    let credentials = STANDARD.decode(credentials.trim()).ok().filter(|_| is_basic)?;
    // Older senders write Latin-1.
    let credentials =
        String::from_utf8(credentials).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect());
    credentials.split_once(':').map(|(_, password)| password.to_owned())
}

fn in_query(request: &Request) -> Option<String> {
    let (_, query) = request.uri.split_once('?')?;
    let pairs = pairs(query.as_bytes(), None).pairs;
    pairs.into_iter().find(|(name, _)| name == "secret").map(|(_, secret)| secret)
}

/// What follows the form's name in the address.
fn in_path(request: &Request) -> Option<String> {
    let path = request.uri.split(['?', '#']).next()?;
    let (_, form) = path.rsplit_once("/v1/forms/")?;
    let (_, secret) = form.split_once('/')?;
    // Read as a query's value is: percent codes undone. A plus is a plus in a path.
    let pair = format!("secret={}", secret.replace('+', "%2B").replace('&', "%26"));
    pairs(pair.as_bytes(), None).pairs.into_iter().next().map(|(_, secret)| secret)
}

/// Holds if the signed moment lies within `minutes` of now, before or after.
pub(crate) fn fresh(millis: Option<i64>, minutes: i64, now: Instant) -> Result<(), Refusal> {
    let skew = now.millis_since(Instant::from_millis(millis.ok_or_else(wrong)?));
    if skew.unsigned_abs() <= minutes.unsigned_abs() * 60_000 {
        return Ok(());
    }
    let detail = format!("the signed timestamp is not within {minutes} minutes of our clock");
    Err(Refusal::Signature { code: "signature_stale", detail })
}

/// Unix seconds in text as milliseconds.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    text.trim().parse::<i64>().ok()?.checked_mul(1000)
}
