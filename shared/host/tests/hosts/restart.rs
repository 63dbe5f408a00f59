//! One process after another on one file, in virtual time.

use std::{path::Path, sync::Arc};

use engine::ports::Queue;
use host::VirtualHost;
use sqlite::{ManualClock, OpenError, Store};

use crate::script::{Act, Script, at, send};

fn open(path: &Path, clock: &Arc<ManualClock>) -> Result<(Store, Script), OpenError> {
    let store = Store::open(path, clock.clone())?;
    let script = Script::new(&store, |_, _| Act::Finish);
    Ok((store, script))
}

#[tokio::test]
async fn another_process_finds_what_lay_in_the_file_and_works_the_minute_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let clock = Arc::new(ManualClock::new(at(0)));
    let (store, script) = open(&path, &clock).unwrap();
    let mut host = VirtualHost::new(clock, store, script);
    host.hold(Queue::Evaluate);
    send(host.store(), "kept", 0).await.unwrap();
    host.advance(5_000).await.unwrap();

    let mut host = host.restart(|clock| open(&path, &clock)).unwrap();
    host.run_until_idle().await.unwrap();
    assert_eq!(host.steps().calls(), ["minute 5000"], "the queue is still held");
    host.release_all();
    host.run_until_idle().await.unwrap();
    assert_eq!(host.steps().calls(), ["minute 5000", "kept 5000"]);
    host.assert_drained();
}
