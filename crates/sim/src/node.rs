//! The nodes: a till with its folder and its disk, a server with its own.

use crate::bug::Bug;
use crate::dice::Dice;
use crate::disk::{Disk, Syncing};
use crate::ground::{Ground, Place};
use crate::link::Link;
use crate::world::MachineWorld;
use jishi_journal::{NodeKey, VerifyingKey};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::Responder;
use jishi_sync::{Incoming, Outgoing};
use jishi_till::{Folder, Till};
use jishi_uplink::Taker;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tokio::runtime::{Builder, Runtime};

/// What runs on a machine of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NodeId {
    Till(usize),
    Server(Place),
}

/// A machine with its disk, and what goes up from there.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) disk: Disk,
    pub(crate) world: MachineWorld,
    pub(crate) link: Option<Link>,
    /// Switched off until then.
    pub(crate) up_at: Option<u64>,
    /// What a backup was made of, oldest first.
    pub(crate) backups: Vec<PathBuf>,
}

impl Machine {
    fn new(name: String, folder: PathBuf, world: MachineWorld) -> Machine {
        Machine {
            name,
            disk: Disk::of(&folder),
            folder,
            world,
            link: None,
            up_at: None,
            backups: Vec::new(),
        }
    }

    /// Copies the database as it stands beside all disks.
    fn back_up(&mut self, database: &Path, into: &Path) -> Result<(), String> {
        let path = into.join(format!("{}-{}.sqlite", self.name, self.backups.len()));
        let ledger = Ledger::open(database, OpenMode::Read).map_err(|error| error.to_string())?;
        ledger
            .backup_to(&path, |_, _| true)
            .map_err(|error| error.to_string())?;
        self.backups.push(path);
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct TillNode {
    pub(crate) machine: Machine,
    /// Whose copy it is: the number in the ground.
    pub(crate) of: usize,
    pub(crate) at: Place,
    pub(crate) till: Option<Till>,
    /// The guard as it was written since the start: it is not synced.
    guards: Vec<String>,
}

impl TillNode {
    pub(crate) fn new(name: String, of: usize, at: Place, folder: PathBuf, world: MachineWorld) -> TillNode {
        TillNode {
            machine: Machine::new(name, folder, world),
            of,
            at,
            till: None,
            guards: Vec::new(),
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.machine.folder.join("jishi.sqlite")
    }

    pub(crate) fn guard_file(&self) -> PathBuf {
        self.machine.folder.join("guard.json")
    }

    pub(crate) fn key(&self) -> NodeKey {
        read_key(&self.machine.folder.join("node.key"))
    }

    /// Starts the program on what is on the disk.
    pub(crate) fn start(&mut self, bug: Option<Bug>) -> Result<(), String> {
        self.machine.up_at = None;
        let folder = Folder::at(&self.machine.folder);
        let till = Till::open(folder, self.machine.world.boxed())
            .map_err(|refusal| format!("{} does not start: {refusal:?}", self.machine.name))?;
        self.till = Some(till);
        self.guards.clear();
        self.note_guard();
        self.connect(bug)
    }

    pub(crate) fn connect(&mut self, bug: Option<Bug>) -> Result<(), String> {
        self.machine.link = None;
        self.machine.link = Link::open(
            &self.database(),
            self.key(),
            Taker::Till,
            &self.machine.world,
            bug,
        )
        .map_err(|error| format!("{} has no way up: {error}", self.machine.name))?;
        Ok(())
    }

    pub(crate) fn note_guard(&mut self) {
        let text = std::fs::read_to_string(self.guard_file()).unwrap_or_default();
        if self.guards.last() != Some(&text) {
            self.guards.push(text);
        }
    }

    /// The program ends where it stands.
    pub(crate) fn kill(&mut self) {
        self.machine.disk.die();
        self.machine.link = None;
        if let Some(mut till) = self.till.take() {
            // Nobody says that it was closed.
            till.found_damage();
        }
    }

    /// And the power goes with it.
    pub(crate) fn lose_power(&mut self, dice: &mut Dice) {
        self.kill();
        self.machine.disk.come_back(dice).expect("its files");
        if !self.guards.is_empty() && dice.one_in(2) {
            let older = &self.guards[dice.index(self.guards.len())];
            std::fs::write(self.guard_file(), older).expect("its guard");
        }
    }

    /// All sales that the till holds, by id, with what they came to.
    pub(crate) fn sales(&self) -> Result<BTreeMap<String, i64>, String> {
        sales_of(&self.ledger()?)
    }

    /// Read beside the program.
    pub(crate) fn ledger(&self) -> Result<Ledger, String> {
        Ledger::open(&self.database(), OpenMode::Read)
            .map_err(|error| format!("{} cannot be read: {error}", self.machine.name))
    }

    /// A bug's: the guard says something else.
    pub(crate) fn change_guard(&self, change: impl FnOnce(&mut serde_json::Value)) {
        let text = std::fs::read_to_string(self.guard_file()).expect("a guard");
        let mut guard = serde_json::from_str(text.trim_end()).expect("a guard");
        change(&mut guard);
        std::fs::write(self.guard_file(), format!("{guard:<384}")).expect("a guard");
    }

    /// A bug's: an older database, and a guard that fits it.
    pub(crate) fn put_back(&self, backup: &Path) {
        for suffix in ["-wal", "-shm"] {
            let left = self.machine.folder.join(format!("jishi.sqlite{suffix}"));
            if left.exists() {
                std::fs::remove_file(left).expect("the log");
            }
        }
        std::fs::copy(backup, self.database()).expect("the backup");
        let ledger = self.ledger().expect("the backup");
        let chains = ledger.chains().expect("its chains");
        let newest = ledger.newest_chain(chains[0].till.origin).expect("its chains");
        let newest = newest.expect("a chain");
        self.change_guard(|guard| {
            guard["chain"] = newest.chain.to_string().into();
            guard["seq"] = newest.head.seq.into();
            guard["hash"] = newest.head.hash.to_string().into();
            guard["generation"] = newest.generation.into();
        });
    }

    pub(crate) fn back_up(&mut self, into: &Path) -> Result<(), String> {
        let database = self.database();
        self.machine.back_up(&database, into)
    }
}

#[derive(Debug)]
pub(crate) struct ServerNode {
    pub(crate) machine: Machine,
    pub(crate) place: Place,
    pub(crate) responder: Option<Responder>,
    /// Read beside it.
    pub(crate) reader: Option<Ledger>,
    key: NodeKey,
    /// All that it had, this one among them.
    keys: Vec<VerifyingKey>,
}

impl ServerNode {
    pub(crate) fn new(place: Place, folder: PathBuf, world: MachineWorld) -> ServerNode {
        let key = read_key(&folder.join("server.key"));
        ServerNode {
            machine: Machine::new(place.name(), folder, world),
            place,
            responder: None,
            reader: None,
            keys: vec![key.public()],
            key,
        }
    }

    /// Whether it is this server's key, or was.
    pub(crate) fn has_had(&self, key: &VerifyingKey) -> bool {
        self.keys.contains(key)
    }

    /// As its folder says now.
    fn read_key(&mut self) {
        self.key = read_key(&self.machine.folder.join("server.key"));
        if !self.keys.contains(&self.key.public()) {
            self.keys.push(self.key.public());
        }
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.machine.folder.join("server.sqlite")
    }

    pub(crate) fn key(&self) -> &NodeKey {
        &self.key
    }

    pub(crate) fn start(&mut self, bug: Option<Bug>) -> Result<(), String> {
        self.machine.up_at = None;
        let responder = Responder::open(&self.machine.folder, self.machine.world.instruments())
            .map_err(|error| format!("{} does not start: {error}", self.machine.name))?;
        self.responder = Some(responder);
        if bug == Some(Bug::WaitsForNobody) {
            // On a disk in trouble the bug waits.
            let _ = jishi_server::go_on(&self.machine.folder, "01");
        }
        self.read_key();
        self.reader = Some(
            Ledger::open(&self.database(), OpenMode::Read)
                .map_err(|error| format!("{} cannot be read: {error}", self.machine.name))?,
        );
        self.connect(bug)
    }

    pub(crate) fn connect(&mut self, bug: Option<Bug>) -> Result<(), String> {
        self.machine.link = None;
        self.machine.link = Link::open(
            &self.database(),
            self.key.clone(),
            Taker::Hub,
            &self.machine.world,
            bug,
        )
        .map_err(|error| format!("{} has no way up: {error}", self.machine.name))?;
        Ok(())
    }

    pub(crate) fn kill(&mut self) {
        self.machine.disk.die();
        self.stop();
    }

    pub(crate) fn stop(&mut self) {
        self.machine.link = None;
        self.reader = None;
        self.responder = None;
    }

    /// The answer, where it is up and was not cut off.
    pub(crate) fn answer(&self, message: Outgoing) -> Option<Incoming> {
        let responder = self.responder.as_ref()?;
        let incoming = runtime().block_on(responder.answer(message));
        incoming.filter(|_| !self.machine.disk.is_dead())
    }

    pub(crate) fn back_up(&mut self, into: &Path) -> Result<(), String> {
        let database = self.database();
        self.machine.back_up(&database, into)
    }

    /// A bug's: what it says of the chains that the server writes is what the database has of them.
    pub(crate) fn fit_guard(&self) {
        let guard = self.machine.folder.join("server.guard");
        let ledger = Ledger::open(&self.database(), OpenMode::Read).expect("the backup");
        let chains = ledger.chains_of_keys(&self.keys).expect("its chains");
        let ends = chains
            .iter()
            .map(|record| format!("{} {} {}\n", record.chain, record.head.seq, record.head.hash));
        std::fs::write(guard, ends.collect::<String>()).expect("the guard");
    }

    /// Yesterday's file in the place of today's.
    pub(crate) fn restore(&mut self, backup: &Path) {
        self.kill();
        self.machine.disk.come_back_whole();
        for suffix in ["-wal", "-shm"] {
            let left = self.machine.folder.join(format!("server.sqlite{suffix}"));
            if left.exists() {
                std::fs::remove_file(left).expect("the log");
            }
        }
        std::fs::copy(backup, self.database()).expect("the backup");
        self.machine.disk.was_replaced();
    }
}

/// All sales of a ledger, by id, with what they came to.
pub(crate) fn sales_of(ledger: &Ledger) -> Result<BTreeMap<String, i64>, String> {
    let sales = report::sales(ledger, &Filter::default()).map_err(|error| error.to_string())?;
    let mut by_id = BTreeMap::new();
    for sale in sales {
        if by_id.insert(sale.id.clone(), sale.net).is_some() {
            return Err(format!("{} is counted twice", sale.id));
        }
    }
    Ok(by_id)
}

/// The disk that a bug gives to a till or to a server.
pub(crate) fn syncing(bug: Option<Bug>) -> Syncing {
    match bug {
        Some(Bug::SynchronousNormal) => Syncing::BeforeCheckpoints,
        Some(Bug::SyncIgnored) => Syncing::Never,
        _ => Syncing::Honest,
    }
}

/// The threads that a server's storage runs on: a run waits for each piece of work, so they change nothing.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime")
    })
}

