//! A server without a socket: a message in, its answer out, by the same routes as behind a listener. For whoever
//! carries messages by other means.

use crate::clock::Instruments;
use crate::home::{Home, HomeError, drop_next_key};
use crate::restored;
use crate::routes::router;
use crate::state::ServerState;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use jishi_ledger::OpenMode;
use jishi_sync::protocol::TIME_HEADER;
use jishi_sync::{Incoming, Outgoing};
use std::fs::File;
use std::path::Path;
use tower::ServiceExt as _;

/// Its folder is open and locked for as long as this is kept.
#[derive(Debug)]
pub struct Responder {
    router: Router,
    _lock: File,
}

impl Responder {
    pub fn open(folder: &Path, instruments: Instruments) -> Result<Responder, HomeError> {
        let mut home = Home::open(folder, OpenMode::Write)?;
        let lock = home.lock()?;
        drop_next_key(folder);
        restored::look(&mut home, &instruments)?;
        Ok(Responder {
            router: router(ServerState::new(home, instruments)?),
            _lock: lock,
        })
    }

    /// Nothing where the message is none that HTTP could carry, or its answer was cut off.
    pub async fn answer(&self, message: Outgoing) -> Option<Incoming> {
        let mut request = Request::builder().method(message.method).uri(message.path);
        for (name, value) in message.headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(message.body)).ok()?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let text = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let time = text(TIME_HEADER);
        let retry_after_seconds = text(header::RETRY_AFTER.as_str()).and_then(|seconds| seconds.parse().ok());
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), usize::MAX).await.ok()?.to_vec();
        Some(Incoming {
            status,
            time,
            retry_after_seconds,
            body,
        })
    }
}
