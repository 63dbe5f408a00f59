//! A store and a stack of an earlier release go on where they were left.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use contracts::{
    release::{END, Playing, load},
    step::Step,
    tables::Tables,
    wire::{Wire, Work},
};
use domain::{
    history::{ENTRY_VERSION, Entry, Head, unfold},
    id::{MessageId, RecordKey, derive},
    matching,
    message::{Command, Message, ToEvaluate},
    playbook::Playbook,
};
use engine::ports::{Activation, Clock, Delayed, EffectState, Effects, Histories, Playbooks, Queues, Timers};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::Release;

async fn head(playing: &Playing, record: &RecordKey) -> Head {
    Head::clone(&newest(playing, record).await.head)
}

async fn newest(playing: &Playing, record: &RecordKey) -> Arc<Entry> {
    playing.store().newest(record).await.unwrap().unwrap()
}

async fn ask(playing: &mut Playing, path: &str, body: Json) -> Json {
    let (status, answer) = playing.request("POST", path, None, &body).await;
    assert!(status < 300, "{path}: {status} {answer}");
    playing.settle().await;
    answer
}

#[tokio::test]
async fn what_lay_on_the_queues_is_delivered_and_decided() {
    for release in Release::all() {
        let (mut playing, _place) = release.open();
        playing.settle().await;
        assert!(head(&playing, &release.cast["asked"]).await.owner.is_some(), "the pool was asked, and answers");
        let came = newest(&playing, &release.cast["event-under-way"]).await;
        assert_eq!(came.version, ENTRY_VERSION, "what is written now is of this release");
        let sent = playing.store().effects(None, 200).await.unwrap().items;
        let of = |name: &str| {
            let of = |row: &&engine::ports::EffectRow| row.request.record == release.cast[name];
            sent.iter().find(of).map(|row| row.state.clone())
        };
        assert!(matches!(of("mail-under-way"), Some(EffectState::Settled { .. })), "the e-mail went out");
        playing.advance_to(END.plus_minutes(10)).await;
        let doubt = "\"in_doubt\"";
        let row = playing.store().effects(None, 200).await.unwrap().items;
        let row = row.into_iter().find(|row| row.request.record == release.cast["half-sent"]).unwrap();
        assert!(json!(row.state).to_string().contains(doubt), "a sender that died is in doubt: {:?}", row.state);
    }
}

#[tokio::test]
async fn timers_fire_and_nothing_is_left_undone() {
    for release in Release::all() {
        let (mut playing, _place) = release.open();
        ask(&mut playing, "/v1/resume", json!({})).await;
        playing.advance_to(END.plus_minutes(5 * 24 * 60)).await;
        for (name, record) in &release.cast {
            let head = head(&playing, record).await;
            let open: Vec<_> = head.executions.iter().map(|one| (&one.workflow, &one.waiting)).collect();
            assert!(open.is_empty(), "{name} {record} still waits: {open:?}");
        }
        assert!(head(&playing, &release.cast["in-line"]).await.owner.is_some(), "the opening came");
        playing.host.assert_drained();
    }
}

#[tokio::test]
async fn a_submission_that_comes_again_is_the_same_person_and_people_can_act() {
    for release in Release::all() {
        let (mut playing, _place) = release.open();
        playing.settle().await;
        let record = release.cast["called"].clone();
        let before = newest(&playing, &record).await.seq;
        let again = json!({"name": "called", "email": "called@called.example", "phone": "+49 30 77"});
        let answer = ask(&mut playing, "/v1/forms/demo", again).await;
        assert_eq!(answer["record"], json!(record.to_string()));
        assert!(newest(&playing, &record).await.seq > before);
        let path = format!("/v1/records/{}/{}", record.kind, record.id);
        ask(&mut playing, &format!("{path}/reassign"), json!({"to": "ben", "reason": "he knows them"})).await;
        assert_eq!(head(&playing, &record).await.owner.unwrap().person.as_str(), "ben");
        ask(&mut playing, &format!("{path}/close"), json!({"reason": "won"})).await;
        assert!(head(&playing, &record).await.closed);
        let body = json!({"name": "keyed", "email": "keyed@keyed.example", "team_size": "1-10"});
        let (status, _) = playing.request("POST", "/v1/forms/demo", Some("key-1"), &body).await;
        assert!(status < 300, "a key that was used with this body is the same request");
    }
}

