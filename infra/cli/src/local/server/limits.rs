//! How many connections there may be, and how long each may keep the host waiting.

use std::time::Duration;

use clap::Args;

/// Flags of `serve`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connections")]
pub struct Limits {
    /// Connections at a time; past it the one that has waited longest for its client is closed.
    /// 1000, or fewer where the process may open few files
    #[arg(long, value_name = "N", value_parser = some)]
    pub connections: Option<u32>,
    /// Connections of one address at a time; does not count for trusted proxies
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = some)]
    pub connections_per_address: u32,
    /// How long the head of a request may take to come
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = some_seconds)]
    pub header_timeout: Duration,
    /// How long a body may take to come, and an answer may wait for its reader
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = some_seconds)]
    pub body_timeout: Duration,
    /// How long a connection without a request stays open
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = some_seconds)]
    pub idle_timeout: Duration,
}

/// How many there may be where nobody says.
const CONNECTIONS: u32 = 1000;
/// Files that the store, mail servers and the rest of the host may need.
const OTHER_FILES: u32 = 200;

impl Limits {
    /// As many as were asked for, or as many as leave files for everything else.
    pub fn all_connections(&self) -> usize {
        let number = self.connections.unwrap_or_else(|| open_files().map_or(CONNECTIONS, beside_others));
        number as usize
    }
}

fn beside_others(files: u32) -> u32 {
    files.saturating_sub(OTHER_FILES).max(files / 2).clamp(1, CONNECTIONS)
}

/// How many files this process may have open, where the system says.
fn open_files() -> Option<u32> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// `10`, `10s` or `0.5`.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let number: Option<f64> = text.trim().trim_end_matches('s').trim_end().parse().ok();
    number
        .and_then(|number| Duration::try_from_secs_f64(number).ok())
        .filter(|duration| *duration <= Duration::from_secs(86_400))
        .ok_or_else(|| "write a number of seconds, for example 10, and no more than a day".to_owned())
}

/// The same, and more than none: whatever comes in two parts would be cut off.
fn some_seconds(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        Duration::ZERO => Err("0 would end every connection at once; write for example 10".to_owned()),
        some => Ok(some),
    }
}

/// A number of connections.
fn some(text: &str) -> Result<u32, String> {
    text.trim().parse().ok().filter(|number| *number > 0).ok_or_else(|| "write a number, 1 or more".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_the_rest() {
        for (files, connections) in [(64, 32), (256, 128), (1024, 824), (65_536, 1000), (1, 1)] {
            assert_eq!(beside_others(files), connections, "{files}");
        }
    }

    #[test]
    fn seconds_are_read_with_and_without_their_unit() {
        for (text, millis) in [("10", 10_000), ("10s", 10_000), ("0.5", 500), ("0", 0), (" 2 s", 2_000)] {
            assert_eq!(seconds(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "-1", "ten", "1e30", "NaN", "86401", "inf"] {
            assert!(seconds(text).is_err(), "{text}");
        }
        assert!(some_seconds("0").unwrap_err().contains("at once") && some_seconds("0.5").is_ok());
        assert!(some("0").unwrap_err().contains("1 or more") && some("1") == Ok(1));
    }
}
