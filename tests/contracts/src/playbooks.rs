//! The promises of `Playbooks`.
//!
//! `active` may be ten seconds old: an adapter that caches runs these without its cache.

use domain::{decide::Paused, id::ManifestId};
use engine::ports::{Activation, Playbooks, Published};

use crate::samples::{at, playbook};

async fn publish(ports: &impl Playbooks, name: &str, replaces: Option<&str>, millis: i64) -> Published {
    let replaces = replaces.map(manifest);
    let activation = activation(name, millis);
    ports.publish(&playbook(name), replaces.as_ref(), activation).await.expect("answered")
}

fn manifest(name: &str) -> ManifestId {
    playbook(name).manifest_id()
}

fn activation(name: &str, millis: i64) -> Activation {
    Activation { manifest: manifest(name), at: at(millis), by: "ana".into() }
}

async fn active(ports: &impl Playbooks) -> ManifestId {
    ports.active().await.expect("something is active").manifest
}

pub async fn before_the_first_publish_nothing_is_active(ports: &impl Playbooks) {
    assert!(ports.active().await.is_err());
    assert!(ports.plan(&manifest("A")).await.expect("read").is_none());
    assert_eq!(ports.activations(10).await.expect("listed"), []);
}

pub async fn what_is_published_is_active(ports: &impl Playbooks) {
    assert_eq!(publish(ports, "A", None, 0).await, Published::Done);
    let active = ports.active().await.expect("something is active");
    assert_eq!(
        (active.manifest, &active.plan.playbook, active.paused),
        (manifest("A"), &playbook("A"), Paused::Nothing)
    );
}

pub async fn publishing_over_a_changed_active_conflicts(ports: &impl Playbooks) {
    publish(ports, "A", None, 0).await;
    publish(ports, "B", Some("A"), 1).await;
    for replaces in [None, Some("A")] {
        let published = publish(ports, "C", replaces, 2).await;
        assert_eq!(published, Published::Conflict { active: manifest("B") });
        assert_eq!(active(ports).await, manifest("B"));
    }
    assert_eq!(ports.activations(10).await.expect("listed"), [activation("B", 1), activation("A", 0)]);
}

pub async fn publishing_an_earlier_playbook_rolls_back(ports: &impl Playbooks) {
    publish(ports, "A", None, 0).await;
    publish(ports, "B", Some("A"), 1).await;
    assert_eq!(publish(ports, "A", Some("B"), 2).await, Published::Done);
    assert_eq!(active(ports).await, manifest("A"));
}

pub async fn publishing_again_after_a_lost_answer_is_done(ports: &impl Playbooks) {
    publish(ports, "A", None, 0).await;
    for _ in 0..2 {
        assert_eq!(publish(ports, "B", Some("A"), 1).await, Published::Done);
    }
    assert_eq!(active(ports).await, manifest("B"));
}

pub async fn earlier_playbooks_stay_readable(ports: &impl Playbooks) {
    publish(ports, "A", None, 0).await;
    publish(ports, "B", Some("A"), 1).await;
    for name in ["A", "B"] {
        let kept = ports.plan(&manifest(name)).await.expect("read");
        assert_eq!(kept.map(|plan| plan.playbook.clone()), Some(playbook(name)));
    }
}

pub async fn a_pause_is_seen_and_outlives_a_publish(ports: &impl Playbooks) {
    publish(ports, "A", None, 0).await;
    for paused in [Paused::Everything, Paused::Some(["renewal".into()].into()), Paused::Nothing] {
        ports.set_paused(&paused).await.expect("set");
        assert_eq!(ports.active().await.expect("active").paused, paused);
    }
    ports.set_paused(&Paused::Everything).await.expect("set");
    publish(ports, "B", Some("A"), 1).await;
    assert_eq!(ports.active().await.expect("active").paused, Paused::Everything);
}

pub async fn a_pause_set_before_the_first_publish_holds_after_it(ports: &impl Playbooks) {
    ports.set_paused(&Paused::Everything).await.expect("set");
    assert!(ports.active().await.is_err(), "still nothing is active");
    assert_eq!(publish(ports, "A", None, 0).await, Published::Done);
    let active = ports.active().await.expect("active");
    assert_eq!((active.manifest, active.paused), (manifest("A"), Paused::Everything));
}

pub async fn activations_come_newest_first(ports: &impl Playbooks) {
    publish(ports, "A", None, 0).await;
    publish(ports, "B", Some("A"), 1).await;
    publish(ports, "A", Some("B"), 2).await;
    let all = [activation("A", 2), activation("B", 1), activation("A", 0)];
    assert_eq!(ports.activations(10).await.expect("listed"), all);
    assert_eq!(ports.activations(2).await.expect("listed"), all[..2]);
}
