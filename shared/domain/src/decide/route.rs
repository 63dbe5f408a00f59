//! How a step finds an owner by a route.

use super::{Assigned, Wanted, hands::AtStep};
use crate::{
    history::{RequestChange, RequestKind},
    id::{PersonId, PoolId, RouteId},
    rotation::Candidates,
    route::{Decision, decide},
    routing::{Ask, IfNobody, RoutedTo, Routing},
    step::{Hands, Outcome},
};

impl<'c> AtStep<'_, 'c> {
    /// Decides a route and acts on it: a pool is asked, or a person gets the record at once.
    pub(super) fn route(&mut self, route: &RouteId, keep_owner: bool, skills: &[String]) -> Outcome {
        let Some(routing) = self.routing(route) else {
            self.raise(&format!("Assign this record by hand: there is no route {route}"));
            return Outcome::Done;
        };
        let owner = self.turn.head.owner.as_ref().filter(|_| keep_owner).map(|owner| owner.person.clone());
        let rules = &routing.routes[route];
        let decision = decide(rules, routing, &self.turn.situation(owner.as_ref()));
        // A person whom a rule names comes under the last rule's pool: after a missed call its next member is asked.
        let last_resort = rules.last().and_then(|rule| rule.pool()).cloned();
        self.tell(route, &decision);
        self.follow(route, decision, last_resort, skills)
    }

    /// The active routes, as pools are the active ones; the pinned where this one is gone from those.
    fn routing(&self, route: &RouteId) -> Option<&'c Routing> {
        let active = &self.turn.context.plan.playbook.routing;
        let pinned = || self.turn.pinned(self.execution).map(|playbook| &playbook.routing);
        let has = |routing: &&Routing| routing.routes.contains_key(route);
        Some(active).filter(has).or_else(|| pinned().filter(has))
    }

    fn tell(&mut self, route: &RouteId, decision: &Decision) {
        let Decision { rule, to, looked_at, not_looked_at } = decision.clone();
        let (execution, step, route) = (self.execution.clone(), self.at.clone(), route.clone());
        self.turn.emit(RequestChange::Routed { execution, step, route, rule, to, looked_at, not_looked_at });
    }

    fn follow(
        &mut self,
        route: &RouteId,
        decision: Decision,
        last_resort: Option<PoolId>,
        skills: &[String],
    ) -> Outcome {
        let by = format!("rule \u{201c}{}\u{201d} of route {route}", decision.rule.unwrap_or_default());
        match decision.to {
            RoutedTo::Kept(person) => self.keep(person, skills),
            RoutedTo::Pool(ask) => {
                self.request_owner(RequestKind::Assign, ask, Wanted { skills: skills.to_vec(), ..Wanted::default() })
            }
            RoutedTo::Person(person) => self.give(person, by, last_resort),
            RoutedTo::StandIn { person, instead_of } => {
                let by = format!("{by}, standing in for {}", self.turn.staff().name(&instead_of));
                self.give(person, by, last_resort)
            }
            RoutedTo::Nobody => {
                let title = format!("Assign this record by hand: no rule of route {route} matches it");
                self.raise(&title);
                Outcome::Done
            }
        }
    }

    /// After a person who misses it comes the next of the route's last resort.
    fn give(&mut self, person: PersonId, why: String, last_resort: Option<PoolId>) -> Outcome {
        self.assign(Assigned::by_rule(person, &why).under(last_resort, Candidates::default()))
    }

    /// As a pool keeps a returning record's owner: not while its doors are closed.
    fn keep(&mut self, person: PersonId, skills: &[String]) -> Outcome {
        let pool = self.turn.head.owner.as_ref().and_then(|owner| owner.pool.clone());
        match pool.filter(|pool| self.turn.context.plan.playbook.pools.contains_key(pool)) {
            Some(pool) => {
                let ask = Ask { pool, if_nobody: IfNobody::Wait };
                let wanted = Wanted { skills: skills.to_vec(), keep: Some(person), ..Wanted::default() };
                self.request_owner(RequestKind::Assign, ask, wanted)
            }
            None => self.assign(Assigned::by_rule(person, "who has had it before")),
        }
    }
}
