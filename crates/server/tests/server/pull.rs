//! Who gets what: asked over real HTTP, by nodes that mean well and by others.

use crate::harness::{TestServer, Till, entropy};
use jishi_catalogue::ImportFile;
use jishi_journal::NodeKey;
use jishi_ledger::Work;
use jishi_server::{CatalogueRequest, import_catalogue, revoke};
use jishi_sync::client::{Client, ClientError};
use jishi_sync::protocol::{Feed, PullNamesRequest, PullRequest, WantedChain, WantedName};
use serde_json::json;

fn import(server: &TestServer, outlet: &str) {
    let file = json!({
        "outlet": {"code": outlet, "kind": "fair", "name": "集"},
        "parties": [{"code": "H1", "kind": "household", "name": "甲户主"}],
        "buyers": [{"code": "B1", "name": "镇小学", "phone": "13800000000"}],
        "staff": [{"code": outlet, "name": "员", "role": "cashier", "pin": "4711"}],
    });
    let file: ImportFile = serde_json::from_value(file).unwrap();
    let request = CatalogueRequest {
        file: &file,
        outlet: None,
        check_only: false,
        pictures: &|_, _| None,
        work: &mut Work::unwatched(),
    };
    import_catalogue(server.path(), request, &server.clock.instruments()).unwrap();
}

fn wanted(feed: &Feed) -> PullRequest {
    PullRequest {
        chains: vec![WantedChain {
            chain: feed.chain.clone(),
            after: 0,
        }],
    }
}

fn code<T>(answer: Result<T, ClientError>) -> String {
    answer.err().expect("it is refused").code().to_owned()
}

#[tokio::test]
async fn a_node_is_told_of_its_own_and_is_given_no_other() {
    let server = TestServer::start().await;
    import(&server, "F1");
    import(&server, "F2");
    let till = Till::new(1);
    let mut client = server.enrolled(&till).await;
    let feeds = client.feeds().await.unwrap().feeds;
    let outlets: Vec<Option<&str>> = feeds.iter().map(|feed| feed.outlet.as_deref()).collect();
    assert_eq!(outlets, [None, Some("F1")]);
    let lines = client.pull(&wanted(&feeds[1])).await.unwrap();
    assert_eq!(lines.len() as u64, feeds[1].seq);

    // The other outlet's chain, which is there, and one that is nowhere: the same answer.
    let ledger =
        jishi_ledger::Ledger::open(&server.path().join("server.sqlite"), jishi_ledger::OpenMode::Read);
    let chains = ledger.unwrap().chains().unwrap();
    let told = |chain: &str| feeds.iter().any(|feed| feed.chain == chain);
    let other = chains.iter().map(|record| record.chain.to_string());
    let other = other.filter(|chain| !told(chain)).collect::<Vec<_>>();
    assert_eq!(other.len(), 1);
    for chain in [other[0].as_str(), "0123456789abcdef0123456789abcdef"] {
        let asked = PullRequest {
            chains: vec![WantedChain {
                chain: chain.to_owned(),
                after: 0,
            }],
        };
        assert_eq!(code(client.pull(&asked).await), "not_for_node");
    }
    let nonsense = PullRequest {
        chains: vec![WantedChain {
            chain: "x".to_owned(),
            after: 0,
        }],
    };
    assert_eq!(code(client.pull(&nonsense).await), "bad_body");
    let many = PullRequest {
        chains: vec![wanted(&feeds[0]).chains.remove(0); 65],
    };
    assert_eq!(code(client.pull(&many).await), "too_large");
}

#[tokio::test]
async fn a_revoked_node_and_one_of_another_organisation_get_nothing() {
    let server = TestServer::start().await;
    import(&server, "F1");
    let till = Till::new(1);
    let mut client = server.enrolled(&till).await;
    let feeds = client.feeds().await.unwrap().feeds;
    revoke(server.path(), "T1", &server.clock.instruments()).unwrap();
    assert_eq!(code(client.feeds().await), "revoked");
    assert_eq!(code(client.pull(&wanted(&feeds[0])).await), "revoked");
    let names = PullNamesRequest { names: Vec::new() };
    assert_eq!(code(client.pull_names(&names).await), "revoked");

    let stranger = NodeKey::from_seed(&[77; 32]);
    let address = server.address.parse().unwrap();
    let mut client = Client::new(address, *client.server(), stranger, entropy()).unwrap();
    assert_eq!(code(client.feeds().await), "unknown_node");
    assert_eq!(code(client.pull(&wanted(&feeds[0])).await), "unknown_node");
    assert_eq!(code(client.pull_names(&names).await), "unknown_node");
}

#[tokio::test]
async fn a_names_key_is_had_by_who_has_read_its_id_and_a_buyers_is_not() {
    let server = TestServer::start().await;
    import(&server, "F1");
    let mut client = server.enrolled(&Till::new(1)).await;
    let ledger =
        jishi_ledger::Ledger::open(&server.path().join("server.sqlite"), jishi_ledger::OpenMode::Read);
    let ledger = ledger.unwrap();
    let party = ledger.parties().unwrap().remove(0);
    let buyer = ledger.buyers().unwrap().remove(0);
    let name = |party: &str, key_id: &str| WantedName {
        party: party.to_owned(),
        key_id: key_id.to_owned(),
    };
    let names = vec![
        name("H1", &party.name.key),
        name("H1", "0000000000000000"),
        name("H9", &party.name.key),
        name("buyer B1", &buyer.contact.unwrap().key),
    ];
    let answer = client.pull_names(&PullNamesRequest { names }).await.unwrap();
    let parties: Vec<&str> = answer.keys.iter().map(|key| key.party.as_str()).collect();
    assert_eq!(parties, ["H1"]);
}
