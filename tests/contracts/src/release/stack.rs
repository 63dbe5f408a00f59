//! The same on AWS: what a store holds, put by the DynamoDB adapter; and tables as one JSON text.

use std::{collections::BTreeMap, path::Path};

use aws::Ports;
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use domain::{
    calendar::TimeOff,
    decide::Paused,
    history::{ExecutionRow, MatchRow, TaskRow, TimerRow},
    id::{ManifestId, PoolId, RecordKey},
    instant::Instant,
    playbook::Playbook,
};
use engine::ports::{
    Activation, DeadLetter, DeadLetters, EffectRow, EffectState, Effects, Executions, Histories, Matches, Members,
    Playbooks, Pools, Swept, Tasks, Timers, Watermark,
};
use rusqlite::{Connection, Row};
use serde_json::{Map, Value as Json, json};
use sqlite::Store;

/// Puts everything that a store's file holds into empty tables, by the ports.
///
/// # Panics
/// If a row cannot be read or put.
pub async fn put(file: &Path, store: &Store, ports: &Ports) {
    let rows = Rows(Connection::open(file).expect("the file opens"));
    let records: Vec<RecordKey> = rows.all("SELECT DISTINCT record FROM entries", |row| parsed(row, 0));
    for record in &records {
        for entry in store.page(record, None, usize::MAX).await.expect("read").iter().rev() {
            ports.append(entry).await.expect("appended");
        }
    }
    for row in rows.all("SELECT key, record, seq FROM matches", match_row) {
        ports.put_match(&row).await.expect("put");
    }
    for row in rows.all("SELECT timer, generation, due, record, seq FROM timers", timer_row) {
        ports.put_timer(&row).await.expect("put");
    }
    for row in rows.bodies::<TaskRow>("SELECT body FROM tasks") {
        ports.put_task(&row).await.expect("put");
    }
    for row in rows.bodies::<ExecutionRow>("SELECT body FROM executions") {
        ports.put_execution(&row).await.expect("put");
    }
    for letter in rows.bodies::<DeadLetter>("SELECT body FROM dead_letters") {
        ports.put_dead_letter(&letter).await.expect("put");
    }
    for minute in rows.all("SELECT minute FROM sweep", |row| row.get(0).expect("a minute")) {
        ports.set_swept_to(&Swept::minute(minute)).await.expect("noted");
    }
    for row in rows.bodies::<EffectRow>("SELECT body FROM effects") {
        effect(ports, row).await;
    }
    pools(&rows, &records, store, ports).await;
    playbooks(&rows, ports).await;
}

/// An effect, on the way that `act` takes to where it stands.
async fn effect(ports: &Ports, row: EffectRow) {
    let claimed = |row: &EffectRow| {
        let state = EffectState::Claimed { attempt: "a1".to_owned(), lease_until: row.at.plus_minutes(2) };
        EffectRow { state, ..row.clone() }
    };
    match &row.state {
        EffectState::Held => ports.hold(&row).await.expect("held"),
        EffectState::PutOff { why, until } => {
            ports.claim(&claimed(&row)).await.expect("claimed");
            ports.put_off(&row.request.effect, "a1", why, *until).await.expect("put off");
        }
        EffectState::Settled { result: domain::effect::EffectResult::Captured, .. } | EffectState::Claimed { .. } => {
            ports.claim(&row).await.expect("claimed");
        }
        EffectState::Settled { result, at } => {
            ports.claim(&claimed(&row)).await.expect("claimed");
            ports.settle(&row.request.effect, result, *at).await.expect("settled");
        }
    }
}

async fn pools(rows: &Rows, records: &[RecordKey], store: &Store, ports: &Ports) {
    for pool in rows.all("SELECT id FROM pools", |row| PoolId::new(row.get::<_, String>(0).expect("a name"))) {
        let (state, _) = store.pool(&pool, records).await.expect("read");
        ports.save_pool(&pool, &Default::default(), &state, 0).await.expect("saved");
    }
    let off = |row: &Row<'_>| (row.get::<_, String>(0).expect("a person"), row.get::<_, String>(1).expect("a list"));
    for (person, off) in rows.all("SELECT person, off FROM members", off) {
        let off: Vec<TimeOff> = serde_json::from_str(&off).expect("time off");
        ports.set_time_off(&person.as_str().into(), &off).await.expect("set");
    }
}

