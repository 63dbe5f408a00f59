//! However much comes, and however long: what carries it takes it. An entry has at most 300 KB in either store, and a
//! message at most what the bus takes.

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use contracts::{
    release::{Playing, put},
    tables::Tables,
};
use domain::{history::Entry, id::RecordKey, instant::Instant, playbook::Playbook};
use engine::ports::{Activation, Histories, Playbooks};
use rusqlite::Connection;
use serde_json::{Map, Value as Json, json};
use tempfile::TempDir;

/// Monday at nine in the playbook's zone.
const BEGIN: Instant = Instant::from_millis(1_772_438_400_000);

/// An item of DynamoDB takes 400 KB with its names.
const ENTRY_BYTES: usize = 300_000;
/// What EventBridge has always taken, less the few bytes beside the message.
const MESSAGE_BYTES: usize = 256_000;

const FIELDS: usize = 60;

/// What people write, as it weighs most: plain, quoted, and in several alphabets.
const ALPHABETS: [&str; 6] = ["a", "\"\\", "ä", "漢字", "🜁", "word by word, line\nby line\t"];

struct Story {
    playing: Playing,
    place: TempDir,
    largest_message: usize,
}

fn playbook() -> Playbook {
    let fields = (0..FIELDS).map(|number| format!("      f{number:02}: {{ type: text }}\n"));
    let map = (0..FIELDS).map(|number| format!("  lead.f{number:02}: [f{number:02}]\n"));
    let schema = format!(
        "kinds:\n  lead:\n    fields:\n      name: {{ type: text }}\n      email: {{ type: email }}\n{}    links: \
         {{ company: company }}\n  company:\n    fields:\n      name: {{ type: text }}\n      about: {{ type: text }}\n\
         events:\n  poked: {{ kind: lead }}\n",
        fields.collect::<String>()
    );
    let form = format!(
        "form: long\nrecord: lead\nmap:\n  lead.name: [name]\n  lead.email: [email]\n  company.name: [company]\n  \
         company.about: [about]\n{}identify: {{ lead: [email], company: [name] }}\n",
        map.collect::<String>()
    );
    let workflow = "workflow: poked\npurpose: Somebody looks each time.\nmaintained_by: maria@example.com\n\
                    exceptions_to: maria@example.com\nwhen: { poked: lead }\nthen:\n  - create_task: \
                    { title: \"Look: {{ lead.f00 }}\", assigned_to: maria }\n";
    let texts = [
        (
            "organisation.yaml",
            "name: Nordlicht\ntime_zone: Europe/Berlin\nhours: { mon-fri: \"09:00-18:00\" }\n\
                               senders: { default: hello@example.com }\noutbound: capture\n"
                .to_owned(),
        ),
        ("people.yaml", "maria: { name: Maria Rossi, email: maria@example.com }\n".to_owned()),
        ("schema.yaml", schema),
        ("forms/long.yaml", form),
        ("workflows/poked.yaml", workflow.to_owned()),
    ];
    let files = texts.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
    let checked = playbook::load(&files);
    checked.playbook.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

fn long(letters: &str, bytes: usize) -> String {
    let text = letters.repeat(bytes / letters.len() + 1);
    text[..text.floor_char_boundary(bytes)].to_owned()
}

/// Answers of one person that use up what a submission may have, other ones each round.
fn answers(round: usize) -> Map<String, Json> {
    let letters = ALPHABETS[round % ALPHABETS.len()];
    let mut answers = Map::new();
    for (name, answer) in [("name", "Ada Lovelace"), ("email", "ada@acme.example"), ("company", "Acme")] {
        answers.insert(name.to_owned(), json!(answer));
    }
    answers.insert("about".to_owned(), json!(long(letters, 8_000)));
    for place in 0..20 {
        let field = (round * 7 + place) % FIELDS;
        answers.insert(format!("f{field:02}"), json!(format!("{round} {}", long(letters, 9_000))));
    }
    for question in 0..30 {
        let question = format!("{question} {}", long("why ", 150));
        answers.insert(question, json!(format!("{round} {}", long(letters, 9_000))));
    }
    answers
}

/// The same as a spreadsheet's script sends it, under an id of its own.
fn response(id: &str, round: usize) -> Json {
    let listed = answers(round).into_iter().map(|(name, answer)| (name, json!([answer])));
    let submitted = BEGIN.plus_minutes(i64::try_from(round).unwrap());
    json!({
        "formTitle": "Long", "responseId": id, "submittedAt": submitted.to_string(),
        "namedValues": listed.collect::<Map<_, _>>(),
    })
}

impl Story {
    async fn begin() -> Self {
        let place = tempfile::tempdir().unwrap();
        let playing = Playing::open(&place.path().join("handoff.db"), BEGIN);
        let playbook = playbook();
        let by = Activation { manifest: playbook.manifest_id(), at: BEGIN, by: "test".to_owned() };
        Playbooks::publish(playing.store(), &playbook, None, by).await.unwrap();
        Self { playing, place, largest_message: 0 }
    }

    fn file(&self) -> std::path::PathBuf {
        self.place.path().join("handoff.db")
    }

    fn ask_file<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        Connection::open(self.file()).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Asks the door, and works off what came of it.
    async fn post(&mut self, path: &str, key: Option<&str>, body: &Json) -> Json {
        let (status, answer) = self.playing.request("POST", path, key, body).await;
        assert!(status < 300, "{path}: {status} {answer}");
        let waiting: usize = self.ask_file("SELECT max(length(CAST(body AS BLOB))) FROM messages");
        self.largest_message = self.largest_message.max(waiting);
        self.playing.settle().await;
        let dead: usize = self.ask_file("SELECT count(*) FROM dead");
        assert_eq!(dead, 0, "{path}: nothing is given up");
        answer
    }

    async fn event(&mut self, record: &RecordKey, event_type: &str, data: &Json) {
        let record = json!({"kind": record.kind, "id": record.id});
        self.post("/v1/events", None, &json!({"type": event_type, "record": record, "data": data})).await;
    }

    async fn newest(&self, record: &RecordKey) -> std::sync::Arc<Entry> {
        self.playing.store().newest(record).await.unwrap().unwrap()
    }

    /// The largest entry of each store, in bytes as DynamoDB counts them.
    async fn largest(&self) -> BTreeMap<&'static str, (usize, String)> {
        let sql = "SELECT max(length(CAST(body AS BLOB)) + length(record) + length(caused_by)) FROM entries";
        let on_file = self.ask_file::<usize>(sql);
        let tables = Tables::make().await;
        put(&self.file(), self.playing.store(), &tables.ports()).await;
        let mut largest = (0, String::new());
        let mut from = None;
        loop {
            let page = tables.client().scan().table_name("records").set_exclusive_start_key(from).send().await.unwrap();
            for item in page.items() {
                let of_value = |value: &AttributeValue| match value {
                    AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
                    other => panic!("{other:?}"),
                };
                let bytes: usize = item.iter().map(|(name, value)| name.len() + of_value(value)).sum();
                let named = format!("{:?} {:?}", item["record"], item["seq"]);
                largest = largest.max((bytes, named));
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                return BTreeMap::from([("SQLite", (on_file, String::new())), ("DynamoDB", largest)]);
            }
        }
    }

    async fn fits(&self) {
        for (store, (bytes, entry)) in self.largest().await {
            assert!(bytes > 150_000, "{store}: the story is long, and its largest entry has {bytes} bytes");
            assert!(bytes <= ENTRY_BYTES, "{store}: entry {entry} has {bytes} bytes");
        }
        assert!(self.largest_message <= MESSAGE_BYTES, "a message of {} bytes", self.largest_message);
    }
}

