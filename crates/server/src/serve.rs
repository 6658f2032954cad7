//! Running the server.

use crate::clock::Instruments;
use crate::home::{Home, HomeError, drop_next_key};
use crate::hub::Upstream;
use crate::restored;
use crate::routes::router;
use crate::state::ServerState;
use crate::tls::{TlsError, acceptor};
use crate::upstream;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use jishi_ledger::OpenMode;
use jishi_nearby::{Announced, announce};
use jishi_sync::ServerAddress;
use std::fs::File;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tls_listener::TlsListener;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub const DEFAULT_LISTEN: &str = "127.0.0.1:8787";
/// Requests under way may end; then the door is shut.
const CLOSING_WAIT: Duration = Duration::from_secs(5);

/// How often the machine's own addresses are looked at.
const LOOK_AT_NETWORK: Duration = Duration::from_secs(15);

/// A peer that says nothing must not stand in the others' way.
const HANDSHAKE_WAIT: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Home(#[from] HomeError),
    #[error("the address cannot be listened on: {0}")]
    Listen(std::io::Error),
    #[error("the network failed: {0}")]
    Network(std::io::Error),
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] TlsError),
}

impl ServeError {
    pub fn code(&self) -> &'static str {
        match self {
            ServeError::Home(error) => error.code(),
            ServeError::Listen(_) => "cannot_listen",
            ServeError::Network(_) => "network_failed",
            ServeError::Tls(_) => "tls_failed",
        }
    }
}

/// Port 0 takes a free one.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(ServeError::Listen)
}

/// A server that is ready to run: its folder is open and locked, its sockets take connections.
#[derive(Debug)]
pub struct Server {
    /// Where nodes reach it, first.
    sockets: Vec<(TcpListener, ServerAddress)>,
    state: ServerState,
    /// Held until the server ends.
    _lock: File,
}

impl Server {
    /// `listener` is where nodes reach it: what a one-time code says, unless it is told another address.
    pub fn open(
        listener: TcpListener,
        folder: &Path,
        instruments: Instruments,
    ) -> Result<Server, ServeError> {
        let socket = with_address(listener)?;
        let address = &socket.1;
        let mut home = Home::open(folder, OpenMode::Write)?;
        let lock = home.lock()?;
        drop_next_key(folder);
        restored::look(&mut home, &instruments)?;
        home.ledger
            .write(|writer| writer.put_note(jishi_uplink::NOTE_ADDRESS, address.as_str()))
            .map_err(HomeError::Store)?;
        tracing::info!(organisation = %home.facts.organisation, "Serving at {address}");
        let state = ServerState::new(home, instruments)?;
        Ok(Server {
            sockets: vec![socket],
            state,
            _lock: lock,
        })
    }

    /// Another socket beside: this machine's loopback, for the page.
    pub fn also_on(mut self, listener: TcpListener) -> Result<Server, ServeError> {
        self.sockets.push(with_address(listener)?);
        Ok(self)
    }

    pub fn addresses(&self) -> impl Iterator<Item = &ServerAddress> {
        self.sockets.iter().map(|(_, address)| address)
    }

    /// Where nodes reach it.
    pub fn address(&self) -> &ServerAddress {
        &self.sockets[0].1
    }

    /// What is known of the server above while this one runs. It holds the ledger open as long as it is kept.
    pub fn upstream(&self) -> Upstream {
        Upstream(self.state.clone())
    }

    /// Says in the fair's network where it is, for as long as that is kept; nothing where it serves this machine alone, or
    /// the network has no multicast.
    pub fn announce(&self) -> Option<Announced> {
        let listening = self.sockets.iter().find(|(_, address)| address.is_tls());
        let port = listening?.0.local_addr().ok()?.port();
        let facts = self.state.facts();
        announce(&facts.public_key, &facts.name, port)
            .inspect_err(|error| tracing::info!("Tills do not find this server by themselves: {error}"))
            .ok()
    }

    /// Serves until `shutdown` is done. All that was acknowledged is on disk whenever it ends, and
    /// however.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let first = self.sockets[0].0.local_addr().map_err(ServeError::Listen)?;
        let (close, closing) = watch::channel(false);
        let mut serving = JoinSet::new();
        for (listener, address) in self.sockets {
            let told = closing.clone();
            match address.is_tls() {
                true => {
                    let key = self.state.key();
                    let acceptor = acceptor(key, &self.state.facts().organisation)?;
                    let listener = tls_listener::builder(acceptor)
                        .handshake_timeout(HANDSHAKE_WAIT)
                        .listen(listener);
                    serving.spawn(serve_on(listener, self.state.clone(), told));
                }
                false => {
                    serving.spawn(serve_on(listener, self.state.clone(), told));
                }
            }
        }
        // A router gives another address; a hub that was started without a network is in one later.
        let follows = tokio::spawn(follow_network(self.state.clone(), first));
        let upward = match upstream::watch(&self.state) {
            Ok(watch) => watch,
            Err(error) => {
                // Tills are taken in all the same; nothing of it is lost.
                tracing::error!(code = error.code(), "Nothing goes up: {error}");
                None
            }
        };
        drop(self.state);
        let ended = tokio::select! {
            ended = first_to_end(&mut serving) => ended,
            () = shutdown => {
                let _ = close.send(true);
                match tokio::time::timeout(CLOSING_WAIT, all_to_end(&mut serving)).await {
                    Ok(ended) => ended,
                    Err(_) => Ok(()),
                }
            }
        };
        follows.abort();
        serving.shutdown().await;
        // Its thread ends within a moment, whatever is in flight; not on a thread that others wait for.
        let _ = tokio::task::spawn_blocking(move || drop(upward)).await;
        ended.map_err(ServeError::Network)
    }
}

