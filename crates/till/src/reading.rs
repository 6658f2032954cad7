//! A till's data read beside whoever has it open, and the one piece of upkeep that must not.

use crate::catalogue::{Catalogue, own_outlet, products_asked};
use crate::folder::Folder;
use crate::guard::{Guard, GuardFault, check_guard};
use crate::kiosk::{Kiosk, kiosk_of};
use crate::open::newest_chain;
use crate::refusal::Refusal;
use crate::search::SearchIndex;
use crate::shift::{ShiftReport, report_of};
use crate::shift_paper::{NamedPaper, PaperForm, paper_of};
use crate::till::language_of;
use crate::view::Language;
use chrono::{DateTime, FixedOffset};
use jishi_journal::body::ProductPut;
use jishi_ledger::organisations::Tree;
use jishi_ledger::report::Here;
use jishi_ledger::{Ledger, OpenMode, StoreError, TillRecord};
use std::collections::HashMap;

/// Reads and never writes: it takes no lock, so a window may go on selling.
#[derive(Debug)]
pub struct Reading {
    ledger: Ledger,
    record: TillRecord,
    guard: Option<Guard>,
}

impl Reading {
    pub fn open(folder: &Folder) -> Result<Reading, Refusal> {
        folder.check_database()?;
        // Before the database is: a window that sells meanwhile writes the guard after it.
        let guard = Guard::read(folder);
        let ledger = Ledger::open(&folder.database(), OpenMode::Read)?;
        let first = ledger.chains()?.into_iter().next().ok_or(Refusal::NoTill)?;
        Ok(Reading {
            guard,
            record: first.till,
            ledger,
        })
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What this till has of each lot.
    pub fn here(&self) -> Result<Here, StoreError> {
        let from_above = jishi_uplink::lots_from_above(&self.ledger)?;
        self.ledger.here_at(self.record.till_no, &from_above)
    }

    /// The organisations, as the servers above tell them.
    pub fn tree(&self) -> Result<Tree, StoreError> {
        let above = jishi_uplink::above(&self.ledger)?;
        let newest = self.ledger.newest_chain(self.record.origin)?;
        let own = newest.ok_or(StoreError::UnknownChain)?.key;
        self.ledger.organisations(&own, &above)
    }

    /// Whether the till is left to the buyers.
    pub fn kiosk(&self) -> Option<Kiosk> {
        kiosk_of(&self.ledger)
    }

    /// Whether the database is the one that was written last on this machine.
    pub fn guard_fault(&self, machine: &str) -> Result<Option<GuardFault>, Refusal> {
        let newest = newest_chain(&self.ledger)?;
        check_guard(&self.ledger, self.guard.as_ref(), machine, &newest)
    }

    /// The X report of the shift that is open now.
    pub fn shift_report(&self) -> Result<ShiftReport, Refusal> {
        let till_no = self.record.till_no;
        let shift = self.ledger.open_shift(till_no)?.ok_or(Refusal::NoShift)?;
        report_of(&self.ledger, till_no, &shift)
    }

    /// A shift's paper, as a till makes it.
    pub fn shift_paper(
        &self,
        id: Option<&str>,
        now: DateTime<FixedOffset>,
        form: PaperForm,
    ) -> Result<NamedPaper, Refusal> {
        let catalogue = Catalogue::read(&self.ledger)?;
        paper_of(&self.ledger, &catalogue, &self.record, now, id, form)
    }

    /// The language chosen at this till.
    pub fn language(&self) -> Language {
        language_of(&self.ledger)
    }

    /// Products as a cashier finds them, best first.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<ProductPut>, Refusal> {
        let products = products_asked(&self.ledger, own_outlet(&self.ledger)?.as_ref())?;
        let index = SearchIndex::of(products.iter().filter(|put| put.same_as.is_none()));
        let by_code: HashMap<&str, &ProductPut> =
            products.iter().map(|put| (put.code.as_str(), put)).collect();
        let found = index.find(query).take(limit);
        Ok(found
            .filter_map(|code| by_code.get(code).copied().cloned())
            .collect())
    }
}

/// Throws the projections away and replays the journal, with the till to itself. `progress` is told
/// how many entries are done; answering false stops it, and nothing has changed.
pub fn rebuild(folder: &Folder, progress: impl FnMut(u64) -> bool) -> Result<u64, Refusal> {
    folder.check_database()?;
    let mut lock = folder.lock()?;
    lock.trust(lock.was_closed());
    // Not as a till is opened: it would read projections that may be what is wrong.
    let mut ledger = Ledger::open(&folder.database(), OpenMode::Write)?;
    ledger.rebuild(progress)?.ok_or(Refusal::Cancelled)
}
