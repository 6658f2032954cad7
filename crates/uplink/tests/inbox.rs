//! What comes down is verified entry by entry: what is wrong stops its own chain, with a code, and nothing of it is
//! used.
#![allow(clippy::unwrap_used, clippy::panic)]

use jishi_journal::body::{Audience, Body, CashDirection, CashMoved, ProductPut};
use jishi_journal::{Chain, ChainId, Entry, NodeKey, Opening, Purpose, Signature, SignedEntry};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_sync::protocol::{Feed, WantedChain};
use jishi_sync::{BatchLine, Inbox, Outbox};
use jishi_uplink::{LedgerInbox, LedgerOutbox, Taker, came_down, stopped};
use std::path::{Path, PathBuf};

const AT: &str = "2026-11-21T09:00:00+08:00";

/// A till enrolled for F1 at a server of this key.
struct Node {
    _folder: tempfile::TempDir,
    database: PathBuf,
    centre: NodeKey,
}

/// A server's chain with what it says.
struct Written {
    chain: Chain,
    entries: Vec<SignedEntry>,
}

impl Written {
    fn new(key: &NodeKey, audience: &Audience) -> Written {
        let opening = Opening {
            nonce: [7; 16],
            node: "ORG".to_owned(),
            continues: None,
        };
        let (chain, opened) = Chain::open_for(audience, key.clone(), opening, AT).unwrap();
        Written {
            chain,
            entries: vec![opened],
        }
    }

    fn public(key: &NodeKey, products: u32) -> Written {
        let mut written = Written::new(key, &Audience::Public);
        for number in 1..=products {
            written.say(&product("honey", number));
        }
        written
    }

    fn say(&mut self, body: &Body) {
        let (entry, head) = self.chain.next(AT, body).unwrap();
        self.chain.advance(head);
        self.entries.push(entry);
    }

    fn lines(&self) -> Vec<BatchLine> {
        self.entries.iter().cloned().map(BatchLine::Entry).collect()
    }

    fn id(&self) -> ChainId {
        self.chain.id()
    }

    fn wanted(&self, after: u64) -> Vec<WantedChain> {
        vec![WantedChain {
            chain: self.id().to_string(),
            after,
        }]
    }

    fn feed(&self, server: &NodeKey, outlet: Option<&str>) -> Vec<Feed> {
        vec![Feed {
            chain: self.id().to_string(),
            server: server.public().to_string(),
            outlet: outlet.map(str::to_owned),
            seq: self.chain.head().seq,
        }]
    }
}

fn product(code: &str, revision: u32) -> Body {
    let put = serde_json::json!({"code": code, "revision": revision, "name": "土蜂蜜", "unit": "瓶",
                                 "price": 4500 + revision});
    Body::ProductPut(serde_json::from_value::<ProductPut>(put).unwrap())
}

impl Node {
    fn new() -> Node {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("jishi.sqlite");
        let centre = NodeKey::from_seed(&[1; 32]);
        let mut ledger = Ledger::open(&database, OpenMode::Create).unwrap();
        let own = Written::new(&NodeKey::from_seed(&[9; 32]), &Audience::Public);
        let note = serde_json::json!({"address": "http://127.0.0.1:1", "key": centre.public().to_string(),
                                      "organisation": "ORG", "name": "中心", "outlet": "F1"});
        ledger
            .write(|writer| -> Result<(), StoreError> {
                let entry = Entry::parse(&own.entries[0].line).unwrap();
                writer.append(&own.entries[0], own.id(), own.chain.head(), AT, &entry.body())?;
                writer.put_note("centre", &note.to_string())
            })
            .unwrap();
        Node {
            _folder: folder,
            database,
            centre,
        }
    }

    fn inbox(&self) -> LedgerInbox {
        LedgerInbox::new(self.ledger(), Taker::Till)
    }

    fn ledger(&self) -> Ledger {
        open(&self.database)
    }

    /// Has these lines come, and says what was new and why it stopped.
    fn take(&self, written: &Written, lines: Vec<BatchLine>) -> (usize, Option<String>) {
        let mut inbox = self.inbox();
        inbox.wanted(&[]).unwrap();
        let (came, stops) = inbox.take(&written.wanted(0), lines).unwrap();
        let code = stops.first().map(|stop| stop.code.clone());
        assert_eq!(stopped(&self.ledger(), written.id()).unwrap(), code);
        (came, code)
    }

    fn price(&self) -> Option<i64> {
        self.ledger().products().unwrap().first().map(|put| put.price)
    }
}

fn open(database: &Path) -> Ledger {
    Ledger::open(database, OpenMode::Write).unwrap()
}

/// Whoever has not the key signs with another.
fn forged(line: &str) -> Signature {
    NodeKey::from_seed(&[3; 32]).sign(Purpose::Entry, line.as_bytes())
}

fn is(came: usize, code: &str) -> (usize, Option<String>) {
    (came, Some(code.to_owned()))
}

