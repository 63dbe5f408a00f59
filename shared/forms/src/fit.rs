//! Makes a submission fit into what carries it: a message, and an entry of a history.
//!
//! All its texts together have [`limits::SUBMISSION_BYTES`]. Where they have more, the longest are cut
//! to one length, so that whatever is short stays whole; what is not the person's gives way first.

use domain::value::Value;
use sha2::{Digest, Sha256};

use crate::{FieldProblem, limits, submission::Submission};

/// What is left to what is not the person's, however much the person wrote.
const APART: usize = 20_000;
/// Room for the sentence that says what was cut.
const NOTE: usize = 120;

pub(crate) fn fit(submission: &mut Submission) {
    let (apart, asked): (Vec<String>, Vec<String>) =
        submission.fields.keys().cloned().partition(|name| submission.apart.contains(name));
    let reserved = if apart.is_empty() { 0 } else { APART };
    let used = cut(submission, &asked, limits::SUBMISSION_BYTES - reserved);
    cut(submission, &apart, limits::SUBMISSION_BYTES - used);
    submission.remarks.truncate(limits::REMARKS);
}

/// Cuts the longest of these fields until all have `room`. What they weigh then.
fn cut(submission: &mut Submission, names: &[String], room: usize) -> usize {
    let mut weights: Vec<usize> = names.iter().map(|name| weight(&submission.fields[name])).collect();
    weights.sort_unstable();
    let all = weights.iter().sum();
    if all <= room {
        return all;
    }
    let longest = level(&weights, room);
    for name in names {
        let value = &submission.fields[name];
        if weight(value) > longest {
            let (text, whole) = shortened(value, longest.saturating_sub(NOTE));
            let pointer = submission.pointer(name);
            let detail = format!("the answer has {whole} bytes; the submission is too long, so the rest was cut");
            submission.remarks.insert(0, FieldProblem::new(pointer, "text_cut", detail));
            submission.fields.insert(name.clone(), Value::Text(text));
        }
    }
    room
}

/// The length to which the longest of `weights`, in order, must be cut for all to have `room`.
fn level(weights: &[usize], mut room: usize) -> usize {
    for (index, weight) in weights.iter().enumerate() {
        let share = room / (weights.len() - index);
        if *weight > share {
            return share;
        }
        room -= weight;
    }
    room
}

/// As much of a value as weighs `most`, with how long it was and its hash; and how long it was.
fn shortened(value: &Value, most: usize) -> (String, usize) {
    let text = text_of(value);
    let mut weight = 0;
    let fits = |letter: &(usize, char)| {
        weight += weight_of(letter.1);
        weight <= most
    };
    let end = text.char_indices().take_while(fits).last().map_or(0, |(at, letter)| at + letter.len_utf8());
    let sha256 = hex::encode(Sha256::digest(text.as_bytes()));
    (format!("{} … (cut; {} bytes in all, sha256 {sha256})", &text[..end], text.len()), text.len())
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => serde_json::to_string(other).expect("a value is plain data"),
    }
}

fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.chars().map(weight_of).sum(),
        Value::List(items) => items.iter().map(|item| weight(item) + 4).sum(),
        _ => 32,
    }
}

/// Its bytes as a text of JSON within a text of JSON: so a submission that is kept lies in its message.
fn weight_of(letter: char) -> usize {
    match letter {
        '"' | '\\' => 4,
        '\n' | '\r' | '\t' => 3,
        other => other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_give_way_and_the_short_stay_whole() {
        assert_eq!(level(&[1, 2, 100, 200], 50), 23);
        assert_eq!(level(&[10, 10, 10], 9), 3);
        assert_eq!(level(&[1, 60], 51), 50);
    }

    #[test]
    fn a_text_is_cut_between_letters_and_says_so() {
        let (text, bytes) = shortened(&Value::text("ééé\"é"), 6);
        assert_eq!(bytes, 9);
        assert!(text.starts_with("ééé … (cut; 9 bytes in all, sha256 "), "{text}");
        assert_eq!(weight(&Value::text("a\"\n")), 8);
    }
}
