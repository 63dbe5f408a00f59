//! The promises of `Watermark`.

use engine::ports::Watermark;

pub async fn before_the_first_sweep_there_is_none(ports: &impl Watermark) {
    assert_eq!(ports.swept_to().await.expect("read"), None);
}

pub async fn watermark_never_moves_back(ports: &impl Watermark) {
    for (set, expected) in [(100, 100), (99, 100), (100, 100), (101, 101)] {
        ports.set_swept_to(set).await.expect("a minute behind is no error");
        assert_eq!(ports.swept_to().await.expect("read"), Some(expected));
    }
}
