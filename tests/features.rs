//! `docs/cashiers-day.md` names the tests of each thing a cashier does. Each of them exists, by that name.

#![allow(clippy::unwrap_used, reason = "a test's helpers fail as its tests do")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where a test is looked for, by what it is named with.
const FOLDERS: &[(&str, &str)] = &[
    ("till/", "crates/till/tests/till"),
    ("e2e/", "tests/e2e"),
    ("domain/", "crates/domain/tests/domain"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The tests that a line names: `file: test`.
fn named(line: &str) -> Vec<(&str, &str)> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter_map(|named| named.split_once(": ")).collect()
}

/// A module of its own folder counts too.
fn rust_source(folder: &Path, name: &str) -> Option<String> {
    let file = std::fs::read_to_string(folder.join(format!("{name}.rs"))).ok();
    let files = std::fs::read_dir(folder.join(name)).ok();
    let inside = files.map(|files| {
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        texts.collect::<String>()
    });
    match (file, inside) {
        (None, None) => None,
        (file, inside) => Some(file.unwrap_or_default() + &inside.unwrap_or_default()),
    }
}

/// The functions that are tests, and no helper that only bears the name.
fn rust_tests(source: &str) -> BTreeSet<&str> {
    let mut tests = BTreeSet::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| is_test) {
            tests.extend(rest.split('(').next());
            is_test = false;
        }
    }
    tests
}

fn exists(file: &str, test: &str) -> bool {
    let root = root();
    if file.ends_with(".test.ts") {
        let source = std::fs::read_to_string(root.join("ui/tests").join(file)).unwrap_or_default();
        let quoted = format!("\"{test}\"");
        return source.match_indices(&quoted).any(|(at, _)| {
            // `it("…"`, `it.each([…])("…"`: the call that it is the name of may begin some lines above.
            let before = source[..at].trim_end();
            before.ends_with("it(") || before.ends_with(")(")
        });
    }
    let folder = FOLDERS.iter().find_map(|(prefix, folder)| {
        let name = file.strip_prefix(prefix)?;
        rust_source(&root.join(folder), name)
    });
    folder.is_some_and(|source| rust_tests(&source).contains(test))
}

#[test]
fn every_thing_a_cashier_does_has_a_test_of_that_name() {
    let page = std::fs::read_to_string(root().join("docs/cashiers-day.md")).unwrap();
    let things: Vec<&str> = page.lines().filter(|line| line.starts_with("- ")).collect();
    assert!(things.len() > 80, "the page lists {} things", things.len());
    let mut missing = Vec::new();
    for thing in things {
        let tests = named(thing);
        if tests.is_empty() {
            missing.push(format!("{thing}: no test"));
        }
        for (file, test) in tests {
            if !exists(file, test) {
                missing.push(format!("{file}: {test}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// What looks for names finds what is there and nothing else.
#[test]
fn a_name_that_is_no_test_is_found_out() {
    assert!(exists("till/cart", "two_labels_of_a_scale_are_two_lines"));
    assert!(exists("till/vouchers", "a_voucher_pays_once_and_gives_no_change"));
    for (file, test) in [
        // A helper, a test of another file, and nothing at all.
        ("till/cart", "scale_label"),
        ("till/cart", "a_voucher_pays_once_and_gives_no_change"),
        ("till/nowhere", "two_labels_of_a_scale_are_two_lines"),
        ("till-window.test.ts", "putting a sale together"),
        ("till-window.test.ts", "never written"),
    ] {
        assert!(!exists(file, test), "{file}: {test}");
    }
}
