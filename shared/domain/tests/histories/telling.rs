//! The same histories, as a person reads them.

use std::collections::BTreeMap;

use domain::{
    calendar::{TimeOff, Zone},
    decide::Input,
    event::{Event, Gap, GapWhy},
    explain::{Path, Question, Voice, Why, assignments, describe_steps, sentence_now, timeline, why},
    history::{Change, Entry, RequestChange},
    id::{Kind, WorkflowId},
    message::Command,
    rotation::Candidates,
};

use crate::world::{World, at, playbook, world_of};

fn told(world: &World) -> Vec<String> {
    let zone = Zone::utc();
    let lines = timeline(&world.entries, &Voice::new(&world.playbook, &zone));
    lines.into_iter().map(|line| format!("{} {}", zone.local(line.at).strftime("%H:%M"), line.text)).collect()
}

fn stands(world: &World) -> String {
    sentence_now(&world.head(), &Voice::new(&world.playbook, &Zone::utc()), world.now)
}

/// Why speed-to-lead did (not) start in this entry.
fn asked(world: &World, entry: Option<&Entry>) -> Why {
    let workflow = WorkflowId::new("speed-to-lead");
    let (linked, playbook) = (&world.linked, &*world.playbook);
    why(&Question { workflow: &workflow, kind: &Kind::new("lead"), entry, playbook, linked })
}

#[test]
fn a_branch_says_what_was_asked_and_what_was_found() {
    let check = |condition: &str, expected: &str| {
        let mut world = world_of(&format!(
            r#"{{ "if": "{condition}", "then": [{{ "add_to_segment": "a" }}], "else": [{{ "add_to_segment": "b" }}] }}"#
        ));
        world.submit();
        let zone = Zone::utc();
        let lines = timeline(&world.entries, &Voice::new(&world.playbook, &zone));
        let told: Vec<String> = lines.into_iter().flat_map(|line| line.detail).collect();
        assert!(told.contains(&expected.to_owned()), "{told:?}");
    };
    check("lead.role is head", "only took its then path. Role is head: was head ✓.");
    check("lead.vip is yes", "only took its else path. Vip must be yes; it is missing.");
}

#[test]
fn a_person_of_the_playbook_is_told_by_name_whatever_they_did() {
    let mut world = World::r1(25.0);
    world.submit();
    let command = Command::Close { reason: "sold".to_owned() };
    world.give(&Input::Command { by: "ben".to_owned(), command });
    assert!(told(&world).iter().any(|line| line.ends_with("Lead closed by Ben Okafor: sold")), "{:?}", told(&world));
}

#[test]
fn a_missed_call_reads_from_form_to_escalation() {
    let mut world = World::r1(25.0);
    let off = TimeOff { from: at("2026-03-01T00:00Z"), until: at("2026-03-09T00:00Z"), reason: None, by: None };
    world.time_off = BTreeMap::from([("chloe".into(), vec![off])]);
    world.submit();
    world.advance_to("2026-03-02T09:20Z");
    world.event("call_logged");
    world.settle();
    let expected = [
        "09:00 Form demo-request submitted",
        "09:00 speed-to-lead started",
        "09:00 Assigned to Ana Lopez (pool inbound): due 0.6 leads, ahead of Ben (0.4); Chloe is away until Mon 9 Mar 09:00",
        "09:00 Task “Call within 5 min” (P1) for Ana, due 09:05",
        "09:00 Waiting for a call until 09:15",
        "09:00 E-mail \u{201c}intro\u{201d} to the lead: sent",
        "09:15 No call in 15 minutes",
        "09:15 Handed over from Ana to Ben Okafor (pool inbound): due 1.4 leads, nobody else is available; Ana had it before; \
         Chloe is away until Mon 9 Mar 09:00",
        "09:15 Waiting for a call until 09:30",
        "09:15 Notice to Ben Okafor: sent",
        "09:15 Notice to Leo Brandt: sent",
        "09:20 Late contact: call logged",
        "09:20 speed-to-lead ended after 20 minutes",
    ];
    assert_eq!(told(&world), expected);
    let backwards: Vec<Entry> = world.entries.iter().rev().cloned().collect();
    let voice_zone = Zone::utc();
    let voice = Voice::new(&world.playbook, &voice_zone);
    assert_eq!(timeline(&backwards, &voice), timeline(&world.entries, &voice), "either way round");
}

