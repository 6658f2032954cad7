//! What must add up in a chain that is signed and linked: every sale within itself, and the grand
//! totals of every closed shift with the sales before it.

use jishi_journal::Entry;
use jishi_journal::body::{Body, DrawFact, GrandTotals, RefundDrawFact, RefundRecorded, SaleRecorded};
use std::collections::HashMap;

/// The running totals of every chain.
#[derive(Debug, Default)]
pub(super) struct Totals {
    chains: HashMap<String, Running>,
}

#[derive(Debug, Clone, Default)]
struct Running {
    now: GrandTotals,
    /// Those the chain began with.
    start: GrandTotals,
    /// Each id and the entry it first stood in here, 0 where it came from the chain before. An id
    /// counts once in a till's life, however often a successor records it again.
    ids: HashMap<String, u64>,
    /// How each entry left the totals, for a successor that continues from before the end.
    steps: Vec<(u64, GrandTotals)>,
    /// The chain it continues is not here: what came before cannot be known.
    is_partial: bool,
}

impl Totals {
    /// Takes the next good entry of its chain; false where its figures do not add up.
    pub(super) fn accept(&mut self, entry: &Entry) -> bool {
        let chain = entry.chain.to_string();
        let body = entry.body();
        if let Body::ChainOpened(opened) = &body {
            let running = match &opened.continues {
                None => Running::default(),
                Some(continued) => match self.chains.get(&continued.chain) {
                    Some(before) => before.up_to(continued.seq),
                    None => Running {
                        is_partial: true,
                        ..Running::default()
                    },
                },
            };
            self.chains.insert(chain, running);
            return true;
        }
        let Some(running) = self.chains.get_mut(&chain) else {
            return true;
        };
        match &body {
            Body::SaleRecorded(sale) => {
                running.count(entry.seq, &sale.id, |totals| {
                    totals.sales += 1;
                    totals.sold = totals.sold.saturating_add(sale.total);
                });
                sale_adds_up(sale)
            }
            Body::RefundRecorded(refund) => running.refunded(entry.seq, refund),
            Body::SaleVoided(void) => running.refunded(entry.seq, &void.refund),
            Body::ShiftClosed(closed) => running.is_partial || closed.grand_totals == running.now,
            Body::LotAssigned(assigned) => draw_adds_up(&assigned.fact),
            _ => true,
        }
    }
}

impl Running {
    fn count(&mut self, seq: u64, id: &str, add: impl FnOnce(&mut GrandTotals)) {
        if self.ids.contains_key(id) {
            return;
        }
        self.ids.insert(id.to_owned(), seq);
        add(&mut self.now);
        self.steps.push((seq, self.now));
    }

    fn refunded(&mut self, seq: u64, refund: &RefundRecorded) -> bool {
        self.count(seq, &refund.id, |totals| {
            totals.refunds += 1;
            totals.refunded = totals.refunded.saturating_add(refund.total);
        });
        let lines_fit = refund.lines.iter().all(|line| {
            sum(line.draws.iter().map(|draw| draw.net)) == i128::from(line.net)
                && line.draws.iter().all(refunded_draw_adds_up)
        });
        lines_fit && sum(refund.lines.iter().map(|line| line.net)) == i128::from(refund.total)
    }

    /// Where a successor begins that continues from this entry.
    fn up_to(&self, seq: u64) -> Running {
        let before = self.steps.iter().take_while(|(at, _)| *at <= seq).last();
        let start = before.map_or(self.start, |(_, totals)| *totals);
        let ids = self.ids.iter().filter(|(_, at)| **at <= seq);
        Running {
            now: start,
            start,
            ids: ids.map(|(id, _)| (id.clone(), 0)).collect(),
            steps: Vec::new(),
            is_partial: self.is_partial,
        }
    }
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
