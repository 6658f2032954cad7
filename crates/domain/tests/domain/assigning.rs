//! Assigning what was sold unassigned.

use jishi_domain::{Book, LotAfter, Quantity, Shelf, Source, StateMismatch, figure_assignment};

use crate::common::{agreed, book, consignment, item, line, lot_code, plain, raw_lot, sale};

/// Three bags of rice before their lot was known, two jars of honey from one that was.
fn sold() -> Book {
    let mut book = book(&[raw_lot("L1", "honey", "2", consignment(0), &[1])]);
    book.sell(
        "S1",
        &sale(vec![
            line("honey", "2", 1000),
            line("rice", "3", 1001),
            line("bag", "1", 30),
        ]),
    )
    .expect("sold");
    book.receive(&raw_lot("L2", "rice", "2.999", agreed(900), &[1]))
        .expect("received");
    book.receive(&raw_lot("L3", "rice", "10", consignment(700), &[1, 1]))
        .expect("received");
    book
}

#[test]
fn the_first_fault_in_order_is_named() {
    let refused = |book: &mut Book, sale: &str, line: i64, lot: &str| {
        let before = book.sale("S1").cloned();
        let code = book
            .assign(sale, line, &lot_code(lot))
            .expect_err("refused")
            .code();
        assert_eq!(
            book.sale("S1").cloned(),
            before,
            "what is refused changes nothing"
        );
        code
    };
    let mut book = sold();
    assert_eq!(refused(&mut book, "S9", 9, "L9"), "no_such_sale");
    for line in [0, 4, -1, i64::MAX] {
        assert_eq!(refused(&mut book, "S1", line, "L9"), "no_such_line");
    }
    assert_eq!(refused(&mut book, "S1", 1, "L9"), "nothing_unassigned");
    assert_eq!(
        refused(&mut book, "S1", 3, "L9"),
        "nothing_unassigned",
        "own goods are nobody's"
    );
    assert_eq!(refused(&mut book, "S1", 2, "L9"), "no_such_lot");
    assert_eq!(refused(&mut book, "S1", 2, "L1"), "no_such_lot");
    assert_eq!(refused(&mut book, "S1", 2, "L2"), "lot_too_small");
    // One thousandth brought back, and the small lot is enough, to the last grain.
    book.refund("S1", &[item(2, "0.001")]).expect("refunded");
    let figures = book.assign("S1", 2, &lot_code("L2")).expect("assigned");
    assert_eq!(figures.lot_after.left, Quantity::ZERO);
    assert_eq!(figures.draw.payable.get(), 2699);
    assert_eq!(refused(&mut book, "S1", 2, "L2"), "nothing_unassigned");
}

#[test]
fn what_was_refunded_before_stays_and_the_rest_is_the_lots() {
    let mut book = sold();
    book.refund("S1", &[item(2, "1")]).expect("refunded");
    let figures = book.assign("S1", 2, &lot_code("L3")).expect("assigned");
    assert_eq!((figures.line, figures.unassigned_draw), (2, 0));
    assert!(figures.draw.conserves());
    let draw = &figures.draw;
    assert_eq!(
        (
            draw.net.get(),
            draw.base.get(),
            draw.payable.get(),
            draw.margin.get(),
            plain(&draw.due)
        ),
        (2002, 2002, 1862, 140, vec![931, 931])
    );
    let LotAfter { code, left, given } = &figures.lot_after;
    assert_eq!(
        (code.as_str(), left.thousandths(), plain(&given.attributed)),
        ("L3", 8000, vec![1001, 1001])
    );
    let on_shelf = book.lot(&lot_code("L3")).expect("known");
    assert_eq!((on_shelf.left, on_shelf.given), (*left, given));

    let line = &book.sale("S1").expect("known").lines[1];
    assert_eq!(line.left().thousandths(), 2000);
    let draws: Vec<(Option<&str>, i64, i64, i64)> = line
        .draws
        .iter()
        .map(|draw| {
            let figures = &draw.figures;
            (
                figures.source.lot_code(),
                figures.quantity.thousandths(),
                figures.net.get(),
                draw.left().thousandths(),
            )
        })
        .collect();
    assert_eq!(draws, [(None, 1000, 1001, 0), (Some("L3"), 2000, 2002, 2000)]);
    assert!(line.draws.iter().all(|draw| draw.figures.conserves()));

    let back = book.refund("S1", &[item(2, "2")]).expect("refunded");
    assert_eq!(back.lines[0].draws.len(), 1);
    assert_eq!(
        (back.lines[0].draws[0].draw, plain(&back.lines[0].draws[0].due)),
        (1, vec![931, 931])
    );
}

#[test]
fn nothing_refunded_leaves_nothing_unassigned() {
    let mut book = sold();
    book.assign("S1", 2, &lot_code("L3")).expect("assigned");
    let line = &book.sale("S1").expect("known").lines[1];
    let stub = &line.draws[0].figures;
    assert_eq!(
        (&stub.source, stub.quantity, stub.net.get(), stub.base.get()),
        (&Source::Unassigned, Quantity::ZERO, 0, 0)
    );
    let void = book.void("S1").expect("voided");
    assert_eq!(void.total.get(), 2000 + 3003 + 30);
    assert_eq!(
        void.lines[1]
            .draws
            .iter()
            .map(|draw| draw.draw)
            .collect::<Vec<_>>(),
        [1]
    );
}

#[test]
fn an_assignment_that_does_not_fit_changes_nothing() {
    let book = sold();
    let state = book.sale("S1").expect("known");
    let figures = figure_assignment(state, 2, &lot_code("L3"), &book).expect("assigned");
    let misfit = |change: &dyn Fn(&mut jishi_domain::AssignFigures)| {
        let (mut figures, mut changed) = (figures.clone(), state.clone());
        change(&mut figures);
        assert_eq!(changed.apply_assignment(&figures), Err(StateMismatch));
        assert_eq!(&changed, state);
    };
    misfit(&|figures| figures.line = 0);
    misfit(&|figures| figures.line = 4);
    misfit(&|figures| figures.line = 1);
    misfit(&|figures| figures.unassigned_draw = 1);
    misfit(&|figures| figures.draw.quantity = Quantity::from_thousandths(1));
    let mut changed = state.clone();
    changed.apply_assignment(&figures).expect("fits");
    assert_eq!(
        changed.apply_assignment(&figures),
        Err(StateMismatch),
        "assigned already"
    );
}

#[test]
fn an_assignment_has_the_limits_of_a_sale() {
    let mut book = sold();
    book.receive(&raw_lot("L4", "rice", "10", agreed(1 << 53), &[1]))
        .expect("received");
    assert_eq!(
        book.assign("S1", 2, &lot_code("L4")).expect_err("refused").code(),
        "amount_too_large"
    );
}
