//! Who stands beneath whom: the organisations, and what an outlet asks for its goods.

use serde::{Deserialize, Serialize};

/// `organisation_put`: a node of the tree of organisations. Whose word on it counts is told by the chain it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationPut {
    pub code: String,
    pub revision: u32,
    /// `province`, `county`, `township` or `operator`.
    pub level: String,
    pub name: String,
    /// The one that it stands beneath; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// `price_put`: what an outlet asks for a product, in the place of the list price. It stands in the outlet's own chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricePut {
    pub outlet: String,
    pub product: String,
    pub revision: u32,
    /// In fen for one unit; none where the list price is asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// How far down its supplier has agreed to bear a lower price here; none: as the product says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lowest_price: Option<i64>,
}
