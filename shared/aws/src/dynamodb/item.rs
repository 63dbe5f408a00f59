use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use engine::ports::PortError;
use serde::{Serialize, de::DeserializeOwned};

use crate::failure;

/// The longest body that is put into one item: DynamoDB takes 400 KB with names and keys.
const BODY_LIMIT: usize = 390_000;

/// An item on its way in or out. Indexed parts are attributes of their own; the whole, or the rest, is the
/// JSON text `body`, so a reader needs one parse and an index needs no JSON.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Item(pub HashMap<String, AttributeValue>);

impl Item {
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::S(value.into()));
        self
    }

    pub fn number(mut self, name: &str, value: impl ToString) -> Self {
        self.0.insert(name.to_owned(), AttributeValue::N(value.to_string()));
        self
    }

    /// Puts the whole under `body`; refused where it is larger than an item can be.
    pub fn body(self, operation: &'static str, value: &impl Serialize) -> Result<Self, PortError> {
        let text = failure::json(value);
        if text.len() > BODY_LIMIT {
            let why = format!("it has {} bytes, and an item takes {BODY_LIMIT}", text.len());
            return Err(PortError::Refused { operation, why });
        }
        Ok(self.text("body", text))
    }

    pub fn get_text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_s().ok().map(String::as_str)
    }

    pub fn get_number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.0.get(name)?.as_n().ok()?.parse().ok()
    }

    /// Reads the whole back from `body`.
    pub fn parse<T: DeserializeOwned>(&self, operation: &'static str) -> Result<T, PortError> {
        let text = self.get_text("body").ok_or_else(|| failure::unreadable(operation, "an item without a body"))?;
        failure::parse(operation, text)
    }
}

impl From<HashMap<String, AttributeValue>> for Item {
    fn from(attributes: HashMap<String, AttributeValue>) -> Self {
        Self(attributes)
    }
}

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
