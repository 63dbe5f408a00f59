use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    LineKind, Voice,
    change::{Phrase, Scene},
};
use crate::{
    history::{Change, Entry, OwnerChange, RequestChange},
    id::{ExecutionId, RequestId, RouteId},
    routing::{IfNobody, Looked, RoutedTo},
    step_path::StepPath,
};

/// One decision by a route, with what each of its rules said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Routed {
    pub route: RouteId,
    /// The rule that matched, or the owner so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    pub rules: Vec<ExplainedRule>,
}

/// One rule's part in a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedRule {
    pub rule: String,
    /// None where the decision came before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<bool>,
    pub why: String,
}

impl Routed {
    /// What a change says of a route, if it is about one.
    pub fn of(change: &Change) -> Option<Self> {
        let Change::Request(RequestChange::Routed { route, rule, looked_at, not_looked_at, .. }) = change else {
            return None;
        };
        Some(Self { route: route.clone(), rule: rule.clone(), rules: rules(looked_at, not_looked_at) })
    }
}

/// Every rule of a decision, in the route's order.
pub(super) fn rules(looked_at: &[Looked], not_looked_at: &[String]) -> Vec<ExplainedRule> {
    let looked = looked_at.iter().map(|looked| {
        let Looked { rule, holds, why } = looked.clone();
        ExplainedRule { rule, holds: Some(holds), why }
    });
    let rest = not_looked_at.iter().map(|rule| {
        let why = "Not looked at.".to_owned();
        ExplainedRule { rule: rule.clone(), holds: None, why }
    });
    looked.chain(rest).collect()
}

/// `Routed to pool enterprise by “Enterprise in DACH” (route inbound)`, and every rule beneath.
pub(super) fn routed(change: &RequestChange, scene: Scene<'_>) -> Phrase {
    let RequestChange::Routed { route, rule, to, looked_at, not_looked_at, .. } = change else {
        return Phrase::nowhere(LineKind::Owner, "");
    };
    let rule = rule.as_deref().unwrap_or_default();
    let by = format!("by \u{201c}{rule}\u{201d} (route {route})");
    let looked = looked_at.iter().map(|looked| format!("{}: {}", looked.rule, looked.why));
    let rest = (!not_looked_at.is_empty()).then(|| format!("Not looked at: {}", not_looked_at.join(", ")));
    let lines = looked.chain(rest).collect();
    match to {
        RoutedTo::Nobody => Phrase::line(LineKind::Attention, format!("No rule of route {route} matches")).with(lines),
        to => Phrase::line(LineKind::Owner, format!("Routed to {} {by}", destination(to, scene.voice))).with(lines),
    }
}

/// `pool enterprise, else pool inbound`, or a person's name.
pub(super) fn destination(to: &RoutedTo, voice: &Voice<'_>) -> String {
    match to {
        RoutedTo::Kept(person) | RoutedTo::Person(person) | RoutedTo::StandIn { person, .. } => {
            voice.person(person).to_owned()
        }
        RoutedTo::Pool(ask) => {
            let pools = ask.pools().map(|pool| format!("pool {pool}"));
            let person = ask.person().map(|person| voice.person(person).to_owned());
            pools.chain(person).collect::<Vec<_>>().join(", else ")
        }
        RoutedTo::Nobody => "nobody".to_owned(),
    }
}

/// Which route lies behind which assignment.
#[derive(Default)]
pub(super) struct Routes<'e> {
    routed: BTreeMap<(&'e ExecutionId, &'e StepPath), &'e Change>,
    requests: BTreeMap<&'e RequestId, (&'e ExecutionId, &'e StepPath)>,
}

impl<'e> Routes<'e> {
    pub(super) fn take(&mut self, change: &'e Change) {
        match change {
            Change::Request(RequestChange::Routed { execution, step, .. }) => {
                self.routed.insert((execution, step), change);
            }
            Change::Request(RequestChange::Asked { request, execution, step, .. }) => {
                self.requests.insert(request, (execution, step));
            }
            _ => {}
        }
    }

    /// The route that led to the assignment at a place of an entry.
    pub(super) fn behind(&self, entry: &'e Entry, index: usize) -> Option<Routed> {
        let Change::Owner(OwnerChange::Assigned { request, by: None, .. }) = &entry.changes[index] else { return None };
        if let Some(request) = request {
            return self.of_request(request);
        }
        // A rule gave it to a person: at once, or when the pool it named first had nobody.
        let before = index.checked_sub(1).and_then(|before| Routed::of(&entry.changes[before]));
        before.or_else(|| {
            let served =
                entry.before.requests.iter().find(|asked| has_person(&asked.if_nobody) && asked.is_awaited())?;
            self.of_request(&served.id)
        })
    }

    fn of_request(&self, request: &RequestId) -> Option<Routed> {
        Routed::of(self.routed.get(self.requests.get(request)?)?)
    }
}

fn has_person(if_nobody: &IfNobody) -> bool {
    matches!(if_nobody, IfNobody::Person(_))
}
