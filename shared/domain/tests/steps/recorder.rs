use domain::{
    clock::SetBack,
    condition::Condition,
    duration::Span,
    effect::{Action, Recipient},
    id::{EventType, PersonId, PoolId, RouteId, SegmentId, TimerId},
    instant::Instant,
    step::{Hands, NewTask, Outcome, Who},
    step_path::StepPath,
    value::Fields,
};

/// Hands that write down what a step does with them. Everybody but `nobody` is found, every condition holds, and no
/// event has come.
pub struct Recorder {
    pub done: Vec<String>,
    /// The latest event that counts, by its entry.
    pub seen: Option<u64>,
    pub at: StepPath,
}

impl Recorder {
    pub fn new() -> Self {
        Self { done: Vec::new(), seen: None, at: StepPath::first_of("then").enter("if_missed") }
    }

    fn note(&mut self, what: String) -> Outcome {
        self.done.push(what);
        Outcome::Unmoved
    }
}

/// Monday, 09:00.
pub fn now() -> Instant {
    Instant::parse("2026-03-02T09:00Z").expect("a moment")
}

impl Hands for Recorder {
    fn after(&self, span: Span) -> Option<Instant> {
        Some(now().plus_minutes(if span == Span::minutes(15) { 15 } else { 3 * 24 * 60 }))
    }

    fn after_set_back(&self, set_back: SetBack, _: Span) -> Option<Instant> {
        Some(set_back.to)
    }

    fn next_opening(&self, _: &PoolId) -> Option<Instant> {
        Some(now().plus_minutes(60))
    }

    fn now(&self) -> Instant {
        now()
    }

    fn timer(&self) -> TimerId {
        TimerId::new("tim_1")
    }

    fn generation(&self) -> u32 {
        1
    }

    fn person(&self, who: &Who) -> Result<PersonId, String> {
        match who {
            Who::Named(name) if name == "nobody" => Err("they are not there".to_owned()),
            who => Ok(PersonId::new(who.to_string())),
        }
    }

    fn recipient(&self, who: &Who) -> Result<Recipient, String> {
        match who {
            Who::Named(name) if name == "lead" => Ok(Recipient::Record),
            who => self.person(who).map(Recipient::Person),
        }
    }

    fn called(&self, who: &Who) -> String {
        format!("<{who}>")
    }

    fn since(&self) -> u64 {
        1
    }

    fn seen(&self, _: &EventType) -> Option<u64> {
        self.seen
    }

    fn contact_after_all(&self) -> Option<(StepPath, u64)> {
        Some((self.at.parent()?.0, self.seen?))
    }

    fn wait_is_met(&mut self, wait: &StepPath, by_seq: u64) {
        self.done.push(format!("{wait} is met by {by_seq}"));
    }

    fn wait_is_missed(&mut self, event_type: &EventType, _: Span) {
        self.done.push(format!("{event_type} is missed"));
    }

    fn choose(&mut self, condition: &Condition, then: &'static str, _: &'static str) -> &'static str {
        self.done.push(format!("{condition} holds"));
        then
    }

    fn set(&mut self, fields: Fields) {
        self.done.extend(fields.iter().map(|(name, value)| format!("{name} = {value}")));
    }

    fn join(&mut self, segment: &SegmentId) {
        self.done.push(format!("join {segment}"));
    }

    fn open_task(&mut self, task: &NewTask) {
        self.done.push(format!("task {} for {}", task.title, task.assigned_to));
    }

    fn send(&mut self, action: Action) {
        self.done.push(match action {
            Action::SendEmail { to: Recipient::Record, from, template } => {
                format!("send {template} to the record, from {from:?}")
            }
            other => panic!("no step sends {other:?}"),
        });
    }

    fn notify(&mut self, person: PersonId, text: &str) {
        self.done.push(format!("tell {person} {text}"));
    }

    fn raise(&mut self, title: &str) {
        self.done.push(title.to_owned());
    }

    fn assign_from(&mut self, pool: &PoolId, keep_owner: bool, skills: &[String]) -> Outcome {
        self.note(format!("ask {pool}, keep {keep_owner}, {skills:?}"))
    }

    fn assign_by_route(&mut self, route: &RouteId, keep_owner: bool, skills: &[String]) -> Outcome {
        self.note(format!("route {route}, keep {keep_owner}, {skills:?}"))
    }

    fn reassign_from(&mut self, pool: Option<&PoolId>, skills: &[String]) -> Outcome {
        self.note(format!("ask {pool:?} for another, {skills:?}"))
    }

    fn reassign_to(&mut self, person: PersonId, reason: &str) -> Outcome {
        self.note(format!("give to {person}: {reason}"))
    }

    fn await_owner(&self) -> Outcome {
        Outcome::Unmoved
    }

    fn awaits_owner_from(&self, _: &PoolId) -> bool {
        false
    }

    fn at(&self) -> &StepPath {
        &self.at
    }
}
