//! The papers of a shift: the X report 读数 while it is open, the Z report 交班单 when it is closed.

mod compose;
mod words;

use crate::receipt::Verification;
use chrono::{DateTime, FixedOffset};
use jishi_domain::{Fen, TenderKind};

/// All that an X or a Z report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftPaper {
    pub outlet_name: String,
    pub operator_name: String,
    pub till_name: String,
    pub business_date: String,
    pub cashier_name: String,
    /// Who closed it, where that was somebody else.
    pub closed_by: Option<String>,
    pub opened_at: DateTime<FixedOffset>,
    /// 盲交: counts and no sum that what is in the drawer follows from. Of an X report only.
    pub is_blind: bool,
    pub sales: u64,
    pub refunds: u64,
    pub voids: u64,
    /// How often the drawer was opened without a sale.
    pub drawer_openings: u64,
    /// Of the sales, how many the buyers made themselves, and what those came to.
    pub kiosk_sales: u64,
    pub kiosk_sold: Fen,
    pub discount: Fen,
    pub refunded: Fen,
    pub net: Fen,
    /// Taken for vouchers and given back for them: among the tenders, and no part of `net`.
    pub vouchers_sold: Fen,
    pub vouchers_returned: Fen,
    /// Net of each way of paying.
    pub tenders: Vec<(TenderKind, Fen)>,
    pub cash: DrawerCash,
    pub totals: LifeTotals,
    /// The chain's first entry of the shift, and the last so far.
    pub first_entry: String,
    pub last_entry: String,
    pub ending: ShiftEnding,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShiftEnding {
    /// An X report: the shift goes on.
    Open {
        read_at: DateTime<FixedOffset>,
        /// The chain's head when it was read.
        short_hash: String,
    },
    /// A Z report.
    Closed(ShiftClosing),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftClosing {
    pub closed_at: DateTime<FixedOffset>,
    /// None where the drawer was not counted.
    pub counted: Option<Fen>,
    /// The blind counts; the last one was signed off.
    pub counts: Vec<DrawerCount>,
    /// Of the closing entry, which is the chain's head right after it.
    pub verification: Verification,
    /// When this paper is not the first of its shift.
    pub reprinted_at: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DrawerCash {
    pub float: Fen,
    pub taken: Fen,
    pub given_back: Fen,
    pub moved_in: Fen,
    pub moved_out: Fen,
    pub expected: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawerCount {
    pub counted: Fen,
    pub expected: Fen,
    /// A note's or a coin's value, and how many.
    pub pieces: Vec<(Fen, u32)>,
}

/// Over the till's whole life; they only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LifeTotals {
    pub sales: u64,
    pub sold: Fen,
    pub refunds: u64,
    pub refunded: Fen,
}

/// Sums that should be equal on the paper, and are not. It must not be handed out as proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShiftPaperError {
    #[error("the parts of the cash come to {parts}, the paper says {expected}")]
    PartsNotExpected { parts: Fen, expected: Fen },
    #[error("the tenders come to {tenders}, net and vouchers to {net}")]
    TendersNotNet { tenders: Fen, net: Fen },
    #[error("the sums of the shift are too large")]
    AmountTooLarge,
}

impl ShiftPaperError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::PartsNotExpected { .. } => "parts_not_expected",
            Self::TendersNotNet { .. } => "tenders_not_net",
            Self::AmountTooLarge => "amount_too_large",
        }
    }
}

impl ShiftPaper {
    /// Checks that the paper's sums fit each other.
    ///
    /// # Errors
    /// The first sum that does not.
    pub fn check(&self) -> Result<(), ShiftPaperError> {
        let cash = self.cash;
        let parts = Fen::sum([
            cash.float,
            cash.taken,
            negative(cash.given_back),
            cash.moved_in,
            negative(cash.moved_out),
        ])
        .ok_or(ShiftPaperError::AmountTooLarge)?;
        if parts != cash.expected {
            let expected = cash.expected;
            return Err(ShiftPaperError::PartsNotExpected { parts, expected });
        }
        let tenders = Fen::sum(self.tenders.iter().map(|(_, net)| *net));
        let tenders = tenders.ok_or(ShiftPaperError::AmountTooLarge)?;
        let net = Fen::sum([self.net, self.vouchers_sold, negative(self.vouchers_returned)]);
        let net = net.ok_or(ShiftPaperError::AmountTooLarge)?;
        if tenders != net {
            return Err(ShiftPaperError::TendersNotNet { tenders, net });
        }
        Ok(())
    }
}

pub(crate) fn negative(amount: Fen) -> Fen {
    Fen::new(-amount.get())
}
