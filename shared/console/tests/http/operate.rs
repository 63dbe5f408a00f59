//! What people ask for: each wish is one message, and a repeated wish is the same one.

use domain::{
    id::EffectId,
    instant::Instant,
    message::{Message, Redrive, ToAct},
};
use engine::ports::{DeadLetter, DeadLetters, EffectState, Effects, Playbooks, Queue};
use serde_json::json;

use crate::{
    host::{Host, NOW},
    records::effect,
};

#[tokio::test]
async fn a_reassignment_moves_owner_and_task_and_keeps_its_reason() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let path = format!("/v1/records/{}/{}", lead.kind, lead.id);
    let body = json!({"to": "ben", "reason": "knows the customer"});
    let answer = host.call("operate", "POST", &format!("{path}/reassign"), Some(body)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.header("location"), format!("{path}/timeline"));
    host.work().await;
    let record = host.get(&path).await;
    assert_eq!((record.at("/owner/person"), record.at("/tasks/0/assigned_to")), (json!("ben"), json!("ben")));
    let log = host.get(&format!("{path}/assignments")).await;
    assert_eq!((log.at("/data/1/reason"), log.at("/data/1/by")), (json!("knows the customer"), json!("operate")));
}

#[tokio::test]
async fn a_credit_is_carried_out_and_stands_with_its_assignment_and_in_the_ledger() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let path = format!("/v1/records/{}/{}", lead.kind, lead.id);
    let owner = host.get(&path).await.at("/owner/person");
    let credit = async || {
        let body = json!({"reason": "no-show"});
        let answer = host.call("operate", "POST", &format!("{path}/credit"), Some(body)).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (202, &*format!("{path}/timeline")));
        host.work().await;
    };
    credit().await;
    let credited = host.get(&format!("{path}/assignments")).await.at("/data/0/credit");
    let expected = json!({"by": "operate", "reason": "no-show", "at": NOW, "seq": credited["seq"], "given": true});
    assert_eq!(credited, expected);
    let ledger = host.get("/v1/pools/inbound").await.at("/members");
    let member = ledger.as_array().unwrap().iter().find(|member| member["person"] == owner).unwrap();
    assert_eq!((&member["given"], &member["credited"]), (&json!(0), &json!(1)));
    credit().await;
    let told = host.get(&format!("{path}/timeline")).await.text;
    assert!(told.contains("has been credited for it already"), "{told}");
}

