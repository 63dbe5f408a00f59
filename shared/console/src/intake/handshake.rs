//! `GET /v1/forms/{form}`: Meta asks whether the address is ours. A browser comes by a form that does not say `POST`, and
//! its visitor is told that nothing was sent. Nothing is changed by it.

use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use domain::playbook::Source;

use super::{
    form::{form_id, secret},
    page,
};
use crate::{
    answer::{Answer, Failure},
    app::App,
    ports::IntakePorts,
};

pub(super) async fn answer<P: IntakePorts>(
    State(app): State<App<P>>,
    Path(form): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let active = app.active().await?;
    let known = active.plan.playbook.forms.get(&form_id(&form)?);
    let known = known.filter(|form| form.source == Source::Meta);
    let reference = known.and_then(|form| form.verify_token.as_deref().or(form.secret.as_deref()));
    let Some(reference) = reference else {
        let failure = Failure::new(
            StatusCode::METHOD_NOT_ALLOWED.as_u16(),
            "method_not_allowed",
            "This address does not take this method",
            "post submissions here: a form needs method=\"post\"; only one of source meta with a secret answers GET",
        );
        if page::is_read(&headers) {
            let page = page::failed(&app, &form, &failure).await;
            return Ok(([(header::ALLOW, "POST, OPTIONS")], page).into_response());
        }
        return Ok(([(header::ALLOW, "POST, OPTIONS")], failure).into_response());
    };
    let token = secret(&app, reference).await?;
    let challenge = forms::handshake(&query.unwrap_or_default(), &token)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], challenge).into_response())
}
