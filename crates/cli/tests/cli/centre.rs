//! The way up, against a real server over real HTTP.

use crate::support::{Shop, sale, text_of};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode};
use jishi_server::{Instruments, InvitationRequest, Server, init, invite, join, listen, revoke};
use serde_json::json;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// A centre in a thread of its own.
pub(crate) struct Centre {
    pub(crate) folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Centre {
    pub(crate) fn start(folder: &Path) -> Centre {
        init(folder, "ORG", "柳河县中心", &Instruments::of_machine()).expect("a new server");
        Centre::run(folder)
    }

    /// A hub of it.
    pub(crate) fn start_hub(&self, folder: &Path) -> Centre {
        self.start_hub_of(folder, None)
    }

    /// A server that is bound to an organisation.
    pub(crate) fn start_hub_of(&self, folder: &Path, organisation: Option<&str>) -> Centre {
        init(folder, "HUB", "东门大集主机", &Instruments::of_machine()).expect("a new server");
        let request = InvitationRequest {
            kind: "hub".to_owned(),
            outlet: None,
            organisation: organisation.map(str::to_owned),
            address: None,
        };
        let invited = invite(&self.folder, request, &Instruments::of_machine()).expect("a code");
        join(folder, &invited.code.to_string()).expect("the centre takes it");
        Centre::run(folder)
    }

    fn run(folder: &Path) -> Centre {
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime.block_on(async {
            let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0)))
                .await
                .expect("a port");
            Server::open(listener, folder, Instruments::of_machine()).expect("a server")
        });
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let shutdown = async move {
                // Dropped or sent: either ends it.
                let _ = stopped.await;
            };
            runtime.block_on(server.run(shutdown)).expect("it serves");
        });
        Centre {
            folder: folder.to_owned(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn invite(&self) -> String {
        self.invite_a("till")
    }

    fn invite_a(&self, kind: &str) -> String {
        self.invite_for(kind, None)
    }

    pub(crate) fn invite_for(&self, kind: &str, outlet: Option<&str>) -> String {
        let request = InvitationRequest {
            kind: kind.to_owned(),
            outlet: outlet.map(str::to_owned),
            organisation: None,
            address: None,
        };
        let invited = invite(&self.folder, request, &Instruments::of_machine()).expect("a code");
        invited.code.to_string()
    }

    /// What it has in its books, read beside it.
    pub(crate) fn sales(&self) -> i64 {
        let ledger = Ledger::open(&self.folder.join("server.sqlite"), OpenMode::Read).expect("its books");
        report::summary(&ledger, &Filter::default())
            .expect("a report")
            .sales
    }

    pub(crate) fn stop(mut self) {
        self.pause();
    }

    pub(crate) fn pause(&mut self) {
        drop(self.stop.take());
        let thread = self.thread.take().expect("it runs");
        thread.join().expect("it ends");
    }
}

#[test]
fn what_is_sold_comes_up_and_a_centre_that_is_gone_stops_nobody() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    let status = || shop.run(&["status"], "").ok().only();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    assert_eq!(status()["sales_waiting"], 1);

    let code = centre.invite();
    let enrolled = shop.run(&["enrol", &code], "").ok().only();
    assert_eq!(enrolled["name"], "柳河县中心");
    let synced = shop.run(&["sync"], "").ok().only();
    assert_eq!(
        (&synced["complete"], &synced["acknowledged"], &synced["seq"]),
        (&json!(true), &json!(11), &json!(11))
    );
    let up = status();
    assert_eq!(
        (&up["acknowledged"], &up["hub"], &up["sales_waiting"]),
        (&json!(11), &json!(11), &json!(0))
    );
    // Again: there is nothing to send, and that is done too.
    assert_eq!(shop.run(&["sync"], "").ok().only()["sent"], 0);

    let other = Shop::bare();
    assert_eq!(other.run(&["enrol", &code], "").refused(), "code_used");

    centre.stop();
    shop.done("sell", sale("S2", "honey", "1", 4500));
    let unreached = shop.run(&["sync"], "");
    assert_eq!(unreached.refused(), "unreachable");
    assert_eq!(unreached.only()["sent"], 0);
    assert_eq!(status()["sales_waiting"], 1);
    shop.done("sell", sale("S3", "honey", "1", 4500));
}

