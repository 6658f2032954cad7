//! One sale, two nodes: what several recorded on one sale without knowing of each other, counted together.
//!
//! As long as all of it fits the sale it counts as it is recorded, in whatever order it is told. Where it does not, what
//! came back counts in the order of the hashes, each as far as the sale goes, and is figured anew from what the sale
//! gave; the rest takes nothing from anybody. Nothing but the sale and the set of entries decides.

use crate::money::Fen;
use crate::quantity::Quantity;
use crate::refund::{RefundDraw, RefundLine, refund_draw};
use crate::sale::{DrawFigures, Source};
use crate::shelf::combined;
use crate::state::{DrawState, LineState, SaleState};
use std::collections::{BTreeMap, BTreeSet};

/// What one entry recorded on a sale. Lines count from 1, draws from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnSale {
    /// A refund or a void.
    Back(Vec<RefundLine>),
    /// What was left of an unassigned draw became another draw, of a lot.
    Assigned {
        line: usize,
        from: usize,
        draw: usize,
        figures: DrawFigures,
    },
    /// A part of a draw became another draw, of another lot.
    Moved {
        line: usize,
        back: RefundDraw,
        draw: usize,
        figures: DrawFigures,
    },
}

/// How an entry counts beside the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    AsRecorded,
    /// An assignment or a move that comes too late: nothing of it counts.
    Waits,
    /// What counts of each line of a refund, draw by draw. It may be nothing.
    Back(Vec<Vec<RefundDraw>>),
}

/// A sale with all that was recorded on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// One for each entry, in their order.
    pub counted: Vec<Counted>,
    /// Whether what is recorded fits the sale.
    pub fits: bool,
    draws: Option<Draws>,
    lines: Vec<(LineState, usize)>,
}

/// By line, from 1, and draw, from 0.
type Key = (usize, usize);
type Draws = BTreeMap<Key, DrawState>;

/// A draw's number beyond these was written by no till.
const DRAWS_MAX: usize = 4_096;

/// Counts what was recorded on a sale. `sale` is its state right after it was made, `entries` are in the order of their
/// hashes.
pub fn count_together(sale: &SaleState, entries: &[OnSale]) -> Together {
    let own = own_draws(sale);
    let counted = as_recorded(entries);
    let (fits, counted, draws) = match given_all(&own, entries, &counted) {
        Some(given) => {
            let draws = all_counted(given, entries, &counted);
            (true, counted, draws)
        }
        None => {
            let (counted, draws) = in_order(own, entries);
            (false, counted, Some(draws))
        }
    };
    let lines = sale.lines.iter().map(|line| {
        let own = line.draws.len();
        (
            LineState {
                draws: Vec::new(),
                ..line.clone()
            },
            own,
        )
    });
    Together {
        counted,
        fits,
        draws,
        lines: lines.collect(),
    }
}

/// The same without the sale, which is not here: of several that make the same draw of a line the first counts.
pub fn as_recorded(entries: &[OnSale]) -> Vec<Counted> {
    let mut taken = BTreeSet::new();
    let counted = entries.iter().map(|entry| match entry {
        OnSale::Back(_) => Counted::AsRecorded,
        OnSale::Assigned { line, draw, .. } | OnSale::Moved { line, draw, .. } => {
            match taken.insert((*line, *draw)) {
                true => Counted::AsRecorded,
                false => Counted::Waits,
            }
        }
    });
    counted.collect()
}

impl Together {
    /// The sale as whoever gives more of it back sees it. None where what is recorded contradicts itself, or a draw has a
    /// number that no till gave.
    pub fn into_state(self) -> Option<SaleState> {
        let draws = self.draws?;
        let mut lines = Vec::with_capacity(self.lines.len());
        for (number, (mut line, own)) in (1_usize..).zip(self.lines) {
            let of_line = draws.range((number, 0)..=(number, usize::MAX));
            let last = of_line.clone().next_back().map_or(0, |((_, draw), _)| *draw);
            if last > DRAWS_MAX {
                return None;
            }
            // A draw between, whose entry is not here, has nothing that could be given back.
            let count = own.max(last.checked_add(1)?);
            line.draws = vec![DrawState::new(nothing()); count];
            for ((_, draw), state) in of_line {
                *line.draws.get_mut(*draw)? = state.clone();
            }
            lines.push(line);
        }
        Some(SaleState { lines })
    }
}

fn nothing() -> DrawFigures {
    DrawFigures {
        source: Source::Unassigned,
        quantity: Quantity::ZERO,
        net: Fen::ZERO,
        base: Fen::ZERO,
        fund: Fen::ZERO,
        payable: Fen::ZERO,
        margin: Fen::ZERO,
        attributed: Vec::new(),
        due: Vec::new(),
    }
}

fn own_draws(sale: &SaleState) -> Draws {
    let mut draws = Draws::new();
    for (number, line) in (1_usize..).zip(&sale.lines) {
        for (draw, state) in line.draws.iter().enumerate() {
            draws.insert((number, draw), state.clone());
        }
    }
    draws
}

