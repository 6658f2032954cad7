//! To another machine everything goes under TLS, and a node knows its server by the key of its code.

use crate::harness::{TestServer, Till, code_of, entropy, http};
use jishi_server::{InvitationRequest, Server, invite, listen};
use jishi_sync::client::{Client, ClientError, enrol};
use jishi_sync::{InvitationCode, ServerAddress};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Listens on every address of the machine; reached here by its loopback, as a till would reach it by Wi-Fi.
pub(crate) async fn tls_server(organisation: &str) -> (TestServer, ServerAddress) {
    let mut server = TestServer::made_as(organisation, "东门大集");
    let listener = listen("0.0.0.0:0".parse().unwrap()).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let running = Server::open(listener, server.path(), server.clock.instruments()).unwrap();
    assert!(running.address().is_tls());
    assert!(running.address().as_str().ends_with(&format!(":{port}")));
    server.keep(running);
    (server, format!("https://127.0.0.1:{port}").parse().unwrap())
}

pub(crate) fn code_for(server: &TestServer, address: &ServerAddress) -> InvitationCode {
    let request = InvitationRequest {
        kind: "till".to_owned(),
        outlet: None,
        organisation: None,
        address: Some(address.clone()),
    };
    let code = invite(server.path(), request, &server.clock.instruments())
        .unwrap()
        .code;
    // As it is read from a QR.
    code.to_string().parse().unwrap()
}

#[tokio::test]
async fn a_till_enrols_and_sells_over_tls() {
    let (server, address) = tls_server("LHZ").await;
    let mut till = Till::at_the_fair(1);
    let code = code_for(&server, &address);
    let enrolment = enrol(&code, "T1", "till", &till.key, entropy()).await.unwrap();
    assert_eq!(enrolment.server_url, address);
    let mut client = Client::new(address, enrolment.server_key, till.key.clone(), entropy()).unwrap();
    till.sell(4500);
    assert!(till.sync(&mut client).await.complete);
    assert_eq!(till.mark(), 7);
}

#[tokio::test]
async fn another_laptop_that_claims_to_be_the_hub_gets_nothing() {
    let (server, address) = tls_server("LHZ").await;
    let (_impostor, its_address) = tls_server("LHZ").await;
    let code = InvitationCode {
        address: its_address.clone(),
        ..code_for(&server, &address)
    };
    let till = Till::new(1);
    // Neither the secret of the code, nor an entry, nor even who asks.
    let error = enrol(&code, "T1", "till", &till.key, entropy())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "wrong_server");
    let mut client = Client::new(its_address, code.organisation_key, till.key, entropy()).unwrap();
    assert_eq!(code_of(client.marks(&[]).await), "wrong_server");
    assert!(matches!(client.health().await, Err(ClientError::WrongServer)));
}

#[tokio::test]
async fn whoever_speaks_no_tls_hears_nothing_and_stands_in_nobodys_way() {
    let (server, address) = tls_server("LHZ").await;
    let socket = address.as_str().strip_prefix("https://").unwrap();
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(socket).await.unwrap());
    }
    let mut plain = TcpStream::connect(socket).await.unwrap();
    plain
        .write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(!answer.contains("HTTP") && !answer.contains("LHZ"), "{answer}");

    let till = Till::new(1);
    let key = code_for(&server, &address).organisation_key;
    let client = Client::new(address, key, till.key, entropy()).unwrap();
    let mut client = client.with_answer_wait(Duration::from_secs(3)).unwrap();
    assert_eq!(client.health().await.unwrap().organisation, "LHZ");
    drop(silent);
}

#[tokio::test]
async fn the_page_is_on_the_loopback_beside_it() {
    let mut server = TestServer::made_as("LHZ", "东门大集");
    let open = |address: &'static str| listen(address.parse().unwrap());
    let running = Server::open(
        open("0.0.0.0:0").await.unwrap(),
        server.path(),
        server.clock.instruments(),
    )
    .unwrap()
    .also_on(open("127.0.0.1:0").await.unwrap())
    .unwrap();
    let addresses: Vec<String> = running.addresses().map(ToString::to_string).collect();
    server.keep(running);
    assert!(addresses[0].starts_with("https://") && addresses[1].starts_with("http://127.0.0.1:"));
    let page = http().get(&addresses[1]).send().await.unwrap();
    assert_eq!(page.status(), 200);
    // Codes lead where other machines get to.
    assert_eq!(server.invite().code.address.as_str(), addresses[0]);
    server.stop().await;
    assert!(http().get(&addresses[1]).send().await.is_err());
}
