//! Requests that are not what they say: refused with a name, and nobody is let in.

use crate::harness::{TestServer, Till, entropy, http};
use jishi_server::{OPENAPI, ROUTES};
use jishi_sync::protocol::{ENTRIES_CONTENT_TYPE, NODE_HEADER, NONCE_HEADER, SIGNATURE_HEADER, TIME_HEADER};
use jishi_sync::{RequestProof, sign_request};
use serde_json::Value;
use std::sync::atomic::Ordering;

/// A push as it travels, made by hand so that it can be bent.
#[derive(Clone)]
struct Raw {
    path: String,
    body: Vec<u8>,
    node: String,
    time: String,
    nonce: String,
    signature: String,
}

impl Raw {
    async fn signed(server: &TestServer, till: &Till, body: Vec<u8>) -> Raw {
        let time = server.get("/api/v1/health").await.headers()[TIME_HEADER]
            .to_str()
            .unwrap()
            .to_owned();
        let mut nonce = [0; 16];
        entropy()(&mut nonce);
        Raw::signed_with(server, till, body, time, hex::encode(nonce))
    }

    fn signed_with(server: &TestServer, till: &Till, body: Vec<u8>, time: String, nonce: String) -> Raw {
        let receiver = server.invite().code.organisation_key;
        let proof = RequestProof {
            receiver: &receiver,
            method: "POST",
            path: "/api/v1/push",
            body: &body,
            time: &time,
            nonce: &nonce,
        };
        let headers = sign_request(proof, &till.key);
        Raw {
            path: "/api/v1/push".to_owned(),
            node: headers.node,
            time: headers.time,
            nonce: headers.nonce,
            signature: headers.signature,
            body,
        }
    }

    /// The status and the code of the answer; `ok` where it was taken.
    async fn send(&self, server: &TestServer) -> (u16, String) {
        let response = http()
            .post(format!("{}{}", server.address, self.path))
            .header(NODE_HEADER, &self.node)
            .header(TIME_HEADER, &self.time)
            .header(NONCE_HEADER, &self.nonce)
            .header(SIGNATURE_HEADER, &self.signature)
            .header("content-type", ENTRIES_CONTENT_TYPE)
            .body(self.body.clone())
            .send()
            .await
            .unwrap();
        assert!(
            response.headers().contains_key(TIME_HEADER),
            "every answer tells the time"
        );
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        let code = answer["error"]["code"].as_str().unwrap_or("ok").to_owned();
        (status, code)
    }
}

#[tokio::test]
async fn a_request_counts_once_and_as_it_was_signed() {
    let server = TestServer::start().await;
    let till = Till::at_the_fair(1);
    server.enrolled(&till).await;
    let good = Raw::signed(&server, &till, Till::batch(&till.entries)).await;
    let other_node = Till::new(2).key.public().to_string();
    let fresh = server.get("/api/v1/health").await.headers()[TIME_HEADER]
        .to_str()
        .unwrap()
        .to_owned();
    server.clock.elapsed_ms.store(1, Ordering::SeqCst);
    let later = server.get("/api/v1/health").await.headers()[TIME_HEADER]
        .to_str()
        .unwrap()
        .to_owned();
    assert_ne!(fresh, later);
    let table = [
        (
            "another body",
            Raw {
                body: Till::batch(&till.entries[..1]),
                ..good.clone()
            },
            (401, "bad_signature"),
        ),
        (
            "another path",
            Raw {
                path: "/api/v1/name-keys".to_owned(),
                ..good.clone()
            },
            (401, "bad_signature"),
        ),
        (
            "another sender",
            Raw {
                node: other_node,
                ..good.clone()
            },
            (401, "bad_signature"),
        ),
        (
            "another time",
            Raw {
                time: later,
                ..good.clone()
            },
            (401, "bad_signature"),
        ),
        (
            "another nonce",
            Raw {
                nonce: "0".repeat(32),
                ..good.clone()
            },
            (401, "bad_signature"),
        ),
        (
            "no signature",
            Raw {
                signature: String::new(),
                ..good.clone()
            },
            (401, "unsigned"),
        ),
        (
            "no node",
            Raw {
                node: String::new(),
                ..good.clone()
            },
            (401, "unsigned"),
        ),
        (
            "a weak key",
            Raw {
                node: format!("01{}", "0".repeat(62)),
                ..good.clone()
            },
            (401, "unsigned"),
        ),
        (
            "a nonce of other signs",
            Raw {
                nonce: "A".repeat(32),
                ..good.clone()
            },
            (401, "unsigned"),
        ),
        (
            "no time",
            Raw {
                time: String::new(),
                ..good.clone()
            },
            (401, "stale_time"),
        ),
        (
            "a time of its own clock",
            Raw {
                time: "1795250000000".to_owned(),
                ..good.clone()
            },
            (401, "stale_time"),
        ),
        (
            "a time to come",
            Raw {
                time: "99999.0.0".to_owned(),
                ..good.clone()
            },
            (401, "stale_time"),
        ),
    ];
    for (name, raw, (status, code)) in table {
        assert_eq!(raw.send(&server).await, (status, code.to_owned()), "{name}");
    }
    assert!(
        server.ledger().chain(till.id()).unwrap().is_none(),
        "nothing was let in"
    );
    assert_eq!(good.send(&server).await, (200, "ok".to_owned()));
    assert_eq!(good.send(&server).await, (401, "replayed".to_owned()));
}

