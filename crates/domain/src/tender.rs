//! Tenders 支付: what the buyer hands over, and the change.

use std::collections::BTreeSet;

use crate::money::Fen;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TenderKind {
    Cash,
    /// An aggregated code; the channel is known only from the bill.
    Qr,
    Wechat,
    Alipay,
    Unionpay,
    Ecny,
    Card,
    Transfer,
    Voucher,
    /// On account 挂账.
    Account,
    /// 换货: paid with goods that come back in the same press. It moves no money, and nobody tenders it by hand.
    Exchange,
}

impl TenderKind {
    pub const ALL: [TenderKind; 11] = [
        TenderKind::Cash,
        TenderKind::Qr,
        TenderKind::Wechat,
        TenderKind::Alipay,
        TenderKind::Unionpay,
        TenderKind::Ecny,
        TenderKind::Card,
        TenderKind::Transfer,
        TenderKind::Voucher,
        TenderKind::Account,
        TenderKind::Exchange,
    ];

    pub fn code(self) -> &'static str {
        match self {
            TenderKind::Cash => "cash",
            TenderKind::Qr => "qr",
            TenderKind::Wechat => "wechat",
            TenderKind::Alipay => "alipay",
            TenderKind::Unionpay => "unionpay",
            TenderKind::Ecny => "ecny",
            TenderKind::Card => "card",
            TenderKind::Transfer => "transfer",
            TenderKind::Voucher => "voucher",
            TenderKind::Account => "account",
            TenderKind::Exchange => "exchange",
        }
    }

    /// Money that a bank or a platform gives back some time after the refund: until it is seen in the
    /// bill it only waits to be given back (待退款).
    pub fn goes_back_later(self) -> bool {
        match self {
            TenderKind::Qr
            | TenderKind::Wechat
            | TenderKind::Alipay
            | TenderKind::Unionpay
            | TenderKind::Ecny
            | TenderKind::Card
            | TenderKind::Transfer => true,
            TenderKind::Cash | TenderKind::Voucher | TenderKind::Account | TenderKind::Exchange => false,
        }
    }

    /// Paid by a code that is scanned: until the bill has it, it is only what a buyer's screen showed (未核实).
    pub fn is_paid_by_code(self) -> bool {
        match self {
            TenderKind::Qr
            | TenderKind::Wechat
            | TenderKind::Alipay
            | TenderKind::Unionpay
            | TenderKind::Ecny => true,
            TenderKind::Cash
            | TenderKind::Card
            | TenderKind::Transfer
            | TenderKind::Voucher
            | TenderKind::Account
            | TenderKind::Exchange => false,
        }
    }

    /// What somebody may say that he pays by, or an outlet that it takes: all but what the till makes itself.
    pub fn tendered(code: &str) -> Option<TenderKind> {
        TenderKind::from_code(code).filter(|kind| *kind != TenderKind::Exchange)
    }

    pub fn from_code(code: &str) -> Option<TenderKind> {
        TenderKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tender {
    pub kind: TenderKind,
    pub fen: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenderFigures {
    pub tendered: Fen,
    /// Always given in cash.
    pub change: Fen,
}

/// In the order in which they are checked; the first two tender by tender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TenderError {
    #[error("a tender is not above 0")]
    BadTender,
    #[error("an amount is above 2^53 fen")]
    AmountTooLarge,
    #[error("the tenders are below the total")]
    TenderShort,
    #[error("what is not cash is above the total, and only cash gives change")]
    TenderOver,
}

impl TenderError {
    pub fn code(self) -> &'static str {
        match self {
            TenderError::BadTender => "bad_tender",
            TenderError::AmountTooLarge => "amount_too_large",
            TenderError::TenderShort => "tender_short",
            TenderError::TenderOver => "tender_over",
        }
    }
}

/// A total of 0 needs no tender.
pub fn figure_tenders(total: Fen, tenders: &[Tender]) -> Result<TenderFigures, TenderError> {
    let mut tendered = Fen::ZERO;
    let mut not_cash = Fen::ZERO;
    for tender in tenders {
        if tender.fen <= 0 {
            return Err(TenderError::BadTender);
        }
        let add = |sum: Fen| {
            sum.checked_add(Fen::new(tender.fen))
                .and_then(Fen::within_limit)
                .ok_or(TenderError::AmountTooLarge)
        };
        tendered = add(tendered)?;
        if tender.kind != TenderKind::Cash {
            not_cash = add(not_cash)?;
        }
    }
    let change = tendered.checked_sub(total).ok_or(TenderError::AmountTooLarge)?;
    if change.is_negative() {
        return Err(TenderError::TenderShort);
    }
    if not_cash > total {
        return Err(TenderError::TenderOver);
    }
    Ok(TenderFigures { tendered, change })
}

/// The notes a buyer pays with, in fen, the larger first.
const NOTES_FEN: [i64; 6] = [10_000, 5_000, 2_000, 1_000, 500, 100];

/// What a buyer would hand over for a total, the exact sum first, then rising: for each note, larger notes as far
/// as they go and then that note alone. 258.00 gives 258, 260, 270 and 300.
pub fn suggest_cash(total: Fen) -> Vec<Fen> {
    if total <= Fen::ZERO {
        return Vec::new();
    }
    let mut suggestions = BTreeSet::from([total.get()]);
    let mut larger_notes = 0_i64;
    for note in NOTES_FEN {
        // larger_notes never exceeds the total, so what is missing is not below 0.
        let missing = total.get().saturating_sub(larger_notes);
        let whole_notes = missing.checked_div(note).unwrap_or(0).saturating_mul(note);
        let covered = larger_notes.saturating_add(whole_notes);
        suggestions.insert(if covered == total.get() {
            covered
        } else {
            covered.saturating_add(note)
        });
        larger_notes = covered;
    }
    suggestions.into_iter().map(Fen::new).collect()
}
