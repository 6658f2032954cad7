//! A short day at an invented till, the same in every run.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use jishi_journal::body::{
    Body, DrawFact, DrawMoved, GrandTotals, KeyHandedOver, LineFact, LotAllotted, LotGivenBack, LotPut,
    NodeEnrolled, OrganisationPut, PartyPut, PricePut, RefundDrawFact, SaleRecorded, ShareFact, ShareOfDraw,
    ShiftClosed, ShiftFigures, ShiftOpened, TenderFact, TenderSum, TermsFact,
};
use jishi_journal::{
    BadEntry, Chain, ChainCheck, Fault, NameKey, NodeKey, Opening, ReadEntry, SignedEntry, seal_name,
};

pub const AT: &str = "2026-11-21T09:00:00+08:00";

pub fn key(number: u8) -> NodeKey {
    NodeKey::from_seed(&[number; 32])
}

pub fn opening(nonce: u8) -> Opening {
    Opening {
        nonce: [nonce; 16],
        node: "T1".to_owned(),
        continues: None,
    }
}

/// The entries of the day after `chain_opened`, one of each shape that matters.
pub fn day() -> Vec<Body> {
    let name = seal_name("H1", "王桂兰", &NameKey::from_bytes([3; 32]), &[4; 24]).unwrap();
    vec![
        Body::PartyPut(PartyPut {
            code: "H1".to_owned(),
            revision: 1,
            kind: "household".to_owned(),
            name,
            village: "石门村".to_owned(),
            township: "柳河镇".to_owned(),
            county: String::new(),
            registered: true,
            provisional: false,
            entered_by: None,
            same_as: None,
        }),
        Body::LotReceived(lot()),
        Body::ShiftOpened(ShiftOpened {
            id: "S1".to_owned(),
            outlet: "F1".to_owned(),
            business_date: "2026-11-21".to_owned(),
            staff: "demo".to_owned(),
            float: 20_000,
        }),
        Body::SaleRecorded(sale("sale-1", "T1-000001")),
        Body::ShiftClosed(ShiftClosed {
            id: "S1".to_owned(),
            staff: "demo".to_owned(),
            figures: ShiftFigures {
                sales: 1,
                net: 4500,
                tenders: vec![TenderSum {
                    kind: "cash".to_owned(),
                    fen: 4500,
                    refunded: 0,
                    unverified: 0,
                }],
                cash_expected: 24_500,
                ..ShiftFigures::default()
            },
            counted: Some(24_500),
            counts: Vec::new(),
            grand_totals: GrandTotals {
                sales: 1,
                sold: 4500,
                ..GrandTotals::default()
            },
            approved_by: Vec::new(),
        }),
    ]
}

pub fn sale(id: &str, number: &str) -> SaleRecorded {
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
            product: "honey".to_owned(),
            name: "土蜂蜜 500g".to_owned(),
            unit: "瓶".to_owned(),
            qty: "1.000".to_owned(),
            weighed: false,
            price: 4500,
            amount: None,
            price_unit: None,
            tare: None,
            weight: None,
            gross: 4500,
            discounts: vec![],
            net: 4500,
            base: 4500,
            draws: vec![DrawFact {
                lot: Some("L1".to_owned()),
                revision: Some("ab".repeat(16)),
                qty: "1.000".to_owned(),
                net: 4500,
                base: 4500,
                fund: 0,
                payable: 4050,
                margin: 450,
                shares: vec![ShareOfDraw("H1".to_owned(), 4500, 4050)],
            }],
            gift_box: None,
            passes: Vec::new(),
            stall: None,
            said_of: None,
        }],
        gross: 4500,
        discount: 0,
        rounding: 0,
        total: 4500,
        tenders: vec![TenderFact {
            kind: "cash".to_owned(),
            fen: 5000,
            reference: None,
            collected_by: None,
            stands_for: None,
        }],
        tendered: 5000,
        change: 500,
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

