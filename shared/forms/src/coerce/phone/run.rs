//! The parts of a text that are written as phone numbers are, two numbers apart.

use super::{FEWEST_BESIDE_WORDS, LONGEST};

/// After one of these come the digits of an inside line.
const EXTENSION: &[&str] = &[
    "ext",
    "extn",
    "extension",
    "x",
    "durchwahl",
    "dw",
    "nebenstelle",
    "nst",
    "apparat",
    "app",
    "intern",
    "interno",
    "int",
    "poste",
    "anexo",
    "ramal",
    "toestel",
    "tst",
    "wew",
];
/// After one of these come the digits of a room or a floor.
const ROOM: &[&str] = &[
    "room", "rm", "suite", "apt", "unit", "office", "floor", "level", "zimmer", "raum", "etage", "stock", "bureau",
    "kamer",
];
/// After a number, digits before one of these are a time of day.
const HOUR: &[&str] = &["uhr", "h", "am", "pm", "oclock", "heures"];
/// What stands in place of what is no part of a number.
const MASK: &str = "~";

pub(super) fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// The runs of a text that may be numbers, in their order.
pub(super) fn runs(text: &str) -> Vec<&str> {
    let masked = without_brackets(&without_times(text));
    let mut runs = Vec::new();
    let mut from = 0;
    for run in masked.split(is_apart) {
        let to = from + run.len();
        // What is masked has as many bytes, so that the places of a run are those of the text; between two masked bytes
        // there may be none.
        if !run.is_empty() {
            let start = from + leading(&masked[..from], run);
            let end = to - trailing(&masked[start..to], &masked[to..]);
            runs.extend(numbers(&text[start..end]));
        }
        from = to + masked[to..].chars().next().map_or(0, char::len_utf8);
    }
    runs
}

/// Whether a character stands in no number.
fn is_apart(letter: char) -> bool {
    !letter.is_ascii_digit() && !"+ ()-./".contains(letter)
}

/// One run, cut where a second number begins.
fn numbers(run: &str) -> Vec<&str> {
    let mut numbers = Vec::new();
    let mut from = 0;
    for (at, sign) in run.char_indices() {
        let (before, after) = (&run[from..at], &run[at + 1..]);
        let is_cut = match sign {
            '+' => at > from,
            '/' => parts(before, after.split('/').next().unwrap_or_default()),
            ' ' => digits(&run[from..]) > LONGEST && is_between(before, after),
            _ => false,
        };
        if is_cut {
            numbers.push(trimmed(before));
            from = at;
        }
    }
    numbers.push(trimmed(&run[from..]));
    numbers
}

/// Whether a slash stands between two numbers, and not behind the code of an area: `030 123456 / 0171 2345678`, or the
/// end of another number: `030 5550123/24`.
fn parts(before: &str, after: &str) -> bool {
    let before_digits = digits(&before.replace("(0)", ""));
    // A country's code and an area's have at most eight digits, an area's alone six.
    let whole = match trimmed(before) {
        abroad if abroad.starts_with("00") => 11,
        abroad if abroad.starts_with('+') || abroad.starts_with("(+") => 9,
        _ if digits(after) <= 3 => 7,
        _ => 8,
    };
    let is_second = is_whole(before) && is_whole(after) && !trimmed(after).starts_with('1');
    digits(after) > 0 && (before_digits >= whole || is_second)
}

/// Whether a space stands between two numbers that are too long for one: a zero begins the second, or both are of one
/// length.
fn is_between(before: &str, after: &str) -> bool {
    let zero = after.trim_start_matches('(').starts_with('0') && is_whole(before) && is_whole(after);
    zero || (digits(before) >= 7 && digits(before) == digits(after))
}

/// Long enough to be dialled by itself, which an extension or a part of a number is not.
fn is_whole(part: &str) -> bool {
    digits(part) >= FEWEST_BESIDE_WORDS && trimmed(part).starts_with(['0', '+', '(', '1'])
}

