//! A hub whose disk takes nothing more, over real HTTP: its tills keep what they sell, and all of it is there when the
//! disk is mended. Rows of the list in `jishi-server`'s `misfortune.rs`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::{Server, listen};
use jishi_sim::{Dice, Disk, Ground, MachineWorld, Place, Time, room};
use jishi_testkit::cash_sale;
use jishi_till::{Folder, Till, centre_moved, sync_once};
use std::path::Path;
use tokio::sync::oneshot;

/// What the push was told, where it was not taken.
fn sync(folder: &Folder) -> Option<String> {
    let outcome = sync_once(folder).unwrap();
    outcome.push.failure.map(|(code, _)| code)
}

fn sales_at(hub: &Path) -> usize {
    let ledger = Ledger::open(&hub.join("server.sqlite"), OpenMode::Read).unwrap();
    report::sales(&ledger, &Filter::default()).unwrap().len()
}

/// The till sells through all of it, and the hub has each sale once in the end.
fn a_hub_whose_disk(gives_out: impl Fn(&Disk, bool), code: &str) {
    let room = room();
    let hub = room.path().join("hub");
    // Before any database is opened: its file system is that of the whole process from here on.
    let disk = Disk::of(&hub);
    let ground = Ground::get();
    ground.copy(&Place::Hub(0).name(), &hub);
    ground.copy("till1", &room.path().join("till"));
    let folder = || Folder::at(room.path().join("till"));
    ground.point(0, Place::Hub(0), &folder().database());
    let world = |name: &str, seed| MachineWorld::new(&Time::default(), Dice::new(seed), name);
    let mut till = Till::open(folder(), world("till1", 1).boxed()).unwrap();
    let mut sell = |id: &str| till.sell(&cash_sale(id, &[("honey", "1")])).unwrap();

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = runtime.block_on(async {
        let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        Server::open(listener, &hub, world("hub1", 2).instruments()).unwrap()
    });
    let address = server.address().to_string();
    let serving = runtime.spawn(server.run(async { drop(stopped.await) }));
    let reader = Ledger::open(&folder().database(), OpenMode::Read).unwrap();
    let centre = jishi_uplink::centre(&reader).unwrap().unwrap();
    assert!(centre_moved(&folder(), &centre.key, &address).unwrap());

    sell("before");
    assert_eq!(sync(&folder()), None);
    assert_eq!(sales_at(&hub), 1);
    gives_out(&disk, true);
    for id in ["first", "second", "third"] {
        sell(id);
        assert_eq!(sync(&folder()).as_deref(), Some(code));
        assert_eq!(sales_at(&hub), 1, "it is said, and what is there can be read");
    }
    gives_out(&disk, false);
    assert_eq!(sync(&folder()), None);
    assert_eq!(sales_at(&hub), 4);
    assert_eq!(sync(&folder()), None);
    assert_eq!(sales_at(&hub), 4);
    drop(stop);
    runtime.block_on(serving).unwrap().unwrap();
    let ledger = Ledger::open(&hub.join("server.sqlite"), OpenMode::Read).unwrap();
    let verdict = ledger.verify(room.path()).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
}

#[test]
fn a_hub_whose_disk_is_full_takes_all_when_there_is_room() {
    a_hub_whose_disk(Disk::fill, "disk_full");
}

#[test]
fn a_hub_whose_disk_is_read_only_takes_all_when_it_is_mended() {
    a_hub_whose_disk(Disk::protect, "read_only");
}
