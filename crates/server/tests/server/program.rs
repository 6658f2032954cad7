//! The program itself: started, asked, killed, started again.

use crate::harness::{Till, entropy};
use jishi_sync::InvitationCode;
use jishi_sync::client::{Client, enrol};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

pub(crate) fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jishi-server"));
    command
        .env("JISHI_DATA", folder)
        .env("RUST_LOG", "warn")
        .env("LC_ALL", "C");
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().unwrap()
}

#[track_caller]
pub(crate) fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The code that a refusal says on stderr.
#[track_caller]
pub(crate) fn refusal(output: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    let line: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    (
        output.status.code(),
        line["error"]["code"].as_str().unwrap().to_owned(),
    )
}

struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(folder: &Path, listen: &str) -> Running {
        let mut child = program(folder)
            .args(["serve", "--listen", listen])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Running {
            child,
            address: address.trim().to_owned(),
        }
    }

    fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_day_with_the_program() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let made = lines(&run(
        folder,
        &["init", "--org", "LHZ", "--name", "柳河镇供销合作社", "--json"],
    ));
    assert_eq!(made[0]["organisation"], json!("LHZ"));

    // Started on a free port, it says where; a code is made beside it.
    let running = Running::start(folder, "127.0.0.1:0");
    assert!(
        running.address.starts_with("http://127.0.0.1:"),
        "{}",
        running.address
    );
    let invited = lines(&run(folder, &["node", "invite", "--outlet", "F1", "--json"]));
    assert!(invited[0]["expires"].as_str().unwrap().ends_with('Z'));
    let code: InvitationCode = invited[0]["code"].as_str().unwrap().parse().unwrap();
    assert_eq!(code.address.as_str(), running.address);

    let mut till = Till::at_the_fair(1);
    let enrolment = enrol(&code, "T1", "till", &till.key, entropy()).await.unwrap();
    till.sell(4500);
    let mut client = Client::new(
        enrolment.server_url,
        enrolment.server_key,
        till.key.clone(),
        entropy(),
    )
    .unwrap();
    assert!(till.sync(&mut client).await.complete);

    // Killed at once after its answer: what was acknowledged is there.
    let listen = running.address.strip_prefix("http://").unwrap().to_owned();
    drop(running);
    let running = Running::start(folder, &listen);
    till.sell(5500);
    assert!(till.sync(&mut client).await.complete);
    assert_eq!(till.mark(), 8);

    // Reports run beside it, in the shapes of the command line.
    let summary = &lines(&run(folder, &["report", "summary", "--json"]))[0];
    assert_eq!((&summary["net"], &summary["sales"]), (&json!(10_000), &json!(2)));
    let parties = lines(&run(folder, &["report", "parties", "--format", "json"]));
    assert_eq!(parties[0]["party"], json!("H1"));
    assert_eq!(
        (&parties[0]["name"], &parties[0]["due"]),
        (&json!("王桂兰"), &json!(9_000))
    );
    let csv = run(folder, &["report", "parties", "--format", "csv"]);
    assert!(
        String::from_utf8(csv.stdout)
            .unwrap()
            .starts_with("party,kind,name,village,sales,attributed,due")
    );
    let verified = lines(&run(folder, &["verify", "--json"]));
    assert_eq!(verified.len(), 1);
    assert_eq!(verified[0]["sound"], json!(true), "{verified:?}");
    let keys: Vec<&String> = verified[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["chains", "file", "names", "projections", "sound"]);
    let chain = &verified[0]["chains"][1];
    assert_eq!(
        (&chain["till"], &chain["entries"], &chain["bad"]),
        (&json!("T1"), &json!(8), &Value::Null)
    );

    // Revoked beside it: the next push is refused.
    assert_eq!(
        lines(&run(folder, &["--json", "node", "revoke", "T1"]))[0]["revoked"],
        json!("T1")
    );
    till.sell(100);
    assert_eq!(till.sync(&mut client).await.failure.unwrap().0, "revoked");
    let nodes = lines(&run(folder, &["node", "list", "--json"]));
    assert_eq!(
        (&nodes[1]["node"], &nodes[1]["revoked"]),
        (&json!("T1"), &json!(true))
    );

    // A second one on the same folder is refused; told to stop, it ends well.
    let second = run(folder, &["--json", "serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refusal(&second), (Some(1), "locked".to_owned()));
    assert!(
        second.stdout.is_empty(),
        "no address of a server that does not run"
    );
    assert_eq!(running.terminate(), Some(0));
}

#[test]
fn what_is_refused_says_so() {
    let home = tempfile::tempdir().unwrap();
    let table: [(&[&str], i32, &str); 4] = [
        (&["--json", "serve"], 1, "no_server"),
        (&["--json", "report", "summary"], 1, "no_server"),
        (&["--json", "node", "invite"], 1, "no_server"),
        (
            &["--json", "init", "--org", "L H", "--name", "x"],
            1,
            "bad_organisation",
        ),
    ];
    for (arguments, exit, code) in table {
        assert_eq!(
            refusal(&run(home.path(), arguments)),
            (Some(exit), code.to_owned()),
            "{arguments:?}"
        );
    }
    let program = env!("CARGO_BIN_EXE_jishi-server");
    let without = Command::new(program)
        .env_remove("JISHI_DATA")
        .args(["--json", "verify"])
        .output()
        .unwrap();
    assert_eq!(refusal(&without), (Some(2), "usage".to_owned()));
}
