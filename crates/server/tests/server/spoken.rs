//! How the program speaks: as `jishi` does, of a fair instead of a till.

use crate::harness::{TestServer, Till};
use crate::program::{lines, program, refusal, run};
use jishi_journal::body::{Body, GrandTotals, ShiftClosed, ShiftFigures};
use jishi_journal::{Chain, NodeKey, Opening};
use jishi_ledger::{Ledger, OpenMode, StoreError};
use jishi_testkit::only_simplified;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

const COMMANDS: [&[&str]; 11] = [
    &[],
    &["init"],
    &["serve"],
    &["node"],
    &["node", "invite"],
    &["node", "list"],
    &["node", "revoke"],
    &["report"],
    &["verify"],
    &["backup"],
    &["restore"],
];

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A server that does not run, and a folder for what is written of it.
struct Fair {
    data: TempDir,
    beside: TempDir,
}

impl Fair {
    fn bare() -> Fair {
        let fair = Fair::of(tempfile::tempdir().unwrap());
        let made = fair.run(&["init", "--org", "LHZ", "--name", "柳河镇供销合作社", "--json"]);
        assert!(made.status.success(), "{made:?}");
        fair
    }

    /// Its ledger holds one till's morning: two sales of 45 and 55 yuan.
    async fn open() -> Fair {
        let mut server = TestServer::start().await;
        let mut till = Till::at_the_fair(1);
        let mut client = server.enrolled(&till).await;
        till.sell(4500);
        till.sell(5500);
        assert!(till.sync(&mut client).await.complete);
        server.stop().await;
        Fair::of(server.folder)
    }

    fn of(data: TempDir) -> Fair {
        Fair {
            data,
            beside: tempfile::tempdir().unwrap(),
        }
    }

