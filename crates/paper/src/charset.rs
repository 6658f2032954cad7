//! Which characters paper can bear: what a printer's GBK font holds, and what stands in for the rest.

use std::borrow::Cow;

use encoding_rs::GBK;
use unicode_width::UnicodeWidthChar;

/// What replaces a character that neither the printer's font nor ours can draw: 〓, the printers' own mark
/// for a missing type. It is in GBK. A `?` would read as a question.
pub(crate) const MISSING: char = '〓';

/// The text as it will be printed, the same on every kind of paper: signs that are not in GBK but have a twin
/// there are replaced, what takes no room or moves the carriage is dropped.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if stays(character) {
            out.push(character);
            continue;
        }
        match character {
            '\n' => out.push('\n'),
            '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => out.push(' '),
            '¥' => out.push('￥'),
            '•' | '‧' | '∙' | '⋅' | '・' => out.push('·'),
            '½' => out.push_str("1/2"),
            '⅓' => out.push_str("1/3"),
            '¼' => out.push_str("1/4"),
            '¾' => out.push_str("3/4"),
            '‐' | '‑' | '−' => out.push('-'),
            '㎡' => out.push_str("m2"),
            '™' => out.push_str("TM"),
            '©' => out.push_str("(C)"),
            '®' => out.push_str("(R)"),
            '²' => out.push('2'),
            '³' => out.push('3'),
            _ if character.is_control() || character.width() == Some(0) => {}
            _ if crate::font::can_draw(character) => out.push(character),
            _ => out.push(MISSING),
        }
    }
    Cow::Owned(out)
}

/// True for what is printed as it is, by any printer.
fn stays(character: char) -> bool {
    matches!(character, ' '..='~') || in_gbk(character)
}

/// True for a character that a printer's Chinese mode prints from its own font.
pub(crate) fn in_gbk(character: char) -> bool {
    match character {
        // All of the block up to U+9FA5 is GBK; it is most of what is printed.
        '\u{4e00}'..='\u{9fa5}' => true,
        // Not in a printer's GBK: encoding_rs gives the euro one byte (Windows), and private characters two.
        '€' | '\u{e000}'..='\u{f8ff}' => false,
        '\0'..='\u{7f}' => false,
        _ => {
            let mut utf8 = [0_u8; 4];
            let mut bytes = [0_u8; 16];
            let mut encoder = GBK.new_encoder();
            let (result, _, written) = encoder.encode_from_utf8_without_replacement(
                character.encode_utf8(&mut utf8),
                &mut bytes,
                true,
            );
            result == encoding_rs::EncoderResult::InputEmpty && written == 2
        }
    }
}

/// True when a printer can set the whole (already [`printable`]) text from its own font.
pub(crate) fn is_gbk(text: &str) -> bool {
    text.is_ascii() || text.chars().all(stays)
}

/// How many half-width columns a character takes: what a printer sets from its Chinese font takes two.
pub(crate) const fn columns_of_character(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

/// How many half-width columns a text takes.
#[must_use]
pub fn columns_of(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(columns_of_character).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_gbk_lacks_are_replaced_by_their_twins() {
        for (text, expected) in [
            ("蜂蜜 ¥45.00", "蜂蜜 ￥45.00"),
            ("山茶•明前", "山茶·明前"),
            ("½ 只鸡", "1/2 只鸡"),
            ("a\u{200b}b\u{feff}c\u{301}", "abc"),
            ("甲\u{a0}乙\t丙", "甲 乙 丙"),
            ("é×°…—“”", "é×°…—“”"),
            ("𬭎", "𬭎"),
            ("蜜🍯", "蜜〓"),
            ("\u{1b}@\u{1d}V\0", "@V"),
        ] {
            assert_eq!(printable(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_character_said_to_be_in_gbk_has_two_bytes_there() {
        let mut count = 0;
        for character in ('\u{80}'..=char::MAX).filter(|character| in_gbk(*character)) {
            let text = character.to_string();
            let (bytes, _, lost) = GBK.encode(&text);
            assert!(!lost && bytes.len() == 2, "{character} {bytes:x?}");
            assert_eq!(GBK.decode_without_bom_handling(&bytes).0, text);
            count += 1;
        }
        assert!(count > 21_000, "{count}");
        assert!(!in_gbk('¥') && !in_gbk('•') && !in_gbk('½') && !in_gbk('𬭎') && !in_gbk('€'));
    }

    #[test]
    fn width_is_counted_in_columns() {
        assert_eq!(columns_of("土蜂蜜 500g"), 11);
        assert_eq!(columns_of("￥45.00·"), 9);
        assert_eq!(columns_of("𬭎"), 2);
    }
}