/// All versions in the order in which they were published, then what is paused.
async fn playbooks(rows: &Rows, ports: &Ports) {
    let mut active: Option<ManifestId> = None;
    for activation in rows.bodies::<Activation>("SELECT body FROM activations ORDER BY n") {
        let manifest = activation.manifest.clone();
        let body = format!("SELECT body FROM playbooks WHERE manifest = '{manifest}'");
        let playbook = rows.bodies::<Playbook>(&body).pop().expect("what was published is kept");
        Playbooks::publish(ports, &playbook, active.as_ref(), activation).await.expect("published");
        active = Some(manifest);
    }
    for paused in rows.bodies::<Paused>("SELECT body FROM paused") {
        ports.set_paused(&paused).await.expect("paused");
    }
}

struct Rows(Connection);

impl Rows {
    fn all<T>(&self, sql: &str, read: impl Fn(&Row<'_>) -> T) -> Vec<T> {
        let mut select = self.0.prepare(sql).expect("valid SQL");
        let rows = select.query_map([], |row| Ok(read(row))).expect("read");
        rows.collect::<Result<_, _>>().expect("read")
    }

    fn bodies<T: serde::de::DeserializeOwned>(&self, sql: &str) -> Vec<T> {
        let read = |row: &Row<'_>| serde_json::from_str(&row.get::<_, String>(0).expect("a body"));
        self.all(sql, read).into_iter().collect::<Result<_, _>>().expect("a body is read")
    }
}

fn parsed(row: &Row<'_>, column: usize) -> RecordKey {
    row.get::<_, String>(column).expect("a record").parse().expect("its name")
}

fn match_row(row: &Row<'_>) -> MatchRow {
    let key = row.get::<_, String>(0).expect("a key");
    MatchRow { key: key.as_str().into(), record: parsed(row, 1), seq: row.get(2).expect("a seq") }
}

fn timer_row(row: &Row<'_>) -> TimerRow {
    TimerRow {
        timer: row.get::<_, String>(0).expect("a timer").as_str().into(),
        generation: row.get(1).expect("a generation"),
        due: Instant::from_millis(row.get(2).expect("a moment")),
        record: parsed(row, 3),
        seq: row.get(4).expect("a seq"),
    }
}

/// Every item of these tables, by table, in the order of its text.
///
/// # Panics
/// If a table cannot be scanned.
pub async fn dump(client: &Client, tables: &[&str]) -> Json {
    let mut all = Map::new();
    for table in tables {
        let scanned = client.scan().table_name(*table).send().await.expect("a small table is scanned at once");
        let mut items: Vec<Json> = scanned.items().iter().map(|item| members(item.iter())).collect();
        items.sort_by_cached_key(Json::to_string);
        all.insert((*table).to_owned(), Json::Array(items));
    }
    Json::Object(all)
}

/// Puts dumped items back.
///
/// # Panics
/// If an item is not one, or a table does not take it.
pub async fn load(client: &Client, dumped: &Json) {
    for (table, items) in dumped.as_object().expect("tables") {
        for item in items.as_array().expect("items") {
            let item = item.as_object().expect("an item").iter();
            let item = item.map(|(name, value)| (name.clone(), attribute(value))).collect();
            client.put_item().table_name(table).set_item(Some(item)).send().await.expect("put");
        }
    }
}

fn members<'a>(members: impl Iterator<Item = (&'a String, &'a AttributeValue)>) -> Json {
    let sorted: BTreeMap<_, _> = members.map(|(name, value)| (name.clone(), text(value))).collect();
    json!(sorted)
}

fn text(value: &AttributeValue) -> Json {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(truth) => json!({ "BOOL": truth }),
        AttributeValue::L(items) => json!({ "L": items.iter().map(text).collect::<Vec<_>>() }),
        AttributeValue::M(map) => json!({ "M": members(map.iter()) }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        other => panic!("an attribute of another kind: {other:?}"),
    }
}

fn attribute(value: &Json) -> AttributeValue {
    let (kind, value) = value.as_object().and_then(|one| one.iter().next()).expect("an attribute");
    let string = || value.as_str().expect("text").to_owned();
    match kind.as_str() {
        "S" => AttributeValue::S(string()),
        "N" => AttributeValue::N(string()),
        "BOOL" => AttributeValue::Bool(value.as_bool().expect("a truth")),
        "L" => AttributeValue::L(value.as_array().expect("a list").iter().map(attribute).collect()),
        "M" => {
            let map = value.as_object().expect("a map").iter();
            AttributeValue::M(map.map(|(name, value)| (name.clone(), attribute(value))).collect())
        }
        "NULL" => AttributeValue::Null(true),
        other => panic!("an attribute of kind {other}"),
    }
}
