//! A write whose answer is lost is written again by the SDK itself, or looked at by us. Here
//! the repeat comes right after a first write that succeeded, which is what both see.

use contracts::samples::{effect, entry, large_pool, member, record};
use domain::{
    id::PoolId,
    rotation::{PoolState, Slot},
};
use engine::ports::{Append, Claim, Effects, Histories, Pools, PortError, Saved};

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
    let empty = PoolState::default();
    let state = PoolState { picks: 1, ..PoolState::default() };
    for _ in 0..2 {
        assert_eq!(ports.save_pool(&pool, &empty, &state, 0).await.unwrap(), Saved::Done);
    }
    let other = PoolState { picks: 2, ..PoolState::default() };
    assert_eq!(ports.save_pool(&pool, &empty, &other, 0).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.pool(&pool, &[]).await.unwrap(), (state, 1));
}

#[tokio::test]
async fn a_transaction_repeated_after_a_lost_answer_is_done_and_anothers_is_a_conflict() {
    let (ports, _guard) = crate::fresh().await;
    let (pool, lead) = (PoolId::new("inbound"), record("L1"));
    let empty = PoolState::default();
    let mut state = large_pool(40, 1);
    state.slots.insert(lead.clone(), Slot { person: member(20), worth: None });
    for _ in 0..2 {
        assert_eq!(ports.save_pool(&pool, &empty, &state, 0).await.unwrap(), Saved::Done);
    }
    // The head is the same; a page beside it is not.
    let mut other = state.clone();
    other.members.get_mut(&member(39)).unwrap().given = 2;
    assert_eq!(ports.save_pool(&pool, &empty, &other, 0).await.unwrap(), Saved::Conflict);
    assert_eq!(ports.pool(&pool, &[lead]).await.unwrap(), (state, 1));
}

#[tokio::test]
async fn a_save_of_more_rows_than_a_transaction_takes_is_refused_and_writes_nothing() {
    let (ports, _guard) = crate::fresh().await;
    let pool = PoolId::new("inbound");
    // 100 pages: the first one is part of the head.
    let empty = PoolState::default();
    let most = large_pool(1600, 1);
    assert_eq!(ports.save_pool(&pool, &empty, &most, 0).await.unwrap(), Saved::Done);
    let more = large_pool(1601, 2);
    let refused = ports.save_pool(&pool, &most, &more, 1).await;
    assert!(matches!(refused, Err(PortError::Refused { .. })), "{refused:?}");
    assert_eq!(ports.pool(&pool, &[]).await.unwrap(), (most, 1));
}

#[tokio::test]
async fn a_claim_repeated_after_a_lost_answer_is_mine() {
    let (ports, _guard) = crate::fresh().await;
    let row = effect("x1", "a", 0);
    for _ in 0..2 {
        assert_eq!(ports.claim(&row).await.unwrap(), Claim::Mine);
    }
}
