//! Sheets that between them hold all that a shift's paper can say. Names and numbers are invented.

use super::time;
use jishi_domain::{Fen, TenderKind};
use jishi_paper::receipt::Verification;
use jishi_paper::shift::{DrawerCash, DrawerCount, LifeTotals, ShiftClosing, ShiftEnding};
use jishi_paper::{Document, Language, ShiftPaper, Width};

pub(crate) struct ShiftSample {
    pub(crate) name: &'static str,
    pub(crate) paper: ShiftPaper,
    pub(crate) language: Language,
}

impl ShiftSample {
    pub(crate) fn document(&self, width: Width) -> Document {
        self.paper.to_document(width, self.language).unwrap()
    }
}

pub(crate) fn shift_samples() -> Vec<ShiftSample> {
    let sample = |name, paper, language| ShiftSample {
        name,
        paper,
        language,
    };
    let mut english = recounted();
    "Dongmen Fair".clone_into(&mut english.outlet_name);
    "Till 3".clone_into(&mut english.till_name);
    vec![
        sample("shift_x", x_report(), Language::Chinese),
        sample("shift_x_blind", blind(), Language::Chinese),
        sample("shift_z", z_report(), Language::Chinese),
        sample("shift_z_recounted", recounted(), Language::Chinese),
        sample("shift_z_traditional", recounted(), Language::Traditional),
        sample("shift_z_english", english, Language::English),
        sample("shift_z_not_counted", not_counted(), Language::Chinese),
    ]
}

fn x_report() -> ShiftPaper {
    ShiftPaper {
        outlet_name: "东门大集".to_owned(),
        operator_name: "柳河镇供销合作社联合社".to_owned(),
        till_name: "T3".to_owned(),
        business_date: "2026-11-23".to_owned(),
        cashier_name: "李小梅".to_owned(),
        closed_by: None,
        is_blind: false,
        opened_at: time("2026-11-23T08:12:00+08:00"),
        sales: 128,
        refunds: 2,
        voids: 1,
        drawer_openings: 2,
        kiosk_sales: 31,
        kiosk_sold: Fen::new(148_800),
        discount: Fen::new(31_250),
        refunded: Fen::new(12_600),
        net: Fen::new(1_284_350),
        vouchers_sold: Fen::ZERO,
        vouchers_returned: Fen::ZERO,
        tenders: vec![
            (TenderKind::Cash, Fen::new(402_150)),
            (TenderKind::Wechat, Fen::new(733_400)),
            (TenderKind::Alipay, Fen::new(148_800)),
        ],
        cash: DrawerCash {
            float: Fen::new(20_000),
            taken: Fen::new(406_650),
            given_back: Fen::new(4_500),
            moved_in: Fen::new(30_000),
            moved_out: Fen::new(200_000),
            expected: Fen::new(252_150),
        },
        totals: LifeTotals {
            sales: 1_402,
            sold: Fen::new(14_203_905),
            refunds: 17,
            refunded: Fen::new(88_310),
        },
        first_entry: "T3 #1288".to_owned(),
        last_entry: "T3 #1421".to_owned(),
        ending: ShiftEnding::Open {
            read_at: time("2026-11-23T12:30:00+08:00"),
            short_hash: "55c0-8e12-90ab".to_owned(),
        },
    }
}

fn closing(counted_fen: Option<i64>, counts: Vec<DrawerCount>) -> ShiftClosing {
    let hash = "a41f9c0277de551001c2d4a86b7f0e9a3d5c48b1f2e60799aa10bb42c0de7731";
    ShiftClosing {
        closed_at: time("2026-11-23T18:05:41+08:00"),
        counted: counted_fen.map(Fen::new),
        counts,
        verification: Verification {
            payload: format!("jishi:z:5f0c1a7de2b94a6681d02c7f3be4a990:1422:{hash}"),
            short_hash: "a41f-9c02-77de".to_owned(),
        },
        reprinted_at: None,
    }
}

fn count(pieces: &[(i64, u32)]) -> DrawerCount {
    let fen = pieces
        .iter()
        .map(|(value, pieces)| value * i64::from(*pieces))
        .sum();
    DrawerCount {
        counted: Fen::new(fen),
        expected: Fen::new(252_150),
        pieces: pieces
            .iter()
            .map(|(value, pieces)| (Fen::new(*value), *pieces))
            .collect(),
    }
}

/// As it is read by whoever is going to count the drawer.
fn blind() -> ShiftPaper {
    ShiftPaper {
        is_blind: true,
        ..x_report()
    }
}

fn ended(closing: ShiftClosing) -> ShiftPaper {
    ShiftPaper {
        last_entry: "T3 #1422".to_owned(),
        ending: ShiftEnding::Closed(closing),
        ..x_report()
    }
}

/// Counted once, and right.
fn z_report() -> ShiftPaper {
    let pieces = [
        (10_000, 18),
        (5_000, 11),
        (2_000, 6),
        (1_000, 4),
        (500, 1),
        (100, 6),
        (50, 1),
    ];
    ended(closing(Some(252_150), vec![count(&pieces)]))
}

/// Counted twice, short all the same, and printed again.
fn recounted() -> ShiftPaper {
    let counts = vec![
        count(&[(10_000, 18), (5_000, 11), (100, 6)]),
        count(&[(10_000, 18), (5_000, 11), (1_000, 16), (10, 5)]),
    ];
    ended(ShiftClosing {
        reprinted_at: Some(time("2026-11-24T09:00:00+08:00")),
        ..closing(Some(251_050), counts)
    })
}

/// In a drawer nobody counted; the shift began in the chain before.
fn not_counted() -> ShiftPaper {
    ShiftPaper {
        first_entry: "T3 #1288".to_owned(),
        last_entry: "T3b #40".to_owned(),
        ..ended(closing(None, Vec::new()))
    }
}
