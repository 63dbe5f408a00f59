//! The promises of `Watermark`.

use engine::ports::{Swept, Timers, Watermark};

use crate::samples::{at, timer};

pub async fn before_the_first_sweep_there_is_none(ports: &impl Watermark) {
    assert_eq!(ports.swept_to().await.expect("read"), None);
}

pub async fn watermark_never_moves_back(ports: &impl Watermark) {
    let within = |minute, within: &str| Swept { minute, within: Some(within.to_owned()) };
    let [whole, early, late, next] = [Swept::minute(100), within(100, "1"), within(100, "2"), Swept::minute(101)];
    let steps = [
        (&whole, &whole),
        (&Swept::minute(99), &whole),
        (&within(99, "9"), &whole),
        (&early, &early),
        (&whole, &early),
        (&late, &late),
        (&early, &late),
        (&next, &next),
        (&late, &next),
    ];
    for (set, expected) in steps {
        ports.set_swept_to(set).await.expect("what lies behind is no error");
        assert_eq!(ports.swept_to().await.expect("read").as_ref(), Some(expected));
    }
}

pub async fn a_timer_behind_the_watermark_is_kept(ports: &(impl Timers + Watermark)) {
    let row = timer("a", 1, at(0));
    ports.put_timer(&row).await.expect("kept");
    ports.set_swept_to(&Swept::minute(at(0).minute() + 24 * 60)).await.expect("noted");
    assert_eq!(
        ports.timers_in(at(0).minute(), None, 9).await.expect("read").items,
        [row],
        "a clock set back sweeps it again"
    );
}

pub async fn watermark_is_set_back_from_where_it_is_and_from_nowhere_else(ports: &impl Watermark) {
    let within = Swept { minute: 900, within: Some("7".to_owned()) };
    for ahead in [Swept::minute(900), within] {
        ports.set_swept_to(&ahead).await.expect("noted");
        ports.set_back(&Swept::minute(800), &Swept::minute(1)).await.expect("somebody else moved it: no error");
        assert_eq!(ports.swept_to().await.expect("read").as_ref(), Some(&ahead));
        ports.set_back(&ahead, &Swept::minute(100)).await.expect("set back");
        assert_eq!(ports.swept_to().await.expect("read"), Some(Swept::minute(100)));
    }
}