fn read_key(path: &Path) -> NodeKey {
    let text = std::fs::read_to_string(path).expect("a key");
    let mut seed = [0; 32];
    let first = text.lines().next().unwrap_or_default();
    hex::decode_to_slice(first.trim(), &mut seed).expect("32 bytes");
    NodeKey::from_seed(&seed)
}

/// All nodes of the ground that a run of this size has, not started yet.
pub(crate) fn copy_of_ground(
    tills: usize,
    hubs: usize,
    room: &Path,
    mut world: impl FnMut(&str) -> MachineWorld,
) -> (Vec<TillNode>, Vec<ServerNode>) {
    let ground = Ground::with(tills);
    let places = std::iter::once(Place::Centre).chain((0..hubs).map(Place::Hub));
    let servers = places
        .map(|place| {
            let name = place.name();
            let folder = room.join(&name);
            ground.copy(&name, &folder);
            ServerNode::new(place, folder, world(&name))
        })
        .collect();
    let tills = (0..tills)
        .map(|number| {
            let name = crate::ground::till_name(number);
            let folder = room.join(&name);
            ground.copy(&name, &folder);
            let at = match hubs {
                0 => Place::Centre,
                hubs => Place::Hub(number % hubs),
            };
            let node = TillNode::new(name.clone(), number, at, folder, world(&name));
            ground.point(number, at, &node.database());
            node
        })
        .collect();
    (tills, servers)
}
