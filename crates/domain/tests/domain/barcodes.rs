//! Scans: goods, scale labels, payment codes.

use jishi_domain::{
    Fen, PaymentApp, SaleUnit, ScaleLabel, ScaleLayout, ScanReading, check_digit, check_digit_fits,
    payment_app, read_scan,
};
use proptest::prelude::*;

fn layouts(layouts: &[&str]) -> Vec<ScaleLayout> {
    layouts
        .iter()
        .map(|layout| ScaleLayout::parse(layout).expect("a known layout"))
        .collect()
}

fn with_check(digits: &str) -> String {
    format!("{digits}{}", check_digit(digits).expect("digits"))
}

fn goods(code: &str) -> ScanReading {
    ScanReading::Goods(code.into())
}

#[test]
fn check_digits() {
    for code in [
        "6901234567892",
        "4006381333931",
        "96385074",
        "036000291452",
        "0036000291452",
        "6900000000007",
    ] {
        assert_eq!(check_digit_fits(code), Some(true), "{code}");
    }
    assert_eq!(check_digit_fits("6901234567893"), Some(false));
    for code in ["", "7", "69012345678X2", "690123456789X", "x7", "农户"] {
        assert_eq!(check_digit_fits(code), None, "{code}");
    }
    assert_eq!(check_digit("690123456789"), Some(2));
    assert_eq!(check_digit("000000000000"), Some(0));
    assert_eq!(check_digit("6a"), None);
}

#[test]
fn layouts_of_the_scales_known_and_no_others() {
    for layout in [
        "FFWWWWWEEEEEC",
        "FFWWWWWNNNNNC",
        "FWWWWWWEEEEEC",
        "FWWWWWWNNNNNC",
        "FFWWWWWEEEEENNNNNC",
        "FFWWWWWNNNNNEEEEEC",
        "FWWWWWWEEEEENNNNNC",
        "FWWWWWWNNNNNEEEEEC",
        "22WWWWWEEEEEC",
        "2WWWWWWEEEEEC",
    ] {
        assert_eq!(
            ScaleLayout::parse(layout).map(|layout| layout.as_str().to_owned()),
            Ok(layout.to_owned())
        );
    }
    for layout in [
        "",
        "FFWWWWWEEEEE",
        "FFWWWWWEEEEECC",
        "FFFWWWWEEEEEC",
        "FFWWWWEEEEECC",
        "FFWWWWWWWWWWC",
        "WWWWWWWEEEEEC",
        "FFWWEEWWEEEEC",
        "FFWWWWWCEEEEE",
        "FFWWWWWXXXXXC",
        "69WWWWWEEEEEC",
        "FFEEEEEWWWWWC",
    ] {
        assert_eq!(
            ScaleLayout::parse(layout).map_err(|error| error.code()),
            Err("bad_scale_layout"),
            "{layout}"
        );
    }
}

#[test]
fn a_scale_label_is_read_by_the_outlets_layout() {
    let known = |item: &str| item == "00123";
    let label = |amount: Option<i64>, measure| {
        ScanReading::ScaleLabel(ScaleLabel {
            item: "00123".into(),
            amount: amount.map(Fen::new),
            measure,
        })
    };
    for (layout, digits, reading) in [
        ("FFWWWWWEEEEEC", "220012304821", label(Some(4821), None)),
        ("FFWWWWWNNNNNC", "290012301236", label(None, Some(1236))),
        (
            "FFWWWWWEEEEENNNNNC",
            "20001230482101236",
            label(Some(4821), Some(1236)),
        ),
        (
            "FFWWWWWNNNNNEEEEEC",
            "21001230123604821",
            label(Some(4821), Some(1236)),
        ),
        ("23WWWWWEEEEEC", "230012304821", label(Some(4821), None)),
    ] {
        let code = with_check(digits);
        assert_eq!(
            read_scan(&format!("{code}\r\n"), &layouts(&[layout]), known),
            reading,
            "{layout}"
        );
        let last = code.len() - 1;
        let wrong = format!(
            "{}{}",
            &code[..last],
            (code[last..].parse::<u8>().expect("a digit") + 1) % 10
        );
        assert_eq!(
            read_scan(&wrong, &layouts(&[layout]), known),
            ScanReading::WrongCheckDigit,
            "{layout}"
        );
    }
    // A prefix in digits fits no other, and an unknown item is some product's own barcode, or nobody's.
    let code = with_check("220012304821");
    assert_eq!(
        read_scan(&code, &layouts(&["23WWWWWEEEEEC"]), known),
        goods(&code)
    );
    let code = with_check("220099904821");
    assert_eq!(
        read_scan(&code, &layouts(&["FFWWWWWEEEEEC"]), known),
        goods(&code)
    );
    // Of two layouts that fit, the one whose item is known.
    let code = with_check("200012304821");
    let both = layouts(&["FWWWWWWEEEEEC", "FFWWWWWEEEEEC"]);
    assert_eq!(read_scan(&code, &both, known), label(Some(4821), None));
    let code = with_check("690012304821");
    assert_eq!(read_scan(&code, &both, known), goods(&code));
}

