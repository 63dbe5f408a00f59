//! Numbers of North America in letters: `1-800-FLOWERS`.

/// The number that a toll-free one in letters dials.
pub(super) fn on_a_keypad(text: &str) -> Option<String> {
    const FREE: [&str; 8] = ["800", "833", "844", "855", "866", "877", "888", "822"];
    let signs: String = text.chars().filter(|letter| !"+()-. ".contains(*letter)).collect();
    let rest = signs.strip_prefix('1').unwrap_or(&signs);
    let (free, word) = rest.split_at_checked(3)?;
    let is_word = word.chars().any(char::is_alphabetic) && word.chars().all(|it| it.is_ascii_alphanumeric());
    if !FREE.contains(&free) || !is_word || !(7..=9).contains(&word.len()) || text.matches(' ').count() > 2 {
        return None;
    }
    let dialled: String = word.chars().take(7).map(key).collect();
    Some(format!("+1{free}{dialled}"))
}

fn key(letter: char) -> char {
    match letter.to_ascii_lowercase() {
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        'w'..='z' => '9',
        digit => digit,
    }
}
