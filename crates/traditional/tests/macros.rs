//! What the macros make of a piece of source.

use jishi_traditional::{in_both_scripts, traditional, with_traditional};

#[derive(Clone, Copy)]
enum Language {
    Chinese,
    Traditional,
    English,
}

impl Language {
    const fn is_traditional(self) -> bool {
        matches!(self, Language::Traditional)
    }
}

const ALL: [Language; 3] = [Language::Chinese, Language::Traditional, Language::English];

#[in_both_scripts(language)]
fn sold(name: &str, count: usize, language: Language) -> String {
    match (count, language) {
        (0, Language::Chinese) => "还没有卖".to_owned(),
        (0, Language::English) => "nothing".to_owned(),
        (_, Language::Chinese) if count > 9 => {
            let many = "很多";
            format!("{many}{name}")
        }
        (_, Language::Chinese) => format!("{name}卖了 {count} 单"),
        (_, Language::English) => format!("{count} × {name}"),
    }
}

#[test]
fn a_text_is_converted_and_what_is_put_into_it_is_not() {
    // 黄 stands in a name: it is hers as she writes it.
    let said = |count| ALL.map(|language| sold("黄姐", count, language));
    assert_eq!(said(0), ["还没有卖", "還沒有賣", "nothing"]);
    assert_eq!(said(3), ["黄姐卖了 3 单", "黄姐賣了 3 單", "3 × 黄姐"]);
    assert_eq!(said(10), ["很多黄姐", "很多黄姐", "10 × 黄姐"]);
}

/// Alike in both scripts: there is nothing to choose.
#[in_both_scripts(language)]
const fn waiting(language: Language) -> &'static str {
    match language {
        Language::Chinese => "待退款",
        Language::English => "to be refunded",
    }
}

#[test]
fn a_text_that_is_alike_needs_no_second_body() {
    assert_eq!(ALL.map(waiting), ["待退款", "待退款", "to be refunded"]);
}

#[with_traditional(TRADITIONAL)]
const CHINESE: &[(&str, &str)] = &[("total", "应收"), ("change", "找零")];

#[test]
fn a_table_has_a_twin() {
    assert_eq!(CHINESE, [("total", "应收"), ("change", "找零")]);
    assert_eq!(TRADITIONAL, [("total", "應收"), ("change", "找零")]);
}

#[test]
fn escapes_and_raw_texts_stay_as_they_are() {
    assert_eq!(traditional!("单\n\"{}\""), "單\n\"{}\"");
    assert_eq!(traditional!(r#"C:\单\n"#), r"C:\單\n");
    assert_eq!(traditional!(['单', 'a']), ['單', 'a']);
}
