//! The grand totals of a till's chains: those of its branches and its successors, in whatever order they came.

use crate::common::{AT, new_ledger};
use jishi_journal::body::{Body, Continued, GrandTotals, ShiftClosed, ShiftFigures};
use jishi_journal::{Branch, Chain, ChainId, Entry, EntryHash, Head, NodeKey, Opening, Purpose, SignedEntry};
use jishi_ledger::{BadFigures, Ledger, Work};
use std::collections::HashMap;

/// A chain's writing end that can be copied, as a disk can.
#[derive(Clone)]
struct Till {
    key: NodeKey,
    origin: ChainId,
    chain: ChainId,
    head: Head,
    generation: u32,
}

fn opening(nonce: u8, continues: Option<Continued>) -> Opening {
    Opening {
        nonce: [nonce; 16],
        node: "T1".to_owned(),
        continues,
    }
}

impl Till {
    fn new() -> (Till, SignedEntry) {
        let key = NodeKey::from_seed(&[5; 32]);
        let (chain, opened) = Chain::open(key.clone(), opening(1, None), AT).unwrap();
        let till = Till {
            key,
            origin: chain.id(),
            chain: chain.id(),
            head: chain.head(),
            generation: 0,
        };
        (till, opened)
    }

    fn successor(&self, nonce: u8) -> (Till, SignedEntry) {
        let continued = Continued {
            chain: self.chain.to_string(),
            origin: self.origin.to_string(),
            seq: self.head.seq,
            hash: self.head.hash.to_string(),
            generation: self.generation + 1,
        };
        let (chain, opened) = Chain::open(self.key.clone(), opening(nonce, Some(continued)), AT).unwrap();
        let till = Till {
            chain: chain.id(),
            head: chain.head(),
            generation: self.generation + 1,
            ..self.clone()
        };
        (till, opened)
    }

    fn write(&mut self, kind: &str, body: &str) -> SignedEntry {
        let seq = self.head.seq + 1;
        let line = format!(
            r#"{{"v":1,"chain":"{}","seq":{seq},"prev":"{}","at":"{AT}","kind":"{kind}","body":{body}}}"#,
            self.chain, self.head.hash
        );
        let signature = self.key.sign(Purpose::Entry, line.as_bytes());
        let hash = EntryHash::of(line.as_bytes());
        self.head = Head { seq, hash };
        SignedEntry { line, signature }
    }

    /// A refund without a sale is the shortest entry that grand totals count.
    fn refund(&mut self, id: &str, fen: i64) -> SignedEntry {
        let running = self.head.seq;
        let number = format!("T1-{running:06}");
        let body = serde_json::json!({
            "id": id, "number": number, "request": "0".repeat(32), "business_date": "2026-11-21",
            "outlet": "F1", "channel": "stall", "shift": "s0", "cashier": "wu", "reason": "退货", "total": fen,
            "lines": [{"product": "honey", "name": "蜂蜜", "unit": "瓶", "qty": "1.000", "net": fen}],
            "tenders": [{"kind": "cash", "fen": fen}],
        });
        self.write("refunded_without_sale", &body.to_string())
    }

    fn closing(&mut self, id: &str, refunds: u64, refunded: i64) -> SignedEntry {
        let body = Body::ShiftClosed(ShiftClosed {
            id: id.to_owned(),
            staff: "wu".to_owned(),
            figures: ShiftFigures::default(),
            counted: None,
            counts: Vec::new(),
            grand_totals: GrandTotals {
                refunds,
                refunded,
                ..GrandTotals::default()
            },
            approved_by: Vec::new(),
        });
        let (signed, head) = Chain::resume(self.key.clone(), self.chain, self.head)
            .next(AT, &body)
            .unwrap();
        self.head = head;
        signed
    }
}

/// A store that takes chains and branches as they are brought: each as where it leaves another, and its entries.
fn taken(ledger: &mut Ledger, brought: &[(Option<Branch>, &[&SignedEntry])]) {
    for (leaves, entries) in brought {
        let first = Entry::parse(&entries[0].line).unwrap();
        let mut branch = Branch::from(first.chain);
        if let Some(left) = leaves {
            let (seq, hash) = (first.seq, entries[0].hash());
            branch.from = Some(Head { seq, hash });
            let before = Head {
                seq: seq - 1,
                hash: first.prev,
            };
            ledger
                .write(|writer| writer.open_branch(branch, *left, before))
                .unwrap();
        }
        for signed in *entries {
            let entry = Entry::parse(&signed.line).unwrap();
            let head = Head {
                seq: entry.seq,
                hash: signed.hash(),
            };
            ledger
                .write(|writer| writer.append(signed, branch, head, &entry.at, &entry.body()))
                .unwrap();
        }
    }
}

fn bad(ledger: &Ledger) -> HashMap<Branch, BadFigures> {
    ledger.bad_figures(&mut Work::unwatched()).unwrap()
}

/// Found (hard seed 23): what stood behind an entry that nobody can read was left out, and the successor's figures
/// were held to be wrong.
#[test]
fn what_follows_an_entry_that_nobody_can_read_counts_in_a_successors_totals() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = new_ledger(&folder.path().join("l.sqlite"));
    let (mut till, opened) = Till::new();
    let first = till.refund("r1", 100);
    let senseless = till.write("sale_recorded", "{}");
    let second = till.refund("r2", 50);
    let chain = Branch::from(till.chain);
    let (mut next, succeeded) = till.successor(2);
    let successor = Branch::from(next.chain);
    let closed = next.closing("s1", 2, 150);
    let boasting = next.closing("s2", 3, 150);
    taken(
        &mut ledger,
        &[
            (None, &[&opened, &first, &senseless, &second]),
            (None, &[&succeeded, &closed]),
        ],
    );
    let found = bad(&ledger);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found[&chain].is_readable && found[&chain].seq == 3);

    // And what is wrong in it is still found.
    let entry = Entry::parse(&boasting.line).unwrap();
    let head = Head {
        seq: entry.seq,
        hash: boasting.hash(),
    };
    ledger
        .write(|writer| writer.append(&boasting, next.chain, head, &entry.at, &entry.body()))
        .unwrap();
    let found = bad(&ledger);
    assert!(found[&successor].is_readable && found[&successor].seq == 3);
}

/// A copy of a till goes on in a branch, and then in a successor of that, which came here before the branch did.
#[test]
fn a_successor_that_came_before_the_branch_it_goes_on_from_is_added_up_after_it() {
    let (mut till, opened) = Till::new();
    let first = till.refund("r1", 100);
    let mut copy = till.clone();
    let chain = Branch::from(till.chain);
    let main = till.refund("r2", 1);
    let branch = copy.refund("r3", 20);
    let (mut next, succeeded) = copy.successor(2);
    let mut other = next.clone();
    let closed = next.closing("s1", 2, 120);
    let boasting = other.closing("s1", 2, 101);
    for (closing, is_good) in [(&closed, true), (&boasting, false)] {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = new_ledger(&folder.path().join("l.sqlite"));
        taken(
            &mut ledger,
            &[
                (None, &[&opened, &first, &main]),
                (None, &[&succeeded, closing]),
                (Some(chain), &[&branch]),
            ],
        );
        assert_eq!(bad(&ledger).is_empty(), is_good);
    }
}
