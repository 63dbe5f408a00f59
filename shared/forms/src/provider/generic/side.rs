//! What services say of their own side among what they say of the person. A step before the name of such a member says
//! whose it is, as if the service had put it into an object of that name.

use serde_json::{Map, Value as Json};

use crate::question::{is_called, normal};

/// In an object with these two, a call is told: who rang, and the line that they dialled (CallRail).
const CALLER: &str = "customerphonenumber";
const DIALLED: &str = "trackingphonenumber";
/// With what the names begin that such an object has for who was called.
const CALLED: &[&str] = &["business", "company", "tracking"];

/// For the members of an object, the step before each by its name; none where it is told of the person.
pub(super) fn steps(members: &Map<String, Json>) -> impl Fn(&str) -> Option<&'static str> {
    let has = |name: &str| members.keys().any(|member| is_called(member, name));
    let is_call = has(DIALLED) && has(CALLER);
    // Google Calendar lists the organizer among the attendees.
    let is_organizer = members.get("organizer") == Some(&Json::Bool(true));
    let is_contact = is_intercom_contact(members);
    move |name| match () {
        () if is_organizer => Some("organizer"),
        () if is_call && is_of_called(name) => Some("called"),
        () if is_contact && name == "role" => Some("workspace"),
        () => None,
    }
}

fn is_of_called(name: &str) -> bool {
    let normal = normal(name);
    let plain = normal.strip_prefix("formatted").unwrap_or(&normal);
    CALLED.iter().any(|side| plain.starts_with(side))
}

/// Whether an object is a contact of Intercom, whose `role` is no post: it says whether somebody has signed up.
fn is_intercom_contact(members: &Map<String, Json>) -> bool {
    let says =
        |name: &str, words: &[&str]| members.get(name).and_then(Json::as_str).is_some_and(|it| words.contains(&it));
    says("type", &["contact"]) && says("role", &["user", "lead"]) && members.contains_key("workspace_id")
}
