//! What is on sale, whose it is, and where: each fact is a revision of the thing it names.
//!
//! `revision` counts up at the node that writes it. Of several revisions the greatest counts, and of
//! equal ones the entry with the greater hash, so that all nodes agree whatever the order of arrival.

use super::ApprovedFact;
use crate::seal::SealedName;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutletPut {
    pub code: String,
    pub revision: u32,
    /// `fair` or `counter`, and the kinds of counter.
    pub kind: String,
    pub name: String,
    /// First and last day, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The operator's true name, as the law wants it on paper.
    #[serde(default)]
    pub operator: String,
    #[serde(default)]
    pub phone: String,
    /// Layouts of scale barcodes, as in `FFWWWWWEEEEEC`.
    #[serde(default)]
    pub scale_barcodes: Vec<String>,
    #[serde(default)]
    pub stalls: Vec<StallFact>,
    /// `none`, `jiao` or `yuan`.
    #[serde(default)]
    pub cash_rounding: String,
    /// What it takes, in the order of its keys; empty where nobody said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenders: Vec<OutletTenderFact>,
    /// The organisation that it stands beneath. Left out it says nothing about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
}

/// A kind of tender that an outlet takes, and whose pocket the money goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutletTenderFact {
    pub kind: String,
    /// Null the operator's, else `venue` or a party's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected_by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StallFact {
    pub code: String,
    pub name: String,
}

/// A rule of the development fund: a part of net, or a sum for each unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundRuleFact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fen_per_unit: Option<i64>,
}

/// A setting by name; its value as JSON (`fund`: rules; `fund_name`: text).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingPut {
    pub name: String,
    pub revision: u32,
    pub value: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPut {
    pub code: String,
    pub revision: u32,
    pub name: String,
    /// `cashier`, `supervisor`, `bookkeeper`, `administrator` or `auditor`.
    pub role: String,
    /// The PIN's argon2id hash as a PHC string; the PIN itself is nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerPut {
    pub code: String,
    pub revision: u32,
    /// `unit` or `person`.
    pub kind: String,
    pub name: String,
    /// How much it may owe in all, in fen; none where nobody set a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_limit: Option<i64>,
    /// `BuyerContact` as JSON, sealed like a party's name: the key is kept beside the chains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<SealedName>,
}

impl BuyerPut {
    /// What its contact is sealed under: no party's code has a blank.
    pub fn seal_name(code: &str) -> String {
        format!("buyer {code}")
    }
}

/// Whom to reach at a buyer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerContact {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyPut {
    pub code: String,
    pub revision: u32,
    /// `household`, `cooperative`, `collective` or `enterprise`.
    pub kind: String,
    pub name: SealedName,
    #[serde(default)]
    pub village: String,
    #[serde(default)]
    pub township: String,
    #[serde(default)]
    pub county: String,
    #[serde(default)]
    pub registered: bool,
    /// 临时: put in by a cashier, not yet confirmed by a bookkeeper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// Who put a provisional one in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
    /// Confirmed to be another party that was known already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPut {
    pub code: String,
    pub revision: u32,
    pub name: String,
    pub unit: String,
    /// List price in fen for one unit.
    pub price: i64,
    #[serde(default)]
    pub barcodes: Vec<String>,
    #[serde(default)]
    pub weighed: bool,
    /// The operator's own goods and charges: no lot, nobody's due.
    #[serde(default)]
    pub own: bool,
    /// Its number in scale labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_code: Option<String>,
    #[serde(default)]
    pub category: String,
    /// Overrides the reading of the name where a character has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinyin: Option<String>,
    /// Among the keys that are always in view.
    #[serde(default)]
    pub quick: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stall: Option<String>,
    /// What is in a gift box; empty for other goods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<BoxContentFact>,
    /// Who bears what a box costs less than its contents: `operator` or `supplier`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub box_borne_by: Option<String>,
    /// 最低价: how far down its supplier has agreed to bear a lower price. None: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_price: Option<i64>,
    /// What its picture is kept under: SHA-256 of it, 16 bytes in hex. The picture itself is in no chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// 按只入库, 按斤卖: the unit of weight that `price` is for, where `unit` is the one its lots are counted in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_unit: Option<String>,
    /// 皮重: what its packing usually weighs, in the unit it is weighed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tare: Option<String>,
    #[serde(default, skip_serializing_if = "ProductKind::is_goods")]
    pub kind: ProductKind,
    /// How many days a ticket or a voucher is good for after the day it was sold; none for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_days: Option<u16>,
    /// 临时: put in by a cashier who had goods before her that nobody had entered; not yet confirmed by a bookkeeper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// Of a provisional one: whose it was said to be, a party's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_of: Option<String>,
    /// Who put a provisional one in, and who had to approve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_by: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<ApprovedFact>,
    /// Confirmed to be another product that was known already: what was sold of it is given lots of that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

/// What is sold: goods with a stock, or what has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    #[default]
    Goods,
    /// 服务: a meal, a night, a hand's work.
    Service,
    /// 票: a service that is had later, once, by a signed code.
    Ticket,
    /// 代金券: a liability when it is sold, a tender when it comes back.
    Voucher,
}

impl ProductKind {
    pub fn is_goods(&self) -> bool {
        *self == ProductKind::Goods
    }

    /// Whether it is sold without a lot running out.
    pub fn has_no_stock(self) -> bool {
        matches!(self, ProductKind::Service | ProductKind::Ticket)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxContentFact {
    pub product: String,
    /// In one box.
    pub qty: String,
}

/// `lot_received` and `lot_revised`: the whole of the lot as it is from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotPut {
    pub code: String,
    pub revision: u32,
    pub product: String,
    pub qty: String,
    pub terms: TermsFact,
    pub priority: i64,
    pub shares: Vec<ShareFact>,
    /// 常设: of what has no stock. It does not run out; `qty` is the most that one sale may draw.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub standing: bool,
}

impl LotPut {
    /// The hash that draws name their lot's revision by: SHA-256 over the facts, 16 bytes in hex.
    /// It follows from the facts alone, so that two tills that imported the same lot agree.
    pub fn revision_hash(&self) -> String {
        use sha2::{Digest as _, Sha256};
        // These shapes have nothing that JSON cannot write.
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex::encode(&Sha256::digest(text)[..16])
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TermsFact {
    Consignment { commission_bp: i64 },
    Agreed { price: i64 },
    Buyout,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareFact {
    pub party: String,
    pub weight: i64,
}

/// `lot_allotted`: how much of a lot the writing server has given one node to sell, all its entries before this one
/// counted in. A smaller figure than an earlier one changes nothing: what was given may have been sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotAllotted {
    pub lot: String,
    /// The node's code, for people.
    pub node: String,
    /// Whose it is: a code may be given to another machine, which has not got what this one has.
    pub public_key: String,
    pub qty: String,
}

/// `lot_given_back`: a node gives so much of its part of a lot back to the server that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotGivenBack {
    /// What makes it count once.
    pub id: String,
    pub lot: String,
    /// The key of the server whose entry gave it: no other has it back.
    pub server: String,
    pub qty: String,
}
