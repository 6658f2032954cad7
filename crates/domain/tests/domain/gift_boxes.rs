//! Gift boxes: one line on paper, many households behind it.

use jishi_domain::{
    Bearer, Book, BoxContent, BoxLines, DiscountSource, Fen, GiftBox, ProductCode, Quantity, RefundItem,
    SaleFigures, expand_box, refund_boxes,
};
use proptest::prelude::*;

use crate::common::{book, consignment, item, line, off_bp, off_fen, plain, raw_lot, sale};

fn gift_box(price: i64, borne_by: Bearer) -> GiftBox {
    let content = |product: &str, thousandths, price| BoxContent {
        product: ProductCode::new(product),
        quantity: Quantity::from_thousandths(thousandths),
        price,
    };
    GiftBox {
        product: ProductCode::new("box"),
        price,
        borne_by,
        contents: vec![
            content("honey", 2000, 4500),
            content("tea", 500, 12_801),
            content("rice", 1000, 0),
        ],
    }
}

fn stall() -> Book {
    book(&[
        raw_lot("L1", "honey", "10", consignment(1000), &[1, 1]),
        raw_lot("L2", "tea", "10", consignment(1000), &[1]),
    ])
}

fn expanded(gift_box: &GiftBox, boxes: &str) -> BoxLines {
    expand_box(gift_box, boxes, None, 1).expect("a box")
}

/// Net, base and discount parts.
type ToldLine = (i64, i64, Vec<(DiscountSource, i64)>);

fn told(figures: &SaleFigures) -> Vec<ToldLine> {
    figures
        .lines
        .iter()
        .map(|line| {
            let parts = line
                .discounts
                .iter()
                .map(|part| (part.source, part.amount.get()))
                .collect();
            (line.net.get(), line.base.get(), parts)
        })
        .collect()
}

#[test]
fn what_a_box_costs_less_is_a_discount_on_its_contents() {
    // 3 boxes: honey 27000, tea 19202 (19201.5), rice 0; together 46202, sold at 42000: 4202 off, as 2456 and 1746.
    for (bearer, honey_base) in [(Bearer::Operator, 27_000), (Bearer::Supplier, 24_544)] {
        let box_lines = expanded(&gift_box(14_000, bearer), "3");
        assert_eq!(
            (box_lines.boxes, box_lines.gross.get(), box_lines.lines.len()),
            (3, 42_000, 3)
        );
        let mut stall = stall();
        let figures = stall.sell("S1", &sale(box_lines.lines)).expect("sold");
        assert_eq!(figures.total, Fen::new(42_000));
        let lines = told(&figures);
        assert_eq!(lines[0], (24_544, honey_base, vec![(DiscountSource::Box, 2456)]));
        assert_eq!(
            (lines[1].0, &lines[1].2),
            (17_456, &vec![(DiscountSource::Box, 1746)])
        );
        assert_eq!(lines[2], (0, 0, vec![]));
        assert_eq!(plain(&figures.lines[0].draws[0].attributed), [12_272, 12_272]);
        let part = figures.lines[1].boxed.as_ref().expect("boxed");
        assert_eq!(
            (part.group, part.gift_box.as_str(), part.boxes, part.surplus),
            (1, "box", 3, false)
        );
    }
}

#[test]
fn what_a_box_costs_more_is_the_operators_own() {
    let box_lines = expanded(&gift_box(16_000, Bearer::Operator), "3");
    assert_eq!(box_lines.lines.len(), 4);
    let mut stall = stall();
    let figures = stall.sell("S1", &sale(box_lines.lines)).expect("sold");
    assert_eq!(figures.total, Fen::new(48_000));
    let surplus = figures.lines.last().expect("a surplus line");
    assert_eq!(
        (surplus.product.as_str(), surplus.quantity.thousandths()),
        ("box", 3000)
    );
    assert_eq!((surplus.gross.get(), surplus.draws.len()), (48_000 - 46_202, 1));
    assert_eq!(
        (surplus.draws[0].source.lot_code(), surplus.draws[0].margin),
        (Some("own"), surplus.net)
    );
    assert!(surplus.boxed.as_ref().is_some_and(|part| part.surplus));
    // To the fen: neither a discount nor a surplus.
    let even = expanded(&gift_box(15_401, Bearer::Operator), "1");
    assert_eq!(even.lines.len(), 3);
    assert_eq!(
        stall.sell("S2", &sale(even.lines)).expect("sold").total,
        Fen::new(15_401)
    );
}

#[test]
fn a_box_may_be_given_away() {
    let free = expanded(&gift_box(0, Bearer::Supplier), "2");
    assert_eq!((free.gross, free.lines.len()), (Fen::ZERO, 3));
    let figures = stall().sell("S1", &sale(free.lines)).expect("sold");
    assert_eq!(figures.total, Fen::ZERO);
    assert_eq!(told(&figures)[0], (0, 0, vec![(DiscountSource::Box, 18_000)]));
}

