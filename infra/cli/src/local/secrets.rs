//! Secrets that forms name and this machine does not have: their submissions are answered 503 until it does.

use domain::{id::FormId, playbook::Playbook};

/// A secret that a form names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    pub form: FormId,
    /// `secret` or `verify_token`.
    pub key: &'static str,
    /// `env:TYPEFORM_SECRET`.
    pub reference: String,
}

/// The secrets that this machine was to know and does not. Those of `ssm:` lie elsewhere: only `serve` misses them.
pub fn missing(playbook: &Playbook, is_set: impl Fn(&str) -> bool) -> Vec<Secret> {
    let named = playbook.forms.iter().flat_map(|(form, described)| {
        described.secrets().map(move |(key, reference)| Secret {
            form: form.clone(),
            key,
            reference: reference.to_owned(),
        })
    });
    named.filter(|secret| secret.variable().is_none_or(|variable| !is_set(variable))).collect()
}

/// Whether a variable of the environment says anything.
pub fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// Logs each secret that is missing. A host starts without them: other forms are not to wait for it.
pub fn warn(playbook: &Playbook) {
    for secret in missing(playbook, is_set) {
        let (form, reference) = (secret.form.as_str(), secret.reference.as_str());
        tracing::warn!(form, key = secret.key, reference, "{}", secret.consequence());
    }
}

impl Secret {
    /// The variable of the environment that holds it.
    pub fn variable(&self) -> Option<&str> {
        self.reference.strip_prefix("env:")
    }

    pub fn consequence(&self) -> &'static str {
        match self.variable() {
            Some(_) => "this variable is not set: what comes for the form is answered 503 until it is",
            None => "this host reads secrets from env: only: what comes for the form is answered 503",
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{id::Kind, playbook::Form};

    use super::*;

    #[test]
    fn every_secret_that_is_not_set_is_missing() {
        let files = crate::shipped::files();
        let mut playbook = playbook::load(&files).playbook.unwrap();
        let form = |secret: &str| Form { secret: Some(secret.to_owned()), ..Form::about(Kind::from("lead")) };
        playbook.forms.insert("set".into(), form("env:SET"));
        playbook.forms.insert("far".into(), form("ssm:/handoff/far"));
        let token = Form { verify_token: Some("env:TOKEN".to_owned()), ..form("env:SET") };
        playbook.forms.insert("token".into(), token);
        let found: Vec<String> =
            missing(&playbook, |variable| variable == "SET").into_iter().map(|secret| secret.reference).collect();
        assert_eq!(found, ["ssm:/handoff/far", "env:TOKEN"]);
    }
}
