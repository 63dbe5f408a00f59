//! Messages that were received before, each handled with nothing else on its way: if one of them
//! ends the process, it is known by which.
//!
//! A message that ends the process takes its whole batch with it, and all of the batch comes again.
//! What comes again is therefore a suspect. Before a suspect begins, what is done is acknowledged
//! and a mark is written that outlives the process; when it ends, well or with an error, the mark is
//! taken away. A mark that is found later stands for an end of the process, or for the function's
//! timeout. What ended the process alone again and again is given up. SQS's own count of receives does not
//! tell them apart: it rises for the innocent messages of a batch too.

use std::future::Future;

use engine::ports::PortError;

use super::batch::{Failed, NotDone, Received, attempt, lanes};
use crate::MOST_ENDS;

/// From this receive on a message is a suspect.
const SUSPECTED: u32 = 2;

/// What is stored outside the process and outlives it.
pub(super) trait Durable {
    /// How often each of these ended the process while it was handled alone.
    fn ends(&self, messages: &[&Received]) -> impl Future<Output = Result<Vec<usize>, PortError>> + Send;
    /// Marks that a message is being handled.
    fn begin(&self, message: &Received) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Takes the mark of this delivery away.
    fn end(&self, message: &Received) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Takes messages that are done off the queue.
    fn acknowledge(&self, done: &[Received]) -> impl Future<Output = Result<(), PortError>> + Send;
    /// Makes a message a dead letter.
    fn give_up(&self, message: &Received) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Parts a batch into what comes for the first time, and the suspects. A group that has one is
/// suspect as a whole, for its messages follow each other.
pub(super) fn part(batch: Vec<Received>) -> (Vec<Received>, Vec<Vec<Received>>) {
    let is_suspect = |lane: &Vec<Received>| lane.iter().any(|message| message.attempts >= SUSPECTED);
    let (suspects, fresh): (Vec<_>, Vec<_>) = lanes(batch).into_iter().partition(is_suspect);
    (fresh.into_iter().flatten().collect(), suspects)
}

/// Handles the suspects one at a time, after all else; `done` is what of the batch is done already.
/// Those that ended the process before come last, so that they take the fewest others with them.
pub(super) async fn run<F, Fut>(
    mut suspects: Vec<Vec<Received>>,
    mut done: Vec<Received>,
    durable: &impl Durable,
    enough: impl Fn() -> bool,
    handler: F,
) -> Vec<Failed>
where
    F: Fn(Received) -> Fut,
    Fut: Future<Output = Result<(), NotDone>> + Send + 'static,
{
    let mut ends = match ends_of(&suspects, durable).await {
        Ok(ends) => ends,
        Err(error) => {
            tracing::warn!(%error, "what came again is not begun: its marks cannot be read");
            return suspects.into_iter().flatten().map(|message| failed(message, true, None)).collect();
        }
    };
    let mut order: Vec<usize> = (0..suspects.len()).collect();
    order.sort_by_key(|&lane| ends[lane].iter().max().copied());
    let mut open = Vec::new();
    for lane in order {
        let messages = std::mem::take(&mut suspects[lane]);
        let ends = std::mem::take(&mut ends[lane]);
        let mut stopped = false;
        for (message, ends) in messages.into_iter().zip(ends) {
            stopped = stopped || !enough();
            if stopped {
                open.push(failed(message, false, None));
                continue;
            }
            match one(&message, ends, &mut done, durable, &handler).await {
                Ok(()) => done.push(message),
                Err(NotDone { retry_at, .. }) => {
                    stopped = true;
                    open.push(failed(message, true, retry_at));
                }
            }
        }
    }
    open
}

async fn one<F, Fut>(
    message: &Received,
    ends: usize,
    done: &mut Vec<Received>,
    durable: &impl Durable,
    handler: &F,
) -> Result<(), NotDone>
where
    F: Fn(Received) -> Fut,
    Fut: Future<Output = Result<(), NotDone>> + Send + 'static,
{
    if ends >= MOST_ENDS {
        tracing::error!(message.id, ends, "given up: handling it alone ended the process each time");
        return durable.give_up(message).await.map_err(|error| not_begun(message, &error));
    }
    if !done.is_empty() {
        match durable.acknowledge(done).await {
            Ok(()) => done.clear(),
            // They come again if the process ends now, and find what was done.
            Err(error) => tracing::warn!(%error, "what is done is not acknowledged yet"),
        }
    }
    durable.begin(message).await.map_err(|error| not_begun(message, &error))?;
    let outcome = attempt(message.clone(), handler).await;
    if let Err(error) = durable.end(message).await {
        tracing::warn!(message.id, %error, "its mark stays, and counts as an end of the process");
    }
    outcome
}

fn not_begun(message: &Received, error: &PortError) -> NotDone {
    tracing::warn!(message.id, %error, "not begun");
    NotDone { why: error.to_string(), retry_at: None }
}

async fn ends_of(suspects: &[Vec<Received>], durable: &impl Durable) -> Result<Vec<Vec<usize>>, PortError> {
    let messages: Vec<&Received> = suspects.iter().flatten().collect();
    let mut ends = durable.ends(&messages).await?.into_iter();
    Ok(suspects.iter().map(|lane| ends.by_ref().take(lane.len()).collect()).collect())
}

fn failed(message: Received, tried: bool, retry_at: Option<domain::instant::Instant>) -> Failed {
    Failed { message, tried, retry_at }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        sync::{Arc, Mutex},
    };

