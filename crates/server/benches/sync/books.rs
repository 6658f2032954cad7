//! Tills with as many sales as are wanted: the first is sold by the till itself, and those after it are signed like it,
//! each with its own id, number, day and price, many to a transaction.

use crate::Fault;
use jishi_journal::body::{Body, SaleRecorded};
use jishi_journal::{Chain, Entry, NodeKey, Opening};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_till::wire::{ImportFile, SellRequest};
use jishi_till::{Folder, Machine, Till};
use serde_json::json;
use std::path::Path;

const SALES_A_DAY: usize = 500;
const AT_ONCE: usize = 1_000;

/// Six products, each with a lot of three households.
pub(crate) fn catalogue() -> Result<ImportFile, Fault> {
    let parties: Vec<_> = (0..18)
        .map(|n| json!({"code": format!("H{n}"), "kind": "household", "name": format!("农户{n}"), "village": format!("村{}", n % 5)}))
        .collect();
    let products: Vec<_> = (0..6)
        .map(|n| json!({"code": format!("P{n}"), "name": format!("高山土特产 {n} 号"), "unit": "斤", "price": 480 + n}))
        .collect();
    let lots: Vec<_> = (0..6)
        .map(|n| {
            let shares: Vec<_> = (n * 3..n * 3 + 3)
                .map(|h| json!({"party": format!("H{h}"), "weight": 1 + h % 7}))
                .collect();
            json!({"code": format!("L{n}"), "product": format!("P{n}"), "qty": "1000000",
                "terms": {"kind": "consignment", "commission_bp": 800}, "shares": shares})
        })
        .collect();
    Ok(serde_json::from_value(json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集"},
        "parties": parties, "products": products, "lots": lots, "fund": [{"bp": 300}],
    }))?)
}

/// Three lines, paid in cash.
pub(crate) fn sale(id: &str, which: usize) -> Result<SellRequest, Fault> {
    let lines: Vec<_> = (0..3)
        .map(|line| json!({"product": format!("P{}", (which + line) % 6), "qty": format!("{}.375", 1 + (which + line) % 4)}))
        .collect();
    Ok(serde_json::from_value(json!({
        "id": id, "lines": lines, "rounding": "jiao", "tenders": [{"kind": "cash", "fen": 20_000}],
    }))?)
}

/// A till with that shop, its shift open.
pub(crate) fn till(folder: &Folder, code: &str) -> Result<Till, Fault> {
    let mut till = Till::init(folder.clone(), code, Box::new(Machine))?;
    till.import(&catalogue()?, false)?;
    till.open_shift(None, 0)?;
    Ok(till)
}

/// Sales to sign more like.
pub(crate) struct Patterns(Vec<SaleRecorded>);

impl Patterns {
    /// By a till that is not looked at again.
    pub(crate) fn new() -> Result<Patterns, Fault> {
        let room = tempfile::tempdir()?;
        let mut till = till(&Folder::at(room.path()), "T1")?;
        for which in 0..12 {
            till.sell(&sale(&format!("pattern-{which}"), which)?)?;
        }
        let chain = till.ledger().chains()?.remove(0);
        let entries = till
            .ledger()
            .entries_after(chain.chain, chain.head.seq - 12, 12)?;
        let mut patterns = Vec::new();
        for signed in entries {
            if let Body::SaleRecorded(sale) = Entry::parse(&signed.line)?.body() {
                patterns.push(sale);
            }
        }
        Ok(Patterns(patterns))
    }

    /// The facts of one, as JSON.
    pub(crate) fn as_json(&self) -> Result<String, Fault> {
        Ok(serde_json::to_string(&self.0[0])?)
    }

    /// With the time of its entry. Ids are like those that a till makes: a time and randomness.
    fn sale(&self, code: &str, number: usize) -> (String, Body) {
        let mut sale = self.0[number % self.0.len()].clone();
        let day =
            chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000 + (number / SALES_A_DAY) as i64);
        let at = day + chrono::TimeDelta::seconds(28_800 + 60 * (number % SALES_A_DAY) as i64);
        let random = (number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834);
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&random.to_le_bytes()[6..]);
        let milliseconds = at.timestamp_millis().unsigned_abs();
        sale.id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes)
            .into_uuid()
            .to_string();
        sale.number = format!("{code}-{:06}", number + 1);
        sale.request = hex::encode(random.to_be_bytes());
        sale.business_date = day.format("%Y-%m-%d").to_string();
        (at.to_rfc3339(), Body::SaleRecorded(sale))
    }

    /// Appends so many sales to a chain.
    fn append(&self, ledger: &mut Ledger, chain: &mut Chain, code: &str, sales: usize) -> Result<(), Fault> {
        for first in (0..sales).step_by(AT_ONCE) {
            let mut next = chain.clone();
            let mut entries = Vec::new();
            for number in first..sales.min(first + AT_ONCE) {
                let (at, body) = self.sale(code, number);
                let (signed, head) = next.next(&at, &body)?;
                next.advance(head);
                entries.push((signed, head, at, body));
            }
            ledger.write(|writer| -> Result<(), StoreError> {
                for (signed, head, at, body) in &entries {
                    writer.append(signed, next.id(), *head, at, body)?;
                }
                Ok(())
            })?;
            *chain = next;
        }
        Ok(())
    }

    /// A till's folder with so many sales. It is not opened as a till again.
    pub(crate) fn till_with(&self, folder: &Folder, code: &str, sales: usize) -> Result<(), Fault> {
        drop(till(folder, code)?);
        let mut ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
        let record = ledger.chains()?.remove(0);
        let mut chain = Chain::resume(key_of(folder.path())?, record.chain, record.head);
        self.append(&mut ledger, &mut chain, code, sales)
    }

    /// The same of a chain that a server holds of some till.
    pub(crate) fn held_by_server(&self, server: &Path, code: &str, sales: usize) -> Result<(), Fault> {
        let mut ledger = Ledger::open(&server.join("server.sqlite"), OpenMode::Write)?;
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        let key = NodeKey::from_seed(&seed);
        let mut nonce = [0; 16];
        getrandom::fill(&mut nonce)?;
        let opening = Opening {
            nonce,
            node: code.to_owned(),
            continues: None,
        };
        let at = "2024-10-04T08:00:00+08:00";
        let (mut chain, first) = Chain::open(key, opening, at)?;
        let body = Entry::parse(&first.line)?.body();
        ledger.write(|writer| writer.append(&first, chain.id(), chain.head(), at, &body))?;
        self.append(&mut ledger, &mut chain, code, sales)
    }
}

fn key_of(folder: &Path) -> Result<NodeKey, Fault> {
    let mut seed = [0; 32];
    hex::decode_to_slice(
        std::fs::read_to_string(folder.join("node.key"))?.trim(),
        &mut seed,
    )?;
    Ok(NodeKey::from_seed(&seed))
}
