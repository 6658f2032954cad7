//! Enrolment: the one-time code, and whom it lets in.

use crate::harness::{TestServer, Till, code_of, entropy};
use jishi_journal::NodeKey;
use jishi_journal::body::{Body, NodeEnrolled, NodeRevoked};
use jishi_server::{Instruments, Server, init, listen, nodes, revoke};
use jishi_sync::client::{Client, enrol};
use jishi_sync::{InvitationCode, Request};
use std::sync::atomic::Ordering;

#[track_caller]
/// The codes of the nodes that stand.
fn known(server: &TestServer) -> Vec<String> {
    let nodes = nodes(server.path()).unwrap();
    let standing = nodes.all().iter().filter(|node| !node.revoked);
    standing.map(|node| node.node.clone()).collect()
}

#[tokio::test]
async fn a_till_is_enrolled_and_told_who_it_is() {
    let server = TestServer::start().await;
    let till = Till::new(1);
    let invited = server.invite();
    let code: InvitationCode = invited.code.to_string().parse().unwrap();
    let enrolment = enrol(&code, "T1", "till", &till.key, entropy()).await.unwrap();
    assert_eq!((enrolment.node.as_str(), enrolment.kind.as_str()), ("T1", "till"));
    assert_eq!(enrolment.outlet.as_deref(), Some("F1"));
    assert_eq!(
        (
            enrolment.organisation.as_str(),
            enrolment.organisation_name.as_str()
        ),
        ("LHZ", "柳河镇供销合作社")
    );
    assert_eq!(enrolment.server_url.as_str(), server.address);
    assert_eq!(enrolment.server_key, code.organisation_key);

    // The server's own chain says so, and stands as any chain does.
    let ledger = server.ledger();
    let mut check = jishi_journal::ChainCheck::from_start(enrolment.public_chain);
    let kinds: Vec<String> = ledger
        .entries_after(enrolment.public_chain, 0, 10)
        .unwrap()
        .iter()
        .map(|entry| check.accept(entry).unwrap().kind)
        .collect();
    assert_eq!(kinds, ["chain_opened", "node_enrolled", "node_enrolled"]);
    assert_eq!(known(&server), ["LHZ", "T1"]);
}

#[tokio::test]
async fn a_code_is_used_once_but_a_lost_answer_can_be_asked_for_again() {
    let server = TestServer::start().await;
    let code = server.invite().code;
    let till = Till::new(1);
    let first = enrol(&code, "T1", "till", &till.key, entropy()).await.unwrap();
    let again = enrol(&code, "T1", "till", &till.key, entropy()).await.unwrap();
    assert_eq!(first.public_chain, again.public_chain);
    assert_eq!(known(&server), ["LHZ", "T1"], "enrolled once");

    assert_eq!(
        code_of(enrol(&code, "T2", "till", &Till::new(2).key, entropy()).await),
        "code_used"
    );
    assert_eq!(
        code_of(enrol(&code, "T2", "till", &till.key, entropy()).await),
        "code_used",
        "under another name"
    );
}

#[tokio::test]
async fn a_code_out_of_date_or_guessed_lets_nobody_in() {
    let server = TestServer::start().await;
    let code = server.invite().code;
    server.clock.hours.store(24, Ordering::SeqCst);
    assert_eq!(
        code_of(enrol(&code, "T1", "till", &Till::new(1).key, entropy()).await),
        "code_expired"
    );
    server.clock.hours.store(23, Ordering::SeqCst);
    let guessed = InvitationCode {
        secret: [7; InvitationCode::SECRET_BYTES],
        ..code.clone()
    };
    assert_eq!(
        code_of(enrol(&guessed, "T1", "till", &Till::new(1).key, entropy()).await),
        "unknown_code"
    );
    assert_eq!(
        code_of(enrol(&code, "T 1", "till", &Till::new(1).key, entropy()).await),
        "bad_node"
    );
    assert_eq!(known(&server), ["LHZ"]);
    enrol(&code, "T1", "till", &Till::new(1).key, entropy())
        .await
        .unwrap();
}

