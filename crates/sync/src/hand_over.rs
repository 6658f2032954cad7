//! Keys that go on from one to the next: each handed over by an entry that the one before has signed.

use crate::protocol::{HandOver, SignedText};
use jishi_journal::body::Body;
use jishi_journal::{ReadEntry, SignedEntry, VerifyingKey};

/// A node that changes its key every month for years, and a bound on what is checked for a stranger.
pub const HAND_OVERS_MAX: usize = 64;

/// The key that an entry hands over to, where it is signed with this one.
pub fn handed_by(read: &ReadEntry, key: &VerifyingKey) -> Option<VerifyingKey> {
    match &read.body {
        Body::KeyHandedOver(handed) if read.is_signed_by(key) => handed.public_key.parse().ok(),
        _ => None,
    }
}

/// The same of an entry as it travels; none where it is not that, or another key's word.
pub fn key_after(key: &VerifyingKey, hand_over: &SignedText) -> Option<VerifyingKey> {
    let signed = SignedEntry {
        line: hand_over.text.clone(),
        signature: hand_over.signature.parse().ok()?,
    };
    handed_by(&ReadEntry::read(signed).ok()?, key)
}

impl HandOver {
    /// Of the entry that this key has signed.
    pub fn of(key: &VerifyingKey, entry: &SignedEntry) -> HandOver {
        HandOver {
            key: key.to_string(),
            entry: SignedText {
                text: entry.line.clone(),
                signature: entry.signature.to_string(),
            },
        }
    }

    /// The key before and the one after it, where the signature holds.
    pub fn keys(&self) -> Option<(VerifyingKey, VerifyingKey)> {
        let key = self.key.parse().ok()?;
        Some((key, key_after(&key, &self.entry)?))
    }
}

/// The keys that followed this one, the latest last; none where nothing leads on from it. Each is said by the one before.
pub fn keys_after(first: &VerifyingKey, hand_overs: &[HandOver]) -> Vec<VerifyingKey> {
    let mut keys: Vec<VerifyingKey> = Vec::new();
    for hand_over in hand_overs.iter().take(HAND_OVERS_MAX) {
        let at = *keys.last().unwrap_or(first);
        if hand_over.key == at.to_string() {
            keys.extend(
                key_after(&at, &hand_over.entry).filter(|next| next != first && !keys.contains(next)),
            );
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use jishi_journal::body::KeyHandedOver;
    use jishi_journal::{Chain, NodeKey, Opening};

    fn key(seed: u8) -> NodeKey {
        NodeKey::from_seed(&[seed; 32])
    }

    /// As `from` says it of `to`.
    fn hand_over(from: u8, to: u8) -> HandOver {
        let opening = Opening {
            nonce: [from; 16],
            node: "LHZ".to_owned(),
            continues: None,
        };
        let (chain, _) = Chain::open(key(from), opening, "2026-11-21T09:00:00+08:00").unwrap();
        let body = Body::KeyHandedOver(KeyHandedOver {
            public_key: key(to).public().to_string(),
        });
        let (entry, _) = chain.next("2026-11-21T09:00:00+08:00", &body).unwrap();
        HandOver::of(&key(from).public(), &entry)
    }

    #[test]
    fn only_what_each_key_signed_itself_leads_on() {
        let mut by_another = hand_over(1, 2);
        by_another.entry = hand_over(9, 2).entry;
        let mut altered = hand_over(1, 2);
        altered.entry.text = altered.entry.text.replace("09:00:00", "09:00:01");
        let table: [(&str, Vec<HandOver>, &[u8]); 9] = [
            ("nothing", vec![], &[]),
            ("one change", vec![hand_over(1, 2)], &[2]),
            ("two", vec![hand_over(1, 2), hand_over(2, 3)], &[2, 3]),
            (
                "those before are passed over",
                vec![hand_over(7, 1), hand_over(1, 2)],
                &[2],
            ),
            (
                "of two words the first",
                vec![hand_over(1, 2), hand_over(1, 9)],
                &[2],
            ),
            ("another's", vec![hand_over(8, 9)], &[]),
            ("signed by another", vec![by_another], &[]),
            ("altered", vec![altered], &[]),
            ("in a circle", vec![hand_over(1, 2), hand_over(2, 1)], &[2]),
        ];
        for (what, hand_overs, expected) in table {
            let expected: Vec<VerifyingKey> = expected.iter().map(|seed| key(*seed).public()).collect();
            assert_eq!(keys_after(&key(1).public(), &hand_overs), expected, "{what}");
        }
    }
}
