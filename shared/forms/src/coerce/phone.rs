//! One phone number out of an answer: what can be dialled is taken, what stands beside it is said.

use domain::{matching::international, value::Value, visible::visible};

use super::Coerced;

/// Beside words only a number this long is one; alone, a shorter one may be an inside line.
const FEWEST_BESIDE_WORDS: usize = 6;
const FEWEST: usize = 5;
/// A number has at most 15 digits, and two zeros may stand before them.
const LONGEST: usize = 15;
const MOST: usize = LONGEST + 2;

/// `+` and digits where the country is known; otherwise the first number as it was written.
pub(super) fn phone(answer: &str) -> Coerced {
    let text = visible(answer);
    let text = without_scheme(text.trim());
    if let Some(number) = on_a_keypad(text) {
        return Coerced {
            value: Some(Value::text(number)),
            doubt: Some("its letters are digits on a keypad".to_owned()),
        };
    }
    let has_words = text.chars().any(char::is_alphabetic);
    let fewest = if has_words { FEWEST_BESIDE_WORDS } else { FEWEST };
    let is_number = |run: &&str| (fewest..=MOST).contains(&digits(run).len()) && !is_date(run);
    match runs(text).into_iter().find(is_number) {
        // 4.93012E+11: a spreadsheet has rounded the number away.
        Some(_) if text.parse::<f64>().is_ok() && has_words => Coerced::not("a spreadsheet has rounded this number"),
        Some(number) => Coerced {
            value: Some(Value::text(international(number, None).unwrap_or_else(|| number.to_owned()))),
            doubt: beside(text, number),
        },
        None => Coerced::not("this is not a phone number, such as +1 555 0100"),
    }
}

fn without_scheme(text: &str) -> &str {
    let schemes = ["tel:", "callto:", "sms:", "whatsapp:"];
    let scheme =
        schemes.iter().find(|scheme| text.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme)));
    scheme.map_or(text, |scheme| text[scheme.len()..].trim_start_matches('/'))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The parts of a text that are written as numbers are, two numbers apart.
fn runs(text: &str) -> Vec<&str> {
    let apart = |letter: char| !letter.is_ascii_digit() && !"+ ()-./".contains(letter);
    let mut runs = Vec::new();
    for run in text.split(apart) {
        // A plus begins a number, and so does the slash between two whole ones: `030 123456 / 0171 2345678`.
        let starts = run.match_indices('+').map(|(at, _)| at).filter(|at| *at > 0);
        let slashes =
            run.match_indices('/').map(|(at, _)| at).filter(|at| is_whole(&run[..*at]) && is_whole(&run[at + 1..]));
        // No number is this long: a zero after a space begins the second one.
        let zeros = run.match_indices(" 0").filter(|_| digits(run).len() > LONGEST);
        let zeros = zeros.map(|(at, _)| at).filter(|at| is_whole(&run[..*at]) && is_whole(&run[at + 1..]));
        let mut cuts: Vec<usize> = starts.chain(slashes).chain(zeros).collect();
        cuts.sort_unstable();
        let mut from = 0;
        for cut in cuts.into_iter().chain([run.len()]) {
            runs.push(trimmed(&run[from..cut]));
            from = cut;
        }
    }
    runs
}

/// Long enough to be dialled by itself, which an extension or a part of a number is not.
fn is_whole(part: &str) -> bool {
    digits(part).len() >= FEWEST_BESIDE_WORDS && trimmed(part).starts_with(['0', '+', '(', '1'])
}

/// From the first sign of a number to its last digit.
fn trimmed(run: &str) -> &str {
    let run = run.trim_start_matches(|letter: char| !letter.is_ascii_digit() && letter != '+' && letter != '(');
    run.trim_end_matches(|letter: char| !letter.is_ascii_digit())
}

/// `2026-12-01` and `1.12.2026` have the digits of a number and are none.
fn is_date(run: &str) -> bool {
    let parts: Vec<&str> = run.split(['-', '.', '/']).map(str::trim).collect();
    let [first, middle, last] = parts.as_slice() else { return false };
    let all_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    all_digits && middle.len() <= 2 && ((is_year(first) && last.len() <= 2) || (is_year(last) && first.len() <= 2))
}

/// What the answer says beside its number: an extension, another number, when to call.
fn beside(text: &str, number: &str) -> Option<String> {
    let rest: Vec<&str> =
        text.splitn(2, number).map(str::trim).filter(|part| part.chars().any(char::is_alphanumeric)).collect();
    (!rest.is_empty()).then(|| format!("beside the number it says \u{201c}{}\u{201d}", rest.join(" … ")))
}

/// `1-800-FLOWERS`: toll-free numbers of North America in letters.
fn on_a_keypad(text: &str) -> Option<String> {
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