/// What goes off one draw by all entries together.
#[derive(Default)]
struct Gone<'a> {
    sources: Vec<&'a Source>,
    quantity: i128,
    net: i128,
    fund: i128,
    payable: i128,
}

impl<'a> Gone<'a> {
    fn add(&mut self, source: &'a Source, quantity: Quantity, [net, fund, payable]: [Fen; 3]) {
        self.sources.push(source);
        self.quantity = self.quantity.saturating_add(i128::from(quantity.thousandths()));
        self.net = self.net.saturating_add(i128::from(net.get()));
        self.fund = self.fund.saturating_add(i128::from(fund.get()));
        self.payable = self.payable.saturating_add(i128::from(payable.get()));
    }

    fn fits(&self, given: &DrawFigures) -> bool {
        self.sources.iter().all(|source| **source == given.source)
            && self.quantity <= i128::from(given.quantity.thousandths())
            && self.net <= i128::from(given.net.get())
            && self.fund <= i128::from(given.fund.get())
            && self.payable <= i128::from(given.payable.get())
    }
}

/// The entries that count as they are recorded.
fn counting<'a>(entries: &'a [OnSale], counted: &'a [Counted]) -> impl Iterator<Item = &'a OnSale> {
    let pairs = entries.iter().zip(counted);
    pairs
        .filter(|(_, counted)| **counted == Counted::AsRecorded)
        .map(|(entry, _)| entry)
}

/// All draws that the sale and those who assigned gave, where what went off each of them is not more than it gave.
/// Quantities, net, fund and payable decide, with the lot; a store can tell as much from its rows.
fn given_all(own: &Draws, entries: &[OnSale], counted: &[Counted]) -> Option<Draws> {
    let mut draws = own.clone();
    for entry in counting(entries, counted) {
        if let OnSale::Assigned {
            line, draw, figures, ..
        }
        | OnSale::Moved {
            line, draw, figures, ..
        } = entry
            && draws
                .insert((*line, *draw), DrawState::new(figures.clone()))
                .is_some()
        {
            return None;
        }
    }
    let mut gone: BTreeMap<Key, Gone<'_>> = BTreeMap::new();
    for entry in counting(entries, counted) {
        match entry {
            OnSale::Back(lines) => {
                for (line, draw) in lines
                    .iter()
                    .flat_map(|line| line.draws.iter().map(|draw| (line.line, draw)))
                {
                    let figures = [draw.net, draw.fund, draw.payable];
                    gone.entry((line, draw.draw))
                        .or_default()
                        .add(&draw.source, draw.quantity, figures);
                }
            }
            OnSale::Assigned {
                line, from, figures, ..
            } => gone.entry((*line, *from)).or_default().add(
                &Source::Unassigned,
                figures.quantity,
                [figures.net, figures.fund, Fen::ZERO],
            ),
            OnSale::Moved { line, back, .. } => {
                let figures = [back.net, back.fund, back.payable];
                gone.entry((*line, back.draw))
                    .or_default()
                    .add(&back.source, back.quantity, figures);
            }
        }
    }
    let all_fit = gone
        .iter()
        .all(|(key, gone)| draws.get(key).is_some_and(|given| gone.fits(&given.figures)));
    all_fit.then_some(draws)
}

/// The draws once all that counts as recorded is counted in.
fn all_counted(mut draws: Draws, entries: &[OnSale], counted: &[Counted]) -> Option<Draws> {
    // What was assigned is taken out first: a draw's figures are what is left of it and what was given back.
    for entry in counting(entries, counted) {
        if let OnSale::Assigned {
            line, from, figures, ..
        } = entry
        {
            let from = draws.get_mut(&(*line, *from))?;
            from.figures = without(&from.figures, figures)?;
        }
    }
    let back = |draws: &mut Draws, line: usize, back: &RefundDraw| -> Option<()> {
        draws.get_mut(&(line, back.draw))?.give_back(back)
    };
    for entry in counting(entries, counted) {
        match entry {
            OnSale::Back(lines) => {
                for line in lines {
                    for draw in &line.draws {
                        back(&mut draws, line.line, draw)?;
                    }
                }
            }
            OnSale::Moved {
                line, back: moved, ..
            } => back(&mut draws, *line, moved)?,
            OnSale::Assigned { .. } => {}
        }
    }
    Some(draws)
}

/// An unassigned draw's figures less what was assigned of it.
fn without(figures: &DrawFigures, assigned: &DrawFigures) -> Option<DrawFigures> {
    let taken = RefundDraw {
        draw: 0,
        source: Source::Unassigned,
        quantity: assigned.quantity,
        net: assigned.net,
        base: assigned.base,
        fund: assigned.fund,
        payable: Fen::ZERO,
        margin: Fen::ZERO,
        attributed: Vec::new(),
        due: Vec::new(),
        payable_kept: Fen::ZERO,
        due_kept: Vec::new(),
    };
    less(figures, &taken)
}

