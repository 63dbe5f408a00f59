//! What providers put beside the answers about a submission as a whole: that it is not finished, that it is a test, that
//! it tells of somebody who leaves.
//!
//! One rule for all providers: the marks have few names, and stand at the root or in an object that wraps the
//! answers. A question of that name inside the answers is not a mark.

use serde_json::{Map, Value as Json};

use crate::{
    question::{is_one_of, normal},
    submission::Submission,
};

/// Objects that wrap a submission: their members are about it, as those of the root are.
const WRAPPERS: &[&str] =
    &["formresponse", "data", "submission", "response", "entry", "payload", "event", "meta", "record", "lead"];

/// True where the submission is complete. Typeform, Formbricks, Tally, Qualtrics, Feathery.
const COMPLETE: &[&str] = &["finished", "isfinished", "iscompleted", "iscomplete", "finalized"];
/// The same, where it is certainly not a question: beside a list or an object that holds the answers.
const COMPLETE_BESIDE: &[&str] = &["completed", "complete"];
/// True where it is not.
const PARTIAL: &[&str] = &["partial", "ispartial", "partialsubmission", "ispartialsubmission", "isdraft"];
/// Says in a word what happened: Typeform's `form_response_partial`, Paperform's `partial_submission`.
const EVENT: &[&str] = &["eventtype", "event", "trigger", "triggertype", "triggerevent"];
/// Says in a word how far it is: SurveyMonkey's `partial`, Cognito's `Incomplete`.
const STATUS: &[&str] = &["responsestatus", "submissionstatus", "entrystatus", "completionstatus", "formstatus"];
/// The same, where it may be a question as well.
const ANY_STATUS: &[&str] = &["status"];
const UNFINISHED: &[&str] = &["partial", "incomplete", "inprogress", "draft", "abandoned", "unfinished"];
/// The same, where it is certainly no answer.
const BEGUN: &[&str] = &["started"];

/// True where it is a test. Google Ads, LinkedIn.
const TEST: &[&str] = &["istest", "testlead", "istestlead", "testsubmission", "istestsubmission", "testmode"];
/// The same at the root, where it is a flag: people may be asked a question of this name.
const TEST_FLAG: &[&str] = &["test"];
/// False where it is a test. Stripe, and those who call it so after it.
const LIVE: &[&str] = &["livemode"];
/// What an event of this name brings.
const TEST_EVENTS: &[&str] = &[
    "test",
    "testevent",
    "testwebhook",
    "webhooktest",
    "testendpoint",
    "ping",
    "webhookping",
    "urlverification",
    "endpointurlvalidation",
];
/// Where a webhook says what it is about, beside [`EVENT`].
const TOPIC: &[&str] = &["type", "topic", "action"];
/// All that WooCommerce says when a webhook is set up, and GitHub.
const PINGS: &[&[&str]] = &[&["webhookid"], &["zen", "hookid"]];
/// What says that somebody leaves, or cannot be reached: Mailchimp's `unsubscribe` and `cleaned`.
const LEAVING: &[&str] = &[
    "unsubscribe",
    "unsubscribed",
    "cleaned",
    "bounce",
    "bounced",
    "hardbounce",
    "spamcomplaint",
    "contactunsubscribed",
    "contactunsubscribe",
    "contactdeleted",
    "contactdelete",
    "leaddeleted",
    "leaddelete",
    "persondeleted",
    "deletedperson",
    "customerdeleted",
    "customersdelete",
    "upemail",
    "campaign",
    "subscriberdeleted",
    "subscriberunsubscribed",
    "userdeleted",
];
const DELETED: &[&str] = &["delete", "deleted"];
/// What Meta's testing tool answers every question with: `<test lead: dummy data for full_name>`.
const META_DUMMY: &str = "test lead: dummy data for";
/// The addresses of Meta's testing tool.
const META_ADDRESSES: &[&str] = &["test@fb.com", "test@meta.com"];

/// Takes the marks of `json`, which holds one submission, into it.
pub(super) fn mark(submission: &mut Submission, json: &Json) {
    submission.partial |= is_partial(json);
    submission.test |= is_test(json) || holds_dummy(submission);
    if submission.held.is_none()
        && let Some(event) = leaving(json)
    {
        submission.held = Some(format!("it reports `{event}`, not a new lead"));
    }
}

/// The event at the root of an envelope that says that somebody leaves, as it is called there.
fn leaving(json: &Json) -> Option<&str> {
    let members = json.as_object().filter(|members| !is_flat(members))?;
    let named = members.iter().filter(|(name, _)| is_one_of(name, EVENT) || is_one_of(name, TOPIC));
    let event = named.filter_map(|(_, member)| member.as_str()).find(|said| is_one_of(said, LEAVING));
    // Pipedrive says so beside the object.
    let deleted = || json.pointer("/meta/action").and_then(Json::as_str).filter(|said| is_one_of(said, DELETED));
    event.or_else(deleted)
}