#[test]
fn a_further_discount_is_apportioned_too() {
    let spread = |price, discount| {
        let lines = expand_box(&gift_box(price, Bearer::Supplier), "1", discount, 7)
            .expect("a box")
            .lines;
        let figures = stall().sell("S1", &sale(lines)).expect("sold");
        (
            figures.total.get(),
            told(&figures)
                .into_iter()
                .map(|(_, _, parts)| parts)
                .collect::<Vec<_>>(),
        )
    };
    let (total, parts) = spread(15_000, off_bp(1000, Bearer::Operator));
    assert_eq!(total, 13_500);
    // 9000 and 6401 (6400.5), 401 off as 234 and 167: left 8766 and 6234; 1500 off as 877 and 623
    assert_eq!(
        parts[0],
        [(DiscountSource::Box, 234), (DiscountSource::Line, 877)]
    );
    assert_eq!(
        parts[1],
        [(DiscountSource::Box, 167), (DiscountSource::Line, 623)]
    );
    assert_eq!(parts[2], []);
    let (total, parts) = spread(20_000, off_fen(20_000, Bearer::Operator));
    assert_eq!(total, 0);
    assert_eq!(parts[3], [(DiscountSource::Line, 20_000 - 15_401)]);
}

#[test]
fn the_first_fault_in_order_is_named() {
    let mut faulty = gift_box(-1, Bearer::Operator);
    faulty.contents.clear();
    let refused = |gift_box: &GiftBox, boxes: &str, discount| {
        expand_box(gift_box, boxes, discount, 1)
            .map(|_| ())
            .map_err(|error| error.code())
    };
    for boxes in ["", "0", "x", "0.5", "1.001", "-1", "1000001"] {
        assert_eq!(refused(&faulty, boxes, None), Err("bad_quantity"), "{boxes}");
    }
    assert_eq!(refused(&faulty, "1", None), Err("bad_price"));
    faulty.price = 1 << 54;
    assert_eq!(refused(&faulty, "1.000", None), Err("bad_box"));
    faulty.contents = gift_box(1, Bearer::Operator).contents;
    assert_eq!(
        refused(&faulty, "1", off_fen(-1, Bearer::Operator)),
        Err("amount_too_large")
    );
    faulty.price = 1000;
    for discount in [
        off_fen(-1, Bearer::Operator),
        off_fen(1001, Bearer::Operator),
        off_bp(-1, Bearer::Operator),
    ] {
        assert_eq!(refused(&faulty, "1", discount), Err("discount_exceeds_amount"));
    }
    assert_eq!(
        refused(&faulty, "1", off_bp(10_001, Bearer::Operator)),
        Ok(()),
        "rounds to all of it"
    );
    assert_eq!(refused(&faulty, "1", off_fen(1000, Bearer::Operator)), Ok(()));
    faulty.contents[1].price = -1;
    assert_eq!(refused(&faulty, "1", None), Err("bad_price"));
    faulty.contents[1].price = 1 << 54;
    assert_eq!(refused(&faulty, "1", None), Err("amount_too_large"));
    faulty.contents[1].quantity = Quantity::ZERO;
    assert_eq!(refused(&faulty, "1", None), Err("bad_box"));
    faulty.contents[1] = BoxContent {
        price: 1 << 53,
        ..faulty.contents[0].clone()
    };
    faulty.contents[1].quantity = Quantity::from_thousandths(1000);
    assert_eq!(
        refused(&faulty, "1", None),
        Err("amount_too_large"),
        "the contents together"
    );
    faulty.contents[1].quantity = Quantity::from_thousandths(i64::MAX);
    assert_eq!(refused(&faulty, "2", None), Err("amount_too_large"));
    let mut dear = gift_box(i64::MAX, Bearer::Operator);
    assert_eq!(refused(&dear, "2", None), Err("amount_too_large"));
    dear.price = 1 << 53;
    assert_eq!(refused(&dear, "1", None), Ok(()));
}

fn with_boxes() -> Book {
    let mut stall = stall();
    let mut lines = vec![line("honey", "1", 4500)];
    lines.extend(
        expand_box(&gift_box(16_000, Bearer::Operator), "3", None, 1)
            .expect("a box")
            .lines,
    );
    lines.extend(
        expand_box(&gift_box(14_000, Bearer::Operator), "1", None, 2)
            .expect("a box")
            .lines,
    );
    stall.sell("S1", &sale(lines)).expect("sold");
    stall
}

