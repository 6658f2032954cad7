//! Two processes on one till: one writes, any may read.

use crate::support::{Shop, sale, text_of};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

#[test]
fn a_second_writer_is_refused_and_readers_are_not() {
    let shop = Shop::open();
    let mut window = shop
        .command(&["sell"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut requests = window.stdin.take().expect("a pipe");
    let mut results = BufReader::new(window.stdout.take().expect("a pipe"));
    let mut sell = |id: &str| {
        writeln!(requests, "{}", sale(id, "honey", "1", 4500)).expect("the window reads");
        let mut line = String::new();
        results.read_line(&mut line).expect("the window answers");
        serde_json::from_str::<serde_json::Value>(&line).expect("a result")
    };

    // A result comes while the window is still open for more.
    assert_eq!(sell("S1")["number"], "T1-000001");

    for command in [
        &["sell"][..],
        &["refund"],
        &["void"],
        &["assign"],
        &["shift", "close"],
        &["import", "/dev/null"],
        &["rebuild"],
        &["receipt", "T1-000001", "--text"],
    ] {
        let refused = shop.run(command, "{}\n").refused();
        let expected = if command[0] == "import" {
            "bad_import"
        } else {
            "locked"
        };
        assert_eq!(refused, expected, "{command:?}");
    }
    let backup = shop.file("backup.sqlite");
    for command in [
        &["report", "summary"][..],
        &["report", "sales"],
        &["search", "honey"],
        &["status"],
        &["shift", "show"],
        &["verify"],
        &["backup", text_of(&backup)],
    ] {
        shop.run(command, "").ok();
    }
    assert_eq!(shop.summary()["sales"], 1);

    assert_eq!(sell("S2")["number"], "T1-000002");
    drop(requests);
    assert!(window.wait().expect("it ends").success());
    shop.done("sell", sale("S3", "honey", "1", 4500));
}

#[test]
fn a_window_that_was_killed_lets_go_and_has_what_it_said() {
    let shop = Shop::open();
    let mut window = shop
        .command(&["sell"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut requests = window.stdin.take().expect("a pipe");
    let mut results = BufReader::new(window.stdout.take().expect("a pipe"));
    writeln!(requests, "{}", sale("S1", "honey", "1", 4500)).expect("the window reads");
    let mut line = String::new();
    results.read_line(&mut line).expect("the window answers");
    window.kill().expect("it runs");
    window.wait().expect("it ends");
    assert_eq!(
        shop.done("sell", sale("S1", "honey", "1", 4500))["repeated"],
        true
    );
    assert_eq!(shop.run(&["verify"], "").ok().only()["sound"], true);
}
