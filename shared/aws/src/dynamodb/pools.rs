use domain::{assignment::PoolState, id::PoolId};
use engine::ports::{PoolVersion, Pools, PortError, Saved};

use super::{
    Item,
    item::{number, text},
    write::{Condition, Write},
};
use crate::{Ports, failure};

impl Pools for Ports {
    async fn pool(&self, pool: &PoolId) -> Result<(PoolState, PoolVersion), PortError> {
        const NAME: &str = "read a pool";
        let Some(item) = self.get(NAME, &self.config.tables.pools, [("pool", text(pool.as_str()))]).await? else {
            return Ok((PoolState::default(), 0));
        };
        let version =
            item.get_number("version").ok_or_else(|| failure::unreadable(NAME, "a pool without a version"))?;
        Ok((item.parse(NAME)?, version))
    }

    async fn save_pool(&self, pool: &PoolId, state: &PoolState, read: PoolVersion) -> Result<Saved, PortError> {
        const NAME: &str = "save a pool";
        let item = Item::default().text("pool", pool.as_str()).number("version", read + 1).body(NAME, state)?;
        let unchanged = match read {
            0 => Condition::new("attribute_not_exists(version)"),
            _ => Condition::new("version = :read").value(":read", number(read)),
        };
        match self.put(NAME, &self.config.tables.pools, item.clone(), unchanged).await? {
            Write::Done => Ok(Saved::Done),
            // An earlier attempt of this call, whose answer was lost.
            Write::Refused(stored) if stored == item => Ok(Saved::Done),
            Write::Refused(_) => Ok(Saved::Conflict),
        }
    }
}
