//! Reading entries that were verified when they were stored: in one pass over the line.

use crate::body::Body;
use crate::entry::{Entry, EntryError, VERSION};
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// What a replay needs of an entry that is stored: when it was made, and its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryFacts {
    pub at: String,
    pub body: Body,
}

impl EntryFacts {
    /// The same as [`Entry::parse`] and [`Entry::body`] tell, without checking the header's
    /// fields again.
    pub fn read(line: &str) -> Result<EntryFacts, EntryError> {
        if let Ok(facts) = serde_json::from_str(line) {
            return Ok(facts);
        }
        // A newer version's entry, an unknown kind, facts that make no sense: said by the careful way.
        let entry = Entry::parse(line)?;
        Ok(EntryFacts {
            body: entry.body(),
            at: entry.at,
        })
    }
}

/// Only the plain case: this version, the seven fields in order, facts of a known kind.
impl<'de> Deserialize<'de> for EntryFacts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EntryFacts, D::Error> {
        struct InOrder;

        fn field<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
            map: &mut A,
            name: &'static str,
        ) -> Result<T, A::Error> {
            match map.next_entry::<&str, T>()? {
                Some((key, value)) if key == name => Ok(value),
                _ => Err(A::Error::missing_field(name)),
            }
        }

        impl<'de> Visitor<'de> for InOrder {
            type Value = EntryFacts;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("v, chain, seq, prev, at, kind, body")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EntryFacts, A::Error> {
                if field::<u32, A>(&mut map, "v")? != VERSION {
                    return Err(A::Error::custom("another version"));
                }
                for name in ["chain", "seq", "prev"] {
                    field::<IgnoredAny, A>(&mut map, name)?;
                }
                let at = field(&mut map, "at")?;
                let kind: &str = field(&mut map, "kind")?;
                let body = match map.next_key::<&str>()? {
                    Some("body") => map.next_value_seed(KnownBody { kind })?,
                    _ => return Err(A::Error::missing_field("body")),
                };
                match map.next_key::<IgnoredAny>()? {
                    None => Ok(EntryFacts { at, body }),
                    Some(_) => Err(A::Error::custom("a field too many")),
                }
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

struct KnownBody<'a> {
    kind: &'a str,
}

impl<'de> DeserializeSeed<'de> for KnownBody<'_> {
    type Value = Body;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Body, D::Error> {
        Body::of_kind(self.kind, deserializer)
    }
}