#[tokio::test]
async fn an_old_request_is_worth_nothing_after_a_while_or_a_restart() {
    let mut server = TestServer::start().await;
    let till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let old = Raw::signed(&server, &till, Till::batch(&till.entries)).await;
    server
        .clock
        .elapsed_ms
        .store(10 * 60 * 1_000 + 1, Ordering::SeqCst);
    assert_eq!(old.send(&server).await, (401, "stale_time".to_owned()));
    // The client is told the time anew and goes on by itself.
    client.marks(&[till.id()]).await.unwrap();

    let before = Raw::signed(&server, &till, Till::batch(&till.entries)).await;
    assert_eq!(before.send(&server).await, (200, "ok".to_owned()));
    server.stop().await;
    server.run().await;
    assert_eq!(
        before.send(&server).await,
        (401, "stale_time".to_owned()),
        "not forgotten with the memory"
    );
}

#[tokio::test]
async fn a_strangers_push_is_refused() {
    let server = TestServer::start().await;
    let till = Till::at_the_fair(1);
    let raw = Raw::signed(&server, &till, Till::batch(&till.entries)).await;
    assert_eq!(raw.send(&server).await, (401, "unknown_node".to_owned()));
}

#[tokio::test]
async fn a_bad_batch_is_refused_whole() {
    let server = TestServer::start().await;
    let till = Till::at_the_fair(1);
    server.enrolled(&till).await;
    let good = Till::batch(&till.entries);
    let lines = zstd::encode_all("x y\n".repeat(1_001).as_bytes(), 3).unwrap();
    let table = [
        ("too many lines", lines, (413, "batch_too_large")),
        ("too many bytes", vec![0; 2 * 1024 * 1024], (413, "too_large")),
        ("truncated", good[..good.len() / 2].to_vec(), (400, "bad_batch")),
        (
            "not compressed",
            till.entries[0].to_text().into_bytes(),
            (400, "bad_batch"),
        ),
    ];
    for (name, body, (status, code)) in table {
        let raw = Raw::signed(&server, &till, body).await;
        assert_eq!(raw.send(&server).await, (status, code.to_owned()), "{name}");
    }
    let nothing = Raw::signed(&server, &till, zstd::encode_all(b"".as_slice(), 3).unwrap()).await;
    assert_eq!(
        nothing.send(&server).await,
        (200, "ok".to_owned()),
        "an empty batch is no harm"
    );
}

#[tokio::test]
async fn a_compressed_bomb_is_refused_at_its_bound() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    let mut client = server.enrolled(&till).await;
    let bomb = zstd::encode_all(vec![b'a'; 256 * 1024 * 1024].as_slice(), 3).unwrap();
    assert!(bomb.len() < 64 * 1024);
    let raw = Raw::signed(&server, &till, bomb).await;
    assert_eq!(raw.send(&server).await, (413, "batch_too_large".to_owned()));
    assert!(till.sync(&mut client).await.complete, "and nobody is kept out");
}

#[tokio::test]
async fn every_route_is_in_the_openapi_document_and_every_one_there_is_served() {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let mut described: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        described.extend(
            methods
                .as_object()
                .unwrap()
                .keys()
                .map(|method| format!("{method} {path}")),
        );
    }
    described.sort();
    let mut routes: Vec<String> = ROUTES.iter().map(|route| (*route).to_owned()).collect();
    routes.sort();
    assert_eq!(described, routes);

    let server = TestServer::start().await;
    for route in ROUTES {
        let (method, path) = route.split_once(' ').unwrap();
        let method = method.to_uppercase().parse().unwrap();
        let response = http()
            .request(method, format!("{}{path}", server.address))
            .send()
            .await
            .unwrap();
        assert!(
            [200, 401].contains(&response.status().as_u16()),
            "{route}: {}",
            response.status()
        );
        let response = http()
            .patch(format!("{}{path}", server.address))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status().as_u16(), 405, "{route}");
    }
    let served: Value =
        serde_json::from_str(&server.get("/api/v1/openapi.json").await.text().await.unwrap()).unwrap();
    assert_eq!(served, document);
    for (path, status, code) in [
        ("/api/v2/push", 404, "unsupported_version"),
        ("/api/v1/nothing", 404, "unknown_path"),
        ("/nothing", 404, "unknown_path"),
    ] {
        let response = server.get(path).await;
        assert_eq!(response.status().as_u16(), status, "{path}");
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(answer["error"]["code"], code, "{path}");
    }
}
