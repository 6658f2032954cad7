//! A ledger as a pull sees it: chains of the servers above, verified, stored and projected beside the node's own.

use crate::down::{from_above, note_from_above, note_stopped, outlet};
use crate::epoch::{gave_note, note_pulled, own_chains};
use crate::followed::with_former_keys;
use crate::outbox::above;
use crate::own_place;
use crate::servers::hear_of_servers;
use jishi_journal::body::{Audience, Body};
use jishi_journal::{ChainCheck, ChainId, NameKey, ReadEntry, SignedEntry, VerifyingKey};
use jishi_ledger::{Ledger, NextEntry, StoreError, check_sense};
use jishi_sync::protocol::{Feed, FeedsAnswer, PartyNameKey, ServerPlace, WantedChain, WantedName};
use jishi_sync::{BatchLine, Inbox, ServerAddress, Stopped, claimed_chain};
use std::collections::{HashMap, HashSet};

/// A till takes what is everybody's and its own outlet's; a hub hands on what it takes, and takes what it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    Till,
    Hub,
}

/// A connection of its own, as that of the outbox. It writes chains from above and the keys of their names.
#[derive(Debug)]
pub struct LedgerInbox {
    ledger: Ledger,
    taker: Taker,
    /// The servers above, the nearest first: no other's chain is believed.
    believed: Vec<VerifyingKey>,
    outlet: Option<String>,
    /// This node's own key, and that of the server it speaks to; unknown by stick.
    between: Option<(VerifyingKey, VerifyingKey)>,
    /// Its own with those that it had before, as far as it is known to have had others.
    own_keys: Vec<VerifyingKey>,
    /// What was given back unasked: a server that does not take it is not given it again and again.
    given_back: HashSet<(ChainId, u64)>,
}

/// An entry on its way into the ledger.
struct Good {
    chain: ChainId,
    read: ReadEntry,
    /// And not of this server's own that it lost.
    is_from_above: bool,
}

impl LedgerInbox {
    pub fn new(ledger: Ledger, taker: Taker) -> LedgerInbox {
        LedgerInbox {
            ledger,
            taker,
            believed: Vec::new(),
            outlet: None,
            between: None,
            own_keys: Vec::new(),
            given_back: HashSet::new(),
        }
    }

    /// Over a line, between this node and a server: what that one has lost is given back.
    pub fn between(self, own: VerifyingKey, server: VerifyingKey) -> LedgerInbox {
        LedgerInbox {
            between: Some((own, server)),
            own_keys: vec![own],
            ..self
        }
    }

    fn is_own(&self, key: &VerifyingKey) -> bool {
        self.own_keys.contains(key)
    }

    /// Of a server that came back from a backup, a chain that it wrote before: the server above may hold more of it.
    fn was_own(&self, chain: ChainId, key: &VerifyingKey) -> Result<bool, StoreError> {
        Ok(self.taker == Taker::Hub
            && self.is_own(key)
            && own_chains(&self.ledger)?.is_some_and(|own| !own.contains(&chain)))
    }

    /// Whether a chain for these is this node's to take.
    fn takes(&self, audience: &Audience) -> bool {
        match (audience, self.taker) {
            (Audience::Public, _) | (Audience::Outlet(_), Taker::Hub) => true,
            (Audience::Outlet(outlet), Taker::Till) => self.outlet.as_ref() == Some(outlet),
            (Audience::Closed, _) => false,
        }
    }

    fn start(&self, chain: ChainId) -> Result<ChainCheck, StoreError> {
        Ok(match self.ledger.chain(chain)? {
            Some(record) => ChainCheck::after(chain, record.key, record.head),
            None => ChainCheck::from_start(chain),
        })
    }

    /// The next entry of its chain, or the code of what is wrong with it.
    fn follow(
        &self,
        check: &mut ChainCheck,
        line: Result<ReadEntry, &'static str>,
    ) -> Result<Option<Good>, String> {
        let read = line?;
        let is_new = check.key().is_none();
        if read.entry.seq < check.wanted() {
            return self.held(check, &read);
        }
        check.accept_read(&read).map_err(|fault| fault.code())?;
        let Some(key) = check.key() else {
            return Err("bad_opening".to_owned());
        };
        if is_new {
            let Body::ChainOpened(opened) = &read.body else {
                return Err("bad_opening".to_owned());
            };
            let is_own = self.is_own(&key);
            if !is_own && !self.believed.contains(&key) {
                return Err("unknown_server".to_owned());
            }
            if !is_own && !self.takes(&Audience::of(opened)) {
                return Err("not_for_node".to_owned());
            }
        }
        // A server's word on what was sold would stand among this till's own sales.
        if !comes_down(&read.body) {
            return Err("unfit_kind".to_owned());
        }
        Ok(Some(Good {
            chain: check.id(),
            read,
            is_from_above: !self.is_own(&key),
        }))
    }

