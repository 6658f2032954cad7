//! What must add up in a chain that is signed and linked: every sale within itself, and the grand
//! totals and the cash of every closed shift with the entries before it.

use jishi_journal::Branch;
use jishi_journal::body::{
    Body, CashDirection, CashFigures, CashMoved, CashPieces, DrawFact, GrandTotals, RefundDrawFact,
    RefundRecorded, SaleRecorded, ShiftClosed, ShiftOpened, TenderFact,
};
use std::collections::HashMap;
use std::rc::Rc;

/// The running totals of every chain.
#[derive(Debug, Default)]
pub struct Totals {
    chains: HashMap<Branch, Running>,
}

#[derive(Debug, Clone, Default)]
struct Running {
    now: Standing,
    /// How the chain began.
    start: Standing,
    /// Each id and the entry it first stood in here, 0 where it came from the chain before. An id
    /// counts once in a till's life, however often a successor records it again.
    ids: HashMap<String, u64>,
    /// How each entry left them, for a successor that continues from before the end.
    steps: Vec<(u64, Standing)>,
    /// The chain it continues is not here: what came before cannot be known.
    is_partial: bool,
}

/// What the entries so far come to.
#[derive(Debug, Clone, Default)]
struct Standing {
    totals: GrandTotals,
    /// The open shift and its cash.
    shift: Option<(Rc<str>, CashFigures)>,
}

impl Totals {
    /// A branch that leaves another before its own first entry.
    pub fn leave(&mut self, branch: Branch, left: Branch) {
        let before = branch.first_seq().saturating_sub(1);
        if let Some(running) = self.chains.get(&left).map(|running| running.up_to(before)) {
            self.chains.insert(branch, running);
        }
    }

    /// What comes next in this branch cannot be read at all: its totals are not known any more.
    pub(crate) fn lose(&mut self, branch: Branch) {
        if let Some(running) = self.chains.get_mut(&branch) {
            running.is_partial = true;
        }
    }

    /// Takes the next good entry of a branch; false where its figures do not add up. `continued` is the branch that a
    /// successor goes on from, which must be here first.
    pub fn accept(&mut self, branch: Branch, seq: u64, body: &Body, continued: Option<Branch>) -> bool {
        if let Body::ChainOpened(opened) = body {
            let running = match &opened.continues {
                None => Running::default(),
                Some(opening) => match continued.and_then(|before| self.chains.get(&before)) {
                    Some(before) => before.up_to(opening.seq),
                    None => Running {
                        is_partial: true,
                        ..Running::default()
                    },
                },
            };
            self.chains.insert(branch, running);
            return true;
        }
        let Some(running) = self.chains.get_mut(&branch) else {
            return true;
        };
        match body {
            Body::ShiftOpened(opened) => running.shift_opened(seq, opened),
            Body::CashMoved(moved) => running.cash_moved(seq, moved),
            Body::SaleRecorded(sale) => {
                running.count(seq, &sale.id, |standing| {
                    standing.totals.sales += 1;
                    standing.totals.sold = standing.totals.sold.saturating_add(sale.total);
                    let own = own_cash(&sale.tenders);
                    if let Some(cash) = standing.cash_of(&sale.shift) {
                        cash.taken = cash.taken.saturating_add(own - sale.change.min(own));
                    }
                });
                sale_adds_up(sale)
            }
            Body::VouchersSold(sold) => {
                running.count(seq, &sold.id, |standing| {
                    let own = own_cash(&sold.tenders);
                    if let Some(cash) = standing.cash_of(&sold.shift) {
                        cash.taken = cash.taken.saturating_add(own - sold.change.min(own));
                    }
                });
                let faces = sold.lines.iter().flat_map(|line| &line.passes);
                sum(faces.map(|pass| pass.face)) == i128::from(sold.total)
            }
            Body::VouchersReturned(returned) => {
                running.count(seq, &returned.id, |standing| {
                    if let Some(cash) = standing.cash_of(&returned.shift) {
                        cash.given_back = cash.given_back.saturating_add(own_cash(&returned.tenders));
                    }
                });
                sum(returned.tenders.iter().map(|tender| tender.fen)) == i128::from(returned.total)
            }
            Body::RefundRecorded(refund) => running.refunded(seq, refund),
            Body::SaleVoided(void) => running.refunded(seq, &void.refund),
            Body::RefundedWithoutSale(refund) => {
                running.given_back(seq, &refund.id, &refund.shift, refund.total, &refund.tenders);
                sum(refund.lines.iter().map(|line| line.net)) == i128::from(refund.total)
            }
            Body::ShiftClosed(closed) => running.shift_closed(seq, closed),
            Body::LotAssigned(assigned) => draw_adds_up(&assigned.fact),
            Body::DrawMoved(moved) => refunded_draw_adds_up(&moved.back) && draw_adds_up(&moved.fact),
            _ => true,
        }
    }
}

impl Running {
    fn count(&mut self, seq: u64, id: &str, add: impl FnOnce(&mut Standing)) {
        if self.ids.contains_key(id) {
            return;
        }
        self.ids.insert(id.to_owned(), seq);
        add(&mut self.now);
        self.steps.push((seq, self.now.clone()));
    }

    fn shift_opened(&mut self, seq: u64, opened: &ShiftOpened) -> bool {
        let cash = CashFigures {
            float: opened.float,
            ..CashFigures::default()
        };
        self.now.shift = Some((Rc::from(opened.id.as_str()), cash));
        self.steps.push((seq, self.now.clone()));
        opened.float >= 0
    }

