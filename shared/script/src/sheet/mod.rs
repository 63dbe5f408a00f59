//! A sheet of records, a row each: where a route sends them, and whether that is what was expected.
//!
//! For a RevOps person who changes who gets what: the dry run of `handoff route`, and the golden sheets under
//! `tests/scenarios/routing`. It decides with the engine's own function; nothing is stored or sent.

mod cells;
mod compare;
mod known;
mod print;
mod row;

use domain::{
    id::{Kind, RouteId},
    instant::Instant,
    nearest::nearest,
    playbook::Playbook,
    step::Mention,
};

pub use compare::{Answer, Difference};
pub use known::Known;
pub use print::{document, summary, text};

/// What cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    #[error("line {line}: {message}")]
    At { line: u64, message: String },
    #[error("{0}")]
    Whole(String),
}

/// How a sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With a header of field names, `lead.country,company.employees`; commas or semicolons.
    Csv,
    /// One object of field names and values, or a list of them.
    Json,
}

/// Routes every row of a sheet, matched to the records that are known already.
///
/// # Errors
///
/// Everything in it that cannot be read, or that names nothing of the playbook.
pub fn route(
    playbook: &Playbook,
    route: &RouteId,
    sheet: (Format, &str),
    known: &Known,
    now: Instant,
) -> Result<Vec<Answer>, Vec<SheetError>> {
    let rows = rows(playbook, route, sheet)?;
    if rows.is_empty() {
        let message = "there is no row to route: under the line that names the fields, each line is a record";
        return Err(vec![SheetError::Whole(message.to_owned())]);
    }
    Ok(rows.into_iter().map(|row| compare::answer(playbook, route, row, known, now)).collect())
}

/// The rows of a sheet about the records that a route is for.
fn rows(playbook: &Playbook, route: &RouteId, sheet: (Format, &str)) -> Result<Vec<row::Row>, Vec<SheetError>> {
    let cells = match sheet.0 {
        Format::Csv => cells::csv(sheet.1),
        Format::Json => cells::json(sheet.1),
    };
    let cells = cells.map_err(|error| vec![error])?;
    let kind = kind_of(playbook, route, &cells).map_err(|error| vec![error])?;
    let columns = row::Columns::read(&cells.header, playbook, &kind)?;
    let (mut rows, mut errors) = (Vec::new(), Vec::new());
    for row in &cells.rows {
        match columns.row(row, playbook) {
            Ok(read) => rows.push(read),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() { Ok(rows) } else { Err(errors) }
}

/// The route that is meant: the only one, where none is named.
///
/// # Errors
///
/// There is no such route, or one has to be named.
pub fn route_named(playbook: &Playbook, name: Option<&str>) -> Result<RouteId, SheetError> {
    let routes = &playbook.routing.routes;
    let names: Vec<&str> = routes.keys().map(RouteId::as_str).collect();
    let all = || if names.is_empty() { "routing.yaml has none".to_owned() } else { names.join(", ") };
    match (name, names.as_slice()) {
        (Some(name), _) if routes.contains_key(&name.into()) => Ok(name.into()),
        (None, [only]) => Ok((*only).into()),
        (None, []) => Err(SheetError::Whole(
            "routing.yaml has no route; write one there, or try a draft with --routing FILE".to_owned(),
        )),
        (None, _) => Err(SheetError::Whole(format!("several routes could be meant: name one of {}", all()))),
        (Some(name), _) => {
            let hint = nearest(name, names.iter().copied()).map(|meant| format!("; did you mean `{meant}`?"));
            let hint = hint.unwrap_or_else(|| format!("; choose from {}", all()));
            Err(SheetError::Whole(format!("there is no route `{name}`{hint}")))
        }
    }
}

/// The kind of record that workflows send through a route; else the one of the sheet's columns whose links lead to all
/// the others, in whatever order they stand; else the first.
fn kind_of(playbook: &Playbook, route: &RouteId, cells: &cells::Cells) -> Result<Kind, SheetError> {
    let is_route = |mention| matches!(mention, Mention::Route(named) if named == route);
    let users = playbook.workflows.values().filter(|workflow| workflow.mentions().any(is_route));
    let of_trigger = |trigger: &domain::workflow::Trigger| match trigger {
        domain::workflow::Trigger::FormSubmitted(form) => playbook.forms.get(form).map(|form| form.record.clone()),
        domain::workflow::Trigger::Event { kind, .. } => Some(kind.clone()),
    };
    let is_kind = |kind: &Kind| playbook.schema.kinds.contains_key(kind);
    let roots: Vec<Kind> =
        cells.header.iter().filter_map(|name| name.split_once('.')).map(|(root, _)| Kind::new(root)).collect();
    let leads_to_all = |kind: &&Kind| {
        let links = playbook.schema.kinds.get(*kind).map(|schema| &schema.links);
        roots.iter().all(|root| root == *kind || links.is_some_and(|links| links.contains_key(root.as_str())))
    };
    let kinds = || roots.iter().filter(|root| is_kind(root));
    let named = || kinds().find(leads_to_all).or_else(|| kinds().next()).cloned();
    let kind = users.into_iter().find_map(|workflow| of_trigger(&workflow.when)).or_else(named);
    kind.ok_or_else(|| SheetError::Whole("no column names a field such as lead.country".to_owned()))
}