    /// What is here already is the same, or the server has written its chain anew.
    fn held(&self, check: &ChainCheck, read: &ReadEntry) -> Result<Option<Good>, String> {
        let before = read.entry.seq.saturating_sub(1);
        let known = self.ledger.entries_after(check.id(), before, 1);
        let known = known.map_err(|error| error.code())?;
        match known.first().map(SignedEntry::hash) {
            Some(hash) if hash == read.hash => Ok(None),
            // It was stored a moment ago, in this very batch.
            None => Err("bad_order".to_owned()),
            Some(_) => Err("fork".to_owned()),
        }
    }
}

/// With the chain that it says it is of.
fn read_line(line: BatchLine) -> (Option<ChainId>, Result<ReadEntry, &'static str>) {
    match line {
        BatchLine::Entry(signed) => {
            let claims = claimed_chain(signed.line.as_bytes());
            (claims, ReadEntry::read(signed).map_err(|error| error.code()))
        }
        BatchLine::Unreadable { claims, error } => (claims, Err(error.code())),
    }
}

/// The key that a chain's entry 1 says.
fn opening_key(first: &ReadEntry) -> Option<VerifyingKey> {
    match &first.body {
        Body::ChainOpened(opened) => opened.public_key.parse().ok(),
        _ => None,
    }
}

/// Catalogue, nodes, and what a later version may say.
fn comes_down(body: &Body) -> bool {
    matches!(
        body,
        Body::ChainOpened(_)
            | Body::ClockJumped(_)
            | Body::NodeEnrolled(_)
            | Body::NodeRevoked(_)
            | Body::KeyHandedOver(_)
            | Body::OrganisationPut(_)
            | Body::OutletPut(_)
            | Body::PricePut(_)
            | Body::SettingPut(_)
            | Body::StaffPut(_)
            | Body::BuyerPut(_)
            | Body::PartyPut(_)
            | Body::ProductPut(_)
            | Body::LotReceived(_)
            | Body::LotRevised(_)
            | Body::LotAllotted(_)
            | Body::LotGivenBack(_)
            | Body::IssuerPut(_)
            | Body::Unknown { .. }
            | Body::Bad { .. }
    )
}

impl Inbox for LedgerInbox {
    type Error = StoreError;

    fn wanted(&mut self, feeds: &[Feed]) -> Result<Vec<WantedChain>, StoreError> {
        // Who stands above is told with the acknowledgements, and may have changed since the last pull.
        self.believed = with_former_keys(&self.ledger, &above(&self.ledger)?)?;
        if let (Some((own, _)), Taker::Hub) = (self.between, self.taker) {
            self.own_keys = with_former_keys(&self.ledger, &[own])?;
        }
        self.outlet = outlet(&self.ledger)?;
        let mut wanted = Vec::new();
        for feed in feeds {
            let (Ok(chain), Ok(server)) =
                (feed.chain.parse::<ChainId>(), feed.server.parse::<VerifyingKey>())
            else {
                continue;
            };
            let audience = match &feed.outlet {
                None => Audience::Public,
                Some(outlet) => Audience::Outlet(outlet.clone()),
            };
            let known = self.ledger.chain(chain)?;
            // A till's own chain is nobody else's, whatever a server calls it.
            let is_of_above = known
                .as_ref()
                .is_none_or(|known| self.believed.contains(&known.key));
            let is_for_it = is_of_above && self.believed.contains(&server) && self.takes(&audience);
            let was_own =
                known.as_ref().is_none_or(|known| known.key == server) && self.was_own(chain, &server)?;
            let after = known.map_or(0, |known| known.head.seq);
            if (is_for_it || was_own) && after < feed.seq {
                wanted.push(WantedChain {
                    chain: feed.chain.clone(),
                    after,
                });
            }
        }
        Ok(wanted)
    }

    fn take(
        &mut self,
        wanted: &[WantedChain],
        lines: Vec<BatchLine>,
    ) -> Result<(usize, Vec<Stopped>), StoreError> {
        let mut checks: HashMap<ChainId, ChainCheck> = HashMap::new();
        for wanted in wanted {
            if let Ok(chain) = wanted.chain.parse() {
                checks.insert(chain, self.start(chain)?);
            }
        }
        let mut good = Vec::new();
        let mut stopped: Vec<Stopped> = Vec::new();
        let mut lines: Vec<_> = lines.into_iter().map(read_line).collect();
        for (chain, check) in &checks {
            let of_chain = lines.iter_mut().filter(|(claims, _)| *claims == Some(*chain));
            let mut entries: Vec<&mut ReadEntry> =
                of_chain.filter_map(|(_, line)| line.as_mut().ok()).collect();
            if let Some(key) = check
                .key()
                .or_else(|| entries.first().and_then(|first| opening_key(first)))
            {
                ReadEntry::prove(&mut entries, &key);
            }
        }
        for (claims, line) in lines {
            // What was not asked for, or is nobody's, is let lie.
            let Some(check) = claims.and_then(|chain| checks.get_mut(&chain)) else {
                continue;
            };
            let chain = check.id();
            if stopped.iter().any(|stopped| stopped.chain == chain) {
                continue;
            }
            match self.follow(check, line) {
                Ok(Some(next)) => good.push(next),
                Ok(None) => {}
                Err(code) => stopped.push(Stopped { chain, code }),
            }
        }
        self.store(&good)?;
        for chain in checks.into_keys() {
            let code = stopped.iter().find(|stopped| stopped.chain == chain);
            if code.is_some() || good.iter().any(|good| good.chain == chain) {
                note_stopped(&mut self.ledger, chain, code.map(|stopped| stopped.code.as_str()))?;
            }
        }
        Ok((good.len(), stopped))
    }

