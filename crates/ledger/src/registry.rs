//! What a node keeps beside its chains: names' keys, a server's acknowledgements, its invitations,
//! what it refused, and small notes.

use crate::store::{Ledger, StoreError, from_hash};
use crate::writer::Writer;
use jishi_journal::{Branch, EntryHash, Head, NameKey, Signature, VerifyingKey};
use rusqlite::{Connection, OptionalExtension as _, params};

/// A server's signed word on how much of a chain it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAcknowledgement {
    pub server: VerifyingKey,
    /// The word itself names the chain alone: which branch of this store's it is about, its hash tells.
    pub branch: Branch,
    pub head: Head,
    /// The signed text itself, for a stranger to verify.
    pub text: String,
    pub signature: Signature,
}

/// A one-time code, by the hash of its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub secret_hash: String,
    pub kind: String,
    pub outlet: Option<String>,
    /// Of a server, the organisation that it is bound to.
    pub organisation: Option<String>,
    pub expires_at_ms: i64,
    pub used_by: Option<String>,
}

/// An entry that a server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRecord {
    pub chain: String,
    pub seq: u64,
    pub code: String,
    pub hash: String,
    pub seen_at: String,
}

impl Writer<'_> {
    pub fn put_name_key(&self, party: &str, key: &NameKey) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO name_keys (party, key_id, key) VALUES (?, ?, ?)")?
            .execute(params![party, key.id(), key.to_bytes()])?;
        Ok(())
    }

    /// Erases a name here: the chains stay whole, the name cannot be read again.
    pub fn erase_name_keys(&self, party: &str) -> Result<(), StoreError> {
        self.connection
            .execute("DELETE FROM name_keys WHERE party = ?", [party])?;
        Ok(())
    }

    pub fn put_acknowledgement(&self, word: &StoredAcknowledgement) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO acknowledgements (server_key, chain, from_hash, seq, hash, signature, text) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                word.server.to_string(),
                word.branch.chain.to_string(),
                from_hash(word.branch),
                word.head.seq as i64,
                word.head.hash.to_bytes(),
                word.signature.to_bytes(),
                word.text,
            ])?;
        Ok(())
    }

    pub fn put_note(&self, name: &str, text: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)")?
            .execute([name, text])?;
        Ok(())
    }

    /// As it stands in this transaction.
    pub fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        note(self.connection, name)
    }

    pub fn put_invitation(&self, invitation: &Invitation) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO invitations (secret_hash, kind, outlet, organisation, expires_at_ms) VALUES (?, ?, ?, ?, ?)",
            params![
                invitation.secret_hash,
                invitation.kind,
                invitation.outlet,
                invitation.organisation,
                invitation.expires_at_ms
            ],
        )?;
        Ok(())
    }

    pub fn invitation(&self, secret_hash: &str) -> Result<Option<Invitation>, StoreError> {
        invitation(self.connection, secret_hash)
    }

    /// Marks a code as used; false where it had been used before.
    pub fn use_invitation(&self, secret_hash: &str, public_key: &str) -> Result<bool, StoreError> {
        let changed = self.connection.execute(
            "UPDATE invitations SET used_by = ? WHERE secret_hash = ? AND used_by IS NULL",
            [public_key, secret_hash],
        )?;
        Ok(changed > 0)
    }

    /// No code that is not used yet can be used any more.
    pub fn expire_invitations(&self) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE invitations SET expires_at_ms = 0 WHERE used_by IS NULL",
            [],
        )?;
        Ok(())
    }

    pub fn put_fault(&self, fault: &FaultRecord) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT OR IGNORE INTO faults (chain, seq, code, hash, seen_at) VALUES (?, ?, ?, ?, ?)",
            params![
                fault.chain,
                fault.seq as i64,
                fault.code,
                fault.hash,
                fault.seen_at
            ],
        )?;
        Ok(())
    }
}

impl Ledger {
    /// A one-time code, by the hash of its secret.
    pub fn invitation(&self, secret_hash: &str) -> Result<Option<Invitation>, StoreError> {
        invitation(&self.connection, secret_hash)
    }

    pub fn name_keys(&self) -> Result<Vec<(String, NameKey)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT party, key FROM name_keys ORDER BY party, key_id")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, NameKey::from_bytes(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn acknowledgement(
        &self,
        server: &VerifyingKey,
        branch: impl Into<Branch>,
    ) -> Result<Option<StoredAcknowledgement>, StoreError> {
        let branch = branch.into();
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, hash, signature, text FROM acknowledgements \
             WHERE server_key = ? AND chain = ? AND from_hash = ?",
        )?;
        let key = params![server.to_string(), branch.chain.to_string(), from_hash(branch)];
        let found = statement
            .query_row(key, |row| {
                let seq: i64 = row.get(0)?;
                Ok(StoredAcknowledgement {
                    server: *server,
                    branch,
                    head: Head {
                        seq: seq as u64,
                        hash: EntryHash::from_bytes(row.get(1)?),
                    },
                    signature: crate::store::read_signature(row, 2)?,
                    text: row.get(3)?,
                })
            })
            .optional()?;
        Ok(found)
    }

    pub fn note(&self, name: &str) -> Result<Option<String>, StoreError> {
        note(&self.connection, name)
    }

    pub fn faults(&self) -> Result<Vec<FaultRecord>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT chain, seq, code, hash, seen_at FROM faults ORDER BY seen_at, chain, seq",
        )?;
        let rows = statement.query_map([], |row| {
            let seq: i64 = row.get(1)?;
            Ok(FaultRecord {
                chain: row.get(0)?,
                seq: seq as u64,
                code: row.get(2)?,
                hash: row.get(3)?,
                seen_at: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn invitation(connection: &Connection, secret_hash: &str) -> Result<Option<Invitation>, StoreError> {
    let found = connection
        .query_row(
            "SELECT secret_hash, kind, outlet, expires_at_ms, used_by, organisation FROM invitations WHERE secret_hash = ?",
            [secret_hash],
            |row| {
                Ok(Invitation {
                    secret_hash: row.get(0)?,
                    kind: row.get(1)?,
                    outlet: row.get(2)?,
                    expires_at_ms: row.get(3)?,
                    used_by: row.get(4)?,
                    organisation: row.get(5)?,
                })
            },
        )
        .optional()?;
    Ok(found)
}

fn note(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT text FROM notes WHERE name = ?")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}
