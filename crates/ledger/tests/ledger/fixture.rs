//! Databases of released versions: they must open with every program that comes after, and tell the
//! same. A database here is never made again; where a row tells more than it did, its text has that added.

use crate::common::totals;
use jishi_journal::EntryHash;
use jishi_ledger::{Ledger, OpenMode, SCHEMA_VERSION, projection_digest};
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Opened, raised to this program's version where it is older, and looked through.
fn opens_and_tells_the_same(version: u32) -> String {
    let fixture = |end: &str| fixtures().join(format!("v{version}.{end}"));
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("till.sqlite");
    std::fs::copy(fixture("sqlite"), &path).unwrap();
    if version < SCHEMA_VERSION {
        let refused = Ledger::open(&path, OpenMode::Read).unwrap_err();
        assert_eq!(refused.code(), "older_database");
    }
    let mut ledger = Ledger::open(&path, OpenMode::Write).unwrap();
    let expected = std::fs::read_to_string(fixture("totals.txt")).unwrap();
    assert_eq!(totals(&ledger), expected);
    let digest = projection_digest(&ledger).unwrap();
    let verdict = ledger.verify(&room.path().join("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    ledger.rebuild(|_| true).unwrap();
    assert_eq!(projection_digest(&ledger).unwrap(), digest);
    assert_eq!(totals(&ledger), expected);
    drop(ledger);
    Ledger::open(&path, OpenMode::Read).unwrap();
    digest
}

#[test]
fn older_versions_are_raised_and_tell_the_same() {
    for version in 1..SCHEMA_VERSION {
        opens_and_tells_the_same(version);
    }
}

/// The newest one tells the same in every table, byte for byte.
#[test]
fn this_version_opens_and_tells_the_same() {
    let digest = fixtures().join(format!("v{SCHEMA_VERSION}.digest.txt"));
    let expected = std::fs::read_to_string(digest).unwrap();
    assert_eq!(opens_and_tells_the_same(SCHEMA_VERSION), expected.trim());
}

/// A database that was made by it has its tables as they stand there.
#[test]
fn a_shipped_migration_is_never_edited() {
    for (file, hash) in [
        (
            "0001_ledger.sql",
            "1f7c416d54d4544f5044c362ebf44a59f186a53c8d2ed242d63de9ddd5165d59",
        ),
        (
            "0002_kiosk.sql",
            "dc310fdd5c5e7dc40e512307d47ec181b81abea8ede30fccd6cd90b1079f51a9",
        ),
        (
            "0003_nodes.sql",
            "c6b9d8627f0dfeb7d9ff4490a4c5da9ac61c8efb1a46f62ba9af0ee9dfe4f928",
        ),
        (
            "0004_branches.sql",
            "9f0e831d349459f528da7383650f70980f7b473a2c585b92f6b4bd768bfc1eea",
        ),
        (
            "0005_allotments.sql",
            "9a2358fda03ffeb68c33e91154f783b237b3148f2d0d95c90ef57f27152faa43",
        ),
        (
            "0006_share_parties.sql",
            "d9d0a6ce5228f22e6823724bacd21981d96d6d504046b20da78fd9fb822396c7",
        ),
        (
            "0007_organisation.sql",
            "1ac54ffa17a8a4a5aa037378095f5e2907b6609c55ab192a5169cbcea443f096",
        ),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql").join(file);
        let text = std::fs::read(path).unwrap();
        assert_eq!(EntryHash::of(&text).to_string(), hash, "{file}");
    }
}

/// Whoever adds a migration adds the fixture of the version that it makes: run this test once with
/// `JISHI_WRITE_FIXTURE=1` before the version is released, and never again after.
#[test]
fn this_version_has_its_fixture() {
    let version = jishi_ledger::SCHEMA_VERSION;
    let file = |end: &str| fixtures().join(format!("v{version}.{end}"));
    if std::env::var_os("JISHI_WRITE_FIXTURE").is_some() {
        let (shop, mut till) = jishi_testkit::Shop::with_fair(1);
        let mut story = jishi_testkit::Story::default();
        for number in 0..40u16 {
            story.step(&shop, &mut till, (number as u8 * 5, number * 37, number * 11));
        }
        let ledger = till.ledger();
        ledger.backup_to(&file("sqlite"), |_, _| true).unwrap();
        std::fs::write(file("totals.txt"), totals(ledger)).unwrap();
        std::fs::write(file("digest.txt"), projection_digest(ledger).unwrap() + "\n").unwrap();
    }
    for end in ["sqlite", "totals.txt", "digest.txt"] {
        assert!(file(end).exists(), "{}", file(end).display());
    }
}
