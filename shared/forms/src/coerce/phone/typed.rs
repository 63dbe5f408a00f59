//! What a program has done to the signs of a number, and what people type in place of digits.

/// What an address has in place of a sign: `tel:030%201234987`.
const ESCAPED: &[(&str, &str)] = &[
    ("%20", " "),
    ("%2B", "+"),
    ("%2b", "+"),
    ("%28", "("),
    ("%29", ")"),
    ("%2D", "-"),
    ("%2d", "-"),
    ("%2F", "/"),
    ("%2f", "/"),
];
/// More digits before a `+` may be a number of their own.
const LONGEST_CODE: usize = 5;

/// The number with the signs that an address or a form has written otherwise: `030%201234987`, `+49+30+1239988`.
pub(super) fn undone(text: &str) -> String {
    let escaped = ESCAPED.iter().filter(|_| text.contains('%'));
    let text = escaped.fold(text.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign));
    let (plus, rest) = text.strip_prefix('+').map_or(("", text.as_str()), |rest| ("+", rest));
    let is_code = |code: &str| (1..=LONGEST_CODE).contains(&code.len()) && code.bytes().all(|it| it.is_ascii_digit());
    let is_spaced = rest.split_once('+').is_some_and(|(code, _)| is_code(code));
    if is_spaced { format!("{plus}{}", rest.replace('+', " ")) } else { text }
}

/// Whether a single letter stands where a digit was meant: `030 1234S67`, `O30 1234567`. The rest of such a number would
/// be somebody else's.
pub(super) fn has_letter_for_digit(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let is_digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(char::is_ascii_digit);
    letters.iter().enumerate().any(|(at, letter)| {
        let (before, after) = (is_digit(at.checked_sub(1)), is_digit(Some(at + 1)));
        let is_letter = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|it| it.is_alphabetic());
        let is_alone = !is_letter(at.checked_sub(1)) && !is_letter(Some(at + 1));
        is_alone
            && (("oO".contains(*letter) && (before || after)) || ("sSiIlLbBzZ".contains(*letter) && before && after))
    })
}
