//! The way up, against a real server over real HTTP.

use crate::support::{Shop, sale};
use jishi_server::{Instruments, InvitationRequest, Server, init, invite, listen};
use serde_json::json;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

/// A centre in a thread of its own.
struct Centre {
    folder: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Centre {
    fn start(folder: &Path) -> Centre {
        init(folder, "ORG", "柳河县中心", &Instruments::of_machine()).expect("a new server");
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

    fn invite(&self) -> String {
        let request = InvitationRequest {
            kind: "till".to_owned(),
            outlet: None,
            address: None,
        };
        let invited = invite(&self.folder, request, &Instruments::of_machine()).expect("a code");
        invited.code.to_string()
    }

    fn stop(mut self) {
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
    let refused = copy.run(&["sync"], "");
    assert_eq!(refused.refused(), "fork");
    assert!(!refused.err.contains("try again"), "{}", refused.err);
    let status = copy.run(&["status"], "").ok().only();
    assert_eq!(
        (&status["forked"], &status["refusal"], &status["sales_waiting"]),
        (&json!(true), &json!("fork"), &json!(1))
    );
    let status = shop.run(&["status"], "").ok().only();
    assert_eq!(
        (&status["forked"], &status["refusal"]),
        (&json!(false), &json!(null))
    );
    // Nothing of it stops a sale.
    copy.done("sell", sale("S3", "honey", "1", 4500));
    centre.stop();
}
