//! A server's new key: the old one's last word in each chain that it writes is what the new one is, and a chain signed with
//! that goes on. Nodes beneath are shown these words, the server above too, and need no new code. Why so: decision 0022.

use crate::clock::Instruments;
use crate::home::{Home, HomeError, KeyFile, append, lock, take_next_key, write_next_key};
use crate::own_chain::{Author, TRIES_MAX};
use crate::restored::{Successor, chains_written, write_on_in};
use jishi_journal::body::{Audience, Body, KeyHandedOver};
use jishi_journal::{Chain, ChainId, Head, NodeKey, SignedEntry};
use jishi_ledger::StoreError;
use jishi_sync::HAND_OVERS_MAX;
use jishi_sync::protocol::HandOver;
use jishi_uplink::{ServerChain, note_hand_overs, with_former_keys};
use std::path::Path;

/// A server that goes on with another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rekeyed {
    pub public_key: String,
    /// The one before.
    pub instead_of: String,
}

/// What is stored at once: the last word in each chain, and what goes on behind it.
struct Change {
    file: KeyFile,
    last: Vec<(ChainId, SignedEntry, Head)>,
    opened: Vec<Successor>,
}

/// Changes the server's key. The server must not run. One-time codes of before are out of date: whoever has the old key
/// could stand in its place for whoever has not joined yet.
pub fn rekey(folder: &Path, instruments: &Instruments) -> Result<Rekeyed, HomeError> {
    let lock = lock(folder)?;
    let mut home = Home::to_write(folder, instruments)?;
    let instead_of = home.facts.public_key.clone();
    let mut seed = [0; 32];
    (instruments.entropy)(&mut seed).map_err(HomeError::NoEntropy)?;
    let next = NodeKey::from_seed(&seed);
    let mut tries = 0;
    loop {
        let change = Change::sign(&home, &next, instruments)?;
        // First where it is nobody's: no chain may be signed with a key that a power cut can take.
        write_next_key(folder, &change.file)?;
        match change.store(&mut home) {
            // Another process has written meanwhile, which needs no server that stands still.
            Err(StoreError::NotNext { .. }) if tries < TRIES_MAX => tries += 1,
            stored => break stored?,
        }
    }
    // From here on the new key is the server's, whatever happens before the file has its name.
    take_next_key(folder, &next.public())?;
    let home = Home::open(folder, jishi_ledger::OpenMode::Write)?;
    home.keep_ends();
    drop(lock);
    Ok(Rekeyed {
        public_key: home.facts.public_key,
        instead_of,
    })
}

impl Change {
    fn sign(home: &Home, next: &NodeKey, instruments: &Instruments) -> Result<Change, HomeError> {
        let author = Author::of_home(home, instruments);
        let (own, at) = (author.key.public(), instruments.at());
        let handed = Body::KeyHandedOver(KeyHandedOver {
            public_key: next.public().to_string(),
        });
        let mut change = Change {
            file: KeyFile {
                key: next.clone(),
                hand_overs: home.hand_overs.clone(),
            },
            last: Vec::new(),
            opened: Vec::new(),
        };
        let keys = with_former_keys(&home.ledger, &[own])?;
        for ServerChain { record, audience } in chains_written(&home.ledger, &keys)? {
            let chain = Chain::resume(author.key.clone(), record.chain, record.head);
            let (entry, end) = chain.next(&at, &handed)?;
            let was = if audience == Audience::Public {
                &[own][..]
            } else {
                &[]
            };
            if audience == Audience::Public {
                change.file.hand_overs.push(HandOver::of(&own, &entry));
            }
            let opened = Successor::open(&author, next, &audience, (&record, end), (was, &at))?;
            change.opened.push(opened);
            change.last.push((record.chain, entry, end));
        }
        // A node that was away for longer needs a new code.
        let surplus = change.file.hand_overs.len().saturating_sub(HAND_OVERS_MAX);
        change.file.hand_overs.drain(..surplus);
        Ok(change)
    }

