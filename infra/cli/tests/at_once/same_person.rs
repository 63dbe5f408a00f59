//! The same submission many times at once, and different people at once.

use std::collections::BTreeSet;

use engine::ports::Queue;
use serde_json::{Value as Json, json};

use crate::{
    always_open,
    client::{Client, at_once, until},
    host::Host,
};

fn ada() -> Json {
    json!({
        "full_name": "Ada Example", "email": "ada@example.com", "company": "Example GmbH", "team_size": "51-200",
        "phone": "+49 30 123456"
    })
}

fn bo() -> Json {
    json!({
        "full_name": "Bo Example", "email": "bo@example.com", "company": "Example GmbH", "team_size": "51-200",
        "phone": "+49 30 654321"
    })
}

/// Waits until each lead is with somebody and nothing is left to do.
fn settle(host: &Host, leads: usize) {
    let client = Client::new(&host.url);
    until("every lead was written to, and every queue is worked off", || {
        client.all("outbox").len() >= leads && Queue::ALL.iter().all(|queue| host.has_worked_off(*queue))
    });
}

/// One of everything for a lead who was submitted so often, and every repetition in sight.
fn check_one_of_everything(client: &Client<'_>, record: &str, email: &str, times: usize) {
    let timeline = client.all(&format!("records/{record}/timeline"));
    let lines = |text: &str| timeline.iter().filter(|line| line["text"].as_str().unwrap().starts_with(text)).count();
    assert_eq!(lines("Form demo-request submitted"), 1, "{timeline:?}");
    assert_eq!(lines("The same was submitted again"), times - 1, "{timeline:?}");
    let assignments = client.get(&format!("records/{record}/assignments"));
    assert_eq!(assignments["data"].as_array().unwrap().len(), 1, "{assignments}");
    let lead = client.get(&format!("records/{record}"));
    assert_eq!(lead["executions"].as_array().unwrap().len(), 1, "{lead}");
    let of_lead = |list: &str| client.all(list).into_iter().filter(|row| row["record"] == record).collect::<Vec<_>>();
    let tasks = of_lead("tasks");
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    let mails = of_lead("outbox");
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0]["message"]["to"], email);
}

#[test]
fn the_same_submission_fifty_times_at_once_is_one_lead_one_e_mail_and_one_task() {
    let host = Host::start(&always_open::playbook());
    let records: BTreeSet<String> =
        at_once(&host.url, 50, &vec![ada(); 50], |client, form| client.submit(form)).into_iter().collect();
    assert_eq!(records.len(), 1, "{records:?}");
    settle(&host, 1);
    check_one_of_everything(&Client::new(&host.url), records.first().unwrap(), "ada@example.com", 50);
}

#[test]
fn two_people_of_one_company_who_submit_at_once_are_two_leads() {
    let host = Host::start(&always_open::playbook());
    let forms: Vec<Json> = (0..25).flat_map(|_| [ada(), bo()]).collect();
    let records = at_once(&host.url, 50, &forms, |client, form| client.submit(form));
    let different: BTreeSet<&String> = records.iter().collect();
    assert_eq!(different.len(), 2, "{different:?}");
    settle(&host, 2);
    let client = Client::new(&host.url);
    check_one_of_everything(&client, &records[0], "ada@example.com", 25);
    check_one_of_everything(&client, &records[1], "bo@example.com", 25);
}
