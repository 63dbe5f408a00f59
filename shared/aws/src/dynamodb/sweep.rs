use engine::ports::{PortError, Swept, Watermark};

use super::{
    Item,
    item::{number, text},
    write::Condition,
};
use crate::{Ports, failure};

/// The one row of the sweep.
const TIMERS: &str = "timers";

impl Watermark for Ports {
    async fn swept_to(&self) -> Result<Option<Swept>, PortError> {
        const NAME: &str = "read the watermark";
        let item = self.get(NAME, &self.config.tables.sweep, [("name", text(TIMERS))]).await?;
        let read = |item: Item| {
            let minute = item.get_number("swept").ok_or_else(|| failure::unreadable(NAME, "no minute"))?;
            Ok(Swept { minute, within: item.get_text("progress").map(str::to_owned) })
        };
        item.map(read).transpose()
    }

    async fn set_swept_to(&self, swept: &Swept) -> Result<(), PortError> {
        let forward = match &swept.within {
            Some(within) => Condition::new(WITHIN).value(":within", text(within)),
            None => Condition::new(FORWARD),
        };
        let forward = forward.value(":swept", number(swept.minute));
        self.put("set the watermark", &self.config.tables.sweep, item(swept), forward).await.map(drop)
    }

    async fn set_back(&self, from: &Swept, to: &Swept) -> Result<(), PortError> {
        let unmoved = match &from.within {
            Some(within) => Condition::new("swept = :swept AND progress = :within").value(":within", text(within)),
            None => Condition::new("swept = :swept AND attribute_not_exists(progress)"),
        };
        let unmoved = unmoved.value(":swept", number(from.minute));
        self.put("set the watermark back", &self.config.tables.sweep, item(to), unmoved).await.map(drop)
    }
}

fn item(swept: &Swept) -> Item {
    let item = Item::default().text("name", TIMERS).number("swept", swept.minute);
    match &swept.within {
        Some(within) => item.text("progress", within),
        None => item,
    }
}

/// A whole minute lies behind every place in the minute after it.
const FORWARD: &str = "attribute_not_exists(swept) OR swept < :swept";
const WITHIN: &str = "attribute_not_exists(swept) OR swept < :swept
    OR (swept = :swept AND (attribute_not_exists(progress) OR progress < :within))";
