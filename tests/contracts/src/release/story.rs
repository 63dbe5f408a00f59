//! What happened in the store: one morning in which every kind of state comes about and stays.

use std::path::Path;

use domain::{
    follow_up::{FollowUp, follow_ups},
    history::Entry,
    id::{ManifestId, RecordKey},
    instant::Instant,
    playbook::Playbook,
};
use engine::ports::{
    Activation, DeadLetter, Dlq, EffectRow, EffectState, Effects, Histories, Mailbox, Playbooks, Queue, Rendered,
};
use serde_json::{Value as Json, json};
use sqlite::ApiKey;

use super::Playing;

/// Monday at nine in the playbook's zone.
const BEGIN: Instant = Instant::from_millis(1_772_438_400_000);
/// When the store was left.
pub const END: Instant = Instant::from_millis(BEGIN.as_millis() + 47 * 60_000 + 30_000);

/// The records of the story, by what they stand for.
pub type Cast = Vec<(String, RecordKey)>;

struct Story {
    playing: Playing,
    cast: Cast,
}

/// Plays the story on a new file and leaves it as a killed process would.
pub async fn play(file: &Path, playbook: &Playbook) -> Cast {
    let mut story = Story { playing: Playing::open(file, BEGIN), cast: Vec::new() };
    story.publish(playbook, None, "capture").await;
    story.lead("captured", "demo", &json!({"phone": "+49 30 1", "company": "Acme GmbH", "domain": "acme.example", "company_phone": "089 1234567"})).await;
    let live = Playbook { organisation: live(playbook), ..playbook.clone() };
    story.publish(&live, Some(&playbook.manifest_id()), "live").await;
    story.ordinary().await;
    story.outcomes().await;
    story.people().await;
    story.aside().await;
    story.waiting().await;
    story.in_the_queues().await;
    story.cast
}

fn live(playbook: &Playbook) -> domain::playbook::Organisation {
    let mut organisation = playbook.organisation.clone();
    organisation.outbound = domain::playbook::Outbound::Live;
    organisation
}

impl Story {
    async fn publish(&mut self, playbook: &Playbook, replaces: Option<&ManifestId>, by: &str) {
        let activation = Activation { manifest: playbook.manifest_id(), at: self.playing.now(), by: by.to_owned() };
        Playbooks::publish(self.playing.store(), playbook, replaces, activation).await.expect("published");
    }

    async fn ask(&mut self, method: &str, path: &str, body: Json) -> Json {
        let (status, answer) = self.playing.request(method, path, None, &body).await;
        assert!(status < 300, "{method} {path}: {answer}");
        self.playing.settle().await;
        answer
    }

    /// A form of somebody whose address is `<name>@<name>.example`, from a company of 51 unless said otherwise.
    async fn lead(&mut self, name: &str, form: &str, more: &Json) -> RecordKey {
        let mut body =
            json!({"name": name, "email": format!("{name}@{name}.example"), "company": name, "team_size": "51-200"});
        let object = body.as_object_mut().expect("an object");
        object.extend(more.as_object().expect("an object").clone());
        let answer = self.ask("POST", &format!("/v1/forms/{form}"), body).await;
        let record: RecordKey = answer["record"].as_str().expect("a record").parse().expect("its name");
        if !self.cast.iter().any(|(_, known)| *known == record) {
            self.cast.push((name.to_owned(), record.clone()));
        }
        record
    }

    async fn event(&mut self, event: &str, record: &RecordKey) {
        let record = json!({"kind": record.kind, "id": record.id});
        self.ask("POST", "/v1/events", json!({"type": event, "record": record, "data": {}})).await;
    }

    async fn command(&mut self, record: &RecordKey, command: &str, body: Json) {
        self.ask("POST", &format!("/v1/records/{}/{}/{command}", record.kind, record.id), body).await;
    }

    async fn newest(&self, record: &RecordKey) -> std::sync::Arc<Entry> {
        self.playing.store().newest(record).await.expect("read").expect("an entry")
    }