#[test]
fn a_box_is_refunded_whole() {
    let refunded = |items: &[RefundItem]| {
        with_boxes()
            .refund("S1", items)
            .map(|figures| figures.total.get())
            .map_err(|error| {
                assert_eq!(error.item.is_none(), error.code() == "box_broken");
                error.code()
            })
    };
    // Lines 2 to 5 are three boxes (honey 6, tea 1.5, rice 3, surplus 3), 6 to 8 one of the other.
    assert_eq!(refunded(&[item(1, "0.5")]), Ok(2250), "what is in no box is free");
    assert_eq!(refunded(&[item(2, "2")]), Err("box_broken"));
    assert_eq!(
        refunded(&[item(2, "2"), item(3, "0.5"), item(4, "1")]),
        Err("box_broken")
    );
    let one = [item(2, "2"), item(3, "0.5"), item(4, "1"), item(5, "1")];
    assert_eq!(refunded(&one), Ok(16_000));
    let two_at_once = [
        item(2, "4"),
        item(3, "1"),
        item(4, "2"),
        item(5, "1"),
        item(5, "1"),
    ];
    assert_eq!(refunded(&two_at_once), Ok(32_000), "a line may come twice");
    let uneven = [item(2, "4"), item(3, "0.5"), item(4, "1"), item(5, "1")];
    assert_eq!(refunded(&uneven), Err("box_broken"));
    let halves = [item(2, "1"), item(3, "0.25"), item(4, "0.5"), item(5, "0.5")];
    assert_eq!(refunded(&halves), Err("box_broken"));
    assert_eq!(
        refunded(&[item(2, "2"), item(9, "1")]),
        Err("no_such_line"),
        "checked first"
    );
    assert_eq!(
        refunded(&[item(2, "7")]),
        Err("refund_exceeds_sale"),
        "checked first"
    );
}

#[test]
fn the_items_of_whole_boxes_are_found() {
    let mut stall = with_boxes();
    let state = stall.sale("S1").expect("known");
    assert_eq!(refund_boxes(state, 9, 1, true, Bearer::Supplier), []);
    let items = refund_boxes(state, 1, 1, false, Bearer::Operator);
    let told: Vec<(i64, &str, bool, Bearer)> = items
        .iter()
        .map(|item| (item.line, item.quantity.as_str(), item.restock, item.borne_by))
        .collect();
    let all = |line, quantity| (line, quantity, false, Bearer::Operator);
    assert_eq!(
        told,
        [all(2, "2.000"), all(3, "0.500"), all(4, "1.000"), all(5, "1.000")]
    );
    let first = stall.refund("S1", &items).expect("refunded");
    let items = refund_boxes(stall.sale("S1").expect("known"), 1, 2, true, Bearer::Supplier);
    let rest = stall.refund("S1", &items).expect("refunded");
    assert_eq!(first.total.get() + rest.total.get(), 48_000);
    let void = stall.void("S1").expect("voided");
    assert_eq!(void.total.get(), 4500 + 14_000);
}

proptest! {
    #[test]
    fn boxes_sum_to_their_price(
        price in 0_i64..100_000,
        boxes in 1_i64..50,
        contents in prop::collection::vec((1_i64..5000, 0_i64..20_000), 1..7),
        supplier in any::<bool>(),
        off in prop::option::of(0_i64..=10_000),
    ) {
        let borne_by = if supplier { Bearer::Supplier } else { Bearer::Operator };
        let contents = contents
            .into_iter()
            .enumerate()
            .map(|(index, (thousandths, price))| BoxContent {
                product: ProductCode::new(["honey", "tea", "rice"][index % 3]),
                quantity: Quantity::from_thousandths(thousandths),
                price,
            })
            .collect();
        let gift_box = GiftBox { product: ProductCode::new("box"), price, borne_by, contents };
        let discount = off.and_then(|bp| off_bp(bp, Bearer::Operator));
        let lines = expand_box(&gift_box, &boxes.to_string(), discount, 1).expect("a box");
        prop_assert_eq!(lines.gross.get(), price * boxes);
        let mut stall = stall();
        let figures = stall.sell("S1", &sale(lines.lines)).expect("sold");
        let off = off.map_or(0, |bp| lines.gross.basis_points(bp).expect("small").get());
        prop_assert_eq!(figures.total.get(), price * boxes - off);
        // One box after another goes back, and all of it has.
        let mut back = 0;
        for _ in 0..boxes {
            let items = refund_boxes(stall.sale("S1").expect("known"), 1, 1, true, Bearer::Supplier);
            back += stall.refund("S1", &items).expect("refunded").total.get();
        }
        prop_assert_eq!(back, figures.total.get());
        prop_assert_eq!(stall.void("S1").expect_err("nothing left").code(), "already_voided");
    }
}