    use tokio::sync::Notify;

    use super::*;
    use crate::lambda::batch::{self, tests::message};

    /// A queue that hands over everything it holds at once, with its dead letters and the marks.
    #[derive(Default)]
    struct World {
        queue: Mutex<Vec<Received>>,
        dead: Mutex<Vec<String>>,
        begun: Mutex<BTreeMap<String, BTreeSet<u32>>>,
        /// What was begun, in order.
        handled: Mutex<Vec<String>>,
    }

    impl Durable for World {
        async fn ends(&self, messages: &[&Received]) -> Result<Vec<usize>, PortError> {
            let begun = self.begun.lock().unwrap();
            Ok(messages.iter().map(|message| begun.get(&message.id).map_or(0, BTreeSet::len)).collect())
        }

        async fn begin(&self, message: &Received) -> Result<(), PortError> {
            self.begun.lock().unwrap().entry(message.id.clone()).or_default().insert(message.attempts);
            Ok(())
        }

        async fn end(&self, message: &Received) -> Result<(), PortError> {
            self.begun.lock().unwrap().entry(message.id.clone()).or_default().remove(&message.attempts);
            Ok(())
        }

        async fn acknowledge(&self, done: &[Received]) -> Result<(), PortError> {
            self.queue.lock().unwrap().retain(|queued| !done.iter().any(|done| done.id == queued.id));
            Ok(())
        }

        async fn give_up(&self, message: &Received) -> Result<(), PortError> {
            self.dead.lock().unwrap().push(message.id.clone());
            Ok(())
        }
    }

    impl World {
        fn with(messages: &[(&str, Option<&str>)]) -> Arc<Self> {
            let queue = messages.iter().map(|(id, group)| message(id, *group)).collect();
            Arc::new(Self { queue: Mutex::new(queue), ..Self::default() })
        }

        /// One process that is given what the queue holds. Whether it came to its end.
        async fn process(self: &Arc<Self>) -> bool {
            let batch = {
                let mut queue = self.queue.lock().unwrap();
                queue.iter_mut().for_each(|message| message.attempts += 1);
                queue.clone()
            };
            let (world, aborted) = (Arc::clone(self), Arc::new(Notify::new()));
            let aborts = Arc::clone(&aborted);
            let handler = move |message: Received| {
                let (world, aborts) = (Arc::clone(&world), Arc::clone(&aborts));
                async move {
                    world.handled.lock().unwrap().push(message.id.clone());
                    match message.id.as_bytes()[0] {
                        b'p' => {
                            aborts.notify_one();
                            std::future::pending().await
                        }
                        b'f' => Err(NotDone { why: "as the test wants".to_owned(), retry_at: None }),
                        _ => Ok(()),
                    }
                }
            };
            let whole = async {
                let (fresh, suspects) = part(batch.clone());
                let mut failed = batch::run(fresh.clone(), || true, handler.clone()).await;
                let is_open = |message: &Received| failed.iter().any(|failed| failed.message.id == message.id);
                let done = fresh.into_iter().filter(|message| !is_open(message)).collect();
                failed.extend(run(suspects, done, &**self, || true, handler).await);
                failed
            };
            // The process ends over it: whatever was on its way is dropped, and nothing is answered.
            tokio::select! {
                failed = whole => {
                    let open: Vec<String> = failed.into_iter().map(|failed| failed.message.id).collect();
                    self.queue.lock().unwrap().retain(|queued| open.contains(&queued.id));
                    true
                }
                () = aborted.notified() => false,
            }
        }