    async fn until(&mut self, minute: i64) {
        self.playing.advance_to(BEGIN.plus_minutes(minute)).await;
    }

    /// Each pool once, companies found in each way, a call in time, an else branch, a handover and late contact.
    async fn ordinary(&mut self) {
        for desk in ["turns", "least", "deals"] {
            self.lead(desk, "demo", &json!({"desk": desk, "amount": 5000})).await;
        }
        self.lead("by-domain", "demo", &json!({"email": "kim@acme.example", "company": "", "team_size": ""})).await;
        self.lead("by-name", "demo", &json!({"company": "ACME"})).await;
        self.lead("by-phone", "demo", &json!({"company": "", "team_size": "", "company_phone": "+49 89 1234567"}))
            .await;
        self.lead("too-small", "demo", &json!({"team_size": "1-10"})).await;
        let called = self.lead("called", "demo", &json!({})).await;
        self.until(3).await;
        self.event("call_logged", &called).await;
        let company = self.newest(&called).await.head.links["company"].clone();
        self.command(&company, "reassign", json!({"to": "chloe", "reason": "she won the account"})).await;
        self.lead("of-an-owner", "demo", &json!({"company": "called"})).await;
        self.lead("handed-over", "demo", &json!({})).await;
    }

    /// Every outcome of an e-mail, and a template that cannot be filled.
    async fn outcomes(&mut self) {
        for name in ["refused", "lost", "later"] {
            self.lead(name, "newsletter", &json!({})).await;
        }
    }

    /// What people do: closing, reopening, crediting, choosing, ending tasks, being away.
    async fn people(&mut self) {
        let closed = self.lead("closed", "demo", &json!({})).await;
        self.command(&closed, "close", json!({"reason": "spam"})).await;
        let reopened = self.lead("reopened", "demo", &json!({"desk": "least"})).await;
        self.command(&reopened, "close", json!({"reason": "lost"})).await;
        self.until(15).await;
        self.lead("reopened", "demo", &json!({"desk": "least", "phone": "+49 30 22"})).await;
        let credited = self.lead("credited", "demo", &json!({"desk": "turns"})).await;
        self.command(&credited, "credit", json!({"reason": "no-show"})).await;
        self.command(&credited, "credit", json!({"reason": "again"})).await;
        let chosen = self.lead("chosen", "demo", &json!({})).await;
        self.command(&chosen, "reassign", json!({"to": "maria", "reason": "knows them"})).await;
        let done = self.lead("task-done", "demo", &json!({})).await;
        let task = self.newest(&done).await.head.tasks[0].id.clone();
        self.ask("POST", &format!("/v1/tasks/{}/{}/{task}/complete", done.kind, done.id), Json::Null).await;
        self.ask("POST", "/v1/people/chloe/away", json!({"until": "2026-03-09", "reason": "ski"})).await;
        self.ask("POST", "/v1/people/gus/away", json!({"until": "further notice"})).await;
    }

    /// Submissions that reach no record, keys, and a workflow that is paused.
    async fn aside(&mut self) {
        let robot = json!({"name": "bot", "email": "bot@bot.example", "hp_website": "http://spam.example"});
        self.ask("POST", "/v1/forms/demo", robot).await;
        self.ask("POST", "/v1/forms/unknown", json!({"who": "somebody", "mail": "some@body.example"})).await;
        // Both before the first is decided: the second is a conflict that only `evaluate` sees.
        for name in ["keyed", "other"] {
            let body = json!({"name": name, "email": format!("{name}@keyed.example"), "team_size": "1-10"});
            let (status, answer) = self.playing.request("POST", "/v1/forms/demo", Some("key-1"), &body).await;
            assert!(status < 300, "{answer}");
            if name == "keyed" {
                let record = answer["record"].as_str().expect("a record");
                self.cast.push((name.to_owned(), record.parse().expect("its name")));
            }
        }
        self.playing.settle().await;
        self.ask("POST", "/v1/pause", json!({"workflows": ["newsletter"]})).await;
        self.lead("paused", "newsletter", &json!({})).await;
        let key = ApiKey {
            hash: console::hash_key("hk_test_of_a_release"),
            prefix: "hk_test".to_owned(),
            name: "website".to_owned(),
            scopes: vec!["forms".to_owned(), "read".to_owned()],
            created_at: self.playing.now(),
        };
        self.playing.store().insert_api_key(&key).await.expect("kept");
    }

