//! Moving a draw from one lot to another: to the fen, and not a fen is made or lost.

use jishi_domain::{Fen, MoveAsked, Quantity, SaleState, figure_move, figure_void};
use proptest::prelude::*;

use crate::common::{agreed, book, buyout, consignment, item, line, lot_code, raw_lot, sale};

fn moved(state: &SaleState, book: &jishi_domain::Book, quantity: &str) -> Result<SaleState, &'static str> {
    let asked = MoveAsked {
        line: 1,
        from: &lot_code("L1"),
        to: &lot_code("L2"),
        quantity: Some(quantity),
    };
    let figures = figure_move(state, asked, book).map_err(|error| error.code())?;
    let mut after = state.clone();
    after.apply_move(&figures).map_err(|error| error.code())?;
    Ok(after)
}

proptest! {
    /// Whatever came back before and comes back after, in whatever pieces a draw is moved: what a void takes back is
    /// what is left of the sale, to the fen, and each household's part is taken back in full.
    #[test]
    fn nothing_is_made_or_lost(
        price in 1i64..20_000,
        refunded in 0i64..3_000,
        moves in prop::collection::vec(1i64..2_000, 1..5),
        terms in 0usize..3,
    ) {
        let terms = [consignment(833), agreed(700), buyout()][terms].clone();
        let mut book = book(&[
            raw_lot("L1", "honey", "7.5", consignment(1_000), &[3, 1, 2]),
            raw_lot("L2", "honey", "50", terms, &[5, 0, 7]),
        ]);
        let sold = book.sell("S1", &sale(vec![line("honey", "7.5", price)])).expect("sold");
        let mut paid = sold.lines[0].net;
        if refunded > 0 {
            let quantity = Quantity::from_thousandths(refunded).to_string();
            let back = book.refund("S1", &[item(1, &quantity)]).expect("refunded");
            paid = paid.checked_sub(back.total).expect("fen");
        }
        let mut state = book.sale("S1").expect("the sale").clone();
        let left = state.line(1).expect("a line").left();
        for quantity in moves {
            let quantity = Quantity::from_thousandths(quantity).to_string();
            if let Ok(after) = moved(&state, &book, &quantity) {
                state = after;
            }
            prop_assert_eq!(state.line(1).expect("a line").left(), left);
        }
        let void = figure_void(&state).expect("voided");
        prop_assert!(void.conserves());
        prop_assert_eq!(void.total, paid);
        state.apply_refund(&void).expect("it fits");
        prop_assert!(state.is_voided());
        for draw in &state.lines[0].draws {
            prop_assert_eq!(&draw.attributed_back, &draw.figures.attributed);
            prop_assert_eq!(Fen::sum(draw.due_back.iter().copied()), Fen::sum(draw.figures.due.iter().copied()));
        }
    }
}
