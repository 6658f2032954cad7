//! A till that is open for work.

use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::folder::{Folder, FolderLock};
use crate::guard::{Guard, GuardFault, GuardFile};
use crate::refusal::{Refusal, words_of_code};
use crate::shelf::TillShelf;
use crate::staff::Approval;
use crate::view::{Language, RefusedView};
use crate::world::{World, new_id};
use chrono::{DateTime, FixedOffset, SecondsFormat};
use jishi_domain::{Fen, SaleError, SaleRefusal};
use jishi_journal::body::{ApprovedFact, Body, CashDirection, ClockJumped};
use jishi_journal::{Chain, ChainId, Head};
use jishi_ledger::shift::OpenShift;
use jishi_ledger::{Ledger, Step, TillRecord, Work};

/// The one writer of a till's data.
#[derive(Debug)]
pub struct Till {
    pub(crate) folder: Folder,
    pub(crate) guard: GuardFile,
    pub(crate) ledger: Ledger,
    pub(crate) chain: Chain,
    pub(crate) record: TillRecord,
    pub(crate) generation: u32,
    pub(crate) world: WorldBox,
    pub(crate) machine: String,
    pub(crate) catalogue: Catalogue,
    pub(crate) shelf: TillShelf,
    /// How many entries had come down when the catalogue was read.
    pub(crate) came_down: u64,
    pub(crate) shift: Option<OpenShift>,
    /// The last receipt number given under this chain's prefix.
    pub(crate) running: i64,
    pub(crate) clock: Clock,
    /// All money that ever came in here, in fen: every sum over it is below.
    pub(crate) taken_in: i64,
    /// Who stands at the till, where it asks; a command line has nobody.
    pub(crate) signed_in: Option<String>,
    /// Given and not used yet; a restart forgets them.
    pub(crate) approvals: Vec<Approval>,
    /// For what is being recorded now.
    pub(crate) approved: Vec<ApprovedFact>,
    /// Chosen, and not kept: the disk is full. A restart forgets it.
    pub(crate) spoken: Option<Language>,
    /// Why this opening went on under a successor.
    pub(crate) guard_fault: Option<GuardFault>,
    /// Held, never read: letting go of it lets another process in. It stands last, to be let go of
    /// when the database is closed.
    pub(crate) _lock: FolderLock,
}

pub(crate) struct WorldBox(pub(crate) Box<dyn World>);

impl std::fmt::Debug for WorldBox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("World")
    }
}

/// An entry that is on disk.
#[derive(Debug, Clone)]
pub(crate) struct Committed {
    pub(crate) seq: u64,
    pub(crate) at: String,
}

impl Till {
    pub fn code(&self) -> &str {
        &self.record.node
    }

    pub fn chain_id(&self) -> ChainId {
        self.chain.id()
    }

    pub fn head(&self) -> Head {
        self.chain.head()
    }

    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// What a person should hear of this opening: the database did not fit its guard, and the till went
    /// on under a successor chain.
    pub fn went_on(&self, language: Language) -> Option<RefusedView> {
        let fault = self.guard_fault?;
        Some(RefusedView {
            code: fault.code().to_owned(),
            message: words_of_code(fault.code(), language)?.replace("{}", &self.prefix()),
            line: None,
        })
    }

    /// What a person should hear of a clock that was set.
    pub fn clock_jumped(&self, language: Language) -> Option<RefusedView> {
        self.clock.told(self.world.0.as_ref(), language)
    }

