//! What a lot's label bears, and what it is not taken for.

use jishi_domain::{LotLabel, ScaleLayout, ScanReading, payment_app, read_scan};
use proptest::prelude::*;

fn read(code: &str) -> ScanReading {
    let layouts: Vec<ScaleLayout> = ["FFWWWWWEEEEEC", "FFWWWWWEEEEENNNNNC"]
        .iter()
        .filter_map(|layout| ScaleLayout::parse(layout).ok())
        .collect();
    read_scan(code, &layouts, |_| true)
}

#[test]
fn a_label_is_fourteen_capitals_and_digits_that_no_other_code_looks_like() {
    let label = LotLabel::of_digest([0xAB, 0xCD, 0xEF, 0x01, 0x23, 0x45, 0x67, 0x89]);
    assert_eq!(label.as_str(), "JLNF6YY0938NKJ");
    assert_eq!(read(label.as_str()), ScanReading::LotLabel(label.clone()));
    assert_eq!(read(" jlnf6yy0938nkj "), ScanReading::LotLabel(label.clone()));
    assert_eq!(payment_app(label.as_str()), None);
    for goods in [
        "JL",
        "JLNF6YY0938NK",
        "JLNF6YY0938NKJ2",
        // No letter of it: I, L, O and U are none.
        "JLNF6YY0938NKI",
        "JVNF6YY0938NKJ",
        "JLNF6-Y0938NKJ",
        "JL蜂蜜",
    ] {
        assert_eq!(read(goods), ScanReading::Goods(goods.to_owned()), "{goods}");
    }
    for other in ["6901234567892", "2000123012347", "134567890123456789"] {
        assert!(!matches!(read(other), ScanReading::LotLabel(_)), "{other}");
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read(digest in any::<[u8; 8]>()) {
        let label = LotLabel::of_digest(digest);
        prop_assert_eq!(label.as_str().len(), 14);
        prop_assert_eq!(read(label.as_str()), ScanReading::LotLabel(label));
    }

    /// One character misread is never another label.
    #[test]
    fn one_wrong_character_is_noticed(digest in any::<[u8; 8]>(), place in 2_usize..13, to in "[0-9A-HJKMNP-TV-Y]") {
        let label = LotLabel::of_digest(digest);
        let mut wrong: Vec<char> = label.as_str().chars().collect();
        let to = to.chars().next().unwrap_or('0');
        // Z and 0 count alike in the check: the one pair that it cannot tell.
        prop_assume!(wrong[place] != to && !(wrong[place] == 'Z' && to == '0'));
        wrong[place] = to;
        prop_assert_eq!(read(&String::from_iter(wrong)), ScanReading::WrongCheckDigit);
    }
}
