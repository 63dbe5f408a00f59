//! A plain text: lines that name what they say (`email: …`, `email=…`), or a text and nothing else.

use serde_json::{Map, Value as Json};

use super::json::insert;

/// What the text says by its names. A line without a name goes on with the one before it.
pub(super) fn read(text: &str) -> Json {
    let mut named: Vec<(&str, String)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (name_of(line), named.last_mut()) {
            (Some((name, value)), _) => named.push((name, value.to_owned())),
            (None, Some((_, value))) => {
                value.push('\n');
                value.push_str(line);
            }
            (None, None) => return Json::Object(Map::from_iter([("text".to_owned(), Json::from(text.trim()))])),
        }
    }
    let mut members = Map::new();
    named.into_iter().for_each(|(name, value)| insert(&mut members, name, Json::String(value)));
    Json::Object(members)
}

fn name_of(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once([':', '='])?;
    let is_name = (1..=60).contains(&name.len()) && name.starts_with(char::is_alphabetic);
    let is_address = value.starts_with("//") || name.contains(['@', '<', '{', '"']);
    (is_name && !is_address).then(|| (name.trim_end(), value.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(read(text).to_string(), expected, "{text}");
    }

    #[test]
    fn lines_are_read_by_their_names_or_kept_as_one_text() {
        check("email=ada@example.com\r\nname=Ada\r\n", r#"{"email":"ada@example.com","name":"Ada"}"#);
        check(
            "Email: ada@example.com\nMessage: Hello,\n  call me\n",
            r#"{"Email":"ada@example.com","Message":"Hello,\ncall me"}"#,
        );
        check(" call ada@example.com ", r#"{"text":"call ada@example.com"}"#);
        check("<lead email=\"ada@example.com\"/>", r#"{"text":"<lead email=\"ada@example.com\"/>"}"#);
        check("https://example.com", r#"{"text":"https://example.com"}"#);
    }
}