        /// Starts processes until one comes to its end; returns how many ended before.
        async fn processes(self: &Arc<Self>) -> usize {
            for ended in 0..20 {
                if self.process().await {
                    return ended;
                }
            }
            panic!("no process stays up");
        }

        fn left(&self) -> Vec<String> {
            self.queue.lock().unwrap().iter().map(|message| message.id.clone()).collect()
        }

        fn dead(&self) -> Vec<String> {
            self.dead.lock().unwrap().clone()
        }
    }

    #[tokio::test]
    async fn a_message_that_ends_its_process_is_given_up_and_nothing_else_is() {
        let world = World::with(&[("a", None), ("poison", None), ("b", None), ("c", None)]);
        // Once among others, three times alone.
        assert_eq!(world.processes().await, 1 + MOST_ENDS);
        assert_eq!(world.dead(), ["poison"]);
        assert_eq!(world.left(), [] as [&str; 0]);
    }

    #[tokio::test]
    async fn it_is_given_up_before_the_queue_with_the_fewest_tries_gives_up() {
        let world = World::with(&[("poison", None)]);
        world.processes().await;
        let tries = world.handled.lock().unwrap().len();
        assert!(tries < 5, "{tries} tries, and the escalate queue allows 5 receives");
    }

    #[tokio::test]
    async fn innocent_neighbours_are_done_before_a_culprit_begins_and_not_received_again() {
        let world = World::with(&[("p1", None), ("p2", None), ("a", None), ("b", None)]);
        while !world.process().await {
            let received: Vec<u32> = world.queue.lock().unwrap().iter().map(|message| message.attempts).collect();
            let innocent = world.left().iter().any(|id| !id.starts_with('p'));
            // One process ended over both together, and each of the two alone before it was known.
            assert!(!innocent || received[0] <= 3, "{:?} after {received:?}", world.left());
        }
        assert_eq!(world.dead().len(), 2);
    }

    #[tokio::test]
    async fn a_group_keeps_its_order_and_goes_on_behind_what_is_given_up() {
        let world = World::with(&[("a", Some("x")), ("poison", Some("x")), ("b", Some("x")), ("c", Some("y"))]);
        assert_eq!(world.processes().await, 1 + MOST_ENDS);
        assert_eq!(world.dead(), ["poison"]);
        assert_eq!(world.left(), [] as [&str; 0]);
        let handled = world.handled.lock().unwrap().clone();
        let first = |id: &str| handled.iter().position(|handled| handled == id).unwrap();
        let last = |id: &str| handled.iter().rposition(|handled| handled == id).unwrap();
        assert!(first("a") < first("poison") && last("poison") < first("b"), "{handled:?}");
    }

    #[tokio::test]
    async fn an_ordinary_failure_leaves_no_mark_and_is_never_given_up_here() {
        let world = World::with(&[("f1", None), ("b", None)]);
        for _ in 0..10 {
            assert!(world.process().await);
        }
        assert_eq!((world.left(), world.dead()), (vec!["f1".to_owned()], Vec::new()));
        assert!(world.begun.lock().unwrap()["f1"].is_empty());
    }

    #[tokio::test]
    async fn what_comes_for_the_first_time_has_no_mark() {
        let world = World::with(&[("a", None), ("b", Some("x"))]);
        assert!(world.process().await);
        assert!(world.begun.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn nothing_of_a_suspect_is_begun_when_too_little_time_is_left() {
        let world = World::with(&[]);
        let suspects = vec![vec![Received { attempts: 2, ..message("a", None) }]];
        let handler = |_| async { Ok(()) };
        let open = run(suspects, Vec::new(), &*world, || false, handler).await;
        assert_eq!(open.iter().map(|open| open.tried).collect::<Vec<_>>(), [false]);
        assert!(world.begun.lock().unwrap().is_empty());
    }
}
