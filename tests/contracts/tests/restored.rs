//! A store that was put back sends nothing by itself, says what may have left, and does what a person chooses.

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

use std::{fs, path::Path};

use contracts::release::{END, Playing};
use domain::{
    effect::EffectResult,
    id::{EffectId, MessageId},
};
use engine::ports::{EffectRow, EffectState, Effects};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// A backup of a store in which e-mails wait on their queue, opened an hour later.
fn put_back() -> (Playing, TempDir) {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("handoff.db");
    let left = Path::new(env!("CARGO_MANIFEST_DIR")).join("releases/978cccf/store.sqlite");
    fs::copy(left, &file).unwrap();
    drop(Playing::open(&file, END));
    sqlite::back_up(&file, &place.path().join("backup.db"), END).unwrap();
    let playing = Playing::open(&place.path().join("backup.db"), END.plus_minutes(60));
    (playing, place)
}

async fn effects(playing: &Playing) -> Vec<EffectRow> {
    playing.store().effects(None, 500).await.unwrap().items
}

async fn sent(playing: &Playing) -> usize {
    let is_sent =
        |row: &&EffectRow| matches!(row.state, EffectState::Settled { result: EffectResult::Sent { .. }, .. });
    effects(playing).await.iter().filter(is_sent).count()
}

fn lines(preview: &Json) -> &[Json] {
    preview["effects"].as_array().unwrap()
}

#[tokio::test]
async fn nothing_leaves_a_store_that_was_put_back_and_what_may_have_left_is_listed() {
    let (mut playing, _place) = put_back();
    let before = sent(&playing).await;
    playing.advance_to(END.plus_minutes(24 * 60)).await;
    assert_eq!(sent(&playing).await, before, "a day later nothing has left");
    let preview = playing.get("/v1/resume").await;
    assert_eq!(preview["restored"]["as_of"], json!(END.to_string()));
    assert_eq!(preview["restored"]["paused_before"], json!(["newsletter"]));
    let left: Vec<&Json> = lines(&preview).iter().filter(|line| line["may_have_left"] == true).collect();
    assert!(left.iter().any(|line| line["to"].to_string().contains("mail-under-way")), "{preview:#}");
    assert_eq!(preview["restored"]["may_have_left"], json!(left.len()));
    let waits = preview["executions"].as_array().unwrap();
    assert!(waits.iter().any(|line| line["may_be_done"] == true), "a wait came due before it was put back");
}

/// A backup of a store to which a lead has just come, for a workflow that runs and one that is paused, and nothing has
/// been done about it; the original goes on.
async fn put_back_under_way() -> (Playing, TempDir) {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("handoff.db");
    let left = Path::new(env!("CARGO_MANIFEST_DIR")).join("releases/978cccf/store.sqlite");
    fs::copy(left, &file).unwrap();
    let mut original = Playing::open(&file, END);
    let body = json!({"name": "way", "email": "way@way.example", "team_size": "1-10"});
    for form in ["/v1/forms/demo", "/v1/forms/newsletter"] {
        let (status, answer) = original.request("POST", form, None, &body).await;
        assert!(status < 300, "{answer}");
    }
    sqlite::back_up(&file, &place.path().join("backup.db"), END).unwrap();
    original.settle().await;
    assert!(mails_to(&original, "way@way.example").await > 0, "the original has written to them");
    drop(original);
    let mut playing = Playing::open(&place.path().join("backup.db"), END.plus_minutes(10));
    playing.settle().await;
    (playing, place)
}

async fn mails_to(playing: &Playing, address: &str) -> usize {
    let is_sent = |row: &&EffectRow| {
        row.rendered.as_ref().is_ok_and(|mail| mail.to.address == address)
            && matches!(row.state, EffectState::Settled { result: EffectResult::Sent { .. }, .. })
    };
    effects(playing).await.iter().filter(is_sent).count()
}

#[tokio::test]
async fn what_was_under_way_at_the_copy_may_be_done_and_sends_nothing_again() {
    for not_again in [false, true] {
        let (mut playing, _place) = put_back_under_way().await;
        let preview = playing.get("/v1/resume").await;
        let marked =
            preview["executions"].as_array().unwrap().iter().filter(|line| line["may_be_done"] == true).count();
        assert_eq!(preview["restored"]["may_be_done"], json!(marked), "{preview:#}");
        let (status, answer) = playing.request("POST", "/v1/resume", None, &json!({"not_again": not_again})).await;
        assert_eq!(status, 200, "{answer}");
        playing.settle().await;
        assert_eq!(mails_to(&playing, "way@way.example").await == 0, not_again);
        assert_eq!(answer["executions_not_sending_again"], json!(if not_again { marked } else { 0 }));
    }
}

