//! A sheet's answers as text and as JSON.

use std::collections::BTreeMap;

use domain::{id::RouteId, plural::counted, routing::RoutedTo};
use serde_json::{Value as Json, json};

use super::{Answer, compare::destination};

/// One row: where it goes, what every rule said, and what differs from what was expected.
pub fn text(answer: &Answer) -> Vec<String> {
    let decision = &answer.decision;
    let rule = decision.rule.as_deref().unwrap_or("no rule matched");
    let case = if answer.case.is_empty() { String::new() } else { format!("{}: ", answer.case) };
    let mut lines = vec![format!("line {}  {case}{} by \u{201c}{rule}\u{201d}", answer.line, whole(&decision.to))];
    lines.extend(answer.matched.iter().map(|told| format!("  · {told}")));
    for looked in &decision.looked_at {
        let mark = if looked.holds { '✓' } else { '✗' };
        lines.push(format!("  {mark} {}: {}", looked.rule, looked.why));
    }
    if !decision.not_looked_at.is_empty() {
        lines.push(format!("  · not looked at: {}", decision.not_looked_at.join(", ")));
    }
    for found in &answer.differences {
        lines.push(format!(
            "  ! expected {} \u{201c}{}\u{201d}, found \u{201c}{}\u{201d}",
            found.what, found.expected, found.found
        ));
    }
    lines
}

/// `pool enterprise, if nobody is available pool inbound`.
fn whole(to: &RoutedTo) -> String {
    let RoutedTo::Pool(ask) = to else { return destination(to).0 };
    let pools = ask.pools().map(|pool| format!("pool {pool}"));
    let person = ask.person().map(ToString::to_string);
    pools.chain(person).collect::<Vec<_>>().join(", if nobody is available ")
}

/// How many went where, and how many were not as expected.
pub fn summary(answers: &[Answer]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for answer in answers {
        *counts.entry(destination(&answer.decision.to).0).or_default() += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(to, count)| format!("{to} {count}")).collect();
    let differ = answers.iter().filter(|answer| !answer.differences.is_empty()).count();
    let differ = if differ == 0 { String::new() } else { format!("; {differ} not as expected") };
    format!("{}: {}{differ}", counted(answers.len(), "row"), counts.join(", "))
}

/// The same for programs.
pub fn document(route: &RouteId, answers: &[Answer]) -> Json {
    let row = |answer: &Answer| {
        let decision = &answer.decision;
        json!({
            "line": answer.line,
            "case": answer.case,
            "matched": answer.matched,
            "rule": decision.rule,
            "to": decision.to,
            "looked_at": decision.looked_at,
            "not_looked_at": decision.not_looked_at,
            "differences": answer.differences,
        })
    };
    json!({ "route": route, "rows": answers.iter().map(row).collect::<Vec<Json>>(), "summary": summary(answers) })
}
