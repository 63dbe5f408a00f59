//! How much is read, and how much is kept. What exceeds it is cut, kept elsewhere, or named: never
//! the reason to lose a lead.

/// The largest body, in bytes, where a host is not told otherwise.
pub const BODY_BYTES: usize = 1024 * 1024;
/// How deep objects and lists are read; what lies deeper is kept as text.
pub const DEPTH: usize = 16;
/// How many pairs of an urlencoded body are read; what follows is kept as text.
pub const PAIRS: usize = 2_000;
/// How many fields a submission has; the others are kept together in one.
pub const FIELDS: usize = 200;
/// How many fields beyond that, and bytes of names, are free for what says who somebody is, wherever it stands.
pub const WHO: usize = 20;
pub const WHO_BYTES: usize = 4_000;
/// How many bytes of names are free for the questions that a form's map names, wherever they stand.
pub const MAPPED_BYTES: usize = 8_000;
/// How many files of a submission are named.
pub const FILES: usize = 50;
/// The longest name of a field, in bytes.
pub const NAME_BYTES: usize = 200;
/// The names of a submission's fields with their other names and places, in bytes.
pub const NAMES_BYTES: usize = 40_000;
/// The longest text that a record's field takes, in bytes; the rest is kept beside it.
pub const TEXT_BYTES: usize = 8 * 1024;
/// All texts of a submission, in bytes of JSON. With its names it fits into one message and one entry of a history.
pub const SUBMISSION_BYTES: usize = 160_000;
/// How many remarks there are on one submission.
pub const REMARKS: usize = 20;
/// A moment further ahead of our clock than this is not believed, in minutes.
pub const AHEAD_MINUTES: i64 = 24 * 60;
