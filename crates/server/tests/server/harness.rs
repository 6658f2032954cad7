//! A server in a folder of its own, with a clock that the test sets, and tills in memory.

use chrono::{DateTime, FixedOffset, TimeDelta};
use jishi_journal::body::{
    Body, DrawFact, LineFact, LotPut, OutletPut, PartyPut, ProductKind, ProductPut, SaleRecorded, ShareFact,
    ShareOfDraw, ShiftOpened, TenderFact, TermsFact,
};
use jishi_journal::{Branch, Chain, ChainId, Entry, Head, NameKey, NodeKey, Opening, SignedEntry, seal_name};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_server::{Instruments, InvitationRequest, Invited, Server, init, invite, listen};
use jishi_sync::client::{Client, ClientError, Entropy, enrol};
use jishi_sync::protocol::{Acknowledgement, ChainAnswer, ChainsAnswer, SignedText};
use jishi_sync::{Batch, Outbox, OutboxChain, PushOutcome, push_once};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tokio::sync::oneshot;

pub(crate) const AT: &str = "2026-11-21T09:00:00+08:00";

/// A clock that the test sets.
#[derive(Clone, Default)]
pub(crate) struct TestClock {
    pub(crate) elapsed_ms: Arc<AtomicU64>,
    pub(crate) hours: Arc<AtomicI64>,
}

impl TestClock {
    pub(crate) fn instruments(&self) -> Instruments {
        let start: DateTime<FixedOffset> = AT.parse().unwrap();
        let (hours, elapsed_ms) = (Arc::clone(&self.hours), Arc::clone(&self.elapsed_ms));
        Instruments {
            now: Arc::new(move || start + TimeDelta::hours(hours.load(Ordering::SeqCst))),
            elapsed_ms: Arc::new(move || elapsed_ms.load(Ordering::SeqCst)),
            entropy: Arc::new(|bytes| getrandom::fill(bytes).map_err(|error| error.to_string())),
        }
    }
}

pub(crate) fn entropy() -> Entropy {
    Box::new(|bytes| getrandom::fill(bytes).expect("the machine gives randomness"))
}

/// A server, running until it is dropped.
pub(crate) struct TestServer {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: TestClock,
    pub(crate) address: String,
    stop: Option<oneshot::Sender<()>>,
    running: Option<tokio::task::JoinHandle<()>>,
}

impl TestServer {
    pub(crate) async fn start() -> TestServer {
        TestServer::start_as("LHZ", "柳河镇供销合作社").await
    }

    pub(crate) async fn start_as(organisation: &str, name: &str) -> TestServer {
        let mut server = TestServer::made_as(organisation, name);
        server.run().await;
        server
    }

    pub(crate) fn made_as(organisation: &str, name: &str) -> TestServer {
        let folder = tempfile::tempdir().unwrap();
        let clock = TestClock::default();
        init(folder.path(), organisation, name, &clock.instruments()).unwrap();
        TestServer {
            folder,
            clock,
            address: String::new(),
            stop: None,
            running: None,
        }
    }

    pub(crate) async fn run(&mut self) {
        let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let server = Server::open(listener, self.folder.path(), self.clock.instruments()).unwrap();
        self.address = server.address().to_string();
        self.keep(server);
    }