/// What a hub holds and what the centre holds are two things, and the till knows both.
#[test]
fn a_till_at_a_hub_tells_apart_what_the_hub_holds_and_what_the_centre_does() {
    let shop = Shop::open();
    let mut centre = Centre::start(&shop.file("centre"));
    let hub = centre.start_hub(&shop.file("hub"));
    let enrolled = shop.run(&["enrol", &hub.invite()], "").ok().only();
    assert_eq!(enrolled["name"], "东门大集主机");
    let standing = || {
        let status = shop.run(&["status"], "").ok().only();
        let part = |name: &str| status[name].clone();
        (
            part("seq"),
            part("hub"),
            part("acknowledged"),
            part("sales_only_here"),
            part("sales_waiting"),
        )
    };
    let is = |hub: u64, centre: u64, only_here: u64, waiting: u64| {
        (
            json!(standing().0),
            json!(hub),
            json!(centre),
            json!(only_here),
            json!(waiting),
        )
    };
    shop.done("sell", sale("S1", "honey", "1", 4500));
    assert_eq!(standing(), is(0, 0, 1, 1));
    // Once the hub has brought it up, the next look hears so.
    let synced = || assert_eq!(shop.run(&["sync"], "").ok().only()["complete"], true);
    let until_at_the_centre = |seq: u64| {
        let started = Instant::now();
        while standing() != is(seq, seq, 0, 0) {
            synced();
            assert!(started.elapsed() < Duration::from_secs(20), "{:?}", standing());
        }
    };
    until_at_the_centre(11);
    assert_eq!(centre.sales(), 1);

    centre.pause();
    shop.done("sell", sale("S2", "honey", "1", 4500));
    synced();
    assert_eq!(standing(), is(12, 11, 0, 1), "the hub has it, the centre not yet");
    assert_eq!((hub.sales(), centre.sales()), (2, 1));
    hub.stop();
    shop.done("sell", sale("S3", "honey", "1", 4500));
    assert_eq!(shop.run(&["sync"], "").refused(), "unreachable");
    assert_eq!(standing(), is(12, 11, 1, 2));
}

#[test]
fn a_folder_that_was_copied_is_told_by_the_centre_and_by_its_status() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite()], "").ok();
    shop.run(&["sync"], "").ok();

    let copy = Shop::copy_of(&shop);
    shop.done("sell", sale("S1", "honey", "1", 4500));
    shop.run(&["sync"], "").ok();
    copy.done("sell", sale("S2", "honey", "1", 4500));
    let told = copy.run(&["sync"], "").ok().only();
    assert_eq!(
        (&told["forked"], &told["sales_waiting"]),
        (&json!(true), &json!(0))
    );
    let status = copy.run(&["status"], "").ok().only();
    assert_eq!(
        (&status["forked"], &status["refusal"], &status["sales_waiting"]),
        (&json!(true), &json!("fork"), &json!(0))
    );
    assert_eq!(centre.sales(), 2);
    let status = shop.run(&["status"], "").ok().only();
    assert_eq!(
        (&status["forked"], &status["refusal"]),
        (&json!(false), &json!(null))
    );
    // Nothing of it stops a sale, which has a number that the other will not give out.
    let sold = copy.tell("sell", &[sale("S3", "honey", "1", 4500)]).ok();
    assert_eq!(sold.only()["number"], "T1b-000001");
    assert!(sold.err.contains("T1b"), "{}", sold.err);
    shop.done("sell", sale("S4", "honey", "1", 4500));
    for till in [&copy, &shop] {
        assert_eq!(till.run(&["sync"], "").ok().only()["forked"], false);
        let status = till.run(&["status"], "").ok().only();
        assert_eq!(
            (&status["forked"], &status["refusal"], &status["sales_waiting"]),
            (&json!(false), &json!(null), &json!(0))
        );
        till.run(&["verify"], "").ok();
    }
    assert_eq!(centre.sales(), 4);
    centre.stop();
}

/// It has sold nothing yet that the other has not: told in time, it never forks.
#[test]
fn a_copied_folder_that_is_behind_goes_on_under_numbers_of_its_own() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite()], "").ok();
    let copy = Shop::copy_of(&shop);
    shop.done("sell", sale("S1", "honey", "1", 4500));
    shop.run(&["sync"], "").ok();
    assert_eq!(copy.run(&["sync"], "").refused(), "server_ahead");
    assert_eq!(
        copy.done("sell", sale("S2", "honey", "1", 4500))["number"],
        "T1b-000001"
    );
    copy.run(&["sync"], "").ok();
    assert_eq!(copy.run(&["status"], "").ok().only()["refusal"], json!(null));
    assert_eq!(centre.sales(), 2);
    centre.stop();
}

