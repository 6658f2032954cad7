//! Refunds and voids.

use jishi_domain::{
    Bearer, Book, Fen, Given, Quantity, RefundDraw, RefundFigures, RefundItem, SaleState, Shelf, Source,
    StateMismatch, figure_refund, figure_void,
};

use crate::common::{book, consignment, fen, item, line, lot_code, plain, raw_lot, sale};

/// Five jars, of which four are from two lots and one is of no lot yet; and a bag.
fn sold() -> Book {
    let mut book = book(&[
        raw_lot("L1", "honey", "2", consignment(1000), &[1, 1, 1]),
        raw_lot("L2", "honey", "2", consignment(0), &[2, 5]),
    ]);
    book.sell("S1", &sale(vec![line("honey", "5", 1000), line("bag", "1", 30)]))
        .expect("sold");
    book
}

fn refused(items: &[RefundItem]) -> (Option<usize>, &'static str) {
    let mut book = sold();
    let before = book.sale("S1").cloned();
    let error = book.refund("S1", items).expect_err("refused");
    assert_eq!(
        book.sale("S1").cloned(),
        before,
        "what is refused changes nothing"
    );
    (error.item, error.code())
}

#[test]
fn item_by_item_the_first_fault_in_order_is_named() {
    let error = sold().refund("S9", &[item(9, "x")]).expect_err("refused");
    assert_eq!((error.item, error.code()), (None, "no_such_sale"));
    for number in [0, -1, 3, i64::MIN, i64::MAX] {
        assert_eq!(
            refused(&[item(number, "x")]),
            (Some(1), "no_such_line"),
            "{number}"
        );
    }
    assert_eq!(refused(&[item(1, "0")]), (Some(1), "bad_quantity"));
    assert_eq!(refused(&[item(1, "5.001")]), (Some(1), "refund_exceeds_sale"));
    assert_eq!(
        refused(&[item(1, "3"), item(2, "1"), item(1, "2.001"), item(9, "1")]),
        (Some(3), "refund_exceeds_sale")
    );
    assert_eq!(
        refused(&[item(1, "3"), item(1, "x"), item(1, "2.001")]),
        (Some(2), "bad_quantity")
    );
    let message = sold()
        .refund("S1", &[item(1, "6")])
        .expect_err("refused")
        .to_string();
    assert_eq!(message, "line 1: the refund exceeds what is left of the line");
}

/// Which draw, of what, how many thousandths, net.
type ToldDraw<'a> = (usize, Option<&'a str>, i64, i64);

fn told(figures: &RefundFigures) -> Vec<Vec<ToldDraw<'_>>> {
    figures
        .lines
        .iter()
        .map(|line| {
            line.draws
                .iter()
                .map(|back| {
                    (
                        back.draw,
                        back.source.lot_code(),
                        back.quantity.thousandths(),
                        back.net.get(),
                    )
                })
                .collect()
        })
        .collect()
}

#[test]
fn the_last_draw_goes_back_first() {
    let mut book = sold();
    let figures = book
        .refund("S1", &[item(1, "3.5"), item(2, "0.5"), item(1, "1.5")])
        .expect("refunded");
    assert!(figures.conserves());
    assert_eq!(
        told(&figures),
        [
            vec![
                (2, None, 1000, 1000),
                (1, Some("L2"), 2000, 2000),
                (0, Some("L1"), 500, 500)
            ],
            vec![(0, Some("own"), 500, 15)],
            vec![(0, Some("L1"), 1500, 1500)],
        ]
    );
    assert_eq!(figures.total, Fen::new(5015));
    assert_eq!(figures.lines[0].line, 1);
    assert_eq!((figures.lines[1].line, figures.lines[1].net.get()), (2, 15));
    // The lots are as if nothing had been sold.
    for (code, shares) in [("L1", 3), ("L2", 2)] {
        let on_shelf = book.lot(&lot_code(code)).expect("known");
        assert_eq!(
            (on_shelf.left.thousandths(), on_shelf.given),
            (2000, &Given::none(shares))
        );
    }
    let state = book.sale("S1").expect("known");
    assert!(!state.is_voided());
    assert_eq!(state.line(1).map(|line| line.left()), Some(Quantity::ZERO));
    assert_eq!(state.line(2).map(|line| line.left().thousandths()), Some(500));
    assert_eq!((state.line(0), state.line(3)), (None, None));
}

