//! Texts of the active playbook that this release cannot fill: an earlier one took them, with another language of
//! templates. The check finds them in a folder; a playbook that was published before is not checked again.

use domain::{
    playbook::Playbook,
    step::{Mention, Step},
    template::{SyntaxError, Template},
};

/// A text, and what in it is not understood.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// `template intro`, `workflow speed-to-lead`.
    pub of: String,
    /// What is wrong, with the line and what to write instead.
    pub why: String,
}

pub fn unreadable(playbook: &Playbook) -> Vec<Unreadable> {
    let mut found = Vec::new();
    for (id, template) in &playbook.templates {
        for (part, text) in [("subject", &template.subject), ("body", &template.body)] {
            found.extend(
                refused(text).map(|why| Unreadable { of: format!("template {id}"), why: format!("{part}, {why}") }),
            );
        }
    }
    for (id, workflow) in &playbook.workflows {
        for steps in [&workflow.then, &workflow.otherwise] {
            each_text(steps, &mut |text| {
                found.extend(refused(text).map(|why| Unreadable { of: format!("workflow {id}"), why }));
            });
        }
    }
    found
}

fn refused(text: &str) -> Option<String> {
    let SyntaxError { message, span, .. } = Template::parse(text).err()?;
    let line = text[..span.start].matches('\n').count() + 1;
    Some(format!("line {line}, `{}`: {message}", &text[span]))
}

fn each_text(steps: &[Step], found: &mut impl FnMut(&str)) {
    for step in steps {
        for mention in step.mentions() {
            if let Mention::Text(text) = mention {
                found(text);
            }
        }
        step.branches().into_iter().for_each(|(_, branch)| each_text(branch, found));
    }
}

/// Logs each of them. A host starts all the same: other messages are not to wait for these.
pub fn warn(playbook: &Playbook) {
    for Unreadable { of, why } in unreadable(playbook) {
        tracing::warn!(of, "cannot be filled, so its messages become tasks: {why}; correct it and publish");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_named_with_its_line_and_what_to_write_instead() {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/playbook"));
        let mut playbook = playbook::load(&playbook::read_folder(folder).unwrap().files).playbook.unwrap();
        assert_eq!(unreadable(&playbook), []);
        let intro = playbook.templates.get_mut(&"intro".into()).unwrap();
        intro.body = "Hello,\nsince {{ lead.score + 1 }} days".to_owned();
        let text = serde_json::to_string(&playbook.workflows).unwrap();
        playbook.workflows = serde_json::from_str(&text.replace("was not called", "{{ lead.name.upper() }}")).unwrap();
        let found = unreadable(&playbook);
        let of: Vec<&str> = found.iter().map(|it| it.of.as_str()).collect();
        assert_eq!(of, ["template intro", "workflow speed-to-lead", "workflow speed-to-lead"], "two texts of it");
        assert!(
            found[0].why.starts_with("body, line 2, `+`: ") && found[0].why.contains("write `~`"),
            "{}",
            found[0].why
        );
        assert!(found[1].why.contains("write `lead.name | upper`"), "{}", found[1].why);
    }
}
