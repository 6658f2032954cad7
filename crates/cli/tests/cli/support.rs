//! A till in a folder of its own, and the program run on it.

use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub(crate) const MORNING: &str = "2026-11-21T09:30:00+08:00";

/// What one run of the program did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    #[track_caller]
    pub(crate) fn ok(self) -> Run {
        assert_eq!(self.code, 0, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// The code on stderr of what was refused.
    #[track_caller]
    pub(crate) fn refused(&self) -> String {
        assert_eq!(self.code, 1, "out: {}\nerr: {}", self.out, self.err);
        let error: Value = serde_json::from_str(self.err.trim()).expect("an error is JSON on stderr");
        error["error"]["code"].as_str().expect("a code").to_owned()
    }

    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
            .collect()
    }

    #[track_caller]
    pub(crate) fn only(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}", self.out);
        lines.remove(0)
    }
}

pub(crate) fn jishi(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jishi"));
    command.args(arguments);
    command.env_remove("JISHI_DATA").env("LC_ALL", "C");
    command
}

pub(crate) fn run(arguments: &[&str], input: &str) -> Run {
    run_command(&mut jishi(arguments), input.as_bytes())
}

pub(crate) fn run_command(command: &mut Command, input: &[u8]) -> Run {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // Beside the reading, so that neither side waits for the other with a full pipe.
    let writer = std::thread::spawn(move || {
        // A program that refuses at once reads nothing.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    Run {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A till T1 at a fair, its clock standing at the morning of the first day.
pub(crate) struct Shop {
    folder: TempDir,
}

impl Shop {
    /// With nothing to sell yet.
    pub(crate) fn bare() -> Shop {
        Shop::bare_as("T1")
    }

    pub(crate) fn bare_as(till: &str) -> Shop {
        let shop = Shop {
            folder: tempfile::tempdir().expect("a folder"),
        };
        shop.run(&["init", "--till", till], "").ok();
        shop
    }

    /// Honey of two households, loose tea that no lot covers, a bag of the operator's own.
    pub(crate) fn open() -> Shop {
        let shop = Shop::bare();
        shop.import(&fair()).ok();
        shop
    }

    /// Another folder with the same files, as a clerk makes it who copies them.
    pub(crate) fn copy_of(other: &Shop) -> Shop {
        let shop = Shop {
            folder: tempfile::tempdir().expect("a folder"),
        };
        std::fs::create_dir(shop.data()).expect("a folder");
        for file in std::fs::read_dir(other.data()).expect("a folder") {
            let file = file.expect("a file");
            if file.path().is_file() {
                std::fs::copy(file.path(), shop.data().join(file.file_name())).expect("a copy");
            }
        }
        shop
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Run {
        run_command(&mut self.command(arguments), input.as_bytes())
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = jishi(arguments);
        command
            .args(["--json", "--at", MORNING, "--data"])
            .arg(self.data());
        command
    }

    pub(crate) fn import(&self, file: &Value) -> Run {
        self.import_with(file, &[])
    }

    pub(crate) fn import_with(&self, file: &Value, options: &[&str]) -> Run {
        let path = self.file("import.json");
        std::fs::write(&path, file.to_string()).expect("a file");
        self.run(&[&["import", text_of(&path)], options].concat(), "")
    }

    /// One request a line.
    pub(crate) fn tell(&self, command: &str, requests: &[Value]) -> Run {
        let input: String = requests.iter().map(|request| format!("{request}\n")).collect();
        self.run(&[command], &input)
    }

    /// One request that is done.
    #[track_caller]
    pub(crate) fn done(&self, command: &str, request: Value) -> Value {
        self.tell(command, &[request]).ok().only()
    }

    /// The code of one request that is refused, in its place on stdout.
    #[track_caller]
    pub(crate) fn refusal(&self, command: &str, request: Value) -> String {
        let run = self.tell(command, &[request]);
        assert_eq!(run.code, 1, "{}", run.out);
        code_of(&run.only())
    }

    pub(crate) fn report(&self, name: &str) -> Vec<Value> {
        self.run(&["report", name], "").ok().lines()
    }

    pub(crate) fn summary(&self) -> Value {
        self.report("summary").remove(0)
    }
}

pub(crate) fn code_of(result: &Value) -> String {
    result["error"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("not refused: {result}"))
        .to_owned()
}

pub(crate) fn text_of(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

pub(crate) fn fair() -> Value {
    json!({
        "outlet": {"code": "F1", "kind": "fair", "name": "东门大集", "from": "2026-11-21", "to": "2026-11-23"},
        "parties": [
            {"code": "H1", "kind": "household", "name": "甲户主", "village": "石门村", "registered": true},
            {"code": "H2", "kind": "household", "name": "乙户主", "village": "茶坪村"},
        ],
        "products": [
            {"code": "honey", "name": "土蜂蜜 500g", "unit": "瓶", "price": 4500, "barcodes": ["6901234567892"]},
            {"code": "tea", "name": "散装绿茶", "unit": "斤", "price": 12000, "weighed": true},
            {"code": "bag", "name": "购物袋", "unit": "个", "price": 50, "own": true},
        ],
        "lots": [
            {"code": "L1", "product": "honey", "qty": "100", "terms": {"kind": "consignment", "commission_bp": 1000},
             "shares": [{"party": "H1", "weight": 3}, {"party": "H2", "weight": 1}]},
        ],
        "fund": [{"bp": 300}],
    })
}

/// A sale of one line, paid in cash to the fen.
pub(crate) fn sale(id: &str, product: &str, qty: &str, cash_fen: i64) -> Value {
    json!({
        "id": id,
        "lines": [{"product": product, "qty": qty}],
        "tenders": [{"kind": "cash", "fen": cash_fen}],
    })
}
