//! PouchDB to express-pouchdb, two processes: as many documents with the facts of a sale, unsigned, not projected and not
//! synced to disk.

use crate::Fault;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// Seconds to replicate so many documents; nothing where node or the packages are not here.
pub(crate) fn replicate(documents: usize, sale: &str) -> Result<Option<f64>, Fault> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peer");
    let has_node = Command::new("node").arg("--version").output().is_ok();
    if !has_node || !home.join("node_modules").exists() {
        println!("the peer is not here: npm ci in {} brings it", home.display());
        return Ok(None);
    }
    let room = tempfile::tempdir()?;
    let (there, here) = (room.path().join("there"), room.path().join("here"));
    std::fs::create_dir_all(&there)?;
    std::fs::create_dir_all(&here)?;
    let facts = room.path().join("sale.json");
    std::fs::write(&facts, sale)?;
    let mut server = Command::new("node")
        .arg(home.join("server.js"))
        .arg(&there)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut port = String::new();
    let said = server.stdout.take().ok_or("the peer says nothing")?;
    BufReader::new(said).read_line(&mut port)?;
    let pushed = Command::new("node")
        .arg(home.join("push.js"))
        .arg(format!("http://127.0.0.1:{}/sales", port.trim()))
        .arg(&here)
        .arg(documents.to_string())
        .arg(&facts)
        .arg("1000")
        .stderr(Stdio::inherit())
        .output();
    server.kill()?;
    server.wait()?;
    let pushed = pushed?;
    if !pushed.status.success() {
        return Err("the peer failed".into());
    }
    Ok(Some(String::from_utf8(pushed.stdout)?.trim().parse()?))
}