    /// Runs until it is stopped or dropped.
    pub(crate) fn keep(&mut self, server: Server) {
        let (stop, stopped) = oneshot::channel::<()>();
        self.stop = Some(stop);
        self.running = Some(tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            server.run(stopped).await.unwrap();
        }));
    }

    pub(crate) async fn stop(&mut self) {
        drop(self.stop.take());
        self.running.take().unwrap().await.unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn invite(&self) -> Invited {
        self.invite_a("till")
    }

    pub(crate) fn invite_a(&self, kind: &str) -> Invited {
        let request = InvitationRequest {
            kind: kind.to_owned(),
            outlet: Some("F1".to_owned()),
            organisation: None,
            address: None,
        };
        invite(self.path(), request, &self.clock.instruments()).unwrap()
    }

    /// A client of a till that has just been enrolled.
    pub(crate) async fn enrolled(&self, till: &Till) -> Client {
        let code = self.invite().code;
        let enrolment = enrol(&code, &till.node, "till", &till.key, entropy())
            .await
            .unwrap();
        Client::new(
            enrolment.server_url,
            enrolment.server_key,
            till.key.clone(),
            entropy(),
        )
        .unwrap()
    }

    /// A client of whoever holds the till's key.
    pub(crate) fn client_of(&self, till: &Till) -> Client {
        let home = self.invite().code;
        Client::new(home.address, home.organisation_key, till.key.clone(), entropy()).unwrap()
    }

    /// What it says to whoever comes with this key, and another server's word on it.
    pub(crate) async fn hears(&self, key: &NodeKey, proof: SignedText) -> String {
        let home = self.invite().code;
        let client = Client::new(home.address, home.organisation_key, key.clone(), entropy());
        let mut client = client.unwrap().introduced_by(proof, Vec::new());
        let answer = client.feeds().await;
        answer.map_or_else(|error| error.code().to_owned(), |_| "ok".to_owned())
    }

    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::open(&self.path().join("server.sqlite"), OpenMode::Read).unwrap()
    }

    pub(crate) async fn fair(&self) -> serde_json::Value {
        let text = self.get("/api/v1/fair").await.text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        http()
            .get(format!("{}{path}", self.address))
            .send()
            .await
            .unwrap()
    }
}

pub(crate) fn code_of<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    result.unwrap_err().code().to_owned()
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A till: its chain in memory, and the notes of what was acknowledged.
pub(crate) struct Till {
    pub(crate) node: String,
    pub(crate) key: NodeKey,
    pub(crate) chain: Chain,
    pub(crate) entries: Vec<SignedEntry>,
    pub(crate) words: BTreeMap<ChainId, Acknowledgement>,
    /// Of a server above the one it pushes to.
    pub(crate) words_above: BTreeMap<ChainId, Acknowledgement>,
    pub(crate) name_keys: Vec<(String, NameKey)>,
    /// What its clock says.
    pub(crate) clock: String,
    sales: u32,
}

impl Till {
    pub(crate) fn new(number: u8) -> Till {
        let key = NodeKey::from_seed(&[number; 32]);
        let node = format!("T{number}");
        let opening = Opening {
            nonce: [number; 16],
            node: node.clone(),
            continues: None,
        };
        let (chain, first) = Chain::open(key.clone(), opening, AT).unwrap();
        Till {
            node,
            key,
            chain,
            entries: vec![first],
            words: BTreeMap::new(),
            words_above: BTreeMap::new(),
            name_keys: Vec::new(),
            clock: AT.to_owned(),
            sales: 0,
        }
    }

    /// A till with a fair, a household's lot and an open shift.
    pub(crate) fn at_the_fair(number: u8) -> Till {
        let mut till = Till::new(number);
        let key = NameKey::from_bytes([number; 32]);
        let name = seal_name("H1", "王桂兰", &key, &[number; 24]).unwrap();
        till.name_keys.push(("H1".to_owned(), key));
        till.record(&Body::OutletPut(OutletPut {
            code: "F1".to_owned(),
            revision: 1,
            kind: "fair".to_owned(),
            name: "东门大集".to_owned(),
            from: None,
            to: None,
            operator: String::new(),
            phone: String::new(),
            scale_barcodes: vec![],
            stalls: vec![],
            cash_rounding: String::new(),
            tenders: vec![],
            organisation: None,
        }));
        till.record(&Body::PartyPut(PartyPut {
            code: "H1".to_owned(),
            revision: 1,
            kind: "household".to_owned(),
            name,
            village: "石门村".to_owned(),
            township: String::new(),
            county: String::new(),
            registered: true,
            provisional: false,
            entered_by: None,
            same_as: None,
        }));
        till.record(&Body::ProductPut(product("honey", "土蜂蜜 500g")));
        till.record(&Body::LotReceived(lot("L1", "honey", &["H1"])));
        till.record(&Body::ShiftOpened(ShiftOpened {
            id: "S1".to_owned(),
            outlet: "F1".to_owned(),
            business_date: "2026-11-21".to_owned(),
            staff: "demo".to_owned(),
            float: 0,
        }));
        till
    }

    pub(crate) fn record(&mut self, body: &Body) {
        let (entry, head) = self.chain.next(&self.clock, body).unwrap();
        self.chain.advance(head);
        self.entries.push(entry);
    }

