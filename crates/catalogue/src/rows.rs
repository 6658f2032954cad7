//! The JSON of an import. A key that is not known is refused: a misspelt price must not pass as none.

use jishi_journal::body::ProductKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// 抹零: how far the total is wiped down. The wire knows it by the coin that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    #[default]
    None,
    Jiao,
    Yuan,
}

/// Who bears a discount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Bearer {
    #[default]
    Operator,
    Supplier,
}

/// What `import` takes. Any list may be left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportFile {
    #[serde(default)]
    pub outlet: Option<OutletRow>,
    #[serde(default)]
    pub parties: Vec<PartyRow>,
    #[serde(default)]
    pub products: Vec<ProductRow>,
    #[serde(default)]
    pub lots: Vec<LotRow>,
    #[serde(default)]
    pub fund: Option<Vec<FundRow>>,
    #[serde(default)]
    pub staff: Vec<StaffRow>,
    #[serde(default)]
    pub buyers: Vec<BuyerRow>,
    #[serde(default)]
    pub settings: Option<SettingsRow>,
    /// Other nodes whose vouchers and tickets are taken here.
    #[serde(default)]
    pub issuers: Vec<IssuerRow>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerRow {
    /// The node's code, `T2`.
    pub code: String,
    /// 64 hex digits, as `status --json` of that till has it.
    pub public_key: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletRow {
    pub code: String,
    pub kind: String,
    pub name: String,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub operator: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub fund_name: Option<String>,
    #[serde(default)]
    pub scale_barcodes: Vec<String>,
    #[serde(default)]
    pub stalls: Vec<StallRow>,
    #[serde(default)]
    pub cash_rounding: Rounding,
    /// What it takes, in the order of its keys.
    #[serde(default)]
    pub tenders: Vec<OutletTenderRow>,
    /// The organisation that it stands beneath; left out, it stays where it is.
    #[serde(default)]
    pub organisation: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutletTenderRow {
    pub kind: String,
    /// Left out: the operator.
    #[serde(default)]
    pub collected_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StallRow {
    pub code: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyRow {
    pub code: String,
    pub kind: String,
    pub name: String,
    #[serde(default)]
    pub village: String,
    #[serde(default)]
    pub township: String,
    #[serde(default)]
    pub county: String,
    #[serde(default)]
    pub registered: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductRow {
    pub code: String,
    pub name: String,
    pub unit: String,
    pub price: i64,
    #[serde(default)]
    pub barcodes: Vec<String>,
    #[serde(default)]
    pub weighed: bool,
    #[serde(default)]
    pub own: bool,
    #[serde(default)]
    pub scale_code: Option<String>,
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub pinyin: Option<String>,
    #[serde(default)]
    pub quick: bool,
    #[serde(default)]
    pub stall: Option<String>,
    #[serde(default)]
    pub contents: Vec<BoxContentRow>,
    #[serde(default)]
    pub box_borne_by: Option<Bearer>,
    /// 最低价: so far down the supplier has agreed to bear a lower price.
    #[serde(default)]
    pub lowest_price: Option<i64>,
    /// A PNG, JPEG or WebP file beside this one.
    #[serde(default)]
    pub picture: Option<String>,
    /// Counted in `unit`, priced by this unit of weight.
    #[serde(default)]
    pub price_unit: Option<String>,
    /// What its packing usually weighs.
    #[serde(default)]
    pub tare: Option<String>,
    /// `goods` where it is left out; `service` and `ticket` have no stock, `voucher` is no sale.
    #[serde(default)]
    pub kind: ProductKind,
    /// How many days a ticket or a voucher is good for after the day it was sold.
    #[serde(default)]
    pub valid_days: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoxContentRow {
    pub product: String,
    pub qty: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotRow {
    #[serde(alias = "id")]
    pub code: String,
    pub product: String,
    /// Left out for what has no stock: such a lot does not run out.
    #[serde(default)]
    pub qty: String,
    pub terms: TermsRow,
    #[serde(default)]
    pub priority: i64,
    pub shares: Vec<ShareRow>,
}

/// Taken as it comes, so that what is wrong with it is named as attribution.md names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsRow {
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission_bp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareRow {
    pub party: String,
    /// Any JSON number: one that is no integer is refused as a share.
    pub weight: serde_json::Number,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fen_per_unit: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffRow {
    pub code: String,
    pub name: String,
    pub role: String,
    /// Left out: as it is.
    #[serde(default, skip_serializing)]
    pub pin: Option<TypedPin>,
}

/// A PIN as somebody wrote it into a file. It is written to no file and no log again.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedPin(pub String);

impl std::fmt::Debug for TypedPin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TypedPin(…)")
    }
}

impl<'de> Deserialize<'de> for TypedPin {
    /// What is no text is refused without being said again.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<TypedPin, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(TypedPin(text)),
            _ => Err(serde::de::Error::custom("a PIN is text: 4 to 8 digits in quotes")),
        }
    }
}

/// What holds for the whole outlet. What is left out stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsRow {
    /// Above this many basis points a discount needs a supervisor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_limit_bp: Option<i64>,
    /// Minutes until a till that nobody touches asks for sign-in again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_after_minutes: Option<i64>,
    /// What may be given back without a receipt at once, in fen; never set: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_without_receipt_max_fen: Option<i64>,
    /// Whether a cashier needs a supervisor to put in goods that are not in the catalogue; never set: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisional_needs_supervisor: Option<bool>,
    /// 按摊位: each stall has its own sum on the screen and its own slip; never set: no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stall_mode: Option<bool>,
    /// 抹零 whatever the sale is paid by; never set: for cash only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding_all_tenders: Option<bool>,
    /// 自助收款: what a buyer pays to at a till that is left to her.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kiosk: Option<KioskRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KioskRow {
    /// The outlet's standing payment codes, in the order they are shown.
    pub payments: Vec<KioskPaymentRow>,
    /// Whether the end of the payment's number is enough, with nobody there.
    #[serde(default)]
    pub by_reference: bool,
    /// Seconds untouched until a buyer is asked whether she is still there.
    #[serde(default = "kiosk_idle_seconds")]
    pub idle_seconds: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KioskPaymentRow {
    pub kind: String,
    /// What the printed code says when it is read: it is drawn from this.
    pub code: String,
    /// Whose code it is, as in the outlet's tenders: `venue` or a party. None is the operator's where the operator takes
    /// this kind, else the first that does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_by: Option<String>,
}

fn kiosk_idle_seconds() -> u32 {
    90
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuyerRow {
    pub code: String,
    #[serde(default = "unit")]
    pub kind: String,
    pub name: String,
    /// Whom to reach there.
    #[serde(default)]
    pub contact: String,
    #[serde(default)]
    pub phone: String,
    /// What it may owe in all, in fen; left out: no limit.
    #[serde(default)]
    pub credit_limit: Option<i64>,
}

fn unit() -> String {
    "unit".to_owned()
}

impl ImportFile {
    /// How many rows there are, of all lists.
    pub fn row_count(&self) -> u64 {
        let fund = self.fund.as_ref().map_or(0, Vec::len);
        let lists = [
            self.parties.len(),
            self.products.len(),
            self.lots.len(),
            self.staff.len(),
            self.buyers.len(),
            self.issuers.len(),
        ];
        let once = usize::from(self.outlet.is_some()) + usize::from(self.settings.is_some());
        (lists.iter().sum::<usize>() + fund + once) as u64
    }
}
