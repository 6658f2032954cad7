//! 繁體中文 forgets nothing: whatever speaks Chinese in the source speaks it in both scripts.
//!
//! Read from the source, for a text that is missed compiles and is shown as it stands, in 简体. The window's words need no such test:
//! all of them are converted (`ui/tests/words.test.ts`).

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as its tests do")]

use std::path::{Path, PathBuf};

/// What speaks to people, but for the server's page, which a bookkeeper reads in 简体 alone.
const SPEAKING: &[&str] = &[
    "crates/catalogue/src",
    "crates/paper/src",
    "crates/till/src",
    "crates/terminal/src",
    "crates/cli/src",
    "crates/server/src/program",
];

/// Chinese that is data and stays as it is entered: units of weight, what a new gift box is put under.
const DATA: &[&str] = &[
    "crates/till/src/screen/weighing.rs",
    "crates/till/src/screen/boxes.rs",
    "crates/till/src/places.rs",
];

fn is_han(character: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&character)
}

/// Whether a line has Chinese between quotes.
fn speaks(line: &str) -> bool {
    let code = line.split(" // ").next().unwrap_or_default().trim_start();
    !code.starts_with("//")
        && code
            .split('"')
            .skip(1)
            .step_by(2)
            .any(|text| text.contains(is_han))
}

/// The lines of a file that speak Chinese in one script only.
fn silent_lines(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .collect();
    let mut wrong = Vec::new();
    // The item that a line stands in: where it ends, and whether it is in both scripts.
    let mut item: Option<(String, bool)> = None;
    let mut is_marked = false;
    for (number, line) in (1..).zip(&lines) {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        if item.is_none()
            && ["#[in_both_scripts(", "#[with_traditional("]
                .iter()
                .any(|mark| words.starts_with(mark))
        {
            is_marked = true;
        } else if item.is_none() && is_item(words) {
            let is_one_line = words.ends_with(';') || words.ends_with('}');
            if speaks(line) && is_one_line && !is_marked && !words.contains("column!(") {
                wrong.push(number);
            }
            item = (!is_one_line).then(|| (indent.to_owned(), is_marked));
            is_marked = false;
        } else if let Some((outer, in_both)) = &item {
            if speaks(line) && !in_both && !words.starts_with("column!(") {
                wrong.push(number);
            }
            let end = line.strip_prefix(outer.as_str()).unwrap_or_default();
            if ["}", "};", "];"].contains(&end) {
                item = None;
            }
        }
    }
    wrong
}

/// A function or a table begins here.
fn is_item(words: &str) -> bool {
    let words = words.strip_prefix("pub(crate) ").unwrap_or(words);
    let words = words.strip_prefix("pub(super) ").unwrap_or(words);
    let words = words.strip_prefix("pub ").unwrap_or(words);
    ["fn ", "const ", "static ", "async fn "]
        .iter()
        .any(|start| words.starts_with(start))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
            false => {}
        }
    }
}

#[test]
fn whatever_speaks_chinese_speaks_it_in_both_scripts() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for folder in SPEAKING {
        sources(&root.join(folder), &mut files);
    }
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("tests.rs")) {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy();
        if DATA.contains(&name.as_ref()) {
            continue;
        }
        let text = std::fs::read_to_string(file).unwrap();
        wrong.extend(
            silent_lines(&text)
                .into_iter()
                .map(|line| format!("{name}:{line}")),
        );
    }
    assert!(
        wrong.is_empty(),
        "in 简体 alone; #[in_both_scripts(language)] or #[with_traditional(NAME)] goes above:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_text_that_is_missed_is_found() {
    let source = "\
#[in_both_scripts(tongue)]
fn a(tongue: Tongue) -> &'static str {
    tongue.say(\"收银\", \"till\")
}

fn b() -> &'static str {
    // 收银
    \"收银\"
}

const A: &[&str] = &[
    \"挂单\",
];

#[with_traditional(C)]
const B: &[&str] = &[
    \"挂单\",
];
";
    assert_eq!(silent_lines(source), [8, 12]);
}
