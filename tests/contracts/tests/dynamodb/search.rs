//! `look` on a long history: one backward search that ends where the port says it may.

use contracts::samples::{entry, record};
use domain::id::MessageId;
use engine::ports::{Append, Histories};

/// Entries of the sample are some time apart; this many fill several pages of the search.
const LONG: u64 = 80;

#[tokio::test]
async fn a_search_goes_over_pages_and_stops_fifteen_minutes_before_since() {
    let (ports, _guard) = crate::fresh().await;
    let lead = record("L1");
    for seq in 1..=LONG {
        assert_eq!(ports.append(&entry(&lead, seq)).await.unwrap(), Append::Done);
    }
    let own = async |message: &str, since| {
        ports.look(&lead, &MessageId::new(message), since).await.unwrap().own.map(|entry| entry.seq)
    };
    assert_eq!(own("m1", None).await, Some(1));
    assert_eq!(own("m30", Some(entry(&lead, 30).at)).await, Some(30));
    // From the newest entry on, 15 minutes back is the end of it, and costs one page.
    ports.counts().clear();
    let newest = entry(&lead, LONG).at;
    let far_ahead = Some(newest.plus_minutes(60));
    assert_eq!(own("m1", far_ahead).await, None);
    assert_eq!(ports.counts().taken()["look at a history"].requests, 1);
}
