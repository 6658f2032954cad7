//! The codes things are known by. A code is one thing in an organisation.

use std::borrow::Borrow;
use std::fmt;

macro_rules! code {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub fn new(code: impl Into<String>) -> Self {
                Self(code.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                Self::new(code)
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                Self(code)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }
    };
}

code!(
    /// A product as it is sold: honey by the bottle, oranges by the jin.
    ProductCode
);
code!(
    /// A lot 批次. `own` is reserved, see [`LotCode::OWN`].
    LotCode
);
code!(
    /// A party 主体: who can be owed.
    PartyCode
);

impl LotCode {
    /// Stands in results for the operator's own goods; no lot may have it.
    pub const OWN: &str = "own";
}
