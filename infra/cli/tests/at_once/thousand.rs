//! A thousand leads at once on weights 3:2:1, with one member away, one out of hours, and
//! requests among them that fail every time.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{SystemTime, UNIX_EPOCH},
};

use domain::id::{PersonId, RecordKey};
use engine::ports::Queue;
use serde_json::{Value as Json, json};

use crate::{
    always_open,
    client::{Client, at_once, until},
    host::Host,
};

const LEADS: usize = 1000;
const CONNECTIONS: usize = 64;
/// Each takes at least eight seconds until it is given up. If it held its pool up for that long,
/// so many would take longer than the test waits.
const POISON: usize = 20;
const WEIGHTS: [(&str, usize); 3] = [("ana", 3), ("ben", 2), ("chloe", 1)];

/// Three people who are always there; Dora, who will be away; Emil, who works in three days.
fn playbook() -> playbook::Files {
    let mut files = always_open::playbook();
    let members = "members: { ana: 3, ben: 2, chloe: 1";
    let pools = files.get_mut("pools.yaml").unwrap();
    assert!(pools.contains(members), "{pools}");
    *pools = pools.replace(members, &format!("{members}, dora: 6, emil: 6"));
    files.get_mut("people.yaml").unwrap().push_str(&format!(
        "dora:\n  name: Dora Away\n  email: dora@example.com\n  calendar_link: https://example.com/book/dora\n\
         emil:\n  name: Emil Closed\n  email: emil@example.com\n  calendar_link: https://example.com/book/emil\n  \
         hours:\n    {}: \"09:00-17:00\"\n",
        day_after(3)
    ));
    files
}

/// The weekday in so many days.
fn day_after(days: u64) -> &'static str {
    let today = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
    // 1970 began on a Thursday.
    ["thu", "fri", "sat", "sun", "mon", "tue", "wed"][usize::try_from((today + days) % 7).unwrap()]
}

fn send_away(host: &Host, person: &str) {
    let (client, path) = (Client::new(&host.url), format!("people/{person}/away"));
    client.post(&path, &json!({ "until": "2 days" }));
    until("she is away", || client.get(&path)["data"].as_array().is_some_and(|off| !off.is_empty()));
}

fn form(number: &usize) -> Json {
    json!({
        "full_name": format!("Lead {number}"), "email": format!("lead-{number}@company-{number}.example"),
        "company": format!("Company {number}"), "team_size": "51-200", "phone": format!("+49 30 {number}")
    })
}

/// Submits all leads, with the poison spread among them. Returns their records.
fn submit(host: &Host) -> Vec<String> {
    let numbers: Vec<usize> = (0..LEADS).collect();
    at_once(&host.url, CONNECTIONS, &numbers, |client, number| {
        if number % (LEADS / POISON) == 0 {
            host.poison(number / (LEADS / POISON));
        }
        client.submit(&form(number))
    })
}

fn has_one_of_everything(client: &Client<'_>) -> bool {
    let of_leads = |list: &str, what: &str, is: &str| {
        client.all(list).iter().filter(|row| row[what].as_str().is_some_and(|text| text.starts_with(is))).count()
    };
    of_leads("tasks", "title", "Call within 5 min") >= LEADS && of_leads("outbox", "what", "e-mail “intro”") >= LEADS
}

/// The owner of a lead that has one of everything.
fn owner(client: &Client<'_>, record: &str) -> String {
    let assignments = client.get(&format!("records/{record}/assignments"));
    let assignments = assignments["data"].as_array().unwrap();
    assert_eq!(assignments.len(), 1, "{record}: {assignments:?}");
    let lead = client.get(&format!("records/{record}"));
    assert_eq!(lead["owner"]["person"], assignments[0]["person"], "{lead}");
    assert_eq!(lead["tasks"].as_array().unwrap().len(), 1, "{lead}");
    assert_eq!(lead["tasks"][0]["assigned_to"], assignments[0]["person"], "{lead}");
    assert_eq!(lead["executions"].as_array().unwrap().len(), 1, "{lead}");
    assignments[0]["person"].as_str().unwrap().to_owned()
}

/// After every pick each member has their exact share of the picks so far, give or take one.
fn check_every_prefix(picks: &[(RecordKey, PersonId)]) {
    let sum: usize = WEIGHTS.iter().map(|(_, weight)| weight).sum();
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, (_, person)) in (1..).zip(picks) {
        *given.entry(person.as_str()).or_default() += 1;
        for (member, weight) in WEIGHTS {
            let has = given.get(member).copied().unwrap_or_default();
            assert!(
                (has * sum).abs_diff(number * weight) <= sum,
                "of the first {number}, {member} has {has}; exact are {number} × {weight}/{sum}"
            );
        }
    }
    let expected: BTreeSet<&str> = WEIGHTS.iter().map(|(member, _)| *member).collect();
    assert_eq!(given.into_keys().collect::<BTreeSet<_>>(), expected, "who is not there gets nothing");
}

/// The poison ends as dead letters that the API shows.
fn check_poison_is_dead(host: &mut Host) {
    until("the poison is given up", || host.has_worked_off(Queue::Assign));
    // Dead letters are collected on the minute, and at a start.
    host.restart();
    let client = Client::new(&host.url);
    let dead = || -> BTreeSet<String> {
        client.all("dead-letters").iter().filter_map(|letter| Some(letter["record"].as_str()?.to_owned())).collect()
    };
    let expected: BTreeSet<String> = (0..POISON).map(|number| format!("lead/poison-{number}")).collect();
    until("every poison request is a dead letter", || dead() == expected);
}

#[test]
fn a_thousand_leads_at_once_are_shared_out_exactly_and_poison_delays_none_of_them() {
    let mut host = Host::start(&playbook());
    send_away(&host, "dora");
    let records = submit(&host);
    assert_eq!(records.iter().collect::<BTreeSet<_>>().len(), LEADS);
    let client = Client::new(&host.url);
    until("every lead has its e-mail and its task", || has_one_of_everything(&client));

    let owners = at_once(&host.url, 8, &records, |client, record| owner(client, record));
    let mails: BTreeMap<String, usize> = client.all("outbox").iter().fold(BTreeMap::new(), |mut mails, row| {
        *mails.entry(row["record"].as_str().unwrap().to_owned()).or_default() += 1;
        mails
    });
    assert_eq!(mails, records.iter().map(|record| (record.clone(), 1)).collect());

    let picks = host.picks();
    check_every_prefix(&picks);
    let picked: BTreeMap<String, String> =
        picks.iter().map(|(record, person)| (record.to_string(), person.to_string())).collect();
    assert_eq!(picks.len(), LEADS);
    assert_eq!(picked, records.into_iter().zip(owners).collect(), "the histories say what the pool picked");

    check_poison_is_dead(&mut host);
}
