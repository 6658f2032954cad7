//! One run of the program: its language, its form of output, its clock, and the ways out.

use crate::failure::Failure;
use crate::language::Tongue;
use chrono::{DateTime, FixedOffset};
use jishi_till::{Folder, Machine, Reading, Refusal, Till, World};
use serde::Serialize;
use std::io::{self, BufWriter, Stdout, Write};

/// What the global options came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) tongue: Tongue,
    /// Whether `--lang` said so; otherwise it is the locale's.
    pub(crate) language_asked: bool,
    /// One JSON value a line on stdout, and on stderr what was refused.
    pub(crate) json: bool,
    /// `--at`: the clock of this one command.
    pub(crate) at: Option<DateTime<FixedOffset>>,
}

impl Session {
    pub(crate) fn world(&self) -> Box<dyn World> {
        match self.at {
            Some(at) => Box::new(StoppedClock { at }),
            None => Box::new(Machine),
        }
    }

    /// Takes the till for this process.
    pub(crate) fn open_till(&self, folder: Folder) -> Result<Till, Failure> {
        let till = Till::open(folder, self.world())?;
        if let Some(heard) = till.went_on(self.tongue.0) {
            self.say_warning(&heard.code, &heard.message);
        }
        Ok(till)
    }

    /// Reads beside whoever has the till.
    pub(crate) fn read(&self, folder: &Folder) -> Result<Reading, Failure> {
        Ok(Reading::open(folder)?)
    }

    /// Something beside what was asked went wrong: said on stderr, and the command is done all the same.
    pub(crate) fn warn(&self, refusal: &Refusal, what: impl FnOnce(Tongue) -> &'static str) {
        let message = format!(
            "{}{}{}",
            what(self.tongue),
            self.tongue.say("：", ": "),
            refusal.message(self.tongue.0)
        );
        self.say_warning(refusal.code(), &message);
    }

    fn say_warning(&self, code: &str, message: &str) {
        match self.json {
            true => eprintln!(
                "{}",
                serde_json::json!({ "warning": { "code": code, "message": message } })
            ),
            false => eprintln!("{message} [{code}]"),
        }
    }

    /// A result as one JSON line, or in words.
    pub(crate) fn answer(
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
}

pub(crate) fn stdout() -> BufWriter<Stdout> {
    BufWriter::new(io::stdout())
}

/// One JSON value and a newline.
pub(crate) fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// This machine with its clock set by `--at`.
#[derive(Debug, Clone, Copy)]
struct StoppedClock {
    at: DateTime<FixedOffset>,
}

impl World for StoppedClock {
    fn now(&self) -> DateTime<FixedOffset> {
        self.at
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        Machine.fill_random(bytes);
    }

    fn machine_id(&self) -> String {
        Machine.machine_id()
    }
}