/// Whether one is paused already when the copy is taken, or stays held when a first one alone goes on.
#[tokio::test]
async fn what_stays_paused_is_not_sent_again_either_when_it_goes_on_later() {
    for (first, later) in [(json!({}), "newsletter"), (json!({"workflows": ["newsletter"]}), "speed-to-lead")] {
        for not_again in [false, true] {
            let (mut playing, _place) = put_back_under_way().await;
            let mut first = first.clone();
            first["not_again"] = json!(not_again);
            for body in [first, json!({"workflows": [later]})] {
                let (status, answer) = playing.request("POST", "/v1/resume", None, &body).await;
                assert_eq!(status, 200, "{answer}");
                playing.settle().await;
            }
            let of_later = effects(&playing).await.into_iter().filter(|row| {
                row.request.workflow.as_ref().is_some_and(|workflow| workflow.as_str() == later)
                    && row.rendered.as_ref().is_ok_and(|mail| mail.to.address == "way@way.example")
            });
            let results: Vec<EffectState> = of_later.map(|row| row.state).collect();
            let is_sent =
                |state: &EffectState| matches!(state, EffectState::Settled { result: EffectResult::Sent { .. }, .. });
            assert!(
                !results.is_empty() && results.iter().all(|state| is_sent(state) != not_again),
                "{later}: {results:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_comes_in_after_it_was_put_back_did_not_leave_before() {
    let (mut playing, _place) = put_back();
    playing.settle().await;
    let body = json!({"name": "new", "email": "new@new.example", "team_size": "1-10"});
    let (status, answer) = playing.request("POST", "/v1/forms/demo", None, &body).await;
    assert!(status < 300, "{answer}");
    playing.settle().await;
    let preview = playing.get("/v1/resume").await;
    let of_new = lines(&preview).iter().filter(|line| line["to"] == "new@new.example");
    assert!(of_new.into_iter().all(|line| line["may_have_left"] == false));
    let record = answer["record"].as_str().unwrap();
    let executions = preview["executions"].as_array().unwrap();
    let of_new: Vec<&Json> = executions.iter().filter(|line| line["record"] == record).collect();
    assert!(!of_new.is_empty() && of_new.iter().all(|line| line["may_be_done"] == false), "{preview:#}");
}

#[tokio::test]
async fn resuming_sends_all_of_it_or_not_again_what_may_have_left() {
    for (body, not_again) in [(json!({}), false), (json!({"not_again": true}), true)] {
        let (mut playing, _place) = put_back();
        playing.settle().await;
        assert!(playing.get("/v1/resume").await["restored"]["may_have_left"].as_u64().unwrap() > 0);
        let (status, answer) = playing.request("POST", "/v1/resume", None, &body).await;
        assert_eq!(status, 200, "{answer}");
        playing.settle().await;
        assert_eq!(answer["not_sent_again"].as_u64().unwrap() > 0, not_again);
        assert_eq!(answer["paused"], json!(["newsletter"]), "what was paused before stays so");
        let mail = effects(&playing).await.into_iter().find(|row| {
            row.rendered.as_ref().is_ok_and(|mail| mail.to.address.contains("mail-under-way"))
                && row.what.contains("intro")
        });
        let EffectState::Settled { result, .. } = mail.unwrap().state else { panic!("it is settled") };
        assert_eq!(result == EffectResult::NotAgain, not_again, "{result:?}");
        assert!(playing.get("/v1/resume").await["restored"].is_null(), "now it is a store like any other");
    }
}

/// However much is held, all of it is looked at before anything goes on.
#[tokio::test]
async fn more_than_one_request_looks_at_is_not_sent_again_either() {
    let (mut playing, _place) = put_back();
    playing.settle().await;
    let held = effects(&playing).await.into_iter().find(|row| row.state == EffectState::Held).unwrap();
    let many: Vec<EffectId> = (0..700).map(|n| EffectId::new(format!("eff_many_{n:03}"))).collect();
    for id in &many {
        let mut row = held.clone();
        row.message = MessageId::new(format!("msg_{id}"));
        row.request.effect = id.clone();
        playing.store().hold(&row).await.unwrap();
    }
    let preview = playing.get("/v1/resume").await;
    assert!(preview["held_effects"].as_u64().unwrap() > 700, "{}", preview["held_effects"]);
    let (mut body, mut parts, mut not_sent) = (json!({"not_again": true}), 0, 0);
    loop {
        let (status, answer) = playing.request("POST", "/v1/resume", None, &body).await;
        assert_eq!(status, 200, "{answer}");
        parts += 1;
        not_sent += answer["not_sent_again"].as_u64().unwrap();
        if answer["next"].is_null() {
            break;
        }
        assert_eq!((&answer["paused"], &answer["resumed_effects"]), (&preview["paused"], &json!(0)), "{answer}");
        playing.settle().await;
        body["after"] = answer["next"].clone();
    }
    assert!(parts > 1 && not_sent >= 700, "{parts} parts, {not_sent} not sent again");
    playing.settle().await;
    for id in &many {
        let state = playing.store().effect(id).await.unwrap().unwrap().state;
        assert!(matches!(state, EffectState::Settled { result: EffectResult::NotAgain, .. }), "{id}: {state:?}");
    }
}

#[tokio::test]
async fn where_a_request_left_off_is_refused_unless_an_answer_said_it() {
    let (playing, _place) = put_back();
    for body in [json!({"not_again": true, "after": "nowhere"}), json!({"after": "effects"})] {
        let (status, answer) = playing.request("POST", "/v1/resume", None, &body).await;
        assert_eq!((status, &answer["errors"][0]["pointer"]), (422, &json!("/after")), "{answer}");
    }
}
