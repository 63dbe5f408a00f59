//! A pool's rows: what a state is as items, and back. Nothing here reads or writes.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    id::{PersonId, PoolId, RecordKey, derive},
    rotation::{Page, Place, PoolState, Slot, Worth},
};
use engine::ports::{PoolVersion, PortError};

use super::super::{Item, item::text, sortable};
use crate::failure;

/// The row every save writes: version, rotation, ledger, and the first page of members.
pub(super) const HEAD: &str = "pool";

/// What the name of a place in line begins with.
pub(super) const LINE: &str = "line#";

/// What the name of a further page begins with.
pub(super) const PAGE: &str = "page#";

const FIRST_PAGE: u16 = 0;

/// What one save writes.
#[derive(Debug)]
pub(super) struct Rows {
    pub head: Item,
    pub beside: Vec<Beside>,
}

/// A row that changes together with the head.
#[derive(Debug)]
pub(super) enum Beside {
    Put(Item),
    Delete([(String, AttributeValue); 2]),
}

impl Rows {
    pub fn of(
        operation: &'static str,
        pool: &PoolId,
        before: &PoolState,
        after: &PoolState,
        version: PoolVersion,
    ) -> Result<Self, PortError> {
        let row = |name: String| Item::default().text("pool", pool.as_str()).text("row", name);
        let mut beside = Vec::new();
        let mut said = Vec::new();
        for page in after.changed_pages(before).into_iter().filter(|page| *page != FIRST_PAGE) {
            let members = after.page(page);
            said.push(failure::json(&members));
            beside.push(Beside::Put(row(page_name(page)).body(operation, &members)?));
        }
        let (joined, left) = after.changed_line(before);
        if !joined.is_empty() || !left.is_empty() {
            said.push(failure::json(&(&joined, &left)));
        }
        for place in joined {
            beside.push(Beside::Put(Item(place_key(pool, place).into()).body(operation, place)?));
        }
        beside.extend(left.into_iter().map(|place| Beside::Delete(place_key(pool, place))));
        for (record, slot) in after.changed_slots(before) {
            said.push(failure::json(&(record, slot)));
            beside.push(written_slot(pool, record, slot));
        }
        let mut head = row(HEAD.to_owned())
            .number("version", version)
            .text("members", failure::json(&after.page(FIRST_PAGE)))
            .body(operation, after)?;
        if let Some(last) = after.members.values().map(|share| share.page).max().filter(|last| *last != FIRST_PAGE) {
            head = head.number("last_page", last);
        }
        if !said.is_empty() {
            // Two savers may leave the same head and differ in what lies beside it: this tells them apart.
            let said: Vec<&str> = said.iter().map(String::as_str).collect();
            head = head.text("beside", derive("", &said));
        }
        Ok(Self { head, beside })
    }
}

fn written_slot(pool: &PoolId, record: &RecordKey, slot: Option<&Slot>) -> Beside {
    let key = slot_key(pool, record);
    let Some(Slot { person, worth }) = slot else { return Beside::Delete(key) };
    let item = Item(key.into()).text("person", person.as_str());
    Beside::Put(match worth {
        Some(worth) => item.number("worth", worth.hundredths()),
        None => item,
    })
}

pub(super) fn read_slot(item: &Item) -> Option<Slot> {
    let person = item.get_text("person").map(PersonId::new)?;
    Some(Slot { person, worth: item.get_number("worth").map(Worth::from_hundredths) })
}

/// Places sort as they stand in line.
fn place_key(pool: &PoolId, place: &Place) -> [(String, AttributeValue); 2] {
    let name = format!("{LINE}{}#{}", sortable(place.since), place.request);
    [("pool".to_owned(), text(pool.as_str())), ("row".to_owned(), text(name))]
}

pub(super) fn slot_key(pool: &PoolId, record: &RecordKey) -> [(String, AttributeValue); 2] {
    [("pool".to_owned(), text(pool.as_str())), ("row".to_owned(), text(slot_name(record)))]
}

pub(super) fn slot_name(record: &RecordKey) -> String {
    format!("slot#{record}")
}

fn page_name(page: u16) -> String {
    format!("{PAGE}{page:04}")
}

/// The state without what lies beside the head, its version, and whether there are further pages.
pub(super) fn read_head(operation: &'static str, item: &Item) -> Result<(PoolState, PoolVersion, bool), PortError> {
    let missing = |what: &str| failure::unreadable(operation, format!("a pool without {what}"));
    let version = item.get_number("version").ok_or_else(|| missing("a version"))?;
    let members = item.get_text("members").ok_or_else(|| missing("members"))?;
    let mut state: PoolState = item.parse(operation)?;
    state.add_page(FIRST_PAGE, failure::parse(operation, members)?);
    Ok((state, version, item.get_number::<u16>("last_page").is_some()))
}

pub(super) fn read_page(operation: &'static str, item: &Item) -> Result<(u16, Page), PortError> {
    let number = item.get_text("row").and_then(|row| row.strip_prefix(PAGE)?.parse().ok());
    let number = number.ok_or_else(|| failure::unreadable(operation, "a page of members without a number"))?;
    Ok((number, item.parse(operation)?))
}
