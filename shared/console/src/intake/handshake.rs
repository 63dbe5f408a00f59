//! `GET /v1/forms/{form}`: Meta asks whether the address is ours. Nothing is changed by it.

use axum::{
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::playbook::Source;

use super::form::{form_id, secret};
use crate::{
    answer::{Answer, Failure},
    app::App,
    ports::IntakePorts,
};

pub(super) async fn answer<P: IntakePorts>(
    State(app): State<App<P>>,
    Path(form): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let active = app.active().await?;
    let known = active.playbook.forms.get(&form_id(&form)?);
    let known = known.filter(|form| form.source == Source::Meta);
    let reference = known.and_then(|form| form.verify_token.as_deref().or(form.secret.as_deref()));
    let Some(reference) = reference else {
        let failure = Failure::new(
            StatusCode::METHOD_NOT_ALLOWED.as_u16(),
            "method_not_allowed",
            "This address does not take this method",
            "post submissions here; only a form of source meta with a secret answers GET",
        );
        return Ok(([(header::ALLOW, "POST, OPTIONS")], failure).into_response());
    };
    let token = secret(&app, reference).await?;
    let challenge = forms::handshake(&query.unwrap_or_default(), &token)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge).into_response())
}
