//! Holds the calendar to a table that was calculated without it: a team around the world, in the
//! weeks in which clocks are changed. `availability/expected.py` says how the table came about
//! and how to extend it.

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use domain::{
    calendar::{Availability, TimeOff},
    id::PersonId,
    instant::Instant,
    playbook::Playbook,
};

const HALF_AN_HOUR: i64 = 30;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("availability")
}

fn team() -> Playbook {
    let checked = playbook::load(&playbook::read_folder(&folder().join("team")).unwrap().files);
    checked.playbook.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

/// The rows of a table, without its first line, each with its line's number.
fn rows(file: &str) -> Vec<(usize, Vec<String>)> {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().enumerate().skip(1).map(|(number, line)| (number + 1, cells(line))).collect()
}

fn time_off() -> BTreeMap<PersonId, Vec<TimeOff>> {
    let mut all: BTreeMap<PersonId, Vec<TimeOff>> = BTreeMap::new();
    for (_, row) in rows("team/time_off.csv") {
        let [person, from, until, reason] = row.try_into().unwrap();
        let off = TimeOff { from: instant(&from), until: instant(&until), reason: Some(reason), by: None };
        all.entry(PersonId::new(person)).or_default().push(off);
    }
    all
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// When one person is available, by the table, and where it says so.
struct Stretch {
    line: usize,
    from: Instant,
    until: Instant,
}

/// By week (its first instant and the first after it) and person.
type Table = BTreeMap<(Instant, Instant, PersonId), Vec<Stretch>>;

fn table() -> Table {
    let mut table = Table::new();
    for (line, row) in rows("expected.csv") {
        let [first, after, person, from, until] = row.try_into().unwrap();
        let midnight = |day: &str| instant(&format!("{day}T00:00Z"));
        let stretch = Stretch { line, from: instant(&from), until: instant(&until) };
        table.entry((midnight(&first), midnight(&after), PersonId::new(person))).or_default().push(stretch);
    }
    table
}

/// The first moment from `at` on within a stretch, and the line that says so.
fn expected(stretches: &[Stretch], at: Instant) -> Option<(usize, Instant)> {
    let stretch = stretches.iter().find(|stretch| at < stretch.until)?;
    Some((stretch.line, at.max(stretch.from)))
}

fn compare(team: &Playbook, off: &[TimeOff], person: &PersonId, stretches: &[Stretch], at: Instant) -> Option<String> {
    let (line, expected) = expected(stretches, at).expect("each week's rows end at it or beyond");
    let calendar = team.calendar_of(person);
    let next = calendar.next_available(at, off);
    let now = calendar.available(at, off);
    let agrees = match now {
        Availability::Open => expected == at,
        Availability::Closed { until, .. } => expected != at && until == Some(expected),
    };
    if agrees && next == Some(expected) {
        return None;
    }
    let clock = calendar.zone.describe(at);
    let next = next.map_or("never".to_owned(), |next| next.to_string());
    Some(format!(
        "expected.csv:{line}: {person}, at {at} ({clock} there): next available at {expected}, \
         but by the calendar {next}, and now {now:?}"
    ))
}

#[test]
fn everybody_is_available_when_an_independent_calculation_says_so() {
    let (team, off, table) = (team(), time_off(), table());
    let mut compared = 0;
    let mut differences = Vec::new();
    for ((first, after, person), stretches) in &table {
        let off = off.get(person).map_or(&[][..], Vec::as_slice);
        let mut at = *first;
        while at < *after {
            differences.extend(compare(&team, off, person, stretches, at));
            compared += 1;
            at = at.plus_minutes(HALF_AN_HOUR);
        }
    }
    let shown = differences.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {compared} differ:\n{shown}", differences.len());
    println!("{compared} half hours of {} people agree", team.people.len());
}

#[test]
fn the_table_has_every_person_in_every_week_and_spans_the_world() {
    let (team, table) = (team(), table());
    let weeks: BTreeSet<(Instant, Instant)> = table.keys().map(|(first, after, _)| (*first, *after)).collect();
    for person in team.people.keys() {
        for (first, after) in &weeks {
            let there = table.contains_key(&(*first, *after, person.clone()));
            assert!(there, "{person} is not in the week of {first}: run expected.py");
        }
    }
    let zones: BTreeSet<&str> = team.people.keys().map(|person| team.calendar_of(person).zone.name()).collect();
    assert!(zones.len() >= 12, "{zones:?}");
    for (person, off) in time_off() {
        assert!(team.people.contains_key(&person), "{person} of time_off.csv is not in the team");
        assert!(off.iter().all(|off| off.from < off.until), "{person} has an absence that ends before it begins");
    }
}
