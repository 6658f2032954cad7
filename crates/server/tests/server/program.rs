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
    assert_eq!(keys, ["chains", "file", "names", "projections", "sound", "sums"]);
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

/// The tree and the prices by the command, with what is refused.
#[test]
fn the_tree_and_the_prices_by_the_command() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    let made = run(folder, &["init", "--org", "SD", "--name", "省中心", "--json"]);
    lines(&made);
    let goods = folder.join("goods.json");
    let file = json!({
        "outlet": {"code": "F1", "kind": "village_point", "name": "石门村销售点", "organisation": "LHX"},
        "products": [{"code": "honey", "name": "土蜂蜜", "unit": "瓶", "price": 4500}],
    });
    std::fs::write(&goods, file.to_string()).unwrap();
    let goods = goods.to_str().unwrap();
    let refused = run(folder, &["import", goods, "--json"]);
    assert_eq!(refusal(&refused), (Some(1), "bad_import".to_owned()));

    let put = |code: &str, level: &str, more: &[&str]| {
        let arguments = [
            "organisation",
            "put",
            code,
            "--level",
            level,
            "--name",
            code,
            "--json",
        ];
        run(folder, &[&arguments[..], more].concat())
    };
    assert_eq!(
        lines(&put("SD", "province", &[]))[0],
        json!({"organisation": "SD", "changed": true})
    );
    lines(&put("LHX", "county", &["--parent", "SD"]));
    let wrong = put("X", "province", &["--parent", "LHX"]);
    assert_eq!(refusal(&wrong), (Some(1), "wrong_level".to_owned()));
    assert_eq!(put("X", "village", &[]).status.code(), Some(2), "no such level");
    lines(&run(folder, &["import", goods, "--json"]));
    let listed = lines(&run(folder, &["organisation", "list", "--json"]));
    let rows: Vec<(&Value, &Value)> = listed
        .iter()
        .map(|row| (&row["organisation"], &row["outlets"]))
        .collect();
    assert_eq!(rows, [(&json!("SD"), &json!(1)), (&json!("LHX"), &json!(1))]);
    let placed = lines(&run(
        folder,
        &["organisation", "place", "F1", "--beneath", "SD", "--json"],
    ));
    assert_eq!(placed[0], json!({"outlet": "F1", "changed": true}));
    let table = run(folder, &["organisation", "list", "--lang", "zh"]);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains('省') && table.contains('县'), "{table}");

    let outlets = lines(&run(
        folder,
        &["report", "outlets", "--organisation", "SD", "--json"],
    ));
    assert_eq!(
        (
            &outlets[0]["outlet"],
            &outlets[0]["organisation"],
            &outlets[0]["net"]
        ),
        (&json!("F1"), &json!("SD"), &json!(0))
    );
    let unfit = run(folder, &["--json", "report", "stock", "--organisation", "SD"]);
    assert_eq!(refusal(&unfit), (Some(1), "unfit_filter".to_owned()));
    let unknown = run(folder, &["--json", "report", "summary", "--organisation", "NONE"]);
    assert_eq!(refusal(&unknown), (Some(1), "no_such_organisation".to_owned()));

    let price = |more: &[&str]| {
        run(
            folder,
            &[&["--json", "price", "honey", "--outlet", "F1"], more].concat(),
        )
    };
    let put = lines(&price(&["--price", "3900", "--lowest", "3500"]));
    assert_eq!(
        (&put[0]["price"], &put[0]["changed"]),
        (&json!(3900), &json!(true))
    );
    assert_eq!(
        lines(&price(&["--price", "3900", "--lowest", "3500"]))[0]["changed"],
        json!(false)
    );
    assert_eq!(
        lines(&price(&[]))[0],
        json!({"product": "honey", "name": "土蜂蜜", "price": 3900, "lowest_price": 3500, "list_price": 4500})
    );
    assert_eq!(
        refusal(&price(&["--price", "10", "--lowest", "11"])),
        (Some(1), "bad_price".to_owned())
    );
    assert_eq!(lines(&price(&["--clear"]))[0]["changed"], json!(true));
    assert!(lines(&price(&[])).is_empty());
    let none = run(folder, &["--json", "give-back", "L1"]);
    assert_eq!(refusal(&none), (Some(1), "no_such_lot".to_owned()));
}

/// A new code for another outlet moves a till there: it is of one.
#[tokio::test]
async fn a_new_code_moves_a_till_to_another_outlet() {
    let server = crate::harness::TestServer::start().await;
    let till = Till::new(1);
    let invite = |outlet: &str| {
        let request = jishi_server::InvitationRequest {
            kind: "till".to_owned(),
            outlet: Some(outlet.to_owned()),
            organisation: None,
            address: Some(server.address.parse().unwrap()),
        };
        jishi_server::invite(server.path(), request, &server.clock.instruments())
            .unwrap()
            .code
    };
    for outlet in ["F1", "F2"] {
        enrol(&invite(outlet), "T1", "till", &till.key, entropy())
            .await
            .unwrap();
        let nodes = jishi_server::nodes(server.path()).unwrap();
        let told: Vec<Option<&str>> = nodes
            .all()
            .iter()
            .skip(1)
            .map(|node| node.outlet.as_deref())
            .collect();
        assert_eq!(told, [Some(outlet)]);
    }
}