    fn cash_moved(&mut self, seq: u64, moved: &CashMoved) -> bool {
        self.count(seq, &moved.id, |standing| {
            let Some(cash) = standing.cash_of(&moved.shift) else {
                return;
            };
            let sum = match moved.direction {
                CashDirection::In => &mut cash.moved_in,
                CashDirection::Out => &mut cash.moved_out,
            };
            *sum = sum.saturating_add(moved.fen);
        });
        moved.fen > 0
    }

    /// The figures must be those of the entries before; where the shift was opened cannot always be
    /// known, then they must at least fit each other.
    fn shift_closed(&mut self, seq: u64, closed: &ShiftClosed) -> bool {
        let known = self.now.cash_of(&closed.id).copied();
        let stated = closed.figures.cash;
        let cash_fits = match (known, stated) {
            (Some(known), Some(stated)) => known == stated,
            (Some(_), None) | (None, _) => true,
        };
        let expected = i128::from(closed.figures.cash_expected);
        let sum_fits = known.or(stated).is_none_or(|cash| cash.expected() == expected);
        let totals_fit = self.is_partial || closed.grand_totals == self.now.totals;
        if known.is_some() {
            self.now.shift = None;
            self.steps.push((seq, self.now.clone()));
        }
        cash_fits && sum_fits && totals_fit && counts_add_up(closed)
    }

    fn given_back(&mut self, seq: u64, id: &str, shift: &str, total: i64, tenders: &[TenderFact]) {
        self.count(seq, id, |standing| {
            standing.totals.refunds += 1;
            standing.totals.refunded = standing.totals.refunded.saturating_add(total);
            if let Some(cash) = standing.cash_of(shift) {
                cash.given_back = cash.given_back.saturating_add(own_cash(tenders));
            }
        });
    }

    fn refunded(&mut self, seq: u64, refund: &RefundRecorded) -> bool {
        self.given_back(seq, &refund.id, &refund.shift, refund.total, &refund.tenders);
        let lines_fit = refund.lines.iter().all(|line| {
            sum(line.draws.iter().map(|draw| draw.net)) == i128::from(line.net)
                && line.draws.iter().all(refunded_draw_adds_up)
        });
        lines_fit && sum(refund.lines.iter().map(|line| line.net)) == i128::from(refund.total)
    }

    /// Where a successor begins that continues from this entry.
    fn up_to(&self, seq: u64) -> Running {
        let before = self.steps.iter().take_while(|(at, _)| *at <= seq).last();
        let start = before.map_or(&self.start, |(_, standing)| standing);
        let ids = self.ids.iter().filter(|(_, at)| **at <= seq);
        Running {
            now: start.clone(),
            start: start.clone(),
            ids: ids.map(|(id, _)| (id.clone(), 0)).collect(),
            steps: Vec::new(),
            is_partial: self.is_partial,
        }
    }
}

impl Standing {
    /// The cash of the open shift, if it is this one.
    fn cash_of(&mut self, shift: &str) -> Option<&mut CashFigures> {
        let (_, cash) = self.shift.as_mut().filter(|(id, _)| **id == *shift)?;
        Some(cash)
    }
}

/// What went through the operator's own drawer: cash that others collected is in another pocket.
fn own_cash(tenders: &[TenderFact]) -> i64 {
    let own = tenders
        .iter()
        .filter(|tender| tender.kind == "cash" && tender.collected_by.is_none());
    own.fold(0i64, |sum, tender| sum.saturating_add(tender.fen))
}

/// Each count by denomination is the sum of its pieces, and the last count is what was signed off.
fn counts_add_up(closed: &ShiftClosed) -> bool {
    let each = closed.counts.iter().all(|count| {
        let pieces = count.pieces.iter();
        let fen: i128 = pieces
            .map(|CashPieces(value, pieces)| i128::from(*value) * i128::from(*pieces))
            .sum();
        count.pieces.is_empty() || fen == i128::from(count.fen)
    });
    each && closed
        .counts
        .last()
        .is_none_or(|last| closed.counted == Some(last.fen))
}

/// Wide enough for whatever a forger writes.
fn sum(amounts: impl IntoIterator<Item = i64>) -> i128 {
    amounts.into_iter().map(i128::from).sum()
}

fn sale_adds_up(sale: &SaleRecorded) -> bool {
    sum(sale.lines.iter().map(|line| line.net)) == i128::from(sale.total)
        && sale.lines.iter().all(|line| {
            sum(line.draws.iter().map(|draw| draw.net)) == i128::from(line.net)
                && line.draws.iter().all(draw_adds_up)
        })
}

fn draw_adds_up(draw: &DrawFact) -> bool {
    let attributed = sum(draw.shares.iter().map(|share| share.1));
    let due = sum(draw.shares.iter().map(|share| share.2));
    let parts_fit =
        draw.shares.is_empty() || (attributed, due) == (i128::from(draw.net), i128::from(draw.payable));
    sum([draw.payable, draw.fund, draw.margin]) == i128::from(draw.net) && parts_fit
}

fn refunded_draw_adds_up(draw: &RefundDrawFact) -> bool {
    let attributed = sum(draw.shares.iter().map(|share| share.1));
    let due = sum(draw.shares.iter().map(|share| share.2));
    let parts_fit =
        draw.shares.is_empty() || (attributed, due) == (i128::from(draw.net), i128::from(draw.payable));
    sum([draw.payable, draw.fund, draw.margin]) == i128::from(draw.net) && parts_fit
}
