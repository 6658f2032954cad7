//! The ground that every run begins on, made once in a process: a centre, hubs beneath it, and tills with a fair on
//! their shelves that are enrolled. A run gets copies.

use crate::dice::Dice;
use crate::world::{MachineWorld, Time};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::{InvitationRequest, Server, init, invite, join, listen};
use jishi_till::{Centre, Folder, Till, enrol};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) const HUBS: usize = 2;
pub(crate) const CENTRE_NAME: &str = "县供销合作社";
/// Of a small run.
pub(crate) const TILLS: usize = 3;
/// Of a large one.
const TILLS_MAX: usize = 50;

/// A server of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Centre,
    Hub(usize),
}

impl Place {
    pub fn name(self) -> String {
        match self {
            Place::Centre => "centre".to_owned(),
            Place::Hub(number) => format!("hub{}", number + 1),
        }
    }
}

/// The name of a till's folder, and of its machine.
pub(crate) fn till_name(number: usize) -> String {
    format!("till{}", number + 1)
}

#[derive(Debug)]
pub struct Ground {
    room: TempDir,
    /// What a till notes that is enrolled at a place: by till, then the centre, then each hub.
    notes: Vec<Vec<Centre>>,
}

impl Ground {
    /// That of small runs, made at the first call.
    pub fn get() -> &'static Ground {
        static GROUND: OnceLock<Ground> = OnceLock::new();
        GROUND.get_or_init(|| Ground::make(TILLS))
    }

    /// One with at least so many tills.
    pub(crate) fn with(tills: usize) -> &'static Ground {
        static LARGE: OnceLock<Ground> = OnceLock::new();
        match tills <= TILLS {
            true => Ground::get(),
            false => LARGE.get_or_init(|| Ground::make(TILLS_MAX)),
        }
    }

    fn make(tills: usize) -> Ground {
        let room = room();
        let time = Time::default();
        let world = |name: &str, seed| MachineWorld::new(&time, Dice::new(seed), name);
        let runtime = Runtime::new().expect("threads");
        let path = |name: &str| room.path().join(name);
        let places = [Place::Centre, Place::Hub(0), Place::Hub(1)];
        for (number, place) in places.iter().enumerate() {
            let world = world(&place.name(), 100 + number as u64);
            let code = ["XIAN", "HUB1", "HUB2"][number];
            let named = [CENTRE_NAME, "东门大集", "西门大集"][number];
            init(&path(&place.name()), code, named, &world.instruments()).expect("a server");
        }
        for number in 0..tills {
            let name = till_name(number);
            let world = world(&name, 200 + number as u64);
            let folder = Folder::at(path(&name));
            let mut till = Till::init(folder, &format!("T{}", number + 1), world.boxed()).expect("a till");
            till.import(&jishi_testkit::small_fair(), false)
                .expect("the fair");
        }
        let mut notes = vec![Vec::new(); tills];
        for (number, place) in places.iter().enumerate() {
            let instruments = world(&place.name(), 300 + number as u64).instruments();
            let folder = path(&place.name());
            let code = |kind: &str| {
                let request = InvitationRequest {
                    kind: kind.to_owned(),
                    outlet: Some("F1".to_owned()),
                    organisation: None,
                    address: None,
                };
                let invited = invite(&folder, request, &instruments).expect("a code");
                invited.code.to_string()
            };
            let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
            let server = runtime.block_on(async {
                let listener = listen("127.0.0.1:0".parse().expect("an address"))
                    .await
                    .expect("a port");
                Server::open(listener, &folder, instruments.clone()).expect("it opens")
            });
            let serving = runtime.spawn(server.run(async { drop(stopped.await) }));
            for (till, notes) in notes.iter_mut().enumerate() {
                let folder = Folder::at(path(&till_name(till)));
                notes.push(enrol(&folder, &code("till")).expect("a till enrolled"));
            }
            if *place == Place::Centre {
                for hub in 0..HUBS {
                    join(&path(&Place::Hub(hub).name()), &code("hub")).expect("a hub enrolled");
                }
            }
            drop(stop);
            runtime
                .block_on(serving)
                .expect("it ran")
                .expect("it ended in order");
        }
        crate::parts::import_at(&path(&Place::Centre.name()), &world("import", 400).instruments());
        let empty = Ledger::open(&path("empty.sqlite"), OpenMode::Create);
        drop(empty.expect("a ledger"));
        Ground { room, notes }
    }

    /// A ledger with nothing in it, to be copied.
    pub fn empty_ledger(&self) -> PathBuf {
        self.room.path().join("empty.sqlite")
    }

    pub fn folder(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    /// A copy of a node's folder, each file as it was left.
    pub fn copy(&self, name: &str, to: &Path) {
        copy_folder(&self.folder(name), to);
    }

    /// Points a till to a server where it is enrolled.
    pub fn point(&self, till: usize, place: Place, database: &Path) {
        let at = match place {
            Place::Centre => 0,
            Place::Hub(number) => 1 + number,
        };
        let text = serde_json::to_string(&self.notes[till][at]).expect("JSON");
        let mut ledger = Ledger::open(database, OpenMode::Write).expect("the till's database");
        ledger
            .write(|writer| {
                writer.put_note("centre", &text)?;
                writer.put_note("above", "")
            })
            .unwrap_or_else(|error: jishi_ledger::StoreError| panic!("the note: {error}"));
    }
}

/// On a file system in memory, where there is one.
pub fn room() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = match memory.is_dir() {
        true => tempfile::Builder::new().prefix("jishi-sim-").tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    made.expect("a folder")
}

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for file in std::fs::read_dir(from).expect("a folder") {
        let file = file.expect("a file");
        match file.file_type().expect("its type").is_dir() {
            true => copy_folder(&file.path(), &to.join(file.file_name())),
            false => {
                std::fs::copy(file.path(), to.join(file.file_name())).expect("a copy");
            }
        }
    }
}