    fn store(&self, home: &mut Home) -> Result<(), StoreError> {
        home.ledger.write(|writer| {
            for (chain, entry, end) in &self.last {
                append(writer, entry, *chain, *end)?;
            }
            write_on_in(writer, &self.opened)?;
            note_hand_overs(writer, &self.file.hand_overs)?;
            writer.expire_invitations()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::init;
    use crate::invite::nodes;
    use jishi_ledger::OpenMode;
    use std::path::PathBuf;

    fn made(room: &Path) -> (PathBuf, Instruments) {
        let (folder, instruments) = (room.join("server"), Instruments::of_machine());
        init(&folder, "LHZ", "柳河镇供销合作社", &instruments).unwrap();
        (folder, instruments)
    }

    /// It starts, with one key or the other, and signs with that.
    #[track_caller]
    fn starts_with(folder: &Path, instruments: &Instruments) -> String {
        let home = Home::to_write(folder, instruments).unwrap();
        let chain = home.ledger.chain(home.facts.public_chain).unwrap().unwrap();
        assert_eq!(chain.key, home.key.public());
        assert_eq!(nodes(folder).unwrap().all()[0].public_key, home.facts.public_key);
        let scratch = folder.join("scratch");
        std::fs::create_dir_all(&scratch).unwrap();
        assert!(home.ledger.verify(&scratch).unwrap().is_good());
        home.facts.public_key
    }

    /// Whatever was written last when the power went.
    #[test]
    fn a_power_cut_at_each_write_leaves_one_key_or_the_other() {
        let room = tempfile::tempdir().unwrap();
        let (folder, instruments) = made(room.path());
        let old = starts_with(&folder, &instruments);
        let next = NodeKey::from_seed(&[7; 32]);
        let new = next.public().to_string();
        let now = |what: &str, expected: &str| {
            // As it lies there, and as it is after a start.
            for _ in 0..2 {
                assert_eq!(starts_with(&folder, &instruments), expected, "{what}");
            }
        };
        std::fs::write(folder.join("server.key.next"), "11").unwrap();
        now("half a key", &old);
        let mut home = Home::open(&folder, OpenMode::Write).unwrap();
        let change = Change::sign(&home, &next, &instruments).unwrap();
        write_next_key(&folder, &change.file).unwrap();
        now("a key and no chain", &old);
        let key_file = folder.join("server.key");
        let before = std::fs::read_to_string(&key_file).unwrap();
        change.store(&mut home).unwrap();
        drop(home);
        now("the chains, and the key without its name", &new);
        // A start gave it that; its ends are kept by whoever starts next.
        assert!(!folder.join("server.key.next").exists());
        assert_ne!(std::fs::read_to_string(&key_file).unwrap(), before);
        let home = Home::open(&folder, OpenMode::Read).unwrap();
        assert_eq!(
            jishi_uplink::epoch(&home.ledger).unwrap(),
            None,
            "nothing was lost"
        );
        drop(home);

        // The old key's file put back signs nothing.
        std::fs::write(&key_file, before).unwrap();
        let refused = Home::to_write(&folder, &instruments).unwrap_err();
        assert_eq!(refused.code(), "other_key");
    }

    #[test]
    fn a_key_is_changed_again_and_again() {
        let room = tempfile::tempdir().unwrap();
        let (folder, instruments) = made(room.path());
        let first = starts_with(&folder, &instruments);
        let mut before = first.clone();
        for _ in 0..3 {
            let rekeyed = rekey(&folder, &instruments).unwrap();
            assert_eq!(rekeyed.instead_of, before);
            before = starts_with(&folder, &instruments);
            assert_eq!(rekeyed.public_key, before);
        }
        let home = Home::open(&folder, OpenMode::Read).unwrap();
        let known = jishi_sync::keys_after(&first.parse().unwrap(), &home.hand_overs);
        assert_eq!(known.len(), 3);
        assert_eq!(known.last(), Some(&home.key.public()));
        let lock = lock(&folder).unwrap();
        assert_eq!(rekey(&folder, &instruments).unwrap_err().code(), "locked");
        drop(lock);
    }
}
