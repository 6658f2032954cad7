//! Tickets and vouchers in an exchange: bought, given back, and what a voucher had paid.

use super::*;

/// So many of the first line of a sale come back for something else.
fn exchange(ids: (&str, &str), of: (&str, &str), new: SellRequest) -> ExchangeRequest {
    ExchangeRequest {
        refund: ExchangedGoods {
            id: ids.0.to_owned(),
            sale: of.0.to_owned(),
            lines: back(ids.0, of.0, of.1).lines,
            in_cash: false,
        },
        sale: SellRequest {
            id: ids.1.to_owned(),
            ..new
        },
    }
}

#[test]
fn tickets_that_go_out_in_an_exchange_have_their_codes_in_the_answer_and_are_good_once() {
    let (shop, mut till) = park("T1", 1);
    sell(
        &mut till,
        &paid_with("s", &[("honey", "1")], &[("cash", 4_500, None)]),
    )
    .unwrap();
    let tours = paid_with("", &[("bag", "1"), ("tour", "2")], &[("cash", 9_152, None)]);
    let request = exchange(("r", "n"), ("s", "1"), tours);
    let done = till.exchange(&request).unwrap();
    assert_eq!((done.credit, done.sale.total), (4_500, 13_652));
    let lines: Vec<_> = done.sale.passes.iter().map(|pass| pass.line).collect();
    assert_eq!(lines, [Some(2), Some(2)]);
    assert_eq!(
        till.exchange(&request).unwrap().sale.passes,
        done.sale.passes,
        "the same codes again"
    );
    let code = code_of(&done.sale, 0);
    assert_eq!(redeem(&mut till, "x", &code), Ok(false));
    assert_eq!(redeem(&mut till, "y", &code), Err("ticket_used".to_owned()));
    // They are on the exchange's paper as on any sale's.
    let paper = till.receipt_preview(
        &done.sale.number,
        jishi_paper::Width::Mm58,
        jishi_till::view::Language::Chinese,
    );
    let codes = paper.unwrap().blocks.into_iter().filter_map(|block| match block {
        jishi_paper::Block::Qr { payload, .. } => Some(payload),
        _ => None,
    });
    let slips: Vec<_> = codes.filter(|payload| payload.starts_with("JQ")).collect();
    assert_eq!(slips, [code_of(&done.sale, 0), code_of(&done.sale, 1)]);
    sound(&shop, &mut till);
}

#[test]
fn only_tickets_that_nobody_used_come_back_in_an_exchange() {
    let (shop, mut till) = park("T1", 1);
    let tours = sell(&mut till, &cash_sale("t", &[("tour", "3")])).unwrap();
    redeem(&mut till, "x", &code_of(&tours, 2)).unwrap();
    let meal = || paid_with("", &[("meal", "1")], &[("cash", 30_000 - 13_602, None)]);
    let head = till.head();
    let all = exchange(("r", "n"), ("t", "3"), meal());
    assert_eq!(till.exchange(&all).unwrap_err().code(), "passes_used");
    assert_eq!(till.head(), head);
    let two = exchange(("r", "n"), ("t", "2"), meal());
    assert_eq!(till.exchange(&two).unwrap().credit, 13_602);
    for piece in [0, 1] {
        let code = code_of(&tours, piece);
        assert_eq!(redeem(&mut till, "z", &code), Err("pass_returned".to_owned()));
    }
    let mut states = states(till.ledger());
    states.sort();
    assert_eq!(states, ["redeemed", "returned", "returned"]);
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!(summary.net, 6_801 + 30_000);
    assert_eq!(summary.net, summary.payable + summary.fund + summary.margin);
    let folder = till.folder().clone();
    let before = projection_digest(till.ledger()).unwrap();
    drop(till);
    jishi_till::rebuild(&folder, |_| true).unwrap();
    let mut till = shop.open().unwrap();
    assert_eq!(projection_digest(till.ledger()).unwrap(), before);
    sound(&shop, &mut till);
}

#[test]
fn what_a_voucher_had_paid_above_the_new_goods_goes_back_as_a_voucher_also_where_cash_was_asked_for() {
    for in_cash in [false, true] {
        let (shop, mut till) = park("T1", 1);
        let sold = sell(&mut till, &cash_sale("v", &[("v50", "1")])).unwrap();
        let jar = paid_with(
            "a",
            &[("honey", "1")],
            &[("voucher", 4_500, Some(&code_of(&sold, 0)))],
        );
        sell(&mut till, &jar).unwrap();
        let mut request = exchange(("r", "n"), ("a", "1"), sale_of("", &[("parking", "1")]));
        request.refund.in_cash = in_cash;
        let done = till.exchange(&request).unwrap();
        assert_eq!((done.credit, done.given_back), (500, 4_000));
        // Nobody turns a voucher into cash by way of an exchange, and the old code stays used.
        let given = &done.refund.passes[0];
        assert_eq!(given.face, 4_000);
        assert_eq!(till.exchange(&request).unwrap().refund.passes, done.refund.passes);
        assert_eq!(till.shift_report().unwrap().figures.cash_expected, 5_000);
        let again = |code: &str| paid_with("b", &[("bag", "1")], &[("voucher", 50, Some(code))]);
        assert_eq!(
            sell(&mut till, &again(&code_of(&sold, 0))).unwrap_err(),
            "voucher_used"
        );
        sell(&mut till, &again(&given.code)).unwrap();
        sound(&shop, &mut till);
    }
}

#[test]
fn vouchers_are_no_goods_that_other_goods_could_pay_for() {
    let (_shop, mut till) = park("T1", 1);
    sell(&mut till, &cash_sale("s", &[("honey", "2")])).unwrap();
    let head = till.head();
    let request = exchange(("r", "n"), ("s", "2"), sale_of("", &[("v50", "1")]));
    assert_eq!(till.exchange(&request).unwrap_err().code(), "vouchers_apart");
    assert_eq!(till.head(), head);
}
