//! Running the server.

use crate::clock::Instruments;
use crate::home::{Home, HomeError, NOTE_ADDRESS};
use crate::routes::router;
use crate::state::ServerState;
use crate::upstream;
use jishi_ledger::OpenMode;
use jishi_sync::{AddressError, ServerAddress};
use std::fs::File;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub const DEFAULT_LISTEN: &str = "127.0.0.1:8787";
/// Requests under way may end; then the door is shut.
const CLOSING_WAIT: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Home(#[from] HomeError),
    /// Plain HTTP is for this machine's own loopback.
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("the address cannot be listened on: {0}")]
    Listen(std::io::Error),
    #[error("the network failed: {0}")]
    Network(std::io::Error),
}

impl ServeError {
    pub fn code(&self) -> &'static str {
        match self {
            ServeError::Home(error) => error.code(),
            ServeError::Address(error) => error.code(),
            ServeError::Listen(_) => "cannot_listen",
            ServeError::Network(_) => "network_failed",
        }
    }
}

/// Listens, on this machine's loopback only: it is plain HTTP, and the page is open. Port 0 takes a
/// free one.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    ServerAddress::of_listener(address)?;
    TcpListener::bind(address).await.map_err(ServeError::Listen)
}

/// A server that is ready to run: its folder is open and locked, its socket takes connections.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: ServerAddress,
    state: ServerState,
    /// Held until the server ends.
    _lock: File,
}

impl Server {
    pub fn open(
        listener: TcpListener,
        folder: &Path,
        instruments: Instruments,
    ) -> Result<Server, ServeError> {
        let address = ServerAddress::of_listener(listener.local_addr().map_err(ServeError::Listen)?)?;
        let mut home = Home::open(folder, OpenMode::Write)?;
        let lock = home.lock()?;
        home.ledger
            .write(|writer| writer.put_note(NOTE_ADDRESS, address.as_str()))
            .map_err(HomeError::Store)?;
        tracing::info!(organisation = %home.facts.organisation, "Serving at {address}");
        let state = ServerState::new(home, instruments)?;
        Ok(Server {
            listener,
            address,
            state,
            _lock: lock,
        })
    }

    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    /// Serves until `shutdown` is done. All that was acknowledged is on disk whenever it ends, and
    /// however.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let closing = Arc::new(Notify::new());
        let signal = {
            let closing = Arc::clone(&closing);
            async move {
                shutdown.await;
                closing.notify_one();
            }
        };
        let upward = match upstream::watch(&self.state) {
            Ok(watch) => watch,
            Err(error) => {
                // Tills are taken in all the same; nothing of it is lost.
                tracing::error!(code = error.code(), "Nothing goes up: {error}");
                None
            }
        };
        let serving = axum::serve(self.listener, router(self.state)).with_graceful_shutdown(signal);
        let ended = tokio::select! {
            ended = serving => ended.map_err(ServeError::Network),
            () = async { closing.notified().await; tokio::time::sleep(CLOSING_WAIT).await } => Ok(()),
        };
        // Its thread ends within a moment, whatever is in flight; not on a thread that others wait for.
        let _ = tokio::task::spawn_blocking(move || drop(upward)).await;
        ended
    }
}

/// Opens the folder and serves until `shutdown` is done.
pub async fn serve(
    listener: TcpListener,
    folder: &Path,
    instruments: Instruments,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    Server::open(listener, folder, instruments)?.run(shutdown).await
}
