//! A write whose answer is lost is written again by the SDK itself, or looked at by us. Here
//! the repeat comes right after a first write that succeeded, which is what both see.

use contracts::samples::{effect, entry, record};
use domain::{assignment::PoolState, id::PoolId};
use engine::ports::{Append, Claim, Effects, Histories, Pools, Saved};

#[tokio::test]
async fn an_append_repeated_after_a_lost_answer_is_done_and_another_deciders_is_not() {
    let (ports, _guard) = crate::fresh().await;
    let first = entry(&record("L1"), 1);
    for _ in 0..2 {
        assert_eq!(ports.append(&first).await.unwrap(), Append::Done);
    }
    // The same message decided by another invocation: its follow-ups are not the ones to send.
    let mut later = first.clone();
    later.at = first.at.plus_millis(1);
    assert_eq!(ports.append(&later).await.unwrap(), Append::Taken);
    assert_eq!(ports.newest(&record("L1")).await.unwrap(), Some(std::sync::Arc::new(first)));
}

#[tokio::test]
async fn a_pool_saved_again_after_a_lost_answer_is_done_and_anothers_is_a_conflict() {
    let (ports, _guard) = crate::fresh().await;
    let pool = PoolId::new("inbound");
    let state = PoolState { picks: 1, ..PoolState::default() };
    for _ in 0..2 {
        assert_eq!(ports.save_pool(&pool, &state, 0).await.unwrap(), Saved::Done);
    }
    let other = PoolState { picks: 2, ..PoolState::default() };
    assert_eq!(ports.save_pool(&pool, &other, 0).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.pool(&pool).await.unwrap(), (state, 1));
}

#[tokio::test]
async fn a_claim_repeated_after_a_lost_answer_is_mine() {
    let (ports, _guard) = crate::fresh().await;
    let row = effect("x1", "a", 0);
    for _ in 0..2 {
        assert_eq!(ports.claim(&row).await.unwrap(), Claim::Mine);
    }
}
