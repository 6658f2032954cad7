//! Who is enrolled. A chain may say anything about nodes; believed are the server itself, and the servers that were
//! enrolled by one who is believed.

use crate::store::{Ledger, SEQ_BITS, StoreError};
use jishi_journal::VerifyingKey;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

/// An enrolled node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRecord {
    pub node: String,
    pub public_key: String,
    /// `till`, `hub` or `centre`.
    pub kind: String,
    pub outlet: Option<String>,
    /// Of a server, the organisation that it is bound to.
    pub organisation: Option<String>,
    /// The key that the same node had before.
    pub instead_of: Option<String>,
    /// The key of the server that enrolled it.
    pub enrolled_by: String,
    /// By who enrolled it, or a server above that one.
    pub revoked: bool,
    /// The node goes on with another key.
    pub handed_over: bool,
}

impl NodeRecord {
    /// Whether it may bring anything.
    pub fn stands(&self) -> bool {
        !self.revoked && !self.handed_over
    }

    /// It takes in others' chains, and enrols nodes of its own.
    pub fn is_server(&self) -> bool {
        self.kind != "till"
    }
}

/// The nodes beneath one server.
#[derive(Debug, Clone, Default)]
pub struct Nodes {
    records: Vec<NodeRecord>,
    /// Where each stands, by who enrolled it and its key.
    places: HashMap<(String, String), usize>,
    /// Each server beneath with the one that enrolled it.
    above: BTreeMap<String, String>,
    /// Servers that go on with another key: the key before with the one that came after it.
    after: BTreeMap<String, String>,
    /// All that was said of keys in the place of others, also where a later word of the same key stands: a server that
    /// came back from a backup enrols the last of several keys in the place of the one that it knew.
    taken: Vec<Taken>,
}

/// That one key stands in the place of another.
#[derive(Debug, Clone)]
struct Taken {
    before: String,
    key: String,
    by: String,
    is_servers: bool,
}

impl Nodes {
    /// The server itself first, then level by level in the order of their entries.
    pub fn all(&self) -> &[NodeRecord] {
        &self.records
    }

