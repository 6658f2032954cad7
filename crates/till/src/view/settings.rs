//! How the window looks and which key does what, as it is chosen at the till.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    Day,
    /// For a stall in the sun: more contrast, no tints.
    Sun,
    Night,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TextSize {
    #[default]
    Normal,
    Large,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct Look {
    pub theme: Theme,
    pub text_size: TextSize,
}

/// Where a key means something. What is asked for beside the sale goes before the sale's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyPage {
    Sale,
    Paying,
    Receipts,
    Shift,
}

/// One action's key, where another was chosen than the one it came with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyChoice {
    pub page: KeyPage,
    pub action: String,
    /// `F9`, `Shift+F6`
    pub key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseKeys {
    pub keys: Vec<KeyChoice>,
}
