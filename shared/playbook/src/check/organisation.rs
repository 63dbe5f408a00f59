use domain::playbook::Outbound;

use super::{
    address::{check_email, check_link},
    people::check_named,
    thanks,
};
use crate::{
    Diagnostic, code,
    read::Report,
    sections::{Draft, ORGANISATION},
};

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    let (Some(organisation), Some(tree)) = (&draft.organisation, draft.tree(ORGANISATION)) else { return };
    let report = &mut Report::new(ORGANISATION, diagnostics);
    for (name, address) in &organisation.senders {
        check_email(address, tree.reach(&["senders", name]).place, report);
    }
    check_link(organisation.booking_link.as_ref(), tree.reach(&["booking_link"]).place, report);
    if let Outbound::Only(addresses) = &organisation.outbound {
        for (index, address) in addresses.iter().enumerate() {
            check_email(address, tree.reach(&["outbound", "only", &index.to_string()]).place, report);
        }
    }
    thanks::check_hosts(organisation, tree, report);
    if let Some(named) = &organisation.exceptions_to {
        check_named(draft, named, tree.reach(&["exceptions_to"]).place, report);
    }
    if organisation.outbound != Outbound::Capture && !organisation.senders.contains_key("default") {
        let at = tree.entry("outbound").map_or(tree.place, |entry| entry.key_place);
        let message = "mail would go out, but senders.default names no address to send it from";
        report.error(at, code::NO_SENDER, message, Some("senders: { default: … }".to_owned()));
    }
}
