//! The promises of `Pools`.

use domain::{assignment::PoolState, id::PoolId};
use engine::ports::{Pools, Saved};

use crate::samples::pool;

fn inbound() -> PoolId {
    PoolId::new("inbound")
}

pub async fn a_pool_never_saved_is_empty_at_version_0(ports: &impl Pools) {
    assert_eq!(ports.pool(&inbound()).await.expect("read"), (PoolState::default(), 0));
}

pub async fn a_saved_pool_is_read_back_one_version_on(ports: &impl Pools) {
    for version in 0..3 {
        assert_eq!(ports.save_pool(&inbound(), &pool(version), version).await.expect("saved"), Saved::Done);
        assert_eq!(ports.pool(&inbound()).await.expect("read"), (pool(version), version + 1));
    }
    assert_eq!(ports.pool(&PoolId::new("other")).await.expect("read"), (PoolState::default(), 0));
}

pub async fn saving_an_outdated_pool_conflicts(ports: &impl Pools) {
    for version in 0..2 {
        ports.save_pool(&inbound(), &pool(version), version).await.expect("saved");
    }
    for outdated in [0, 1, 3] {
        assert_eq!(ports.save_pool(&inbound(), &pool(9), outdated).await.expect("answered"), Saved::Conflict);
    }
    assert_eq!(ports.pool(&inbound()).await.expect("read"), (pool(1), 2));
    assert_eq!(ports.save_pool(&PoolId::new("other"), &pool(9), 1).await.expect("answered"), Saved::Conflict);
}

pub async fn of_two_racing_saves_one_conflicts(ports: &impl Pools) {
    let (_, read) = ports.pool(&inbound()).await.expect("read");
    assert_eq!(ports.save_pool(&inbound(), &pool(1), read).await.expect("answered"), Saved::Done);
    assert_eq!(ports.save_pool(&inbound(), &pool(2), read).await.expect("answered"), Saved::Conflict);
}
