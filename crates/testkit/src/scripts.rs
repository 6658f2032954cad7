//! Which characters only 简体中文 writes.

use std::collections::HashSet;

/// OpenCC's own list, so that what converts is not asked about itself.
const CHARACTERS: &str = include_str!("../../../assets/opencc/STCharacters.txt");

/// Those of a text that no one writes in 繁體中文.
pub fn only_simplified(text: &str) -> String {
    let rows = CHARACTERS.lines().filter(|line| !line.starts_with('#'));
    let only: HashSet<char> = rows
        .filter_map(|line| {
            let (simplified, forms) = line.split_once('\t')?;
            let written = forms.split(' ').any(|form| form == simplified);
            simplified.chars().next().filter(|_| !written)
        })
        .collect();
    text.chars()
        .filter(|character| only.contains(character))
        .collect()
}