#[test]
fn goods_are_looked_up_and_wrong_digits_said() {
    let read = |code| read_scan(code, &layouts(&["FFWWWWWEEEEEC"]), |_| false);
    assert_eq!(read("6901234567892"), goods("6901234567892"));
    assert_eq!(read("6901234567890"), ScanReading::WrongCheckDigit);
    assert_eq!(read("96385074"), goods("96385074"));
    assert_eq!(read("96385075"), ScanReading::WrongCheckDigit);
    assert_eq!(read("036000291452"), goods("0036000291452"));
    assert_eq!(read("036000291453"), ScanReading::WrongCheckDigit);
    for code in ["L1", "12345", "honey-500g", "蜂蜜", "7", "69012345678921"] {
        assert_eq!(read(code), goods(code));
    }
    for code in ["", "  ", "\r\n", "69\u{7}01"] {
        assert_eq!(read(code), ScanReading::Unreadable);
    }
}

#[test]
fn a_payment_code_is_never_goods() {
    for (code, app) in [
        ("134567890123456789", Some(PaymentApp::Wechat)),
        ("104567890123456789", Some(PaymentApp::Wechat)),
        ("154567890123456789", Some(PaymentApp::Wechat)),
        ("164567890123456789", None),
        ("094567890123456789", None),
        ("13456789012345678", None),
        ("1345678901234567890", None),
        ("2845678901234567", Some(PaymentApp::Alipay)),
        ("254567890123456789012345", Some(PaymentApp::Alipay)),
        ("304567890123456789", Some(PaymentApp::Alipay)),
        ("6212345678901234", Some(PaymentApp::Unionpay)),
        ("6212345678901234567", Some(PaymentApp::Unionpay)),
        ("621234567890123", None),
        ("62123456789012345678", None),
        ("244567890123456789", None),
        ("314567890123456789", None),
        ("284567890123456", None),
        ("2545678901234567890123456", None),
        ("28456789012345678x", None),
        ("", None),
    ] {
        assert_eq!(payment_app(code), app, "{code}");
        if let Some(app) = app {
            assert_eq!(
                read_scan(code, &layouts(&["FFWWWWWEEEEEC"]), |_| true),
                ScanReading::PaymentCode(app)
            );
        }
    }
    // One Alipay code in ten has a label's check digit: only a known item makes it one.
    let code = with_check("28001230482101236");
    let eighteen = layouts(&["FFWWWWWEEEEENNNNNC"]);
    assert_eq!(
        read_scan(&code, &eighteen, |_| false),
        ScanReading::PaymentCode(PaymentApp::Alipay)
    );
    assert!(matches!(
        read_scan(&code, &eighteen, |_| true),
        ScanReading::ScaleLabel(_)
    ));
    // Not an Alipay prefix: a label with a wrong check digit.
    let wrong = format!(
        "{}{}",
        "20001230482101236",
        (check_digit("20001230482101236").expect("digits") + 1) % 10
    );
    assert_eq!(
        read_scan(&wrong, &eighteen, |_| true),
        ScanReading::WrongCheckDigit
    );
    let unknown = with_check("20001230482101236");
    assert_eq!(read_scan(&unknown, &eighteen, |_| false), goods(&unknown));
}

#[test]
fn what_is_no_weight_is_counted() {
    for (name, unit) in [
        ("斤", SaleUnit::Jin),
        ("市斤", SaleUnit::Jin),
        ("两", SaleUnit::Liang),
        ("公斤", SaleUnit::Kilogram),
        ("千克", SaleUnit::Kilogram),
        ("kg", SaleUnit::Kilogram),
        ("克", SaleUnit::Gram),
        ("g", SaleUnit::Gram),
        ("瓶", SaleUnit::Piece),
        ("", SaleUnit::Piece),
    ] {
        assert_eq!(SaleUnit::from_name(name), unit, "{name}");
    }
}

