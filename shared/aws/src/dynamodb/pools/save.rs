//! Saving a pool: one put where only its head changes, else one transaction.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        CancellationReason, Delete, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    },
};
use engine::ports::{PoolVersion, PortError, Saved};

use super::{
    super::{
        Item,
        item::number,
        write::{Condition, Write},
    },
    rows::{Beside, Rows},
};
use crate::{Ports, failure};

pub(super) const NAME: &str = "save a pool";

/// Rows that one transaction takes. A pool of 1,000 whose members all change at once, with a batch
/// of ten requests, has 73; from about 1,400 such members on a save is refused. The check of a playbook refuses pools
/// of more than 1,000, for people who have left keep their rows.
const MOST_ROWS: usize = 100;

impl Ports {
    pub(super) async fn save_rows(&self, Rows { head, beside }: Rows, read: PoolVersion) -> Result<Saved, PortError> {
        let unchanged = match read {
            0 => Condition::new("attribute_not_exists(version)"),
            _ => Condition::new("version = :read").value(":read", number(read)),
        };
        let written = match beside.len() {
            0 => self.put(NAME, &self.config.tables.pools, head.clone(), unchanged).await,
            others if others < MOST_ROWS => self.save_together(head.clone(), unchanged, beside).await,
            others => Err(too_many(others + 1)),
        };
        match written {
            Ok(Write::Done) => Ok(Saved::Done),
            // An earlier attempt of this call, whose answer was lost.
            Ok(Write::Refused(stored)) if stored == head => Ok(Saved::Done),
            Ok(Write::Refused(_)) => Ok(Saved::Conflict),
            Err(error) => Err(error),
        }
    }

    async fn save_together(&self, head: Item, condition: Condition, beside: Vec<Beside>) -> Result<Write, PortError> {
        let table = &self.config.tables.pools;
        let values = condition.values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let head = Put::builder()
            .table_name(table)
            .set_item(Some(head.0))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(Some(values).filter(|values: &Values| !values.is_empty()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let head = head.build().expect("a table and an item are set");
        let others = beside.into_iter().map(|row| written_beside(table, row));
        let rows = std::iter::once(TransactWriteItem::builder().put(head).build()).chain(others).collect();
        let output = self
            .dynamodb
            .transact_write_items()
            .set_transact_items(Some(rows))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match output {
            Ok(output) => {
                self.counts().written(NAME, output.consumed_capacity().first());
                Ok(Write::Done)
            }
            Err(error) => {
                self.counts().written(NAME, None);
                let refused = match error.as_service_error() {
                    Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                        refused(canceled.cancellation_reasons())
                    }
                    _ => None,
                };
                refused.map(Write::Refused).ok_or_else(|| failure::of(NAME, error))
            }
        }
    }
}

type Values = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;

/// The head that stood in the way of a transaction, empty where another transaction was at work on
/// a row. That one writes the head as well, so trying the same again would be refused
/// soon after: it is a conflict, to be answered by reading again. Anything else (throttling) is not.
fn refused(reasons: &[CancellationReason]) -> Option<Item> {
    let of = |code: &str| reasons.iter().find(|reason| reason.code() == Some(code));
    let condition = of("ConditionalCheckFailed").map(|reason| reason.item().cloned().map(Item).unwrap_or_default());
    condition.or_else(|| of("TransactionConflict").map(|_| Item::default()))
}

fn written_beside(table: &str, row: Beside) -> TransactWriteItem {
    let item = TransactWriteItem::builder();
    match row {
        Beside::Put(row) => {
            let put = Put::builder().table_name(table).set_item(Some(row.0)).build();
            item.put(put.expect("a table and an item are set")).build()
        }
        Beside::Delete(key) => {
            let delete = Delete::builder().table_name(table).set_key(Some(key.into())).build();
            item.delete(delete.expect("a table and a key are set")).build()
        }
    }
}

fn too_many(rows: usize) -> PortError {
    let why = format!("{rows} rows change at once, and a transaction takes {MOST_ROWS}: make smaller pools");
    PortError::Refused { operation: NAME, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(codes: &[&str], refused_with: Option<Item>) {
        let reason = |code: &&str| CancellationReason::builder().code(*code).build();
        assert_eq!(refused(&codes.iter().map(reason).collect::<Vec<_>>()), refused_with, "{codes:?}");
    }

    #[test]
    fn a_transaction_in_the_way_is_a_conflict_and_throttling_is_not() {
        check(&["ConditionalCheckFailed", "None"], Some(Item::default()));
        check(&["None", "TransactionConflict"], Some(Item::default()));
        check(&["ThrottlingError", "None"], None);
        check(&["ProvisionedThroughputExceeded", "None"], None);
    }

    #[test]
    fn the_head_that_was_stored_comes_back() {
        let head = Item::default().number("version", 2);
        let failed = CancellationReason::builder().code("ConditionalCheckFailed").set_item(Some(head.0.clone()));
        assert_eq!(refused(&[failed.build()]), Some(head));
    }
}
