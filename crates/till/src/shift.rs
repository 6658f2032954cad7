//! Shifts: opened with a float, closed with a count.

use crate::cash::DRAWER_FEN_MAX;
use crate::refusal::{Refusal, words_of_code};
use crate::till::Till;
use crate::view::{Language, RefusedView};
use crate::world::new_id;
use jishi_journal::body::{
    ApprovedFact, Body, CashCount, GrandTotals, ShiftClosed, ShiftFigures, ShiftOpened,
};
use jishi_ledger::Ledger;
use jishi_ledger::shift::OpenShift;
use serde::{Deserialize, Serialize};

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
    /// The blind counts behind it; the last one was signed off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<CashCount>,
}

/// The note beside the chain that keeps who opened the sums of a shift.
const SUMS_READ_NOTE: &str = "shift_sums_read";

#[derive(Serialize, Deserialize)]
struct SumsRead {
    shift: String,
    by: Vec<ApprovedFact>,
}

/// The note beside the chain that says: going on with this shift on this day was chosen.
const GOES_ON_NOTE: &str = "shift_goes_on";

impl Till {
    pub fn open_shift(&mut self, staff: Option<&str>, float_fen: i64) -> Result<ShiftReport, Refusal> {
        if self.shift.is_some() {
            return Err(Refusal::ShiftOpen);
        }
        if !(0..=DRAWER_FEN_MAX).contains(&float_fen) {
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
        report_of(&self.ledger, self.record.till_no, shift)
    }

    pub(crate) fn close_with(
        &mut self,
        report: ShiftReport,
        counted: Option<i64>,
        counts: Vec<CashCount>,
    ) -> Result<ShiftReport, Refusal> {
        let closed = ShiftClosed {
            id: report.shift.clone(),
            staff: self.signed_in.clone().unwrap_or_else(|| report.staff.clone()),
            figures: report.figures.clone(),
            counted,
            counts: counts.clone(),
            grand_totals: report.grand_totals,
            approved_by: self
                .sums_read()?
                .into_iter()
                .chain(self.approved.clone())
                .collect(),
        };
        self.commit(&[Body::ShiftClosed(closed)])?;
        self.shift = None;
        let difference = counted.map(|counted| counted - report.figures.cash_expected);
        Ok(ShiftReport {
            counted,
            difference,
            counts,
            ..report
        })
    }

    /// Keeps beside the chain who let the sums of the open shift be read before they were counted: the closing entry
    /// names them.
    pub(crate) fn note_sums_read(&mut self) -> Result<(), Refusal> {
        let Some(shift) = self.shift.as_ref().map(|shift| shift.id.clone()) else {
            return Ok(());
        };
        let mut by = self.sums_read()?;
        let before = by.len();
        for given in &self.approved {
            if !by.contains(given) {
                by.push(given.clone());
            }
        }
        match by.len() > before {
            true => self.note(
                SUMS_READ_NOTE,
                &serde_json::to_string(&SumsRead { shift, by }).unwrap_or_default(),
            ),
            false => Ok(()),
        }
    }

    /// Of the open shift; those of another one are nobody's now.
    fn sums_read(&self) -> Result<Vec<ApprovedFact>, Refusal> {
        let kept = self.ledger.note(SUMS_READ_NOTE)?;
        let kept = kept.and_then(|text| serde_json::from_str::<SumsRead>(&text).ok());
        let open = self.shift.as_ref().map(|shift| shift.id.as_str());
        let kept = kept.filter(|read| Some(read.shift.as_str()) == open);
        Ok(kept.map(|read| read.by).unwrap_or_default())
    }

    /// The shift that is open still and began on an earlier day: forgotten, unless going on with it was
    /// chosen today. One of a day to come was opened before the clock was set back, and nobody forgot it.
    pub fn forgotten_shift(&self) -> Result<Option<&OpenShift>, Refusal> {
        let today = self.today();
        let Some(shift) = self.shift.as_ref().filter(|shift| shift.business_date < today) else {
            return Ok(None);
        };
        let chosen = self.ledger.note(GOES_ON_NOTE)?;
        Ok((chosen != Some(goes_on(shift, &today))).then_some(shift))
    }

    /// What a person should hear of a forgotten shift.
    pub fn forgotten_words(&self, language: Language) -> Result<Option<RefusedView>, Refusal> {
        const CODE: &str = "shift_of_another_day";
        let Some(shift) = self.forgotten_shift()? else {
            return Ok(None);
        };
        let words = words_of_code(CODE, language).unwrap_or_default();
        Ok(Some(RefusedView {
            code: CODE.to_owned(),
            message: words.replace("{}", &shift.business_date),
            line: None,
        }))
    }

    /// A fair that goes past midnight: what is sold counts for the shift's business date.
    pub fn go_on_with_shift(&mut self) -> Result<(), Refusal> {
        let shift = self.shift.as_ref().ok_or(Refusal::NoShift)?;
        let chosen = goes_on(shift, &self.today());
        Ok(self
            .ledger
            .write(|writer| writer.put_note(GOES_ON_NOTE, &chosen))?)
    }

    /// The day by the till's clock.
    pub(crate) fn today(&self) -> String {
        self.world.0.now().format("%Y-%m-%d").to_string()
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
            business_date: self.today(),
            staff,
            float,
        })
    }
}

fn goes_on(shift: &OpenShift, today: &str) -> String {
    format!("{} {today}", shift.id)
}

/// How an open shift stands.
pub(crate) fn report_of(ledger: &Ledger, till_no: i64, shift: &OpenShift) -> Result<ShiftReport, Refusal> {
    Ok(ShiftReport {
        shift: shift.id.clone(),
        outlet: shift.outlet.clone(),
        business_date: shift.business_date.clone(),
        staff: shift.staff.clone(),
        opened_at: shift.opened_at.clone(),
        float: shift.float_fen,
        figures: ledger.shift_figures(till_no, shift)?,
        grand_totals: ledger.grand_totals(till_no)?,
        counted: None,
        difference: None,
        counts: Vec::new(),
    })
}