fn is_test(json: &Json) -> bool {
    let root = || json.as_object().into_iter();
    let is_flag = |members: &Map<String, Json>| {
        let bare = members.iter().any(|(name, said)| is_one_of(name, TEST_FLAG) && *said == Json::Bool(true));
        // A provider's envelope may say it as a text, too: it holds no question.
        bare || (!is_flat(members) && flag(members, TEST_FLAG) == Some(true))
    };
    let is_event = |members: &Map<String, Json>| {
        words(members, EVENT).chain(words(members, TOPIC)).any(|word| is_one(&word, TEST_EVENTS))
    };
    let is_ping = |members: &Map<String, Json>| {
        let has = |name: &&str| members.keys().any(|member| is_one_of(member, &[name]));
        PINGS.iter().any(|names| names.iter().all(has) && (names.len() > 1 || members.len() == 1))
    };
    wrappers(json).any(|members| flag(members, TEST) == Some(true) || flag(members, LIVE) == Some(false))
        || root().any(|members| is_flag(members) || is_event(members) || is_ping(members))
}

fn is_partial(json: &Json) -> bool {
    if wrappers(json).any(|members| flag(members, PARTIAL) == Some(true)) {
        return true;
    }
    if wrappers(json).any(|members| words(members, EVENT).any(|word| word.contains("partial"))) {
        return true;
    }
    let beside = || wrappers(json).filter(|members| !is_flat(members));
    let flags = wrappers(json).find_map(|members| flag(members, COMPLETE));
    // A flag says it plainly; a status may also be that of something else, such as a payment.
    match flags.or_else(|| beside().find_map(|members| flag(members, COMPLETE_BESIDE))) {
        Some(complete) => !complete,
        None => {
            let says = |members: &Map<String, Json>, names| words(members, names).any(|word| is_one(&word, UNFINISHED));
            let begun = |members: &Map<String, Json>| words(members, ANY_STATUS).any(|word| is_one(&word, BEGUN));
            wrappers(json).chain(entry(json)).any(|members| says(members, STATUS) || says(members, ANY_STATUS))
                || wrappers(json).any(|members| words(members, STATUS).any(|word| is_one(&word, BEGUN)))
                || beside().chain(entry(json)).any(begun)
        }
    }
}

fn is_one(word: &str, known: &[&str]) -> bool {
    known.contains(&word)
}

/// Cognito's `Entry` holds what is known about the entry, beside the answers at the root.
fn entry(json: &Json) -> Option<&Map<String, Json>> {
    json.get("Entry")?.as_object()
}

/// The root and what wraps the answers below it.
fn wrappers(json: &Json) -> impl Iterator<Item = &Map<String, Json>> {
    let root = json.as_object();
    let inner = root.into_iter().flatten().filter(|(name, _)| is_one_of(name, WRAPPERS));
    root.into_iter().chain(inner.filter_map(|(_, member)| member.as_object()))
}

/// Nothing but answers: a `status` there is a question.
fn is_flat(members: &Map<String, Json>) -> bool {
    members.values().all(|member| !member.is_object() && !member.is_array())
}

fn flag(members: &Map<String, Json>, names: &[&str]) -> Option<bool> {
    members.iter().filter(|(name, _)| is_one_of(name, names)).find_map(|(_, member)| match member {
        Json::Bool(yes) => Some(*yes),
        Json::Number(number) => number.as_u64().filter(|number| *number < 2).map(|number| number == 1),
        Json::String(text) => match normal(text).as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    })
}

fn words<'a>(members: &'a Map<String, Json>, names: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
    let named = members.iter().filter(|(name, _)| is_one_of(name, names));
    named.filter_map(|(_, member)| member.as_str()).map(normal)
}

