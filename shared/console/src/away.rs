//! A person's time off: `POST`, `GET` and `DELETE /v1/people/{id}/away`.

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use domain::{
    calendar::{TimeOff, TimeOffChange},
    duration::until::{self, UntilError},
    id::{MessageId, PersonId, RecordKey},
    instant::Instant,
    message::{Message, ToAssign},
};
use engine::ports::Active;
use serde_json::{Value as Json, json};

use crate::{
    access::{Caller, Need},
    answer::{Answer, Failure, list, part},
    app::App,
    body::{self, Object},
    named,
    person::Wish,
    ports::{ConsolePorts, Scope},
    query::{Params, invalid},
    routes::Routes,
};

const PATH: &str = "/v1/people/{id}/away";

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let [read, operate] = [Scope::Read, Scope::Operate].map(Need::Scope);
    routes.get(read, PATH, show::<P>).post(operate, PATH, leave::<P>).delete(operate, PATH, back::<P>)
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, Path(id): Path<String>, params: Params) -> Answer {
    params.only(&[])?;
    let person = known(&app.active().await?, &id)?;
    let lines = time_off(&app, &person).await?.iter().map(line).collect();
    list(lines, None)
}

fn line(off: &TimeOff) -> Json {
    let until = off.has_end().then(|| off.until.to_string());
    json!({ "from": off.from.to_string(), "until": until, "reason": off.reason, "by": off.by })
}

async fn leave<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let active = app.active().await?;
    let person = known(&active, &id)?;
    let mut body = body::command(&parts.headers, body, &["from", "until", "reason"]).await?;
    let content = body.content();
    let now = app.ports.now();
    let new = absence(&mut body, &active, &person, &caller.name, now);
    body.done()?;
    let wish = wish(&app, &parts.headers, &person, "away", &content).await?;
    if wish.is_repeat() {
        return repeated(&app, wish, &person).await;
    }
    let before = time_off(&app, &person).await?;
    let change = TimeOffChange::Leaves(new.clone());
    let then = changed(&change, &before, now);
    let sentence = leaves(&active, &person, &new, &then, now);
    let id = send(&app, wish, caller, &person, change, now).await?;
    accepted(&id, &person, &sentence, Some((&before, &then)))
}

/// `Ana Keller is away until Mon 9 Mar 09:00 and gets nothing new.`: on the person's own clock.
///
/// `off` is all that holds with it: where it lasts longer than what was asked for now, the later end is said.
fn leaves(active: &Active, person: &PersonId, asked: &TimeOff, off: &[TimeOff], now: Instant) -> String {
    let calendar = active.plan.playbook.calendar_of(person);
    let said = |at: Instant| calendar.zone.describe_beside(at, now);
    // An absence that ends at midnight ends for everybody when the person next works.
    let until = |at: Instant| said(calendar.next_opening(at).unwrap_or(at));
    let from = if asked.from > now { format!(" from {}", said(asked.from)) } else { String::new() };
    let end = TimeOff { until: end(asked, off), ..asked.clone() };
    let name = name(active, person);
    let shorter = match end.until > asked.until {
        true => format!("; the absence until {} ends before that", until(asked.until)),
        false => String::new(),
    };
    match end.has_end() {
        true => format!("{name} is away{from} until {} and gets nothing new{shorter}.", until(end.until)),
        false => format!("{name} is switched off{from} and gets nothing new until `handoff back {person}`{shorter}."),
    }
}

/// When somebody is there again after an absence, with the others that run on from it; `off` is in the order of its beginnings.
fn end(asked: &TimeOff, off: &[TimeOff]) -> Instant {
    off.iter().fold(asked.until, |end, other| if other.from <= end { end.max(other.until) } else { end })
}

/// `Ana Keller is back.`, with what is planned still.
fn returns(active: &Active, person: &PersonId, was_away: bool, planned: &[TimeOff], now: Instant) -> String {
    let zone = active.plan.playbook.calendar_of(person).zone;
    let name = name(active, person);
    let is_back = if was_away { "is back" } else { "was not away" };
    match planned.iter().map(|off| off.from).min() {
        None => format!("{name} {is_back}."),
        Some(next) => format!("{name} {is_back}; the next absence begins {}.", zone.describe_beside(next, now)),
    }
}

fn name<'a>(active: &'a Active, person: &'a PersonId) -> &'a str {
    active.plan.playbook.people.get(person).map_or(person.as_str(), |known| known.name.as_str())
}

fn link(person: &PersonId) -> String {
    format!("/v1/people/{}/away", part(person.as_str()))
}

