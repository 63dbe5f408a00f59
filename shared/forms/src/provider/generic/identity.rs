//! Which form, which submission, and when: guessed for shapes nobody described.
//!
//! The danger is an id that is not the submission's own (a form's constant id would make all
//! leads one): only names that can mean nothing else are taken alone, the others together
//! with the moment and the content.

use domain::instant::Instant;
use serde_json::Value as Json;

use super::walk::Found;
use crate::{
    limits,
    provider::moment::moment_of,
    question::{Draft, normal},
    submission::Submission,
};

const FORM: [&str; 11] = [
    "formname",
    "formtitle",
    "surveyname",
    "surveytitle",
    "pagename",
    "formid",
    "surveyid",
    "formslug",
    "formkey",
    "eventtypename",
    "scheduleddisplayname",
];
const OWN_ID: [&str; 7] =
    ["submissionid", "responseid", "entryid", "submissionuid", "submissionuuid", "responseuuid", "uniqueid"];
const SOME_ID: [&str; 12] = [
    "eventid",
    "leadid",
    "messageid",
    "tranid",
    "uuid",
    "uid",
    "dataid",
    "payloadid",
    "bookingid",
    "entrynumber",
    "id",
    "requestid",
];
const MOMENT: [&str; 15] = [
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
    "eventtime",
    "datetime",
    "date",
];

pub(super) fn identify(draft: Draft, found: &[Found], now: Instant) -> Submission {
    let latest = now.plus_minutes(limits::AHEAD_MINUTES);
    let submitted_at = named(found, &MOMENT).filter_map(|found| moment_of(found.answer)).find(|at| *at <= latest);
    let form_name = named(found, &FORM).find_map(|found| plain(found.answer));
    let mut submission = draft
        .set(|it| {
            it.submitted_at = submitted_at;
            it.form_name = form_name;
        })
        .finish();
    let own = || named(found, &OWN_ID).find_map(|found| plain(found.answer));
    let some = || {
        let id = named(found, &SOME_ID)
            .filter(|found| found.path.len() <= 2)
            .filter_map(|found| plain(found.answer))
            .find(|id| submitted_at.is_some() || id.len() >= 16)?;
        let at = submitted_at.map(|at| at.to_string()).unwrap_or_default();
        Some(format!("{id}:{at}:{}", &submission.fingerprint[..16]))
    };
    submission.provider_id = own().or_else(some);
    submission
}

/// Leaves by the last one or two steps of their path, in the order of `names`.
fn named<'a>(found: &'a [Found<'a>], names: &'a [&str]) -> impl Iterator<Item = &'a Found<'a>> {
    names.iter().flat_map(move |name| found.iter().filter(move |found| is_named(&found.path, name)))
}

fn is_named(path: &[String], name: &str) -> bool {
    let Some((last, before)) = path.split_last() else { return false };
    let last = normal(last);
    last == name || before.last().is_some_and(|parent| normal(parent) + &last == name)
}

fn plain(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty() && text.len() <= 200),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
