//! The search: every state that can be reached, once.

use std::{collections::HashMap, fmt, sync::Arc};

use crate::{
    case::{Case, Grain},
    choice::{Choice, How},
    fingerprint,
    handler::{Handler, Step},
    ports::Free,
    rules,
    world::{Body, Errand, World},
};

/// What was explored.
#[derive(Debug, Clone, Copy, Default)]
pub struct Explored {
    /// Different states.
    pub states: usize,
    /// Ways from one state to the next.
    pub steps: u64,
    /// Different states in which nothing is on its way any more: in each the rules hold.
    pub ends: u64,
    /// Runs from the start to an end, those that share states counted one by one.
    pub runs: f64,
}

/// A run that breaks a rule.
#[derive(Debug)]
pub struct Violation {
    pub rule: String,
    /// What happened, in order.
    pub trail: Vec<String>,
}

/// Explores a case to its end, or to the first run that breaks a rule.
pub fn explore(case: &Case) -> Result<Explored, Violation> {
    let mut search = Search { case, seen: HashMap::new(), trail: Vec::new(), explored: Explored::default() };
    let start = State { world: case.world.clone(), busy: Vec::new(), faults: case.faults };
    match search.visit(start) {
        Ok(runs) => Ok(Explored { states: search.seen.len(), runs, ..search.explored }),
        Err(rule) => Err(Violation { rule, trail: search.trail.iter().map(ToString::to_string).collect() }),
    }
}

#[derive(Clone)]
struct State {
    world: World,
    busy: Vec<Handler>,
    /// How many more things may go wrong.
    faults: u32,
}

struct Search<'c> {
    case: &'c Case,
    /// How many runs there are from each state on.
    seen: HashMap<u64, f64>,
    trail: Vec<Choice>,
    explored: Explored,
}

impl Search<'_> {
    /// The number of runs from here, or the rule that one of them breaks.
    fn visit(&mut self, state: State) -> Result<f64, String> {
        let fingerprint = state.fingerprint();
        if let Some(runs) = self.seen.get(&fingerprint) {
            return Ok(*runs);
        }
        let choices = state.choices(self.case);
        let mut runs = 0.0;
        if choices.is_empty() {
            rules::broken(&state.world).map_or(Ok(()), Err)?;
            self.explored.ends += 1;
            runs = 1.0;
        }
        for choice in choices {
            self.explored.steps += 1;
            self.trail.push(choice.clone());
            runs += self.visit(state.clone().after(choice, self.case)?)?;
            self.trail.pop();
        }
        self.seen.insert(fingerprint, runs);
        Ok(runs)
    }
}

impl State {
    fn fingerprint(&self) -> u64 {
        let busy = fingerprint::of_any_order(self.busy.iter().map(Handler::fingerprint));
        fingerprint::of(&(self.world.fingerprint(), busy, self.faults))
    }

    fn choices(&self, case: &Case) -> Vec<Choice> {
        // What only follows up commutes with all that others do, so nobody else has to come in between.
        let alone = |handler: &Handler| case.grain == Grain::Handlers || handler.stands.follows_up();
        match self.busy.iter().position(alone) {
            Some(worker) => self.calls_of(worker),
            None => {
                let calls = (0..self.busy.len()).flat_map(|worker| self.calls_of(worker));
                calls.chain(self.starts(case)).collect()
            }
        }
    }

    fn calls_of(&self, worker: usize) -> Vec<Choice> {
        let handler = &self.busy[worker];
        let choice = |how| {
            let of = Arc::clone(&handler.errands[0]);
            Choice::Call { worker, of, call: handler.stands, how }
        };
        let mut choices = vec![choice(How::Well)];
        if self.faults > 0 && handler.stands.can_fail() {
            choices.extend([choice(How::NotDone), choice(How::AnswerLost)]);
        }
        choices
    }

