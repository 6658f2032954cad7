//! Redeemed once: at the same till at once, at two tills when their chains meet.

use super::*;

#[test]
fn a_voucher_pays_once_and_gives_no_change() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("v", &[("v50", "2")])).unwrap();
    let (first, second) = (code_of(&sold, 0), code_of(&sold, 1));
    // Above its face, and more than is owed: neither gives change.
    let above = paid_with(
        "a",
        &[("honey", "2")],
        &[("voucher", 5_001, Some(&first)), ("cash", 5_000, None)],
    );
    assert_eq!(sell(&mut till, &above).unwrap_err(), "above_face");
    let over = paid_with("a", &[("honey", "1")], &[("voucher", 5_000, Some(&first))]);
    assert_eq!(sell(&mut till, &over).unwrap_err(), "tender_over");
    let twice = [
        ("voucher", 4_500, Some(first.as_str())),
        ("voucher", 4_500, Some(first.as_str())),
    ];
    assert_eq!(
        sell(&mut till, &paid_with("a", &[("honey", "2")], &twice)).unwrap_err(),
        "pass_twice"
    );

    let jar = paid_with("a", &[("honey", "1")], &[("voucher", 4_500, Some(&first))]);
    let paid = sell(&mut till, &jar).unwrap();
    assert_eq!((paid.tendered, paid.change), (4_500, 0));
    assert!(
        sell(&mut till, &jar).unwrap().repeated,
        "the same sale again is the same sale"
    );
    let again = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&first.to_lowercase()))],
    );
    let refused = till.sell(&again).unwrap_err();
    assert_eq!(refused.code(), "voucher_used");
    let said = refused.message(jishi_till::view::Language::Chinese);
    assert!(said.contains("11-21 09:00 T1-000002"), "{said}");

    let part = [("voucher", 5_000, Some(second.as_str())), ("wechat", 4_000, None)];
    sell(&mut till, &paid_with("c", &[("honey", "2")], &part)).unwrap();
    let rows = rows(till.ledger());
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.state.as_str(), row.used, row.lapsed))
        .collect();
    assert_eq!(told.len(), 2);
    assert!(
        told.contains(&("redeemed", 4_500, 500)) && told.contains(&("redeemed", 5_000, 0)),
        "{told:?}"
    );
    // The sale is a sale, whoever paid for it how.
    let summary = report::summary(till.ledger(), &Filter::default()).unwrap();
    assert_eq!((summary.sales, summary.net), (2, 13_500));
    // No entry has a code: whoever reads the chain cannot print one.
    for signed in entries(till.ledger()) {
        assert!(
            !signed.line.contains(&first) && !signed.line.contains("JQ"),
            "{}",
            signed.line
        );
    }
    sound(&shop, &mut till);
}

#[test]
fn a_ticket_is_redeemed_once() {
    let (_shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("a", &[("tour", "2")])).unwrap();
    let code = code_of(&sold, 0);
    assert_eq!(redeem(&mut till, "r", &code), Ok(false));
    assert_eq!(redeem(&mut till, "r", &code), Ok(true), "the same request again");
    assert_eq!(redeem(&mut till, "r2", &code), Err("ticket_used".to_owned()));
    assert_eq!(
        redeem(&mut till, "r", &code_of(&sold, 1)),
        Err("id_reused".to_owned())
    );
    let voucher = sell(&mut till, &cash_sale("v", &[("v50", "1")])).unwrap();
    assert_eq!(
        redeem(&mut till, "r3", &code_of(&voucher, 0)),
        Err("not_a_ticket".to_owned())
    );
    let with_ticket = paid_with(
        "b",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 1)))],
    );
    assert_eq!(sell(&mut till, &with_ticket).unwrap_err(), "not_a_voucher");
    assert_eq!(redeem(&mut till, "r4", &code_of(&sold, 1)), Ok(false));
}

#[test]
fn what_is_altered_of_another_till_or_too_old_is_not_taken() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("a", &[("tour", "2")])).unwrap();
    let code = code_of(&sold, 0);
    let last = if code.ends_with('0') { "1" } else { "0" };
    let altered = format!("{}{last}", &code[..code.len() - 1]);
    assert_eq!(redeem(&mut till, "r", &altered), Err("pass_forged".to_owned()));
    assert_eq!(
        redeem(&mut till, "r", &code[..100]),
        Err("pass_unreadable".to_owned())
    );
    assert_eq!(
        redeem(&mut till, "r", "6901234567892"),
        Err("pass_unreadable".to_owned())
    );

    let (_other_shop, mut other) = park("T2", 2);
    assert_eq!(redeem(&mut other, "r", &code), Err("pass_of_another".to_owned()));
    let key = jishi_till::status(till.ledger()).unwrap().public_key;
    assert_eq!(
        import(
            &mut other,
            json!({"issuers": [{"code": "T1", "public_key": "00"}]})
        ),
        Err("bad_issuer".to_owned())
    );
    import(
        &mut other,
        json!({"issuers": [{"code": "T1", "public_key": key}]}),
    )
    .unwrap();
    assert_eq!(redeem(&mut other, "r", &code), Ok(false));

    shop.world.set_clock("2026-12-22T09:00:00+08:00");
    till.close_shift(None).unwrap();
    assert_eq!(
        redeem(&mut till, "r", &code_of(&sold, 1)),
        Err("pass_expired".to_owned())
    );
}

