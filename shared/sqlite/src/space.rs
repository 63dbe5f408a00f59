//! Giving space back. What is deleted leaves pages free, which SQLite fills again before the file grows. Where much is
//! free, because `retention:` has let a lot go, the file becomes smaller: a little each minute, so that nobody who
//! writes waits for it.
//!
//! A file that an earlier release has made keeps its size. Its backup is as small as it can be, and gives space back from
//! then on.

use engine::ports::PortError;
use rusqlite::Connection;

use crate::{Store, failure::Failure};

/// Makes a file able to give single pages back: one without a table yet, or the copy that is made of one over this
/// connection.
pub(crate) fn let_give_back(connection: &Connection) -> Result<(), rusqlite::Error> {
    let is_able = connection.query_row("PRAGMA auto_vacuum", [], |row| row.get::<_, i64>(0))? != 0;
    if is_able { Ok(()) } else { connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL") }
}

/// Free pages that are kept to be filled again: 8 MB, or a quarter of the file if that is more.
const KEPT: i64 = 2048;
const KEPT_SHARE: i64 = 4;

/// Pages that are given back at a time: 4 MB.
const AT_ONCE: i64 = 1024;

impl Store {
    /// Gives some of what is free back, if that is much. Returns how many pages.
    pub async fn give_back_space(&self) -> Result<i64, PortError> {
        self.write("giving space back", give_back).await
    }
}

fn give_back(connection: &Connection) -> Result<i64, Failure> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (free, all) = (number("PRAGMA freelist_count")?, number("PRAGMA page_count")?);
    let too_many = free - KEPT.max(all / KEPT_SHARE);
    if too_many <= 0 {
        return Ok(0);
    }
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({})", too_many.min(AT_ONCE)))?;
    // Each step gives one page back.
    let mut steps = vacuum.query([])?;
    while steps.next()?.is_some() {}
    Ok(free - number("PRAGMA freelist_count")?)
}
