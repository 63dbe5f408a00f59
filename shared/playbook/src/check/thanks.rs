//! What a browser shows after a form, and where it may be sent on to.

use std::collections::BTreeSet;

use domain::{
    merge_fields::OF_ORGANISATION,
    nearest::nearest,
    playbook::{self, Form, Organisation, Thanks, host_of},
    template::Template,
};

use super::names::{Reference, check_reference};
use crate::{code, read::Report, sections::Draft, yaml::Node};

pub(super) fn check(draft: &Draft, form: &Form, tree: &Node, report: &mut Report<'_>) {
    match &form.thanks {
        None => {}
        Some(Thanks::Template(name)) => {
            let at = tree.reach(&["thanks", "template"]).place;
            let reference = Reference { name: name.as_str(), at, code: code::UNKNOWN_TEMPLATE, what: "a template" };
            check_reference(&reference, draft.names.templates.iter().map(String::as_str), report);
            let Some(template) = draft.templates.get(name) else { return };
            let known = known_fields(draft, form);
            let all = known.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            for unknown in unknown_fields(&known, template) {
                let message = format!(
                    "the page after the form knows what this submission says, and `{name}` asks for `{unknown}`; choose from {all}"
                );
                let meant = nearest(&unknown, known.iter().map(String::as_str)).map(str::to_owned);
                report.error(at, code::THANKS, message, meant);
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

/// The merge fields that the page cannot have. What is no template is said where it stands.
fn unknown_fields(known: &BTreeSet<String>, template: &playbook::Template) -> BTreeSet<String> {
    let mut unknown = BTreeSet::new();
    for text in [&template.subject, &template.body] {
        let (template, _) = Template::read(text);
        let paths = template.references().into_iter().map(|reference| reference.path);
        unknown.extend(paths.filter(|path| !known.contains(*path)).map(str::to_owned));
    }
    unknown
}

/// What the map of the form fills, under the names that letters have for it, and the organisation.
fn known_fields(draft: &Draft, form: &Form) -> BTreeSet<String> {
    let own = draft.schema.as_ref().and_then(|schema| schema.kinds.get(&form.record));
    let mut known: BTreeSet<String> = OF_ORGANISATION.iter().map(|field| format!("organisation.{field}")).collect();
    for (kind, field) in form.map.keys().filter_map(|target| target.split_once('.')) {
        let links = own.into_iter().flat_map(|own| &own.links).filter(|(_, linked)| linked.as_str() == kind);
        known.extend(links.map(|(link, _)| format!("{link}.{field}")));
        if kind == form.record.as_str() {
            known.insert(format!("{kind}.{field}"));
        }
    }
    known
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
