//! YAML as JSON, for files beside a playbook: a lead to try, an event to send.

use serde_json::{Map, Value};

use crate::{
    Diagnostic,
    read::Report,
    yaml::{self, Content, Node},
};

/// Reads a YAML (or JSON) text by the same rules as a playbook's files.
pub fn yaml_to_json(file: &str, text: &str) -> Result<Value, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let node = yaml::parse(text, &mut Report::new(file, &mut diagnostics));
    match node {
        Some(node) if diagnostics.is_empty() => Ok(json(&node)),
        _ => Err(diagnostics),
    }
}

fn json(node: &Node) -> Value {
    match &node.content {
        Content::Null | Content::Hole => Value::Null,
        Content::YesNo(yes) => Value::Bool(*yes),
        Content::Number(number) => Value::Number(number.clone()),
        Content::Text { text, .. } => Value::String(text.clone()),
        Content::List(items) => items.iter().map(json).collect(),
        Content::Map(entries) => {
            let members: Map<String, Value> =
                entries.iter().map(|entry| (entry.key.clone(), json(&entry.value))).collect();
            Value::Object(members)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::yaml_to_json;

    #[test]
    fn texts_numbers_and_nothing_keep_their_types() {
        let text = "a: no\nb: [1, 1.5, true, '1']\nc:\nd: { e: 2026-12-01 }\n";
        let expected = json!({ "a": "no", "b": [1, 1.5, true, "1"], "c": null, "d": { "e": "2026-12-01" } });
        assert_eq!(yaml_to_json("x.yaml", text), Ok(expected));
    }

    #[test]
    fn what_is_no_yaml_is_refused_with_its_place() {
        let found = yaml_to_json("x.yaml", "a: 0123\n").unwrap_err();
        assert_eq!(
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "x.yaml:1:4 error yaml-leading-zero: `0123` would lose its zero as a number; a code needs quotes → \"0123\""
            ]
        );
    }
}