fn holds_dummy(submission: &Submission) -> bool {
    let is_dummy = |text: &str| text.contains(META_DUMMY) || META_ADDRESSES.contains(&text);
    submission.fields.values().any(|value| value.as_text().map_or_else(|| is_dummy(&value.to_string()), is_dummy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Reading;

    fn read(json: &Json) -> Vec<Submission> {
        let reading = Reading::of(None, domain::instant::Instant::from_millis(0));
        super::super::generic::read(json, &reading).unwrap()
    }

    fn check(json: &str, partial: bool, test: bool) {
        let mut submissions = read(&serde_json::from_str(json).unwrap());
        let submission = &mut submissions[0];
        mark(submission, &serde_json::from_str(json).unwrap());
        assert_eq!((submission.partial, submission.test), (partial, test), "{json}");
    }

    #[test]
    fn a_submission_that_is_not_finished_is_partial() {
        check(r#"{"event":"responseUpdated","data":{"finished":false,"data":{"q":"a"}}}"#, true, false);
        check(r#"{"event":"responseCreated","data":{"finished":true,"data":{"q":"a"}}}"#, false, false);
        check(r#"{"trigger":"partial_submission","data":[{"title":"q","key":"k","value":"a"}]}"#, true, false);
        check(r#"{"response_status":"partial","pages":[{"q":"a"}]}"#, true, false);
        check(r#"{"response_status":"completed","pages":[{"q":"a"}]}"#, false, false);
        check(r#"{"email":"a@example.com","response_status":"partial"}"#, true, false);
        check(r#"{"email":"a@example.com","entry_status":"started"}"#, true, false);
        for word in ["partial", "incomplete", "in_progress", "In progress", "draft"] {
            check(&format!(r#"{{"email":"a@example.com","status":"{word}"}}"#), true, false);
        }
        check(r#"{"email":"a@example.com","status":"completed"}"#, false, false);
        check(r#"{"Entry":{"Status":"Incomplete","Number":3},"Email":"a@example.com"}"#, true, false);
        check(r#"{"isCompleted":false,"responses":[{"q":"a"}]}"#, true, false);
        check(r#"{"Finished":"0","Q1":"a"}"#, true, false);
    }

    #[test]
    fn a_question_of_that_name_is_not_a_mark() {
        check(r#"{"email":"a@example.com","status":"started","type":"partial"}"#, false, false);
        check(r#"{"email":"a@example.com","completed":"0"}"#, false, false);
        check(r#"{"answers":{"finished":false,"test":true}}"#, false, false);
    }

    #[test]
    fn what_says_that_somebody_leaves_is_held() {
        let held = |json: &str| {
            let json = serde_json::from_str(json).unwrap();
            let mut submission = read(&json).remove(0);
            mark(&mut submission, &json);
            submission.held
        };
        for (json, said) in [
            (r#"{"type":"unsubscribe","data":{"email":"a@example.com"}}"#, "`unsubscribe`"),
            (r#"{"type":"cleaned","data":{"email":"a@example.com","reason":"hard"}}"#, "`cleaned`"),
            (r#"{"event":"contact.deleted","contact":{"email":"a@example.com"}}"#, "`contact.deleted`"),
        ] {
            assert!(held(json).unwrap().contains(said), "{json}");
        }
        for json in [
            r#"{"type":"subscribe","data":{"email":"a@example.com"}}"#,
            // A question, and somebody's wish.
            r#"{"type":"unsubscribe","email":"a@example.com"}"#,
        ] {
            assert_eq!(held(json), None, "{json}");
        }
    }

    #[test]
    fn what_a_provider_sends_as_a_test_is_one() {
        check(r#"{"is_test":true,"user_column_data":[{"column_id":"EMAIL","string_value":"a"}]}"#, false, true);
        check(r#"{"testLead":true,"id":"1"}"#, false, true);
        check(r#"{"test":true,"email":"a@example.com"}"#, false, true);
        check(r#"{"test":"1","data":[{"title":"q","key":"k","value":"a"}]}"#, false, true);
        check(r#"{"livemode":false,"email":"a@example.com"}"#, false, true);
        check(r#"{"livemode":true,"email":"a@example.com"}"#, false, false);
        check(r#"{"event":"test","email":"a@example.com"}"#, false, true);
        check(r#"{"type":"webhook.test","data":{"email":"a@example.com"}}"#, false, true);
        for ping in [
            r#"{"event":"ping"}"#,
            r#"{"type":"ping","id":"e1"}"#,
            r#"{"topic":"ping","type":"notification_event","data":{"item":{"message":"hello"}}}"#,
            r#"{"webhook_id":"12"}"#,
            r#"{"zen":"Keep it simple","hook_id":3,"hook":{"type":"Repository"}}"#,
            r#"{"event":"testEndpoint","webhookId":"w1"}"#,
            r#"{"type":"url_verification","challenge":"c","token":"t"}"#,
        ] {
            check(ping, false, true);
        }
        check(r#"{"webhook_id":"12","email":"a@example.com"}"#, false, false);
        check(r#"{"test":"yes","email":"a@example.com"}"#, false, false);
        check(r#"{"test":false,"event":"test drive","email":"a@example.com"}"#, false, false);
        check(r#"{"testLead":false,"id":"1"}"#, false, false);
        check(r#"{"is_test":"yes","email":"a@example.com"}"#, false, true);
        check(r#"{"is_test":"on","email":"a@example.com"}"#, false, true);
        check(r#"{"is_test":"no","email":"a@example.com"}"#, false, false);
        check(
            r#"{"field_data":[{"name":"full_name","values":["<test lead: dummy data for full_name>"]}]}"#,
            false,
            true,
        );
    }
}
