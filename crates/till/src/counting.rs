//! 盲交: the drawer is counted before anyone sees what it should hold.
//!
//! A count is written down beside the chain the moment it is confirmed, so that neither a restart nor
//! walking away from the page makes it undone; the closing entry then holds every one of them.

use crate::refusal::Refusal;
use crate::shift::ShiftReport;
use crate::till::Till;
use jishi_domain::Fen;
use jishi_journal::body::{CashCount, CashPieces, ShiftFigures};
use serde::{Deserialize, Serialize};

/// Notes and coins as they are counted, the largest first, in fen.
pub const DENOMINATIONS_FEN: [i64; 8] = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10];
/// A count, and one recount.
const COUNTS_MAX: usize = 2;
const PIECES_MAX: u32 = 99_999;
/// The note beside the chain that keeps them.
const NOTE: &str = "drawer_counts";

/// The counts of one shift as they are kept until it is closed.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Counting {
    shift: String,
    counts: Vec<CashCount>,
    /// How the shift stood at the last count: whatever was recorded since asks for another.
    figures: ShiftFigures,
    /// How many of the counts were made of these figures.
    of_these_figures: usize,
}

/// A count that was confirmed, and what it is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub counts: Vec<CashCount>,
    pub counted: i64,
    pub expected: i64,
    pub may_recount: bool,
}

impl Counted {
    /// 长款 above 0, 短款 below.
    pub fn difference(&self) -> i64 {
        self.counted - self.expected
    }
}

/// What a count comes to, piece by piece; nothing is kept.
pub fn figure_count(pieces: &[CashPieces]) -> Result<i64, Refusal> {
    let mut total = 0;
    for (index, CashPieces(value, count)) in pieces.iter().enumerate() {
        let known = DENOMINATIONS_FEN.contains(value);
        let twice = pieces
            .iter()
            .take(index)
            .any(|CashPieces(before, _)| before == value);
        if !known || twice || *count > PIECES_MAX {
            return Err(Refusal::BadCount);
        }
        total += value * i64::from(*count);
    }
    Ok(total)
}

impl Till {
    /// Keeps a count of the drawer; only now is it told what should be in it.
    pub fn count_drawer(&mut self, pieces: &[CashPieces]) -> Result<Counted, Refusal> {
        let fen = figure_count(pieces)?;
        self.keep_count(fen, pieces)
    }

    /// The last count, while it still stands: nothing was recorded in the drawer since.
    pub fn counted(&self) -> Result<Option<Counted>, Refusal> {
        let report = self.shift_report()?;
        let counting = self.counting(&report.shift)?;
        Ok(standing(&counting, &report.figures))
    }

    /// Closes the shift on the last count.
    pub fn close_counted_shift(&mut self) -> Result<ShiftReport, Refusal> {
        let report = self.shift_report()?;
        let counting = self.counting(&report.shift)?;
        if counting.counts.is_empty() {
            return Err(Refusal::NotCounted);
        }
        let counted = standing(&counting, &report.figures).ok_or(Refusal::CountAgain)?;
        self.close_with(report, Some(counted.counted), counting.counts)
    }

    /// Closes the shift, with the cash counted elsewhere where it was.
    pub fn close_shift(&mut self, counted_fen: Option<i64>) -> Result<ShiftReport, Refusal> {
        let report = self.shift_report()?;
        if counted_fen.is_some_and(|fen| !(0..=Fen::MAX.get()).contains(&fen)) {
            return Err(Refusal::BadRequest("a count below 0 or too large".to_owned()));
        }
        let mut counts = self.counting(&report.shift)?.counts;
        // Counts that were made at the window are not forgotten because the shift is closed elsewhere.
        let counted = match (counted_fen, counts.last()) {
            (Some(fen), Some(last)) if last.fen != fen => {
                counts.push(CashCount {
                    fen,
                    expected: report.figures.cash_expected,
                    pieces: Vec::new(),
                });
                Some(fen)
            }
            (None, Some(last)) => Some(last.fen),
            (counted, _) => counted,
        };
        self.close_with(report, counted, counts)
    }

    fn keep_count(&mut self, fen: i64, pieces: &[CashPieces]) -> Result<Counted, Refusal> {
        let report = self.shift_report()?;
        let mut counting = self.counting(&report.shift)?;
        if counting.figures != report.figures {
            counting.figures = report.figures;
            counting.of_these_figures = 0;
        }
        if counting.of_these_figures >= COUNTS_MAX {
            return Err(Refusal::CountedTwice);
        }
        let some = pieces.iter().filter(|CashPieces(_, count)| *count > 0);
        counting.counts.push(CashCount {
            fen,
            expected: counting.figures.cash_expected,
            pieces: some.copied().collect(),
        });
        counting.of_these_figures += 1;
        // These shapes have nothing that JSON cannot write.
        let text = serde_json::to_string(&counting).unwrap_or_default();
        self.ledger.write(|writer| writer.put_note(NOTE, &text))?;
        standing(&counting, &counting.figures).ok_or(Refusal::NotCounted)
    }

    /// The counts of this shift so far; those of another one are nobody's now.
    fn counting(&self, shift: &str) -> Result<Counting, Refusal> {
        let kept = self.ledger.note(NOTE)?;
        let kept = kept.and_then(|text| serde_json::from_str::<Counting>(&text).ok());
        Ok(kept
            .filter(|counting| counting.shift == shift)
            .unwrap_or_else(|| Counting {
                shift: shift.to_owned(),
                ..Counting::default()
            }))
    }
}

fn standing(counting: &Counting, figures: &ShiftFigures) -> Option<Counted> {
    let last = counting.counts.last()?;
    (counting.figures == *figures).then(|| Counted {
        counted: last.fen,
        expected: last.expected,
        may_recount: counting.of_these_figures < COUNTS_MAX,
        counts: counting.counts.clone(),
    })
}
