//! The parties' names, sealed in the chains, opened with the keys beside them.

use crate::store::{Ledger, StoreError};
use jishi_journal::body::PartyPut;
use jishi_journal::{NameKey, SealedName, open_name};
use rusqlite::OptionalExtension as _;
use std::collections::HashMap;
use std::fmt;

/// The keys that are here, by party and by the key's id, as they lie in the file.
#[derive(Default)]
pub struct Names {
    keys: HashMap<(String, String), Vec<u8>>,
}

impl fmt::Debug for Names {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of keys only how many there are is said.
        write!(formatter, "Names({})", self.keys.len())
    }
}

/// Why a name cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameFault {
    /// Erased, or its key has not come here.
    WithoutKey,
    /// The key is here and does not open the name.
    Damaged,
}

/// How the names of all parties stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamesVerdict {
    pub readable: u64,
    pub without_key: u64,
    /// Codes of the parties whose names are damaged.
    pub damaged: Vec<String>,
}

impl Names {
    pub fn open(&self, put: &PartyPut) -> Result<String, NameFault> {
        self.open_sealed(&put.code, &put.name)
    }

    /// What was sealed under this name.
    pub(crate) fn open_sealed(&self, under: &str, sealed: &SealedName) -> Result<String, NameFault> {
        let id = (under.to_owned(), sealed.key.clone());
        let key = self.keys.get(&id).ok_or(NameFault::WithoutKey)?;
        let key = key.as_slice().try_into().map_err(|_| NameFault::Damaged)?;
        open_name(under, sealed, &NameKey::from_bytes(key)).map_err(|_| NameFault::Damaged)
    }
}

impl Ledger {
    pub fn names(&self) -> Result<Names, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT party, key_id, key FROM name_keys")?;
        let rows = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        Ok(Names {
            keys: rows.collect::<Result<_, _>>()?,
        })
    }

    /// Names of parties that are sealed here and whose keys are not here: the party, and the key's id.
    pub fn names_without_key(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT p.code, p.body ->> '$.name.key' AS key_id FROM parties p WHERE NOT EXISTS \
             (SELECT 1 FROM name_keys k WHERE k.party = p.code AND k.key_id = p.body ->> '$.name.key') \
             ORDER BY p.code",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The key of a name by its id, where it is here.
    pub fn name_key(&self, party: &str, key_id: &str) -> Result<Option<NameKey>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT key FROM name_keys WHERE party = ? AND key_id = ?")?;
        let found = statement.query_row([party, key_id], |row| Ok(NameKey::from_bytes(row.get(0)?)));
        Ok(found.optional()?)
    }

    pub(crate) fn verify_names(&self) -> Result<NamesVerdict, StoreError> {
        let names = self.names()?;
        let mut verdict = NamesVerdict::default();
        for put in self.parties()? {
            match names.open(&put) {
                Ok(_) => verdict.readable += 1,
                Err(NameFault::WithoutKey) => verdict.without_key += 1,
                Err(NameFault::Damaged) => verdict.damaged.push(put.code),
            }
        }
        Ok(verdict)
    }
}
