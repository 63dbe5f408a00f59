//! Linked records that are found by their name or phone number: what a guess may do, and what others find.

use domain::{
    decide::Input,
    event::{Event, Gap, GapWhy, LinkedPart, RecordPart},
    follow_up::{FollowUp, follow_ups},
    history::{Change, EventChange, RecordChange},
    id::{MatchKey, RecordKey},
    matching::{Found, Sought, Tried, Way},
    playbook::{FieldSchema, MatchBy, Playbook},
    value::{FieldType, Fields, Value},
};

use crate::world::{World, playbook};

/// Leads are matched to companies by name. Whatever the world's record is, its kind is a lead.
fn matching() -> Playbook {
    let mut playbook = playbook();
    let by = MatchBy { name: Some("name".to_owned()), ..MatchBy::default() };
    let lead = playbook.schema.kinds.get_mut(&"lead".into()).expect("leads are known");
    lead.match_by.insert("company".to_owned(), by.clone());
    // A lead may be found as well, so that the one record of these tests can be.
    lead.links.insert("referred_by".to_owned(), "lead".into());
    lead.match_by.insert("referred_by".to_owned(), by);
    let name =
        FieldSchema { field_type: FieldType::Text, label: None, choices: Vec::new(), bands: None, filled_by: None };
    let company = playbook.schema.kinds.get_mut(&"company".into()).expect("companies are known");
    company.fields.insert("name".to_owned(), name);
    playbook
}

fn company(id: &str) -> RecordKey {
    RecordKey::new("company", id)
}

fn name(text: &str) -> Fields {
    Fields::from([("name".to_owned(), Value::text(text))])
}

/// A company that the form names and nothing identifies.
fn named(id: &str) -> LinkedPart {
    let sought = vec![Sought { way: Way::Name, value: "ACME".to_owned(), key: MatchKey::new("mat_acme") }];
    let part = RecordPart { key: company(id), fields: name("ACME") };
    LinkedPart { stands_in: true, sought, ..LinkedPart::identified("company", part) }
}

fn tried(found: Found) -> Vec<Tried> {
    vec![Tried { way: Way::Name, value: "ACME".to_owned(), found }]
}

fn one(id: &str) -> Found {
    Found::One { record: company(id), called: "Acme GmbH".to_owned() }
}

fn event_of(world: &mut World, linked: LinkedPart) -> Event {
    Event { linked: vec![linked], ..world.a_form("head") }
}

#[test]
fn what_is_found_becomes_the_link_and_nothing_is_written_to_it() {
    let mut world = World::new(matching());
    let mut event = event_of(&mut world, named("stand-in"));
    event.settle("company", tried(one("acme")));
    assert_eq!(event.linked[0].part, RecordPart { key: company("acme"), fields: Fields::new() });
    assert_eq!(event.unmapped["company.name"], Value::text("ACME"));
    let changes = world.give(&Input::Event(event.into()));
    let linked = |way| {
        Change::Record(RecordChange::Linked { link: "company".to_owned(), record: company("acme"), matched_by: way })
    };
    assert!(changes.contains(&linked(Some(Way::Name))), "{changes:?}");
    assert_eq!(world.head().matched["company"], Way::Name);
    let told = changes.iter().any(|change| match change {
        Change::Event(EventChange::Received { gaps, .. }) => {
            matches!(gaps[..], [ref gap] if gap.why == GapWhy::Sought { tried: tried(one("acme")) })
        }
        _ => false,
    });
    assert!(told, "{changes:?}");

    let part = RecordPart { key: company("said"), fields: Fields::new() };
    let event = event_of(&mut world, LinkedPart::identified("company", part));
    world.give(&Input::Event(event.into()));
    assert_eq!((&world.head().links["company"], world.head().matched.len()), (&company("said"), 0));
}

#[test]
fn where_none_or_several_are_found_the_record_stands_in_and_it_is_told_why() {
    for found in [Found::None, Found::Several(2)] {
        let mut world = World::new(matching());
        let mut event = event_of(&mut world, named("stand-in"));
        event.settle("company", tried(found.clone()));
        assert_eq!(event.linked[0].part.fields, name("ACME"));
        let changes = world.give(&Input::Event(event.into()));
        assert_eq!(world.head().links["company"], company("stand-in"));
        assert!(world.head().matched.is_empty(), "{found:?}");
        let told = |change: &Change| match change {
            Change::Event(EventChange::Received { gaps, .. }) => gaps.iter().any(|gap| gap.is_match()),
            _ => false,
        };
        assert!(changes.iter().any(told), "{changes:?}");
    }
}

#[test]
fn with_nothing_said_of_it_but_a_number_no_record_is_made() {
    let mut world = World::new(matching());
    let mut event = event_of(
        &mut world,
        LinkedPart { part: RecordPart { key: company("x"), fields: Fields::new() }, ..named("x") },
    );
    event.settle("company", tried(Found::None));
    assert_eq!(event.linked, []);
}

