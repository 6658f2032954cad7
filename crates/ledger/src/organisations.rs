//! The tree of organisations, as one server sees it: provinces, counties, townships, operators, and the outlets beneath
//! them. Any chain may say what it likes. Believed are the servers, those above before those beneath, and each only
//! about what stands beneath the organisation that it is bound to: nobody moves itself up.

use crate::nodes::Nodes;
use crate::store::{Ledger, SEQ_BITS, StoreError};
use jishi_journal::VerifyingKey;
use jishi_journal::body::OrganisationPut;
use std::collections::{BTreeMap, BTreeSet};

/// From the widest to the narrowest.
pub const LEVELS: [&str; 4] = ["province", "county", "township", "operator"];

/// How deep a level is; none where this version does not know it.
pub fn depth_of(level: &str) -> Option<usize> {
    LEVELS.iter().position(|known| *known == level)
}

/// An organisation as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    pub put: OrganisationPut,
    /// The key of the server whose word stands.
    pub said_by: String,
}

#[derive(Debug, Clone, Default)]
pub struct Tree {
    organisations: BTreeMap<String, Organisation>,
    /// By the outlet's code: who placed it and where, each within what the one before said.
    outlets: BTreeMap<String, Vec<(String, String)>>,
    /// The servers whose word counts, those above before those beneath.
    authors: Vec<String>,
    /// What each server is bound to by the one that enrolled it, and who that is.
    bound: BTreeMap<String, Bound>,
    own: String,
}

#[derive(Debug, Clone, Default)]
struct Bound {
    organisation: Option<String>,
    enrolled_by: Option<String>,
}

/// What one chain's entries say of an organisation or an outlet.
struct Said<T> {
    by: String,
    fact: T,
}

/// Where an outlet stands, as it is said.
struct Placed {
    outlet: String,
    organisation: String,
    revision: u32,
}

impl Tree {
    /// Those that stand beneath nobody first, each followed by what is beneath it.
    pub fn in_order(&self) -> Vec<(usize, &Organisation)> {
        let is_top = |one: &&Organisation| {
            let parent = one.put.parent.as_ref();
            parent.is_none_or(|parent| !self.organisations.contains_key(parent))
        };
        let mut ordered = Vec::new();
        let mut waiting: Vec<(usize, &Organisation)> = self
            .organisations
            .values()
            .rev()
            .filter(is_top)
            .map(|one| (0, one))
            .collect();
        while let Some((depth, one)) = waiting.pop() {
            ordered.push((depth, one));
            let beneath = self.organisations.values().rev();
            let beneath = beneath.filter(|other| other.put.parent.as_ref() == Some(&one.put.code));
            waiting.extend(beneath.map(|other| (depth + 1, other)));
        }
        ordered
    }

    pub fn organisation(&self, code: &str) -> Option<&Organisation> {
        self.organisations.get(code)
    }

    /// Where an outlet stands; none where nobody who is believed has said.
    pub fn of_outlet(&self, outlet: &str) -> Option<&str> {
        let (_, organisation) = self.outlets.get(outlet)?.last()?;
        Some(organisation)
    }

    /// Where the servers above one have placed an outlet: it can move it beneath that, and nowhere else.
    pub fn placed_above(&self, outlet: &str, server: &str) -> Option<&str> {
        let mut placed = self.outlets.get(outlet)?.iter().rev();
        let (_, organisation) = placed.find(|(by, _)| self.speaks_before(by, server))?;
        Some(organisation)
    }

    /// Whether the one server's word stands against the other's.
    pub fn speaks_before(&self, one: &str, other: &str) -> bool {
        let place = |key: &str| self.authors.iter().position(|author| author == key);
        match (place(one), place(other)) {
            (Some(one), Some(other)) => one < other,
            _ => false,
        }
    }