#[tokio::test]
async fn a_wish_that_cannot_be_met_is_refused_and_nothing_is_sent() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let path = format!("/v1/records/{}/{}", lead.kind, lead.id);
    let cases = [
        (format!("{path}/reassign"), json!({}), 422, "/to"),
        (format!("{path}/reassign"), json!({"to": "bem", "reason": "x"}), 422, "/to"),
        (format!("{path}/reassign"), json!({"to": "ben"}), 422, "/reason"),
        (format!("{path}/reassign"), json!({"to": "ben", "reason": "x", "why": "y"}), 422, "/why"),
        ("/v1/records/lead/nobody/reassign".to_owned(), json!({"to": "ben", "reason": "x"}), 404, ""),
        (format!("{path}/close"), json!({}), 422, "/reason"),
        (format!("{path}/credit"), json!({}), 422, "/reason"),
        ("/v1/records/lead/nobody/credit".to_owned(), json!({"reason": "x"}), 404, ""),
        ("/v1/records/lead/nobody/close".to_owned(), json!({"reason": "x"}), 404, ""),
        (format!("/v1/tasks/{}/{}/tsk_none/complete", lead.kind, lead.id), json!({}), 404, ""),
        ("/v1/people/bem/away".to_owned(), json!({"until": "monday"}), 404, ""),
        ("/v1/people/ben/away".to_owned(), json!({}), 422, "/until"),
        ("/v1/people/ben/away".to_owned(), json!({"until": "someday"}), 422, "/until"),
        ("/v1/people/ben/away".to_owned(), json!({"until": "2020-01-01"}), 422, "/until"),
        ("/v1/people/ben/away".to_owned(), json!({"from": "x", "until": "monday"}), 422, "/from"),
        ("/v1/dead-letters/none/redrive".to_owned(), json!({}), 404, ""),
    ];
    for (path, body, status, at) in cases {
        let answer = host.call("operate", "POST", &path, Some(body.clone())).await;
        let pointer = answer.at("/errors/0/pointer").as_str().unwrap_or_default().to_owned();
        assert_eq!((answer.status.as_u16(), pointer.as_str()), (status, at), "{path} {body}: {}", answer.text);
    }
    assert!(host.published().await.is_empty());
    assert!(host.store.receive(Queue::Assign, 10, 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_task_is_completed_and_a_record_closed() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let tasks = host.get("/v1/tasks").await;
    let complete = tasks.at("/data/0/links/complete").as_str().unwrap().to_owned();
    assert_eq!(host.call("operate", "POST", &complete, None).await.status, 202);
    host.work().await;
    assert_eq!(host.get("/v1/tasks").await.at("/data"), json!([]));
    assert_eq!(host.get("/v1/tasks?state=ended").await.at("/data/0/ended"), "done");
    assert_eq!(host.call("operate", "POST", &complete, None).await.status, 404);
    let path = format!("/v1/records/{}/{}", lead.kind, lead.id);
    assert_eq!(
        host.call("operate", "POST", &format!("{path}/close"), Some(json!({"reason": "won"}))).await.status,
        202
    );
    host.work().await;
    let record = host.get(&path).await;
    assert_eq!((record.at("/closed"), record.at("/now")), (json!(true), json!("Closed")));
    assert_eq!(host.get("/v1/executions?state=ended").await.at("/data/0/record"), lead.to_string());
}

#[tokio::test]
async fn an_absence_says_when_it_really_ends_and_in_which_year() {
    let host = Host::new().await;
    let say = async |body: serde_json::Value| {
        let answer = host.call("operate", "POST", "/v1/people/ana/away", Some(body)).await;
        host.work().await;
        match answer.status.as_u16() {
            202 => answer.at("/sentence").as_str().unwrap().to_owned(),
            _ => answer.at("/errors/0/detail").as_str().unwrap().to_owned(),
        }
    };
    let name = "Ana Keller";
    let far = say(json!({"until": "2030-01-01"})).await;
    assert_eq!(far, format!("{name} is away until Tue 1 Jan 2030 09:00 and gets nothing new."));
    let shorter = say(json!({"until": "1 hour"})).await;
    let ends = "the absence until Mon 2 Mar 11:00 ends before that";
    assert_eq!(shorter, format!("{name} is away until Tue 1 Jan 2030 09:00 and gets nothing new; {ends}."));
    say(json!({"until": "further notice"})).await;
    let switched_off = say(json!({"until": "1 hour"})).await;
    assert_eq!(switched_off, format!("{name} is switched off and gets nothing new until `handoff back ana`; {ends}."));
    let later = say(json!({"from": "2026-12-10", "until": "2026-12-01"})).await;
    assert_eq!(later, "`2026-12-01` lies before `from`, which is Thu 10 Dec 00:00");
    let never = say(json!({"until": "9999-12-31"})).await;
    assert!(never.contains("write further notice"), "{never}");
}

#[tokio::test]
async fn somebody_away_is_off_from_now_to_their_own_monday() {
    let host = Host::new().await;
    let body = json!({"until": "monday", "reason": "ski"});
    let answer = host.call("operate", "POST", "/v1/people/ana/away", Some(body)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    host.work().await;
    let away = host.get("/v1/people/ana/away").await;
    let expected = json!([{"from": NOW, "until": "2026-03-08T23:00:00Z", "reason": "ski", "by": "operate"}]);
    assert_eq!(away.at("/data"), expected);
    let later = json!({"from": "2026-04-01", "until": "2026-04-03"});
    host.call("operate", "POST", "/v1/people/ana/away", Some(later)).await;
    host.work().await;
    assert_eq!(host.get("/v1/people/ana/away").await.at("/data").as_array().unwrap().len(), 2);
    let lead = host.lead().await;
    let record = host.get(&format!("/v1/records/{}/{}", lead.kind, lead.id)).await;
    assert_ne!(record.at("/owner/person"), "ana");
}

#[tokio::test]
async fn back_ends_what_is_on_and_only_where_asked_what_is_planned() {
    let host = Host::new().await;
    for body in [json!({"until": "monday"}), json!({"from": "2026-04-01", "until": "2026-04-03"})] {
        host.call("operate", "POST", "/v1/people/ana/away", Some(body)).await;
        host.work().await;
    }
    let planned = || json!(["2026-03-31T22:00:00Z"]);
    for (all, left) in [("", planned()), ("?all=false", planned()), ("?all=true", json!([]))] {
        let path = format!("/v1/people/ana/away{all}");
        assert_eq!(host.call("operate", "DELETE", &path, None).await.status, 202);
        host.work().await;
        let away = host.get("/v1/people/ana/away").await.at("/data");
        let from: Vec<_> = away.as_array().unwrap().iter().map(|off| off["from"].clone()).collect();
        assert_eq!(json!(from), left);
    }
    assert_eq!(host.call("operate", "DELETE", "/v1/people/ana/away?all=yes", None).await.status, 400);
}

#[tokio::test]
async fn of_two_absences_that_come_at_the_same_moment_none_is_lost() {
    let host = Host::new().await;
    let asked = [json!({"until": "monday"}), json!({"from": "2026-04-01", "until": "2026-04-03"})];
    for (body, from) in asked.into_iter().zip([NOW, "2026-03-31T22:00:00Z"]) {
        let answer = host.call("operate", "POST", "/v1/people/ana/away", Some(body)).await;
        assert_eq!(answer.at("/added/0/from"), from, "{}", answer.text);
        assert_eq!(answer.at("/ended"), json!([]), "{}", answer.text);
    }
    host.work().await;
    let away = host.get("/v1/people/ana/away").await;
    assert_eq!(away.at("/data").as_array().unwrap().len(), 2, "{}", away.text);
    let planned = json!({"from": "2026-05-01", "until": "2026-05-03"});
    host.call("operate", "POST", "/v1/people/ana/away", Some(planned)).await;
    let back = host.call("operate", "DELETE", "/v1/people/ana/away", None).await;
    assert_eq!(back.at("/added"), json!([]), "{}", back.text);
    assert_eq!(back.at("/ended/0/from"), NOW, "{}", back.text);
    host.work().await;
    let away = host.get("/v1/people/ana/away").await.at("/data");
    let from: Vec<_> = away.as_array().unwrap().iter().map(|off| off["from"].clone()).collect();
    assert_eq!(from, ["2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"]);
}

#[tokio::test]
async fn somebody_switched_off_is_off_without_an_end_since_the_first_time() {
    let host = Host::new().await;
    for body in [json!({"until": "further notice"}), json!({"until": "further notice", "reason": "again"})] {
        assert_eq!(host.call("operate", "POST", "/v1/people/ana/away", Some(body)).await.status, 202);
        host.work().await;
    }
    let away = host.get("/v1/people/ana/away").await;
    assert_eq!(away.at("/data"), json!([{"from": NOW, "until": null, "reason": null, "by": "operate"}]));
    let now = host.get("/v1/pools/inbound").await.at("/members/0/now");
    assert_eq!(now, "switched off since 10:00 by operate");
}

pub async fn dead_letter(host: &Host, id: &str) {
    let letter = DeadLetter {
        id: id.to_owned(),
        queue: Queue::Act,
        body: "{broken".to_owned(),
        record: None,
        died_at: Instant::parse(NOW).unwrap(),
        redriven: 0,
        redrive_at: None,
        ended_process: false,
    };
    host.store.put_dead_letter(&letter).await.unwrap();
}

#[tokio::test]
async fn a_dead_letter_is_listed_and_its_redrive_asked_for() {
    let host = Host::new().await;
    dead_letter(&host, "dlq_1").await;
    let listed = host.get("/v1/dead-letters").await;
    assert_eq!((listed.at("/data/0/queue"), listed.at("/data/0/body")), (json!("act"), json!("{broken")));
    let redrive = listed.at("/data/0/links/redrive").as_str().unwrap().to_owned();
    assert_eq!(host.call("operate", "POST", &redrive, None).await.status, 202);
    let received = host.store.receive(Queue::Escalate, 10, 1).await.unwrap();
    let message: Message<Redrive> = serde_json::from_str(&received[0].body).unwrap();
    assert_eq!(message.body, Redrive { dead_letter: "dlq_1".to_owned(), by: "operate".to_owned() });
}

#[tokio::test]
async fn a_pause_holds_what_a_resume_previews_and_lets_go() {
    let host = Host::new().await;
    let before = host.lead().await;
    let paused = host.call("admin", "POST", "/v1/pause", Some(json!({"workflows": ["speed-to-lead"]}))).await;
    assert_eq!((paused.status.as_u16(), paused.at("/paused")), (200, json!(["speed-to-lead"])));
    let wrong = host.call("admin", "POST", "/v1/pause", Some(json!({"workflows": ["speed-to-led"]}))).await;
    assert_eq!((wrong.status.as_u16(), wrong.at("/errors/0/pointer")), (422, json!("/workflows/0")));
    // Intake goes on; the new lead is held before its first step.
    let answer =
        host.post("demo-request", "application/json", r#"{"email":"eve@example.com","team_size":"2-10"}"#).await;
    host.work().await;
    assert_eq!(answer.status, 200);
    host.store.hold(&effect("eff_held", &before, EffectState::Held)).await.unwrap();
    let preview = host.get("/v1/resume").await;
    assert_eq!((preview.at("/held_executions"), preview.at("/held_effects")), (json!(1), json!(1)), "{}", preview.text);
    assert_eq!(preview.at("/executions/0/record"), answer.at("/record"));
    assert!(preview.at("/executions/0/next").as_str().unwrap().contains("thanks"), "{}", preview.text);
    assert_eq!(preview.at("/effects/0/to"), "ada@example.com");
    assert!(host.published().await.is_empty(), "a preview sends nothing");

    let resumed = host.call("admin", "POST", "/v1/resume", Some(json!({}))).await;
    let counts = (resumed.at("/paused"), resumed.at("/resumed_executions"), resumed.at("/resumed_effects"));
    assert_eq!(counts, (json!("nothing"), json!(1), json!(1)), "{}", resumed.text);
    host.work().await;
    assert_eq!(host.get("/v1/resume").await.at("/held_executions"), 0);
    let acts = host.store.receive(Queue::Act, 100, 1).await.unwrap();
    let sent: Vec<Message<ToAct>> = acts.iter().map(|received| serde_json::from_str(&received.body).unwrap()).collect();
    assert!(sent.iter().any(|message| message.body.effect == EffectId::new("eff_held")), "{sent:?}");
}

#[tokio::test]
async fn pausing_all_and_resuming_one_leaves_the_others_paused() {
    let host = Host::new().await;
    assert_eq!(host.call("admin", "POST", "/v1/pause", None).await.at("/paused"), "everything");
    let resumed = host.call("admin", "POST", "/v1/resume", Some(json!({"workflows": ["speed-to-lead"]}))).await;
    assert_eq!(resumed.at("/paused"), "nothing", "it is the only one");
    let mut playbook = crate::host::playbook();
    let workflow = playbook.workflows.values().next().unwrap().clone();
    playbook.workflows.insert("second".into(), workflow);
    let active = host.store.active().await.unwrap().manifest;
    let activation = engine::ports::Activation {
        manifest: playbook.manifest_id(),
        at: Instant::parse(NOW).unwrap(),
        by: "test".to_owned(),
    };
    Playbooks::publish(&host.store, &playbook, Some(&active), activation).await.unwrap();
    host.call("admin", "POST", "/v1/pause", None).await;
    let resumed = host.call("admin", "POST", "/v1/resume", Some(json!({"workflows": ["speed-to-lead"]}))).await;
    assert_eq!(resumed.at("/paused"), json!(["second"]));
}