#[test]
fn spoilt_goods_do_not_go_back_to_their_lot() {
    let mut book = sold();
    let spoilt = RefundItem {
        restock: false,
        ..item(1, "2")
    };
    book.refund("S1", &[spoilt]).expect("refunded");
    let on_shelf = book.lot(&lot_code("L2")).expect("known");
    assert_eq!(
        (on_shelf.left.thousandths(), plain(&on_shelf.given.due)),
        (0, vec![285, 715])
    );
}

#[test]
fn what_the_operator_bears_is_figured_and_left() {
    let mut book = sold();
    let borne = RefundItem {
        borne_by: Bearer::Operator,
        ..item(1, "1.5")
    };
    let figures = book.refund("S1", &[borne]).expect("refunded");
    let [unassigned, back] = &figures.lines[0].draws[..] else {
        panic!("two draws")
    };
    assert_eq!(
        (unassigned.payable_kept, plain(&unassigned.due_kept)),
        (Fen::ZERO, vec![])
    );
    assert_eq!(
        (
            back.net.get(),
            back.payable.get(),
            back.margin.get(),
            back.payable_kept.get()
        ),
        (500, 0, 500, 500)
    );
    assert_eq!(
        (plain(&back.attributed), plain(&back.due), plain(&back.due_kept)),
        (vec![143, 357], vec![0, 0], vec![143, 357])
    );
    assert_eq!(figures.lines[0].borne_by, Bearer::Operator);
    // The lot's parties still have all of their due, and the draw knows what was figured.
    let on_shelf = book.lot(&lot_code("L2")).expect("known");
    assert_eq!(
        (plain(&on_shelf.given.attributed), plain(&on_shelf.given.due)),
        (vec![428, 1072], vec![571, 1429])
    );
    let draw = &book.sale("S1").expect("known").lines[0].draws[1];
    assert_eq!(
        (plain(&draw.attributed_back), plain(&draw.due_back)),
        (vec![143, 357], vec![143, 357])
    );
}

#[test]
fn a_void_gives_back_all_that_is_left_once() {
    let mut book = sold();
    book.refund("S1", &[item(1, "1.5")]).expect("refunded");
    let figures = book.void("S1").expect("voided");
    assert_eq!(
        told(&figures),
        [
            vec![(1, Some("L2"), 1500, 1500), (0, Some("L1"), 2000, 2000)],
            vec![(0, Some("own"), 1000, 30)]
        ]
    );
    assert_eq!(figures.total, Fen::new(3530));
    assert!(
        figures
            .lines
            .iter()
            .all(|line| line.restock && line.borne_by == Bearer::Supplier)
    );
    assert!(book.sale("S1").is_some_and(SaleState::is_voided));
    let error = book.void("S1").expect_err("refused");
    assert_eq!((error.item, error.code()), (None, "already_voided"));
    assert_eq!(book.void("S9").expect_err("refused").code(), "no_such_sale");
    // A line that is all back is left out of the void.
    let mut book = sold();
    book.refund("S1", &[item(1, "5")]).expect("refunded");
    assert_eq!(
        book.void("S1")
            .expect("voided")
            .lines
            .iter()
            .map(|line| line.line)
            .collect::<Vec<_>>(),
        [2]
    );
}

#[test]
fn a_refund_of_nothing_is_nothing() {
    let figures = figure_refund(&[], sold().sale("S1").expect("known")).expect("refunded");
    assert_eq!((figures.total, figures.lines.len()), (Fen::ZERO, 0));
}

#[test]
fn a_refund_that_does_not_fit_the_sale_changes_nothing() {
    let state = sold().sale("S1").expect("known").clone();
    let figures = figure_refund(&[item(2, "1"), item(1, "2")], &state).expect("refunded");
    let misfit = |change: &dyn Fn(&mut RefundFigures)| {
        let (mut figures, mut changed) = (figures.clone(), state.clone());
        change(&mut figures);
        let error = changed.apply_refund(&figures).expect_err("refused");
        assert_eq!((error, error.code()), (StateMismatch, "state_mismatch"));
        assert_eq!(changed, state);
    };
    misfit(&|figures| figures.lines[1].line = 0);
    misfit(&|figures| figures.lines[1].line = 3);
    misfit(&|figures| figures.lines[1].draws[1].draw = 3);
    misfit(&|figures| figures.lines[1].draws[1].source = Source::Own);
    misfit(&|figures| figures.lines[1].draws[1].quantity = Quantity::ZERO);
    misfit(&|figures| figures.lines[1].draws[1].quantity = Quantity::from_thousandths(2001));
    misfit(&|figures| figures.lines[1].draws[1].attributed.push(Fen::ZERO));
    misfit(&|figures| figures.lines[1].draws[1].due.push(Fen::ZERO));
    misfit(&|figures| figures.lines[1].draws[1].due_kept.push(Fen::ZERO));
    let mut changed = state.clone();
    changed.apply_refund(&figures).expect("fits");
    assert_eq!(
        changed.apply_refund(&figures),
        Err(StateMismatch),
        "the bag is back already"
    );
}

