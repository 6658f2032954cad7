//! From a shift to its paper: the X report while it is open, the Z report when it is closed.
//!
//! A Z report bears the hash of the closing entry itself, which is the chain's head right after it: that
//! entry states the very figures on the paper, and names the one before it, and so on to the first.
//! Whoever has the chain finds the entry by its seq and hashes its bytes.

use crate::catalogue::Catalogue;
use crate::refusal::Refusal;
use crate::shift::{ShiftReport, report_of};
use crate::till::{Till, receipt_prefix};
use crate::training::is_training;
use crate::view::Language;
use chrono::{DateTime, FixedOffset};
use jishi_domain::{Fen, TenderKind};
use jishi_journal::body::{Body, CashCount, CashPieces, GrandTotals, ShiftFigures};
use jishi_journal::{ChainId, EntryHash};
use jishi_ledger::sale::StoredFacts;
use jishi_ledger::{Ledger, TillRecord};
use jishi_paper::receipt::Verification;
use jishi_paper::shift::{DrawerCash, DrawerCount, LifeTotals, ShiftClosing, ShiftEnding};
use jishi_paper::{Document, ShiftPaper, Width};

/// A paper of a shift, and the name of its file.
#[derive(Debug)]
pub struct NamedPaper {
    pub name: String,
    pub document: Document,
}

/// How a paper is made.
#[derive(Debug, Clone, Copy)]
pub struct PaperForm {
    pub width: Width,
    pub language: Language,
    /// Whether it is not the first of its shift; an X report is always a new reading.
    pub is_reprint: bool,
    /// 盲交: an X report for whoever is going to count, without what should be in the drawer.
    pub is_blind: bool,
}

impl Till {
    /// The Z report of a closed shift; without an id the X report of the open one, and where none is
    /// open the Z report of the one that was closed last.
    pub fn shift_paper(&self, id: Option<&str>, form: PaperForm) -> Result<NamedPaper, Refusal> {
        paper_of(&self.ledger, &self.catalogue, &self.record, self.now(), id, form)
    }
}

pub(crate) fn paper_of(
    ledger: &Ledger,
    catalogue: &Catalogue,
    record: &TillRecord,
    now: DateTime<FixedOffset>,
    id: Option<&str>,
    form: PaperForm,
) -> Result<NamedPaper, Refusal> {
    let open = ledger.open_shift(record.till_no)?;
    let open = open.filter(|shift| id.is_none_or(|id| id == shift.id));
    let maker = Maker {
        ledger,
        catalogue,
        record,
    };
    let (name, paper) = match open {
        Some(shift) => {
            let place = shift.place;
            let (name, paper) = maker.x_paper(&report_of(ledger, record.till_no, &shift)?, place, now)?;
            let is_blind = form.is_blind;
            (name, ShiftPaper { is_blind, ..paper })
        }
        None => maker.z_paper(id, form.is_reprint.then_some(now))?,
    };
    let language = jishi_paper::Language::from(form.language);
    let document = paper
        .to_document(form.width, language)
        .map_err(|error| Refusal::Paper(error.to_string()))?;
    let document = match is_training(ledger) {
        true => document.marked_as_training(language),
        false => document,
    };
    Ok(NamedPaper { name, document })
}

struct Maker<'a> {
    ledger: &'a Ledger,
    catalogue: &'a Catalogue,
    record: &'a TillRecord,
}

