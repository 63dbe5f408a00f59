//! How a person was recognised, or taken for somebody else, in words.

use super::{change::Scene, voice::uncapital};
use crate::{
    event::GapWhy,
    matching::{Found, MOST, is_same_name},
    plural::plural,
};

/// One sentence; none for what says nothing of who somebody is.
pub(super) fn sentence(why: &GapWhy, label: &str, scene: Scene<'_>) -> Option<String> {
    let kind = scene.entry.record.kind.as_str();
    let field = uncapital(label);
    Some(match why {
        GapWhy::Identified { value, found: Found::One { called, .. } } => {
            format!("Recognised as {called} by {field} \u{201c}{value}\u{201d}")
        }
        GapWhy::Identified { value, found: Found::Several(count) } => {
            let count = if *count < MOST { count.to_string() } else { format!("{count} or more") };
            format!("{count} {} have the {field} \u{201c}{value}\u{201d}: none of them is chosen", plural(kind))
        }
        GapWhy::SharedWith { value, called, differs } => {
            let differs = uncapital(&scene.voice.field(kind, kind, differs));
            format!(
                "{called} has the same {field} \u{201c}{value}\u{201d} and another {differs}: they are two {}",
                plural(kind)
            )
        }
        GapWhy::KnownName { answer, known, .. } if is_same_name(answer, known) => {
            format!("{label} stays \u{201c}{known}\u{201d}: \u{201c}{answer}\u{201d} is the same name")
        }
        GapWhy::KnownName { answer, known, shorter: true } => {
            format!("{label} stays \u{201c}{known}\u{201d}: \u{201c}{answer}\u{201d} is a shorter form of it")
        }
        GapWhy::KnownName { answer, known, shorter: false } => {
            format!(
                "{label} stays \u{201c}{known}\u{201d}: they were recognised, and gave the name \u{201c}{answer}\u{201d}"
            )
        }
        GapWhy::Identified { found: Found::None, .. }
        | GapWhy::Missing
        | GapWhy::Assumed { .. }
        | GapWhy::EmailDomain { .. }
        | GapWhy::Sought { .. }
        | GapWhy::Unreadable { .. }
        | GapWhy::Partly { .. }
        | GapWhy::Placeholder { .. }
        | GapWhy::Several { .. } => return None,
    })
}
