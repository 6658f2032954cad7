//! What several of these tests need.

use jishi_journal::{ChainId, Entry, EntryHash, Head, NodeKey, Purpose, SignedEntry};
use jishi_ledger::report::{self, Filter};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use std::fmt::Write as _;
use std::path::Path;

pub(crate) const AT: &str = "2026-11-21T10:00:00+08:00";

pub(crate) fn new_ledger(path: &Path) -> Ledger {
    Ledger::open(path, OpenMode::Create).unwrap()
}

/// All entries of all chains, chain by chain.
pub(crate) fn entries(ledger: &Ledger) -> Vec<(ChainId, Vec<SignedEntry>)> {
    let chains = ledger.chains().unwrap().into_iter();
    chains
        .map(|record| {
            (
                record.chain,
                ledger.entries_after(record.chain, 0, u32::MAX).unwrap(),
            )
        })
        .collect()
}

/// Stores an entry as a server does that has verified it. Says whether it counted.
pub(crate) fn store(ledger: &mut Ledger, signed: &SignedEntry) -> Result<bool, StoreError> {
    let entry = Entry::parse(&signed.line).unwrap();
    let head = Head {
        seq: entry.seq,
        hash: signed.hash(),
    };
    ledger.write(|writer| writer.append(signed, entry.chain, head, &entry.at, &entry.body()))
}

/// Every total a report tells, as text: what must not depend on how entries came.
pub(crate) fn totals(ledger: &Ledger) -> String {
    let all = Filter::default();
    let mut text = String::new();
    writeln!(text, "{:?}", report::summary(ledger, &all).unwrap()).unwrap();
    for row in report::parties(ledger, &all).unwrap() {
        writeln!(text, "{row:?}").unwrap();
    }
    for row in report::products(ledger, &all).unwrap() {
        writeln!(text, "{row:?}").unwrap();
    }
    for row in report::lots(ledger, &all).unwrap() {
        writeln!(text, "{row:?}").unwrap();
    }
    for row in report::stock(ledger, &all).unwrap() {
        writeln!(text, "{row:?}").unwrap();
    }
    for row in report::tenders(ledger, &all).unwrap() {
        writeln!(text, "{row:?}").unwrap();
    }
    for row in report::fund(ledger, &all).unwrap() {
        writeln!(text, "{row:?}").unwrap();
    }
    let sales = report::sales(ledger, &all).unwrap().into_iter();
    let mut lines: Vec<String> = sales.map(|row| format!("{row:?}")).collect();
    let open = report::unassigned(ledger, &all).unwrap().into_iter();
    lines.extend(open.map(|row| format!("{row:?}")));
    lines.sort();
    text + &lines.join("\n")
}

/// A chain written by hand, so that it can hold what no honest program writes.
pub(crate) struct Pen {
    key: NodeKey,
    chain: ChainId,
    head: Head,
}

impl Pen {
    /// The chain and its opening.
    pub(crate) fn new(seed: u8, node: &str) -> (Pen, SignedEntry) {
        let opening = jishi_journal::Opening {
            nonce: [seed; 16],
            node: node.to_owned(),
            continues: None,
        };
        let key = NodeKey::from_seed(&[seed; 32]);
        let (chain, signed) = jishi_journal::Chain::open(key.clone(), opening, AT).unwrap();
        let pen = Pen {
            key,
            chain: chain.id(),
            head: chain.head(),
        };
        (pen, signed)
    }

    /// The next entry with a body as it stands.
    pub(crate) fn write(&mut self, kind: &str, body: &str) -> SignedEntry {
        let seq = self.head.seq + 1;
        let line = format!(
            r#"{{"v":1,"chain":"{}","seq":{seq},"prev":"{}","at":"{AT}","kind":"{kind}","body":{body}}}"#,
            self.chain, self.head.hash
        );
        let signed = SignedEntry {
            signature: self.key.sign(Purpose::Entry, line.as_bytes()),
            line,
        };
        self.head = Head {
            seq,
            hash: EntryHash::of(signed.line.as_bytes()),
        };
        signed
    }

    pub(crate) fn chain(&self) -> ChainId {
        self.chain
    }

    /// A sale of one jar, paid in cash; `edit` says what is wrong with it.
    pub(crate) fn sale(
        &mut self,
        id: &str,
        running: u32,
        net: i64,
        edit: impl FnOnce(&mut serde_json::Value),
    ) -> SignedEntry {
        let payable = net - net / 10;
        let mut sale = serde_json::json!({
            "id": id, "number": format!("T9-{running:06}"), "request": "0".repeat(32), "outlet": "F1",
            "shift": "s1", "business_date": "2026-11-21", "cashier": "01", "channel": "fair",
            "lines": [{"product": "honey", "name": "土蜂蜜", "unit": "瓶", "qty": "1.000", "price": net,
                       "gross": net, "net": net, "base": net,
                       "draws": [{"lot": "L1", "revision": "aa".repeat(16), "qty": "1.000", "net": net,
                                  "base": net, "fund": 7, "payable": payable, "margin": net - payable - 7,
                                  "shares": [["H1", net - 1, payable], ["H2", 1, 0]]}]}],
            "gross": net, "discount": 0, "rounding": 0, "total": net,
            "tenders": [{"kind": "cash", "fen": net + 5}], "tendered": net + 5, "change": 5
        });
        edit(&mut sale);
        self.write("sale_recorded", &sale.to_string())
    }
}
