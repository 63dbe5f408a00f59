use std::collections::HashMap;

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{AttributeValue, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure},
};
use engine::ports::PortError;

use super::Item;
use crate::{Ports, failure};

/// What became of a conditional write.
#[derive(Debug, PartialEq)]
pub(crate) enum Write {
    Done,
    /// The condition did not hold for this item. Either somebody else was first, or an earlier
    /// attempt of this very call was applied and its answer lost: the item tells. Empty where a
    /// transaction was at work on it.
    Refused(Item),
}

/// A condition in DynamoDB's expression language, with the values it names.
pub(crate) struct Condition {
    pub expression: &'static str,
    pub values: Vec<(&'static str, AttributeValue)>,
}

impl Condition {
    pub fn new(expression: &'static str) -> Self {
        Self { expression, values: Vec::new() }
    }

    pub fn value(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.values.push((name, value));
        self
    }

    /// For rows that carry their entry's seq: a repeated follow-up never turns a row back.
    pub fn absent_or_older(seq: u64) -> Self {
        Self::new("attribute_not_exists(seq) OR seq < :seq").value(":seq", super::item::number(seq))
    }
}

impl Ports {
    /// Puts a whole item, on a condition.
    pub(crate) async fn put(
        &self,
        operation: &'static str,
        table: &str,
        item: Item,
        condition: Condition,
    ) -> Result<Write, PortError> {
        let values: HashMap<String, AttributeValue> =
            condition.values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let output = self
            .dynamodb
            .put_item()
            .table_name(table)
            .set_item(Some(item.0))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match output {
            Ok(output) => {
                self.counts().written(operation, output.consumed_capacity());
                Ok(Write::Done)
            }
            Err(error) => {
                self.counts().written(operation, None);
                match error.as_service_error() {
                    Some(PutItemError::ConditionalCheckFailedException(old)) => {
                        Ok(Write::Refused(old.item().cloned().map(Item).unwrap_or_default()))
                    }
                    Some(PutItemError::TransactionConflictException(_)) => Ok(Write::Refused(Item::default())),
                    _ => Err(failure::of(operation, error)),
                }
            }
        }
    }

    /// Puts a whole item over whatever is there.
    pub(crate) async fn overwrite(&self, operation: &'static str, table: &str, item: Item) -> Result<(), PortError> {
        let output = self
            .dynamodb
            .put_item()
            .table_name(table)
            .set_item(Some(item.0))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|error| failure::of(operation, error))?;
        self.counts().written(operation, output.consumed_capacity());
        Ok(())
    }
}
