//! `GET /v1/records?email=…&phone=…&name=…`: the records that somebody means.
//!
//! Addresses and numbers are looked up by the rows that records are found by, and so are names of kinds that are
//! matched by name. For the name of a person there is no row: the records on which workflows run or ran are looked at,
//! a page at a time.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use domain::{
    history::{Entry, ExecutionState, MatchRow},
    id::{Kind, MatchKey, RecordKey},
    matching,
    playbook::Playbook,
    value::{FieldName, FieldType, Fields, Value},
};
use engine::ports::{Cursor, ExecutionFilter, Histories, Matches};
use futures_util::future::try_join_all;
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, list, record_path},
    app::App,
    ports::{ConsolePorts, Scope},
    query::{Params, cursor_invalid, invalid},
    routes::Routes,
};

/// So many records of one key are looked at.
const MOST: usize = 50;
/// So many executions are looked at for one answer.
const EXECUTIONS: usize = 100;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/records", show::<P>)
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    let params = params.only(&["email", "phone", "name", "cursor"])?;
    let active = app.active().await?;
    let (name, cursor) = (params.get("name"), params.cursor());
    if name.is_some_and(|name| !name.chars().any(char::is_alphanumeric)) {
        return Err(invalid("name", "write a name or a part of it"));
    }
    let mut sets = Vec::new();
    for (parameter, asks, example) in
        [("email", FieldType::Email, "ada@example.com"), ("phone", FieldType::Phone, "+49 30 1234567")]
    {
        let Some(text) = params.get(parameter) else { continue };
        let sought = Sought::read(&active.plan.playbook, asks, text);
        let sought = sought.ok_or_else(|| invalid(parameter, &format!("write it as in {example}")))?;
        sets.push(look_up(&*app.ports, sought).await?);
    }
    let Some(mut found) = sets.pop() else { return by_name(&app, &active.plan.playbook, name, cursor).await };
    if cursor.is_some() {
        return Err(cursor_invalid());
    }
    found.retain(|record, newest| {
        sets.iter().all(|others| others.contains_key(record)) && name.is_none_or(|name| is_called(newest, name))
    });
    list(found.iter().map(line).collect(), None)
}

/// Records with their newest entries.
type Found = BTreeMap<RecordKey, Arc<Entry>>;

fn line((record, newest): (&RecordKey, &Arc<Entry>)) -> Json {
    let path = record_path(record);
    json!({
        "record": record,
        "kind": record.kind,
        "called": matching::called(record, &newest.head.fields),
        "links": { "record": path, "timeline": format!("{path}/timeline") },
    })
}

fn is_called(newest: &Entry, name: &str) -> bool {
    newest.head.fields.get("name").and_then(Value::as_text).is_some_and(|known| matching::is_called(known, name))
}

/// What leads to the records that have a value.
#[derive(Default)]
struct Sought {
    /// Records that are named by it.
    names: Vec<RecordKey>,
    keys: Vec<MatchKey>,
}

impl Sought {
    /// A text as the fields of this type hold it; none if none of them can.
    fn read(playbook: &Playbook, asks: FieldType, text: &str) -> Option<Self> {
        let mut sought = None;
        for (kind, own) in &playbook.schema.kinds {
            for (field, schema) in own.fields.iter().filter(|(_, field)| field.field_type == asks) {
                let Ok(Some(value)) = forms::value_of(text, schema, &playbook.schema.bands) else { continue };
                let fields = Fields::from([(field.clone(), value)]);
                sought.get_or_insert_with(Self::default).add(playbook, kind, field, &fields);
            }
        }
        sought
    }

    fn add(&mut self, playbook: &Playbook, kind: &Kind, field: &FieldName, fields: &Fields) {
        self.keys.extend(matching::keys(&playbook.schema, kind, fields));
        let mut identified = playbook.forms.values().filter_map(|form| form.identify.get(kind));
        if identified.any(|names| names.contains(field)) {
            for identifier in matching::identifiers([field], kind, &playbook.schema, fields) {
                self.names.push(identifier.names);
                self.keys.push(identifier.key);
            }
        }
    }
}

async fn look_up(ports: &(impl Histories + Matches), sought: Sought) -> Result<Found, Failure> {
    let mut found = Found::new();
    for record in sought.names {
        let newest = ports.newest(&record).await?.filter(|newest| !newest.head.is_deleted());
        found.extend(newest.map(|newest| (record, newest)));
    }
    for key in sought.keys {
        for MatchRow { record, .. } in ports.matches(&key, MOST).await? {
            // The rows say who had it once.
            let has_it = ports.newest(&record).await?.filter(|newest| newest.head.found_by.contains(&key));
            found.extend(has_it.map(|newest| (record, newest)));
        }
    }
    Ok(found)
}

/// Records of this name, or all, among those on which workflows run or ran.
async fn by_name<P: ConsolePorts>(
    app: &App<P>,
    playbook: &Playbook,
    name: Option<&str>,
    cursor: Option<Cursor>,
) -> Answer {
    let mut found = match name.filter(|_| cursor.is_none()) {
        Some(name) => {
            let sought = Sought::read(playbook, FieldType::Text, name).unwrap_or_default();
            look_up(&*app.ports, sought).await?
        }
        None => Found::new(),
    };
    let place = Place::read(cursor)?;
    let filter = ExecutionFilter { state: place.state, workflow: None, since: None };
    let page = app.ports.executions(&filter, place.within.as_ref(), EXECUTIONS).await?;
    let records = page.items.into_iter().map(|row| row.record);
    let mut records: Vec<RecordKey> = records.filter(|it| playbook.schema.kinds.contains_key(&it.kind)).collect();
    records.sort_unstable();
    records.dedup();
    let newest = try_join_all(records.iter().map(async |record| app.ports.newest(record).await)).await?;
    let known = records.into_iter().zip(newest).filter_map(|(record, newest)| Some((record, newest?)));
    let known = known.filter(|(_, newest)| !newest.head.is_deleted());
    found.extend(known.filter(|(_, newest)| name.is_none_or(|name| is_called(newest, name))));
    list(found.iter().map(line).collect(), place.after(page.next))
}

/// How far the list of executions has been looked through: open ones first, then held and ended ones.
struct Place {
    state: ExecutionState,
    within: Option<Cursor>,
}

const STATES: [(&str, ExecutionState); 3] =
    [("open", ExecutionState::Open), ("held", ExecutionState::Held), ("ended", ExecutionState::Ended)];

impl Place {
    fn read(cursor: Option<Cursor>) -> Result<Self, Failure> {
        let Some(cursor) = cursor else { return Ok(Self { state: ExecutionState::Open, within: None }) };
        let (state, within) = cursor.split_once('.').ok_or_else(cursor_invalid)?;
        let state = STATES.iter().find(|(name, _)| *name == state).ok_or_else(cursor_invalid)?.1;
        Ok(Self { state, within: Some(within.to_owned()).filter(|within| !within.is_empty()) })
    }

    /// Where to go on: within the same state, at the beginning of the next, or nowhere.
    fn after(&self, next: Option<Cursor>) -> Option<Cursor> {
        let mut states = STATES.iter().skip_while(|(_, state)| *state != self.state);
        let own = states.next();
        match next {
            Some(within) => own.map(|(name, _)| format!("{name}.{within}")),
            None => states.next().map(|(name, _)| format!("{name}.")),
        }
    }
}
