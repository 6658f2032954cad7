//! The fair's server beside the window: for this machine alone, as the demo fair has it, or as the hub of the fair's own
//! network.

use jishi_ledger::OpenMode;
use jishi_nearby::{Announced, Listening, listen as listen_nearby};
use jishi_server::{
    AllotError, AllotRequest, Given, HUB_PORT, Home, HomeError, HubFigures, HubSettings, Instruments,
    InvitationRequest, ServeError, Server, ServerFacts, Upstream, allot, code_used_by, hub_addresses,
    hub_figures, hub_settings, init, invite, join, keep_hub_settings, listen, lots_shared, only_outlet,
};
use jishi_sync::protocol::ServerPlace;
use jishi_sync::{InvitationCode, ServerAddress};
use jishi_till::view::{
    HubCodeView, HubNodeView, HubUpstreamView, HubView, LotNodeView, LotSharedView, NearbyView,
};
use jishi_till::{Folder, Hub, HubOwner, Refusal};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tauri::async_runtime::{JoinHandle, block_on};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Of the page for this machine's own browser. Another free one is taken where it is in use.
const PAGE_PORT: u16 = 8787;

/// Where the demo fair's server lies.
const DEMO_CENTRE: &str = "centre";

/// The server beside one till.
pub(crate) struct HubBeside {
    till: Folder,
    instruments: Instruments,
    /// Held while it is started or ended, which may take a moment: whoever looks does not wait for that.
    turning: Mutex<()>,
    running: Mutex<Option<Running>>,
    last: Mutex<Invited>,
    /// Hubs that can be heard in this machine's network; none before it was listened for, or without multicast.
    nearby: OnceLock<Option<Listening>>,
}

struct Running {
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
    /// For this machine's own browser.
    page: ServerAddress,
    /// Where the fair's network finds it; none where it serves this machine alone.
    port: Option<u16>,
    upstream: Upstream,
    /// In the fair's own network, for as long as it runs.
    _announced: Option<Announced>,
}

/// The last code, as long as it is of use, and who used the one before.
#[derive(Default)]
struct Invited {
    code: Option<(InvitationCode, HubCodeView, i64)>,
    joined: Option<String>,
}

impl HubBeside {
    pub(crate) fn of(till: &Folder) -> HubBeside {
        HubBeside {
            till: till.clone(),
            instruments: Instruments::of_machine(),
            turning: Mutex::new(()),
            running: Mutex::new(None),
            last: Mutex::new(Invited::default()),
            nearby: OnceLock::new(),
        }
    }

    /// The demo fair's lies where it always did; a till has one or the other.
    fn folder(&self) -> PathBuf {
        let demo = self.till.path().join(DEMO_CENTRE);
        match demo.exists() {
            true => demo,
            false => self.till.path().join("hub"),
        }
    }

    /// Those that are heard now, but for this machine's own.
    fn heard(&self) -> Vec<jishi_nearby::Nearby> {
        let listening = self.nearby.get_or_init(|| {
            listen_nearby()
                .inspect_err(|error| tracing::info!("Hubs are not found by themselves: {error}"))
                .ok()
        });
        let mut heard = listening.as_ref().map(Listening::found).unwrap_or_default();
        let own = facts(&self.folder())
            .map(|facts| facts.public_key)
            .unwrap_or_default();
        heard.retain(|nearby| nearby.key != own);
        heard
    }

    /// Where a server of the till's is heard at another address than it was known at, the till is told. Nothing waits
    /// for it.
    pub(crate) fn follow_nearby(&self) {
        let heard = self.heard();
        if heard.is_empty() {
            return;
        }
        let places: Vec<ServerPlace> = heard
            .into_iter()
            .map(|nearby| ServerPlace {
                key: nearby.key,
                name: nearby.name,
                address: ServerAddress::of_listener(nearby.address).to_string(),
            })
            .collect();
        if let Err(refusal) = jishi_till::hear_nearby(&self.till, &places) {
            tracing::warn!("What was heard nearby was not kept: {refusal}");
        }
    }