async fn serve_on<L>(listener: L, state: ServerState, mut closing: watch::Receiver<bool>) -> io::Result<()>
where
    L: Listener,
    L::Addr: std::fmt::Debug,
    Peer: for<'a> Connected<IncomingStream<'a, L>>,
{
    let told = async move {
        let _ = closing.wait_for(|closing| *closing).await;
    };
    let routes = router(state).into_make_service_with_connect_info::<Peer>();
    axum::serve(listener, routes).with_graceful_shutdown(told).await
}

async fn first_to_end(serving: &mut JoinSet<io::Result<()>>) -> io::Result<()> {
    match serving.join_next().await {
        Some(Ok(ended)) => ended,
        Some(Err(error)) => Err(io::Error::other(error)),
        None => Ok(()),
    }
}

async fn all_to_end(serving: &mut JoinSet<io::Result<()>>) -> io::Result<()> {
    while !serving.is_empty() {
        first_to_end(serving).await?;
    }
    Ok(())
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Connected<IncomingStream<'_, TcpListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Peer {
        Peer(stream.remote_addr().ip())
    }
}

impl Connected<IncomingStream<'_, TlsListener<TcpListener, TlsAcceptor>>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener<TcpListener, TlsAcceptor>>) -> Peer {
        Peer(stream.remote_addr().ip())
    }
}

/// Keeps the note of where nodes reach the server, of one that listens everywhere.
async fn follow_network(state: ServerState, listens: SocketAddr) {
    while listens.ip().is_unspecified() {
        tokio::time::sleep(LOOK_AT_NETWORK).await;
        let addresses = tokio::task::spawn_blocking(own_addresses).await;
        let Some(own) = addresses
            .ok()
            .and_then(Result::ok)
            .and_then(|own| own.first().copied())
        else {
            continue;
        };
        let now = ServerAddress::of_listener(SocketAddr::new(own, listens.port()));
        let kept = state
            .read(|ledger| Ok(ledger.note(jishi_uplink::NOTE_ADDRESS)?))
            .await;
        if kept.is_ok_and(|kept| kept.as_deref() != Some(now.as_str())) {
            tracing::info!("Nodes reach this server at {now} now");
            let put = state
                .write(move |ledger| {
                    Ok(ledger.write(|writer| writer.put_note(jishi_uplink::NOTE_ADDRESS, now.as_str()))?)
                })
                .await;
            if let Err(error) = put {
                tracing::warn!(code = error.code(), "The address was not kept: {error}");
            }
        }
    }
}

/// A socket that listens everywhere is reached at the address that this machine has in its own network.
fn with_address(listener: TcpListener) -> Result<(TcpListener, ServerAddress), ServeError> {
    let mut socket = listener.local_addr().map_err(ServeError::Listen)?;
    if socket.ip().is_unspecified() {
        let addresses = own_addresses().map_err(ServeError::Listen)?;
        if let Some(own) = addresses.first() {
            socket.set_ip(*own);
        }
    }
    Ok((listener, ServerAddress::of_listener(socket)))
}

/// The addresses that other machines may know this one by, the likeliest first.
pub(crate) fn own_addresses() -> io::Result<Vec<IpAddr>> {
    let interfaces = if_addrs::get_if_addrs()?;
    Ok(in_its_network(interfaces.iter().map(|interface| interface.ip())))
}

/// A private address of four numbers, as a Wi-Fi router gives them; then any that is not this machine's own loopback.
fn in_its_network(addresses: impl Iterator<Item = IpAddr>) -> Vec<IpAddr> {
    let fitness = |address: &IpAddr| match address {
        IpAddr::V4(address) if address.is_loopback() || address.is_link_local() => 0,
        IpAddr::V4(address) if address.is_private() => 3,
        IpAddr::V4(_) => 2,
        IpAddr::V6(address) if address.is_loopback() || address.is_unicast_link_local() => 0,
        IpAddr::V6(_) => 1,
    };
    let mut fit: Vec<IpAddr> = addresses.filter(|address| fitness(address) > 0).collect();
    fit.sort_by_key(|address| std::cmp::Reverse(fitness(address)));
    fit
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_told_the_address_of_the_fairs_own_network() {
        let pick = |addresses: &[&str]| {
            let parsed = addresses.iter().map(|address| address.parse().unwrap());
            let first = in_its_network(parsed).first().copied();
            first.map(|address: IpAddr| address.to_string())
        };
        let table: [(&[&str], Option<&str>); 5] = [
            (&["127.0.0.1", "192.168.1.5", "fe80::1"], Some("192.168.1.5")),
            (
                &["::1", "2001:db8::7", "203.0.113.9", "10.0.0.3"],
                Some("10.0.0.3"),
            ),
            (&["203.0.113.9", "2001:db8::7"], Some("203.0.113.9")),
            (&["169.254.7.7", "2001:db8::7"], Some("2001:db8::7")),
            (&["127.0.0.1", "::1", "fe80::1"], None),
        ];
        for (addresses, expected) in table {
            assert_eq!(pick(addresses).as_deref(), expected, "{addresses:?}");
        }
    }
}
