//! Networks and servers that misbehave: the sale is safe, counts once, and the till never waits.

use crate::harness::{TestServer, Till, entropy};
use jishi_journal::{Branch, NameKey, NodeKey, SignedEntry};
use jishi_sync::client::Client;
use jishi_sync::protocol::{Acknowledgement, Feed, PartyNameKey, WantedChain, WantedName};
use jishi_sync::{BatchLine, Inbox, Outbox, OutboxChain, Stopped, SyncState, watch};
use serde_json::json;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A till in memory has no place for what comes down.
struct TakesNothing;

impl Inbox for TakesNothing {
    type Error = Infallible;

    fn wanted(&mut self, _: &[Feed]) -> Result<Vec<WantedChain>, Infallible> {
        Ok(Vec::new())
    }

    fn take(&mut self, _: &[WantedChain], _: Vec<BatchLine>) -> Result<(usize, Vec<Stopped>), Infallible> {
        Ok((0, Vec::new()))
    }

    fn names_wanted(&self) -> Result<Vec<WantedName>, Infallible> {
        Ok(Vec::new())
    }

    fn hold_name_keys(&mut self, _: &[PartyNameKey]) -> Result<(), Infallible> {
        Ok(())
    }
}

/// A line that lets the first requests through and swallows the answer of one: the connection is cut
/// between the server's commit and its answer.
async fn cutting_line(to: String, answers_before_cut: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let to = to.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        let mut answered = 0;
        loop {
            let (mut near, _) = listener.accept().await.unwrap();
            let mut far = TcpStream::connect(&to).await.unwrap();
            let (mut up, mut down) = ([0; 65_536], [0; 65_536]);
            loop {
                tokio::select! {
                    read = near.read(&mut up) => match read {
                        Ok(bytes) if bytes > 0 => far.write_all(&up[..bytes]).await.unwrap(),
                        _ => break,
                    },
                    read = far.read(&mut down) => match read {
                        Ok(bytes) if bytes > 0 => {
                            answered += 1;
                            if answered == answers_before_cut + 1 {
                                break;
                            }
                            near.write_all(&down[..bytes]).await.unwrap();
                        }
                        _ => break,
                    },
                }
            }
        }
    });
    address
}

#[tokio::test]
async fn a_line_cut_between_commit_and_answer_counts_the_sale_once() {
    let server = TestServer::start().await;
    let mut till = Till::at_the_fair(1);
    till.sell(4500);
    server.enrolled(&till).await;
    // Health, marks, and then the push is cut.
    let line = cutting_line(server.address.clone(), 2).await;
    let key = server.invite().code.organisation_key;
    let mut client = Client::new(line.parse().unwrap(), key, till.key.clone(), entropy()).unwrap();
    let outcome = till.sync(&mut client).await;
    assert!(!outcome.complete && outcome.sent == 0, "{outcome:?}");
    assert_eq!(outcome.failure.unwrap().0, "unreachable");
    assert_eq!(till.mark(), 0, "no word came");
    assert_eq!(
        server.fair().await["summary"]["net"],
        json!(4500),
        "and yet it was committed"
    );

    let outcome = till.sync(&mut client).await;
    assert!(outcome.complete, "{outcome:?}");
    assert_eq!(till.mark(), 7);
    assert_eq!(server.fair().await["summary"]["net"], json!(4500), "once");
}

/// A server that says this to every request, and then nothing.
async fn strange_server(says: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut bytes = [0; 4096];
            drop(socket.read(&mut bytes).await);
            // The other side may have had enough of it.
            drop(socket.write_all(&says).await);
            held.push(socket);
        }
    });
    address
}

