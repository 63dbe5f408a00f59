use domain::{
    event::Event,
    id::RecordKey,
    message::{Message, ToEvaluate},
    playbook::Playbook,
};
use engine::ports::{Activation, Bus, Histories, Playbooks};
use host::{Delivery, Engine, VirtualHost};

use crate::script::at;

pub fn playbook() -> Playbook {
    let json = serde_json::json!({
        "organisation": { "name": "Example", "time_zone": "UTC", "hours": { "mon-fri": "09:00-17:00" } },
        "schema": { "kinds": { "lead": { "fields": {} } } },
    });
    serde_json::from_value(json).expect("a small playbook is valid")
}

fn call_logged() -> Message<ToEvaluate> {
    let json = serde_json::json!({
        "id": "evt_1",
        "type": "call_logged",
        "occurred_at": at(0),
        "accepted_at": at(0),
        "record": { "key": "lead/L1" },
    });
    let event: Event = serde_json::from_value(json).expect("a small event is valid");
    Message { id: "msg_1".into(), since: at(0), body: ToEvaluate::Event(Box::new(event)) }
}

#[tokio::test]
async fn a_published_event_becomes_one_entry_though_delivered_twice() {
    let mut host = VirtualHost::in_memory(at(0), |store| Engine(store.clone())).delivering(Delivery::Twice);
    let playbook = playbook();
    let activation = Activation { manifest: playbook.manifest_id(), at: at(0), by: "ana".into() };
    Playbooks::publish(host.store(), &playbook, None, activation).await.unwrap();
    Bus::publish(host.store(), &[&call_logged()]).await.unwrap();
    host.advance(60_000).await.unwrap();
    let entry = host.store().newest(&RecordKey::new("lead", "L1")).await.unwrap().unwrap();
    assert_eq!((entry.seq, entry.caused_by.as_str()), (1, "msg_1"));
    host.assert_drained();
}
