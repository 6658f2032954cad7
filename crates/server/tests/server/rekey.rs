//! A server changes its key: its tills, those that come later, the hubs beneath it and the server above go on with no new
//! code, and whoever has the old key gets nowhere with it. Real tills, over HTTP and over TLS.

use crate::harness::TestServer;
use crate::program::{lines, refusal, run};
use crate::restored::{
    Stand, assert_sound, back_up, copy_back, given, import, own_chains, two_that_sold, waited_for,
};
use crate::tls::{code_for, tls_server};
use jishi_journal::{ChainId, NodeKey, Purpose, VerifyingKey};
use jishi_server::{Server, listen, nodes};
use jishi_sync::client::enrol;
use jishi_sync::protocol::{EnrolmentFacts, SignedText};
use serde_json::{Value, json};
use std::path::Path;

/// Gives the new key.
#[track_caller]
fn rekey(server: &TestServer) -> String {
    let said = lines(&run(server.path(), &["rekey", "--json"])).remove(0);
    said["public_key"].as_str().unwrap().to_owned()
}

async fn rekeyed(server: &mut TestServer) -> String {
    server.stop().await;
    let key = rekey(server);
    server.run_again().await;
    key
}

fn seed_in(folder: &Path) -> NodeKey {
    let text = std::fs::read_to_string(folder.join("server.key")).unwrap();
    let mut seed = [0; 32];
    hex::decode_to_slice(text.lines().next().unwrap(), &mut seed).unwrap();
    NodeKey::from_seed(&seed)
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    copy
}

/// `"LHZ"`, `"T1"`, `"HUB1 handed over"`: who is enrolled at a server and beneath it.
fn known(server: &TestServer) -> Vec<String> {
    let nodes = nodes(server.path()).unwrap();
    let known = nodes.all().iter().map(|node| match node.handed_over {
        true => format!("{} handed over", node.node),
        false => node.node.clone(),
    });
    known.collect()
}

