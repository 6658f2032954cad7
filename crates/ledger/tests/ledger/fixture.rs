//! Databases of released versions: they must open with every program that comes after, and tell the
//! same. A file here is never made again.

use crate::common::totals;
use jishi_ledger::{Ledger, OpenMode, projection_digest};
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

#[test]
fn version_1_opens_and_tells_the_same() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("v1.sqlite");
    std::fs::copy(fixtures().join("v1.sqlite"), &path).unwrap();
    let mut ledger = Ledger::open(&path, OpenMode::Write).unwrap();
    let expected = std::fs::read_to_string(fixtures().join("v1.totals.txt")).unwrap();
    assert_eq!(totals(&ledger), expected);
    let digest = projection_digest(&ledger).unwrap();
    let expected_digest = std::fs::read_to_string(fixtures().join("v1.digest.txt")).unwrap();
    // A later version may have more tables: then this line goes, and the totals stay.
    assert_eq!(digest, expected_digest.trim());
    let verdict = ledger.verify(&room.path().join("scratch")).unwrap();
    assert!(verdict.is_good(), "{verdict:?}");
    ledger.rebuild(|_| true).unwrap();
    assert_eq!(projection_digest(&ledger).unwrap(), digest);
    assert_eq!(totals(&ledger), expected);
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
