//! A till's hub dies in the middle of the fair: its sales go by another hub, or straight to the centre, and by its own hub
//! again when that is back. Every sale is at the centre, once.

use crate::harness::TestServer;
use jishi_journal::{NodeKey, Purpose};
use jishi_server::{Server, listen, nodes, revoke};
use jishi_sync::protocol::{EnrolmentFacts, ServerPlace, SignedText};
use jishi_sync::{SyncState, Watch};
use jishi_testkit::{Shop, cash_sale};
use jishi_till::{Status, Till, status};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

impl TestServer {
    /// As it is started again on the same machine: at the address that it had.
    pub(crate) async fn run_again(&mut self) {
        let socket = self.address.trim_start_matches("http://").parse().unwrap();
        let listener = listen(socket).await.unwrap();
        let server = Server::open(listener, self.path(), self.clock.instruments()).unwrap();
        self.keep(server);
    }

    fn key(&self) -> String {
        nodes(self.path()).unwrap().all()[0].public_key.clone()
    }
}

/// A till that sells, and pushes beside that.
struct Selling {
    shop: Shop,
    till: Till,
    watch: Option<Watch>,
    heard: Arc<Mutex<SyncState>>,
    sold: u32,
}

impl Selling {
    fn at(code: &str, seed: u64) -> Selling {
        let (shop, till) = Shop::with_fair_at(code, seed);
        Selling {
            shop,
            till,
            watch: None,
            heard: Arc::default(),
            sold: 0,
        }
    }

    async fn joins(&mut self, server: &TestServer) {
        self.watch = None;
        let (folder, code) = (self.shop.folder(), server.invite().code.to_string());
        let joined = tokio::task::spawn_blocking(move || jishi_till::enrol(&folder, &code));
        joined.await.unwrap().unwrap();
        let heard = Arc::clone(&self.heard);
        let watch = self
            .till
            .watch(move |state| *heard.lock().unwrap() = state.clone());
        self.watch = watch.unwrap();
    }

    fn sells(&mut self, count: u32) {
        for _ in 0..count {
            self.sold += 1;
            let id = format!("{}-{}", self.till.code(), self.sold);
            self.till.sell(&cash_sale(&id, &[("honey", "1")])).unwrap();
            self.watch.as_ref().unwrap().new_entries();
        }
    }

    fn status(&self) -> Status {
        status(self.till.ledger()).unwrap()
    }

    fn speaks_to(&self) -> Option<String> {
        let heard = self.heard.lock().unwrap();
        heard
            .server
            .filter(|_| heard.online == Some(true))
            .map(|key| key.to_string())
    }

