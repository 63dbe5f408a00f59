use engine::ports::{Clock, PortError, Queue};
use rusqlite::params;

use crate::Store;

use super::{Depth, number};

impl Store {
    /// How many messages a queue holds. Counts them: not for every request.
    pub fn depth(&self, queue: Queue) -> Result<Depth, PortError> {
        let now = self.now().as_millis();
        self.read("counting messages", |connection| {
            let sql = "SELECT count(*) FILTER (WHERE visible_at <= ?2),
                              count(*) FILTER (WHERE visible_at > ?2 AND receives = 0),
                              count(*) FILTER (WHERE visible_at > ?2 AND receives > 0)
                       FROM messages WHERE queue = ?1";
            let mut count = connection.prepare_cached(sql)?;
            let mut depth = count.query_row(params![number(queue), now], |row| {
                Ok(Depth { ready: row.get(0)?, delayed: row.get(1)?, in_flight: row.get(2)?, dead: 0 })
            })?;
            let mut dead = connection.prepare_cached("SELECT count(*) FROM dead WHERE queue = ?1")?;
            depth.dead = dead.query_row(params![number(queue)], |row| row.get(0))?;
            Ok(depth)
        })
    }
}
