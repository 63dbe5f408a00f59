//! A route says who gets the record, before any pool picks; a pool that has nobody hands it on.

use domain::{
    calendar::TimeOff,
    decide::Input,
    event::{Gap, GapWhy, LinkedPart, RecordPart},
    execution::Waiting,
    explain::{self, Voice},
    facts::Linked,
    history::{Change, EventChange, RequestChange, RequestState, WithdrawnWhy},
    id::{PersonId, RecordKey},
    message::Command,
    playbook::Playbook,
    routing::RoutedTo,
    value::Fields,
};

use crate::{
    holds::read_back,
    world::{World, at, playbook_with, workflow},
};

const STEPS: &str = r#"{ "assign": { "route": "inbound" }, "if_nobody_available":
    [{ "notify": { "to": "team_lead", "message": "nobody" } }] }, { "add_to_segment": "served" }"#;

fn playbook(steps: &str, rules: &str) -> Playbook {
    let mut playbook = playbook_with("only", &workflow(steps));
    playbook.workflows.retain(|id, _| id.as_str() == "only");
    playbook.routing =
        serde_json::from_str(&format!(r#"{{ "routes": {{ "inbound": [{rules}] }} }}"#)).expect("the rules can be read");
    playbook
}

fn routed(rules: &str) -> World {
    World::new(playbook(STEPS, rules))
}

fn last_routed(world: &World) -> RoutedTo {
    let changes = world.entries.iter().rev().flat_map(|entry| entry.changes.iter().rev());
    let to = changes.into_iter().find_map(|change| match change {
        Change::Request(RequestChange::Routed { to, .. }) => Some(to.clone()),
        _ => None,
    });
    to.expect("it was routed")
}

fn owned_company(world: &mut World, owner: &str) {
    let owner = Some(PersonId::from(owner));
    let company = Linked { record: RecordKey::new("company", "C1"), seq: 1, fields: Fields::new(), owner };
    world.linked.insert("company".to_owned(), company);
}

fn away(world: &mut World, person: &str, until: &str) {
    let off = TimeOff { from: world.now, until: at(until), reason: None, by: None };
    world.time_off.insert(person.into(), vec![off]);
}

#[test]
fn the_accounts_owner_gets_it_in_the_same_entry_and_no_pool_is_asked() {
    let mut world = routed(r#"{"rule":"Customer","owner_of":"company"}, {"rule":"Rest","pool":"inbound"}"#);
    owned_company(&mut world, "ben");
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("ben"));
    assert_eq!(world.entries.len(), 1);
    assert!(world.head().segments.contains(&"served".into()), "the workflow went on");
    let pool = world.head().owner.and_then(|owner| owner.pool);
    assert_eq!(pool, Some("inbound".into()), "the next one comes from the last resort");
}

#[test]
fn a_pool_with_nobody_is_withdrawn_and_the_next_asked_in_one_entry() {
    let mut world = routed(r#"{"rule":"All","pool":"inbound","if_nobody_available":{"pool":"desk"}}"#);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("leo"), "the desk is always open");
    let handed_on = world.entries.iter().find(|entry| {
        entry.changes.iter().any(|change| {
            matches!(change, Change::Request(RequestChange::Withdrawn { why: WithdrawnWhy::NobodyAvailable, candidates, .. }) if candidates.against.iter().map(|against| against.people.len()).sum::<usize>() == 3)
        })
    });
    let asked = |change: &Change| matches!(change, Change::Request(RequestChange::Asked { pool, .. }) if pool.as_str() == "desk");
    assert!(handed_on.expect("the first is withdrawn").changes.iter().any(asked));
    assert_eq!(world.sent(), [""; 0], "somebody was available after all");
    assert_eq!(world.head().owner.map(|owner| owner.number), Some(2), "every request has a number of its own");
}

#[test]
fn with_nobody_anywhere_it_waits_for_the_last_one_and_the_branch_runs() {
    let mut playbook = playbook(STEPS, r#"{"rule":"All","pool":"desk","if_nobody_available":{"pool":"inbound"}}"#);
    playbook.people.get_mut(&"leo".into()).unwrap().hours = None;
    let mut world = World::new(playbook);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    assert_eq!(world.sent(), ["leo: nobody"]);
    let head = world.head();
    assert_eq!(head.executions[0].waiting, Waiting::Owner { pool: "inbound".into() });
    let awaited: Vec<_> = head.awaited_requests().map(|asked| (asked.pool.as_str(), asked.state)).collect();
    assert!(matches!(awaited[..], [("inbound", RequestState::Waiting { .. })]), "{awaited:?}");
    world.advance_to("2026-03-02T09:00Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.count(|change| matches!(change, Change::Request(RequestChange::Routed { .. }))), 1);
}

#[test]
fn a_person_at_the_end_of_the_chain_gets_it_with_why_nobody_else_could() {
    let mut world = routed(r#"{"rule":"All","pool":"inbound","if_nobody_available":{"person":"leo"}}"#);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("leo"));
    let voice = Voice::new(&world.playbook, &world.playbook.organisation.time_zone);
    let assignments = explain::assignments(&world.entries, &voice);
    assert_eq!(assignments[0].sentence, "Assigned to Leo Brandt: nobody in pool inbound is available");
    assert_eq!(assignments[0].candidates.len(), 3);
    assert_eq!(assignments[0].routed.as_ref().and_then(|routed| routed.rule.as_deref()), Some("All"));
}

#[test]
fn a_returning_record_keeps_its_owner_before_the_rules_unless_told_otherwise() {
    let rules = r#"{"rule":"Customer","owner_of":"company"}, {"rule":"Rest","pool":"inbound"}"#;
    let come_back = |steps: &str| {
        let mut world = World::new(playbook(steps, rules));
        world.submit();
        assert_eq!(world.owner().as_deref(), Some("ana"));
        owned_company(&mut world, "ben");
        world.form("head");
        world.settle();
        world
    };
    let kept = come_back(STEPS);
    assert_eq!((kept.owner().as_deref(), last_routed(&kept)), (Some("ana"), RoutedTo::Kept("ana".into())));
    let again = come_back(r#"{ "assign": { "route": "inbound", "keep_owner": false } }"#);
    assert_eq!((again.owner().as_deref(), last_routed(&again)), (Some("ben"), RoutedTo::Person("ben".into())));
}

#[test]
fn an_owner_by_hand_is_kept_though_no_pool_had_a_part_in_it() {
    let mut world = routed(r#"{"rule":"Rest","person":"ben"}"#);
    world.submit();
    world.command(Command::Reassign { to: "chloe".into(), reason: "she knows them".to_owned() });
    world.form("head");
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("chloe"));
    let voice = Voice::new(&world.playbook, &world.playbook.organisation.time_zone);
    let last = explain::assignments(&world.entries, &voice).pop().expect("there are three");
    assert_eq!(last.sentence, "Stays with Chloe Martin, who has had it before");
    assert_eq!(last.routed.and_then(|routed| routed.rule).as_deref(), Some("Owner so far"));
}

#[test]
fn an_owner_who_is_away_is_not_kept_and_the_rules_decide() {
    let mut world = routed(r#"{"rule":"Rest","person":"ben"}"#);
    world.submit();
    away(&mut world, "ben", "2026-03-05T09:00Z");
    world.form("head");
    world.settle();
    assert_eq!(last_routed(&world), RoutedTo::StandIn { person: "leo".into(), instead_of: "ben".into() });
    assert_eq!(world.owner().as_deref(), Some("leo"));
}

#[test]
fn a_missed_call_goes_on_to_the_next_of_the_last_resort() {
    let steps = r#"{ "assign": { "route": "inbound" } }, { "wait_for": "call_logged", "within": "15 minutes",
        "if_missed": [{ "reassign": { "to": "next_available" } }] }"#;
    let rules = r#"{"rule":"Customer","owner_of":"company"}, {"rule":"Rest","pool":"inbound"}"#;
    let mut world = World::new(playbook(steps, rules));
    owned_company(&mut world, "ana");
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("ana"));
    world.advance_to("2026-03-02T09:16Z");
    assert_eq!(world.owner().as_deref(), Some("ben"));
}

#[test]
fn a_route_that_is_gone_or_matches_nothing_is_a_task_for_a_person() {
    let check = |rules: &str, title: &str| {
        let mut world = routed(rules);
        world.submit();
        assert_eq!(world.head().tasks[0].title, title);
    };
    check(
        r#"{"rule":"Big","if":"lead.vip is yes","pool":"inbound"}"#,
        "Assign this record by hand: no rule of route inbound matches it",
    );
    let mut world = World::new({
        let mut playbook = playbook(STEPS, "");
        playbook.routing.routes.clear();
        playbook
    });
    world.submit();
    assert_eq!(world.head().tasks[0].title, "Assign this record by hand: there is no route inbound");
}

#[test]
fn an_entry_of_a_routed_record_reads_back_what_it_writes() {
    let mut world = routed(r#"{"rule":"All","pool":"inbound","if_nobody_available":{"person":"leo"}}"#);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    assert_eq!(read_back(&world.entries), world.entries);
}

#[test]
fn a_link_found_by_the_emails_domain_is_kept_but_never_replaces_one_that_is_known() {
    let company = |id: &str| {
        LinkedPart::identified("company", RecordPart { key: RecordKey::new("company", id), fields: Fields::new() })
    };
    let why = GapWhy::EmailDomain { domain: "acme.example".to_owned() };
    let guess = Gap { target: "company.domain".to_owned(), why };
    let mut world = routed(r#"{"rule":"Rest","person":"ben"}"#);
    let mut submit = |id: &str, gaps: Vec<Gap>| {
        let mut event = world.a_form("head");
        event.linked = vec![company(id)];
        event.gaps = gaps;
        let changes = world.give(&Input::Event(event.into()));
        let told = changes
            .iter()
            .any(|change| matches!(change, Change::Event(EventChange::Received { gaps, .. }) if !gaps.is_empty()));
        (world.head().links["company"].id.clone(), told)
    };
    assert_eq!(submit("guessed", vec![guess.clone()]), ("guessed".to_owned(), true));
    assert_eq!(submit("said", Vec::new()), ("said".to_owned(), false));
    assert_eq!(submit("guessed", vec![guess]), ("said".to_owned(), false));
}
