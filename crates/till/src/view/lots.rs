//! 批次: what is left of each lot, here and elsewhere, and who has which part of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindLots {
    /// Of goods: a name, pinyin, a code; empty means all.
    pub query: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LotsView {
    /// What was looked for in the order in which it fits; else the overdrawn ones first, then those that run low here,
    /// and what is sold out everywhere last.
    pub lots: Vec<LotLeftView>,
    /// There are more than are shown.
    pub more: bool,
    /// Whether whoever stands there may give back and share out.
    pub may_share: bool,
    /// Whether the server beside the till shares lots out.
    pub hub: bool,
}

/// A lot as this till has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LotLeftView {
    pub lot: String,
    /// Of the goods.
    pub name: String,
    pub unit: String,
    /// `石门村 · 王桂兰等 3 户`.
    pub whose: String,
    /// All that came in of it, wherever it is now.
    pub received: String,
    /// 常设: it does not run out, and nobody needs a part of it.
    pub standing: bool,
    /// This till received it itself and has the whole of it.
    pub own: bool,
    /// What this till has had to sell of it, less what it gave back.
    pub part: String,
    pub sold: String,
    /// Of its part; negative where it sold more.
    pub left: String,
    /// Of what came in, what is not this till's: other tills', or nobody's yet.
    pub elsewhere: String,
    /// How much more was sold of it than came in, as far as is known here.
    pub over: Option<String>,
    /// Whether it can go back to whom it came from: something of a part is left.
    pub can_give_back: bool,
    /// Where the server beside the till shares it out.
    pub shared: Option<LotSharedView>,
}

/// Who has which part of a lot, beneath the server beside the till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LotSharedView {
    /// What nobody was given yet; negative where more was sold than came in.
    pub undistributed: String,
    /// Whether there is anything to give.
    pub can_allot: bool,
    /// How much more was sold than came in, as far as the server knows.
    pub over: Option<String>,
    pub nodes: Vec<LotNodeView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LotNodeView {
    pub node: String,
    pub is_this_till: bool,
    pub allotted: String,
    /// What it sold, or of a hub what it gave on, as far as the server knows.
    pub used: String,
    pub left: String,
    /// It is given no more: revoked, or of another outlet.
    pub is_closed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GiveBackLot {
    /// From `start_sale`; the same id gives back once, however often it is sent.
    pub id: String,
    pub lot: String,
    /// At most three places; none means all that is left here.
    pub quantity: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AllotLot {
    pub lot: String,
    /// None means evenly over all who sell it: then it is all there is.
    pub node: Option<String>,
    /// None means all that nobody was given yet.
    pub quantity: Option<String>,
}
