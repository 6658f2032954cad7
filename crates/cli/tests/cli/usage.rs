//! Exit codes, languages, and help without a word of the other one.

use crate::support::{Shop, jishi, run, run_command, sale};
use jishi_testkit::only_simplified;
use serde_json::Value;

const COMMANDS: [&[&str]; 23] = [
    &[],
    &["init"],
    &["import"],
    &["shift"],
    &["shift", "open"],
    &["shift", "close"],
    &["staff"],
    &["staff", "list"],
    &["staff", "pin"],
    &["sell"],
    &["refund"],
    &["void"],
    &["assign"],
    &["explain"],
    &["receipt"],
    &["search"],
    &["report"],
    &["verify"],
    &["rebuild"],
    &["backup"],
    &["restore"],
    &["status"],
    &["sync"],
];

#[test]
fn help_is_in_one_language() {
    for command in COMMANDS {
        let chinese = run(&[command, &["--help", "--lang", "zh"]].concat(), "").ok().out;
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
        assert!(chinese.contains("用法："), "{chinese}");
        let traditional = run(&[command, &["--help", "--lang", "zh-Hant"]].concat(), "")
            .ok()
            .out;
        assert!(traditional.contains("用法："), "{traditional}");
        assert_eq!(only_simplified(&traditional), "", "{command:?}:\n{traditional}");
        let english = run(&[command, &["--help", "--lang", "en"]].concat(), "").ok().out;
        assert!(english.contains("Usage: jishi"), "{english}");
        let is_chinese = |character: char| ('\u{4e00}'..='\u{9fff}').contains(&character);
        // The search may well show what is searched for.
        let allowed = command == ["search"];
        assert!(
            allowed || !english.contains(is_chinese),
            "{command:?}:\n{english}"
        );
    }
}

#[test]
fn the_locale_gives_the_language() {
    let said = |locale: &str| {
        let mut command = jishi(&["--help"]);
        command
            .env_remove("LC_MESSAGES")
            .env("LC_ALL", locale)
            .env("LANG", locale);
        run_command(&mut command, b"").ok().out
    };
    assert!(said("zh_CN.UTF-8").contains("用法："));
    assert!(said("en_GB.UTF-8").contains("Usage:"));
    assert!(said("C").contains("Usage:"));
}

#[test]
fn wrong_usage_is_2_and_changes_nothing() {
    let shop = Shop::bare();
    for arguments in [
        &[][..],
        &["nonsense"],
        &["shift"],
        &["init"],
        &["report", "nonsense"],
        &["report", "sales", "--from", "yesterday"],
        &["report", "sales", "--format", "pdf"],
        &["receipt", "T1-000001"],
        &["receipt", "T1-000001", "--text", "--pdf", "x"],
        &["shift", "open", "--float", "1.5"],
        &["sell", "--at", "noon"],
        &["sell", "--nonsense"],
        &["explain"],
        &["status", "--lang", "fr"],
    ] {
        for language in [&["--lang", "zh"][..], &["--lang", "en"]] {
            let language = if arguments.contains(&"--lang") {
                &[][..]
            } else {
                language
            };
            let run = run(&[arguments, language].concat(), "");
            assert_eq!(
                (run.code, run.out.as_str()),
                (2, ""),
                "{arguments:?}: {}",
                run.err
            );
            assert!(!run.err.is_empty());
        }
        let run = shop.run(&[arguments, &["--json"]].concat(), "");
        if run.code == 2 && !run.err.is_empty() {
            let error: Value = serde_json::from_str(run.err.trim()).expect("JSON");
            assert_eq!(error["error"]["code"], "usage", "{arguments:?}");
        }
    }
    assert_eq!(shop.summary()["entries"], 1);
}

#[test]
fn the_environment_names_the_data() {
    let shop = Shop::open();
    let with = |arguments: &[&str]| {
        let mut command = jishi(arguments);
        command.env("JISHI_DATA", shop.data());
        run_command(
            &mut command,
            sale("S1", "honey", "1", 4500).to_string().as_bytes(),
        )
    };
    with(&["sell"]).ok();
    assert_eq!(with(&["report", "summary", "--json"]).ok().only()["sales"], 1);
    // What is written in the command goes before it.
    assert_eq!(
        with(&["status", "--json", "--data", "/no/such/folder"]).refused(),
        "no_till"
    );
    let without = run(&["status", "--json"], "");
    assert_eq!(without.code, 2);
}

#[test]
fn messages_are_in_the_language_asked_for() {
    let shop = Shop::open();
    let said = |language: &str| {
        let mut command = jishi(&["shift", "close", "--lang", language, "--data"]);
        let run = run_command(command.arg(shop.data()), b"");
        assert_eq!((run.code, run.out.as_str()), (1, ""));
        run.err
    };
    assert_eq!(said("zh"), "还没有开班。 [no_shift]\n");
    assert_eq!(said("en"), "No shift is open. [no_shift]\n");
}