    fn starts(&self, case: &Case) -> Vec<Choice> {
        let mut waiting: Vec<&Arc<Errand>> = self.world.waiting.iter().collect();
        waiting.sort_by_key(|errand| errand.fingerprint);
        waiting.dedup_by_key(|errand| errand.fingerprint);
        let is_free =
            |assign: bool| self.busy.iter().filter(|handler| handler.is_assign() == assign).count() < case.workers;
        let mut choices = Vec::new();
        for errand in &waiting {
            match &errand.body {
                Body::Publish(_) => choices.push(Choice::Publish(Arc::clone(errand))),
                body if is_free(matches!(body, Body::Assign(_))) => {
                    let start = |copy| Choice::Start { errands: vec![Arc::clone(errand)], copy };
                    choices.push(start(false));
                    choices.extend((self.faults > 0).then(|| start(true)));
                }
                _ => {}
            }
        }
        if case.batches && is_free(true) {
            choices.extend(pairs(&waiting));
        }
        choices
    }

    fn after(mut self, choice: Choice, case: &Case) -> Result<Self, String> {
        let free = self.free(case, &choice);
        let world = &mut self.world;
        match choice {
            Choice::Publish(errand) => {
                take(world, &errand);
                if let Body::Publish(plan) = &errand.body {
                    world.publish(plan);
                }
                Ok(self)
            }
            Choice::Start { errands, copy } => {
                for errand in &errands {
                    take(world, errand);
                }
                if copy {
                    world.waiting.push(Arc::clone(&errands[0]));
                    self.faults -= 1;
                }
                let (world, step) = Handler::start(errands.clone(), self.world.clone(), free);
                Self { world, ..self }.with(step, errands, How::Well)
            }
            Choice::Call { worker, how, .. } => {
                let handler = self.busy.remove(worker);
                self.faults -= u32::from(how != How::Well);
                let errands = handler.errands.clone();
                let (world, step) = handler.go_on(self.world.clone(), how, free);
                Self { world, ..self }.with(step, errands, how)
            }
        }
    }

    /// `errands` come again if the handler failed.
    fn with(mut self, step: Step, errands: Vec<Arc<Errand>>, how: How) -> Result<Self, String> {
        match step {
            Step::Stands(handler) => self.busy.push(handler),
            Step::Done => {}
            Step::Failed(error) if how == How::Well => return Err(format!("it fails and nothing went wrong: {error}")),
            Step::Failed(_) => self.world.waiting.extend(errands),
        }
        Ok(self)
    }

    fn free(&self, case: &Case, choice: &Choice) -> Free {
        let taken = match choice {
            Choice::Start { errands, .. } => errands.as_slice(),
            Choice::Call { .. } | Choice::Publish(_) => &[],
        };
        let at_work = self.busy.iter().flat_map(|handler| &handler.errands).chain(taken);
        let anybody_away = self.world.waiting.iter().chain(at_work).any(|errand| errand.is_away());
        let publishes = self.world.waiting.iter().any(|errand| matches!(errand.body, Body::Publish(_)));
        Free {
            all: case.grain == Grain::Handlers,
            active: !publishes,
            time_off: !anybody_away,
            faultless: self.faults == 0,
        }
    }
}

/// Every two messages of one pool, to be handled at once.
fn pairs(waiting: &[&Arc<Errand>]) -> Vec<Choice> {
    let of_pool: Vec<_> =
        waiting.iter().filter(|errand| matches!(errand.body, Body::Assign(_)) && !errand.is_away()).collect();
    let mut pairs = Vec::new();
    for (at, first) in of_pool.iter().enumerate() {
        for second in &of_pool[at + 1..] {
            pairs.push(Choice::Start { errands: vec![Arc::clone(first), Arc::clone(second)], copy: false });
        }
    }
    pairs
}

fn take(world: &mut World, errand: &Arc<Errand>) {
    let at = world.waiting.iter().position(|waiting| waiting.fingerprint == errand.fingerprint);
    world.waiting.swap_remove(at.expect("what is taken was waiting"));
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, after:", self.rule)?;
        self.trail.iter().try_for_each(|step| writeln!(f, "    {step}"))
    }
}

impl fmt::Display for Explored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { states, steps, ends, runs } = self;
        write!(f, "{runs:.0} runs over {states} states and {steps} steps, {ends} ends")
    }
}