/// A draw's figures less what went off it; None where it has not so much.
fn less(figures: &DrawFigures, taken: &RefundDraw) -> Option<DrawFigures> {
    let fen = |one: Fen, other: Fen| one.checked_sub(other).filter(|left| !left.is_negative());
    if figures.source != taken.source || taken.quantity > figures.quantity {
        return None;
    }
    let net = fen(figures.net, taken.net)?;
    let fund = fen(figures.fund, taken.fund)?;
    let payable = fen(figures.payable, taken.payable)?;
    Some(DrawFigures {
        source: figures.source.clone(),
        quantity: figures.quantity.checked_sub(taken.quantity)?,
        net,
        base: fen(figures.base, taken.base)?,
        fund,
        payable,
        margin: net.checked_sub(payable)?.checked_sub(fund)?,
        attributed: combined(&figures.attributed, &taken.attributed, Fen::checked_sub)
            .filter(|left| !left.iter().any(|fen| fen.is_negative()))?,
        due: combined(&figures.due, &taken.due, Fen::checked_sub)
            .filter(|left| !left.iter().any(|fen| fen.is_negative()))?,
    })
}

/// First whose the goods were, then what came back, each in the order of the hashes.
fn in_order(own: Draws, entries: &[OnSale]) -> (Vec<Counted>, Draws) {
    let mut draws = own;
    let mut counted: Vec<Counted> = vec![Counted::Waits; entries.len()];
    // An assignment moves no money, and what it goes on from may have the greater hash: each counts as soon as what it
    // names is there.
    let mut waiting: Vec<usize> = (0..entries.len())
        .filter(|index| !matches!(entries.get(*index), Some(OnSale::Back(_))))
        .collect();
    while let Some(at) = waiting.iter().position(|index| {
        entries
            .get(*index)
            .is_some_and(|entry| hand_over(&mut draws, entry).is_some())
    }) {
        let index = waiting.remove(at);
        if let Some(counted) = counted.get_mut(index) {
            *counted = Counted::AsRecorded;
        }
    }
    for (entry, counted) in entries.iter().zip(&mut counted) {
        if let OnSale::Back(lines) = entry {
            let lines = lines.iter().map(|line| take_back(&mut draws, line));
            *counted = Counted::Back(lines.collect());
        }
    }
    (counted, draws)
}

/// An assignment or a move, where all that it takes is there; else nothing is changed.
fn hand_over(draws: &mut Draws, entry: &OnSale) -> Option<()> {
    let (line, from, draw, figures) = match entry {
        OnSale::Back(_) => return None,
        OnSale::Assigned {
            line,
            from,
            draw,
            figures,
        } => (*line, *from, *draw, figures),
        OnSale::Moved {
            line,
            back,
            draw,
            figures,
        } => (*line, back.draw, *draw, figures),
    };
    if draws.contains_key(&(line, draw)) {
        return None;
    }
    let given = draws.get_mut(&(line, from))?;
    given.figures = match entry {
        OnSale::Moved { back, .. } => less(&given.figures, back)?,
        OnSale::Back(_) | OnSale::Assigned { .. } => without(&given.figures, figures)?,
    };
    draws.insert((line, draw), DrawState::new(figures.clone()));
    Some(())
}

/// What a refund's line gives back as far as the sale goes: the draws it names first, then the line's others, the last
/// first.
fn take_back(draws: &mut Draws, line: &RefundLine) -> Vec<RefundDraw> {
    let others: Vec<usize> = draws
        .range((line.line, 0)..=(line.line, usize::MAX))
        .rev()
        .map(|((_, draw), _)| *draw)
        .collect();
    let mut plan: Vec<(usize, Quantity)> = Vec::new();
    let mut wanted = line.quantity;
    let named = line.draws.iter().map(|draw| (draw.draw, Some(draw)));
    for (index, named) in named.chain(others.into_iter().map(|draw| (draw, None))) {
        let Some(state) = draws.get(&(line.line, index)) else {
            continue;
        };
        if named.is_some_and(|named| named.source != state.figures.source) {
            continue;
        }
        let planned = plan.iter_mut().find(|(draw, _)| *draw == index);
        let before = planned.as_ref().map_or(Quantity::ZERO, |(_, quantity)| *quantity);
        let left = state.left().checked_sub(before).unwrap_or(Quantity::ZERO);
        let most = named.map_or(wanted, |named| named.quantity.min(wanted));
        let quantity = left.min(most);
        if !quantity.is_positive() {
            continue;
        }
        wanted = wanted.checked_sub(quantity).unwrap_or(Quantity::ZERO);
        match planned {
            Some((_, planned)) => *planned = planned.checked_add(quantity).unwrap_or(*planned),
            None => plan.push((index, quantity)),
        }
    }
    let mut back = Vec::with_capacity(plan.len());
    for (index, quantity) in plan {
        let Some(state) = draws.get_mut(&(line.line, index)) else {
            continue;
        };
        // What the sale's own figures do not bear is not taken back.
        let figured = refund_draw(index, state, quantity, line.borne_by).ok();
        if let Some(draw) = figured.filter(|draw| draw.conserves())
            && state.give_back(&draw).is_some()
        {
            back.push(draw);
        }
    }
    back
}