    /// Whether an organisation is `above` itself or stands beneath it.
    pub fn is_beneath(&self, organisation: &str, above: &str) -> bool {
        let mut at = organisation;
        // No way up is longer than there are organisations, unless it goes round.
        for _ in 0..=self.organisations.len() {
            if at == above {
                return true;
            }
            match self
                .organisations
                .get(at)
                .and_then(|one| one.put.parent.as_deref())
            {
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    pub fn outlets_beneath(&self, organisation: &str) -> BTreeSet<&str> {
        let outlets = self.outlets.keys().map(String::as_str);
        outlets
            .filter(|outlet| {
                self.of_outlet(outlet)
                    .is_some_and(|of| self.is_beneath(of, organisation))
            })
            .collect()
    }

    /// The organisation that a server is bound to, by its key, or the next one above it that is bound; none where it sees
    /// everything.
    pub fn bound(&self, server: &str) -> Option<&str> {
        self.bounds(server).next()
    }

    /// What it and those above it are bound to, its own first.
    fn bounds(&self, server: &str) -> impl Iterator<Item = &str> {
        let mut at = self.bound.get(server);
        let up = std::iter::from_fn(move || {
            let here = at?;
            at = here.enrolled_by.as_ref().and_then(|by| self.bound.get(by));
            Some(here)
        });
        // Who enrolled whom goes level by level, and so never round.
        up.filter_map(|bound| bound.organisation.as_deref())
    }

    /// What the node is bound to that the tree was read for.
    pub fn own(&self) -> Option<&str> {
        self.bound(&self.own)
    }

    /// Whether a server may speak of an organisation, or see it: no server binds another to more than it sees itself.
    pub fn may_see(&self, server: &str, organisation: &str) -> bool {
        self.bounds(server)
            .all(|bound| self.is_beneath(organisation, bound))
    }

    /// Whether what goes down to an outlet may go to a server: nobody else's, and of no outlet that is not placed where
    /// the server is bound.
    pub fn may_see_outlet(&self, server: &str, outlet: &str) -> bool {
        match self.of_outlet(outlet) {
            Some(of) => self.may_see(server, of),
            None => self.bound(server).is_none(),
        }
    }

    fn take_organisations(&mut self, said: &[Said<OrganisationPut>], by: &str) {
        // A county may say its townships in any order.
        loop {
            let mut is_more = false;
            for Said { fact, .. } in said.iter().filter(|said| said.by == by) {
                let may_say = match &fact.parent {
                    Some(parent) => self.may_see(by, parent),
                    None => self.bound(by).is_none(),
                };
                if may_say && !self.organisations.contains_key(&fact.code) {
                    let one = Organisation {
                        put: fact.clone(),
                        said_by: by.to_owned(),
                    };
                    self.organisations.insert(fact.code.clone(), one);
                    is_more = true;
                }
            }
            if !is_more {
                return;
            }
        }
    }

    fn take_outlets(&mut self, said: &[Said<Placed>], by: &str) {
        for Said { fact, .. } in said.iter().filter(|said| said.by == by) {
            let Placed {
                outlet, organisation, ..
            } = fact;
            let within = self.of_outlet(outlet);
            let is_within = within.is_none_or(|above| self.is_beneath(organisation, above));
            if self.may_see(by, organisation) && is_within {
                let placed = self.outlets.entry(outlet.clone()).or_default();
                placed.push((by.to_owned(), organisation.clone()));
            }
        }
    }
}

impl Ledger {
    /// As the node with this key sees it, and the servers above it, the nearest first.
    pub fn organisations(&self, own: &VerifyingKey, above: &[VerifyingKey]) -> Result<Tree, StoreError> {
        let top = above.last().copied().unwrap_or(*own);
        let nodes = self.nodes_seen_by(&top, &[], Some(own))?;
        let mut tree = Tree {
            own: own.to_string(),
            ..Tree::default()
        };
        // Level by level: who enrolled a server is bound before it.
        let mut authors = vec![top.to_string()];
        tree.bound.insert(top.to_string(), Bound::default());
        for server in nodes.all().iter().filter(|node| node.is_server()) {
            if tree.bound.contains_key(&server.public_key) {
                continue;
            }
            let bound = Bound {
                organisation: server.organisation.clone(),
                enrolled_by: Some(server.enrolled_by.clone()),
            };
            tree.bound.insert(server.public_key.clone(), bound);
            authors.push(server.public_key.clone());
        }
        // Its own enrolment has not come down yet: what it says itself it may see.
        if !authors.contains(&tree.own) {
            // Under another key it may have been bound.
            let before = authors.iter().rev().find(|key| nodes.now(key) == tree.own);
            let bound = before.and_then(|key| tree.bound.get(key)).cloned();
            tree.bound.insert(tree.own.clone(), bound.unwrap_or_default());
            authors.push(tree.own.clone());
        }
        let organisations = under_present_keys(&nodes, self.organisations_said()?, |put| {
            (put.code.clone(), put.revision)
        });
        let outlets = under_present_keys(&nodes, self.outlets_said()?, |placed| {
            (placed.outlet.clone(), placed.revision)
        });
        tree.authors.clone_from(&authors);
        for author in &authors {
            tree.take_organisations(&organisations, author);
        }
        for author in &authors {
            tree.take_outlets(&outlets, author);
        }
        Ok(tree)
    }

    /// The greatest revision of each first, by who said it.
    fn organisations_said(&self) -> Result<Vec<Said<OrganisationPut>>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT c.public_key, o.code, o.revision, o.level, o.name, o.parent FROM organisations o \
             JOIN chains c ON c.chain_no = o.entry >> {SEQ_BITS} \
             ORDER BY c.public_key, o.code, o.revision DESC, o.hash DESC"
        ))?;
        let rows = statement.query_map([], |row| {
            Ok(Said {
                by: row.get(0)?,
                fact: OrganisationPut {
                    code: row.get(1)?,
                    revision: row.get(2)?,
                    level: row.get(3)?,
                    name: row.get(4)?,
                    parent: row.get(5)?,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn outlets_said(&self) -> Result<Vec<Said<Placed>>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT c.public_key, o.outlet, o.organisation, o.revision FROM outlet_places o \
             JOIN chains c ON c.chain_no = o.entry >> {SEQ_BITS} \
             ORDER BY c.public_key, o.outlet, o.revision DESC, o.hash DESC"
        ))?;
        let rows = statement.query_map([], |row| {
            Ok(Said {
                by: row.get(0)?,
                fact: Placed {
                    outlet: row.get(1)?,
                    organisation: row.get(2)?,
                    revision: row.get(3)?,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Of what one server said about the same thing, under whichever key, the greatest revision.
fn under_present_keys<T>(
    nodes: &Nodes,
    mut said: Vec<Said<T>>,
    about: impl Fn(&T) -> (String, u32),
) -> Vec<Said<T>> {
    for said in &mut said {
        let now = nodes.now(&said.by).to_owned();
        said.by = now;
    }
    let place = |said: &Said<T>| {
        let (code, revision) = about(&said.fact);
        (said.by.clone(), code, std::cmp::Reverse(revision))
    };
    // Of the same revision the greater hash stands first already.
    said.sort_by_cached_key(place);
    said.dedup_by(|next, first| next.by == first.by && about(&next.fact).0 == about(&first.fact).0);
    said
}
