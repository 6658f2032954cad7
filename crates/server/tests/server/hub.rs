//! A server beneath another: what its tills sell is at the centre, once.

use crate::harness::{TestServer, Till, entropy, verdict};
use jishi_journal::NodeKey;
use jishi_journal::body::Continued;
use jishi_journal::{Chain, Opening};
use jishi_server::{join, nodes, revoke};
use jishi_sync::client::{Client, enrol};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

impl TestServer {
    /// A hub with this code, enrolled here and running.
    pub(crate) async fn hub(&self, organisation: &str) -> TestServer {
        let mut hub = TestServer::made_as(organisation, "东门大集");
        self.take_in(&hub).await.unwrap();
        hub.run().await;
        hub
    }

    /// Has the hub join with a fresh code. The hub does not run at that moment.
    async fn take_in(&self, hub: &TestServer) -> Result<String, String> {
        join_at(hub, self.invite_a("hub").code.to_string()).await
    }

    async fn figures(&self, pointer: &str) -> Value {
        self.fair().await.pointer(pointer).cloned().unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn comes_to(&self, pointer: &'static str, expected: Value) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let started = Instant::now();
            loop {
                let found = self.figures(pointer).await;
                if found == expected {
                    return;
                }
                let waited = started.elapsed() < Duration::from_secs(20);
                assert!(waited, "{pointer} is {found}, not {expected}, at {caller}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

fn client_of(server: &TestServer) -> Client {
    server.client_of(&Till::new(1))
}

async fn join_at(hub: &TestServer, code: String) -> Result<String, String> {
    let folder = hub.path().to_owned();
    let joined = tokio::task::spawn_blocking(move || join(&folder, &code))
        .await
        .unwrap();
    joined
        .map(|centre| centre.name)
        .map_err(|error| error.code().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hubs_tills_sell_is_at_the_centre_and_they_know_it() {
    let centre = TestServer::start().await;
    let hub = centre.hub("HUB1").await;
    let (mut first, mut second) = (Till::at_the_fair(1), Till::new(2));
    let mut client = hub.enrolled(&first).await;
    let mut others = hub.enrolled(&second).await;
    first.sell(4500);
    assert!(first.sync(&mut client).await.complete);
    second.sync(&mut others).await;
    assert_eq!(hub.figures("/summary/net").await, json!(4500));
    centre.comes_to("/summary/net", json!(4500)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    centre.comes_to("/tills/1/node", json!("T2")).await;
    for (pointer, expected) in [
        ("/tills/0/node", json!("T1")),
        ("/tills/0/via", json!("HUB1")),
        ("/tills/0/seq", json!(7)),
        ("/tills/2", Value::Null),
    ] {
        assert_eq!(centre.figures(pointer).await, expected, "{pointer}");
    }
    assert_eq!(hub.figures("/tills/0/via").await, Value::Null);

    // The till hears from the hub how far the centre is, in the centre's own words.
    first.sell(5500);
    first.sync(&mut client).await;
    assert_eq!(first.mark(), 8);
    centre.comes_to("/summary/net", json!(10_000)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    let marks = client.marks(&[first.id()]).await.unwrap();
    let answer = jishi_sync::Answer::Marks(marks);
    let mut push = jishi_sync::Push::new(*client.server());
    let none = jishi_sync::Input::TimePassed;
    first.words.clear();
    push.step(0, 0, none, &mut first).unwrap();
    push.step(0, 0, jishi_sync::Input::Answered(answer), &mut first)
        .unwrap();
    let word = &first.words_above[&first.id()];
    let health = client_of(&centre).health().await.unwrap();
    assert_eq!(
        (word.head.seq, json!(word.server.to_string())),
        (8, json!(health.public_key))
    );
    for server in [&centre, &hub] {
        let verdict = server.ledger().verify(&server.path().join("scratch")).unwrap();
        assert!(verdict.is_good(), "{verdict:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_without_a_line_takes_all_in_and_brings_it_when_the_centre_is_back() {
    let mut centre = TestServer::start().await;
    let mut hub = centre.hub("HUB1").await;
    let mut till = Till::at_the_fair(1);
    let mut client = hub.enrolled(&till).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    centre.stop().await;
    for _ in 0..5 {
        till.sell(4500);
        assert!(till.sync(&mut client).await.complete, "the hub is there");
    }
    hub.comes_to("/upstream/online", json!(false)).await;
    assert_eq!(hub.figures("/upstream/entries_waiting").await, json!(11));
    assert!(
        hub.get("/")
            .await
            .text()
            .await
            .unwrap()
            .contains("暂时连不上柳河镇供销合作社，还有 11 条")
    );
    // The hub is switched off meanwhile, and the centre comes back at another address.
    hub.stop().await;
    centre.run().await;
    let code = centre.invite_a("hub").code.to_string();
    assert_eq!(join_at(&hub, code.clone()).await.unwrap(), "柳河镇供销合作社");
    hub.run().await;
    centre.comes_to("/summary/net", json!(22_500)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    assert!(
        hub.get("/")
            .await
            .text()
            .await
            .unwrap()
            .contains("已全部送到柳河镇供销合作社")
    );
    // The code was not needed for that, so another hub may have it.
    let other = TestServer::made_as("HUB2", "西门大集");
    assert!(join_at(&other, code).await.is_ok());
}

/// The hub took it in by its own rules; what has become of the node since changes nothing about the sales.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_hub_took_in_from_a_till_that_is_gone_reaches_the_centre() {
    let mut centre = TestServer::start().await;
    let mut hub = centre.hub("HUB1").await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    centre.stop().await;
    let mut stolen = Till::at_the_fair(1);
    let mut client = hub.enrolled(&stolen).await;
    stolen.sell(4500);
    stolen.sync(&mut client).await;
    revoke(hub.path(), "T1", &hub.clock.instruments()).unwrap();
    // Another lost its disk before it ever was at the hub, and is enrolled under a new key.
    let mut lost = Till::at_the_fair(2);
    lost.sell(5500);
    let mut anew = Till::new(2);
    anew.key = NodeKey::from_seed(&[99; 32]);
    let mut its = hub.enrolled(&anew).await;
    let answer = its.push(Till::batch(&lost.entries)).await.unwrap();
    assert_eq!(verdict(&answer, lost.id()), (7, None));
    hub.stop().await;
    centre.run().await;
    join_at(&hub, centre.invite_a("hub").code.to_string())
        .await
        .unwrap();
    hub.run().await;
    centre.comes_to("/summary/net", json!(10_000)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    assert_eq!(centre.figures("/tills/0/revoked").await, json!(true));
    // The centre has both keys of the second till: of the lost one it has only what the hub brings.
    let known = nodes(centre.path()).unwrap();
    assert_eq!(known.of(&lost.key.public().to_string()).count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hubs_may_each_have_a_till_of_one_code_and_neither_speaks_for_the_others() {
    let centre = TestServer::start().await;
    let (here, there) = (centre.hub("HUB1").await, centre.hub("HUB2").await);
    let mut first = Till::at_the_fair(1);
    let mut client = here.enrolled(&first).await;
    first.sell(4500);
    first.sync(&mut client).await;
    // Another T1, at the other hub.
    let mut second = Till::at_the_fair(1);
    second.key = NodeKey::from_seed(&[77; 32]);
    let opening = |continues: Option<Continued>| Opening {
        nonce: [7; 16],
        node: "T1".to_owned(),
        continues,
    };
    let at = crate::harness::AT;
    let (chain, entry) = Chain::open(second.key.clone(), opening(None), at).unwrap();
    (second.chain, second.entries) = (chain, vec![entry]);
    let mut others = there.enrolled(&second).await;
    second.sell(5500);
    assert!(second.sync(&mut others).await.complete);
    centre.comes_to("/tills/1/via", json!("HUB2")).await;
    here.comes_to("/upstream/entries_waiting", json!(0)).await;
    there.comes_to("/upstream/entries_waiting", json!(0)).await;

    // It calls itself the successor of the first one: its hub cannot know better, the centre does.
    let continued = Continued {
        chain: first.id().to_string(),
        origin: first.id().to_string(),
        seq: 7,
        hash: first.entries[6].hash().to_string(),
        generation: 1,
    };
    let mut usurper = opening(Some(continued));
    usurper.nonce = [8; 16];
    let (chain, entry) = Chain::open(second.key.clone(), usurper, at).unwrap();
    (second.chain, second.entries) = (chain, vec![entry]);
    assert!(second.sync(&mut others).await.complete);
    there
        .comes_to("/upstream/refused/0/code", json!("foreign_origin"))
        .await;
    let page = there.get("/").await.text().await.unwrap();
    assert!(page.contains("上级中心不再收终端 T1 的记录（foreign_origin）"));
    assert_eq!(centre.figures("/summary/net").await, json!(10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_enrols_what_it_is_for() {
    let (centre, other) = (TestServer::start().await, TestServer::start().await);
    let mut hub = TestServer::made_as("HUB1", "东门大集");
    let code_for_till = centre.invite().code;
    assert_eq!(
        join_at(&hub, code_for_till.to_string()).await.unwrap_err(),
        "wrong_kind"
    );
    let code_for_hub = centre.invite_a("hub").code;
    let till = Till::new(1);
    let refused = enrol(&code_for_hub, "T1", "till", &till.key, entropy()).await;
    assert_eq!(refused.unwrap_err().code(), "wrong_kind");
    // Neither was used up by that.
    enrol(&code_for_till, "T1", "till", &till.key, entropy())
        .await
        .unwrap();
    join_at(&hub, code_for_hub.to_string()).await.unwrap();

    assert_eq!(
        join_at(&hub, "JISHI-NONE".to_owned()).await.unwrap_err(),
        "bad_code"
    );
    let own = hub.invite_a("hub").code.to_string();
    assert_eq!(join_at(&hub, own).await.unwrap_err(), "own_code");
    let elsewhere = other.invite_a("hub").code.to_string();
    assert_eq!(join_at(&hub, elsewhere).await.unwrap_err(), "joined_elsewhere");
    hub.run().await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
}

/// Its key is revoked at the centre: nothing more of it or its tills comes in, and what came stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_hub_brings_nothing_more() {
    let centre = TestServer::start().await;
    let hub = centre.hub("HUB1").await;
    let mut till = Till::at_the_fair(1);
    let mut client = hub.enrolled(&till).await;
    till.sell(4500);
    till.sync(&mut client).await;
    centre.comes_to("/summary/net", json!(4500)).await;
    revoke(centre.path(), "HUB1", &centre.clock.instruments()).unwrap();
    till.sell(5500);
    assert!(till.sync(&mut client).await.complete, "the hub goes on");
    hub.comes_to("/upstream/failure", json!("revoked")).await;
    assert_eq!(centre.figures("/summary/net").await, json!(4500));
    // The till has not gone with its hub: it is enrolled at the centre and brings what is missing.
    let code = centre.invite().code;
    let enrolment = enrol(&code, "T1", "till", &till.key, entropy()).await.unwrap();
    let mut direct = Client::new(
        enrolment.server_url,
        enrolment.server_key,
        till.key.clone(),
        entropy(),
    )
    .unwrap();
    till.words.clear();
    assert!(till.sync(&mut direct).await.complete);
    assert_eq!(centre.figures("/summary/net").await, json!(10_000));
}

/// By its key, from above: the till's next request is refused at the hub that enrolled it.
#[tokio::test(flavor = "multi_thread")]
async fn a_till_that_the_centre_revokes_is_refused_at_its_hub() {
    let centre = TestServer::start().await;
    let hub = centre.hub("HUB1").await;
    let mut stolen = Till::at_the_fair(1);
    let mut client = hub.enrolled(&stolen).await;
    stolen.sell(4500);
    stolen.sync(&mut client).await;
    centre.comes_to("/summary/net", json!(4500)).await;
    let key = stolen.key.public().to_string();
    revoke(centre.path(), &key, &centre.clock.instruments()).unwrap();
    let started = Instant::now();
    while client.marks(&[]).await.is_ok() {
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "the hub never heard it"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let refused = client.marks(&[]).await.unwrap_err();
    assert_eq!(refused.code(), "revoked");
    assert_eq!(hub.figures("/summary/net").await, json!(4500), "what came stays");
    hub.comes_to("/upstream/failure", Value::Null).await;
}