/// Moments are read in the person's own zone: their monday, not ours.
fn absence(body: &mut Object, active: &Active, person: &PersonId, by: &str, now: Instant) -> TimeOff {
    let zone = active.plan.playbook.calendar_of(person).zone;
    let from = match body.optional_text("from", 64) {
        None => now,
        Some(text) if text == "now" => now,
        Some(text) => until::parse(&text, now, zone).unwrap_or_else(|error| {
            body.fault("from", "moment_invalid", error.to_string());
            now
        }),
    };
    let text = body.text("until", 64);
    let until = if text.is_empty() { Ok(from) } else { until::parse(&text, from, zone) };
    let until = until.unwrap_or_else(|error| {
        let detail = match error {
            UntilError::Past(said) if from > now => {
                format!("`{said}` lies before `from`, which is {}", zone.describe_beside(from, now))
            }
            error => error.to_string(),
        };
        body.fault("until", "moment_invalid", detail);
        from
    });
    TimeOff { from, until, reason: body.optional_text("reason", 200), by: Some(by.to_owned()) }
}

async fn back<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(id): Path<String>,
    Extension(caller): Extension<Caller>,
    params: Params,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    body::command(&parts.headers, body, &[]).await?.done()?;
    let all = match params.only(&["all"])?.get("all") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(invalid("all", "write true or false")),
    };
    let active = app.active().await?;
    let person = known(&active, &id)?;
    let wish = wish(&app, &parts.headers, &person, "back", if all { "all" } else { "" }).await?;
    if wish.is_repeat() {
        return repeated(&app, wish, &person).await;
    }
    let before = time_off(&app, &person).await?;
    let now = app.ports.now();
    let was_away = before.iter().any(|off| (off.from <= now || all) && off.until > now);
    let change = TimeOffChange::IsBack { all };
    let then = changed(&change, &before, now);
    let sentence = returns(&active, &person, was_away, &then, now);
    let id = send(&app, wish, caller, &person, change, now).await?;
    accepted(&id, &person, &sentence, Some((&before, &then)))
}

/// What holds with a change, as far as it is known here: `assign` may have others to carry out first.
fn changed(change: &TimeOffChange, before: &[TimeOff], now: Instant) -> Vec<TimeOff> {
    let mut then = before.to_vec();
    change.apply(&mut then, now);
    then
}

async fn send<P: ConsolePorts>(
    app: &App<P>,
    wish: Wish,
    caller: Caller,
    person: &PersonId,
    change: TimeOffChange,
    now: Instant,
) -> Result<MessageId, Failure> {
    let body = ToAssign::Away { person: person.clone(), change, by: caller.name };
    app.ports.send_assign(&[Message { id: wish.id.clone(), since: now, body }]).await?;
    wish.accepted(app).await
}

async fn wish<P: ConsolePorts>(
    app: &App<P>,
    headers: &HeaderMap,
    person: &PersonId,
    what: &str,
    content: &str,
) -> Result<Wish, Failure> {
    let about = RecordKey::new("person", person.as_str());
    Wish::read(app, headers, about, &format!("{} {what}", link(person)), content).await
}

/// What was accepted before may have been overtaken since: nothing is said of it but that.
async fn repeated<P: ConsolePorts>(app: &App<P>, wish: Wish, person: &PersonId) -> Answer {
    let sentence = "The same request was accepted before; nothing is done again.";
    accepted(&wish.accepted(app).await?, person, sentence, None)
}

/// 202, with a sentence of what will hold, all of the time off then, and what of it this request changes: who wants to
/// wait for it looks until that is so, whatever others change meanwhile.
fn accepted(
    message: &MessageId,
    person: &PersonId,
    sentence: &str,
    before_and_then: Option<(&[TimeOff], &[TimeOff])>,
) -> Answer {
    let to = link(person);
    let mut body = json!({ "message_id": message, "links": { "away": to }, "sentence": sentence });
    if let Some((before, then)) = before_and_then {
        let only = |of: &[TimeOff], other: &[TimeOff]| -> Json {
            of.iter().filter(|off| !other.contains(off)).map(line).collect()
        };
        body["time_off"] = then.iter().map(line).collect();
        body["added"] = only(then, before);
        body["ended"] = only(before, then);
    }
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, to)], axum::Json(body)).into_response())
}

fn known(active: &Active, id: &str) -> Result<PersonId, Failure> {
    named::person(id, &active.plan.playbook).map_err(Failure::missing)
}

async fn time_off<P: ConsolePorts>(app: &App<P>, person: &PersonId) -> Result<Vec<TimeOff>, Failure> {
    Ok(app.ports.time_off(std::slice::from_ref(person)).await?.remove(person).unwrap_or_default())
}