    /// An entry that this program does not write: the last one's line changed, linked and signed.
    pub(crate) fn record_text(&mut self, change: impl Fn(&str) -> String) {
        let body = Body::ShiftOpened(ShiftOpened {
            id: "S9".to_owned(),
            outlet: "F1".to_owned(),
            business_date: "2026-11-21".to_owned(),
            staff: "demo".to_owned(),
            float: 0,
        });
        let (entry, head) = self.chain.next(AT, &body).unwrap();
        let line = change(&entry.line);
        assert_ne!(line, entry.line, "the change changes nothing");
        let entry = sign(line, &self.key);
        self.chain.advance(Head {
            seq: head.seq,
            hash: entry.hash(),
        });
        self.entries.push(entry);
    }

    pub(crate) fn sell(&mut self, fen: i64) {
        self.sales += 1;
        let number = format!("{}-{:06}", self.node, self.sales);
        let sale = sale(&format!("sale-{}", self.sales), &number, fen);
        self.record(&Body::SaleRecorded(sale));
    }

    pub(crate) fn id(&self) -> ChainId {
        self.chain.id()
    }

    pub(crate) fn mark(&self) -> u64 {
        self.words.get(&self.id()).map_or(0, |word| word.head.seq)
    }

    pub(crate) async fn sync(&mut self, client: &mut Client) -> PushOutcome {
        push_once(client, self).await.unwrap()
    }

    /// A batch of these entries, as it travels.
    pub(crate) fn batch(entries: &[SignedEntry]) -> Vec<u8> {
        let mut batch = Batch::default();
        assert!(entries.iter().all(|entry| batch.push(entry)));
        batch.encode().unwrap()
    }

    /// The same entries in a till's own ledger.
    pub(crate) fn ledger(&self, folder: &Path) -> Ledger {
        let path: PathBuf = folder.join(format!("{}.sqlite", self.node));
        let mut ledger = Ledger::open(&path, OpenMode::Create).unwrap();
        let (id, keys) = (self.id(), &self.name_keys);
        let entries = &self.entries;
        ledger
            .write(|writer| -> Result<(), StoreError> {
                for signed in entries {
                    let entry = Entry::parse(&signed.line).unwrap();
                    let head = Head {
                        seq: entry.seq,
                        hash: signed.hash(),
                    };
                    writer.append(signed, id, head, &entry.at, &entry.body())?;
                }
                keys.iter()
                    .try_for_each(|(party, key)| writer.put_name_key(party, key))
            })
            .unwrap();
        ledger
    }
}

impl Outbox for Till {
    type Error = Infallible;

    fn chains(&self) -> Result<Vec<OutboxChain>, Infallible> {
        Ok(vec![OutboxChain {
            branch: self.id().into(),
            head_seq: self.entries.len() as u64,
            continued: false,
            relayed: false,
        }])
    }

    fn acknowledged(&self, branch: Branch) -> Result<Option<u64>, Infallible> {
        Ok(self.words.get(&branch.chain).map(|word| word.head.seq))
    }

    fn held_at_the_top(&self, _: Branch) -> Result<Option<u64>, Infallible> {
        Ok(None)
    }

    fn acknowledgement_text(&self, branch: Branch) -> Result<Option<String>, Infallible> {
        Ok(self.words.get(&branch.chain).map(|word| word.text.clone()))
    }

