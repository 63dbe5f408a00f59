//! A handler in the middle of its work: what it was given and what it heard since.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use domain::{instant::Instant, message::Message};

use crate::{
    choice::How,
    fingerprint,
    ports::{Answered, Attempt, Call, Free, Ports},
    world::{Body, Errand, World},
};

/// One invocation. It ends with its last call, or where a call fails.
#[derive(Clone)]
pub struct Handler {
    /// One message, or several of one pool at once.
    pub errands: Vec<Arc<Errand>>,
    /// The time by its own clock when it begins: that of what caused its messages. It is as far behind as an
    /// honest one can be, also behind the entries that it reads.
    now: Instant,
    log: Vec<Answered>,
    heard: u64,
    /// The call before which it stands.
    pub stands: Call,
}

/// Where a handler has come to.
pub enum Step {
    Stands(Handler),
    Done,
    Failed(engine::Error),
}

impl Handler {
    /// Takes messages up, as far as nobody could tell the difference.
    pub fn start(errands: Vec<Arc<Errand>>, world: World, free: Free) -> (World, Step) {
        let now = errands.iter().filter_map(|errand| errand.since()).max().expect("a handler has a message");
        Self { errands, now, log: Vec::new(), heard: 0, stands: Call::ReadFixed }.attempt(world, None, free)
    }

    /// Makes the call before which it stands, and what nobody could tell from it.
    pub fn go_on(self, world: World, how: How, free: Free) -> (World, Step) {
        self.attempt(world, Some(how), free)
    }

    pub fn is_assign(&self) -> bool {
        self.errands.iter().any(|errand| matches!(errand.body, Body::Assign(_)))
    }

    pub fn fingerprint(&self) -> u64 {
        let errands = self.errands.iter().map(|errand| errand.fingerprint).collect::<Vec<_>>();
        fingerprint::of(&(errands, self.heard, self.stands))
    }

    fn attempt(mut self, world: World, next: Option<How>, free: Free) -> (World, Step) {
        let log = std::mem::take(&mut self.log);
        let attempt = Attempt { world, now: self.now, log, heard: self.heard, made: 0, next, free, stands: None };
        let ports = Ports(Mutex::new(attempt));
        let result = self.poll(&ports);
        let attempt = ports.0.into_inner().expect("one thread");
        let step = match (result, attempt.stands) {
            (Poll::Ready(Ok(())), _) => Step::Done,
            (Poll::Ready(Err(error)), _) => Step::Failed(error),
            (Poll::Pending, Some(stands)) => {
                Step::Stands(Self { log: attempt.log, heard: attempt.heard, stands, ..self })
            }
            (Poll::Pending, None) => unreachable!("a handler waits for nothing but its ports"),
        };
        (attempt.world, step)
    }

    fn poll(&self, ports: &Ports) -> Poll<Result<(), engine::Error>> {
        let context = &mut Context::from_waker(Waker::noop());
        match &self.errands[0].body {
            Body::Evaluate(message) => pin!(engine::evaluate::handle(ports, message.clone())).poll(context),
            Body::Assign(_) => {
                let messages: Vec<Message<_>> = self.errands.iter().filter_map(|errand| errand.assign()).collect();
                pin!(engine::assign::handle_together(ports, &messages)).poll(context)
            }
            Body::Publish(_) => unreachable!("publishing is done at once"),
        }
    }
}