    #[track_caller]
    fn comes_to<'a>(
        &'a self,
        what: &'a str,
        is_so: impl Fn(&Selling) -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            while !is_so(self) {
                assert!(
                    started.elapsed() < Duration::from_secs(120),
                    "it never came to be that {what}, at {caller}: {:?} {:?}",
                    self.status(),
                    self.heard.lock().unwrap()
                );
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    async fn knows(&self, servers: usize) {
        self.comes_to("it knows the servers", |till| {
            till.status().servers.len() == servers
        })
        .await;
    }

    async fn speaks_with(&self, server: &TestServer) {
        let key = server.key();
        self.comes_to("it speaks to that one", |till| {
            till.speaks_to().as_ref() == Some(&key)
        })
        .await;
    }

    async fn is_all_at_the_centre(&self) {
        self.comes_to("all is at the centre", |till| till.status().sales_waiting == 0)
            .await;
    }
}

fn assert_sound(servers: &[&TestServer]) {
    for server in servers {
        let verdict = server.ledger().verify(&server.path().join("scratch")).unwrap();
        assert!(verdict.is_good(), "{verdict:?}");
    }
}

/// The goods of the small fair's lot, so often.
const HONEY: i64 = 4500;

#[tokio::test(flavor = "multi_thread")]
async fn the_first_hub_is_killed_mid_fair_and_brought_back() {
    let centre = TestServer::start().await;
    let mut first = centre.hub("HUB1").await;
    let mut second = centre.hub("HUB2").await;
    let (mut one, mut other) = (Selling::at("T1", 1), Selling::at("T2", 2));
    one.joins(&first).await;
    // The second hub has a till of its own with the same code.
    let mut namesake = Selling::at("T1", 3);
    other.joins(&first).await;
    namesake.joins(&second).await;
    one.sells(1);
    other.sells(1);
    namesake.sells(1);
    for till in [&one, &other, &namesake] {
        till.is_all_at_the_centre().await;
        // Its own, the other hub, and the centre.
        till.knows(3).await;
        let servers = till.status().servers;
        assert!(servers[0].server.is_preferred && servers[0].server.is_hub);
        assert!(
            servers[1].server.is_hub && !servers[2].server.is_hub,
            "{servers:?}"
        );
    }
    one.speaks_with(&first).await;

    // Nobody waits for it at the tills.
    first.stop().await;
    let selling = Instant::now();
    one.sells(3);
    other.sells(2);
    assert!(selling.elapsed() < Duration::from_secs(5));
    for till in [&one, &other] {
        till.speaks_with(&second).await;
        till.is_all_at_the_centre().await;
        assert_eq!(till.status().sales_only_here, 0);
        let servers = till.status().servers;
        assert!(servers[0].held < servers[1].held, "{servers:?}");
    }
    centre.comes_to("/summary/sales", json!(8)).await;
    centre.comes_to("/summary/net", json!(8 * HONEY)).await;

    // Back: by its own hub again, which then has what it missed.
    first.run_again().await;
    one.speaks_with(&first).await;
    other.speaks_with(&first).await;
    one.sells(1);
    one.is_all_at_the_centre().await;
    one.comes_to("its own hub holds it all", |till| {
        let status = till.status();
        status.servers[0].held == status.seq
    })
    .await;
    centre.comes_to("/summary/sales", json!(9)).await;
    first.comes_to("/summary/sales", json!(8)).await;

    // Neither hub: the centre itself, where it can be reached.
    first.stop().await;
    second.stop().await;
    one.sells(1);
    one.speaks_with(&centre).await;
    one.is_all_at_the_centre().await;
    centre.comes_to("/summary/sales", json!(10)).await;
    centre.comes_to("/summary/net", json!(10 * HONEY)).await;
    assert_sound(&[&centre, &first, &second]);
}

/// The hub enrolled a till, and died before the centre could hear of that.
#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_only_the_dead_hub_knew_is_taken_in_by_the_other() {
    let mut centre = TestServer::start().await;
    let mut first = centre.hub("HUB1").await;
    let second = centre.hub("HUB2").await;
    let mut witness = Selling::at("T8", 8);
    witness.joins(&first).await;
    witness.knows(3).await;
    centre.stop().await;
    let mut till = Selling::at("T1", 1);
    till.joins(&first).await;
    till.sells(1);
    till.knows(3).await;
    till.comes_to("the hub has it", |till| till.status().sales_only_here == 0)
        .await;
    assert_eq!(till.status().sales_waiting, 1);
    first.stop().await;
    till.sells(2);
    till.speaks_with(&second).await;
    till.comes_to("the other hub has it", |till| till.status().sales_only_here == 0)
        .await;
    assert_eq!(till.status().sales_waiting, 3, "held by hubs, and by no centre");

