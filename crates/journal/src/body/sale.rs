//! Sales and what is done to them afterwards. Draws and both vectors are facts: they are never
//! figured again, so an entry can be projected alone.

use super::ApprovedFact;
use super::pass::{PassFact, PassUsedFact};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleRecorded {
    pub id: String,
    /// `T1-000001`
    pub number: String,
    /// SHA-256 of the request in its canonical form, 16 bytes in hex: tells a repeated command from
    /// another one under the same id.
    pub request: String,
    pub outlet: String,
    pub shift: String,
    /// That of the shift, `YYYY-MM-DD`.
    pub business_date: String,
    pub cashier: String,
    pub channel: String,
    pub lines: Vec<LineFact>,
    /// Before all discounts.
    pub gross: i64,
    /// All discounts, the wiping off among them.
    pub discount: i64,
    /// 抹零, of the discount.
    pub rounding: i64,
    /// What the buyer owes.
    pub total: i64,
    pub tenders: Vec<TenderFact>,
    pub tendered: i64,
    pub change: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
    /// 备注: what the cashier wrote beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// 换货: the receipt number of the refund in the entry before, whose goods this sale was paid with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchanges: Option<String>,
    /// Vouchers with a signed code among the tenders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes_used: Vec<PassUsedFact>,
    /// What the cashier could not do alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<ApprovedFact>,
    /// 自助收款: the buyer did it herself, and how it was taken for paid. `cashier` is who confirmed it, or who
    /// had left the till to the buyers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kiosk: Option<KioskPaid>,
}

/// How a sale of a kiosk was taken for paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KioskPaid {
    /// Somebody of the staff had heard it and gave a PIN.
    Confirmed,
    /// The buyer typed the end of the payment's number, which the tender has as its reference.
    Reference,
}

