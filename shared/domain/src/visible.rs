//! Text as it looks: two texts that nobody can tell apart on paper are one.
//!
//! For addresses, numbers and keys. A message keeps every character: a joiner makes one emoji of several.

use icu_normalizer::ComposingNormalizerBorrowed;

/// Whether a character has no look of its own: zero-width, soft hyphen, direction marks, byte order mark, variants.
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a text shows nothing: no characters, or only spaces, signs that look like one, and what cannot be seen.
pub fn is_blank(text: &str) -> bool {
    // The fillers of Hangul and the sign of Braille without a dot.
    let looks_empty = |letter| matches!(letter, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}');
    text.chars().all(|letter| letter.is_whitespace() || is_invisible(letter) || looks_empty(letter))
}

/// The text without what cannot be seen, with one kind of space and of hyphen, full-width letters, digits and signs
/// (and Arabic and Devanagari digits) as the plain ones, and a letter with its accent as one character.
pub fn visible(text: &str) -> String {
    // ASCII is plain and composed already.
    if text.is_ascii() {
        return text.to_owned();
    }
    let seen: String = text.chars().filter(|letter| !is_invisible(*letter)).map(plain).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&seen).into_owned()
}

/// Whether two texts differ in case alone, or in what nobody can tell apart on paper.
pub fn is_respelling(one: &str, other: &str) -> bool {
    visible(one).to_lowercase() == visible(other).to_lowercase()
}

fn plain(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        // Full-width forms of `!` to `~` stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{660}'..='\u{669}' => digit(letter, '\u{660}'),
        '\u{6f0}'..='\u{6f9}' => digit(letter, '\u{6f0}'),
        '\u{966}'..='\u{96f}' => digit(letter, '\u{966}'),
        letter if letter.is_whitespace() && !letter.is_control() => ' ',
        letter => letter,
    }
}

/// The plain digit of a script whose digits begin with `zero`.
fn digit(letter: char, zero: char) -> char {
    char::from_digit(u32::from(letter) - u32::from(zero), 10).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::{is_blank, visible};

    #[test]
    fn what_shows_nothing_is_blank() {
        for text in ["", " \t\r\n", "\u{a0}\u{2003}", "\u{200b}\u{ad}\u{feff}", "\u{3164} \u{2800}\u{115f}\u{ffa0}"] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["-", ".", "0", "\u{200b}a", "👩\u{200d}👩"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (text, expected) in [
            ("zoe@example.com\u{200b}", "zoe@example.com"),
            ("\u{feff}zo\u{ad}e@\u{2060}example.com", "zoe@example.com"),
            ("\u{202a}+49 30 123456\u{202c}", "+49 30 123456"),
            ("12\u{2011}34\u{a0}56", "12-34 56"),
            ("ｚｏｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", "zoe@example.com"),
            ("０３０　１２３", "030 123"),
            ("Zoe\u{308}", "Zoë"),
            ("two\nlines\t", "two\nlines\t"),
        ] {
            assert_eq!(visible(text), expected, "{text:?}");
        }
    }
}
