//! Goods on the screen: stalls, pictures, the scale, and gift boxes put together.

use super::{Bearer, DraftLine};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StallView {
    pub code: String,
    pub name: String,
}

/// What of a sale is a stall's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StallSumView {
    /// Empty for goods of no stall.
    pub name: String,
    /// All discounts and the wiping off taken off.
    #[ts(type = "number")]
    pub net_fen: i64,
    /// Which of the sale's lines, from 1.
    pub lines: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindPictures {
    /// As products name them.
    pub pictures: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GoodsPictureView {
    pub picture: String,
    /// A data URL.
    pub url: String,
}

/// What the scale shows, or a person reads off it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WeighGoods {
    pub product: String,
    /// With its packing.
    pub gross: String,
    /// 皮重; empty for none.
    pub tare: String,
    /// How many there are of counted goods; empty for one.
    pub pieces: String,
    /// The lot that its label names.
    #[serde(default)]
    pub lot: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WeighedView {
    pub line: DraftLine,
    /// Without packing, in the unit of the price: `1.85`.
    pub net: String,
    pub unit: String,
    /// The same as people also say it: `0.925 公斤`; none where there is no other word.
    pub said: Option<String>,
    #[ts(type = "number")]
    pub amount_fen: i64,
}

/// A gift box as it is being put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoxDraft {
    /// That of the box which is changed; none for a new one.
    pub code: Option<String>,
    pub name: String,
    /// For one box.
    #[ts(type = "number")]
    pub price_fen: i64,
    /// Who bears what it costs less than its contents.
    pub borne_by: Bearer,
    /// None: it is picked on the screen.
    pub barcode: Option<String>,
    pub contents: Vec<BoxDraftContent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoxDraftContent {
    pub product: String,
    /// In one box.
    pub quantity: String,
}

/// One box, as it would be sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoxFiguresView {
    pub contents: Vec<BoxPartView>,
    /// What its contents cost at their list prices.
    #[ts(type = "number")]
    pub contents_fen: i64,
    /// What it costs less than them.
    #[ts(type = "number")]
    pub reduction_fen: i64,
    /// What it costs more than them: the operator's own.
    #[ts(type = "number")]
    pub surplus_fen: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BoxPartView {
    pub product: String,
    pub name: String,
    pub unit: String,
    pub quantity: String,
    #[ts(type = "number")]
    pub price_fen: i64,
    #[ts(type = "number")]
    pub gross_fen: i64,
    /// What of the box's price is this one's.
    #[ts(type = "number")]
    pub part_fen: i64,
    pub whose: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenBox {
    pub code: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveBox {
    /// What an approval is for.
    pub id: String,
    pub draft: BoxDraft,
    #[serde(default)]
    pub approval: Option<String>,
}
