//! Cash that is put into the drawer or taken out of it without a sale.

use crate::refusal::Refusal;
use crate::request::{good_id, short_text};
use crate::till::Till;
use crate::wire::{CashRequest, CashResult};
use jishi_domain::Fen;
use jishi_journal::body::{Body, CashDirection, CashMoved};

pub(crate) const REASON_CHARACTERS_MAX: usize = 40;
/// What is put into a drawer at once, at most: 100,000,000.00 yuan. A slip of many zeros must not use up the room that
/// the sums of all sales have.
pub(crate) const DRAWER_FEN_MAX: i64 = 10_000_000_000;

impl Till {
    /// Records that cash went in or out. The same request again under its id answers the first result.
    pub fn move_cash(&mut self, request: &CashRequest) -> Result<CashResult, Refusal> {
        good_id(&request.id)?;
        if let Some(first) = self.recorded_move(request)? {
            return Ok(first);
        }
        let shift = self.shift.clone().ok_or(Refusal::NoShift)?;
        let most = match request.direction {
            CashDirection::In => DRAWER_FEN_MAX,
            CashDirection::Out => Fen::MAX.get(),
        };
        if !(1..=most).contains(&request.fen) {
            return Err(Refusal::BadAmount);
        }
        let reason = short_text(&request.reason, REASON_CHARACTERS_MAX)
            .filter(|reason| !reason.is_empty())
            .ok_or(Refusal::NoReason)?;
        let held = self
            .ledger
            .shift_figures(self.record.till_no, &shift)?
            .cash_expected;
        let after = match request.direction {
            CashDirection::In => held.saturating_add(request.fen),
            CashDirection::Out => held.saturating_sub(request.fen),
        };
        if after < 0 && request.direction == CashDirection::Out {
            return Err(Refusal::NotEnoughCash);
        }
        if after > Fen::MAX.get() {
            return Err(Refusal::BadAmount);
        }
        let committed = self.commit(&[Body::CashMoved(CashMoved {
            id: request.id.clone(),
            outlet: shift.outlet,
            shift: shift.id,
            business_date: shift.business_date,
            staff: self.signed_in.clone().unwrap_or(shift.staff),
            direction: request.direction,
            fen: request.fen,
            reason: reason.to_owned(),
        })])?;
        Ok(CashResult {
            id: request.id.clone(),
            seq: committed.last().map_or(0, |last| last.seq),
            at: committed.last().map(|last| last.at.clone()).unwrap_or_default(),
            cash_expected: after,
            repeated: false,
        })
    }

    fn recorded_move(&self, request: &CashRequest) -> Result<Option<CashResult>, Refusal> {
        let Some(place) = self.ledger.request(self.record.till_no, &request.id)? else {
            return Ok(None);
        };
        let facts = self.ledger.facts_at(place)?;
        let Some((seq, at, Body::CashMoved(moved))) = facts.map(|facts| (facts.seq, facts.at, facts.body))
        else {
            return Err(Refusal::IdReused);
        };
        let same = (moved.direction, moved.fen, moved.reason.as_str())
            == (request.direction, request.fen, request.reason.trim());
        if !same {
            return Err(Refusal::IdReused);
        }
        let shift = self.shift.as_ref().filter(|shift| shift.id == moved.shift);
        let cash_expected = match shift {
            Some(shift) => {
                self.ledger
                    .shift_figures(self.record.till_no, shift)?
                    .cash_expected
            }
            None => 0,
        };
        Ok(Some(CashResult {
            id: moved.id,
            seq,
            at,
            cash_expected,
            repeated: true,
        }))
    }
}
