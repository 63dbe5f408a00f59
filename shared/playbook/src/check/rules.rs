//! What the rules of one route do to each other: which never match, where order alone decides, what is left over.

use std::collections::BTreeSet;

use domain::{
    country::Country,
    routing::{Routing, Rule, Target},
};

use super::territories::{gap, includes, overlap};
use crate::{
    code,
    read::Report,
    yaml::{Entry, Node},
};

pub(super) fn check(routing: &Routing, rules: &[Rule], route: &Entry, report: &mut Report<'_>) {
    let nodes = route.value.items();
    check_fallback(rules, route, report);
    for (index, (rule, node)) in rules.iter().zip(nodes).enumerate() {
        let before = &rules[..index];
        check_name(rule, before, node, report);
        match before.iter().find(|earlier| covers(routing, earlier, rule)) {
            Some(earlier) => report_unreachable(earlier, rule, node, report),
            None => check_overlaps(routing, before, rule, node, report),
        }
    }
    check_gaps(routing, rules, nodes, report);
}

fn check_fallback(rules: &[Rule], route: &Entry, report: &mut Report<'_>) {
    if rules.last().is_some_and(Rule::matches_all) {
        return;
    }
    let last = route.value.items().last();
    let at = last.map_or(route.key_place, |rule| rule.reach(&["rule"]).place);
    let message = "the last rule must take whatever is left: a pool or a person, with no territory and no condition";
    report.error(at, code::NO_FALLBACK, message, Some("- { rule: Everything else, pool: … }".to_owned()));
}

fn check_name(rule: &Rule, before: &[Rule], node: &Node, report: &mut Report<'_>) {
    if before.iter().any(|earlier| earlier.name == rule.name) {
        let message = "another rule of this route has this name, and explanations name a rule by it";
        report.error(node.reach(&["rule"]).place, code::DUPLICATE_NAME, message, None);
    }
}

/// Whether a rule takes everything that a later one could. Two at a time: what takes three rules to see is not found.
fn covers(routing: &Routing, earlier: &Rule, later: &Rule) -> bool {
    let always_takes = match &earlier.to {
        Target::Pool(_) => true,
        // Without an owner, or with nobody to stand in, the next rule has its turn.
        Target::OwnerOf(_) => earlier.to == later.to,
        Target::Person(_) => earlier.matches_all() || earlier.to == later.to,
    };
    let territory = match (&earlier.territory, &later.territory) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(outer), Some(inner)) => {
            let known = |id| routing.territories.get(id);
            known(outer).zip(known(inner)).is_some_and(|(outer, inner)| includes(outer, inner))
        }
    };
    let condition = match (&earlier.condition, &later.condition) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(earlier), Some(later)) => later.implies(earlier),
    };
    always_takes && territory && condition
}

fn report_unreachable(earlier: &Rule, rule: &Rule, node: &Node, report: &mut Report<'_>) {
    let name = &earlier.name;
    let same = earlier.territory == rule.territory && earlier.condition == rule.condition;
    let why = match (earlier.matches_all(), same) {
        (true, _) => format!("\u{201c}{name}\u{201d} comes first and takes everything"),
        (false, true) if earlier.to != rule.to => {
            format!("\u{201c}{name}\u{201d} comes first, has the same conditions and gives it to somebody else")
        }
        (false, true) => format!("\u{201c}{name}\u{201d} before it is the same rule"),
        (false, false) => format!("\u{201c}{name}\u{201d} comes first and takes everything that it would match"),
    };
    let at = node.reach(&["rule"]).place;
    report.error(at, code::RULE_UNREACHABLE, format!("this rule never matches: {why}"), None);
}

/// Where the later of two rules might be meant, and only its place says that it is not.
fn check_overlaps(routing: &Routing, before: &[Rule], rule: &Rule, node: &Node, report: &mut Report<'_>) {
    let Some((id, territory)) = territory_of(routing, rule) else { return };
    for earlier in before.iter().filter(|earlier| earlier.to != rule.to && !covers(routing, rule, earlier)) {
        let Some((other_id, other)) = territory_of(routing, earlier) else { continue };
        let apart =
            earlier.condition.as_ref().zip(rule.condition.as_ref()).is_some_and(|(one, other)| one.excludes(other));
        if id == other_id || apart {
            continue;
        }
        if let Some(part) = overlap(other, territory) {
            let message = format!(
                "{part} is in both {other_id} and {id}; the earlier rule, \u{201c}{}\u{201d}, wins",
                earlier.name
            );
            report.warning(node.reach(&["territory"]).place, code::TERRITORIES_OVERLAP, message, None);
        }
    }
}

fn territory_of<'r>(
    routing: &'r Routing,
    rule: &'r Rule,
) -> Option<(&'r domain::id::TerritoryId, &'r domain::routing::Territory)> {
    let id = rule.territory.as_ref()?;
    Some((id, routing.territories.get(id)?))
}

fn check_gaps(routing: &Routing, rules: &[Rule], nodes: &[Node], report: &mut Report<'_>) {
    let territories = || rules.iter().filter_map(|rule| territory_of(routing, rule));
    let countries: BTreeSet<&Country> = territories().flat_map(|(_, territory)| &territory.countries).collect();
    let (Some(last), Some(first)) = (rules.last(), rules.iter().position(|rule| rule.territory.is_some())) else {
        return;
    };
    for country in countries {
        if let Some(gap) = gap(routing, rules, country) {
            let code = country.code();
            let message =
                format!("{code} {gap} is in no territory of this route and goes on to \u{201c}{}\u{201d}", last.name);
            report.warning(nodes[first].reach(&["territory"]).place, code::TERRITORY_GAP, message, None);
        }
    }
}
