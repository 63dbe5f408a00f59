use serde::{Deserialize, Serialize};

use crate::{
    id::{RecordKey, RequestId},
    instant::Instant,
};

/// A place in the line. Places sort oldest first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub since: Instant,
    pub request: RequestId,
    pub record: RecordKey,
}
