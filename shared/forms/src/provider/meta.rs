//! Meta Lead Ads: ids only, one submission per change. The lead must be fetched from the Graph API.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, items, text};
use crate::{
    question::Draft,
    reading::Reading,
    refusal::Refusal,
    request::Request,
    signature,
    submission::{Fetch, Submission},
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Meta, recognises, read, signed_by: Some("x-hub-signature-256"), verify };

/// The lead that the "Test" button of Meta's dashboard names: there is no such lead.
const SAMPLE: &str = "444444444444";

/// What a notification says of a lead. Where something else lies beside these, its answers may have come.
const NOTIFIED: &[&str] =
    &["leadgen_id", "form_id", "page_id", "ad_id", "adgroup_id", "adset_id", "campaign_id", "created_time"];

/// The leads of a notification, with where they lie: as Meta sends it, or as a service in between hands on a change of
/// it or what the change holds.
fn leads(json: &Json) -> Vec<(String, &Json)> {
    let entries = items(json, "/entry").flat_map(|(outer, entry)| {
        items(entry, "/changes").map(move |(inner, change)| (format!("{outer}{inner}"), change))
    });
    let changes = entries.chain([(String::new(), json)]).map(|(at, change)| (format!("{at}/value"), &change["value"]));
    let is_bare = json.as_object().is_some_and(|members| members.keys().all(|name| NOTIFIED.contains(&name.as_str())));
    let bare = is_bare.then(|| (String::new(), json));
    changes.chain(bare).filter(|(_, value)| has(value, "/leadgen_id")).collect()
}

fn recognises(json: &Json) -> bool {
    !leads(json).is_empty()
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    leads(json).into_iter().map(|(at, value)| one(json, &at, value, reading)).collect()
}

fn one(json: &Json, at: &str, value: &Json, reading: &Reading) -> Result<Submission, Refusal> {
    let id = text(value, "/leadgen_id");
    let test = id.as_deref() == Some(SAMPLE);
    let fetch = id.clone().map(|id| Fetch { object: "leadgen".to_owned(), id });
    let mut draft = Draft::new(Source::Meta, reading)
        .form_name(text(value, "/form_id"))
        .provider_id(id)
        .submitted_at(json, &format!("{at}/created_time"))
        .set(|it| (it.to_fetch, it.test) = (fetch, test));
    for name in ["leadgen_id", "form_id", "page_id", "ad_id", "adgroup_id"] {
        // Ids are text even where they come as numbers: they are names, not amounts.
        let answer = text(value, &format!("/{name}")).map_or(Json::Null, Json::from);
        draft.answer(&[name], &answer, &format!("{at}/{name}"));
    }
    Ok(draft.finish())
}

fn verify(request: &Request, secret: &str, _now: Instant) -> Result<(), Refusal> {
    let given = signature::header(request, "x-hub-signature-256")?;
    signature::check_hex(secret, &[request.body], given.strip_prefix("sha256=").unwrap_or(given))
}
