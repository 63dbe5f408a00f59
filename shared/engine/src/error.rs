use domain::id::RecordKey;

use crate::ports::PortError;

/// Why a message could not be finished. It was not acknowledged and will come again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Port(#[from] PortError),
    /// Others kept appending to the same record.
    #[error("{record} was changed by others {attempts} times in a row")]
    Contended { record: RecordKey, attempts: u32 },
    /// Others kept saving the same pool.
    #[error("pool {pool} was changed by others {attempts} times in a row")]
    PoolContended { pool: domain::id::PoolId, attempts: u32 },
    /// An entry that a message speaks of is not there.
    #[error("{record} has no entry {seq} with a change {index} that asks for an effect")]
    NoSuchEffect { record: RecordKey, seq: u64, index: u32 },
    /// A playbook that an entry names is not there.
    #[error("there is no published playbook {0}")]
    NoSuchPlaybook(domain::id::ManifestId),
    /// Another invocation is handing the effect over; it is looked at again after its lease.
    #[error("the effect is being handed over until {lease_until}")]
    BeingSent { lease_until: domain::instant::Instant },
    /// The provider does not take an e-mail now, and has not taken it. In what words is in the outbox:
    /// they may repeat an address.
    #[error("the e-mail was not taken; it is tried again at {retry_at}")]
    NotTaken { retry_at: domain::instant::Instant },
}

impl Error {
    /// How long to wait before trying again, where the error knows better than a backoff.
    pub fn retry_at(&self) -> Option<domain::instant::Instant> {
        match self {
            Self::BeingSent { lease_until: at } | Self::NotTaken { retry_at: at } => Some(*at),
            _ => None,
        }
    }
}
