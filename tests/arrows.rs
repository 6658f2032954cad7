//! Dependencies point one way. The house's plan is the table below; a crate that is not in it has to be put there first.
//!
//! Dev-dependencies are free: a benchmark may name `rusqlite` to measure the floor, a test may name what it tests with.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail as its tests do"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Each crate with those it may use. Who may use a crate may also use what that one stands on.
const PLAN: &[(&str, &[&str])] = &[
    ("jishi-traditional", &[]),
    ("jishi-domain", &[]),
    ("jishi-journal", &["jishi-domain"]),
    ("jishi-ledger", &["jishi-journal"]),
    ("jishi-catalogue", &["jishi-ledger", "jishi-traditional"]),
    ("jishi-paper", &["jishi-domain", "jishi-traditional"]),
    ("jishi-sync", &["jishi-journal"]),
    ("jishi-nearby", &[]),
    ("jishi-uplink", &["jishi-ledger", "jishi-sync"]),
    ("jishi-till", &["jishi-paper", "jishi-uplink", "jishi-catalogue"]),
    (
        "jishi-terminal",
        &["jishi-catalogue", "jishi-sync", "jishi-traditional"],
    ),
    (
        "jishi-server",
        &["jishi-uplink", "jishi-terminal", "jishi-nearby"],
    ),
    ("jishi-cli", &["jishi-till", "jishi-server"]),
    ("jishi-desktop", &["jishi-till", "jishi-server"]),
    ("jishi-testkit", &["jishi-till", "jishi-server"]),
    ("jishi-tests", &["jishi-till"]),
    ("jishi-sim", &["jishi-testkit"]),
];

/// Libraries with one door: the only crate that may name them.
const DOORS: &[(&str, &str)] = &[
    ("rusqlite", "jishi-ledger"),
    ("libsqlite3-sys", "jishi-ledger"),
    ("wry", "jishi-desktop"),
    ("reqwest", "jishi-sync"),
    ("mdns-sd", "jishi-nearby"),
    ("axum", "jishi-server"),
    ("printpdf", "jishi-paper"),
    ("ed25519-dalek", "jishi-journal"),
];

/// Nothing ships it, so its dependencies are free as those of tests are: it stands beneath SQLite.
const TEST_ONLY: &[&str] = &["jishi-sim"];

/// All that the rules may stand on: no I/O, clock, random or serde comes in by the back door.
const DOMAIN_MAY_NAME: &[&str] = &["thiserror"];

#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrow {
    from: String,
    to: String,
}

fn arrow(from: &str, to: &str) -> Arrow {
    Arrow {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

/// All that `of` may use, by the plan.
fn may_use(of: &str) -> BTreeSet<&'static str> {
    let plan: BTreeMap<&str, &[&str]> = PLAN.iter().copied().collect();
    let mut found = BTreeSet::new();
    let mut next: Vec<&str> = plan.get(of).copied().unwrap_or_default().to_vec();
    while let Some(name) = next.pop() {
        if found.insert(name) {
            next.extend(plan.get(name).copied().unwrap_or_default());
        }
    }
    found
}

/// The only crate that may name a library, if it has such a door. Tauri is a family: its plugins go with it.
fn door(library: &str) -> Option<&'static str> {
    if library == "tauri" || library.starts_with("tauri-") {
        return Some("jishi-desktop");
    }
    DOORS
        .iter()
        .find(|(name, _)| *name == library)
        .map(|(_, door)| *door)
}

/// What is wrong with these members and arrows, each a sentence.
fn wrong(members: &[String], arrows: &[Arrow]) -> Vec<String> {
    let planned: BTreeSet<&str> = PLAN.iter().map(|(name, _)| *name).collect();
    let mut sentences: Vec<String> = members
        .iter()
        .filter(|member| !planned.contains(member.as_str()))
        .map(|member| format!("{member} is not in the plan"))
        .collect();
    for Arrow { from, to } in arrows {
        let ours = planned.contains(to.as_str()) || members.contains(to);
        if ours && !may_use(from).contains(to.as_str()) {
            sentences.push(format!("{from} may not use {to}"));
        }
        if let Some(door) = door(to)
            && from != door
            && !TEST_ONLY.contains(&from.as_str())
        {
            sentences.push(format!("{from} may not name {to}, only {door} does"));
        }
        if from == "jishi-domain" && !ours && !DOMAIN_MAY_NAME.contains(&to.as_str()) {
            sentences.push(format!("{from} may not name {to}"));
        }
    }
    sentences
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn workspace() -> (Vec<String>, Vec<Arrow>) {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    let members = metadata
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    let arrows = metadata
        .packages
        .iter()
        .flat_map(|package| {
            let used = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind != DependencyKind::Development);
            used.map(|dependency| arrow(&package.name, &dependency.name))
        })
        .collect();
    (members, arrows)
}