    fn entries_after(&self, _: Branch, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, Infallible> {
        Ok(self
            .entries
            .iter()
            .skip(seq as usize)
            .take(limit as usize)
            .cloned()
            .collect())
    }

    fn store_acknowledgement(&mut self, _: Branch, word: &Acknowledgement) -> Result<(), Infallible> {
        let own = self.words.get(&word.chain);
        if own.is_some_and(|own| own.above.contains(&word.server)) {
            self.words_above.insert(word.chain, word.clone());
        } else {
            self.words.insert(word.chain, word.clone());
        }
        Ok(())
    }

    fn store_refusal(&mut self, _: Branch, _: Option<&str>) -> Result<(), Infallible> {
        Ok(())
    }

    fn name_keys(&self) -> Result<Vec<(String, NameKey)>, Infallible> {
        Ok(self.name_keys.clone())
    }
}

pub(crate) fn sign(line: String, key: &NodeKey) -> SignedEntry {
    let signature = key.sign(jishi_journal::Purpose::Entry, line.as_bytes());
    SignedEntry { line, signature }
}

/// What the answer says of one chain: the seq acknowledged and the code of the refusal.
#[track_caller]
pub(crate) fn verdict(answer: &ChainsAnswer, chain: ChainId) -> (u64, Option<String>) {
    let found = answer
        .chains
        .iter()
        .find(|found| found.chain == chain.to_string());
    let ChainAnswer {
        acknowledgement,
        refusal,
        ..
    } = found.expect("the answer names the chain").clone();
    let seq = acknowledgement.map_or(0, |word| {
        let facts: serde_json::Value = serde_json::from_str(&word.text).unwrap();
        facts["seq"].as_u64().unwrap()
    });
    (seq, refusal.map(|refusal| refusal.code))
}

pub(crate) fn product(code: &str, name: &str) -> ProductPut {
    ProductPut {
        code: code.to_owned(),
        revision: 1,
        name: name.to_owned(),
        unit: "瓶".to_owned(),
        price: 4500,
        barcodes: vec![],
        weighed: false,
        own: false,
        scale_code: None,
        category: String::new(),
        pinyin: None,
        quick: false,
        stall: None,
        contents: vec![],
        box_borne_by: None,
        lowest_price: None,
        picture: None,
        price_unit: None,
        tare: None,
        kind: ProductKind::Goods,
        valid_days: None,
        provisional: false,
        said_of: None,
        entered_by: None,
        approved_by: Vec::new(),
        same_as: None,
    }
}

pub(crate) fn lot(code: &str, product: &str, parties: &[&str]) -> LotPut {
    LotPut {
        code: code.to_owned(),
        revision: 1,
        product: product.to_owned(),
        qty: "1000.000".to_owned(),
        terms: TermsFact::Consignment { commission_bp: 1000 },
        priority: 0,
        shares: parties
            .iter()
            .map(|party| ShareFact {
                party: (*party).to_owned(),
                weight: 1,
            })
            .collect(),
        standing: false,
    }
}

/// One jar of the household's honey, a tenth of it commission.
pub(crate) fn sale(id: &str, number: &str, fen: i64) -> SaleRecorded {
    let revision = lot("L1", "honey", &["H1"]).revision_hash();
    sale_of(id, number, fen, ("honey", "L1", &revision, "H1"))
}

pub(crate) fn sale_of(id: &str, number: &str, fen: i64, of: (&str, &str, &str, &str)) -> SaleRecorded {
    let (product, lot, revision, party) = of;
    let margin = fen / 10;
    SaleRecorded {
        id: id.to_owned(),
        number: number.to_owned(),
        request: "00".repeat(16),
        outlet: "F1".to_owned(),
        shift: "S1".to_owned(),
        business_date: "2026-11-21".to_owned(),
        cashier: "demo".to_owned(),
        channel: "fair".to_owned(),
        lines: vec![LineFact {
            product: product.to_owned(),
            name: "土蜂蜜 500g".to_owned(),
            unit: "瓶".to_owned(),
            qty: "1.000".to_owned(),
            weighed: false,
            price: fen,
            amount: None,
            price_unit: None,
            tare: None,
            weight: None,
            gross: fen,
            discounts: vec![],
            net: fen,
            base: fen,
            draws: vec![DrawFact {
                lot: Some(lot.to_owned()),
                revision: Some(revision.to_owned()),
                qty: "1.000".to_owned(),
                net: fen,
                base: fen,
                fund: 0,
                payable: fen - margin,
                margin,
                shares: vec![ShareOfDraw(party.to_owned(), fen, fen - margin)],
            }],
            gift_box: None,
            passes: Vec::new(),
            stall: None,
            said_of: None,
        }],
        gross: fen,
        discount: 0,
        rounding: 0,
        total: fen,
        tenders: vec![TenderFact {
            kind: "cash".to_owned(),
            fen,
            reference: None,
            collected_by: None,
            stands_for: None,
        }],
        tendered: fen,
        change: 0,
        buyer: None,
        campaign: None,
        helper: None,
        note: None,
        exchanges: None,
        passes_used: Vec::new(),
        approved_by: Vec::new(),
        kiosk: None,
    }
}