    /// Starts what ran when the program was closed; nothing where there was nothing. The demo fair has a centre from the
    /// first start on.
    pub(crate) fn take_up(&self, is_demo: bool) -> Result<(), Refusal> {
        let _turn = locked(&self.turning);
        if is_demo && !self.folder().exists() {
            let centre = self.till.path().join(DEMO_CENTRE);
            init(&centre, "DEMO", "演示中心", &self.instruments).map_err(said)?;
        }
        let folder = self.folder();
        if !folder.exists() {
            return Ok(());
        }
        let settings = hub_settings(&folder).map_err(said)?;
        let port = settings
            .filter(|settings| settings.is_on)
            .map(|settings| settings.port);
        if port.is_none() && !is_demo && !self.has_own_till()? {
            return Ok(());
        }
        if let Err(refusal) = self.run(port) {
            // The till beside it sends there all the same.
            tracing::warn!("Other machines are not let in: {refusal}");
            self.run(None)?;
        }
        self.join_own_till()
    }

    /// Its own till sends there, also while no other machine is let in.
    fn has_own_till(&self) -> Result<bool, Refusal> {
        let reading = jishi_till::Reading::open(&self.till)?;
        let centre = jishi_till::status(reading.ledger())?.centre;
        let own = facts(&self.folder())?.public_key;
        Ok(centre.is_some_and(|centre| centre.key == own))
    }

    /// Runs it in the background, for the fair's network at this port or for this machine alone.
    fn run(&self, port: Option<u16>) -> Result<(), Refusal> {
        self.end();
        let folder = self.folder();
        let running = block_on(async {
            let page = either(Ipv4Addr::LOCALHOST, PAGE_PORT).await?;
            let page_at = page.local_addr().map_err(ServeError::Listen)?;
            let mut lan = None;
            let server = match port {
                None => Server::open(page, &folder, self.instruments.clone())?,
                Some(port) => {
                    let listener = listen(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await?;
                    lan = Some(listener.local_addr().map_err(ServeError::Listen)?.port());
                    Server::open(listener, &folder, self.instruments.clone())?.also_on(page)?
                }
            };
            let (stop, stopped) = oneshot::channel();
            let upstream = server.upstream();
            let announced = server.announce();
            let serving = tauri::async_runtime::spawn(server.run(async {
                // Dropped or sent: either way it is over.
                let _ = stopped.await;
            }));
            Ok(Running {
                stop,
                serving,
                page: ServerAddress::of_listener(page_at),
                port: lan,
                upstream,
                _announced: announced,
            })
        });
        let running: Running = running.map_err(|error: ServeError| said(error))?;
        tracing::info!("The fair's page is at {}", running.page);
        if let Some(port) = running.port {
            tracing::info!(port, "The fair's hub listens on port {port}");
        }
        *locked(&self.running) = Some(running);
        Ok(())
    }

    /// Waits until its folder is free again.
    fn end(&self) {
        let running = locked(&self.running).take();
        if let Some(running) = running {
            drop(running.upstream);
            // It may have ended by itself.
            let _ = running.stop.send(());
            match block_on(running.serving) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(code = error.code(), "The hub ended badly: {error}"),
                Err(error) => tracing::warn!("The hub fell over: {error}"),
            }
        }
    }

    /// This machine's till sends to its own server, unless it has another: then that one stays, until its own stands
    /// beneath it.
    fn join_own_till(&self) -> Result<(), Refusal> {
        let folder = self.folder();
        let facts = facts(&folder)?;
        let address = match &*locked(&self.running) {
            Some(running) => running.page.clone(),
            None => return Ok(()),
        };
        jishi_till::centre_moved(&self.till, &facts.public_key, address.as_str())?;
        let reading = jishi_till::Reading::open(&self.till)?;
        let known = jishi_till::status(reading.ledger())?;
        let above = hub_figures(&folder, None).map_err(said)?.upstream;
        if let Some(centre) = &known.centre {
            let is_above = above.is_some_and(|above| above.key == centre.key);
            if centre.key == facts.public_key || !is_above {
                return Ok(());
            }
        }
        let request = InvitationRequest {
            kind: "till".to_owned(),
            outlet: match known.centre.and_then(|centre| centre.outlet).or(known.outlet) {
                None => only_outlet(&folder).map_err(said)?,
                outlet => outlet,
            },
            organisation: None,
            address: Some(address),
        };
        let invited = invite(&folder, request, &self.instruments).map_err(said)?;
        jishi_till::enrol(&self.till, &invited.code.to_string())?;
        Ok(())
    }

    fn figures(&self) -> Result<Option<HubFigures>, Refusal> {
        let folder = self.folder();
        if !folder.exists() {
            return Ok(None);
        }
        let heard = locked(&self.running)
            .as_ref()
            .and_then(|running| running.upstream.heard());
        hub_figures(&folder, heard).map(Some).map_err(said)
    }

    fn port(&self) -> Option<u16> {
        locked(&self.running).as_ref().and_then(|running| running.port)
    }

