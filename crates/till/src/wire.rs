//! The JSON of the command line, in and out. A key that is not known is refused: a misspelt discount
//! must not pass as none.

use crate::view::{Bearer, Rounding};
pub use jishi_catalogue::{
    BoxContentRow, BuyerRow, FundRow, ImportFile, IssuerRow, KioskPaymentRow, KioskRow, LotRow, OutletRow,
    OutletTenderRow, PartyRow, ProductRow, SettingsRow, ShareRow, StaffRow, StallRow, TermsRow, TypedPin,
};
pub use jishi_journal::body::{CashDirection, KioskPaid, ProductKind};
use serde::{Deserialize, Serialize};

/// A discount: exactly one of `fen` and `bp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscountRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fen: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bp: Option<i64>,
    #[serde(default)]
    pub borne_by: Bearer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SellLine {
    /// A code or a barcode, a scale's too.
    pub product: String,
    /// May be left out where a scale's label states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// 改价: what `price` is below the list price is then a discount of the line, borne by this one. Left out,
    /// `price` simply stands in the place of the list price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_borne_by: Option<Bearer>,
    /// What goods that are counted and priced by weight weigh together, without packing; `qty` is then how many
    /// they are, 1 where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// 皮重: what was taken off for packing, for the record; the quantity or the weight is what is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tare: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<DiscountRequest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TenderRequest {
    pub kind: String,
    pub fen: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SellRequest {
    pub id: String,
    pub lines: Vec<SellLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount: Option<DiscountRequest>,
    #[serde(default)]
    pub rounding: Rounding,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(default)]
    pub tenders: Vec<TenderRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
    /// 备注: at most 100 characters, printed on the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// 自助收款: the buyer did it herself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kiosk: Option<KioskSale>,
}

/// How a sale of a kiosk was taken for paid, and by whom of the staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KioskSale {
    pub paid: KioskPaid,
    /// Who confirmed it, or who had left the till to the buyers.
    pub staff: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundLineRequest {
    pub line: i64,
    pub qty: String,
    #[serde(default = "yes")]
    pub restock: bool,
    #[serde(default = "supplier")]
    pub borne_by: Bearer,
}

fn yes() -> bool {
    true
}

fn supplier() -> Bearer {
    Bearer::Supplier
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundRequest {
    pub id: String,
    /// The sale's id or its receipt number.
    pub sale: String,
    pub lines: Vec<RefundLineRequest>,
    /// Left out: all in cash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<TenderRequest>,
}

/// 换货: goods that come back and goods that go out, in one go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRequest {
    pub refund: ExchangedGoods,
    /// Its tenders pay what the goods that come back do not cover.
    pub sale: SellRequest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangedGoods {
    /// Of the refund, another one than the sale's.
    pub id: String,
    /// The sale that they come from: its id or its receipt number.
    pub sale: String,
    pub lines: Vec<RefundLineRequest>,
    /// What they are worth above the goods that go out is given back in cash, though it came by a code.
    #[serde(default)]
    pub in_cash: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeResult {
    pub refund: RefundResult,
    pub sale: SaleResult,
    /// So far the goods that came back paid for those that went out.
    pub credit: i64,
    /// What went back as money.
    pub given_back: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoidRequest {
    pub id: String,
    pub sale: String,
    #[serde(default)]
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignRequest {
    pub sale: String,
    pub line: i64,
    pub lot: String,
    /// The lot that the line's draw is moved off; without it, what is unassigned gets the lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Of a move how much; all that is left of the draw unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<String>,
}

/// Goods that are not in the catalogue and are sold all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvisionalRequest {
    pub name: String,
    pub unit: String,
    /// For one unit.
    pub price: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcode: Option<String>,
    /// Whose they are said to be: a party's code, or one that is not known yet. Neither where nobody says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_of: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_party: Option<NewPartyRequest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPartyRequest {
    pub name: String,
    pub village: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvisionalResult {
    pub product: String,
    pub said_of: Option<String>,
    /// The very same were put in before; nothing was recorded now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawResult {
    pub lot: Option<String>,
    pub qty: String,
    pub net: i64,
    pub base: i64,
    pub fund: i64,
    pub payable: i64,
    pub margin: i64,
    pub attributed: Vec<i64>,
    pub due: Vec<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineResult {
    pub gross: i64,
    pub discount: i64,
    pub net: i64,
    pub draws: Vec<DrawResult>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleResult {
    pub id: String,
    pub number: String,
    pub seq: u64,
    pub at: String,
    pub total: i64,
    /// The fen wiped off.
    pub rounding: i64,
    pub lines: Vec<LineResult>,
    pub tendered: i64,
    pub change: i64,
    /// Lines, from 1, that have a price and so little on them that they came to 0: the window would have refused
    /// them, and whoever sells by the command hears of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comes_to_nothing: Vec<u32>,
    /// Vouchers or tickets that were issued, with what their slips say in the QR.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<PassResult>,
    /// The id had recorded this sale before; nothing was recorded now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

/// One voucher or ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassResult {
    /// Of the sale; none where it came of a refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    pub pass: String,
    /// `voucher` or `ticket`.
    pub kind: String,
    pub code: String,
    pub face: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// 核销: a ticket's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedeemRequest {
    pub id: String,
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedeemResult {
    pub id: String,
    pub pass: String,
    /// What it is, and the receipt it was sold with, where that is known here.
    pub name: Option<String>,
    pub number: Option<String>,
    pub face: i64,
    pub seq: u64,
    pub at: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundLineResult {
    pub line: u32,
    pub net: i64,
    pub draws: Vec<DrawResult>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundResult {
    pub id: String,
    pub sale: String,
    pub number: String,
    pub seq: u64,
    pub at: String,
    pub total: i64,
    pub lines: Vec<RefundLineResult>,
    /// Vouchers that were given for what a voucher had paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<PassResult>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignResult {
    pub sale: String,
    pub line: u32,
    pub draw: DrawResult,
    /// Of a move what came off the other lot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<DrawResult>,
}

/// Cash put into the drawer or taken out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashRequest {
    pub id: String,
    pub direction: CashDirection,
    pub fen: i64,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CashResult {
    pub id: String,
    pub seq: u64,
    pub at: String,
    /// What the drawer should hold now.
    pub cash_expected: i64,
    pub repeated: bool,
}

/// A part of a shared lot that goes back to the server that gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveBackRequest {
    pub id: String,
    pub lot: String,
    /// A decimal of at most three places; none means all that is left.
    pub qty: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GiveBackResult {
    pub id: String,
    pub lot: String,
    pub qty: String,
    /// What this till still has of it.
    pub left: String,
    pub seq: u64,
    pub at: String,
    pub repeated: bool,
}

/// 开钱箱: the drawer opened though nothing is sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawerRequest {
    pub id: String,
    pub reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawerResult {
    pub id: String,
    pub seq: u64,
    pub at: String,
    /// How often it was opened so in this shift.
    pub openings: u64,
    /// The id had recorded this opening before: nothing was recorded now, and the drawer stayed as it was.
    pub repeated: bool,
}