/// The entry that 978cccf wrote of a notification with ids only, at the form `demo`: the lead ran without answers.
fn only_ids(lead: &str) -> Entry {
    let event = derive("evt_", &["demo", "id", lead]);
    let stored = json!({
        "v": 3, "record": matching::named(&"lead".into(), &format!("leadgen:{lead}")), "seq": 1, "at": END.as_millis(),
        "caused_by": event, "manifest": "man_1", "before": {},
        "changes": [
            {
                "change": "event_received", "event": event, "event_type": "form_submitted", "form": "demo",
                "occurred_at": END.as_millis(), "unmapped": {"leadgen_id": lead}, "fingerprint": lead,
                "to_fetch": {"object": "leadgen", "id": lead}, "depth": 0,
            },
            {"change": "not_started", "workflow": "speed-to-lead", "why": "condition"},
        ],
    });
    unfold(vec![serde_json::from_value(stored).unwrap()]).unwrap().remove(0)
}

#[tokio::test]
async fn a_lead_of_ids_only_is_asked_for_when_it_comes_again_and_completed_by_its_answers() {
    for release in Release::all() {
        let (mut playing, _place) = release.open();
        playing.settle().await;
        let [again, completed, known] = ["2001", "2002", "2003"].map(only_ids);
        for entry in [&again, &completed, &known] {
            playing.store().append(entry).await.unwrap();
        }
        let notification = json!({"object": "page", "entry": [{"id": "1", "changes": [
            {"field": "leadgen", "value": {"leadgen_id": "2001", "form_id": "300", "page_id": "1", "created_time": 1_772_438_000}}]}]});
        for _ in 0..2 {
            ask(&mut playing, "/v1/forms/demo", notification.clone()).await;
        }
        let tasks = playing.get(&format!("/v1/tasks?record={}", again.record)).await;
        let title =
            format!("Fetch lead 2001 at Meta, or send its answers to POST /v1/records/{}/fetched", again.record);
        assert_eq!((&tasks["data"][0]["title"], tasks["data"].as_array().unwrap().len()), (&json!(title), 1));
        let answers =
            |email: &str| json!({"name": "Ida Falk", "email": email, "company": "Falk", "team_size": "51-200"});
        let fetched = |record: &RecordKey| format!("/v1/records/lead/{}/fetched", record.id);
        for record in [&again.record, &completed.record] {
            let email = format!("{}@falk.example", record.id);
            for _ in 0..2 {
                ask(&mut playing, &fetched(record), answers(&email)).await;
            }
            let head = head(&playing, record).await;
            assert_eq!((head.fields["email"].to_string(), head.executions.len()), (email, 1), "{record}");
        }
        let open = playing.get(&format!("/v1/tasks?record={}", again.record)).await.to_string();
        assert!(!open.contains("Fetch lead"), "{open}");
        for _ in 0..2 {
            ask(&mut playing, &fetched(&known.record), answers("called@called.example")).await;
        }
        assert!(head(&playing, &known.record).await.closed);
        assert_eq!(newest(&playing, &known.record).await.seq, 2, "closed once");
        assert_eq!(head(&playing, &release.cast["called"]).await.fields["name"], "Ida Falk".into());
        // A lead that needs no answers is refused as ever.
        let (status, _) =
            playing.request("POST", &fetched(&release.cast["called"]), None, &answers("a@b.example")).await;
        assert_eq!(status, 409);
    }
}

