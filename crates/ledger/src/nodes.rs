//! Who is enrolled. A chain may say anything about nodes; believed are the server itself, and the servers that were
//! enrolled by one who is believed.

use crate::store::{Ledger, SEQ_BITS, StoreError};
use jishi_journal::VerifyingKey;
use std::collections::BTreeMap;

/// An enrolled node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRecord {
    pub node: String,
    pub public_key: String,
    /// `till`, `hub` or `centre`.
    pub kind: String,
    pub outlet: Option<String>,
    /// The key of the server that enrolled it.
    pub enrolled_by: String,
    /// By who enrolled it, or a server above that one.
    pub revoked: bool,
}

impl NodeRecord {
    /// It takes in others' chains, and enrols nodes of its own.
    pub fn is_server(&self) -> bool {
        self.kind != "till"
    }
}

/// The nodes beneath one server.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    records: Vec<NodeRecord>,
    /// Each server beneath with the one that enrolled it.
    above: BTreeMap<String, String>,
}

impl Nodes {
    /// The server itself first, then level by level in the order of their entries.
    pub fn all(&self) -> &[NodeRecord] {
        &self.records
    }

    /// A key may be enrolled at several servers.
    pub fn of<'a>(&'a self, public_key: &'a str) -> impl Iterator<Item = &'a NodeRecord> {
        self.records
            .iter()
            .filter(move |record| record.public_key == public_key)
    }

    /// Whether `server` is `above` itself or beneath it.
    pub fn is_beneath(&self, server: &str, above: &str) -> bool {
        let mut at = server;
        loop {
            if at == above {
                return true;
            }
            match self.above.get(at) {
                Some(next) => at = next,
                None => return false,
            }
        }
    }
}

impl Ledger {
    /// The nodes beneath the server with this key, itself included. The servers above it may have revoked any of them.
    pub fn nodes(&self, root: &VerifyingKey, above: &[VerifyingKey]) -> Result<Nodes, StoreError> {
        let enrolments: Vec<NodeRecord> = self
            .connection
            .prepare_cached(&format!(
                "SELECT n.node, n.public_key, n.kind, n.outlet, c.public_key FROM nodes n \
                 JOIN chains c ON c.chain_no = n.entry >> {SEQ_BITS} ORDER BY n.entry"
            ))?
            .query_map([], |row| {
                Ok(NodeRecord {
                    node: row.get(0)?,
                    public_key: row.get(1)?,
                    kind: row.get(2)?,
                    outlet: row.get(3)?,
                    enrolled_by: row.get(4)?,
                    revoked: false,
                })
            })?
            .collect::<Result<_, _>>()?;
        let root = root.to_string();
        let mut nodes = Nodes::default();
        let mut level = vec![root.clone()];
        while !level.is_empty() {
            let mut next = Vec::new();
            for found in enrolments
                .iter()
                .filter(|found| level.contains(&found.enrolled_by))
            {
                // A server that came back from a backup may have enrolled it once more before it knew.
                if nodes.records.contains(found) {
                    continue;
                }
                let itself = found.public_key == root && found.enrolled_by == root;
                let met_above = found.public_key == root || nodes.above.contains_key(&found.public_key);
                if itself || !met_above {
                    nodes.records.push(found.clone());
                }
                if found.is_server() && !met_above {
                    nodes
                        .above
                        .insert(found.public_key.clone(), found.enrolled_by.clone());
                    next.push(found.public_key.clone());
                }
            }
            level = next;
        }
        self.mark_revoked(&mut nodes, above)?;
        Ok(nodes)
    }

    fn mark_revoked(&self, nodes: &mut Nodes, above: &[VerifyingKey]) -> Result<(), StoreError> {
        let above: Vec<String> = above.iter().map(VerifyingKey::to_string).collect();
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT r.public_key, c.public_key FROM revoked_nodes r \
             JOIN chains c ON c.chain_no = r.entry >> {SEQ_BITS}"
        ))?;
        let revocations: Vec<(String, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (key, by) in revocations {
            for at in 0..nodes.records.len() {
                let record = &nodes.records[at];
                let by_one_above = above.contains(&by) || nodes.is_beneath(&record.enrolled_by, &by);
                if record.public_key == key && by_one_above {
                    nodes.records[at].revoked = true;
                }
            }
        }
        Ok(())
    }
}
