//! Who sends a request, and that it comes once.
//!
//! The server tells its time in every answer, and a request carries the last one told, signed. It is
//! a token of this start of the server: milliseconds by its own steady clock, a random word of this
//! start, and the time of day for people. So no clock of a till matters, and what was sent to an
//! earlier start of the server is worth nothing to this one.

use crate::clock::Instruments;
use crate::error::ApiError;
use axum::http::{HeaderMap, Method};
use jishi_journal::{Signature, VerifyingKey};
use jishi_ledger::nodes::Nodes;
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::protocol::{NODE_HEADER, NONCE_HEADER, SIGNATURE_HEADER, TIME_HEADER};
use jishi_sync::{RequestProof, verify_request};
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// A told time is taken for this long.
const TOLD_MS_MAX: u64 = 10 * 60 * 1_000;
/// Requests remembered within that time: a hundred tills of one request a second and more.
const REMEMBERED_MAX: usize = 200_000;

#[derive(Debug)]
pub(crate) struct Guard {
    /// This start of the server.
    start: String,
    seen: Mutex<HashMap<[u8; 64], u64>>,
}

/// A request whose sender is proven.
#[derive(Debug, Clone)]
pub(crate) struct Sender {
    pub(crate) key: VerifyingKey,
    pub(crate) nonce: String,
    signature: Signature,
    told_ms: u64,
}

impl Guard {
    pub(crate) fn new(instruments: &Instruments) -> Result<Guard, String> {
        let mut start = [0; 8];
        (instruments.entropy)(&mut start)?;
        Ok(Guard {
            start: hex::encode(start),
            seen: Mutex::new(HashMap::new()),
        })
    }

    /// The server's time, for the header of every answer.
    pub(crate) fn time(&self, instruments: &Instruments) -> String {
        let elapsed_ms = (instruments.elapsed_ms)();
        format!(
            "{elapsed_ms}.{}.{}",
            self.start,
            (instruments.now)().timestamp_millis()
        )
    }

    /// Checks the signature and the time. Whether the sender is enrolled is asked next.
    pub(crate) fn check(
        &self,
        instruments: &Instruments,
        receiver: &VerifyingKey,
        request: (&Method, &str, &HeaderMap, &[u8]),
    ) -> Result<Sender, ApiError> {
        let (method, path, headers, body) = request;
        let key: VerifyingKey = parsed(headers, NODE_HEADER)?;
        let signature: Signature = parsed(headers, SIGNATURE_HEADER)?;
        let nonce = text(headers, NONCE_HEADER)?;
        if nonce.len() != 32
            || !nonce
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        {
            return Err(ApiError::Unsigned);
        }
        let time = text(headers, TIME_HEADER)?;
        let told_ms = self.told_ms(instruments, time)?;
        let proof = RequestProof {
            receiver,
            method: method.as_str(),
            path,
            body,
            time,
            nonce,
        };
        if !verify_request(proof, &key, &signature) {
            return Err(ApiError::BadSignature);
        }
        Ok(Sender {
            key,
            nonce: nonce.to_owned(),
            signature,
            told_ms,
        })
    }

    fn told_ms(&self, instruments: &Instruments, time: &str) -> Result<u64, ApiError> {
        let mut parts = time.split('.');
        let (Some(told_ms), Some(start)) = (parts.next(), parts.next()) else {
            return Err(ApiError::StaleTime);
        };
        let told_ms: u64 = told_ms.parse().map_err(|_| ApiError::StaleTime)?;
        let age_ms = (instruments.elapsed_ms)()
            .checked_sub(told_ms)
            .ok_or(ApiError::StaleTime)?;
        if start != self.start || age_ms > TOLD_MS_MAX {
            return Err(ApiError::StaleTime);
        }
        Ok(told_ms)
    }

    /// The sender is enrolled, stands, and has not sent this very request before. Only enrolled nodes
    /// are remembered, so that a stranger cannot fill the memory.
    pub(crate) fn admit(
        &self,
        instruments: &Instruments,
        ledger: &Ledger,
        server: &VerifyingKey,
        sender: &Sender,
    ) -> Result<(), ApiError> {
        match standing(ledger, server, &sender.key)? {
            Standing::Unknown => return Err(ApiError::UnknownNode),
            Standing::Revoked => return Err(ApiError::Revoked),
            Standing::Enrolled => {}
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED_MAX {
            let now_ms = (instruments.elapsed_ms)();
            seen.retain(|_, told_ms| now_ms.saturating_sub(*told_ms) <= TOLD_MS_MAX);
            if seen.len() >= REMEMBERED_MAX {
                return Err(ApiError::Busy);
            }
        }
        // The signature covers the nonce, the node's own key made it: it names the request.
        match seen.insert(sender.signature.to_bytes(), sender.told_ms) {
            None => Ok(()),
            Some(_) => Err(ApiError::Replayed),
        }
    }
}

/// Whether a node may bring anything, by wire or by stick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Unknown,
    Revoked,
    Enrolled,
}

/// The nodes beneath the server with this key, by its word, that of those beneath it, and what came down of those above.
pub(crate) fn known_nodes(ledger: &Ledger, server: &VerifyingKey) -> Result<Nodes, StoreError> {
    ledger.nodes(server, &jishi_uplink::above(ledger)?)
}

pub(crate) fn standing(
    ledger: &Ledger,
    server: &VerifyingKey,
    key: &VerifyingKey,
) -> Result<Standing, StoreError> {
    let nodes = known_nodes(ledger, server)?;
    let key = key.to_string();
    let found = nodes.of(&key);
    Ok(found.fold(Standing::Unknown, |standing, node| match standing {
        _ if !node.stands() => Standing::Revoked,
        Standing::Revoked => Standing::Revoked,
        _ => Standing::Enrolled,
    }))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, ApiError> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .ok_or(ApiError::Unsigned)
}

fn parsed<T: FromStr>(headers: &HeaderMap, name: &str) -> Result<T, ApiError> {
    text(headers, name)?.parse().map_err(|_| ApiError::Unsigned)
}