    /// The key that a server has now which had this one before; the key itself where it is no server's, or its present one.
    pub fn now<'a>(&'a self, key: &'a str) -> &'a str {
        let mut at = key;
        // No server has had more keys than there are words of them, unless they go round.
        for _ in 0..self.after.len() {
            match self.after.get(at) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// A key may be enrolled at several servers.
    pub fn of<'a>(&'a self, public_key: &'a str) -> impl Iterator<Item = &'a NodeRecord> {
        self.records
            .iter()
            .filter(move |record| record.public_key == public_key)
    }

    /// Of several words of one server about one key the last stands: a node is of one outlet.
    fn put(&mut self, found: &NodeRecord) {
        if let Some(before) = &found.instead_of {
            self.taken.push(Taken {
                before: before.clone(),
                key: found.public_key.clone(),
                by: found.enrolled_by.clone(),
                is_servers: found.is_server(),
            });
        }
        let place = (found.enrolled_by.clone(), found.public_key.clone());
        match self.places.entry(place) {
            Entry::Occupied(known) => self.records[*known.get()].clone_from(found),
            Entry::Vacant(free) => {
                free.insert(self.records.len());
                self.records.push(found.clone());
            }
        }
    }

    /// A key that another one took the place of, by the word of who enrolled it or a server above that.
    fn mark_handed_over(&mut self) {
        for taken in &self.taken {
            for at in 0..self.records.len() {
                let record = &self.records[at];
                if record.public_key == taken.before && self.is_beneath(&record.enrolled_by, &taken.by) {
                    self.records[at].handed_over = true;
                }
            }
        }
    }

    /// The keys that a node had before this one, by the words of who enrolled it, the latest first.
    pub fn keys_before<'a>(&'a self, record: &'a NodeRecord) -> Vec<&'a str> {
        let mut keys: Vec<&str> = Vec::new();
        let mut at = record;
        while let Some(before) = at.instead_of.as_deref() {
            if keys.contains(&before) || before == record.public_key {
                break;
            }
            keys.push(before);
            let place = (record.enrolled_by.clone(), before.to_owned());
            match self.places.get(&place) {
                Some(found) => at = &self.records[*found],
                None => break,
            }
        }
        keys
    }

    /// Whether `server` is `above` itself or beneath it.
    pub fn is_beneath(&self, server: &str, above: &str) -> bool {
        let (mut at, above) = (self.now(server), self.now(above));
        loop {
            if at == above {
                return true;
            }
            match self.above.get(at) {
                Some(next) => at = self.now(next),
                None => return false,
            }
        }
    }

    /// A server in whose place one of those that were just found stands, by the word of the same server.
    fn follow_servers(&mut self, said_from: usize) {
        for taken in self.taken[said_from..].iter().filter(|taken| taken.is_servers) {
            let place = (taken.by.clone(), taken.before.clone());
            if self.places.contains_key(&place) && taken.before != taken.key {
                self.after
                    .entry(taken.before.clone())
                    .or_insert_with(|| taken.key.clone());
            }
        }
    }
}

impl Ledger {
    /// The keys that these servers had before, by their own words: whom they are believed in, they are believed in this.
    pub fn former_keys(&self, keys: &[VerifyingKey]) -> Result<Vec<VerifyingKey>, StoreError> {
        let keys: Vec<String> = keys.iter().map(VerifyingKey::to_string).collect();
        let former = self.formerly(&keys)?.into_keys();
        let damaged = |_| StoreError::Damaged("a key that a server had before".to_owned());
        former.map(|key| key.parse().map_err(damaged)).collect()
    }

    /// The same, each with the key that came after it.
    fn formerly(&self, keys: &[String]) -> Result<BTreeMap<String, String>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT n.instead_of FROM nodes n JOIN chains c ON c.chain_no = n.entry >> {SEQ_BITS} \
             WHERE n.public_key = ?1 AND c.public_key = ?1 AND n.instead_of IS NOT NULL ORDER BY n.entry"
        ))?;
        let mut after = BTreeMap::new();
        let mut asked: Vec<String> = keys.to_vec();
        while let Some(key) = asked.pop() {
            let said = statement.query_map([&key], |row| row.get::<_, String>(0))?;
            for before in said.collect::<Result<Vec<_>, _>>()? {
                if !keys.contains(&before) && !after.contains_key(&before) {
                    after.insert(before.clone(), key.clone());
                    asked.push(before);
                }
            }
        }
        Ok(after)
    }

    /// The nodes beneath the server with this key, itself included. The servers above it may have revoked any of them.
    pub fn nodes(&self, root: &VerifyingKey, above: &[VerifyingKey]) -> Result<Nodes, StoreError> {
        self.nodes_seen_by(root, above, None)
    }

    /// The same, as the server with a third key sees it, which believes what it has said itself.
    pub(crate) fn nodes_seen_by(
        &self,
        root: &VerifyingKey,
        above: &[VerifyingKey],
        own: Option<&VerifyingKey>,
    ) -> Result<Nodes, StoreError> {
        let mut enrolments: Vec<NodeRecord> = self
            .connection
            .prepare_cached(&format!(
                "SELECT n.node, n.public_key, n.kind, n.outlet, n.organisation, n.instead_of, c.public_key FROM nodes n \
                 JOIN chains c ON c.chain_no = n.entry >> {SEQ_BITS} ORDER BY n.entry"
            ))?
            .query_map([], |row| {
                Ok(NodeRecord {
                    node: row.get(0)?,
                    public_key: row.get(1)?,
                    kind: row.get(2)?,
                    outlet: row.get(3)?,
                    organisation: row.get(4)?,
                    instead_of: row.get(5)?,
                    enrolled_by: row.get(6)?,
                    revoked: false,
                    handed_over: false,
                })
            })?
            .collect::<Result<_, _>>()?;
        let believed = std::iter::once(root).chain(above).chain(own);
        let believed: Vec<String> = believed.map(VerifyingKey::to_string).collect();
        let root = root.to_string();
        // The server itself stands first, whenever it came to the key that it has.
        enrolments.sort_by_key(|found| found.public_key != root);
        let mut nodes = Nodes {
            after: self.formerly(&believed)?,
            ..Nodes::default()
        };
        let mut level = vec![root.clone()];
        while !level.is_empty() {
            let mut next = Vec::new();
            let said_before = nodes.taken.len();
            for found in &enrolments {
                let by = nodes.now(&found.enrolled_by);
                // What the server itself was is no node beneath it.
                let was_itself = found.public_key != root && nodes.now(&found.public_key) == root;
                if was_itself || !level.iter().any(|server| server == by) {
                    continue;
                }
                let found = &NodeRecord {
                    enrolled_by: by.to_owned(),
                    ..found.clone()
                };
                // A server that came back from a backup may have enrolled it once more before it knew.
                if nodes.records.contains(found) {
                    continue;
                }
                let itself = found.public_key == root && found.enrolled_by == root;
                let by = nodes.above.get(&found.public_key);
                let is_new = by.is_none();
                let met_above = found.public_key == root || by.is_some_and(|by| *by != found.enrolled_by);
                if itself || !met_above {
                    nodes.put(found);
                }
                if found.is_server() && !met_above && is_new {
                    nodes
                        .above
                        .insert(found.public_key.clone(), found.enrolled_by.clone());
                    next.push(found.public_key.clone());
                }
            }
            nodes.follow_servers(said_before);
            level = next;
        }
        self.mark_revoked(&mut nodes, above)?;
        nodes.mark_handed_over();
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
            let by = nodes.now(&by).to_owned();
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
