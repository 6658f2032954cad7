//! From 简体 to 繁體 by the longest match, as OpenCC does it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The earlier wins where two have the same key.
const DICTIONARIES: [&str; 3] = [
    include_str!("../../../assets/opencc/terms.txt"),
    include_str!("../../../assets/opencc/STPhrases.txt"),
    include_str!("../../../assets/opencc/STCharacters.txt"),
];
const VARIANTS: &str = include_str!("../../../assets/opencc/variants.txt");

static TABLE: LazyLock<Table> = LazyLock::new(Table::read);

struct Table {
    words: HashMap<&'static str, &'static str>,
    variants: HashMap<char, &'static str>,
    /// Characters of the longest key.
    longest: usize,
}

/// `simplified TAB traditional other-forms…`: the first form is the usual one.
fn rows(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (simplified, forms) = line.split_once('\t')?;
            Some((simplified, forms.split(' ').next().unwrap_or(forms)))
        })
}

impl Table {
    fn read() -> Table {
        let mut words = HashMap::new();
        for (simplified, traditional) in DICTIONARIES.into_iter().flat_map(rows) {
            words.entry(simplified).or_insert(traditional);
        }
        let variants = rows(VARIANTS).filter_map(|(old, usual)| Some((old.chars().next()?, usual)));
        Table {
            variants: variants.collect(),
            longest: words.keys().map(|word| word.chars().count()).max().unwrap_or(1),
            words,
        }
    }

    /// The longest word at the start of a text, with what it becomes.
    fn first_word(&self, text: &str) -> Option<(&'static str, &'static str)> {
        let ends = text
            .char_indices()
            .map(|(at, character)| at + character.len_utf8());
        let ends: Vec<usize> = ends.take(self.longest).collect();
        let known = |end: &usize| self.words.get_key_value(&text[..*end]);
        ends.iter()
            .rev()
            .find_map(known)
            .map(|(word, becomes)| (*word, *becomes))
    }
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// None where there is no Chinese in it.
pub(crate) fn convert(text: &str) -> Option<String> {
    text.contains(is_han).then(|| {
        let mut made = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let (taken, becomes) = match TABLE.first_word(rest).filter(|_| is_han(first)) {
                Some((word, becomes)) => (word.len(), Cow::Borrowed(becomes)),
                None => (first.len_utf8(), Cow::Owned(first.to_string())),
            };
            for character in becomes.chars() {
                match TABLE.variants.get(&character) {
                    Some(usual) => made.push_str(usual),
                    None => made.push(character),
                }
            }
            rest = &rest[taken..];
        }
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_what_people_read() {
        let cases = rows(include_str!("../../../assets/opencc/cases.txt"));
        let mut tried = 0;
        for (simplified, traditional) in cases {
            assert_eq!(convert(simplified).as_deref(), Some(traditional));
            tried += 1;
        }
        assert!(tried > 10);
    }

    #[test]
    fn what_is_no_chinese_is_left_alone() {
        assert_eq!(convert("Total {amount} \\n"), None);
        assert_eq!(convert("第 {line} 行：\\n").as_deref(), Some("第 {line} 行：\\n"));
    }
}