#[test]
fn a_label_of_another_price_is_noticed_and_a_scales_rounding_is_not() {
    let differs = |amount: i64, quantity: &str, unit: &str, price: i64| {
        let quantity = jishi_domain::Quantity::parse(quantity).expect("a quantity");
        SaleUnit::from_name(unit)
            .label_differs(Fen::new(amount), quantity, Fen::new(price))
            .map(Fen::get)
    };
    for (amount, quantity, unit, price, figured) in [
        // Exactly; half a gram more or less; the fen left off, and no more than them.
        (1572, "3.275", "斤", 480, None),
        (39_200, "0.980", "公斤", 40_000, None),
        (39_220, "0.980", "公斤", 40_000, None),
        (39_221, "0.980", "公斤", 40_000, Some(39_200)),
        (1570, "3.275", "斤", 480, None),
        (1563, "3.275", "斤", 480, Some(1572)),
        (1560, "3.275", "斤", 480, Some(1572)),
        // Yesterday's price; a label that states nothing; pieces.
        (1310, "3.275", "斤", 480, Some(1572)),
        (0, "3.275", "斤", 480, Some(1572)),
        (900, "3", "个", 300, None),
        (899, "3", "个", 300, None),
        (895, "3", "个", 300, Some(900)),
    ] {
        assert_eq!(
            differs(amount, quantity, unit, price),
            figured,
            "{amount} for {quantity} {unit} at {price}"
        );
    }
    // What is too much to be figured is nobody's to compare.
    assert_eq!(differs(5, "1000000", "斤", i64::MAX), None);
}

#[test]
fn a_label_becomes_a_quantity() {
    let quantity = |amount: Option<i64>, measure, unit, price| {
        ScaleLabel {
            item: "1".into(),
            amount: amount.map(Fen::new),
            measure,
        }
        .quantity(SaleUnit::from_name(unit), Fen::new(price))
        .map(|quantity| quantity.to_string())
    };
    for (unit, expected) in [
        ("斤", "2.472"),
        ("市斤", "2.472"),
        ("两", "24.720"),
        ("公斤", "1.236"),
        ("千克", "1.236"),
        ("kg", "1.236"),
        ("克", "1236.000"),
        ("瓶", "1236.000"),
    ] {
        assert_eq!(
            quantity(Some(4821), Some(1236), unit, 3900).as_deref(),
            Some(expected),
            "{unit}"
        );
    }
    // The weight is not on the label: what the amount is at this price.
    assert_eq!(quantity(Some(4821), None, "公斤", 3900).as_deref(), Some("1.236"));
    assert_eq!(quantity(Some(1), None, "公斤", 3900), None);
    assert_eq!(quantity(Some(2), None, "公斤", 3900).as_deref(), Some("0.001"));
    assert_eq!(quantity(Some(0), None, "公斤", 3900), None);
    assert_eq!(quantity(Some(4821), None, "公斤", 0), None);
    assert_eq!(quantity(None, Some(0), "公斤", 1), None);
    assert_eq!(
        quantity(None, Some(1_000_000), "瓶", 1).as_deref(),
        Some("1000000.000")
    );
    assert_eq!(quantity(None, Some(1_000_001), "瓶", 1), None);
    assert_eq!(quantity(None, None, "瓶", 1), None);
}

proptest! {
    #[test]
    fn reading_never_panics(code in "\\PC{0,26}", digits in "[0-9]{0,26}") {
        let layouts = layouts(&["FFWWWWWEEEEEC", "FFWWWWWNNNNNEEEEEC"]);
        for code in [code, digits] {
            read_scan(&code, &layouts, |_| true);
            read_scan(&code, &layouts, |_| false);
        }
    }

    #[test]
    fn a_layout_is_parsed_or_refused(layout in "[FWENC2]{0,19}") {
        if let Ok(layout) = ScaleLayout::parse(&layout) {
            let digits = layout.as_str().len() - 1;
            let code = with_check(&format!("2{}", "1".repeat(digits - 1)));
            read_scan(&code, &[layout], |_| true);
        }
    }

    #[test]
    fn one_wrong_digit_is_found(digits in "[0-9]{12}", place in 0_usize..12, by in 1_u8..=9) {
        let code = with_check(&digits);
        let mut bytes = code.into_bytes();
        bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
        let code = String::from_utf8(bytes).expect("digits");
        prop_assert_eq!(check_digit_fits(&code), Some(false));
    }
}
