//! Goods put in beside the sale, and whose they are said to be.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PutProvisional {
    /// What an approval is for.
    pub id: String,
    pub name: String,
    pub unit: String,
    #[ts(type = "number")]
    pub price_fen: i64,
    /// None: it is found by its name.
    pub barcode: Option<String>,
    /// Whose they are said to be: a party's code, or one that is not known yet; neither where nobody says.
    pub said_of: Option<String>,
    pub new_party: Option<NewParty>,
    #[serde(default)]
    pub approval: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewParty {
    pub name: String,
    pub village: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindParties {
    pub query: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PartyFoundView {
    pub code: String,
    pub name: String,
    pub village: String,
    pub is_household: bool,
}