#[test]
fn a_state_that_contradicts_itself_is_refused() {
    let mut state = sold().sale("S1").expect("known").clone();
    state.lines[0].draws[1].attributed_back = fen(&[0]);
    assert_eq!(
        figure_refund(&[item(1, "2")], &state)
            .expect_err("refused")
            .code(),
        "state_mismatch"
    );
    state.lines[0].draws[1].attributed_back = fen(&[i64::MAX, i64::MAX]);
    let error = figure_refund(&[item(1, "2")], &state).expect_err("refused");
    assert_eq!((error.item, error.code()), (Some(1), "state_mismatch"));
    // Two nodes gave back more than there was: nothing is left, and that is all.
    let mut state = sold().sale("S1").expect("known").clone();
    state.lines[1].draws[0].refunded = Quantity::from_thousandths(1500);
    assert_eq!(state.lines[1].left(), Quantity::ZERO);
    assert_eq!(figure_void(&state).expect("voided").lines.len(), 1);
}

#[test]
fn a_fen_out_of_place_is_noticed() {
    let mut book = sold();
    let items = [
        item(1, "1.5"),
        RefundItem {
            borne_by: Bearer::Operator,
            ..item(1, "1")
        },
        item(2, "1"),
    ];
    let sound = book.refund("S1", &items).expect("refunded");
    let unsound = |change: &dyn Fn(&mut RefundFigures)| {
        let mut figures = sound.clone();
        change(&mut figures);
        !figures.conserves()
    };
    assert!(!unsound(&|_| {}));
    assert!(unsound(&|figures| figures.total = Fen::ZERO));
    for line in 0..3 {
        assert!(unsound(&|figures| figures.lines[line].net = Fen::ZERO));
        for draw in 0..sound.lines[line].draws.len() {
            let spoilt = |spoil: &dyn Fn(&mut RefundDraw)| {
                assert!(
                    unsound(&|figures| spoil(&mut figures.lines[line].draws[draw])),
                    "line {line}, draw {draw}"
                );
            };
            let one = Fen::new(1);
            spoilt(&|back| back.net = one);
            spoilt(&|back| back.fund = one);
            spoilt(&|back| back.payable = one);
            spoilt(&|back| back.margin = one);
            spoilt(&|back| back.payable_kept = one);
            spoilt(&|back| back.attributed.push(one));
            spoilt(&|back| back.due.push(one));
            spoilt(&|back| back.due_kept.push(one));
            // Moved from margin to payable: the vectors tell.
            spoilt(&|back| {
                back.payable = back.payable.checked_add(one).expect("small");
                back.margin = back.margin.checked_sub(one).expect("small");
            });
        }
    }
}

#[test]
fn sums_of_a_lot_that_do_not_fit_stay_as_they_are() {
    let mut given = Given {
        attributed: fen(&[1, 2]),
        due: fen(&[3, i64::MAX]),
    };
    let before = given.clone();
    assert_eq!(given.give(&fen(&[1, 1]), &fen(&[1, 1])), None);
    assert_eq!(given.give(&fen(&[1]), &fen(&[1, 1])), None);
    assert_eq!(given.take_back(&fen(&[1, 1]), &fen(&[1])), None);
    assert_eq!(given, before);
    assert_eq!(given.take_back(&fen(&[1, 1]), &fen(&[1, 1])), Some(()));
    assert_eq!(
        (plain(&given.attributed), plain(&given.due)),
        (vec![0, 1], vec![2, i64::MAX - 1])
    );
    assert_eq!(given.give(&fen(&[5, 0]), &fen(&[0, 1])), Some(()));
    assert_eq!(
        (plain(&given.attributed), plain(&given.due)),
        (vec![5, 1], vec![2, i64::MAX])
    );
}
