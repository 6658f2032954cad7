//! One run of the program: how it speaks, its clock, and the till it works on.

use crate::failure::Failure;
use crate::language::language;
use chrono::{DateTime, FixedOffset};
use jishi_terminal::{Speech, Tongue};
use jishi_till::{Folder, Machine, Reading, Refusal, Till, World};
use serde::Serialize;

/// What the global options came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) speech: Speech,
    /// Whether `--lang` said so; otherwise it is the locale's.
    pub(crate) language_asked: bool,
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
        if let Some(heard) = till.went_on(language(self.speech.tongue)) {
            self.say_warning(&heard.code, &heard.message);
        }
        Ok(till)
    }

    /// Reads beside whoever has the till.
    pub(crate) fn read(&self, folder: &Folder) -> Result<Reading, Failure> {
        Ok(Reading::open(folder)?)
    }

    /// A shift of another day is open still: said on stderr, and the command is done all the same.
    pub(crate) fn warn_of_forgotten_shift(&self, till: &Till) -> Result<(), Failure> {
        if let Some(words) = till.forgotten_words(language(self.speech.tongue))? {
            self.say_warning(&words.code, &words.message);
        }
        Ok(())
    }

    /// Something beside what was asked went wrong: said on stderr, and the command is done all the same.
    pub(crate) fn warn(&self, refusal: &Refusal, what: impl FnOnce(Tongue) -> &'static str) {
        let tongue = self.speech.tongue;
        let message = format!(
            "{}{}{}",
            what(tongue),
            tongue.say("：", ": "),
            refusal.message(language(tongue))
        );
        self.say_warning(refusal.code(), &message);
    }

    fn say_warning(&self, code: &str, message: &str) {
        match self.speech.json {
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
        Ok(self.speech.answer(result, words)?)
    }
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