    centre.run_again().await;
    till.is_all_at_the_centre().await;
    centre.comes_to("/summary/sales", json!(3)).await;
    // The dead hub's own word on the till comes later, and changes nothing.
    first.run_again().await;
    first.comes_to("/upstream/entries_waiting", json!(0)).await;
    till.sells(1);
    till.is_all_at_the_centre().await;
    centre.comes_to("/summary/sales", json!(4)).await;
    assert_sound(&[&centre, &first, &second]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_nobody_of_the_organisation_vouches_for_is_not_taken_in() {
    let centre = TestServer::start().await;
    let first = centre.hub("HUB1").await;
    let second = centre.hub("HUB2").await;
    let stranger = TestServer::start_as("WAI", "外县").await;
    second.comes_to("/upstream/entries_waiting", json!(0)).await;
    let word = |server: &TestServer, till: &NodeKey, kind: &str| {
        let seed = std::fs::read_to_string(server.path().join("server.key")).unwrap();
        let mut bytes = [0; 32];
        hex::decode_to_slice(seed.trim(), &mut bytes).unwrap();
        let key = NodeKey::from_seed(&bytes);
        let facts = EnrolmentFacts {
            v: 1,
            nonce: "0".repeat(32),
            server_key: key.public().to_string(),
            organisation: "HUB1".to_owned(),
            organisation_name: "东门大集".to_owned(),
            node: "T1".to_owned(),
            node_key: till.public().to_string(),
            kind: kind.to_owned(),
            outlet: None,
            bound_to: None,
            public_chain: "0".repeat(32),
            at: "2026-11-21T09:00:00+08:00".to_owned(),
        };
        SignedText::sign(serde_json::to_string(&facts).unwrap(), Purpose::Invitation, &key)
    };
    let [good, bad] = [NodeKey::from_seed(&[11; 32]), NodeKey::from_seed(&[12; 32])];
    let mut altered = word(&first, &bad, "till");
    altered.text = altered.text.replace("T1", "T2");
    let table = [
        (
            "another organisation's word",
            &bad,
            word(&stranger, &bad, "till"),
            "not_of_organisation",
        ),
        (
            "a word about another",
            &bad,
            word(&first, &good, "till"),
            "bad_signature",
        ),
        ("an altered word", &bad, altered, "bad_signature"),
        (
            "a word about a hub",
            &bad,
            word(&first, &bad, "hub"),
            "bad_signature",
        ),
        ("its own word", &bad, word(&first, &bad, "till"), "ok"),
        ("a good word", &good, word(&first, &good, "till"), "ok"),
    ];
    for (what, key, proof, expected) in table {
        assert_eq!(second.hears(key, proof).await, expected, "{what}");
    }
    // Once is enough, and it is not enrolled twice.
    let known = nodes(second.path()).unwrap();
    assert_eq!(known.of(&good.public().to_string()).count(), 1);

    // What the centre revoked no hub takes in, and it stops where it was.
    second.comes_to("/upstream/entries_waiting", json!(0)).await;
    revoke(
        centre.path(),
        &good.public().to_string(),
        &centre.clock.instruments(),
    )
    .unwrap();
    let started = Instant::now();
    while second.hears(&good, word(&first, &good, "till")).await != "revoked" {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "it is never revoked here"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A router gave the hub another address. Whoever says where it is, it is spoken to only under its key.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_is_followed_to_another_address_by_its_key_alone() {
    let mut hub = TestServer::start_as("HUB1", "东门大集").await;
    let stranger = TestServer::start_as("WAI", "外县").await;
    let mut till = Selling::at("T1", 1);
    till.joins(&hub).await;
    till.sells(1);
    till.is_all_at_the_centre().await;
    hub.stop().await;
    hub.run().await;
    let folder = till.shop.folder();
    let says = |key: String, address: &str| {
        let place = ServerPlace {
            key,
            name: "东门大集".to_owned(),
            address: address.to_owned(),
        };
        jishi_till::hear_nearby(&folder, &[place]).unwrap();
    };
    says(stranger.key(), &stranger.address);
    assert_eq!(till.status().servers.len(), 1);
    says(hub.key(), &stranger.address);
    till.sells(1);
    till.comes_to("it is alone", |till| {
        till.heard.lock().unwrap().online == Some(false)
    })
    .await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(till.status().sales_waiting, 1);
    assert_eq!(stranger.fair().await["summary"]["sales"], 0);

    says(hub.key(), &hub.address);
    till.is_all_at_the_centre().await;
    hub.comes_to("/summary/sales", json!(2)).await;
    // It is kept: the next start needs nobody to say it.
    assert_eq!(till.status().centre.unwrap().address, hub.address);
}

/// Two hubs of two organisations: a till that changed from one to the other never goes back by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_another_organisation_is_no_other_way() {
    let (before, mut now) = (
        TestServer::start().await,
        TestServer::start_as("XIN", "新县").await,
    );
    let mut till = Selling::at("T1", 1);
    till.joins(&before).await;
    till.sells(1);
    till.is_all_at_the_centre().await;
    till.joins(&now).await;
    till.sells(1);
    till.is_all_at_the_centre().await;
    now.stop().await;
    till.sells(1);
    tokio::time::sleep(Duration::from_secs(4)).await;
    let status = till.status();
    assert_eq!(status.servers.len(), 1, "{:?}", status.servers);
    assert_eq!((status.sales_waiting, status.sales_only_here), (1, 1));
    let summary = before.fair().await;
    assert_eq!(summary["summary"]["sales"], 1);
}