#[tokio::test]
async fn two_tills_never_share_a_code() {
    let server = TestServer::start().await;
    server.enrolled(&Till::new(1)).await;
    let other = NodeKey::from_seed(&[99; 32]);
    let code = server.invite().code;
    assert_eq!(
        code_of(enrol(&code, "T1", "till", &other, entropy()).await),
        "node_taken"
    );
    // The disk with the key is lost: the old one is revoked, and a new one takes its place.
    revoke(server.path(), "T1", &server.clock.instruments()).unwrap();
    enrol(&code, "T1", "till", &other, entropy()).await.unwrap();
    // The revoked key itself does not come back.
    let code = server.invite().code;
    assert_eq!(
        code_of(enrol(&code, "T1", "till", &Till::new(1).key, entropy()).await),
        "revoked"
    );
}

#[tokio::test]
async fn another_laptop_that_claims_to_be_the_server_is_not_believed() {
    let server = TestServer::start().await;
    let impostor = TestServer::start().await;
    let code = server.invite().code;
    let misled = InvitationCode {
        address: impostor.address.parse().unwrap(),
        ..code
    };
    assert_eq!(
        code_of(enrol(&misled, "T1", "till", &Till::new(1).key, entropy()).await),
        "wrong_server"
    );

    // And a till enrolled at one server is a stranger at another, under either key.
    let till = Till::new(1);
    server.enrolled(&till).await;
    let key_of = |home: &TestServer| home.invite().code.organisation_key;
    let table = [
        (key_of(&impostor), "unknown_node"),
        (key_of(&server), "bad_signature"),
    ];
    for (server_key, expected) in table {
        let address = impostor.address.parse().unwrap();
        let mut client = Client::new(address, server_key, till.key.clone(), entropy()).unwrap();
        assert_eq!(code_of(client.marks(&[till.id()]).await), expected);
    }
}

#[tokio::test]
async fn a_folder_has_one_server_and_one_process() {
    let server = TestServer::start().await;
    let instruments = Instruments::of_machine();
    assert_eq!(
        init(server.path(), "LHZ", "x", &instruments).unwrap_err().code(),
        "exists"
    );
    let second = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let error = Server::open(second, server.path(), instruments.clone()).unwrap_err();
    assert_eq!(error.code(), "locked");
    let empty = tempfile::tempdir().unwrap();
    let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    assert_eq!(
        Server::open(listener, empty.path(), instruments.clone())
            .unwrap_err()
            .code(),
        "no_server"
    );
    for (organisation, name) in [("", "x"), ("柳河", "x"), ("L H", "x"), ("LHZ", " ")] {
        assert_eq!(
            init(empty.path(), organisation, name, &instruments)
                .unwrap_err()
                .code(),
            "bad_organisation"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_its_owners_alone_and_in_no_database() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = TestServer::start().await;
    let file = server.path().join("server.key");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let seed = hex::decode(std::fs::read_to_string(&file).unwrap().trim()).unwrap();
    let backup = server.path().join("backup.sqlite");
    server.ledger().backup_to(&backup, |_, _| true).unwrap();
    for file in [backup, server.path().join("server.sqlite")] {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(32).any(|window| window == seed), "{file:?}");
    }
}

#[tokio::test]
async fn a_till_enrols_and_revokes_nobody() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    server.enrolled(&Till::new(2)).await;
    let friend = Till::new(3);
    let of_friend = |kind: &str| {
        Body::NodeEnrolled(NodeEnrolled {
            node: "T3".to_owned(),
            public_key: friend.key.public().to_string(),
            kind: kind.to_owned(),
            outlet: None,
            organisation: None,
            instead_of: None,
        })
    };
    till.record(&of_friend("till"));
    till.record(&of_friend("centre"));
    till.record(&Body::NodeRevoked(NodeRevoked {
        node: "T2".to_owned(),
        public_key: Till::new(2).key.public().to_string(),
    }));
    assert!(till.sync(&mut client).await.complete, "its own chain stands");
    assert_eq!(known(&server), ["LHZ", "T1", "T2"]);
    let mut strangers = server.client_of(&friend);
    assert_eq!(
        code_of(strangers.send(&Request::Marks { chains: vec![] }).await),
        "unknown_node"
    );
    // What it said does not stand in the way of the server's own word.
    server.enrolled(&friend).await;
    assert_eq!(known(&server), ["LHZ", "T1", "T2", "T3"]);
    assert!(
        server
            .ledger()
            .verify(&server.path().join("scratch"))
            .unwrap()
            .is_good()
    );
}