    /// Requests in a pool's line, an opening waited for, a next pool, and dead letters.
    async fn waiting(&mut self) {
        self.lead("in-line", "demo", &json!({"desk": "late"})).await;
        self.lead("next-in-line", "demo", &json!({"desk": "late"})).await;
        self.lead("to-the-next", "demo", &json!({"country": "Sweden"})).await;
        self.lead("at-the-opening", "visit", &json!({})).await;
        let withdrawn = self.lead("withdrawn", "demo", &json!({"desk": "late"})).await;
        self.command(&withdrawn, "close", json!({"reason": "went elsewhere"})).await;
        let letter = |id: &str| DeadLetter {
            id: id.to_owned(),
            queue: Queue::Evaluate,
            body: "a message that no release can read".to_owned(),
            record: None,
            died_at: self.playing.now(),
            redriven: 0,
            redrive_at: None,
            ended_process: false,
        };
        let (drained, undrained) = (letter("first"), letter("second"));
        self.playing.store().redrive(&drained, 1).await.expect("sent");
        self.until(34).await;
        self.lead("soon-due", "demo", &json!({})).await;
        self.playing.advance_to(END).await;
        self.playing.store().redrive(&undrained, 1).await.expect("sent");
        self.playing.settle().await;
    }

    /// A message on every queue, and timers on their way.
    async fn in_the_queues(&mut self) {
        for desk in ["least", "deals"] {
            self.lead(&format!("open-{desk}"), "demo", &json!({"desk": desk, "amount": 800})).await;
        }
        self.lead("put-off", "demo", &json!({"email": "later@put-off.example"})).await;
        self.playing.host.hold(Queue::Act);
        self.lead("mail-under-way", "demo", &json!({})).await;
        let half_sent = self.lead("half-sent", "demo", &json!({})).await;
        self.claim_its_mail(&half_sent).await;
        self.playing.host.hold(Queue::Assign);
        self.lead("asked", "demo", &json!({})).await;
        self.playing.host.hold(Queue::Escalate);
        let letters = self.playing.get("/v1/dead-letters").await;
        let id = letters["data"][0]["id"].as_str().expect("a dead letter").to_owned();
        self.ask("POST", &format!("/v1/dead-letters/{id}/redrive"), Json::Null).await;
        self.playing.host.hold(Queue::Evaluate);
        self.lead("event-under-way", "demo", &json!({"phone": "+49 30 9"})).await;
    }

    /// An e-mail whose sender died: claimed, and nobody knows what became of it.
    async fn claim_its_mail(&mut self, record: &RecordKey) {
        let entry = self.newest(record).await;
        let mail = follow_ups(&entry).into_iter().find_map(|follow_up| match follow_up {
            FollowUp::Act(message) => Some(message),
            _ => None,
        });
        let mail = mail.expect("the newest entry asks for an e-mail");
        let (from, to) = (Mailbox::bare("hello@example.com"), Mailbox::bare("half-sent@half-sent.example"));
        let (subject, body) = ("Your demo, half-sent".to_owned(), "Hello half-sent.".to_owned());
        let now = self.playing.now();
        let row = EffectRow {
            request: mail.body,
            message: mail.id,
            what: "e-mail intro to the record's address".to_owned(),
            rendered: Ok(Rendered { from, to, subject, body }),
            state: EffectState::Claimed {
                attempt: "of a process that died".to_owned(),
                lease_until: now.plus_minutes(2),
            },
            at: now,
            keep_for: None,
        };
        self.playing.store().claim(&row).await.expect("claimed");
    }
}
