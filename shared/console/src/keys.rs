//! The API keys that this host keeps: `GET` and `POST /v1/keys`, `DELETE /v1/keys/{name}`. A key is shown once, to who
//! asks for it; what is kept is its hash.

use axum::{
    Json,
    extract::{Path, Request, State},
    http::StatusCode,
    response::IntoResponse,
};
use serde_json::{Value, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, list, ok},
    app::App,
    body::{self, Object},
    key::{fresh_key, hash_key},
    named,
    ports::{ConsolePorts, KeptKey, KeptKeys, Removed, Scope},
    query::Params,
    routes::Routes,
};

/// Letters of a key by which a person recognises it.
const PREFIX: usize = 7;
const LONGEST_NAME: usize = 64;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let admin = Need::Scope(Scope::Admin);
    routes.get(admin, "/v1/keys", show::<P>).post(admin, "/v1/keys", add::<P>).delete(
        admin,
        "/v1/keys/{name}",
        remove::<P>,
    )
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    params.only(&[])?;
    list(kept(&app)?.all().await?.iter().map(line).collect(), None)
}

fn line(key: &KeptKey) -> Value {
    json!({ "name": key.name, "scope": key.scope, "begins": key.prefix, "created_at": key.created_at.to_string() })
}

async fn add<P: ConsolePorts>(State(app): State<App<P>>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["name", "scope"]).await?;
    let name = name(&mut body);
    let scope = scope(&mut body);
    body.done()?;
    let Some(scope) = scope else { return Err(Failure::field("/scope", "required_missing", "`scope` is required")) };
    let keys = kept(&app)?;
    let key = fresh_key();
    let new = KeptKey {
        hash: hash_key(&key),
        prefix: key.chars().take(PREFIX).collect(),
        name,
        scope,
        created_at: app.ports.now(),
    };
    let mut answer = line(&new);
    answer["key"] = json!(key);
    if !keys.add(new).await? {
        let detail = "a key has this name already; remove that one first, or choose another name";
        return Err(Failure::new(409, "key_exists", "There is a key of this name", detail));
    }
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// The name is part of an address, and the author of what is done with the key.
fn name(body: &mut Object) -> String {
    let name = body.text("name", LONGEST_NAME);
    if name.chars().any(|letter| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.' | '@')) {
        body.fault("name", "name_invalid", "a key's name has letters, digits, `-`, `_`, `.` and `@`");
    }
    name
}

fn scope(body: &mut Object) -> Option<Scope> {
    let text = body.text("scope", LONGEST_NAME);
    let scope = Scope::named(&text);
    if scope.is_none() && !text.is_empty() {
        body.fault("scope", "scope_unknown", named::unknown("scope", &text, Scope::ALL.map(Scope::as_str).into_iter()));
    }
    scope
}

async fn remove<P: ConsolePorts>(State(app): State<App<P>>, Path(name): Path<String>, params: Params) -> Answer {
    params.only(&[])?;
    let keys = kept(&app)?;
    match keys.remove(&name).await? {
        Removed::Done => ok(json!({ "removed": name })),
        Removed::LastAdmin => {
            let detail = "nobody could make keys any more; add another key of the scope admin first";
            Err(Failure::new(409, "key_last_admin", "The last admin key stays", detail))
        }
        Removed::Unknown => {
            let all = keys.all().await?;
            let why = named::unknown("key", &name, all.iter().map(|key| key.name.as_str()));
            Err(Failure::missing(why))
        }
    }
}

fn kept<P>(app: &App<P>) -> Result<&dyn KeptKeys, Failure> {
    app.trust.keys.kept().ok_or_else(|| {
        let detail = "the keys of this host are set where it is deployed: in the parameter ApiKeys of its stack";
        Failure::new(409, "keys_set_elsewhere", "This host keeps no keys", detail)
    })
}