/// The disk is gone with the key, a backup is not. Each sale reaches the centre, and only once.
#[test]
fn a_till_that_lost_its_disk_brings_what_its_backup_holds() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite()], "").ok();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    shop.run(&["sync"], "").ok();
    shop.done("sell", sale("S2", "honey", "1", 4500));
    let backup = shop.file("backup.sqlite");
    shop.run(&["backup", text_of(&backup)], "").ok();
    std::fs::remove_dir_all(shop.data()).expect("the disk is lost");
    shop.run(&["restore", text_of(&backup)], "").ok();
    shop.done("sell", sale("S3", "honey", "1", 4500));

    let taken = shop.run(&["enrol", &centre.invite()], "");
    assert_eq!(taken.refused(), "node_taken");
    assert!(taken.err.contains("revoke"), "it says the way on: {}", taken.err);
    revoke(&centre.folder, "T1", &Instruments::of_machine()).expect("it was enrolled");
    shop.run(&["enrol", &centre.invite()], "").ok();
    assert_eq!(shop.run(&["sync"], "").ok().only()["complete"], true);
    let status = shop.run(&["status"], "").ok().only();
    for (key, value) in [
        ("forked", json!(false)),
        ("refusal", json!(null)),
        ("sales_waiting", json!(0)),
        ("acknowledged", status["seq"].clone()),
    ] {
        assert_eq!(status[key], value, "{key}");
    }
    assert_eq!(centre.sales(), shop.summary()["sales"]);
    assert_eq!(centre.sales(), 3);
    centre.stop();
}

/// The centre has more of the old chain than the backup: what was sold after it, and had already gone up.
#[test]
fn a_till_that_came_back_from_a_backup_older_than_what_the_centre_holds_goes_on() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.run(&["enrol", &centre.invite()], "").ok();
    shop.done("sell", sale("S1", "honey", "1", 4500));
    shop.run(&["sync"], "").ok();
    shop.done("sell", sale("S2", "honey", "1", 4500));
    let backup = shop.file("backup.sqlite");
    shop.run(&["backup", text_of(&backup)], "").ok();
    shop.done("sell", sale("S3", "honey", "1", 4500));
    shop.run(&["sync"], "").ok();

    let restored = shop.run(&["restore", text_of(&backup)], "").ok().only();
    assert_eq!(restored["left_behind"], 1);
    shop.done("sell", sale("S4", "honey", "1", 4500));
    for _ in 0..2 {
        assert_eq!(shop.run(&["sync"], "").ok().only()["complete"], true);
        let status = shop.run(&["status"], "").ok().only();
        for (key, value) in [
            ("forked", json!(false)),
            ("refusal", json!(null)),
            ("sales_waiting", json!(0)),
            ("acknowledged", status["seq"].clone()),
        ] {
            assert_eq!(status[key], value, "{key}");
        }
    }
    assert_eq!(shop.run(&["verify"], "").ok().only()["sound"], true);
    assert_eq!((shop.summary()["sales"].clone(), centre.sales()), (json!(3), 4));
    centre.stop();
}

/// It never was at a centre when it lost its disk: the centre knows the old key from nobody.
#[test]
fn a_till_that_lost_its_disk_before_it_was_enrolled_brings_all() {
    let shop = Shop::open();
    let centre = Centre::start(&shop.file("centre"));
    shop.done("sell", sale("S1", "honey", "1", 4500));
    let backup = shop.file("backup.sqlite");
    shop.run(&["backup", text_of(&backup)], "").ok();
    std::fs::remove_dir_all(shop.data()).expect("the disk is lost");
    shop.run(&["restore", text_of(&backup)], "").ok();
    shop.done("sell", sale("S2", "honey", "1", 4500));
    shop.run(&["enrol", &centre.invite()], "").ok();
    assert_eq!(shop.run(&["sync"], "").ok().only()["complete"], true);
    assert_eq!(
        shop.run(&["status"], "").ok().only()["sales_waiting"],
        0,
        "the new key's chain too"
    );
    assert_eq!(centre.sales(), 2);
    centre.stop();
}
