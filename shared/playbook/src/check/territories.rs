//! Territories: countries, postal codes, and the fields that tell them.

use domain::{
    condition::FieldPath,
    country::Country,
    id::TerritoryId,
    nearest::nearest,
    routing::{PostalRange, Routing, Rule, Territory},
};

use super::{
    filled::{Filled, Filling},
    names::{check_name, unless_near},
};
use crate::{
    code,
    read::Report,
    sections::Draft,
    yaml::{Entry, Node},
};

pub(super) fn check(draft: &Draft, filled: &Filled, tree: &Node, report: &mut Report<'_>) {
    check_fields(draft, filled, tree, report);
    for entry in tree.get("territories").into_iter().flat_map(Node::entries) {
        check_name(&entry.key, &[], entry.key_place, report);
        let id = TerritoryId::from(entry.key.as_str());
        let Some(territory) = draft.routing.territories.get(&id) else { continue };
        check_countries(territory, entry, report);
        check_told(&draft.routing, territory, entry, report);
    }
}

fn check_fields(draft: &Draft, filled: &Filled, tree: &Node, report: &mut Report<'_>) {
    let Some(schema) = &draft.schema else { return };
    let fields = &draft.routing.territory_fields;
    let is_known = |path: &FieldPath| {
        schema.kinds.keys().any(|kind| schema.field(kind.as_str(), path).is_some())
            || draft.names.fields.contains(&path.to_string())
    };
    for (key, paths) in [("country", &fields.country), ("postal_code", &fields.postal_code), ("region", &fields.region)]
    {
        for (index, path) in paths.iter().enumerate() {
            let at = tree.reach(&["territory_fields", key, &index.to_string()]).place;
            let text = path.to_string();
            if is_known(path) {
                if schema.kinds.contains_key(&path.root.as_str().into()) && is_never_filled(filled, path) {
                    let message = format!("no form, scoring rule or update fills {text}, so it tells no territory");
                    report.warning(at, code::FIELD_NEVER_FILLED, message, None);
                }
                continue;
            }
            let meant = nearest(&text, draft.names.fields.iter().map(String::as_str));
            let there = unless_near(meant, draft.names.fields.iter().map(String::as_str));
            let message = format!("{text} is not a field of schema.yaml{there}");
            report.error(at, code::UNKNOWN_FIELD, message, meant.map(str::to_owned));
        }
    }
}

fn is_never_filled(filled: &Filled, path: &FieldPath) -> bool {
    filled.filling(&path.root.as_str().into(), &path.field) == Filling::Never
}

fn check_countries(territory: &Territory, entry: &Entry, report: &mut Report<'_>) {
    if territory.countries.is_empty() {
        let message = "a territory needs at least one country, for example countries: [DE]";
        return report.error(entry.key_place, code::TERRITORY_EMPTY, message, None);
    }
    for (index, country) in territory.countries.iter().enumerate() {
        let code = country.code();
        if !code.is_empty() && !country.is_known() {
            let at = entry.value.reach(&["countries", &index.to_string()]).place;
            let meant = Country::meant(code).map(|meant| quoted(meant.code()));
            let example = if meant.is_none() { ", such as DE for Germany" } else { "" };
            let message = format!("`{code}` is not a country's code of two capital letters (ISO 3166){example}");
            report.error(at, code::UNKNOWN_COUNTRY, message, meant);
        }
    }
}

/// What another reader of YAML would take for yes or no keeps its quotes.
fn quoted(code: &str) -> String {
    if code == "NO" { format!("\"{code}\"") } else { code.to_owned() }
}

/// Whether something says where a record is from, as far as the territory asks.
fn check_told(routing: &Routing, territory: &Territory, entry: &Entry, report: &mut Report<'_>) {
    let fields = &routing.territory_fields;
    let asked = [
        ("country", fields.country.is_empty()),
        ("postal_code", fields.postal_code.is_empty() && !territory.postal_codes.is_empty()),
        ("region", fields.region.is_empty() && !territory.regions.is_empty()),
    ];
    for (field, _) in asked.into_iter().filter(|(_, untold)| *untold) {
        let message = format!("territory_fields does not say which field holds the {}", field.replace('_', " "));
        let suggestion = format!("territory_fields: {{ {field}: [lead.{field}] }}");
        report.error(entry.key_place, code::TERRITORY_UNTOLD, message, Some(suggestion));
    }
}

/// Whether everything in `inner` lies in `outer`.
pub(super) fn includes(outer: &Territory, inner: &Territory) -> bool {
    let ranges = || inner.postal_codes.iter().all(|own| outer.postal_codes.iter().any(|range| range.includes(own)));
    let regions = || inner.regions.iter().all(|own| outer.regions.contains(own));
    inner.countries.iter().all(|country| outer.countries.contains(country))
        && (outer.is_whole() || !inner.is_whole() && ranges() && regions())
}

/// A part that lies in both: `DE 80000-87999`.
pub(super) fn overlap(one: &Territory, other: &Territory) -> Option<String> {
    let country = one.countries.iter().find(|country| other.countries.contains(country))?.code();
    let part = |territory: &Territory| {
        let range = territory.postal_codes.first().map(PostalRange::to_string);
        range.or_else(|| territory.regions.first().cloned())
    };
    let within = match (one.is_whole(), other.is_whole()) {
        (true, true) => return Some(country.to_owned()),
        (true, false) => part(other),
        (false, true) => part(one),
        (false, false) => {
            let common = |range: &PostalRange| other.postal_codes.iter().find_map(|own| range.common(own));
            let range = one.postal_codes.iter().find_map(common).map(|range| range.to_string());
            range.or_else(|| one.regions.iter().find(|region| other.regions.contains(region)).cloned())
        }
    };
    within.map(|within| format!("{country} {within}"))
}

/// The first postal codes that lie between those of a route's territories in one country and are in none.
pub(super) fn gap(routing: &Routing, rules: &[Rule], country: &Country) -> Option<PostalRange> {
    let used: Vec<(&TerritoryId, &Territory)> = rules
        .iter()
        .filter_map(|rule| rule.territory.as_ref())
        .filter_map(|id| Some((id, routing.territories.get(id)?)))
        .filter(|(_, territory)| territory.countries.contains(country))
        .collect();
    let is_divided = used.iter().any(|(id, _)| *id != used[0].0);
    if !is_divided || used.iter().any(|(_, territory)| territory.is_whole()) {
        return None;
    }
    let mut ranges: Vec<&PostalRange> = used.iter().flat_map(|(_, territory)| &territory.postal_codes).collect();
    let width = ranges.iter().map(|range| range.width()).max()?;
    ranges.sort_by_key(|range| range.ends(width));
    let mut last = *ranges.first()?;
    for range in ranges {
        if let Some(gap) = last.gap_to(range) {
            return Some(gap);
        }
        if range.ends(width).1 > last.ends(width).1 {
            last = range;
        }
    }
    None
}
