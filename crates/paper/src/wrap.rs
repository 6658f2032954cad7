//! Breaking a text into lines by its width in columns.

use crate::charset::columns_of_character;

/// Marks that must not begin a line: they hang with the character before them.
const NOT_FIRST: &str = "，。、；：？！）》」』】〉…—·％”’,.;:?!)]}%";
/// Marks that must not end one.
const NOT_LAST: &str = "（《「『【〈“‘([{￥";

/// Breaks a (printable) text into lines of at most `columns`. Chinese breaks anywhere, Latin words between
/// words, and a word wider than the line wherever it must. A text of nothing is one empty line.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<&str> {
    let columns = columns.max(2);
    let mut lines = Vec::with_capacity(1);
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph.trim_end(), columns, &mut lines);
    }
    lines
}

fn wrap_paragraph<'a>(paragraph: &'a str, columns: usize, lines: &mut Vec<&'a str>) {
    let mut rest = paragraph;
    loop {
        let fits = prefix_within(rest, columns);
        if fits == rest.len() {
            lines.push(rest);
            return;
        }
        let end = break_before(rest, fits);
        lines.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
        if rest.is_empty() {
            return;
        }
    }
}

/// The bytes of the longest beginning that is at most `columns` wide.
fn prefix_within(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += columns_of_character(character);
        if used > columns {
            return at;
        }
    }
    text.len()
}

/// The best place to break at or before `fits`; `fits` itself when there is none.
fn break_before(text: &str, fits: usize) -> usize {
    let mut at = fits;
    while at > 0 {
        let before = text[..at].chars().next_back();
        let after = text[at..].chars().next();
        if let (Some(before), Some(after)) = (before, after)
            && can_break_between(before, after)
            && !text[..at].trim().is_empty()
        {
            return at;
        }
        at -= before.map_or(at, char::len_utf8);
    }
    fits
}

fn can_break_between(before: char, after: char) -> bool {
    if before == ' ' || after == ' ' {
        return true;
    }
    let both_latin = before.is_ascii() && after.is_ascii();
    !both_latin && !NOT_FIRST.contains(after) && !NOT_LAST.contains(before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::columns_of;

    #[test]
    fn lines_break_by_width_in_columns() {
        for (text, columns, expected) in [
            ("", 8, vec![""]),
            ("土蜂蜜", 6, vec!["土蜂蜜"]),
            ("土蜂蜜", 5, vec!["土蜂", "蜜"]),
            ("富硒绿茶 明前 250g", 14, vec!["富硒绿茶 明前", "250g"]),
            ("富硒绿茶明前250g", 13, vec!["富硒绿茶明前", "250g"]),
            ("两斤，三斤", 5, vec!["两", "斤，", "三斤"]),
            ("米（新）", 4, vec!["米", "（新", "）"]),
            ("honey from the hills", 12, vec!["honey from", "the hills"]),
            ("abcdefghij", 4, vec!["abcd", "efgh", "ij"]),
            ("甲\n乙", 8, vec!["甲", "乙"]),
            ("𬭎𬭎𬭎", 4, vec!["𬭎𬭎", "𬭎"]),
        ] {
            assert_eq!(wrap(text, columns), expected, "{text:?} in {columns}");
        }
    }

    #[test]
    fn no_line_is_wider_than_asked_and_nothing_is_lost() {
        let text = "柳河镇供销合作社联合社（直营）Direct sales, 2026：土蜂蜜、山茶油！abcdefghijklmnopqrst";
        for columns in 2..60 {
            let lines = wrap(text, columns);
            assert!(
                lines.iter().all(|line| columns_of(line) <= columns),
                "{columns}: {lines:?}"
            );
            let joined: String = lines.concat().replace(' ', "");
            assert_eq!(joined, text.replace(' ', ""), "{columns}");
        }
    }
}
