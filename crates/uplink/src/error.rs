//! What can go wrong on the way up.

use jishi_ledger::{OpenError, StoreError};
use jishi_sync::client::ClientError;
use jishi_sync::{AddressError, CodeError};

#[derive(Debug, thiserror::Error)]
pub enum UplinkError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("this node is not enrolled at a centre")]
    NotEnrolled,
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A refusal has the server's own code.
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error("the push cannot run: {0}")]
    Runtime(String),
}

impl UplinkError {
    pub fn code(&self) -> &str {
        match self {
            UplinkError::Open(error) => error.code(),
            UplinkError::Store(error) => error.code(),
            UplinkError::NotEnrolled => "not_enrolled",
            UplinkError::Code(error) => error.code(),
            UplinkError::Address(error) => error.code(),
            UplinkError::Client(error) => error.code(),
            UplinkError::Runtime(_) => "sync_failed",
        }
    }
}