#[test]
fn every_arrow_points_the_right_way() {
    let (members, arrows) = workspace();
    assert!(
        arrows.contains(&arrow("jishi-journal", "jishi-domain")),
        "the arrows were read: {arrows:?}"
    );
    assert_eq!(wrong(&members, &arrows), Vec::<String>::new());
}

#[test]
fn the_plan_names_no_crate_that_is_gone() {
    let (members, _) = workspace();
    let gone: Vec<&str> = PLAN
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !members.iter().any(|member| member == name))
        .collect();
    assert_eq!(gone, Vec::<&str>::new());
}

#[test]
fn a_planted_wrong_arrow_is_caught() {
    for (from, to, sentence) in [
        (
            "jishi-domain",
            "jishi-journal",
            "jishi-domain may not use jishi-journal",
        ),
        (
            "jishi-ledger",
            "jishi-till",
            "jishi-ledger may not use jishi-till",
        ),
        (
            "jishi-paper",
            "jishi-ledger",
            "jishi-paper may not use jishi-ledger",
        ),
        (
            "jishi-sync",
            "jishi-ledger",
            "jishi-sync may not use jishi-ledger",
        ),
        (
            "jishi-server",
            "jishi-till",
            "jishi-server may not use jishi-till",
        ),
        (
            "jishi-till",
            "jishi-testkit",
            "jishi-till may not use jishi-testkit",
        ),
        (
            "jishi-desktop",
            "jishi-sim",
            "jishi-desktop may not use jishi-sim",
        ),
        (
            "jishi-till",
            "rusqlite",
            "jishi-till may not name rusqlite, only jishi-ledger does",
        ),
        (
            "jishi-server",
            "tauri-plugin-dialog",
            "jishi-server may not name tauri-plugin-dialog, only jishi-desktop does",
        ),
        (
            "jishi-till",
            "tauri",
            "jishi-till may not name tauri, only jishi-desktop does",
        ),
        (
            "jishi-cli",
            "reqwest",
            "jishi-cli may not name reqwest, only jishi-sync does",
        ),
        (
            "jishi-desktop",
            "axum",
            "jishi-desktop may not name axum, only jishi-server does",
        ),
        ("jishi-domain", "serde", "jishi-domain may not name serde"),
        ("jishi-domain", "chrono", "jishi-domain may not name chrono"),
    ] {
        let (members, mut arrows) = workspace();
        assert!(
            !arrows.contains(&arrow(from, to)),
            "{from} -> {to} is really there"
        );
        arrows.push(arrow(from, to));
        assert_eq!(wrong(&members, &arrows), [sentence]);
    }
}

#[test]
fn a_crate_nobody_planned_is_caught() {
    let (mut members, mut arrows) = workspace();
    members.push("jishi-helpers".to_owned());
    arrows.push(arrow("jishi-till", "jishi-helpers"));
    assert_eq!(
        wrong(&members, &arrows),
        [
            "jishi-helpers is not in the plan",
            "jishi-till may not use jishi-helpers"
        ]
    );
}

/// The same views run in the window and in a browser: only the host's folder knows of the window.
#[test]
fn only_the_host_imports_tauri_in_the_interface() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    let mut folders = vec![root().join("ui/src")];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_source = path
                .extension()
                .is_some_and(|end| end == "ts" || end == "svelte" || end == "js");
            if is_source && std::fs::read_to_string(&path).unwrap().contains("@tauri-apps/") {
                seen += 1;
                if !path.starts_with(root().join("ui/src/lib/host")) {
                    wrong.push(path);
                }
            }
        }
    }
    assert!(seen > 0, "the window's bridge is somewhere");
    assert_eq!(wrong, Vec::<PathBuf>::new());
}