    /// What is left of the last code: it goes when it is used, out of date, or the hub is off.
    fn look_at_code(&self, figures: &HubFigures, is_on: bool) -> Result<Option<HubCodeView>, Refusal> {
        let mut last = locked(&self.last);
        let Some((code, _, expires_ms)) = &last.code else {
            return Ok(None);
        };
        if !is_on || *expires_ms <= (self.instruments.now)().timestamp_millis() {
            last.code = None;
        } else if let Some(key) = code_used_by(&self.folder(), &code.secret).map_err(said)? {
            let node = figures.nodes.iter().find(|node| node.public_key == key);
            last.joined = Some(node.map_or(key.clone(), |node| node.node.clone()));
            last.code = None;
        }
        Ok(last.code.as_ref().map(|(_, view, _)| view.clone()))
    }
}

impl Hub for HubBeside {
    fn is_on(&self) -> bool {
        self.port().is_some()
    }

    fn nearby(&self) -> Vec<NearbyView> {
        let heard = self.heard().into_iter().map(|nearby| NearbyView {
            name: nearby.name,
            address: nearby.address.to_string(),
        });
        heard.collect()
    }

    fn view(&self, owner: &HubOwner) -> Result<HubView, Refusal> {
        let port = self.port();
        let running = locked(&self.running);
        let page = running.as_ref().map(|running| running.page.to_string());
        let fell_over = running
            .as_ref()
            .is_some_and(|running| running.serving.inner().is_finished());
        drop(running);
        let figures = self.figures()?;
        let addresses = match port {
            Some(port) => hub_addresses(port).map_err(|_| Refusal::hub("no_network"))?,
            None => Vec::new(),
        };
        let mut view = HubView {
            is_on: port.is_some(),
            name: owner.name.clone(),
            is_made: figures.is_some(),
            addresses: addresses.iter().map(SocketAddr::to_string).collect(),
            failure: (fell_over && port.is_some()).then(|| "network_failed".to_owned()),
            page,
            upstream: None,
            nodes: Vec::new(),
            code: None,
            joined: None,
        };
        if let Some(figures) = figures {
            view.code = self.look_at_code(&figures, port.is_some())?;
            view.joined = locked(&self.last).joined.clone();
            view.name = figures.name;
            view.upstream = figures.upstream.map(|upstream| HubUpstreamView {
                name: upstream.name,
                address: upstream.address,
                online: upstream.online,
                entries_waiting: upstream.entries_waiting,
                refused: upstream.refused.into_iter().next().map(|chain| chain.code),
            });
            let nodes = figures.nodes.into_iter().map(|node| HubNodeView {
                is_this_till: node.public_key == owner.public_key,
                is_hub: node.kind != "till",
                node: node.node,
                key: node.public_key,
                via: node.via,
                sales: node.sales,
                entries_waiting: node.entries_waiting,
                heard_at: node.heard_at,
                is_revoked: node.revoked,
            });
            view.nodes = nodes.collect();
        }
        Ok(view)
    }

    fn start(&self, owner: &HubOwner, name: &str) -> Result<String, Refusal> {
        let _turn = locked(&self.turning);
        if !self.folder().exists() {
            let name = if name.is_empty() { &owner.name } else { name };
            // Beneath a centre it is known by this, beside the tills there.
            let code = format!("H{}", owner.till);
            let code: String = code
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .take(16)
                .collect();
            init(&self.folder(), &code, name, &self.instruments).map_err(said)?;
        }
        let folder = self.folder();
        let started = match hub_settings(&folder).map_err(said)? {
            // It was told to other machines.
            Some(settings) => self.run(Some(settings.port)),
            None => self.run(Some(HUB_PORT)).or_else(|_| self.run(Some(0))),
        };
        if let Err(refusal) = started {
            if folder == self.till.path().join(DEMO_CENTRE) {
                self.run(None)?;
            }
            return Err(refusal);
        }
        if let Some(port) = self.port() {
            keep_hub_settings(&folder, HubSettings { is_on: true, port }).map_err(said)?;
        }
        self.join_own_till()?;
        Ok(facts(&folder)?.name)
    }

    fn stop(self: Arc<Self>) -> Result<(), Refusal> {
        let folder = self.folder();
        let Some(port) = self.port() else {
            return Ok(());
        };
        keep_hub_settings(&folder, HubSettings { is_on: false, port }).map_err(said)?;
        if let Some(running) = &mut *locked(&self.running) {
            running.port = None;
        }
        // Requests under way may end, and nobody waits at the till for that. Its own sales go there as before.
        std::thread::spawn(move || {
            let _turn = locked(&self.turning);
            if let (None, Err(refusal)) = (self.port(), self.run(None)) {
                tracing::warn!("The server beside the till does not run: {refusal}");
            }
        });
        Ok(())
    }

