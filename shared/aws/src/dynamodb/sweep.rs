use engine::ports::{PortError, Watermark};

use super::{
    Item,
    item::{number, text},
    write::Condition,
};
use crate::{Ports, failure};

/// The one row of the sweep.
const TIMERS: &str = "timers";

impl Watermark for Ports {
    async fn swept_to(&self) -> Result<Option<i64>, PortError> {
        const NAME: &str = "read the watermark";
        let item = self.get(NAME, &self.config.tables.sweep, [("name", text(TIMERS))]).await?;
        let read = |item: Item| item.get_number("swept").ok_or_else(|| failure::unreadable(NAME, "no minute"));
        item.map(read).transpose()
    }

    async fn set_swept_to(&self, minute: i64) -> Result<(), PortError> {
        let item = Item::default().text("name", TIMERS).number("swept", minute);
        let forward = Condition::new("attribute_not_exists(swept) OR swept < :swept").value(":swept", number(minute));
        self.put("set the watermark", &self.config.tables.sweep, item, forward).await.map(drop)
    }
}