/// What is said of the tree, of prices, and of keys.
pub fn tree() -> Vec<Body> {
    let enrolled = |outlet: Option<&str>, organisation: Option<&str>, instead_of: Option<String>| {
        Body::NodeEnrolled(NodeEnrolled {
            node: "N1".to_owned(),
            public_key: key(2).public().to_string(),
            kind: "hub".to_owned(),
            outlet: outlet.map(str::to_owned),
            organisation: organisation.map(str::to_owned),
            instead_of,
        })
    };
    vec![
        Body::OrganisationPut(OrganisationPut {
            code: "LHX".to_owned(),
            revision: 2,
            level: "county".to_owned(),
            name: "柳河县".to_owned(),
            parent: Some("SD".to_owned()),
        }),
        enrolled(None, Some("LHX"), None),
        enrolled(Some("F1"), None, Some(key(3).public().to_string())),
        Body::PricePut(PricePut {
            outlet: "F1".to_owned(),
            product: "honey".to_owned(),
            revision: 1,
            price: Some(3900),
            lowest_price: Some(3500),
        }),
        Body::PricePut(PricePut {
            outlet: "F1".to_owned(),
            product: "honey".to_owned(),
            revision: 2,
            price: None,
            lowest_price: None,
        }),
        Body::LotGivenBack(LotGivenBack {
            id: "g1".to_owned(),
            lot: "L1".to_owned(),
            server: key(3).public().to_string(),
            qty: "15.000".to_owned(),
        }),
        Body::KeyHandedOver(KeyHandedOver {
            public_key: key(4).public().to_string(),
        }),
    ]
}

/// What is said of parts of lots.
pub fn parts() -> Vec<Body> {
    let draw = |lot: &str, payable: i64| DrawFact {
        lot: Some(lot.to_owned()),
        revision: Some("ab".repeat(16)),
        qty: "1.000".to_owned(),
        net: 4500,
        base: 4500,
        fund: 135,
        payable,
        margin: 4365 - payable,
        shares: vec![ShareOfDraw("H1".to_owned(), 4500, payable)],
    };
    let DrawFact {
        lot,
        revision,
        qty,
        net,
        base,
        fund,
        payable,
        margin,
        shares,
    } = draw("L1", 4050);
    vec![
        Body::LotAllotted(LotAllotted {
            lot: "L1".to_owned(),
            node: "T2".to_owned(),
            public_key: key(2).public().to_string(),
            qty: "30.000".to_owned(),
        }),
        Body::DrawMoved(DrawMoved {
            sale: "sale-1".to_owned(),
            sale_origin: "00".repeat(16),
            sale_outlet: "F1".to_owned(),
            sale_channel: "fair".to_owned(),
            sale_business_date: "2026-11-21".to_owned(),
            line: 1,
            product: "honey".to_owned(),
            back: RefundDrawFact {
                draw: 1,
                lot,
                revision,
                qty,
                net,
                base,
                fund,
                payable,
                margin,
                shares,
                left_with_parties: Vec::new(),
            },
            draw: 2,
            new_parties: vec!["H2".to_owned()],
            fact: draw("L2", 3833),
        }),
    ]
}

/// The whole day as a chain.
pub fn chain_of_day() -> (Chain, Vec<SignedEntry>) {
    let (mut chain, first) = Chain::open(key(1), opening(2), AT).unwrap();
    let mut entries = vec![first];
    for body in day() {
        let (entry, head) = chain.next(AT, &body).unwrap();
        chain.advance(head);
        entries.push(entry);
    }
    (chain, entries)
}

/// Follows the entries from the start, as a stranger would, to the first bad one.
/// Asked both ways: as a line, and taken apart already.
pub fn first_bad(chain: &Chain, entries: &[SignedEntry]) -> Option<BadEntry> {
    let mut check = ChainCheck::from_start(chain.id());
    let mut of_read = check;
    for entry in entries {
        let seq = check.wanted();
        let accepted = check.accept(entry).map(|_| ());
        let read = ReadEntry::read(entry.clone()).map_err(Fault::from);
        assert_eq!(read.and_then(|read| of_read.accept_read(&read)), accepted);
        assert_eq!(of_read.head(), check.head());
        if let Err(fault) = accepted {
            return Some(BadEntry { seq, fault });
        }
    }
    None
}

/// The day's lot.
pub fn lot() -> LotPut {
    LotPut {
        code: "L1".to_owned(),
        revision: 1,
        product: "honey".to_owned(),
        qty: "100.000".to_owned(),
        terms: TermsFact::Consignment { commission_bp: 1000 },
        priority: 0,
        shares: vec![ShareFact {
            party: "H1".to_owned(),
            weight: 1,
        }],
        standing: false,
    }
}
