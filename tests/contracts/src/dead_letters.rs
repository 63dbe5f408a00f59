//! The promises of `DeadLetters`.

use engine::ports::{DeadLetter, DeadLetters, Queue};

use crate::samples::{all_pages, at, record};

fn letter(id: &str, millis: i64) -> DeadLetter {
    DeadLetter {
        id: id.into(),
        queue: Queue::Act,
        body: "not even JSON".into(),
        record: Some(record("L1")),
        died_at: at(millis),
        redriven: 0,
        redrive_at: Some(at(millis + 60_000)),
        ended_process: false,
    }
}

pub async fn a_dead_letter_is_kept_and_replaced(ports: &impl DeadLetters) {
    assert_eq!(ports.dead_letter("act/m1").await.expect("read"), None);
    let first = letter("act/m1", 0);
    let second = DeadLetter { redriven: 1, redrive_at: None, ..first.clone() };
    for letter in [&first, &first, &second] {
        ports.put_dead_letter(letter).await.expect("kept");
        assert_eq!(ports.dead_letter("act/m1").await.expect("read").as_ref(), Some(letter));
    }
    assert_eq!(ports.dead_letters(None, 10).await.expect("listed").items, [second]);
}

pub async fn pages_of_dead_letters_visit_each_once_newest_first(ports: &impl DeadLetters) {
    for n in 0..7 {
        ports.put_dead_letter(&letter(&format!("act/m{n}"), n / 2)).await.expect("kept");
    }
    let letters = all_pages(3, async |cursor| ports.dead_letters(cursor.as_ref(), 3).await).await;
    assert!(letters.is_sorted_by(|newer, older| newer.died_at >= older.died_at), "{letters:?}");
    let mut ids: Vec<_> = letters.iter().map(|letter| letter.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["act/m0", "act/m1", "act/m2", "act/m3", "act/m4", "act/m5", "act/m6"]);
}
