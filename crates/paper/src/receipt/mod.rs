//! The buyer's receipt: what was bought and paid, and whose money it is.

mod compose;
mod slip;
mod words;

pub(crate) use words::tender_kind;

use chrono::{DateTime, FixedOffset};
use jishi_domain::{Bearer, Fen, Quantity, TenderKind};

/// The language of what we write ourselves; names, units and labels stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    #[default]
    Chinese,
    /// 繁體中文, made of `Chinese` by `jishi-traditional`.
    Traditional,
    English,
}

impl Language {
    pub(crate) const fn is_traditional(self) -> bool {
        matches!(self, Language::Traditional)
    }
}

/// All that a receipt says. Amounts of a refund are above zero, as what is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub kind: ReceiptKind,
    pub outlet_name: String,
    /// The operator's true legal name, which the law wants on a counter's receipt.
    pub operator_name: String,
    pub till_name: String,
    /// The till's code and its running number, `T3-000128`.
    pub number: String,
    /// In the outlet's own time.
    pub recorded_at: DateTime<FixedOffset>,
    pub cashier_name: String,
    /// 自助收款: the buyer did it herself, and the cashier is who confirmed it or left the till to her.
    pub is_kiosk: bool,
    /// In whose name it was bought, and what was written beside it.
    pub buyer_name: Option<String>,
    pub note: Option<String>,
    pub lines: Vec<ReceiptLine>,
    /// What was taken off the order as a whole.
    pub order_discounts: Vec<ReceiptDiscount>,
    /// 抹零, what was wiped off.
    pub rounding: Fen,
    /// 应收, what the buyer owed; of a refund or a void, what was given back.
    pub due: Fen,
    pub tenders: Vec<ReceiptTender>,
    pub change: Fen,
    /// 换货: the goods that came back with it. On the refund's own paper, only that there was a sale.
    pub exchanged: Option<Exchanged>,
    pub helped: Helped,
    pub verification: Option<Verification>,
    pub phone: Option<String>,
    /// Vouchers and tickets that come with it, each on a slip of its own behind it.
    pub passes: Vec<ReceiptPass>,
    /// 按摊位: one for each stall, behind the receipt and cut from it.
    pub slips: Vec<StallSlip>,
    /// When this paper is not the first of its number.
    pub reprinted_at: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptKind {
    Sale,
    Refund {
        original_number: String,
    },
    Void {
        original_number: String,
    },
    /// 无小票退货.
    RefundWithoutReceipt,
    /// 代金券 sold: money taken before anything is bought.
    Vouchers,
    /// Vouchers that came back.
    VouchersReturned {
        original_number: String,
    },
}

/// One voucher or ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPass {
    pub is_ticket: bool,
    /// What it is called; a voucher that was given for another may have no name of its own.
    pub name: Option<String>,
    pub face: Fen,
    /// The last day it is good for.
    pub until: Option<String>,
    /// What the QR says.
    pub code: String,
    /// The last of its number: what a person tells two slips apart by.
    pub tail: String,
}

