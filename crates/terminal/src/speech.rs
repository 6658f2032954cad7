//! How one run of a program answers, and says what it refused.

use crate::failure::Failure;
use crate::language::Tongue;
use serde::Serialize;
use serde_json::Value;
use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write};

/// What `--lang` and `--json` came to.
#[derive(Debug, Clone, Copy)]
pub struct Speech {
    pub tongue: Tongue,
    /// One JSON value a line on stdout, and on stderr what was refused.
    pub json: bool,
}

impl Speech {
    /// A result as one JSON line, or in words.
    pub fn answer(
        &self,
        result: &impl Serialize,
        words: impl FnOnce(Tongue) -> String,
    ) -> Result<(), Failure> {
        let mut out = stdout();
        match self.json {
            true => json_line(&mut out, result)?,
            false => writeln!(out, "{}", words(self.tongue))?,
        }
        Ok(out.flush()?)
    }

    /// What was refused, on stderr: an error as `error_json` makes it, or its message with its code and
    /// what else there is to say of it.
    pub fn refuse(&self, error: &Value, more: &[String]) {
        if self.json {
            eprintln!("{error}");
            return;
        }
        let said = |key: &str| error["error"][key].as_str().unwrap_or_default();
        eprintln!("{} [{}]", said("message"), said("code"));
        for line in more {
            eprintln!("{line}");
        }
    }
}

pub fn stdout() -> BufWriter<Stdout> {
    BufWriter::new(io::stdout())
}

/// One JSON value and a newline.
pub fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Whether what is written to stderr may have colours: on a terminal, unless NO_COLOR says otherwise.
pub fn colours_on_stderr() -> bool {
    let is_forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stderr().is_terminal() && !is_forbidden
}
