//! Handoff's decisions: workflows, conditions, executions, assignment, calendars, timers.
//!
//! Pure: no async, no I/O, no clock, no randomness. `now` is an argument, effects are values.
//! The compiler holds this: nothing that could do otherwise is in the manifest, and
//! `.clippy.toml` beside it bans the standard library's clocks, environment and files.

pub mod assignment;
pub mod calendar;
pub mod cause;
pub mod clock;
pub mod condition;
pub mod country;
pub mod decide;
pub mod domain_name;
pub mod duration;
pub mod effect;
pub mod event;
pub mod execution;
pub mod explain;
pub mod facts;
pub mod follow_up;
pub mod history;
pub mod id;
pub mod instant;
pub mod kept;
pub mod matching;
pub mod merge_fields;
pub mod message;
pub mod nearest;
pub mod plan;
pub mod playbook;
pub mod plural;
pub mod rotation;
pub mod route;
pub mod routing;
pub mod staff;
pub mod step;
pub mod step_path;
pub mod task;
pub mod template;
pub mod value;
pub mod visible;
pub mod workflow;