/// What a server does with the chains that come in, in some order.
fn met(path: &std::path::Path, tills: &[&Till]) -> Ledger {
    let mut ledger = Ledger::open(path, OpenMode::Create).unwrap();
    for till in tills {
        for signed in entries(till.ledger()) {
            let entry = jishi_journal::Entry::parse(&signed.line).unwrap();
            let head = jishi_journal::Head {
                seq: entry.seq,
                hash: signed.hash(),
            };
            ledger
                .write(|writer| writer.append(&signed, entry.chain, head, &entry.at, &entry.body()))
                .unwrap();
        }
    }
    ledger
}

#[test]
fn one_voucher_at_two_tills_that_cannot_hear_each_other_is_found_when_they_meet() {
    let (shop, mut first) = park("T1", 1);
    let (_other_shop, mut second) = park("T2", 2);
    let key = jishi_till::status(first.ledger()).unwrap().public_key;
    import(
        &mut second,
        json!({"issuers": [{"code": "T1", "public_key": key}]}),
    )
    .unwrap();
    let sold = sell(&mut first, &cash_sale("v", &[("v50", "3")])).unwrap();
    let ticket = sell(&mut first, &cash_sale("t", &[("tour", "1")])).unwrap();
    for (till, id) in [(&mut first, "a"), (&mut second, "b")] {
        let jar = paid_with(
            id,
            &[("honey", "1")],
            &[("voucher", 4_500, Some(&code_of(&sold, 0)))],
        );
        sell(till, &jar).unwrap();
        assert_eq!(redeem(till, "r", &code_of(&ticket, 0)), Ok(false));
    }
    // One is brought back at home after it was used elsewhere.
    let jar = paid_with(
        "c",
        &[("honey", "1")],
        &[("voucher", 4_500, Some(&code_of(&sold, 2)))],
    );
    sell(&mut second, &jar).unwrap();
    assert_eq!(refund(&mut first, &back("x", "v", "1")), Ok(5_000));
    assert!(
        states(first.ledger()).iter().all(|state| state != "doubled"),
        "neither can know"
    );

    let one = met(&shop.path("one.sqlite"), &[&first, &second]);
    let other = met(&shop.path("other.sqlite"), &[&second, &first]);
    let told = rows(&one);
    assert_eq!(told, rows(&other), "in whatever order they come");
    let doubled: Vec<_> = told.iter().filter(|row| row.state == "doubled").collect();
    assert_eq!(doubled.len(), 3, "{told:#?}");
    let voucher = doubled
        .iter()
        .find(|row| row.uses == 2 && row.kind == "voucher")
        .unwrap();
    assert_eq!((voucher.used, voucher.excess), (9_000, 4_500));
    assert!(
        voucher.used_at.contains("T1-000003") && voucher.used_at.contains("T2-000001"),
        "{}",
        voucher.used_at
    );
    assert!(
        doubled
            .iter()
            .any(|row| row.kind == "ticket" && row.excess == 6_801)
    );
    let sums = report::voucher_sums(&told, "voucher");
    assert_eq!((sums.issued, sums.outstanding, sums.doubled), (3, 1, 2));
    // Both sales stand.
    let summary = report::summary(&one, &Filter::default()).unwrap();
    assert_eq!((summary.sales, summary.net), (4, 6_801 + 3 * 4_500));
    let mut again = other;
    let digest = projection_digest(&again).unwrap();
    again.rebuild(|_| true).unwrap();
    assert_eq!(projection_digest(&again).unwrap(), digest);
}

#[test]
fn a_restored_till_knows_what_was_issued_before() {
    let (shop, mut till) = park("T1", 1);
    let sold = sell(&mut till, &cash_sale("a", &[("tour", "2")])).unwrap();
    redeem(&mut till, "r", &code_of(&sold, 0)).unwrap();
    let backup = shop.path("backup.sqlite");
    till.ledger().backup_to(&backup, |_, _| true).unwrap();
    drop(till);
    let mut restored = jishi_till::restore(&backup, shop.folder(), shop.world.boxed()).unwrap();
    assert_eq!(
        redeem(&mut restored, "s", &code_of(&sold, 0)),
        Err("ticket_used".to_owned())
    );
    assert_eq!(redeem(&mut restored, "s", &code_of(&sold, 1)), Ok(false));
    sound(&shop, &mut restored);
}
