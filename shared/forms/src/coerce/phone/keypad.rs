//! Numbers of North America in letters: `1-800-FLOWERS`, `(415) CALL-NOW`.

/// The number that letters dial: of a toll-free one, or of one that is plainly North American (`1-415-CALL-NOW`,
/// `(415) CALL-NOW`).
pub(super) fn on_a_keypad(text: &str) -> Option<String> {
    const FREE: [&str; 8] = ["800", "833", "844", "855", "866", "877", "888", "822"];
    let signs: String = text.chars().filter(|letter| !"+()-. ".contains(*letter)).collect();
    let rest = signs.strip_prefix('1').unwrap_or(&signs);
    let (area, word) = rest.split_at_checked(3)?;
    let letters = word.chars().filter(char::is_ascii_alphabetic).count();
    let is_word = letters > 0 && word.chars().all(|it| it.is_ascii_alphanumeric());
    if !is_word || !(7..=9).contains(&word.len()) || text.matches(' ').count() > 3 {
        return None;
    }
    let is_local = || is_marked(text) && is_area(area) && word.len() == 7 && letters > 2;
    if !FREE.contains(&area) && !is_local() {
        return None;
    }
    let dialled: String = word.chars().take(7).map(key).collect();
    Some(format!("+1{area}{dialled}"))
}

/// Whether a number begins as one of North America, with its country's code or the area's in brackets.
fn is_marked(text: &str) -> bool {
    ["+1", "1-", "1 ", "1.", "1(", "("].iter().any(|start| text.starts_with(start))
}

fn is_area(code: &str) -> bool {
    code.starts_with(|it: char| ('2'..='9').contains(&it)) && code.bytes().all(|it| it.is_ascii_digit())
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
