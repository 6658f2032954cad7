//! Requests to a server by all its routes, without a socket: what an enrolled till has signed, and what nobody has.

use super::{compressed, fuzz};
use crate::harness::{TestClock, Till, entropy};
use jishi_server::{InvitationRequest, Responder, init, invite};
use jishi_sync::client::Entropy;
use jishi_sync::protocol::{NODE_HEADER, NONCE_HEADER, SIGNATURE_HEADER, TIME_HEADER};
use jishi_sync::{InvitationCode, Outgoing, RequestProof, sign_request};
use serde_json::json;
use tokio::runtime::Runtime;

/// A server, and a till that is enrolled at it.
struct Fair {
    runtime: Runtime,
    _folder: tempfile::TempDir,
    responder: Responder,
    code: InvitationCode,
    till: Till,
    entropy: Entropy,
}

impl Fair {
    fn open() -> Fair {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock::default();
        init(folder.path(), "LHZ", "柳河镇供销合作社", &clock.instruments()).unwrap();
        let request = InvitationRequest {
            kind: "till".to_owned(),
            outlet: Some("F1".to_owned()),
            organisation: None,
            address: None,
        };
        let code = invite(folder.path(), request, &clock.instruments()).unwrap().code;
        let mut till = Till::at_the_fair(1);
        (0..12).for_each(|fen| till.sell(100 + fen));
        let mut fair = Fair {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            responder: Responder::open(folder.path(), clock.instruments()).unwrap(),
            _folder: folder,
            code,
            till,
            entropy: entropy(),
        };
        let enrol = json!({"secret": super::hex(&fair.code.secret), "node": "T1", "kind": "till"});
        let said = fair.say("POST", "/api/v1/enrol", enrol.to_string().as_bytes());
        assert_eq!(said, "200");
        fair
    }

    fn answer(&self, outgoing: Outgoing) -> Option<(u16, Option<String>, Vec<u8>)> {
        let answer = self.runtime.block_on(self.responder.answer(outgoing))?;
        Some((answer.status, answer.time, answer.body))
    }

    fn signed(&mut self, method: &'static str, path: &str, body: &[u8]) -> Outgoing {
        let health = Outgoing {
            method: "GET",
            path: "/api/v1/health".to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        let (_, time, _) = self.answer(health).unwrap();
        let mut nonce = [0; 16];
        (self.entropy)(&mut nonce);
        let headers = sign_request(
            RequestProof {
                receiver: &self.code.organisation_key,
                method,
                path,
                body,
                time: &time.unwrap(),
                nonce: &super::hex(&nonce),
            },
            &self.till.key,
        );
        Outgoing {
            method,
            path: path.to_owned(),
            headers: vec![
                (NODE_HEADER, headers.node),
                (TIME_HEADER, headers.time),
                (NONCE_HEADER, headers.nonce),
                (SIGNATURE_HEADER, headers.signature),
            ],
            body: body.to_vec(),
        }
    }

    /// The status, and of a refusal its code.
    fn send(&self, outgoing: Outgoing) -> String {
        let Some((status, _, body)) = self.answer(outgoing) else {
            return "no message".to_owned();
        };
        assert!(status < 500, "{status} {}", String::from_utf8_lossy(&body));
        let said: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        // Of a push what was refused of it: that is an answer, too.
        let chains = said["chains"].as_array().into_iter().flatten();
        let refused = chains.filter_map(|chain| chain["refusal"]["code"].as_str());
        let refused: Vec<&str> = said["error"]["code"]
            .as_str()
            .into_iter()
            .chain(refused)
            .collect();
        format!("{status} {}", refused.join(" ")).trim_end().to_owned()
    }

    fn say(&mut self, method: &'static str, path: &str, body: &[u8]) -> String {
        let outgoing = self.signed(method, path, body);
        self.send(outgoing)
    }
}

#[test]
fn a_push() {
    let mut fair = Fair::open();
    let lines = |entries: &[jishi_journal::SignedEntry]| -> Vec<u8> {
        entries
            .iter()
            .flat_map(|entry| format!("{}\n", entry.to_text()).into_bytes())
            .collect()
    };
    let good = [lines(&fair.till.entries), lines(&fair.till.entries[..6])];
    fuzz(&good, |text| {
        let said = fair.say("POST", "/api/v1/push", &compressed(text));
        let packed = fair.say("POST", "/api/v1/push", text);
        format!("{said} {packed}")
    });
    // After all that, the till's own entries are taken as they are.
    assert_eq!(
        fair.say(
            "POST",
            "/api/v1/push",
            &compressed(&lines(&fair.till.entries.clone()))
        ),
        "200"
    );
}

#[test]
fn bodies_in_json() {
    let mut fair = Fair::open();
    let chain = fair.till.id().to_string();
    let key = "07".repeat(32);
    let good = [
        json!({"keys": [{"party": "H1", "key": key}]}),
        json!({"chains": [{"chain": chain, "after": 3}]}),
        json!({"names": [{"party": "H1", "key_id": "0011"}]}),
        json!({"secret": "00".repeat(12), "node": "T2", "kind": "till"}),
    ];
    let good: Vec<_> = good.iter().map(|body| body.to_string().into_bytes()).collect();
    let paths = [
        "/api/v1/name-keys",
        "/api/v1/pull",
        "/api/v1/pull-names",
        "/api/v1/enrol",
    ];
    fuzz(&good, |body| {
        let said: Vec<String> = paths.iter().map(|path| fair.say("POST", path, body)).collect();
        said.join(" ")
    });
}

#[test]
fn paths_and_queries() {
    let mut fair = Fair::open();
    let chain = fair.till.id();
    let good = [
        format!("/api/v1/marks?chain={chain}"),
        format!("/api/v1/marks?chain={chain}&chain={chain}"),
        "/api/v1/feeds".to_owned(),
        "/api/v1/fair".to_owned(),
        "/fair?revision=1".to_owned(),
    ];
    let good: Vec<_> = good.into_iter().map(String::into_bytes).collect();
    fuzz(&good, |path| {
        let path = String::from_utf8_lossy(path);
        fair.say("GET", &path, b"")
    });
}

/// Nothing that is not the till's own word is let in.
#[test]
fn headers() {
    let mut fair = Fair::open();
    let body = Till::batch(&fair.till.entries);
    let good = fair.signed("POST", "/api/v1/push", &body);
    let names: Vec<&'static str> = good.headers.iter().map(|(name, _)| *name).collect();
    let inputs: Vec<_> = good
        .headers
        .iter()
        .map(|(_, value)| value.clone().into_bytes())
        .collect();
    fuzz(&inputs, |value| {
        let value = String::from_utf8_lossy(value).into_owned();
        let mut outcomes = Vec::new();
        for name in &names {
            let mut request = fair.signed("POST", "/api/v1/push", &body);
            let mut was = String::new();
            for (header, text) in &mut request.headers {
                if header == name {
                    was = std::mem::replace(text, value.clone());
                }
            }
            let said = fair.send(request);
            assert!(said != "200" || was == value, "{name}: {value:?}");
            outcomes.push(said);
        }
        outcomes.join(" ")
    });
}