impl KioskPaid {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            KioskPaid::Confirmed => "confirmed",
            KioskPaid::Reference => "reference",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFact {
    pub product: String,
    pub name: String,
    pub unit: String,
    pub qty: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub weighed: bool,
    pub price: i64,
    /// The amount a scale's label stated, or what so much weighs, where the goods are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// What the counted goods weighed without their packing, and the unit of weight that `price` is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_unit: Option<String>,
    /// 皮重: what was taken off for packing before it came to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tare: Option<String>,
    pub gross: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<DiscountFact>,
    pub net: i64,
    pub base: i64,
    pub draws: Vec<DrawFact>,
    /// The gift box that this line is a part of.
    #[serde(rename = "box", default, skip_serializing_if = "Option::is_none")]
    pub gift_box: Option<BoxFact>,
    /// The tickets that the line is, one for each piece.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<PassFact>,
    /// At whose stall it was sold; what is in a gift box, at the box's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stall: Option<String>,
    /// Whose unassigned goods were said to be when they were sold, a party's code: for whoever assigns them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_of: Option<String>,
}

/// A part of a line's discount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiscountFact {
    /// `line`, `box`, `sale` or `rounding`.
    pub of: String,
    pub fen: i64,
    /// `operator` or `supplier`.
    pub borne_by: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxFact {
    /// Counts the boxes of a sale from 1: lines of one box share it.
    pub ordinal: u32,
    pub product: String,
    pub name: String,
    pub unit: String,
    /// How many boxes.
    pub qty: String,
    /// Of one box.
    pub price: i64,
}

/// A party's part of a draw: code, attributed, due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareOfDraw(pub String, pub i64, pub i64);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawFact {
    /// A lot's code, `own`, or null when unassigned.
    pub lot: Option<String>,
    /// The hash of the lot's revision; null where there is no lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    pub qty: String,
    pub net: i64,
    pub base: i64,
    pub fund: i64,
    pub payable: i64,
    pub margin: i64,
    /// In the order of the lot's shares; empty for `own` and unassigned.
    pub shares: Vec<ShareOfDraw>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderFact {
    pub kind: String,
    pub fen: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Whose pocket: null the operator's, else `venue` or a party's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_by: Option<String>,
    /// Of an `exchange`: the kind that the goods which came back had been paid by. Money that goes back later goes
    /// back by that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_for: Option<String>,
}

impl TenderFact {
    /// The kind of the money itself: an exchange moved none.
    pub fn money_kind(&self) -> &str {
        self.stands_for.as_deref().unwrap_or(&self.kind)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRecorded {
    pub id: String,
    /// From the till's own running number, as a sale's.
    pub number: String,
    pub request: String,
    /// The sale's id, its number, and the first chain of the till that made it.
    pub sale: String,
    pub sale_number: String,
    pub sale_origin: String,
    /// Those of the sale: what it counts under.
    pub sale_outlet: String,
    pub sale_channel: String,
    pub outlet: String,
    pub shift: String,
    pub business_date: String,
    pub cashier: String,
    pub lines: Vec<RefundLineFact>,
    pub total: i64,
    pub tenders: Vec<TenderFact>,
    /// 换货: the receipt number of the sale in the entry after, which these goods paid for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchanged_for: Option<String>,
    /// What a voucher had paid goes back as a voucher: one for each tender of that kind, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<PassFact>,
    /// Of a void too: what the cashier could not do alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<ApprovedFact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLineFact {
    pub line: u32,
    pub product: String,
    pub name: String,
    pub unit: String,
    pub qty: String,
    pub restock: bool,
    pub borne_by: String,
    pub net: i64,
    /// In the order given back.
    pub draws: Vec<RefundDrawFact>,
    /// Ids of the tickets that came back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<String>,
    /// That of the sale's line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stall: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundDrawFact {
    /// Which draw of the sale's line, from 1.
    pub draw: u32,
    pub lot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    pub qty: String,
    pub net: i64,
    pub base: i64,
    pub fund: i64,
    pub payable: i64,
    pub margin: i64,
    pub shares: Vec<ShareOfDraw>,
    /// What was figured of each party's due and left with it, where the operator bears the refund.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_with_parties: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleVoided {
    pub reason: String,
    /// A refund of all that was left.
    pub refund: RefundRecorded,
}

/// 无小票退货: goods taken back and paid for with no sale to name. All of it is the operator's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundedWithoutSale {
    pub id: String,
    /// From the till's own running number, as a sale's.
    pub number: String,
    pub request: String,
    pub outlet: String,
    pub channel: String,
    pub shift: String,
    pub business_date: String,
    pub cashier: String,
    pub reason: String,
    pub lines: Vec<ReturnedLineFact>,
    pub total: i64,
    pub tenders: Vec<TenderFact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<ApprovedFact>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnedLineFact {
    pub product: String,
    pub name: String,
    pub unit: String,
    pub qty: String,
    pub net: i64,
}

/// 待退款 no more: money that a platform had to give back was seen in its bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundSeen {
    /// The refund's receipt number, its id, and the first chain of the till that made it.
    pub number: String,
    pub refund: String,
    pub refund_origin: String,
    /// Which of its tenders, from 1.
    pub tender: u32,
    pub kind: String,
    pub fen: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_by: Option<String>,
    /// What the refund counted under.
    pub business_date: String,
    pub outlet: String,
    pub channel: String,
    /// The last four digits in the bill.
    pub reference: String,
    pub staff: String,
}

/// An unassigned draw got its lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotAssigned {
    pub sale: String,
    pub sale_origin: String,
    pub sale_outlet: String,
    pub sale_channel: String,
    /// The sale's business date: what is assigned counts on the day of the sale.
    pub sale_business_date: String,
    pub line: u32,
    pub product: String,
    /// The unassigned draw, from 1, and the number of the draw that takes its place.
    pub from_draw: u32,
    pub draw: u32,
    /// Of the draw's parties those that had no part in the sale before: for them it is one sale more.
    pub new_parties: Vec<String>,
    pub fact: DrawFact,
}

/// A draw was moved off a lot that was drawn beyond what came in: back as a refund, drawn again as an assignment. No
/// money is touched; it counts on the day of the sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawMoved {
    pub sale: String,
    pub sale_origin: String,
    pub sale_outlet: String,
    pub sale_channel: String,
    pub sale_business_date: String,
    pub line: u32,
    pub product: String,
    /// What comes off its lot, with the number of its draw.
    pub back: RefundDrawFact,
    /// The number of the draw that takes its place.
    pub draw: u32,
    /// As in `lot_assigned`.
    pub new_parties: Vec<String>,
    pub fact: DrawFact,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptReprinted {
    /// The receipt's number.
    pub number: String,
    pub cashier: String,
}
