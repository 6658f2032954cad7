//! Shifts: opened with a float, closed with a count.

use crate::refusal::Refusal;
use crate::till::Till;
use crate::world::new_id;
use jishi_journal::body::{Body, GrandTotals, ShiftClosed, ShiftFigures, ShiftOpened};
use serde::Serialize;

/// The X report of the open shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShiftReport {
    pub shift: String,
    pub outlet: String,
    pub business_date: String,
    pub staff: String,
    pub opened_at: String,
    pub float: i64,
    #[serde(flatten)]
    pub figures: ShiftFigures,
    pub grand_totals: GrandTotals,
    /// Of a closed shift: what was counted, and the count less what was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<i64>,
}

impl Till {
    pub fn open_shift(&mut self, staff: Option<&str>, float_fen: i64) -> Result<ShiftReport, Refusal> {
        if self.shift.is_some() {
            return Err(Refusal::ShiftOpen);
        }
        if !(0..=jishi_domain::Fen::MAX.get()).contains(&float_fen) {
            return Err(Refusal::BadRequest("a float below 0 or too large".to_owned()));
        }
        let opened = self.shift_to_open(staff, float_fen)?;
        self.commit(&[Body::ShiftOpened(opened)])?;
        self.shift = self.ledger.open_shift(self.record.till_no)?;
        self.shift_report()
    }

    /// The X report.
    pub fn shift_report(&self) -> Result<ShiftReport, Refusal> {
        let shift = self.shift.as_ref().ok_or(Refusal::NoShift)?;
        Ok(ShiftReport {
            shift: shift.id.clone(),
            outlet: shift.outlet.clone(),
            business_date: shift.business_date.clone(),
            staff: shift.staff.clone(),
            opened_at: shift.opened_at.clone(),
            float: shift.float_fen,
            figures: self.ledger.shift_figures(self.record.till_no, shift)?,
            grand_totals: self.ledger.grand_totals(self.record.till_no)?,
            counted: None,
            difference: None,
        })
    }

    pub fn close_shift(&mut self, counted_fen: Option<i64>) -> Result<ShiftReport, Refusal> {
        let report = self.shift_report()?;
        if counted_fen.is_some_and(|fen| !(0..=jishi_domain::Fen::MAX.get()).contains(&fen)) {
            return Err(Refusal::BadRequest("a count below 0 or too large".to_owned()));
        }
        let closed = ShiftClosed {
            id: report.shift.clone(),
            staff: report.staff.clone(),
            figures: report.figures.clone(),
            counted: counted_fen,
            grand_totals: report.grand_totals,
            approved_by: self.approved.clone(),
        };
        self.commit(&[Body::ShiftClosed(closed)])?;
        self.shift = None;
        let difference = counted_fen.map(|counted| counted - report.figures.cash_expected);
        Ok(ShiftReport {
            counted: counted_fen,
            difference,
            ..report
        })
    }

    /// The id and business date of the shift that the next entry stands in, and who acts in it. With none open, the
    /// opening of one is put before it, into the same transaction.
    pub(crate) fn shift_of_next(
        &mut self,
        bodies: &mut Vec<Body>,
    ) -> Result<(String, String, String), Refusal> {
        if self.shift.is_none() {
            self.shift = self.ledger.open_shift(self.record.till_no)?;
        }
        if let Some(shift) = &self.shift {
            let cashier = self.signed_in.as_ref().unwrap_or(&shift.staff).clone();
            return Ok((shift.id.clone(), shift.business_date.clone(), cashier));
        }
        let opened = self.shift_to_open(None, 0)?;
        let named = (
            opened.id.clone(),
            opened.business_date.clone(),
            opened.staff.clone(),
        );
        bodies.push(Body::ShiftOpened(opened));
        Ok(named)
    }

    /// After an entry that opened a shift. The entry is on disk: if its shift cannot be read back now,
    /// it is read before the next one, and the cashier is still told that the sale is done.
    pub(crate) fn read_shift(&mut self) {
        self.shift = self.ledger.open_shift(self.record.till_no).ok().flatten();
    }

    /// The facts of a shift that begins now. Its business date is the day it begins.
    pub(crate) fn shift_to_open(&self, staff: Option<&str>, float: i64) -> Result<ShiftOpened, Refusal> {
        let staff = match staff {
            Some(code) => {
                let member = self.catalogue.staff_member(code);
                member
                    .ok_or_else(|| Refusal::NoSuchStaff {
                        staff: code.to_owned(),
                    })?
                    .code
                    .clone()
            }
            None => self.acting(),
        };
        let world = self.world.0.as_ref();
        Ok(ShiftOpened {
            id: new_id(world),
            outlet: self.catalogue.outlet_code(),
            business_date: world.now().format("%Y-%m-%d").to_string(),
            staff,
            float,
        })
    }
}