#[tokio::test]
async fn a_server_that_answers_wrongly_hugely_or_never_is_left() {
    let http = |status: &str, body: &str| {
        format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    let mut huge = b"HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n".to_vec();
    huge.extend(vec![b'a'; 3_000_000]);
    let table = [
        ("never", Vec::new(), "timed_out"),
        ("half a head", b"HTTP/1.1 200 OK\r\nconte".to_vec(), "timed_out"),
        (
            "half a body",
            b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{".to_vec(),
            "timed_out",
        ),
        ("no HTTP", b"SSH-2.0-OpenSSH\r\n".to_vec(), "unreachable"),
        (
            "a web page",
            http("200 OK", "<html>Wi-Fi login</html>"),
            "bad_answer",
        ),
        ("another JSON", http("200 OK", "{\"ok\":true}"), "bad_answer"),
        (
            "a very deep JSON",
            http("200 OK", &"[".repeat(100_000)),
            "bad_answer",
        ),
        (
            "a redirect",
            http("302 Found\r\nlocation: http://example.cn/", ""),
            "http_error",
        ),
        (
            "a gateway's trouble",
            http("502 Bad Gateway", "oops"),
            "http_error",
        ),
        ("huge", huge, "answer_too_large"),
    ];
    for (name, says, code) in table {
        let mut till = Till::at_the_fair(1);
        let address = strange_server(says).await;
        let server = NodeKey::from_seed(&[8; 32]).public();
        let client = Client::new(address.parse().unwrap(), server, till.key.clone(), entropy()).unwrap();
        let mut client = client.with_answer_wait(Duration::from_millis(400)).unwrap();
        let started = Instant::now();
        let outcome = till.sync(&mut client).await;
        assert_eq!(
            outcome.failure.map(|(code, _)| code).as_deref(),
            Some(code),
            "{name}"
        );
        assert!(!outcome.complete && till.mark() == 0, "{name}");
        assert!(started.elapsed() < Duration::from_secs(5), "{name}");
    }
}

/// A till's store that another thread pushes from.
#[derive(Clone)]
struct Shared(Arc<Mutex<Till>>);

impl Outbox for Shared {
    type Error = Infallible;

    fn chains(&self) -> Result<Vec<OutboxChain>, Infallible> {
        self.0.lock().unwrap().chains()
    }
    fn acknowledged(&self, branch: Branch) -> Result<Option<u64>, Infallible> {
        self.0.lock().unwrap().acknowledged(branch)
    }
    fn held_at_the_top(&self, branch: Branch) -> Result<Option<u64>, Infallible> {
        self.0.lock().unwrap().held_at_the_top(branch)
    }
    fn acknowledgement_text(&self, branch: Branch) -> Result<Option<String>, Infallible> {
        self.0.lock().unwrap().acknowledgement_text(branch)
    }
    fn entries_after(&self, branch: Branch, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, Infallible> {
        self.0.lock().unwrap().entries_after(branch, seq, limit)
    }
    fn store_acknowledgement(&mut self, branch: Branch, word: &Acknowledgement) -> Result<(), Infallible> {
        self.0.lock().unwrap().store_acknowledgement(branch, word)
    }
    fn store_refusal(&mut self, branch: Branch, refusal: Option<&str>) -> Result<(), Infallible> {
        self.0.lock().unwrap().store_refusal(branch, refusal)
    }
    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, Infallible> {
        self.0.lock().unwrap().name_keys()
    }
}

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_background_push_follows_the_till_through_a_servers_absence() {
    let mut server = TestServer::start().await;
    let till = Till::at_the_fair(1);
    let client = server.enrolled(&till).await;
    let shared = Shared(Arc::new(Mutex::new(till)));
    let state = Arc::new(Mutex::new(SyncState::default()));
    let seen = Arc::clone(&state);
    let push = watch(client, shared.clone(), TakesNothing, entropy(), move |now| {
        *seen.lock().unwrap() = now.clone()
    })
    .unwrap();
    let mark = || shared.0.lock().unwrap().mark();
    until("the first entries arrive", || mark() == 6).await;

    shared.0.lock().unwrap().sell(4500);
    push.new_entries();
    until("a sale arrives", || mark() == 7).await;
    until("the state says so", || state.lock().unwrap().is_complete()).await;
    assert_eq!(state.lock().unwrap().online, Some(true));

    server.stop().await;
    shared.0.lock().unwrap().sell(5500);
    push.new_entries();
    until("the till is offline", || {
        state.lock().unwrap().online == Some(false)
    })
    .await;
    assert_eq!(mark(), 7);
    assert_eq!(state.lock().unwrap().failure.as_deref(), Some("unreachable"));
    push.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_does_not_hold_the_till() {
    let till = Till::at_the_fair(1);
    let address = strange_server(Vec::new()).await;
    let server = NodeKey::from_seed(&[8; 32]).public();
    let client = Client::new(address.parse().unwrap(), server, till.key.clone(), entropy()).unwrap();
    let shared = Shared(Arc::new(Mutex::new(till)));
    let push = watch(client, shared.clone(), TakesNothing, entropy(), |_| {}).unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let started = Instant::now();
    for _ in 0..100 {
        shared.0.lock().unwrap().sell(100);
        push.new_entries();
        push.nudge();
    }
    assert!(
        started.elapsed() < Duration::from_millis(500),
        "selling waits for nobody"
    );
    let started = Instant::now();
    push.stop();
    assert!(started.elapsed() < Duration::from_millis(500), "nor does closing");
}
