//! Where one record goes by a route: the first rule that matches, with what every rule said.
//!
//! Pure: facts, people and their time off come in, a decision with a sentence for every rule goes out.
//!
//! The entry stores these sentences. A workflow's condition is recomputed when somebody asks why, because its entry
//! holds or names all that it read. A rule may also turn on who was off, and time off is stored as it is now, not as
//! it was.

use std::collections::BTreeMap;

use crate::{
    facts::RecordFacts,
    id::PersonId,
    matching::Way,
    routing::{Found, Looked, RoutedTo, Routing, Rule, Target},
    staff::Staff,
};

/// What the question that comes before a route's rules is called where rules are listed.
pub const OWNER_SO_FAR: &str = "Owner so far";

/// What a route is decided on.
pub struct Situation<'a> {
    pub facts: RecordFacts<'a>,
    pub staff: Staff<'a>,
    /// The record's owner, where a returning record keeps theirs.
    pub owner: Option<&'a PersonId>,
    /// How the records behind links were found, where nothing said which ones they are.
    pub matched: &'a BTreeMap<String, Way>,
}

/// Who gets a record, and what every rule said.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The rule that matched, or [`OWNER_SO_FAR`]; none if none did, which the check of a playbook rules out.
    pub rule: Option<String>,
    pub to: RoutedTo,
    /// The rules looked at, the one that matched last.
    pub looked_at: Vec<Looked>,
    /// The names of the rules after it.
    pub not_looked_at: Vec<String>,
}

/// Decides a route: the first rule that matches.
pub fn decide(rules: &[Rule], routing: &Routing, of: &Situation<'_>) -> Decision {
    let mut looked_at = Vec::new();
    let names = |rules: &[Rule]| rules.iter().map(|rule| rule.name.clone()).collect();
    if let Some(owner) = of.owner {
        let found = stays(owner, of);
        looked_at.push(Looked { rule: OWNER_SO_FAR.to_owned(), holds: found.holds, why: found.sentence });
        if found.holds {
            let rule = Some(OWNER_SO_FAR.to_owned());
            return Decision { rule, to: RoutedTo::Kept(owner.clone()), looked_at, not_looked_at: names(rules) };
        }
    }
    for (index, rule) in rules.iter().enumerate() {
        let (found, to) = look(rule, routing, of);
        looked_at.push(Looked { rule: rule.name.clone(), holds: found.holds, why: found.sentence });
        if let Some(to) = to {
            let not_looked_at = names(&rules[index + 1..]);
            return Decision { rule: Some(rule.name.clone()), to, looked_at, not_looked_at };
        }
    }
    Decision { rule: None, to: RoutedTo::Nobody, looked_at, not_looked_at: Vec::new() }
}

fn stays(owner: &PersonId, of: &Situation<'_>) -> Found {
    let (staff, name) = (of.staff, of.staff.name(owner));
    match (staff.is_active(owner), staff.is_away(owner)) {
        (false, _) => Found::no(format!("{name} had it before, and has left")),
        (true, true) => Found::no(format!("{name} had it before, and is away")),
        (true, false) => Found::yes(format!("{name} has had it before")),
    }
}

/// What a rule says, and who gets the record if it matches.
fn look(rule: &Rule, routing: &Routing, of: &Situation<'_>) -> (Found, Option<RoutedTo>) {
    let territory = rule.territory.as_ref().map(|id| match routing.territories.get(id) {
        Some(territory) => territory.find(id, &routing.territory_fields, &of.facts),
        None => Found::no(format!("There is no territory {id}")),
    });
    let condition = rule.condition.as_ref().map(|condition| {
        let verdict = condition.evaluate(&of.facts, of.staff.now);
        let zone = of.facts.calendar.zone;
        Found { holds: verdict.holds(), sentence: verdict.sentence(zone, of.staff.now) }
    });
    let (target, to) = target(rule, of);
    let found: Vec<Found> = [territory, condition, target].into_iter().flatten().collect();
    let to = to.filter(|_| found.iter().all(|found| found.holds));
    (together(found), to)
}

/// What did not hold first.
fn together(found: Vec<Found>) -> Found {
    if found.is_empty() {
        return Found { holds: true, sentence: "It takes whatever comes this far.".to_owned() };
    }
    let (held, failed): (Vec<Found>, Vec<Found>) = found.into_iter().partition(|found| found.holds);
    let holds = failed.is_empty();
    let sentences: Vec<String> = failed.into_iter().chain(held).map(|found| found.sentence).collect();
    Found { holds, sentence: sentences.join(" ") }
}

fn target(rule: &Rule, of: &Situation<'_>) -> (Option<Found>, Option<RoutedTo>) {
    match &rule.to {
        Target::Pool(ask) => (None, Some(RoutedTo::Pool(ask.clone()))),
        Target::OwnerOf(link) => match owner_of(link, of) {
            Ok((found, to)) => (Some(found), Some(to)),
            Err(found) => (Some(found), None),
        },
        Target::Person(person) => match of.staff.somebody_for(person) {
            Some(acting) if acting == *person => (None, Some(RoutedTo::Person(acting))),
            Some(acting) => (Some(Found::yes(covers(of.staff, person, &acting))), Some(stand_in(acting, person))),
            // Nothing comes after the last resort: an owner who is away is better than none.
            None if rule.matches_all() => (None, Some(RoutedTo::Person(of.staff.acting_for(person)))),
            None => (Some(Found::no(nobody_for(of.staff, person))), None),
        },
    }
}

/// The owner of the record behind a link, or their stand-in.
fn owner_of(link: &str, of: &Situation<'_>) -> Result<(Found, RoutedTo), Found> {
    let name = link.replace('_', " ");
    let Some(linked) = of.facts.linked.get(link) else {
        return Err(Found::no(format!("The {} is linked to no {name}", of.facts.kind)));
    };
    let matched = of.matched.get(link).map(|way| format!(" ({name} {})", way.words())).unwrap_or_default();
    let Some(owner) = &linked.owner else { return Err(Found::no(format!("The {name} has no owner{matched}"))) };
    let staff = of.staff;
    if !staff.is_active(owner) {
        return Err(Found::no(format!("The {name}'s owner, {}, has left{matched}", staff.name(owner))));
    }
    match staff.somebody_for(owner) {
        Some(acting) if acting == *owner => {
            Ok((Found::yes(format!("The {name}'s owner is {}{matched}", staff.name(owner))), RoutedTo::Person(acting)))
        }
        Some(acting) => {
            let cover = covers(staff, owner, &acting);
            Ok((Found::yes(format!("The {name}'s owner: {cover}{matched}")), stand_in(acting, owner)))
        }
        None => Err(Found::no(format!("The {name}'s owner: {}{matched}", nobody_for(staff, owner)))),
    }
}

fn stand_in(person: PersonId, instead_of: &PersonId) -> RoutedTo {
    RoutedTo::StandIn { person, instead_of: instead_of.clone() }
}

fn covers(staff: Staff<'_>, person: &PersonId, acting: &PersonId) -> String {
    format!("{}, and {} stands in", absence(staff, person), staff.name(acting))
}

fn nobody_for(staff: Staff<'_>, person: &PersonId) -> String {
    format!("{}, and nobody stands in", absence(staff, person))
}

fn absence(staff: Staff<'_>, person: &PersonId) -> String {
    let why = if staff.is_active(person) { "is away" } else { "has left" };
    format!("{} {why}", staff.name(person))
}

#[cfg(test)]
mod tests;