    fn own_place(&self) -> Result<Option<(ServerAddress, String)>, StoreError> {
        match self.taker {
            Taker::Hub => own_place(&self.ledger),
            Taker::Till => Ok(None),
        }
    }

    fn hear_of_servers(&mut self, servers: &[ServerPlace]) -> Result<(), StoreError> {
        hear_of_servers(&mut self.ledger, servers)
    }

    fn gave(&self) -> Result<Option<String>, StoreError> {
        match self.between {
            Some((_, server)) => self.ledger.note(&gave_note(&server)),
            None => Ok(None),
        }
    }

    fn to_give_back(&mut self, answer: &FeedsAnswer) -> Result<Vec<WantedChain>, StoreError> {
        let is_asked = answer.epoch.is_some() && self.gave()? != answer.epoch;
        let mut lost = Vec::new();
        for chain in from_above(&self.ledger)? {
            let Some(record) = self.ledger.chain(chain)? else {
                continue;
            };
            let name = chain.to_string();
            let told = answer.feeds.iter().find(|feed| feed.chain == name);
            // What it does not tell of at all may be for others, where it has lost nothing.
            let after = match told {
                Some(feed) => feed.seq,
                None if is_asked => 0,
                None => continue,
            };
            if after < record.head.seq && (self.given_back.insert((chain, after)) || is_asked) {
                lost.push(WantedChain { chain: name, after });
            }
        }
        Ok(lost)
    }

    fn entries_after(&self, chain: &str, seq: u64, limit: u32) -> Result<Vec<SignedEntry>, StoreError> {
        match chain.parse::<ChainId>() {
            Ok(chain) => self.ledger.entries_after(chain, seq, limit),
            Err(_) => Ok(Vec::new()),
        }
    }

    fn note_gave(&mut self, epoch: &str) -> Result<(), StoreError> {
        match self.between {
            Some((_, server)) if self.gave()?.as_deref() != Some(epoch) => self
                .ledger
                .write(|writer| writer.put_note(&gave_note(&server), epoch)),
            _ => Ok(()),
        }
    }

    fn note_complete(&mut self) -> Result<(), StoreError> {
        match self.taker {
            Taker::Hub => note_pulled(&mut self.ledger),
            Taker::Till => Ok(()),
        }
    }

    fn names_wanted(&self) -> Result<Vec<WantedName>, StoreError> {
        let names = self.ledger.names_without_key()?;
        Ok(names
            .into_iter()
            .map(|(party, key_id)| WantedName { party, key_id })
            .collect())
    }

    fn hold_name_keys(&mut self, keys: &[PartyNameKey]) -> Result<(), StoreError> {
        // Only such as a name here waits for: a server cannot put others among them.
        let wanted: HashSet<(String, String)> = self.ledger.names_without_key()?.into_iter().collect();
        let keys: Vec<(&str, NameKey)> = keys
            .iter()
            .filter_map(|handed| {
                let mut bytes = [0; 32];
                hex::decode_to_slice(&handed.key, &mut bytes).ok()?;
                let key = NameKey::from_bytes(bytes);
                let waits = wanted.contains(&(handed.party.clone(), key.id()));
                waits.then_some((handed.party.as_str(), key))
            })
            .collect();
        match keys.is_empty() {
            true => Ok(()),
            false => self.ledger.write(|writer| {
                keys.iter()
                    .try_for_each(|(party, key)| writer.put_name_key(party, key))
            }),
        }
    }
}

impl LedgerInbox {
    /// One transaction: either all of the batch is here with what follows from it, or nothing of it.
    fn store(&mut self, good: &[Good]) -> Result<(), StoreError> {
        if good.is_empty() {
            return Ok(());
        }
        let stored = self.ledger.write(|writer| {
            for next in good {
                let seq = next.read.entry.seq;
                if let Err(senseless) = check_sense(&next.read.body) {
                    tracing::warn!(chain = %next.chain, seq, "Kept and not used: {senseless}");
                }
                if seq == 1 && next.is_from_above {
                    note_from_above(writer, next.chain)?;
                }
            }
            for entries in good.chunk_by(|one, next| one.chain == next.chain) {
                let Some(first) = entries.first() else { continue };
                let next = entries.iter().map(|next| NextEntry::from(&next.read));
                writer.append_all(first.chain, next)?;
            }
            Ok(())
        });
        match stored {
            // Another process was taking the same in: what is missing still is asked for next.
            Err(StoreError::NotNext { .. }) => Ok(()),
            other => other,
        }
    }
}
