//! Which form, which submission, and when: guessed for shapes nobody described.
//!
//! The danger is an id that is not the submission's own (a form's constant id would make all
//! leads one): only names that can mean nothing else are taken alone, and the plain `id` of an object that also says
//! which form it is of and when it came. The others count together with the moment and the content.

use domain::instant::Instant;
use serde_json::Value as Json;

use super::walk::Found;
use crate::{
    limits,
    provider::moment::moment_of,
    question::{Draft, normal},
    submission::Submission,
};

const FORM: &[&str] = &[
    "formname",
    "formtitle",
    "surveyname",
    "surveytitle",
    "pagename",
    "formid",
    "surveyid",
    "formslug",
    "formkey",
    "form",
    "eventtypename",
    "scheduleddisplayname",
];
const FORM_ID: &[&str] = &["formid", "formhash", "formkey", "formuuid", "surveyid"];
const PAGE: &[&str] = &["sourceurl", "pageurl", "siteurl", "embedurl", "referer"];
const OWN_ID: &[&str] =
    &["submissionid", "responseid", "entryid", "submissionuid", "submissionuuid", "responseuuid", "uniqueid", "tranid"];
const SOME_ID: &[&str] = &[
    "eventid",
    "leadid",
    "messageid",
    "uuid",
    "uid",
    "dataid",
    "payloadid",
    "bookingid",
    "entrynumber",
    "id",
    "requestid",
];
/// When an entry came, as the entry itself says it: a delivery has a `timestamp`.
const ENTRY_MOMENT: &[&str] = &[
    "submittedat",
    "submittedon",
    "datesubmitted",
    "submissiontime",
    "submissiondate",
    "completedat",
    "createdat",
    "createdon",
    "createdtime",
    "datecreated",
    "created",
];
const MOMENT: &[&str] = &[
    "submittedat",
    "submissiontime",
    "submissiondate",
    "datesubmitted",
    "submittedon",
    "completedat",
    "createdat",
    "datecreated",
    "createdon",
    "created",
    "timestamp",
    "receivedat",
    "firedat",
    "occurredat",
    "createtime",
    "createdtime",
    "eventts",
    "eventtime",
    "datetime",
    "date",
];

pub(super) fn identify(draft: Draft, found: &[Found], now: Instant) -> Submission {
    let leaves = Leaves::of(found);
    let latest = now.plus_minutes(limits::AHEAD_MINUTES);
    let submitted_at = leaves.named(MOMENT).filter_map(|leaf| moment_of(leaf.answer)).find(|at| *at <= latest);
    let form_name = leaves.named(FORM).find_map(|leaf| plain(leaf.answer));
    let mut submission = draft
        .set(|it| {
            it.submitted_at = submitted_at;
            it.form_name = form_name;
        })
        .finish();
    let own = || {
        let id = leaves.named(OWN_ID).find_map(|leaf| plain(leaf.answer)).or_else(|| entry_id(found))?;
        if is_counted(&id) { of_its_form(&leaves, &id) } else { Some(id) }
    };
    let some = || {
        let near_the_root = leaves.named(SOME_ID).filter(|leaf| leaf.path.len() <= 2);
        let mut ids = near_the_root.filter_map(|leaf| plain(leaf.answer));
        let id = ids.find(|id| submitted_at.is_some() || id.len() >= 16)?;
        let at = submitted_at.map(|at| at.to_string()).unwrap_or_default();
        Some(format!("{id}:{at}:{}", &submission.fingerprint[..16]))
    };
    submission.provider_id = own().or_else(some);
    submission
}

/// The `id` beside a form's id and the moment that the entry came: Formbricks, Gravity Forms, Cognito, Netlify.
fn entry_id(found: &[Found]) -> Option<String> {
    let is = |name: &str, known: &[&str]| known.contains(&normal(name).as_str());
    let is_entry = |object: &[String]| {
        let beside = || found.iter().filter_map(|leaf| leaf.path.strip_prefix(object));
        let is_moment = |path: &[String]| path.len() <= 2 && path.last().is_some_and(|name| is(name, ENTRY_MOMENT));
        beside().any(|path| is(&path.concat(), FORM_ID)) && beside().any(is_moment)
    };
    found.iter().find_map(|leaf| {
        let (name, object) = leaf.path.split_last()?;
        plain(leaf.answer).filter(|_| normal(name) == "id" && is_entry(object))
    })
}

/// Few digits are a number that each form counts for itself.
fn is_counted(id: &str) -> bool {
    id.len() < 9 && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// The id of an entry that is counted per form, with the form; a form that is counted too, with the site it is on.
fn of_its_form(leaves: &Leaves, id: &str) -> Option<String> {
    let form = leaves.named(FORM_ID).chain(leaves.named(FORM)).find_map(|leaf| plain(leaf.answer))?;
    let site = leaves.named(PAGE).find_map(|leaf| host(&plain(leaf.answer)?)).filter(|_| is_counted(&form));
    Some(format!("{}{form}#{id}", site.map(|site| format!("{site}/")).unwrap_or_default()))
}

fn host(address: &str) -> Option<String> {
    let rest = address.split_once("://")?.1;
    rest.split(['/', '?', '#']).next().map(str::to_lowercase).filter(|host| !host.is_empty())
}

/// Each leaf by the last step of its path and by the last two, in normal form.
struct Leaves<'a>(Vec<(String, String, &'a Found<'a>)>);

impl<'a> Leaves<'a> {
    fn of(found: &'a [Found<'a>]) -> Self {
        let last =
            |found: &'a Found<'a>, steps: usize| normal(&found.path[found.path.len().saturating_sub(steps)..].concat());
        Self(found.iter().map(|found| (last(found, 1), last(found, 2), found)).collect())
    }

    /// In the order of `names`.
    fn named(&self, names: &'static [&'static str]) -> impl Iterator<Item = &'a Found<'a>> {
        let with = |wanted| self.0.iter().filter(move |(last, two, _)| last == wanted || two == wanted);
        names.iter().flat_map(with).map(|(.., found)| *found)
    }
}

fn plain(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text.len() <= 200),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