    /// For reports and reading; only the till itself writes.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub fn shift(&self) -> Option<&OpenShift> {
        self.shift.as_ref()
    }

    pub fn now(&self) -> DateTime<FixedOffset> {
        self.world.0.now()
    }

    /// A fresh id for what is going to be recorded.
    pub fn new_id(&self) -> String {
        new_id(self.world.0.as_ref())
    }

    /// The language chosen at this till.
    pub fn language(&self) -> Language {
        self.spoken.unwrap_or_else(|| language_of(&self.ledger))
    }

    /// Spoken from now on, also where it cannot be kept: what then has to be said is said in it.
    pub fn choose_language(&mut self, language: Language) -> Result<(), Refusal> {
        self.spoken = Some(language);
        self.note("language", language.code())?;
        self.spoken = None;
        Ok(())
    }

    /// Kept beside the chain.
    pub(crate) fn note(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        self.ledger.write(|writer| writer.put_note(name, text))?;
        Ok(())
    }

    /// Signs the facts and stores them with what follows from them, in one durable transaction. When
    /// it fails nothing has happened, in memory either.
    pub(crate) fn commit(&mut self, bodies: &[Body]) -> Result<Vec<Committed>, Refusal> {
        self.commit_with(bodies, |_| Ok(()))
    }

    /// As `commit`, with more to be kept beside the chain in the same transaction.
    pub(crate) fn commit_with(
        &mut self,
        bodies: &[Body],
        beside: impl FnOnce(&jishi_ledger::Writer<'_>) -> Result<(), Refusal>,
    ) -> Result<Vec<Committed>, Refusal> {
        self.commit_watched(bodies, &mut Work::unwatched(), beside)
    }

    /// The same, of so many facts that somebody looks on and may stop it: then none of them is recorded.
    pub(crate) fn commit_watched(
        &mut self,
        bodies: &[Body],
        work: &mut Work<'_>,
        beside: impl FnOnce(&jishi_ledger::Writer<'_>) -> Result<(), Refusal>,
    ) -> Result<Vec<Committed>, Refusal> {
        let comes_in = Fen::sum(bodies.iter().map(money_in));
        let taken_in = self.room_for(comes_in)?;
        let now = self.world.0.now();
        let text = |at: DateTime<FixedOffset>| at.to_rfc3339_opts(SecondsFormat::Secs, false);
        let at = text(now);
        let jump = self.clock.jump(self.world.0.as_ref());
        let jumped = jump.map(|jump| {
            Body::ClockJumped(ClockJumped {
                before: text(jump.before),
                now: text(jump.now),
            })
        });
        let mut chain = self.chain.clone();
        let committed = self.ledger.write(|writer| -> Result<Vec<Committed>, Refusal> {
            if let Some(jumped) = &jumped {
                append(writer, &mut chain, &at, jumped)?;
            }
            let total = bodies.len() as u64;
            let committed = (1u64..).zip(bodies).map(|(done, body)| {
                let appended = append(writer, &mut chain, &at, body)?;
                work.must_be_at(Step::Record, done, total)?;
                Ok(appended)
            });
            let committed = committed.collect::<Result<Vec<_>, Refusal>>()?;
            beside(writer)?;
            Ok(committed)
        })?;
        self.chain = chain;
        self.taken_in = taken_in;
        self.clock.recorded(self.world.0.as_ref(), now, jump);
        self.write_guard();
        Ok(committed)
    }

    /// What will have come in with this as well: sums over all that was ever sold here have to stay exact too.
    pub(crate) fn room_for(&self, comes_in: Option<Fen>) -> Result<i64, Refusal> {
        comes_in
            .and_then(|comes_in| Fen::new(self.taken_in).checked_add(comes_in))
            .and_then(Fen::within_limit)
            .map(Fen::get)
            .ok_or(Refusal::BooksFull)
    }

    /// The sale is on disk already: a guard that cannot be written now is written with the next one.
    pub(crate) fn write_guard(&mut self) {
        let guard = Guard::of(&self.machine, self.chain.id(), self.chain.head(), self.generation);
        if let Err(refusal) = self.guard.write(&guard) {
            tracing::warn!(till = %self.record.node, "The guard file was not written: {refusal}");
        }
    }

    /// Reads the catalogue and the lots again, after an import or when something has come down.
    pub(crate) fn read_again(&mut self) -> Result<(), Refusal> {
        // Before the catalogue is: what comes down meanwhile is seen the next time.
        let came_down = jishi_uplink::came_down_in_all(&self.ledger)?;
        self.catalogue = Catalogue::read(&self.ledger)?;
        self.shelf = TillShelf::of(&self.ledger)?;
        self.came_down = came_down;
        Ok(())
    }

    /// What this till has of each lot.
    pub fn here(&self) -> Result<jishi_ledger::report::Here, jishi_ledger::StoreError> {
        let from_above = jishi_uplink::lots_from_above(&self.ledger)?;
        self.ledger.here_at(self.record.till_no, &from_above)
    }

    /// Between two sales: goes by what has come down since the catalogue was read. Says whether there was anything.
    pub fn take_up_what_came_down(&mut self) -> Result<bool, Refusal> {
        if jishi_uplink::came_down_in_all(&self.ledger)? == self.came_down {
            return Ok(false);
        }
        self.read_again()?;
        Ok(true)
    }

    /// The prefix of receipt numbers: the till's code, and for a successor chain a letter.
    pub(crate) fn prefix(&self) -> String {
        receipt_prefix(&self.record.node, self.generation)
    }

    pub(crate) fn next_number(&self) -> String {
        self.number_after(0)
    }

    /// The number that is given when `more` others have been.
    pub(crate) fn number_after(&self, more: i64) -> String {
        format!("{}-{:06}", self.prefix(), self.running + 1 + more)
    }
}

/// What [`Ledger::taken_in`] counts of it.
fn money_in(body: &Body) -> Fen {
    Fen::new(match body {
        Body::SaleRecorded(sale) => sale.gross,
        Body::VouchersSold(sold) => sold.total,
        Body::ShiftOpened(opened) => opened.float,
        Body::CashMoved(moved) if moved.direction == CashDirection::In => moved.fen,
        _ => 0,
    })
}

fn append(
    writer: &jishi_ledger::Writer<'_>,
    chain: &mut Chain,
    at: &str,
    body: &Body,
) -> Result<Committed, Refusal> {
    let (signed, head) = chain.next(at, body)?;
    if !writer.append(&signed, chain.id(), head, at, body)? {
        // What would count for nothing is not signed: the cashier would see a sale that no report has.
        return Err(SaleError {
            line: None,
            refusal: SaleRefusal::NotConserved,
        }
        .into());
    }
    chain.advance(head);
    Ok(Committed {
        seq: head.seq,
        at: at.to_owned(),
    })
}

pub(crate) fn language_of(ledger: &Ledger) -> Language {
    let noted = ledger.note("language").ok().flatten();
    Language::of_code(&noted.unwrap_or_default())
}

/// `T1`, then `T1b` for the first successor, `T1c` …; after `z` two letters.
pub(crate) fn receipt_prefix(node: &str, generation: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = generation;
    while rest > 0 {
        // Below 26, so it is a letter.
        letters.push(char::from(b'a' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.reverse();
    format!("{node}{}", String::from_iter(letters))
}