impl Stand {
    /// The key of the server that it prefers.
    fn server(&self) -> String {
        jishi_uplink::centre(self.till.ledger()).unwrap().unwrap().key
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tills_go_on_with_a_server_that_changed_its_key_and_one_that_comes_later_too() {
    let mut centre = TestServer::start().await;
    lines(&import(&centre, 1999, &["01"]));
    let [mut one, mut away] = two_that_sold(&centre).await;
    let unused = centre.invite().code;
    let (old, gave) = (one.server(), given(&centre));
    one.sells("jam");
    away.sells("jam");
    assert_eq!(refusal(&run(centre.path(), &["rekey", "--json"])).1, "locked");

    let new = rekeyed(&mut centre).await;
    assert_ne!(new, old);
    assert_eq!(centre.get("/api/v1/health").await.status(), 200);
    assert_eq!(known(&centre), ["LHZ", "T1", "T2"]);
    one.syncs().await;
    assert_eq!(one.server(), new);
    centre.comes_to("/summary/sales", json!(3)).await;
    let parts = given(&centre);
    assert!(
        parts.len() == gave.len() && parts.iter().zip(&gave).all(|(now, before)| now >= before),
        "{gave:?} {parts:?}"
    );
    // What it says from here on comes down in the chains that go on, and what it said before counts as before.
    lines(&import(&centre, 2499, &["01", "02"]));
    one.syncs().await;
    assert_eq!(one.price_of("jam"), Some(2499));
    assert_eq!(one.till.ledger().staff().unwrap().len(), 2);
    // Another server takes no word of a key that was handed over: it has one of today.
    let proof = one.till.ledger().note(&format!("proof {new}")).unwrap().unwrap();
    let proof: SignedText = serde_json::from_str(&proof).unwrap();
    let new_key: VerifyingKey = new.parse().unwrap();
    assert!(proof.verifies(Purpose::Invitation, &new_key));

    // Twice more while the second one is away, and whoever joins meanwhile has all that was said under any of the keys.
    let mut newest = rekeyed(&mut centre).await;
    newest = match rekeyed(&mut centre).await {
        key if key != newest => key,
        _ => panic!("it is another one each time"),
    };
    let late = NodeKey::from_seed(&[9; 32]);
    let late = enrol(&unused, "T9", "till", &late, crate::harness::entropy()).await;
    assert_eq!(
        late.unwrap_err().code(),
        "wrong_server",
        "a code of the first key"
    );
    let mut three = Stand::at(&centre, "T3", 3).await;
    three.syncs().await;
    assert_eq!(three.price_of("jam"), Some(2499));
    away.syncs().await;
    assert_eq!(away.server(), newest);
    assert_eq!(away.price_of("jam"), Some(2499));
    one.sells("jam");
    one.syncs().await;
    for stand in [&mut one, &mut away, &mut three] {
        stand.syncs().await;
        let stopped = jishi_uplink::came_down(stand.till.ledger()).unwrap();
        assert!(stopped.iter().all(|came| came.stopped.is_none()), "{stopped:?}");
    }
    centre.comes_to("/summary/sales", json!(5)).await;
    centre.comes_to("/faults", json!([])).await;
    let tills = centre.fair().await["tills"].as_array().unwrap().len();
    assert_eq!(tills, 3, "its own chains are no till's");
    assert!(given(&centre).iter().sum::<i64>() <= 40_000);
    assert_sound(&centre);
}

/// At the same address, in this order: a stranger, the server with its new key, and whoever took a copy of the old one.
#[tokio::test(flavor = "multi_thread")]
async fn over_tls_the_new_key_is_believed_on_the_old_ones_word_alone() {
    let (mut server, address) = tls_server("LHZ").await;
    let port = address.as_str().rsplit_once(':').unwrap().1.to_owned();
    let code = code_for(&server, &address).to_string();
    let mut one = Stand::with(&code, "T1", 1).await;
    one.sells("honey");
    one.syncs().await;
    let old = one.server();
    server.stop().await;
    let stolen = copy_of(server.path());
    let new = rekey(&server);

    let serve = async |folder: &TestServer| {
        let listener = listen(format!("0.0.0.0:{port}").parse().unwrap()).await.unwrap();
        Server::open(listener, folder.path(), folder.clock.instruments()).unwrap()
    };
    // A stranger, who has changed his key as well.
    let mut stranger = TestServer::made_as("LHZ", "东门大集");
    rekey(&stranger);
    let running = serve(&stranger).await;
    stranger.keep(running);
    one.sells("honey");
    let outcome = one.tries_to_sync().await;
    assert!(outcome.push.is_lost);
    assert_eq!(outcome.push.failure.unwrap().0, "wrong_server");
    assert_eq!(one.server(), old);
    stranger.stop().await;

    let running = serve(&server).await;
    server.keep(running);
    one.syncs().await;
    assert_eq!(one.server(), new);
    let status = jishi_till::status(one.till.ledger()).unwrap();
    let held = server.ledger().chain(status.chain.parse::<ChainId>().unwrap());
    assert_eq!(held.unwrap().unwrap().head.seq, status.seq);
    server.stop().await;

    // With the old key at the same place: to whoever knows the new one that is a stranger.
    let mut thief = TestServer::made_as("X", "冒充");
    for file in ["server.key", "server.sqlite", "server.guard"] {
        std::fs::copy(stolen.path().join(file), thief.path().join(file)).unwrap();
    }
    let running = serve(&thief).await;
    thief.keep(running);
    one.sells("honey");
    let outcome = one.tries_to_sync().await;
    assert_eq!(outcome.push.failure.unwrap().0, "wrong_server");
    assert_eq!(one.server(), new);
    thief.stop().await;
    // Nor does its own change of the key lead anybody there who knows the other.
    rekey(&thief);
    let running = serve(&thief).await;
    thief.keep(running);
    assert_eq!(one.tries_to_sync().await.push.failure.unwrap().0, "wrong_server");
    thief.stop().await;

    let running = serve(&server).await;
    server.keep(running);
    one.syncs().await;
    assert_sound(&server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_beneath_a_centre_follows_it_and_changes_its_own() {
    let mut centre = TestServer::start().await;
    lines(&import(&centre, 1999, &["01"]));
    let mut hub = centre.hub("HUB1").await;
    let mut one = Stand::at(&hub, "T1", 1).await;
    let mut other = centre.hub("HUB2").await;
    one.sells("honey");
    one.syncs().await;
    centre.comes_to("/summary/sales", json!(1)).await;

    let top = rekeyed(&mut centre).await;
    lines(&import(&centre, 2499, &["01"]));
    for _ in 0..200 {
        let known = jishi_uplink::centre(&hub.ledger()).unwrap().unwrap().key;
        if known == top {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let above = jishi_uplink::centre(&hub.ledger()).unwrap().unwrap().key;
    assert_eq!(above, top);
    one.sells("honey");
    one.syncs().await;
    centre.comes_to("/summary/sales", json!(2)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    for _ in 0..100 {
        one.syncs().await;
        if one.price_of("jam") == Some(2499) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(one.price_of("jam"), Some(2499));

    // And the hub its own, beneath the new one.
    let old = seed_in(hub.path());
    let at_hub = rekeyed(&mut hub).await;
    one.sells("honey");
    one.syncs().await;
    assert_eq!(one.server(), at_hub);
    centre.comes_to("/summary/sales", json!(3)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    assert_eq!(
        known(&centre),
        ["LHZ", "HUB1 handed over", "HUB2", "HUB1", "T1"],
        "the till stands beneath the hub as before"
    );
    centre.comes_to("/tills/0/via", json!("HUB1")).await;
    for server in [&centre, &hub] {
        assert_eq!(server.fair().await["faults"], json!([]));
        assert_sound(server);
    }

    // A till goes to the other hub with the word of today. Whoever has the old key makes no tills with it.
    other.comes_to("/upstream/entries_waiting", json!(0)).await;
    let word = |key: &NodeKey, till: &NodeKey| {
        let facts = EnrolmentFacts {
            v: 1,
            nonce: "0".repeat(32),
            server_key: key.public().to_string(),
            organisation: "HUB1".to_owned(),
            organisation_name: "东门大集".to_owned(),
            node: "T7".to_owned(),
            node_key: till.public().to_string(),
            kind: "till".to_owned(),
            outlet: None,
            bound_to: None,
            public_chain: "0".repeat(32),
            at: "2026-11-21T09:00:00+08:00".to_owned(),
        };
        SignedText::sign(serde_json::to_string(&facts).unwrap(), Purpose::Invitation, key)
    };
    let (mine, theirs) = (NodeKey::from_seed(&[71; 32]), NodeKey::from_seed(&[72; 32]));
    let new = seed_in(hub.path());
    // The centre's word on the hub's new key comes down to the other hub.
    let mut said = String::new();
    for _ in 0..200 {
        said = other.hears(&mine, word(&new, &mine)).await;
        if said == "ok" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(said, "ok");
    for server in [&other, &hub, &centre] {
        let refused = server.hears(&theirs, word(&old, &theirs)).await;
        assert_eq!(refused, "not_of_organisation");
    }
    other.stop().await;
}

/// The hub's folder lies on two laptops. One of them changes the key.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_laptops_with_one_key_the_one_that_changed_it_goes_on() {
    let centre = TestServer::start().await;
    let mut hub = centre.hub("HUB1").await;
    let mut one = Stand::at(&hub, "T1", 1).await;
    one.sells("honey");
    one.syncs().await;
    centre.comes_to("/summary/sales", json!(1)).await;
    hub.comes_to("/upstream/entries_waiting", json!(0)).await;
    hub.stop().await;
    let mut laptop = TestServer::made_as("X", "另一台");
    let copy = copy_of(hub.path());
    for file in std::fs::read_dir(copy.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), laptop.path().join(file.file_name())).unwrap();
    }
    let new = rekey(&hub);
    hub.run_again().await;
    one.sells("honey");
    one.syncs().await;
    centre.comes_to("/summary/sales", json!(2)).await;
    assert_eq!(one.server(), new);

    laptop.run().await;
    laptop.comes_to("/upstream/failure", json!("revoked")).await;
    laptop.stop().await;
    rekey(&laptop);
    laptop.run().await;
    laptop.comes_to("/upstream/failure", json!("revoked")).await;
    assert_eq!(known(&centre), ["LHZ", "HUB1 handed over", "HUB1", "T1"]);
    one.sells("honey");
    one.syncs().await;
    centre.comes_to("/summary/sales", json!(3)).await;
    assert_sound(&centre);
    assert_sound(&hub);
}

/// The disk dies after the change, and the backup is of before: the key's file knows how it came to be.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_before_the_change_goes_on_with_the_new_key() {
    for by_command in [true, false] {
        let mut centre = TestServer::start().await;
        lines(&import(&centre, 1999, &["01"]));
        let (mut one, mut two) = (
            Stand::at(&centre, "T1", 1).await,
            Stand::at(&centre, "T2", 2).await,
        );
        for stand in [&mut one, &mut two] {
            stand.sells("honey");
            stand.syncs().await;
        }
        let yesterday = back_up(&centre);
        rekeyed(&mut centre).await;
        let new = rekeyed(&mut centre).await;
        lines(&import(&centre, 2499, &["01", "02"]));
        // One of them has followed, the other is away.
        one.sells("honey");
        one.syncs().await;
        let told = own_chains(&centre);
        let gave = given(&centre);
        centre.stop().await;
        match by_command {
            true => {
                let file = yesterday.to_str().unwrap();
                lines(&run(centre.path(), &["restore", file, "--json"]));
            }
            false => copy_back(&centre, &yesterday),
        }
        centre.run_again().await;
        assert_eq!(centre.fair().await["name"], json!("柳河镇供销合作社"));
        assert_eq!(waited_for(&centre), ["T1", "T2"]);
        assert_eq!(refusal(&import(&centre, 2699, &[])).1, "coming_back");
        two.syncs().await;
        assert_eq!(two.server(), new);
        one.syncs().await;
        assert_eq!(waited_for(&centre), [""; 0]);
        for (chain, seq) in &told {
            assert!(
                own_chains(&centre).contains(&(*chain, *seq)),
                "{chain} is whole again"
            );
        }
        lines(&import(&centre, 2699, &["01", "02"]));
        for stand in [&mut one, &mut two] {
            stand.sells("honey");
            stand.syncs().await;
            assert_eq!(stand.price_of("jam"), Some(2699));
        }
        centre.comes_to("/summary/sales", json!(5)).await;
        centre.comes_to("/coming_back", Value::Null).await;
        centre.comes_to("/faults", json!([])).await;
        assert!(given(&centre).iter().sum::<i64>() >= gave.iter().sum::<i64>());
        assert!(given(&centre).iter().sum::<i64>() <= 40_000);
        assert_sound(&centre);
    }
}

/// Whoever has the old key and is enrolled as a till writes nothing into the chains that it ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_its_key_has_ended_takes_nothing_more() {
    use jishi_journal::body::{Body, NodeEnrolled};
    use jishi_journal::{Chain, Head};
    let mut centre = TestServer::start().await;
    let till = crate::harness::Till::new(1);
    centre.enrolled(&till).await;
    centre.stop().await;
    let (old, before) = (seed_in(centre.path()), own_chains(&centre).remove(0));
    let new = rekey(&centre);
    centre.run_again().await;
    let mut client = centre.client_of(&till);
    let enrolment = |public_key: String| {
        Body::NodeEnrolled(NodeEnrolled {
            node: "T8".to_owned(),
            public_key,
            kind: "till".to_owned(),
            outlet: None,
            organisation: None,
            instead_of: None,
        })
    };
    let forged = enrolment(NodeKey::from_seed(&[8; 32]).public().to_string());
    let (chain, seq) = before;
    let ledger = centre.ledger();
    // Beside the last word, and behind it.
    for after in [seq, seq + 1] {
        let entry = ledger.entries_after(chain, after - 1, 1).unwrap().remove(0);
        let head = Head {
            seq: after,
            hash: entry.hash(),
        };
        let resumed = Chain::resume(old.clone(), chain, head);
        let (entry, _) = resumed.next(crate::harness::AT, &forged).unwrap();
        let answer = client.push(crate::harness::Till::batch(&[entry])).await.unwrap();
        let (held, refused) = crate::harness::verdict(&answer, chain);
        assert_eq!((held, refused.as_deref()), (seq + 1, Some("revoked")));
    }
    assert_eq!(known(&centre), ["LHZ", "T1"]);
    assert_eq!(nodes(centre.path()).unwrap().all()[0].public_key, new);
    assert_sound(&centre);
}

/// A till changes its key and goes to another hub: that one knows it by its own hub's word, and the key of before for what
/// it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_till_with_another_key_goes_to_another_hub() {
    let centre = TestServer::start().await;
    let mut first = centre.hub("HUB1").await;
    let second = centre.hub("HUB2").await;
    let mut one = Stand::at(&first, "T1", 1).await;
    one.sells("honey");
    for _ in 0..200 {
        one.syncs().await;
        if jishi_till::status(one.till.ledger()).unwrap().servers.len() == 3 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let proof = one.till.ledger().note(&format!("proof {}", one.server()));
    let proof: SignedText = serde_json::from_str(&proof.unwrap().unwrap()).unwrap();
    let text = std::fs::read_to_string(one.shop.folder().path().join("node.key")).unwrap();
    let mut seed = [0; 32];
    hex::decode_to_slice(text.trim(), &mut seed).unwrap();
    let old = NodeKey::from_seed(&seed);
    centre.comes_to("/summary/sales", json!(1)).await;
    for _ in 0..2 {
        one.till.rekey().unwrap();
        one.sells("honey");
    }
    first.stop().await;
    one.syncs().await;
    centre.comes_to("/summary/sales", json!(3)).await;
    let at_second: Vec<String> = known(&second);
    assert_eq!(
        at_second,
        ["HUB2", "T1@HUB1 handed over", "T1@HUB1 handed over", "T1@HUB1"]
    );

    assert_eq!(second.hears(&old, proof.clone()).await, "revoked");
    // Its own hub hears of it when it comes there again.
    first.run_again().await;
    one.sells("honey");
    one.syncs().await;
    assert_eq!(first.hears(&old, proof.clone()).await, "revoked");
    centre.comes_to("/summary/sales", json!(4)).await;
    centre.comes_to("/faults", json!([])).await;
    for server in [&centre, &first, &second] {
        assert_sound(server);
    }

    // A hub that came back waits for the till, and not for the keys that it had.
    let yesterday = back_up(&first);
    first.stop().await;
    copy_back(&first, &yesterday);
    let guard = first.path().join("server.guard");
    std::fs::remove_file(guard).unwrap();
    first.run_again().await;
    assert!(waited_for(&first).iter().filter(|node| *node == "T1").count() == 1);
    one.syncs().await;
    first.comes_to("/coming_back", Value::Null).await;
    one.syncs().await;
    assert_sound(&first);
}
