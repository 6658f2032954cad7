//! Servers that go on with another key. A node knows its server by a key, and trusts the next one on that key's own word;
//! what servers above had as keys before follows from what they say of themselves.

use crate::enrolled::{centre, put_centre, put_others};
use crate::epoch::gave_note;
use crate::outbox::{above_note, above_of};
use crate::servers::{joined, places, proof_note, put_places};
use crate::{enrolled, servers};
use jishi_journal::VerifyingKey;
use jishi_ledger::{Ledger, StoreError};
use jishi_sync::keys_after;
use jishi_sync::protocol::{EnrolmentFacts, HandOver, SignedText};

/// The keys that a server had before this one, as it showed.
fn formerly_note(key: &VerifyingKey) -> String {
    format!("formerly {key}")
}

/// These servers' keys with those that they had before: who wrote a chain is known by the key of then.
pub fn with_former_keys(ledger: &Ledger, keys: &[VerifyingKey]) -> Result<Vec<VerifyingKey>, StoreError> {
    let mut all = keys.to_vec();
    let mut seen = 0;
    while seen < all.len() {
        let asked = all[seen..].to_vec();
        seen = all.len();
        let mut former = ledger.former_keys(&asked)?;
        for key in &asked {
            let shown = ledger.note(&formerly_note(key))?.unwrap_or_default();
            let shown = shown.split_whitespace().map(str::parse::<VerifyingKey>);
            former.extend(shown.filter_map(Result::ok));
        }
        for key in former {
            if !all.contains(&key) {
                all.push(key);
            }
        }
    }
    Ok(all)
}

/// A server that this node joined, by the key that it is known by, shows how it came to the one that it has now. Where
/// each of these words is signed with the key before, the node knows it by that from here on. Gives the key; none where
/// they lead nowhere, or the node never joined it.
pub fn follow(
    ledger: &mut Ledger,
    known: &VerifyingKey,
    hand_overs: &[HandOver],
) -> Result<Option<VerifyingKey>, StoreError> {
    let mut keys = keys_after(known, hand_overs);
    let Some(now) = keys.pop() else {
        return Ok(None);
    };
    let (before, after) = (known.to_string(), now.to_string());
    let joined = joined(ledger)?;
    let is_joined = |key: &str| joined.iter().any(|server| server.key == key);
    if !is_joined(&before) {
        // A stick may have shown it first.
        return Ok(is_joined(&after).then_some(now));
    }
    keys.push(*known);
    let formerly: Vec<String> = keys.iter().map(VerifyingKey::to_string).collect();
    let above: Vec<String> = above_of(ledger, known)?
        .iter()
        .map(VerifyingKey::to_string)
        .collect();
    let moved = |mut server: enrolled::Centre| {
        if server.key == before {
            server.key.clone_from(&after);
        }
        server
    };
    let centre = centre(ledger)?.map(moved);
    let mut others: Vec<_> = enrolled::others(ledger)?.into_iter().map(moved).collect();
    // It may have been joined anew, by a code of today, before it showed this.
    others.retain(|other| centre.as_ref().is_none_or(|centre| centre.key != other.key));
    let mut places = places(ledger)?;
    places.retain(|place| place.key != after);
    for place in places.iter_mut().filter(|place| place.key == before) {
        place.key.clone_from(&after);
    }
    ledger.write(|writer| -> Result<(), StoreError> {
        if let Some(centre) = &centre {
            put_centre(writer, centre)?;
        }
        put_others(writer, &others)?;
        put_places(writer, &places)?;
        writer.put_note(&formerly_note(&now), &formerly.join(" "))?;
        for (from, to, is_there) in [
            (
                proof_note(known),
                proof_note(&now),
                writer.note(&proof_note(&now))?,
            ),
            (gave_note(known), gave_note(&now), writer.note(&gave_note(&now))?),
        ] {
            if let (Some(text), None) = (writer.note(&from)?, is_there) {
                writer.put_note(&to, &text)?;
            }
        }
        if writer.note(&above_note(&now))?.is_none() {
            writer.put_note(&above_note(&now), &above.join(" "))?;
        }
        Ok(())
    })?;
    tracing::info!(server = %now, "The server that was known by another key goes on with this one");
    Ok(Some(now))
}

/// The word of the node's own server on it, where that is under a key that one of them had before: other servers take
/// none of a key that was handed over.
pub(crate) fn word_to_renew(
    ledger: &Ledger,
    server: &VerifyingKey,
    own: &VerifyingKey,
) -> Result<Option<SignedText>, StoreError> {
    let is_own = centre(ledger)?.is_some_and(|centre| centre.key == server.to_string());
    let Some(proof) = servers::proof(ledger)?.filter(|_| is_own) else {
        return Ok(None);
    };
    let facts: Option<EnrolmentFacts> = serde_json::from_str(&proof.text).ok();
    let is_of_today =
        facts.is_none_or(|facts| facts.server_key == server.to_string() && facts.node_key == own.to_string());
    Ok(Some(proof).filter(|_| !is_of_today))
}
