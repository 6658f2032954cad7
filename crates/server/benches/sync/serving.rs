//! The program `jishi-server` in a process of its own.

use crate::Fault;
use jishi_server::{Instruments, InvitationRequest, init, invite};
use jishi_sync::ServerAddress;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server's folder, made and not served yet.
pub(crate) fn make(folder: &Path) -> Result<(), Fault> {
    init(folder, "LHZ", "柳河镇供销合作社", &Instruments::of_machine())?;
    Ok(())
}

pub(crate) struct Serving {
    child: Child,
    folder: PathBuf,
    pub(crate) address: String,
}

impl Serving {
    pub(crate) fn start(folder: &Path) -> Result<Serving, Fault> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_jishi-server"))
            .env("JISHI_DATA", folder)
            .env("RUST_LOG", "warn")
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut address = String::new();
        let said = child.stdout.take().ok_or("the server says nothing")?;
        BufReader::new(said).read_line(&mut address)?;
        Ok(Serving {
            child,
            folder: folder.to_owned(),
            address: address.trim().to_owned(),
        })
    }

    /// A one-time code for a till.
    pub(crate) fn code(&self, address: Option<ServerAddress>) -> Result<String, Fault> {
        let request = InvitationRequest {
            kind: "till".to_owned(),
            outlet: None,
            organisation: None,
            address,
        };
        Ok(invite(&self.folder, request, &Instruments::of_machine())?
            .code
            .to_string())
    }

    /// What it has in memory that is not in a file, in MiB.
    pub(crate) fn memory_mib(&self) -> Result<f64, Fault> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().next())
            .ok_or("no VmRSS")?
            .parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