impl Maker<'_> {
    fn x_paper(
        &self,
        report: &ShiftReport,
        opened_place: i64,
        now: DateTime<FixedOffset>,
    ) -> Result<(String, ShiftPaper), Refusal> {
        let newest = self
            .ledger
            .newest_chain(self.record.origin)?
            .ok_or(Refusal::NoTill)?;
        let opened = self.facts(opened_place)?;
        let prefix = receipt_prefix(&self.record.node, newest.generation);
        let seq = newest.head.seq;
        let ending = ShiftEnding::Open {
            read_at: now,
            short_hash: newest.head.hash.short(),
        };
        let paper = ShiftPaper {
            business_date: report.business_date.clone(),
            cashier_name: self.catalogue.staff_name(&report.staff),
            opened_at: moment(&report.opened_at)?,
            first_entry: self.entry_name(&opened)?,
            last_entry: format!("{prefix} #{seq}"),
            ..self.with_figures(&report.figures, report.grand_totals, ending)?
        };
        Ok((format!("{prefix}-X-{seq:06}"), paper))
    }

    fn z_paper(
        &self,
        id: Option<&str>,
        reprinted_at: Option<DateTime<FixedOffset>>,
    ) -> Result<(String, ShiftPaper), Refusal> {
        let none = || match id {
            Some(id) => Refusal::NoSuchShift { shift: id.to_owned() },
            None => Refusal::NoShift,
        };
        let shift = self
            .ledger
            .closed_shift(self.record.till_no, id)?
            .ok_or_else(none)?;
        let (opened, closed) = (self.facts(shift.opened_place)?, self.facts(shift.closed_place)?);
        let (Body::ShiftOpened(opening), Body::ShiftClosed(closing)) = (&opened.body, &closed.body) else {
            return Err(none());
        };
        let (chain, seq, hash) = (closed.chain, closed.seq, closed.hash);
        let ending = ShiftEnding::Closed(ShiftClosing {
            closed_at: moment(&closed.at)?,
            counted: closing.counted.map(Fen::new),
            counts: closing.counts.iter().map(drawer_count).collect(),
            verification: Verification {
                payload: payload(chain, seq, hash),
                short_hash: hash.short(),
            },
            reprinted_at,
        });
        let mut figures = closing.figures.clone();
        // An entry of the first programs says only the sum: its float is in the opening, and what is
        // left was taken.
        figures.cash.get_or_insert(jishi_journal::body::CashFigures {
            float: opening.float,
            taken: figures.cash_expected.saturating_sub(opening.float),
            ..Default::default()
        });
        let last_entry = self.entry_name(&closed)?;
        let paper = ShiftPaper {
            business_date: opening.business_date.clone(),
            cashier_name: self.catalogue.staff_name(&opening.staff),
            closed_by: (closing.staff != opening.staff).then(|| self.catalogue.staff_name(&closing.staff)),
            opened_at: moment(&opened.at)?,
            first_entry: self.entry_name(&opened)?,
            last_entry: last_entry.clone(),
            ..self.with_figures(&figures, closing.grand_totals, ending)?
        };
        let (prefix, _) = last_entry.split_once(' ').unwrap_or_default();
        Ok((format!("{prefix}-Z-{seq:06}"), paper))
    }

    /// All but who, when and where in the chain.
    fn with_figures(
        &self,
        figures: &ShiftFigures,
        totals: GrandTotals,
        ending: ShiftEnding,
    ) -> Result<ShiftPaper, Refusal> {
        let outlet = self.catalogue.outlet();
        let cash = figures.cash.unwrap_or_default();
        // Goods that paid for goods are on both sides and come to nothing.
        let paid = figures
            .tenders
            .iter()
            .filter(|tender| tender.kind != TenderKind::Exchange.code());
        let tenders = paid.map(|tender| {
            let kind = TenderKind::from_code(&tender.kind)
                .ok_or_else(|| Refusal::Paper(format!("a tender of kind {}", tender.kind)))?;
            Ok((kind, Fen::new(tender.fen - tender.refunded)))
        });
        Ok(ShiftPaper {
            outlet_name: outlet.map(|outlet| outlet.name.clone()).unwrap_or_default(),
            operator_name: outlet.map(|outlet| outlet.operator.clone()).unwrap_or_default(),
            till_name: self.record.node.clone(),
            business_date: String::new(),
            cashier_name: String::new(),
            closed_by: None,
            is_blind: false,
            opened_at: DateTime::<FixedOffset>::default(),
            sales: figures.sales,
            refunds: figures.refunds,
            voids: figures.voids,
            drawer_openings: figures.drawer_openings,
            kiosk_sales: figures.kiosk_sales,
            kiosk_sold: Fen::new(figures.kiosk_sold),
            discount: Fen::new(figures.discount),
            refunded: Fen::new(figures.refunded),
            net: Fen::new(figures.net),
            vouchers_sold: Fen::new(figures.vouchers_sold),
            vouchers_returned: Fen::new(figures.vouchers_returned),
            tenders: tenders.collect::<Result<_, Refusal>>()?,
            cash: DrawerCash {
                float: Fen::new(cash.float),
                taken: Fen::new(cash.taken),
                given_back: Fen::new(cash.given_back),
                moved_in: Fen::new(cash.moved_in),
                moved_out: Fen::new(cash.moved_out),
                expected: Fen::new(figures.cash_expected),
            },
            totals: LifeTotals {
                sales: totals.sales,
                sold: Fen::new(totals.sold),
                refunds: totals.refunds,
                refunded: Fen::new(totals.refunded),
            },
            first_entry: String::new(),
            last_entry: String::new(),
            ending,
        })
    }

    fn facts(&self, place: i64) -> Result<StoredFacts, Refusal> {
        self.ledger.facts_at(place)?.ok_or(Refusal::NoShift)
    }

    /// `T1b #17`: a shift may begin in one chain and end in its successor.
    fn entry_name(&self, facts: &StoredFacts) -> Result<String, Refusal> {
        let chain = self.ledger.chain(facts.chain)?.ok_or(Refusal::NoTill)?;
        let prefix = receipt_prefix(&self.record.node, chain.generation);
        Ok(format!("{prefix} #{}", facts.seq))
    }
}

/// What the QR of a Z report says: where the closing entry stands, and the hash of its bytes.
fn payload(chain: ChainId, seq: u64, hash: EntryHash) -> String {
    format!("jishi:z:{chain}:{seq}:{hash}")
}

fn drawer_count(count: &CashCount) -> DrawerCount {
    let pieces = count.pieces.iter();
    DrawerCount {
        counted: Fen::new(count.fen),
        expected: Fen::new(count.expected),
        pieces: pieces
            .map(|CashPieces(value, pieces)| (Fen::new(*value), *pieces))
            .collect(),
    }
}

fn moment(at: &str) -> Result<DateTime<FixedOffset>, Refusal> {
    DateTime::parse_from_rfc3339(at).map_err(|error| Refusal::Paper(error.to_string()))
}
