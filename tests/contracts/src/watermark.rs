//! The promises of `Watermark`.

use engine::ports::{Timers, Watermark};

use crate::samples::{at, timer};

pub async fn before_the_first_sweep_there_is_none(ports: &impl Watermark) {
    assert_eq!(ports.swept_to().await.expect("read"), None);
}

pub async fn watermark_never_moves_back(ports: &impl Watermark) {
    for (set, expected) in [(100, 100), (99, 100), (100, 100), (101, 101)] {
        ports.set_swept_to(set).await.expect("a minute behind is no error");
        assert_eq!(ports.swept_to().await.expect("read"), Some(expected));
    }
}

pub async fn a_timer_behind_the_watermark_is_kept(ports: &(impl Timers + Watermark)) {
    let row = timer("a", 1, at(0));
    ports.put_timer(&row).await.expect("kept");
    ports.set_swept_to(at(0).minute() + 24 * 60).await.expect("noted");
    assert_eq!(ports.timers_in(at(0).minute()).await.expect("read"), [row], "a clock set back sweeps it again");
}
