//! What keeps others out of a form: its secrets, and the field that only robots fill.

use domain::{
    id::FormId,
    playbook::{Form, Source},
};

use crate::{code, read::Report, yaml::Node};

pub(super) fn check_secrets(id: &FormId, form: &Form, tree: &Node, report: &mut Report<'_>) {
    for (key, secret) in form.secrets() {
        let is_named =
            ["env:", "ssm:"].iter().any(|scheme| secret.strip_prefix(scheme).is_some_and(|name| !name.is_empty()));
        if !is_named {
            let message = "a secret is named, not written: env:NAME or ssm:/path";
            let variable = format!("env:{}_{}", id.as_str(), key).to_uppercase().replace('-', "_");
            let suggestion = variable.replacen("ENV:", "env:", 1);
            report.error(tree.reach(&[key]).place, code::BAD_SECRET, message, Some(suggestion));
        }
    }
    if form.verify_token.is_some() && form.source != Source::Meta {
        let at = tree.entry("verify_token").map_or(tree.place, |entry| entry.key_place);
        let message = "only Meta asks for a token, and this form is not of source meta; leave it out";
        report.error(at, code::BAD_SECRET, message, None);
    }
}

/// Fields that browsers fill by themselves, whether people see them or not.
const AUTOFILLED: &[&str] = &[
    "name",
    "firstname",
    "lastname",
    "fullname",
    "email",
    "phone",
    "tel",
    "telephone",
    "mobile",
    "company",
    "organization",
    "organisation",
    "address",
    "street",
    "city",
    "zip",
    "postalcode",
    "country",
    "url",
    "website",
    "username",
    "message",
];

pub(super) fn check_honeypot(form: &Form, tree: &Node, report: &mut Report<'_>) {
    let Some(honeypot) = &form.honeypot else { return };
    let (at, trap) = (tree.reach(&["honeypot"]).place, plain(honeypot));
    let mapped = form.map.iter().find(|(_, questions)| questions.iter().any(|question| plain(question) == trap));
    if let Some((target, _)) = mapped {
        let message =
            format!("`{honeypot}` fills {target}, so everybody who answers it would be held; name a field of its own");
        return report.error(at, code::HONEYPOT_FIELD, message, Some("honeypot: hp_website".to_owned()));
    }
    if AUTOFILLED.contains(&trap.as_str()) {
        let message =
            format!("browsers fill `{honeypot}` by themselves, and providers send it, so people would be held");
        report.warning(at, code::HONEYPOT_FIELD, message, Some(format!("honeypot: hp_{trap}")));
    }
}

/// A question's name as submissions are read: case, spaces and punctuation do not count.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
