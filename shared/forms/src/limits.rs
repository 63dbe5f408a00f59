//! How much one request may carry. Checked before or while the body is read.

/// The largest body, in bytes.
pub const BODY_BYTES: usize = 64 * 1024;
/// How deep objects and lists may nest.
pub const DEPTH: usize = 16;
/// How many questions one submission may answer.
pub const FIELDS: usize = 200;
/// The longest single text, in bytes.
pub const TEXT_BYTES: usize = 8 * 1024;
/// A moment further ahead of our clock than this is not believed, in minutes.
pub const AHEAD_MINUTES: i64 = 24 * 60;
