//! The clock of the program behind a window, set while it runs.

use crate::window::Fault;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/e2e/set_clock.c");

/// Stands as the machine's own until it is moved. The linker that Rust needs anyway makes what moves it.
#[derive(Debug)]
pub struct Clock {
    room: TempDir,
    moved: std::fs::File,
}

impl Clock {
    pub fn new() -> Result<Clock, Fault> {
        let room = tempfile::tempdir()?;
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(room.path().join("set_clock.so"))
            .arg(SOURCE)
            .status()?;
        if !made.success() {
            return Err("what moves the clock could not be made".into());
        }
        let moved = std::fs::File::create(room.path().join("moved"))?;
        let clock = Clock { room, moved };
        clock.move_to(0)?;
        Ok(clock)
    }

    /// So many seconds from the machine's own from now on.
    pub fn move_to(&self, seconds: i64) -> Result<(), Fault> {
        // In place: the program has the file mapped.
        Ok(self.moved.write_all_at(&seconds.to_ne_bytes(), 0)?)
    }

    fn path(&self, name: &str) -> Result<String, Fault> {
        text(&self.room.path().join(name))
    }

    /// What the program is started with.
    pub fn environment(&self) -> Result<[(&'static str, String); 2], Fault> {
        Ok([
            ("LD_PRELOAD", self.path("set_clock.so")?),
            ("JISHI_TEST_CLOCK", self.path("moved")?),
        ])
    }
}

fn text(path: &Path) -> Result<String, Fault> {
    Ok(path.to_str().ok_or("a path that is no text")?.to_owned())
}
