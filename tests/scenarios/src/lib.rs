//! Scenarios: what Handoff promises, told as scripts in `scripts/` and held to in every run.
//!
//! Each script is run as it stands, and once more with every message delivered twice: both
//! runs must print what the file says. `UPDATE_SCRIPTS=1 cargo test -p scenarios` writes
//! what they print now; review it like code.
//!
//! `availability/` holds a table of who of a team around the world is available when, calculated
//! without Handoff, and what the calendar is held to.
