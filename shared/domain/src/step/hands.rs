use crate::{
    clock::SetBack,
    condition::Condition,
    duration::Span,
    effect::{Action, Recipient},
    id::{EventType, PersonId, PoolId, RouteId, SegmentId, TimerId},
    instant::Instant,
    step_path::StepPath,
    value::Fields,
};

use super::{NewTask, Outcome, Who};

/// All that a step may know and do where an execution has reached it.
///
/// A step never sees the record, the playbook or the changes that are being decided: what it needs is asked for here,
/// and what it wants is done here. `decide` has the one implementation; a test of a step brings its own.
pub trait Hands {
    /// The moment a span ends that begins now, in the organisation's working time; none if that is not within sight.
    fn after(&self, span: Span) -> Option<Instant>;

    /// The same for a wait that began by a clock that was ahead: what was left of it, from now on. Working time begins
    /// again whole, for what was left of it was counted on the hours of another day.
    fn after_set_back(&self, set_back: SetBack, span: Span) -> Option<Instant>;

    /// The first moment, now at the earliest, at which somebody of the pool works.
    fn next_opening(&self, pool: &PoolId) -> Option<Instant>;

    fn now(&self) -> Instant;

    /// The timer of this step in this execution; its firings differ by generation.
    fn timer(&self) -> TimerId;

    /// The generation of the timer that this execution waits with; 0 before the first.
    fn generation(&self) -> u32;

    /// Somebody as they are now; for a person who is absent, the one who acts for them. Else why there is nobody, in half
    /// a sentence.
    fn person(&self, who: &Who) -> Result<PersonId, String>;

    /// The same for a letter, which may also go to the record itself.
    fn recipient(&self, who: &Who) -> Result<Recipient, String>;

    /// Somebody as a sentence names them: people by name, places in words.
    fn called(&self, who: &Who) -> String;

    /// The entry after which an event counts for this execution: its last assignment, else its start.
    fn since(&self) -> u64;

    /// The entry of the latest event of this type, if it counts.
    fn seen(&self, event_type: &EventType) -> Option<u64>;

    /// The wait in whose missed branch this step stands and whose event has come after all, with the event's entry.
    fn contact_after_all(&self) -> Option<(StepPath, u64)>;

    /// A wait, here or around this step, is met by the event of that entry.
    fn wait_is_met(&mut self, wait: &StepPath, by_seq: u64);

    /// The event has not come within this time.
    fn wait_is_missed(&mut self, event_type: &EventType, within: Span);

    /// Whether a condition holds of the record as it is now. The branch of that name is taken, and the reason is kept.
    fn choose(&mut self, condition: &Condition, then: &'static str, otherwise: &'static str) -> &'static str;

    /// Sets fields of the record. Values that it has already are no change.
    fn set(&mut self, fields: Fields);

    fn join(&mut self, segment: &SegmentId);

    fn open_task(&mut self, task: &NewTask);

    /// Asks for an effect, once for this step of this execution.
    fn send(&mut self, action: Action);

    /// Tells a person something; the text has merge fields.
    fn notify(&mut self, person: PersonId, text: &str);

    /// Asks the person who takes this workflow's exceptions to look.
    fn raise(&mut self, title: &str);

    /// Asks a pool for an owner. A record that has one may keep them.
    fn assign_from(&mut self, pool: &PoolId, keep_owner: bool, skills: &[String]) -> Outcome;

    /// Assigns by the first rule of a route that matches.
    fn assign_by_route(&mut self, route: &RouteId, keep_owner: bool, skills: &[String]) -> Outcome;

    /// Asks a pool, or the one that the record came by, for somebody who has not had the record yet.
    fn reassign_from(&mut self, pool: Option<&PoolId>, skills: &[String]) -> Outcome;

    /// Makes somebody the owner without asking a pool.
    fn reassign_to(&mut self, person: PersonId, reason: &str) -> Outcome;

    /// The branch for "nobody available" has ended: the request may still be awaited.
    fn await_owner(&self) -> Outcome;

    /// Whether a step around this one awaits an owner from the pool.
    fn awaits_owner_from(&self, pool: &PoolId) -> bool;

    /// Where this step stands.
    fn at(&self) -> &StepPath;
}