#[tokio::test]
async fn what_was_closed_is_deleted_once_the_playbook_says_so() {
    for release in Release::all() {
        let (mut playing, _place) = release.open();
        playing.settle().await;
        let record = release.cast["called"].clone();
        let path = format!("/v1/records/{}/{}", record.kind, record.id);
        ask(&mut playing, &format!("{path}/close"), json!({"reason": "won"})).await;
        let (store, closed) = (playing.store().clone(), newest(&playing, &record).await);
        let active = store.active().await.unwrap();
        let mut playbook = Playbook::clone(&active.plan.playbook);
        playbook.organisation.retention = serde_json::from_value(json!({"closed_records": "30 days"})).unwrap();
        let by = Activation { manifest: playbook.manifest_id(), at: END, by: "maria".to_owned() };
        Playbooks::publish(&store, &playbook, Some(&active.manifest), by).await.unwrap();
        playing.advance_to(END.plus_minutes(33 * 24 * 60)).await;
        let left = store.page(&record, None, 100).await.unwrap();
        assert_eq!(left.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [closed.seq + 1]);
        assert!(left[0].head.is_deleted());
    }
}

#[tokio::test]
async fn a_stack_decides_what_was_under_way_and_fires_its_timers() {
    for release in Release::all() {
        let tables = Tables::make().await;
        load(&tables.client(), &serde_json::from_str(&release.text("stack.json")).unwrap()).await;
        let wire = Arc::new(Wire::default());
        let clock = Arc::new(AtomicI64::new(END.as_millis()));
        let step = Step { tables: tables.ports(), wire: wire.clone(), clock };
        for message in waiting(&release) {
            step.send_evaluate(&[Delayed::now(message)]).await.unwrap();
        }
        let record = release.cast["called"].clone();
        let command = Command::Reassign { to: "ben".into(), reason: "he knows them".to_owned() };
        let body = ToEvaluate::Command { record: record.clone(), by: "maria".to_owned(), command };
        let message = Message { id: MessageId::new("a command"), since: END, body };
        step.send_evaluate(&[Delayed::now(message)]).await.unwrap();
        drain(&step, &wire).await;
        let newest = async |step: &Step, name: &str| step.newest(&release.cast[name]).await.unwrap().unwrap();
        assert_eq!(newest(&step, "called").await.head.owner.as_ref().unwrap().person.as_str(), "ben");
        assert_eq!(newest(&step, "event-under-way").await.version, ENTRY_VERSION);
        step.clock.store(END.plus_minutes(30).as_millis(), Ordering::SeqCst);
        for minute in END.minute()..step.now().minute() {
            for row in step.timers_in(minute, None, 100).await.unwrap().items {
                let id = derive("msg_", &[row.timer.as_str(), &row.generation.to_string()]);
                let (record, timer, generation, due) = (row.record, row.timer, row.generation, row.due);
                let body = ToEvaluate::Timer { record, timer, generation, due };
                step.send_evaluate(&[Delayed::now(Message { id: MessageId::new(id), since: due, body })])
                    .await
                    .unwrap();
            }
        }
        drain(&step, &wire).await;
        let missed = newest(&step, "mail-under-way").await;
        assert!(!missed.head.missed.is_empty(), "the wait for a call fired");
    }
}

/// What lay on the queue to `evaluate`: SQS holds the same text.
fn waiting(release: &Release) -> Vec<Message<ToEvaluate>> {
    let file = Connection::open(release.folder.join("store.sqlite")).unwrap();
    let mut select = file.prepare("SELECT body FROM messages WHERE queue = 0 AND body LIKE '{%'").unwrap();
    let bodies = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
    bodies.map(|body| serde_json::from_str(&body.unwrap()).unwrap()).collect()
}

async fn drain(step: &Step, wire: &Wire) {
    while let Some(work) = wire.take() {
        let done = match work {
            Work::Evaluate(message) => engine::evaluate::handle(step, message).await,
            Work::Assign(message) => engine::assign::handle(step, message).await,
            Work::Act(message) => engine::act::handle(step, message, "a2").await,
        };
        match done {
            Ok(()) | Err(engine::Error::BeingSent { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}
