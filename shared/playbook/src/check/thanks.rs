//! What a browser shows after a form, and where it may be sent on to.

use domain::playbook::{Form, Organisation, Thanks, host_of};

use super::names::{Reference, check_reference};
use crate::{code, read::Report, sections::Draft, yaml::Node};

pub(super) fn check(draft: &Draft, form: &Form, tree: &Node, report: &mut Report<'_>) {
    match &form.thanks {
        None => {}
        Some(Thanks::Template(name)) => {
            let at = tree.reach(&["thanks", "template"]).place;
            let reference = Reference { name: name.as_str(), at, code: code::UNKNOWN_TEMPLATE, what: "a template" };
            check_reference(&reference, draft.names.templates.iter().map(String::as_str), report);
            let template = draft.templates.get(name);
            if template.is_some_and(|template| has_merge_field(&template.subject) || has_merge_field(&template.body)) {
                let message = format!("the page after a form knows no record, so `{name}` can have no merge fields");
                report.error(at, code::THANKS, message, None);
            }
        }
        Some(Thanks::Redirect(address)) => {
            let at = tree.reach(&["thanks", "redirect"]).place;
            let Some(organisation) = &draft.organisation else { return };
            match host_of(address) {
                None => {
                    let message = "write a whole address, with https:// and a host, and without spaces";
                    report.error(at, code::THANKS, message, Some("https://www.example.com/thanks".to_owned()));
                }
                Some(host) if !organisation.may_redirect_to(address) => {
                    let message = format!("organisation.yaml does not list {host} among its redirect_hosts");
                    report.error(at, code::THANKS, message, Some(format!("redirect_hosts: [{host}]")));
                }
                Some(_) => {}
            }
        }
    }
}

fn has_merge_field(text: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|open| text.contains(open))
}

/// Hosts are compared as they stand.
pub(super) fn check_hosts(organisation: &Organisation, tree: &Node, report: &mut Report<'_>) {
    for (index, host) in organisation.redirect_hosts.iter().enumerate() {
        if host_of(&format!("https://{host}")) != Some(host) {
            let message = format!("`{host}` is not a host; leave out https:// and whatever follows the host");
            let at = tree.reach(&["redirect_hosts", &index.to_string()]).place;
            report.error(at, code::THANKS, message, host_of(host).map(str::to_owned));
        }
    }
}