#[test]
fn a_missed_wait_is_told_by_the_span_that_the_workflow_promised() {
    for span in ["4 working hours", "1 working day", "30 working days", "90 minutes", "1 day"] {
        let mut world = world_of(&format!(r#"{{ "wait_for": "call_logged", "within": "{span}" }}"#));
        // A Friday afternoon: four working hours end on Monday.
        world.advance_to("2026-03-06T16:30Z");
        world.submit();
        world.advance_to("2026-05-01T09:00Z");
        let missed: Vec<_> = told(&world).into_iter().filter(|line| line.contains("No call")).collect();
        assert_eq!(missed.len(), 1, "{:?}", told(&world));
        assert!(missed[0].ends_with(&format!("No call in {span}")), "{missed:?}");
    }
}

#[test]
fn what_belongs_to_a_moment_stands_beneath_it() {
    let mut world = World::r1(25.0);
    let gap = |target: &str, why| Gap { target: target.to_owned(), why };
    let unreadable = GapWhy::Unreadable { answer: "many".to_owned(), detail: "not a number".to_owned() };
    let gaps = vec![
        gap("lead.phone", GapWhy::Missing),
        gap("company.employees", unreadable),
        gap(
            "lead.phone",
            GapWhy::Partly { answer: "030 123456 ext. 5".to_owned(), detail: "beside it: ext. 5".to_owned() },
        ),
        gap("company.name", GapWhy::Placeholder { answer: "n/a".to_owned() }),
        gap("lead.email", GapWhy::Several { answers: vec!["a@x.example".to_owned(), "b@x.example".to_owned()] }),
        gap("lead.external_id", GapWhy::Missing),
        gap("lead.job_title", GapWhy::Missing),
    ];
    let form = world.a_form("head");
    world.give(&Input::Event(Event { gaps, ..form }.into()));
    let zone = Zone::utc();
    let lines = timeline(&world.entries, &Voice::new(&world.playbook, &zone));
    let expected = [
        "Employees was left empty: “many” could not be read (not a number)",
        "Phone was taken from “030 123456 ext. 5”: beside it: ext. 5",
        "Company name was left empty: “n/a” is what people write where there is none",
        "Email was left empty: nothing says which one is meant, “a@x.example” and “b@x.example”",
        "Left empty: phone, job title",
        "Linked to its company",
        "Score is 55",
    ];
    assert_eq!(lines[0].detail, expected);
    world.settle();
    world.event("call_logged");
    let lines = timeline(&world.entries, &Voice::new(&world.playbook, &zone));
    let call = lines.iter().find(|line| line.text == "Call logged").unwrap();
    assert_eq!(call.detail, ["Task “Call within 5 min” done", "Call logged: nothing more to wait for"]);
}

#[test]
fn a_notice_shows_what_it_says() {
    let check = |message: &str, expected: &[&str]| {
        let mut playbook = playbook();
        let steps = format!(r#"[{{ "notify": {{ "to": "ben", "message": "{message}" }} }}]"#);
        let workflow = playbook.workflows.values_mut().next().unwrap();
        workflow.then = serde_json::from_str(&steps).unwrap();
        let mut world = World::new(playbook);
        world.company(25.0);
        world.submit();
        let zone = Zone::utc();
        let lines = timeline(&world.entries, &Voice::new(&world.playbook, &zone));
        let notice = lines.iter().find(|line| line.text == "Notice to Ben Okafor: sent").unwrap();
        assert_eq!(notice.detail, expected, "{message}");
    };
    check("A lead came in", &["A lead came in"]);
    check("{{ lead.name }} is now yours", &["Kim Reyes is now yours"]);
    check("{% if lead.name %}Call{% endif %}", &["Call"]);
}

#[test]
fn who_waits_behind_others_is_not_told_that_nobody_is_available() {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-01T20:00Z");
    world.submit();
    let mut changes = world.entries.iter_mut().flat_map(|entry| &mut entry.changes);
    let behind = changes.find_map(|change| match change {
        Change::Request(RequestChange::Waits { candidates, .. }) => Some(candidates),
        _ => None,
    });
    *behind.unwrap() = Candidates { behind: 10, ..Candidates::default() };
    assert_eq!(
        told(&world)[2],
        "20:00 Waits: 10 or more have waited longer for pool inbound; asked again Mon 2 Mar 09:00"
    );
}

#[test]
fn waiting_for_an_opening_and_a_choice_by_hand_read_as_such() {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-01T20:00Z");
    world.submit();
    assert_eq!(told(&world)[2], "20:00 Waits: nobody in pool inbound is available; next opening Mon 2 Mar 09:00");
    assert_eq!(stands(&world), "Waiting for somebody in inbound; opens Mon 2 Mar 09:00");
    world.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    assert!(told(&world).contains(&"20:00 Assigned to Ben Okafor by Maria: knows them".to_owned()));
    assert_eq!(stands(&world), "Waiting for a call until 20:15 (Ben)");
    world.command(Command::Close { reason: "sold".to_owned() });
    assert_eq!(told(&world).last().unwrap(), "20:00 Lead closed by Maria: sold");
    assert_eq!(stands(&world), "Closed");
}

#[test]
fn every_assignment_names_its_candidates() {
    let mut world = World::r1(25.0);
    world.submit();
    world.advance_to("2026-03-02T09:15Z");
    let zone = Zone::utc();
    let all = assignments(&world.entries, &Voice::new(&world.playbook, &zone));
    assert_eq!(
        all.iter().map(|one| (one.number, one.name.as_str())).collect::<Vec<_>>(),
        [(1, "Ana Lopez"), (2, "Ben Okafor")]
    );
    let words: Vec<&str> = all[1].candidates.iter().map(|candidate| candidate.words.as_str()).collect();
    assert_eq!(words, ["chosen: due 1 lead", "available: due 0.5 leads", "had it before"]);
}

#[test]
fn why_it_started_names_every_test_and_what_it_found() {
    let mut world = World::r1(25.0);
    world.form("head");
    let answer = asked(&world, world.entries.first());
    assert_eq!((answer.started, answer.path, answer.at), (true, Some(Path::Then), Some(world.now)));
    assert_eq!(answer.sentence, "Started. Score over 40: was 55 ✓. Employees over 10: was 25 ✓.");
    assert_eq!(answer.verdict.map(|verdict| verdict.holds()), Some(true));
}

#[test]
fn why_it_took_the_else_path_or_none_names_what_failed_first() {
    let mut world = World::r1(8.0);
    world.form("head");
    let answer = asked(&world, world.entries.first());
    assert_eq!((answer.started, answer.path), (true, Some(Path::Else)));
    assert_eq!(answer.sentence, "Started on the else path. Employees must be over 10; was 8. Score over 40: was 55 ✓.");
    let mut playbook = playbook();
    playbook.workflows.values_mut().for_each(|workflow| workflow.otherwise.clear());
    let mut world = World::new(playbook);
    world.company(8.0);
    world.form("head");
    let answer = asked(&world, world.entries.first());
    assert_eq!((answer.started, answer.path), (false, None));
    assert_eq!(answer.sentence, "Not started. Employees must be over 10; was 8. Score over 40: was 55 ✓.");
}

#[test]
fn why_it_did_not_start_names_what_stood_in_its_way() {
    let mut world = World::r1(25.0);
    assert_eq!(asked(&world, None).sentence, "Not started: no demo-request form was submitted.");
    let first = Event { fingerprint: Some("same".to_owned()), ..world.a_form("head") };
    world.give(&Input::Event(first.clone().into()));
    world.now = at("2026-03-02T09:04Z");
    world.form("head");
    assert_eq!(asked(&world, world.entries.last()).sentence, "Not started: it is still running from 09:00.");
    world.give(&Input::Event(Event { accepted_at: world.now, ..first }.into()));
    let repeated = "Not started: the same was submitted within ten minutes before, and counts once.";
    assert_eq!(asked(&world, world.entries.last()).sentence, repeated);
    world.event("call_logged");
    let other = asked(&world, world.entries.last());
    assert_eq!((other.started, other.sentence.as_str()), (false, "Not started: no demo-request form was submitted."));
    let deep = Event { depth: 9, ..world.a_form("head") };
    world.give(&Input::Event(deep.into()));
    let loops = "Not started: too many workflows had set each other off before it; this looks like a loop.";
    assert_eq!(asked(&world, world.entries.last()).sentence, loops);
}

#[test]
fn the_answer_rests_on_what_was_read_then_and_not_on_what_came_later() {
    let mut world = World::r1(25.0);
    world.form("clerk");
    world.form("head");
    let first = asked(&world, Some(&world.entries[0]));
    assert_eq!(first.sentence, "Started on the else path. Score must be over 40; was 0. Employees over 10: was 25 ✓.");
    assert_eq!(asked(&world, Some(&world.entries[1])).path, Some(Path::Then));
}

#[test]
fn a_workflow_reads_top_to_bottom() {
    let playbook = playbook();
    let lines = describe_steps(&playbook.workflows[&WorkflowId::new("speed-to-lead")]);
    let text: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let expected = [
        "When form demo-request is submitted",
        "If lead.score > 40 and company.employees > 10",
        "Then",
        "  Assign an owner from pool inbound",
        "    If nobody available",
        "      E-mail \u{201c}we-open-at-nine\u{201d} to lead",
    ];
    assert_eq!(text[..6], expected);
    assert_eq!(text[text.len() - 3..], ["Else", "  E-mail \u{201c}thanks\u{201d} to lead", "  Add to segment nurture"]);
    assert_eq!(lines[5].step.as_ref().unwrap().as_str(), "then/0/if_nobody_available/0");
}
