use engine::ports::{Cursor, DeadLetter, DeadLetters, Page, PortError};

use super::{Item, item::text, list::List, shard, sortable};
use crate::Ports;

impl DeadLetters for Ports {
    async fn dead_letter(&self, id: &str) -> Result<Option<DeadLetter>, PortError> {
        const NAME: &str = "read a dead letter";
        let item = self.get(NAME, &self.config.tables.dead_letters, [("id", text(id))]).await?;
        item.map(|item| item.parse(NAME)).transpose()
    }

    async fn put_dead_letter(&self, letter: &DeadLetter) -> Result<(), PortError> {
        const NAME: &str = "put a dead letter";
        let item = Item::default()
            .text("id", &letter.id)
            .listed("all", shard(&letter.id), format!("{}#{}", sortable(letter.died_at), letter.id))
            .body(NAME, letter)?;
        self.overwrite(NAME, &self.config.tables.dead_letters, item).await
    }

    async fn dead_letters(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<DeadLetter>, PortError> {
        const NAME: &str = "list dead letters";
        let table = &self.config.tables.dead_letters;
        let list = List { operation: NAME, table, index: "by_time", name: "all", filter: Vec::new(), from: None };
        let part = self.list(&list, cursor, limit).await?;
        let items = part.items.iter().map(|item| item.parse(NAME)).collect::<Result<_, _>>()?;
        Ok(Page { items, next: part.next })
    }
}
