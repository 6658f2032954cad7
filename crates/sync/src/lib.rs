//! Sync: copying chains to a server. The shapes on the wire, what a request and an answer are
//! signed over, the planner that decides what to send next, and the one client that sends it.
//!
//! The planner ([`Push`]) does no network, reads no clock and makes no randomness: it is told what
//! happened and says what to do. Only [`client`] names reqwest, and [`bundle`] is the same by stick. Plain HTTP goes to
//! this machine's own loopback and nowhere else; to another machine it is TLS, under the key of the server there.

mod address;
mod backoff;
mod batch;
pub mod bundle;
pub mod client;
mod code;
mod enquiry;
mod hand_over;
mod inbox;
mod lines;
mod outbox;
pub mod protocol;
mod push;
mod request;
mod speech;
mod tls;
mod watch;
mod word;

pub use address::{AddressError, ServerAddress};
pub use backoff::{DELAY_MS_MAX, delay_ms};
pub use batch::{
    BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, Batch, BatchError, BatchLine, claimed_chain, decode_batch,
};
pub use code::{CodeError, InvitationCode};
pub use enquiry::{Enquired, Enquiry};
pub use hand_over::{HAND_OVERS_MAX, handed_by, key_after, keys_after};
pub use inbox::{Inbox, PullOutcome, Stopped, batch_to_give_back, pull_once};
pub use lines::{Lines, ServerAt, follow, renew_word};
pub use outbox::{Outbox, OutboxChain};
pub use push::{Action, Answer, ChainStatus, Input, Push, Request};
pub use request::{RequestHeaders, RequestProof, sign_request, verify_request};
pub use speech::{Errand, Incoming, Outgoing, Speaker, Step};
pub use watch::{PushOutcome, SyncState, Watch, push_once, watch, watch_over};
