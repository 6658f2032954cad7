//! Facts about nodes and their chains.

use serde::{Deserialize, Serialize};

/// Entry 1 of every chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainOpened {
    /// 64 hex digits.
    pub public_key: String,
    /// 32 hex digits; with the key it gives the chain's id.
    pub nonce: String,
    /// The node's code, `T1`.
    pub node: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continued>,
    /// Of a server's chain, whom it goes down to: `outlet F1`. None is everybody beneath, and what a till's own is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

/// Whom a server's chain goes down to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// All beneath.
    Public,
    /// The nodes of one outlet, by its code.
    Outlet(String),
    /// Nobody, or whom this version does not know: it stays where it is.
    Closed,
}

impl Audience {
    const OUTLET: &str = "outlet ";

    pub fn of(opened: &ChainOpened) -> Audience {
        match opened.audience.as_deref() {
            None => Audience::Public,
            Some(text) => match text.strip_prefix(Audience::OUTLET) {
                Some(outlet) => Audience::Outlet(outlet.to_owned()),
                None => Audience::Closed,
            },
        }
    }

    /// As entry 1 says it.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Audience::Public => None,
            Audience::Outlet(outlet) => Some(format!("{}{outlet}", Audience::OUTLET)),
            Audience::Closed => Some("closed".to_owned()),
        }
    }
}

/// The chain that a successor takes over from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continued {
    /// The chain before this one.
    pub chain: String,
    /// The first chain of the till: its sales are known by this and their ids.
    pub origin: String,
    /// The head that this node knows of it.
    pub seq: u64,
    pub hash: String,
    /// 1 for the first successor: the letter in receipt numbers (`T1b-000001`).
    pub generation: u32,
}

/// The machine's clock was set: noticed and recorded, never trusted for order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockJumped {
    /// Where it was set back, the latest time recorded before; ahead, what it would have said.
    pub before: String,
    /// What the clock says now.
    pub now: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeEnrolled {
    pub node: String,
    pub public_key: String,
    /// `till`, `hub` or `centre`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Of a server, the organisation that it is bound to: it sees what stands beneath that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The key that the same node had before and handed over: what that was given is this one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeRevoked {
    pub node: String,
    pub public_key: String,
}

/// The last entry of a chain whose node goes on with another key: signed with the old one, it says the new one. The chain
/// that continues this one is signed with that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyHandedOver {
    /// The new key, 64 hex digits.
    pub public_key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every audience is read as it was written; what a later version may write is for nobody.
    #[test]
    fn an_audience_is_read_as_it_was_written() {
        let opened = |audience: Option<&str>| ChainOpened {
            public_key: String::new(),
            nonce: String::new(),
            node: String::new(),
            continues: None,
            audience: audience.map(str::to_owned),
        };
        for (audience, text) in [
            (Audience::Public, None),
            (Audience::Outlet("F1".to_owned()), Some("outlet F1")),
            (Audience::Closed, Some("closed")),
        ] {
            assert_eq!(audience.to_text().as_deref(), text);
            assert_eq!(Audience::of(&opened(text)), audience);
        }
        assert_eq!(Audience::of(&opened(Some("county"))), Audience::Closed);
    }
}