/// The other half of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchanged {
    /// Of a sale: what came back, what it had cost, and what of that went back as money.
    Back {
        number: String,
        lines: Vec<ReceiptLine>,
        worth: Fen,
        tenders: Vec<ReceiptTender>,
    },
    /// Of a refund: the number of the sale that its goods paid for.
    For { number: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLine {
    pub name: String,
    pub quantity: Quantity,
    pub unit: String,
    /// For one unit.
    pub price: Fen,
    /// Before discounts.
    pub gross: Fen,
    /// Weighed goods show all three decimals, as the scale did.
    pub weighed: bool,
    pub discounts: Vec<ReceiptDiscount>,
    /// What a gift box holds.
    pub contents: Vec<BoxContent>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxContent {
    pub name: String,
    /// In all the boxes of the line.
    pub quantity: Quantity,
    pub unit: String,
}

/// What of the receipt is a stall's: its own paper, by which the stallholder hands out her goods and counts her day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StallSlip {
    pub stall_name: String,
    pub lines: Vec<SlipLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipLine {
    pub name: String,
    pub quantity: Quantity,
    pub unit: String,
    pub weighed: bool,
    /// After all discounts and the wiping off.
    pub net: Fen,
}

impl StallSlip {
    fn sum(&self) -> Result<Fen, ReceiptError> {
        sum(self.lines.iter().map(|line| line.net))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptDiscount {
    /// A name of its own (会员日); without one its rate is its name (九折), or simply 优惠.
    pub label: Option<String>,
    /// What was taken off, in basis points, where it was given so.
    pub rate_bp: Option<i64>,
    pub bearer: Bearer,
    /// Above zero.
    pub amount: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptTender {
    pub kind: TenderKind,
    /// A name of its own, such as a voucher's; without one its kind is its name.
    pub label: Option<String>,
    pub amount: Fen,
    /// The last digits of the payment's own number.
    pub reference_tail: Option<String>,
}

/// Where the buyer's money goes. The parts, the operator's own goods and what is not assigned yet add up to what
/// was paid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Helped {
    pub parts: Vec<HelpedPart>,
    /// Distinct households behind the parts; named on paper only as a number.
    pub households_count: u32,
    pub own: Fen,
    pub unassigned: Fen,
    /// What the households receive of it.
    pub households_due: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpedPart {
    pub kind: HelpedKind,
    pub name: String,
    /// Its part of what the buyer paid.
    pub paid: Fen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HelpedKind {
    Village,
    Cooperative,
    Enterprise,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// What the QR code says.
    pub payload: String,
    /// The entry's hash as a person compares it, see [`short_hash`].
    pub short_hash: String,
}

/// The first six bytes of a hash in three groups, `a41f-9c02-77de`.
#[must_use]
pub fn short_hash(hash: &[u8]) -> String {
    let groups: Vec<String> = hash
        .chunks(2)
        .take(3)
        .map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect())
        .collect();
    groups.join("-")
}

/// Sums that should be equal on a receipt, and are not. Such a paper must not be handed out as proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    #[error("the lines less all discounts come to {lines}, the receipt says {due}")]
    LinesNotDue { lines: Fen, due: Fen },
    #[error("the tenders less the change come to {tendered}, the receipt says {due}")]
    TendersNotDue { tendered: Fen, due: Fen },
    #[error("the parts come to {parts}, the receipt says {due}")]
    PartsNotDue { parts: Fen, due: Fen },
    #[error("what came back comes to {worth}, and is made good with {made_good}")]
    ExchangeNotWorth { worth: Fen, made_good: Fen },
    #[error("the stalls' slips come to {slips}, the receipt says {due}")]
    SlipsAboveDue { slips: Fen, due: Fen },
    #[error("the sums of the receipt are too large")]
    AmountTooLarge,
}

impl ReceiptError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::LinesNotDue { .. } => "lines_not_due",
            Self::TendersNotDue { .. } => "tenders_not_due",
            Self::PartsNotDue { .. } => "parts_not_due",
            Self::ExchangeNotWorth { .. } => "exchange_not_worth",
            Self::SlipsAboveDue { .. } => "slips_above_due",
            Self::AmountTooLarge => "amount_too_large",
        }
    }
}

impl Receipt {
    /// Checks that all the receipt's sums come to what was due.
    ///
    /// # Errors
    /// The first sum that does not.
    pub fn check(&self) -> Result<(), ReceiptError> {
        let due = self.due;
        let off = sum(self.order_discounts.iter().map(|discount| discount.amount))?;
        let lines = less(less(self.subtotal()?, off)?, self.rounding)?;
        if lines != due {
            return Err(ReceiptError::LinesNotDue { lines, due });
        }
        let tendered = less(sum(self.tenders.iter().map(|tender| tender.amount))?, self.change)?;
        if tendered != due {
            return Err(ReceiptError::TendersNotDue { tendered, due });
        }
        if let Some(Exchanged::Back {
            lines,
            worth,
            tenders,
            ..
        }) = &self.exchanged
        {
            let worth = *worth;
            let came_back = sum(lines.iter().map(|line| line.gross))?;
            let credit = self.tenders.iter();
            let credit = credit.filter(|tender| tender.kind == TenderKind::Exchange);
            let made_good = sum(credit.chain(tenders).map(|tender| tender.amount))?;
            if came_back != worth || made_good != worth {
                return Err(ReceiptError::ExchangeNotWorth { worth, made_good });
            }
        }
        // Money for vouchers is nobody's part yet.
        if matches!(
            self.kind,
            ReceiptKind::Vouchers | ReceiptKind::VouchersReturned { .. }
        ) {
            return Ok(());
        }
        let rest = [self.helped.own, self.helped.unassigned];
        let parts = sum(self.helped.parts.iter().map(|part| part.paid).chain(rest))?;
        if parts != due {
            return Err(ReceiptError::PartsNotDue { parts, due });
        }
        // Goods of no stall have no slip.
        let slips = self.slips.iter().flat_map(|slip| &slip.lines);
        let slips = sum(slips.map(|line| line.net))?;
        if slips > due {
            return Err(ReceiptError::SlipsAboveDue { slips, due });
        }
        Ok(())
    }

    /// 合计: the lines less their own discounts.
    fn subtotal(&self) -> Result<Fen, ReceiptError> {
        let gross = sum(self.lines.iter().map(|line| line.gross))?;
        let off = sum(self
            .lines
            .iter()
            .flat_map(|line| &line.discounts)
            .map(|discount| discount.amount))?;
        less(gross, off)
    }
}

fn sum(amounts: impl IntoIterator<Item = Fen>) -> Result<Fen, ReceiptError> {
    Fen::sum(amounts).ok_or(ReceiptError::AmountTooLarge)
}

fn less(amount: Fen, off: Fen) -> Result<Fen, ReceiptError> {
    amount.checked_sub(off).ok_or(ReceiptError::AmountTooLarge)
}