#[test]
fn a_servers_chain_comes_down_and_does_not_go_up_again() {
    let node = Node::new();
    let written = Written::public(&node.centre, 3);
    let wanted = node.inbox().wanted(&written.feed(&node.centre, None)).unwrap();
    assert_eq!(wanted, written.wanted(0));
    assert_eq!(node.take(&written, written.lines()), (4, None));
    assert_eq!(node.price(), Some(4503));
    assert_eq!(came_down(&node.ledger()).unwrap()[0].seq, 4);
    let outbox = LedgerOutbox::of(node.ledger(), None).unwrap().unwrap();
    assert_eq!(outbox.chains().unwrap().len(), 1);
    // The same again, as after an answer that was lost.
    assert_eq!(node.take(&written, written.lines()), (0, None));
    assert!(
        node.inbox()
            .wanted(&written.feed(&node.centre, None))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn cut_in_the_middle_it_goes_on_where_it_was() {
    let node = Node::new();
    let written = Written::public(&node.centre, 5);
    let mut lines = written.lines();
    lines.truncate(3);
    assert_eq!(node.take(&written, lines), (3, None));
    assert_eq!(node.price(), Some(4502));
    let wanted = node.inbox().wanted(&written.feed(&node.centre, None)).unwrap();
    assert_eq!(wanted, written.wanted(3));
    assert_eq!(node.take(&written, written.lines().split_off(3)), (3, None));
    assert_eq!(node.price(), Some(4505));
}

#[test]
fn another_servers_chain_is_not_believed() {
    let node = Node::new();
    let stranger = NodeKey::from_seed(&[2; 32]);
    let written = Written::public(&stranger, 1);
    // Not even asked for, under its own name; under the centre's it is seen through.
    assert!(
        node.inbox()
            .wanted(&written.feed(&stranger, None))
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        node.inbox()
            .wanted(&written.feed(&node.centre, None))
            .unwrap()
            .len(),
        1
    );
    assert_eq!(node.take(&written, written.lines()), is(0, "unknown_server"));
    assert_eq!(node.price(), None);
}

#[test]
fn an_entry_that_another_has_signed_stops_the_chain_there() {
    let node = Node::new();
    let written = Written::public(&node.centre, 3);
    let mut lines = written.lines();
    lines[2] = BatchLine::Entry(SignedEntry {
        line: written.entries[2].line.clone(),
        signature: forged(&written.entries[2].line),
    });
    assert_eq!(node.take(&written, lines), is(2, "bad_signature"));
    assert_eq!(node.price(), Some(4501));
    // The true ones come after it, and nothing is in the way any more.
    assert_eq!(node.take(&written, written.lines()), (2, None));
    assert_eq!(node.price(), Some(4503));
}

#[test]
fn reordered_or_left_out_entries_stop_the_chain() {
    let node = Node::new();
    let written = Written::public(&node.centre, 3);
    let mut lines = written.lines();
    lines.swap(2, 3);
    assert_eq!(node.take(&written, lines), is(2, "gap"));
    let mut lines = written.lines();
    lines.remove(2);
    assert_eq!(node.take(&written, lines), is(0, "gap"));
    assert_eq!(node.price(), Some(4501));
}

#[test]
fn a_chain_written_anew_is_a_fork() {
    let node = Node::new();
    let written = Written::public(&node.centre, 2);
    assert_eq!(node.take(&written, written.lines()), (3, None));
    let mut other = Written::new(&node.centre, &Audience::Public);
    other.say(&product("honey", 9));
    assert_eq!(node.take(&other, other.lines()), is(0, "fork"));
    other.say(&product("honey", 10));
    other.say(&product("honey", 11));
    assert_eq!(node.take(&other, other.lines().split_off(3)), is(0, "bad_link"));
    assert_eq!(node.price(), Some(4502));
}

#[test]
fn another_outlets_chain_and_one_for_nobody_are_not_taken() {
    let node = Node::new();
    for (audience, code) in [
        (Audience::Outlet("F2".to_owned()), "not_for_node"),
        (Audience::Closed, "not_for_node"),
    ] {
        let written = Written::new(&node.centre, &audience);
        assert_eq!(node.take(&written, written.lines()), is(0, code));
    }
    let own = Written::new(&node.centre, &Audience::Outlet("F1".to_owned()));
    assert!(
        node.inbox()
            .wanted(&own.feed(&node.centre, Some("F2")))
            .unwrap()
            .is_empty()
    );
    assert_eq!(node.take(&own, own.lines()), (1, None));
}

/// A server's word on what was sold would stand among the till's own sales.
#[test]
fn what_does_not_come_down_is_not_taken_from_a_server_either() {
    let node = Node::new();
    let mut written = Written::public(&node.centre, 1);
    written.say(&Body::CashMoved(CashMoved {
        id: "C1".to_owned(),
        shift: "S".to_owned(),
        staff: "01".to_owned(),
        direction: CashDirection::Out,
        fen: 100,
        business_date: "2026-11-21".to_owned(),
        outlet: "F1".to_owned(),
        reason: "—".to_owned(),
    }));
    assert_eq!(node.take(&written, written.lines()), is(2, "unfit_kind"));
    assert_eq!(node.price(), Some(4501));
}