#[test]
fn a_guess_replaces_no_link_that_is_known_but_what_stood_in() {
    let check = |known: &str, found: Found, expected: &str| {
        let mut world = World::new(matching());
        let part = RecordPart { key: company(known), fields: Fields::new() };
        let first = event_of(&mut world, LinkedPart::identified("company", part));
        world.give(&Input::Event(first.into()));
        let mut event = event_of(&mut world, named("stand-in"));
        event.settle("company", tried(found));
        let mut passed = event.clone();
        passed.pass_over(&world.head().links);
        world.give(&Input::Event(event.into()));
        assert_eq!(world.head().links["company"], company(expected), "{known}");
        let stays = known == expected && known != "stand-in";
        assert_eq!((passed.linked.is_empty(), passed.gaps.is_empty()), (stays, stays), "{known}: {passed:?}");
        assert_eq!(passed.unmapped.contains_key("company.name"), passed.linked.is_empty() || expected == "acme");
    };
    check("said", one("acme"), "said");
    check("said", Found::None, "said");
    check("stand-in", one("acme"), "acme");
    check("stand-in", Found::Several(2), "stand-in");
}

#[test]
fn by_what_it_says_of_itself_a_record_is_not_matched_to_itself() {
    let mut world = World::new(matching());
    let mut event = event_of(&mut world, named("acme"));
    let before = event.clone();
    event.settle("company", tried(one("acme")));
    assert_eq!(event, before);
}

#[test]
fn a_domain_that_is_guessed_finds_a_company_of_another_id_else_names_one_of_its_own() {
    let guessed = |world: &mut World| {
        let why = GapWhy::EmailDomain { domain: "acme.example".to_owned() };
        let part = RecordPart { key: company("acme.example"), fields: domain() };
        let linked = LinkedPart { sought: by_domain(), ..LinkedPart::identified("company", part) };
        Event { gaps: vec![Gap { target: "company.domain".to_owned(), why }], ..event_of(world, linked) }
    };
    let mut world = World::new(matching());
    let mut event = guessed(&mut world);
    let before = event.clone();
    event.settle("company", tried_domain(Found::None));
    event.settle("company", tried_domain(Found::Several(2)));
    assert_eq!(event, before);
    event.settle("company", tried_domain(one("CRM-7")));
    assert_eq!(event.linked[0].part, RecordPart { key: company("CRM-7"), fields: Fields::new() });
    assert_eq!((event.unmapped.len(), event.gaps.len()), (0, 1), "nobody said the domain: {event:?}");
    world.give(&Input::Event(event.into()));
    assert_eq!(world.head().matched["company"], Way::EmailDomain);
}

#[test]
fn a_domain_that_is_said_is_no_guess() {
    let mut world = World::new(matching());
    let known = LinkedPart::identified("company", RecordPart { key: company("known"), fields: Fields::new() });
    let known = event_of(&mut world, known);
    world.give(&Input::Event(known.into()));
    let part = RecordPart { key: company("acme.example"), fields: domain() };
    let said = LinkedPart { sought: by_domain(), ..LinkedPart::identified("company", part) };
    let mut event = event_of(&mut world, said);
    event.pass_over(&world.head().links);
    event.settle("company", tried_domain(one("CRM-7")));
    assert_eq!(event.linked[0].part, RecordPart { key: company("CRM-7"), fields: domain() });
    assert!(!event.is_guess(&event.linked[0]) && event.gaps.is_empty(), "{event:?}");
    world.give(&Input::Event(event.into()));
    assert_eq!((&world.head().links["company"], world.head().matched.len()), (&company("CRM-7"), 0));
}

fn domain() -> Fields {
    Fields::from([("domain".to_owned(), Value::text("acme.example"))])
}

fn by_domain() -> Vec<Sought> {
    vec![Sought { way: Way::EmailDomain, value: "acme.example".to_owned(), key: MatchKey::new("mat_acme") }]
}

fn tried_domain(found: Found) -> Vec<Tried> {
    vec![Tried { way: Way::EmailDomain, value: "acme.example".to_owned(), found }]
}

/// The keys that the latest entry puts rows for.
fn rows(world: &World) -> usize {
    let all = follow_ups(world.entries.last().expect("there is an entry"));
    all.iter().filter(|follow_up| matches!(follow_up, FollowUp::Match(_))).count()
}

#[test]
fn a_record_is_found_by_its_name_until_it_has_another() {
    let mut world = World::new(matching());
    let mut call = |name: &str| {
        let mut event = world.an_event("field_changed");
        event.record.fields.insert("name".to_owned(), Value::text(name));
        world.give(&Input::Event(event.into()));
        (rows(&world), world.head().found_by)
    };
    let (put, acme) = call("Acme GmbH");
    assert_eq!((put, acme.len()), (1, 1));
    assert_eq!(call("ACME"), (0, acme.clone()), "another spelling is no other key");
    let (put, apex) = call("Apex");
    assert_eq!((put, apex.is_disjoint(&acme)), (1, true));
    assert_eq!(call("Acme"), (1, acme), "back again");
    assert_eq!(call("n/a").1.len(), 0);
}

#[test]
fn what_stands_in_is_found_by_nobody_and_kinds_that_are_not_matched_have_no_rows() {
    let part = RecordPart { key: World::record(), fields: name("Acme") };
    let check = |stands_in: bool, playbook: Playbook, expected: usize| {
        let mut world = World::new(playbook);
        let linked = LinkedPart { stands_in, ..LinkedPart::identified("company", part.clone()) };
        let event = event_of(&mut world, linked);
        world.give(&Input::LinkedPart { event: event.into(), fields: part.fields.clone() });
        assert_eq!((rows(&world), world.head().found_by.len()), (expected, expected));
    };
    check(false, matching(), 1);
    check(true, matching(), 0);
    check(false, playbook(), 0);
}
