//! Everything that is wrong with condition text, and what of it can be read all the same.

use super::{
    Condition, ParseError,
    token::{Placed, Token, tokens},
};

/// Text that is no condition, looked at part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// What is wrong, in the order of the text. One for each part between `and` and `or`: more would only follow from it.
    pub errors: Vec<ParseError>,
    /// A condition of the parts that can be read, each in its old place; none where none can.
    pub rest: Option<String>,
}

/// Looks at each part of a text that is no condition. None if it is one.
pub fn recover(text: &str) -> Option<Recovered> {
    let first = text.parse::<Condition>().err()?;
    let Ok(tokens) = tokens(text) else { return Some(Recovered { errors: vec![first], rest: None }) };
    let parts = parts(text, &tokens);
    let errors = parts.iter().filter_map(|part| part.error.clone().map(|error| (part, error)));
    let is_other = |part: &&Part<'_>| first.at < part.at || first.at > part.at + part.text.len();
    let mut errors: Vec<ParseError> = errors.filter(|(part, _)| is_other(part)).map(|(_, error)| error).collect();
    errors.push(first);
    errors.sort_by_key(|error| error.at);
    Some(Recovered { errors, rest: rest(text, &parts) })
}

/// One test, without the words and brackets around it.
struct Part<'a> {
    /// The word before it.
    joint: &'static str,
    at: usize,
    text: &'a str,
    error: Option<ParseError>,
}

fn parts<'a>(text: &'a str, tokens: &[Placed<'_>]) -> Vec<Part<'a>> {
    let (mut parts, mut from, mut joint, mut lists) = (Vec::new(), 0, "and", 0_usize);
    for (index, placed) in tokens.iter().enumerate() {
        match &placed.token {
            Token::OpenList => lists += 1,
            Token::CloseList => lists = lists.saturating_sub(1),
            Token::Word(word) if lists == 0 => {
                let Some(next) = read_joint(word) else { continue };
                parts.extend(part(text, &tokens[from..index], joint));
                (from, joint) = (index + 1, next);
            }
            _ => {}
        }
    }
    parts.extend(part(text, &tokens[from..], joint));
    parts
}

/// Also as other languages write it.
fn read_joint(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "and" | "&&" => Some("and"),
        "or" | "||" => Some("or"),
        _ => None,
    }
}

fn part<'a>(text: &'a str, tokens: &[Placed<'_>], joint: &'static str) -> Option<Part<'a>> {
    let is_around = |token: &Token<'_>| match token {
        Token::Open => true,
        Token::Word(word) => word.eq_ignore_ascii_case("not"),
        _ => false,
    };
    let first = tokens.iter().position(|placed| !is_around(&placed.token))?;
    let last = tokens.iter().rposition(|placed| placed.token != Token::Close)?;
    let (at, end) = (tokens[first].at, tokens.get(last).filter(|_| last >= first)?.end);
    let text = &text[at..end];
    let error = text.parse::<Condition>().err().map(|error| ParseError { at: at + error.at, ..error });
    Some(Part { joint, at, text, error })
}

/// The parts that can be read, with a blank for each letter of what cannot.
fn rest(text: &str, parts: &[Part<'_>]) -> Option<String> {
    let blank = |text: &str| " ".repeat(text.chars().count());
    let mut rest = String::new();
    let mut end = 0;
    for part in parts.iter().filter(|part| part.error.is_none()) {
        let gap = blank(&text[end..part.at]);
        let joint = if gap.len() < part.joint.len() + 2 { "or" } else { part.joint };
        match rest.trim().is_empty() {
            true => rest.push_str(&gap),
            false if gap.len() < joint.len() + 2 => return None,
            false => rest.push_str(&format!(" {joint}{}", &gap[joint.len() + 1..])),
        }
        rest.push_str(part.text);
        end = part.at + part.text.len();
    }
    (rest.parse::<Condition>().is_ok()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, errors: &[usize], rest: &str) {
        let found = recover(text).unwrap_or_else(|| panic!("{text} is a condition"));
        let at: Vec<usize> = found.errors.iter().map(|error| error.at).collect();
        assert_eq!((at.as_slice(), found.rest.as_deref().unwrap_or_default()), (errors, rest), "{text}: {found:?}");
    }

    #[test]
    fn each_part_is_looked_at_and_what_can_be_read_stays_in_its_place() {
        check("lead.scor > 40 && lead.email is present", &[15], "lead.scor > 40 or lead.email is present");
        check("lead.a likes 4 and lead.b >", &[7, 27], "");
        check(
            "lead.a > 1 and (lead.b likes 2 or not lead.c < 3)",
            &[23],
            "lead.a > 1 or                         lead.c < 3",
        );
        check("(lead.a > 1 and lead.b > 2", &[0], " lead.a > 1 and lead.b > 2");
        check("lead.a is DE or FR", &[16], "lead.a is DE");
        check("lead.a in [and, or] and lead.b", &[11, 30], "");
        check("lead.é = 1 und x or lead.b > 1", &[12], "                    lead.b > 1");
        check("lead.a is \"x", &[10], "");
        assert_eq!(recover("lead.a > 1"), None);
    }
}