fn record_of(answer: &Json) -> RecordKey {
    answer["record"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn submissions_of_one_person_that_say_more_each_time_fit_and_nothing_of_them_is_lost() {
    let mut story = Story::begin().await;
    let mut record = None;
    for round in 0..14 {
        let answer = story.post("/v1/forms/long", None, &Json::Object(answers(round))).await;
        record = Some(record_of(&answer));
    }
    let record = record.unwrap();
    story.fits().await;
    let head = story.newest(&record).await.head.clone();
    assert!(head.fields.len() > 5, "the record took what it has room for");
    assert_eq!(head.fields["email"], "ada@acme.example".into());
    let (_, timeline) = story
        .playing
        .request("GET", &format!("/v1/records/{}/{}/timeline", record.kind, record.id), None, &Json::Null)
        .await;
    assert!(timeline.to_string().contains("has no room for this answer; it is kept beside it"), "{timeline:#}");
    let last = story.newest(&record).await;
    let unmapped = serde_json::to_value(&last.changes).unwrap().to_string();
    for field in (0..20).map(|place| (13 * 7 + place) % FIELDS) {
        assert!(unmapped.contains(&format!("f{field:02}\":\"13 ")), "f{field:02} of the last round is in its entry");
    }
}

#[tokio::test]
async fn updates_of_a_submission_in_which_every_answer_differs_fit() {
    let mut story = Story::begin().await;
    for round in 0..10 {
        story.post("/v1/forms/long", None, &response("2_A", round)).await;
        story.post("/v1/forms/long", None, &response(&format!("2_B{round}"), round + 1)).await;
    }
    story.fits().await;
}

#[tokio::test]
async fn what_is_kept_aside_fits() {
    let mut story = Story::begin().await;
    for round in 0..ALPHABETS.len() {
        story.post("/v1/forms/unknown", None, &Json::Object(answers(round))).await;
        let key = format!("key-{round}");
        let first = json!({"email": "ada@acme.example"});
        let (status, _) = story.playing.request("POST", "/v1/forms/long", Some(&key), &first).await;
        assert!(status < 300);
        // The first is not decided yet: only then is this known to be another.
        story.post("/v1/forms/long", Some(&key), &Json::Object(answers(round))).await;
    }
    story.fits().await;
}

#[tokio::test]
async fn a_record_full_of_tasks_and_of_what_it_remembers_takes_the_longest_submission() {
    let mut story = Story::begin().await;
    for round in 0..14 {
        story.post("/v1/forms/long", None, &Json::Object(answers(round))).await;
    }
    let body = json!({"email": "ada@acme.example", "f00": long("漢字", 3_000)});
    let record = record_of(&story.post("/v1/forms/long", None, &body).await);
    for number in 0..105 {
        story.event(&record, &format!("{}_{number}", long("thing_", 58)), &json!({"f00": long("漢字", 3_000)})).await;
        story.event(&record, "poked", &json!({"note": long("\"", 30_000)})).await;
        let short = json!({"email": "ada@acme.example", "note": number});
        story.post("/v1/forms/long", None, &short).await;
    }
    story.post("/v1/forms/long", None, &Json::Object(answers(20))).await;
    let head = story.newest(&record).await.head.clone();
    assert!(head.seen.len() <= 100 && head.submissions.len() <= 50);
    assert!(head.seen.contains_key(&"poked".into()), "the latest are remembered");
    let last = head.tasks.last().unwrap();
    assert!(last.title.ends_with("no other is opened until some of them are done"), "{}", last.title);
    assert!(head.tasks.len() > 20);
    story.fits().await;
}