    fn invite(&self, owner: &HubOwner, address: Option<&str>, is_for_hub: bool) -> Result<(), Refusal> {
        let port = self.port().ok_or_else(|| Refusal::hub("hub_off"))?;
        let own = hub_addresses(port).map_err(|_| Refusal::hub("no_network"))?;
        let chosen = own
            .iter()
            .find(|own| address.is_none_or(|address| own.to_string() == address));
        let chosen = *chosen.ok_or_else(|| Refusal::hub("no_network"))?;
        let request = InvitationRequest {
            kind: if is_for_hub { "hub" } else { "till" }.to_owned(),
            // A till of no outlet is handed nothing that comes down for one.
            outlet: match (is_for_hub, &owner.outlet) {
                (true, _) => None,
                (false, None) => only_outlet(&self.folder()).map_err(said)?,
                (false, outlet) => outlet.clone(),
            },
            organisation: None,
            address: Some(ServerAddress::of_listener(chosen)),
        };
        let invited = invite(&self.folder(), request, &self.instruments).map_err(said)?;
        let view = HubCodeView::drawn(
            invited.code.to_string(),
            chosen.to_string(),
            invited
                .expires
                .with_timezone((self.instruments.now)().offset())
                .to_rfc3339(),
            is_for_hub,
        );
        let mut last = locked(&self.last);
        last.joined = None;
        last.code = view.map(|view| (invited.code, view, invited.expires.timestamp_millis()));
        Ok(())
    }

    fn join(&self, _owner: &HubOwner, code: &str) -> Result<String, Refusal> {
        let _turn = locked(&self.turning);
        let folder = self.folder();
        let centre = join(&folder, code).map_err(said)?;
        // What goes up begins with its start.
        self.run(self.port())?;
        self.join_own_till()?;
        Ok(centre.name)
    }

    fn lots(&self, owner: &HubOwner) -> Result<BTreeMap<String, LotSharedView>, Refusal> {
        let folder = self.folder();
        if !folder.exists() {
            return Ok(BTreeMap::new());
        }
        let shared = lots_shared(&folder).map_err(said)?.into_iter();
        let shown = shared.map(|lot| {
            let nodes = lot.nodes.into_iter().map(|node| LotNodeView {
                is_this_till: node.node == owner.till,
                node: node.node,
                allotted: node.allotted.short(),
                used: node.used.short(),
                left: node.left.short(),
                is_closed: node.is_closed,
            });
            let view = LotSharedView {
                undistributed: lot.undistributed.short(),
                can_allot: lot.undistributed.is_positive(),
                over: lot.over.map(|over| over.short()),
                nodes: nodes.collect(),
            };
            (lot.lot, view)
        });
        Ok(shown.collect())
    }

    fn allot(&self, lot: &str, node: Option<&str>, quantity: Option<&str>) -> Result<(), Refusal> {
        let folder = self.folder();
        if !folder.exists() {
            return Err(Refusal::hub("hub_off"));
        }
        let given = match node {
            Some(node) => Given::To { node, quantity },
            None => Given::Evenly,
        };
        allot(&folder, AllotRequest { lot, given }, &self.instruments).map_err(said)?;
        Ok(())
    }
}

/// This port, or any.
async fn either(address: Ipv4Addr, port: u16) -> Result<TcpListener, ServeError> {
    match listen(SocketAddr::from((address, port))).await {
        Ok(listener) => Ok(listener),
        Err(_) => listen(SocketAddr::from((address, 0))).await,
    }
}

fn facts(folder: &std::path::Path) -> Result<ServerFacts, Refusal> {
    Ok(Home::open(folder, OpenMode::Read).map_err(said)?.facts)
}

/// In the server's own code.
fn said(error: impl Coded) -> Refusal {
    Refusal::Sync {
        code: error.code_of().to_owned(),
        message: error.to_string(),
    }
}

/// What the server refuses with.
trait Coded: std::error::Error {
    fn code_of(&self) -> &str;
}

macro_rules! coded {
    ($($error:ty),*) => { $(impl Coded for $error { fn code_of(&self) -> &str { self.code() } })* };
}
coded!(
    AllotError,
    HomeError,
    ServeError,
    jishi_server::InviteError,
    jishi_server::JoinError
);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