/// From the first sign of a number to its last digit.
fn trimmed(run: &str) -> &str {
    let run = run.trim_start_matches(|letter: char| !letter.is_ascii_digit() && letter != '+' && letter != '(');
    let run = run.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    if run.contains(')') { run } else { run.trim_start_matches('(') }
}

/// How much at the start of a run is no part of its number: behind a word, an inside line (`ext. 1234 (415) 555-2691`)
/// or another short number (`room 4 030 1234567`).
fn leading(before: &str, run: &str) -> usize {
    let word = before.trim_end_matches([' ', '.', ':', '#']).rsplit(|it: char| !it.is_alphabetic()).next();
    let word = word.unwrap_or_default().to_lowercase();
    let group = run.trim_start_matches([' ', '.', '-']);
    let is_numbered = before.trim_end().ends_with('#');
    let Some((group, rest)) = group.split_once(' ').filter(|_| is_numbered || !word.is_empty()) else { return 0 };
    let rest = rest.trim_start();
    let is_short = (1..=4).contains(&digits(group)) && group.starts_with(|it: char| ('1'..='9').contains(&it));
    let is_inside = is_numbered || EXTENSION.contains(&word.as_str()) || ROOM.contains(&word.as_str());
    let is_number = match is_inside {
        true => digits(rest) >= 10 || (digits(rest) >= 7 && rest.starts_with(['0', '('])),
        false => digits(rest) >= 9 && rest.starts_with('0'),
    };
    if is_short && is_number { run.len() - rest.len() } else { 0 }
}

/// How much at the end of a run belongs to the word behind it: `030 1234567 10-12 Uhr`, `0170 1234568 2. Stock`.
fn trailing(run: &str, after: &str) -> usize {
    let word: String = after.chars().take_while(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let end = run.trim_end_matches([' ', '.']);
    let Some((number, group)) = end.rsplit_once(' ').filter(|_| !word.is_empty()) else { return 0 };
    let is_time = HOUR.contains(&word.as_str()) && digits(group) <= 4;
    if digits(number) >= 7 && (is_time || digits(group) == 1) { run.len() - number.len() } else { 0 }
}

/// The text without times of day: `10:00`.
fn without_times(text: &str) -> String {
    let mut masked = text.to_owned();
    for (colon, _) in text.match_indices(':') {
        let (before, after) = (&text[..colon], &text[colon + 1..]);
        let hour = before.len() - before.trim_end_matches(|it: char| it.is_ascii_digit()).len();
        let minutes = after.len() - after.trim_start_matches(|it: char| it.is_ascii_digit()).len();
        if (1..=2).contains(&hour) && minutes == 2 {
            masked.replace_range(colon - hour..colon + 3, &MASK.repeat(hour + 3));
        }
    }
    masked
}

/// The text without brackets that hold no part of a number: words, or an inside line behind a whole number.
fn without_brackets(text: &str) -> String {
    let mut masked = text.to_owned();
    for (open, _) in text.match_indices('(') {
        let Some(length) = text[open..].find(')') else { continue };
        let (before, inside) = (&masked[..open], &text[open + 1..open + length]);
        let is_last = !text[open + length + 1..].trim_start().starts_with(|it: char| it.is_ascii_digit());
        let is_behind = is_last && before.rsplit(is_apart).next().is_some_and(|run| digits(run) >= 7);
        let has_words = inside.chars().any(char::is_alphabetic) && digits(inside) < FEWEST_BESIDE_WORDS;
        if has_words || is_behind {
            masked.replace_range(open..=open + length, &MASK.repeat(length + 1));
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn a_run_is_a_part_of_the_text_however_odd_that_is() {
        let pieces = [
            "",
            " ",
            "(",
            ")",
            "+49",
            "030 1234567",
            "/24",
            "10:00",
            ":",
            "ext. 5 ",
            "ü",
            "(2. Stöck)",
            " 2. ",
            "～",
            "~",
        ];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    for last in ["", "é", " 0171 2345678"] {
                        let text = format!("{first}{second}{third}{last}");
                        assert!(runs(&text).into_iter().all(|run| text.contains(run)), "{text}");
                    }
                }
            }
        }
    }
}
