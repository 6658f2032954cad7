//! 开钱箱: the drawer opened without a sale, with a reason, and counted on the shift's papers.

use crate::cash::REASON_CHARACTERS_MAX;
use crate::refusal::Refusal;
use crate::request::{good_id, short_text};
use crate::till::Till;
use crate::wire::{DrawerRequest, DrawerResult};
use jishi_journal::body::{Body, DrawerOpened};
use jishi_paper::escpos::DRAWER_KICK;

impl Till {
    /// Opens the drawer. It hangs on the printer: with none set nothing opens, and nothing is recorded.
    ///
    /// The order is that of a reprint: the printer is reached, then the opening is recorded, then the pulse is sent. A
    /// printer that answers and then fails is counted, for the drawer may be open. At a till to practise at it stays
    /// shut, as it does with every paper there.
    pub fn open_drawer(&mut self, request: &DrawerRequest) -> Result<DrawerResult, Refusal> {
        good_id(&request.id)?;
        if let Some(first) = self.recorded_opening(request)? {
            return Ok(first);
        }
        self.check_drawer()?;
        let shift = self.shift.clone().ok_or(Refusal::NoShift)?;
        let reason = short_text(&request.reason, REASON_CHARACTERS_MAX)
            .filter(|reason| !reason.is_empty())
            .ok_or(Refusal::NoReason)?;
        let printer = match self.is_training() {
            true => None,
            false => Some(self.printer()?.ok_or(Refusal::NoPrinter)?.reach()?),
        };
        let committed = self.commit(&[Body::DrawerOpened(DrawerOpened {
            id: request.id.clone(),
            outlet: shift.outlet,
            shift: shift.id,
            business_date: shift.business_date,
            staff: self.signed_in.clone().unwrap_or(shift.staff),
            reason: reason.to_owned(),
            approved_by: self.approved.clone(),
        })])?;
        if let Some(printer) = printer {
            printer.send(DRAWER_KICK)?;
        }
        Ok(DrawerResult {
            id: request.id.clone(),
            seq: committed.last().map_or(0, |last| last.seq),
            at: committed.last().map(|last| last.at.clone()).unwrap_or_default(),
            openings: self.drawer_openings()?,
            repeated: false,
        })
    }

    /// Whether there is a drawer to open, and a shift that it is counted in.
    pub(crate) fn check_drawer(&self) -> Result<(), Refusal> {
        if self.shift.is_none() {
            return Err(Refusal::NoShift);
        }
        match self.is_training() || self.printer()?.is_some() {
            true => Ok(()),
            false => Err(Refusal::NoPrinter),
        }
    }

    fn drawer_openings(&self) -> Result<u64, Refusal> {
        let Some(shift) = &self.shift else { return Ok(0) };
        let figures = self.ledger.shift_figures(self.record.till_no, shift)?;
        Ok(figures.drawer_openings)
    }

    fn recorded_opening(&self, request: &DrawerRequest) -> Result<Option<DrawerResult>, Refusal> {
        let Some(place) = self.ledger.request(self.record.till_no, &request.id)? else {
            return Ok(None);
        };
        let facts = self.ledger.facts_at(place)?;
        match facts.map(|facts| (facts.seq, facts.at, facts.body)) {
            Some((seq, at, Body::DrawerOpened(opened))) if opened.reason == request.reason.trim() => {
                Ok(Some(DrawerResult {
                    id: opened.id,
                    seq,
                    at,
                    openings: self.drawer_openings()?,
                    repeated: true,
                }))
            }
            _ => Err(Refusal::IdReused),
        }
    }
}
