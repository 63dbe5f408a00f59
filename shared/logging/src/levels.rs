//! Which lines are written: `RUST_LOG`, within what may be logged at all.

use std::str::FromStr;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets};

/// Our crates. They log ids and no personal values, at every level.
const OURS: [&str; 13] = [
    "aws", "console", "domain", "engine", "forms", "handoff", "host", "logging", "playbook", "script", "smtp",
    "sqlite", "panic",
];
/// What others may say at most: below it they print what they carry, bodies and headers among it.
const OTHERS: Level = Level::INFO;
const DEFAULT: &str = "info";

/// What writes about the log itself, whatever is silenced.
pub(crate) const OF_THE_LOG: &str = "logging";

/// The levels of a process.
#[derive(Debug, Clone)]
pub struct Levels {
    targets: Targets,
    /// Words that are neither a level nor a part of Handoff: a slip such as `inof` is taken for the name of a crate, and
    /// silences all the others.
    pub(crate) unknown: Vec<String>,
}

/// `RUST_LOG` that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` names no log levels; write for example info, or warn,engine=debug")]
pub struct LevelsError(String);

impl Default for Levels {
    fn default() -> Self {
        DEFAULT.parse().expect("a level")
    }
}

impl FromStr for Levels {
    type Err = LevelsError;

    /// `warn`, `warn,engine=debug`: a level for everything, and for a crate or module.
    fn from_str(text: &str) -> Result<Self, LevelsError> {
        let text = if text.trim().is_empty() { DEFAULT } else { text };
        let targets = text.parse().map_err(|_| LevelsError(text.to_owned()))?;
        Ok(Self { targets, unknown: unknown_words(text) })
    }
}

impl Levels {
    pub(crate) fn filter(self) -> FilterFn<impl Fn(&Metadata<'_>) -> bool> {
        FilterFn::new(move |metadata: &Metadata<'_>| self.allows(metadata.target(), *metadata.level()))
    }

    fn allows(&self, target: &str, level: Level) -> bool {
        let is_of_the_log = target == OF_THE_LOG && level <= Level::WARN && !self.unknown.is_empty();
        is_of_the_log || self.targets.would_enable(target, &level) && (level <= OTHERS || is_ours(target))
    }
}

fn unknown_words(named: &str) -> Vec<String> {
    let words = named.split(',').map(str::trim).filter(|word| !word.is_empty() && !word.contains('='));
    words.filter(|word| word.parse::<LevelFilter>().is_err() && !is_ours(word)).map(str::to_owned).collect()
}

fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or_default();
    OURS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(levels: &str, target: &str, finest: Option<Level>) {
        let levels: Levels = levels.parse().unwrap_or_else(|error| panic!("{error}"));
        for level in [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE] {
            let expected = finest.is_some_and(|finest| level <= finest);
            assert_eq!(levels.allows(target, level), expected, "{levels:?} {target} {level}");
        }
    }

    #[test]
    fn a_bare_word_is_a_level_or_one_of_our_crates() {
        assert_eq!(unknown_words("inof, warn,engine::act,hyper=warn,OFF,loud"), ["inof", "loud"]);
        assert_eq!(unknown_words(""), Vec::<String>::new());
    }

    #[test]
    fn levels_are_those_asked_for_and_others_print_no_bodies() {
        check("", "engine::act", Some(Level::INFO));
        check("trace", "engine::act", Some(Level::TRACE));
        check("trace", "hyper::proto", Some(Level::INFO));
        check("hyper=trace", "hyper::proto", Some(Level::INFO));
        check("trace", "aws_smithy_runtime::client", Some(Level::INFO));
        check("trace", "hostile", Some(Level::INFO));
        check("warn,engine=debug", "engine::act", Some(Level::DEBUG));
        check("warn,engine=debug", "sqlite::writer", Some(Level::WARN));
        check("off", "engine::act", None);
    }

    #[test]
    fn what_names_no_level_is_refused_and_says_what_to_write() {
        let error = "engine=loud".parse::<Levels>().unwrap_err().to_string();
        assert!(error.contains("engine=loud") && error.contains("warn,engine=debug"), "{error}");
    }
}