    fn data(&self) -> PathBuf {
        self.data.path().to_owned()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.beside.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run(&self.data(), arguments)
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn help_is_in_one_language() {
    let nowhere = Path::new("/no/such/folder");
    for command in COMMANDS {
        let help = |language| {
            let said = run(nowhere, &[command, &["--help", "--lang", language]].concat());
            assert!(said.status.success(), "{said:?}");
            out(&said)
        };
        let chinese = help("zh");
        for word in [
            "Usage",
            "Options",
            "Commands",
            "Arguments",
            "Print",
            "default",
            "possible",
            "env:",
        ] {
            assert!(!chinese.contains(word), "{command:?} says {word}:\n{chinese}");
        }
        assert!(chinese.contains("用法：jishi-server"), "{chinese}");
        let traditional = help("zh-Hant");
        assert!(traditional.contains("用法：jishi-server"), "{traditional}");
        assert_eq!(only_simplified(&traditional), "", "{command:?}:\n{traditional}");
        let english = help("en");
        assert!(english.contains("Usage: jishi-server"), "{english}");
        let is_chinese = |character: char| ('\u{4e00}'..='\u{9fff}').contains(&character);
        assert!(!english.contains(is_chinese), "{command:?}:\n{english}");
    }
}

#[test]
fn wrong_usage_is_2_and_says_so() {
    let fair = Fair::bare();
    for arguments in [
        &[][..],
        &["nonsense"],
        &["node"],
        &["init"],
        &["report", "nonsense"],
        &["report", "sales", "--from", "yesterday"],
        &["report", "sales", "--format", "pdf"],
        &["serve", "--listen", "here"],
        &["node", "invite", "--kind", "centre"],
        &["verify", "--nonsense"],
        &["backup"],
        &["report", "summary", "--lang", "fr"],
    ] {
        let output = fair.run(&[arguments, &["--json"]].concat());
        assert_eq!(refusal(&output), (Some(2), "usage".to_owned()), "{arguments:?}");
        assert_eq!(out(&output), "");
        let output = fair.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!err(&output).is_empty());
    }
}

#[test]
fn what_is_refused_is_said_in_the_language_asked_for() {
    let empty = tempfile::tempdir().unwrap();
    let said = |language| err(&run(empty.path(), &["report", "summary", "--lang", language]));
    assert_eq!(
        said("zh"),
        "这个文件夹里还没有主机，或缺了它的文件。请核对 --data；新主机用 jishi-server init 建。 [no_server]\n"
    );
    assert!(said("en").starts_with("There is no server in this folder"));
    let mut by_locale = program(empty.path());
    by_locale.env("LC_ALL", "zh_CN.UTF-8").env("LANG", "zh_CN.UTF-8");
    let by_locale = by_locale.args(["report", "summary"]).output().unwrap();
    assert_eq!(err(&by_locale), said("zh"));
}

#[tokio::test]
async fn reports_are_those_of_a_till() {
    let fair = Fair::open().await;
    let shown = |language| out(&fair.run(&["report", "parties", "--lang", language]));
    for (language, words) in [
        ("zh", ["主体编号", "应付货主", "农户", "90.00"]),
        ("en", ["Party", "Due", "Household", "90.00"]),
    ] {
        let table = shown(language);
        for word in words {
            assert!(table.contains(word), "{word}:\n{table}");
        }
    }
    let summary = out(&fair.run(&["report", "summary", "--lang", "zh"]));
    assert!(
        summary.contains("成交额") && summary.contains("100.00"),
        "{summary}"
    );

    // To a file: a whole workbook, and never over another that is there.
    let book = fair.file("parties.xlsx");
    let write = ["report", "parties", "--format", "xlsx", "--out", text(&book)];
    assert!(fair.run(&write).status.success());
    assert!(std::fs::read(&book).unwrap().starts_with(b"PK\x03\x04"));
    std::fs::write(&book, "mine").unwrap();
    let again = fair.run(&[&write[..], &["--json"]].concat());
    assert_eq!(refusal(&again), (Some(1), "file_exists".to_owned()));
    assert_eq!(std::fs::read(&book).unwrap(), b"mine");
    assert!(
        fair.run(&[&write[..], &["--overwrite"]].concat())
            .status
            .success()
    );
    assert!(std::fs::read(&book).unwrap().starts_with(b"PK\x03\x04"));

    let nodes = out(&fair.run(&["node", "list", "--lang", "zh"]));
    assert!(nodes.contains("收银台") && nodes.contains("停用"), "{nodes}");
}

#[tokio::test]
async fn a_backup_says_what_it_made_and_leaves_other_files_alone() {
    let fair = Fair::open().await;
    let file = fair.file("night.sqlite");
    let made = lines(&fair.run(&["backup", text(&file), "--json"]));
    let bytes = std::fs::metadata(&file).unwrap().len();
    assert_eq!(made, [json!({ "file": text(&file), "bytes": bytes })]);
    // A night job: over the older one.
    let said = out(&fair.run(&["backup", text(&file), "--lang", "zh"]));
    assert_eq!(said, format!("备份好了：{}\n", file.display()));
    let copy = Ledger::open(&file, OpenMode::Read).unwrap();
    assert_eq!(copy.chains().unwrap().len(), 2);

    let letter = fair.file("letter.txt");
    std::fs::write(&letter, "mine").unwrap();
    for other in [letter.clone(), fair.data().join("server.sqlite")] {
        let refused = fair.run(&["backup", text(&other), "--json"]);
        assert_eq!(refusal(&refused), (Some(1), "file_exists".to_owned()));
    }
    assert_eq!(std::fs::read(&letter).unwrap(), b"mine");
    let nowhere = fair.run(&["backup", "/no/such/folder/x", "--json"]);
    assert_eq!(refusal(&nowhere), (Some(1), "no_such_file".to_owned()));

    // A damaged database does not take the place of a good backup.
    let database = fair.data().join("server.sqlite");
    let good = std::fs::read(&file).unwrap();
    let mut bytes = std::fs::read(&database).unwrap();
    let pages = bytes.len() / 4096;
    bytes[4096 * 2..4096 * (pages - 1)].fill(0x5a);
    std::fs::write(&database, bytes).unwrap();
    let refused = fair.run(&["backup", text(&file), "--json"]);
    assert_eq!(refusal(&refused), (Some(1), "damaged".to_owned()));
    assert_eq!(std::fs::read(&file).unwrap(), good);
}

#[test]
fn a_damaged_database_is_said_with_what_to_do() {
    let fair = Fair::bare();
    let copy = fair.file("copy.sqlite");
    std::fs::write(fair.data().join("server.sqlite"), vec![0x5a; 8192]).unwrap();
    for command in [
        &["verify"][..],
        &["report", "summary"],
        &["backup", text(&copy)],
        &["serve"],
    ] {
        let output = fair.run(&[command, &["--json"]].concat());
        assert_eq!(refusal(&output), (Some(1), "damaged".to_owned()), "{command:?}");
    }
    assert!(!copy.exists());
    let said = err(&fair.run(&["verify", "--lang", "zh"]));
    for words in ["停下主机", "不要删", "照常卖货", "[damaged]"] {
        assert!(said.contains(words), "{said}");
    }
}

/// Signed and linked as they should be, by a program that cannot add.
#[test]
fn verify_adds_up_what_a_chain_says() {
    let fair = Fair::bare();
    let opening = Opening {
        nonce: [1; 16],
        node: "T1".to_owned(),
        continues: None,
    };
    let at = "2026-11-21T09:30:00+08:00";
    let (chain, opened) = Chain::open(NodeKey::from_seed(&[7; 32]), opening, at).unwrap();
    let boast = Body::ShiftClosed(ShiftClosed {
        id: "shift".to_owned(),
        staff: String::new(),
        figures: ShiftFigures::default(),
        counted: None,
        counts: Vec::new(),
        grand_totals: GrandTotals {
            sales: 1,
            ..GrandTotals::default()
        },
        approved_by: Vec::new(),
    });
    let (boasting, head) = chain.next(at, &boast).unwrap();
    let mut ledger = Ledger::open(&fair.data().join("server.sqlite"), OpenMode::Write).unwrap();
    ledger
        .write(|writer| -> Result<(), StoreError> {
            for (signed, head) in [(&opened, chain.head()), (&boasting, head)] {
                let entry = jishi_journal::Entry::parse(&signed.line).unwrap();
                writer.append(signed, chain.id(), head, at, &entry.body())?;
            }
            Ok(())
        })
        .unwrap();
    drop(ledger);
    let output = fair.run(&["verify", "--json"]);
    assert_eq!(refusal(&output), (Some(1), "not_sound".to_owned()));
    let found: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((&found["sound"], &found["file"]), (&json!(false), &json!(true)));
    let bad = &found["chains"][1]["bad"];
    assert_eq!((&bad["seq"], &bad["code"]), (&json!(2), &json!("bad_totals")));
}

/// The check replays in the system's temporary folder, and leaves nothing there.
#[cfg(unix)]
#[tokio::test]
async fn verify_puts_nothing_beside_the_data() {
    use std::os::unix::fs::PermissionsExt as _;
    let fair = Fair::open().await;
    let (data, temporary) = (fair.data(), fair.file("temporary"));
    std::fs::create_dir(&temporary).unwrap();
    let permit = |mode| {
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let names = || {
        let files = std::fs::read_dir(&data).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    // Some may write all the same: then nothing is left behind is what is tested.
    permit(0o555);
    let verify = |temporary: &Path| {
        program(&data)
            .env("TMPDIR", temporary)
            .args(["verify", "--json"])
            .output()
            .unwrap()
    };
    let found = verify(&temporary);
    let report = fair.run(&["report", "summary", "--json"]);
    let lost = verify(&fair.file("nowhere"));
    permit(0o755);
    assert_eq!(lines(&found)[0]["sound"], json!(true));
    assert_eq!(lines(&report)[0]["net"], json!(10_000));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    assert_eq!(names(), before);
    // And only there.
    assert_eq!(refusal(&lost), (Some(1), "no_such_file".to_owned()));
}

/// A log in a file has no colours, whatever its level.
#[test]
fn no_colours_in_a_pipe() {
    let fair = Fair::bare();
    let mut child = program(&fair.data())
        .env("RUST_LOG", "trace")
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    child.kill().unwrap();
    let said = err(&child.wait_with_output().unwrap());
    assert!(said.contains("Serving at"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
}
