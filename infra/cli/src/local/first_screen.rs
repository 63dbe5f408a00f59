//! What a host says when it starts: everything that is needed for the first five minutes.

use std::{collections::BTreeMap, net::SocketAddr, path::Path};

use domain::{
    instant::Instant,
    playbook::{Outbound, Playbook},
};
use serde_json::json;

use crate::{
    key_file,
    local::sample::sample,
    say::{Look, Say},
    waiting,
};

/// A host that has just started.
pub struct Started<'a> {
    pub address: SocketAddr,
    pub data: &'a Path,
    /// The folder that is watched.
    pub folder: Option<&'a Path>,
    pub playbook: &'a Playbook,
    /// Why it is this one.
    pub why_active: String,
    /// `host:port` of the server that takes e-mail.
    pub mail: Option<&'a str>,
    /// A key made just now; it is shown this once.
    pub key: Option<&'a str>,
    /// How many submissions came for each form before it was described.
    pub waiting: Vec<(String, u64)>,
    pub now: Instant,
}

pub fn show(say: &Say, started: &Started<'_>) {
    let Started { address, data, folder, playbook, why_active, mail, key, waiting, now: _ } = started;
    let url = format!("http://{address}");
    if say.json {
        return say.line(
            json!({
                "listening": url,
                "data": data,
                "playbook": folder,
                "manifest": playbook.manifest_id(),
                "why_active": why_active,
                "mail": mail,
                "key": key,
                "waiting": waiting.iter().cloned().collect::<BTreeMap<String, u64>>(),
            })
            .to_string(),
        );
    }
    say.line(format!("\n{} is running for {}\n", say.paint(Look::Bold, "Handoff"), playbook.organisation.name));
    let rows = [
        (
            "Address",
            format!(
                "{}  (opens in a browser: no name, and the admin key as the password)",
                say.paint(Look::Link, &url)
            ),
        ),
        ("Data", data.display().to_string()),
        (
            "Playbook",
            folder.map_or_else(
                || "no folder is watched".to_owned(),
                |folder| format!("{}  (edit a file and save it: it is checked, then taken)", folder.display()),
            ),
        ),
        ("Active", format!("{}: {why_active}", playbook.manifest_id())),
        ("Outbound", outbound(&playbook.organisation.outbound, mail.unwrap_or("no server"))),
    ];
    rows.iter().for_each(|(name, value)| say.line(format!("  {:9} {value}", say.paint(Look::Dim, name))));
    if let Some(key) = key {
        let file = key_file::beside(data);
        say.line(format!("  {:9} {}", say.paint(Look::Dim, "Admin key"), say.paint(Look::Warn, key)));
        say.line(format!("            shown this once; {} keeps it for commands on this machine", file.display()));
    }
    for (form, count) in waiting {
        say.line(say.paint(Look::Warn, &format!("\n  {}", waiting::line(form, *count))));
    }
    if !address.ip().is_loopback() {
        say.line(say.paint(Look::Warn, "\n  Anybody who reaches this address can post forms; the rest needs the key."));
    }
    next_steps(say, &url, started);
}

/// When the organisation opens, where it is closed now.
fn closed_until(started: &Started<'_>) -> Option<String> {
    let organisation = &started.playbook.organisation;
    let opening = organisation.calendar().next_opening(started.now).filter(|opening| *opening > started.now)?;
    Some(organisation.time_zone.describe(opening))
}

fn outbound(mode: &Outbound, through: &str) -> String {
    match mode {
        Outbound::Capture => "capture: every message is kept in the outbox and sent to nobody".to_owned(),
        Outbound::Only(addresses) => format!("only to {}, through {through}", addresses.join(", ")),
        Outbound::Live => format!("live: messages are sent through {through}"),
    }
}

fn next_steps(say: &Say, url: &str, started: &Started<'_>) {
    let handoff = std::env::args().next().unwrap_or_else(|| "handoff".to_owned());
    // The host's key and address lie beside its data.
    let data = if started.data == Path::new("handoff.db") {
        String::new()
    } else {
        format!(" --data {}", started.data.display())
    };
    if let Some((form, body)) = sample(started.playbook) {
        say.line(format!("\n{}", say.paint(Look::Bold, "Submit a form:")));
        say.line(format!("\n  curl {url}/v1/forms/{form} \\\n    -H 'content-type: application/json' \\"));
        say.line(format!("    -d '{body}'"));
        say.line(format!("\n{}", say.paint(Look::Bold, "See what became of it:")));
        say.line(format!("\n  {handoff} timeline ada@example.com{data}"));
        if let Some(folder) = started.folder {
            let title = "See a lead assigned, answered and escalated, at any hour:";
            say.line(format!("\n{}", say.paint(Look::Bold, title)));
            let usual = folder == Path::new("playbook");
            let own = if usual { String::new() } else { format!(" --playbook {}", folder.display()) };
            say.line(format!("\n  {handoff} try{own}"));
        }
    }
    if let Some(opening) = closed_until(started) {
        say.line(format!(
            "\n  Nobody works now: a lead that comes is told so, and assigned when they open, {opening}."
        ));
    }
    say.line(format!("\n{}", say.paint(Look::Dim, "Stop with ctrl-c. Nothing is lost, not even by kill -9.")));
}
