//! Wrong PINs, and the wait that grows with them. It is kept beside the chain and survives a restart.

use chrono::{DateTime, FixedOffset, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many may be wrong before anybody has to wait.
const FREE: u32 = 5;
const FIRST_WAIT_S: i64 = 30;
const WAIT_MAX_S: i64 = 15 * 60;
/// Codes that are nobody's are counted too, or waiting would tell them apart; no more of them than this.
const STRANGERS_MAX: usize = 64;

/// Wrong PINs in a row, by the code they were typed for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tries(BTreeMap<String, Wrong>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wrong {
    count: u32,
    /// The last of them, by the till's clock in milliseconds.
    at_ms: i64,
}

impl Tries {
    /// Notes that make no sense are none: the till must not be shut by its own note.
    pub(super) fn read(note: Option<&str>) -> Tries {
        note.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    pub(super) fn write(&self) -> String {
        // Text and numbers: nothing that JSON cannot write.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Seconds still to wait before a PIN of this code is looked at.
    pub(super) fn wait_s(&self, code: &str, now: DateTime<FixedOffset>) -> Option<i64> {
        let wrong = self.0.get(code)?;
        let wait = TimeDelta::seconds(wait_after(wrong.count)?).num_milliseconds();
        let passed = now.timestamp_millis().saturating_sub(wrong.at_ms);
        // A clock that was set back must not make the wait longer than it was.
        let left = wait.saturating_sub(passed).min(wait);
        (left > 0).then(|| (left + 999) / 1000)
    }

    /// Counted before the PIN is looked at: pulling the plug in between wins nothing.
    pub(super) fn count(&mut self, code: &str, now: DateTime<FixedOffset>, is_staff: impl Fn(&str) -> bool) {
        let at_ms = now.timestamp_millis();
        let wrong = self.0.entry(code.to_owned()).or_insert(Wrong { count: 0, at_ms });
        wrong.count = wrong.count.saturating_add(1);
        wrong.at_ms = at_ms;
        // Staff are never forgotten, or typing sixty-four strangers would give five more tries.
        let strangers = self.0.iter().filter(|(code, _)| !is_staff(code));
        if strangers.clone().count() > STRANGERS_MAX
            && let Some(oldest) = strangers
                .min_by_key(|(_, wrong)| wrong.at_ms)
                .map(|(code, _)| code.clone())
        {
            self.0.remove(&oldest);
        }
    }

    pub(super) fn forget(&mut self, code: &str) {
        self.0.remove(code);
    }
}

/// Half a minute after the fifth wrong one, and twice as long after each that follows.
fn wait_after(count: u32) -> Option<i64> {
    let doubled = count.checked_sub(FREE)?;
    Some(
        FIRST_WAIT_S
            .checked_shl(doubled.min(10))
            .unwrap_or(WAIT_MAX_S)
            .min(WAIT_MAX_S),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-11-21T09:00:00+08:00").unwrap() + TimeDelta::seconds(seconds)
    }

    #[test]
    fn the_wait_grows_and_ends() {
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            tries.count("01", at(0), |_| true);
            waits.push(tries.wait_s("01", at(0)).unwrap_or_default());
        }
        assert_eq!(waits, [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]);
        assert_eq!(tries.wait_s("02", at(0)), None);
        let read = Tries::read(Some(&tries.write()));
        assert_eq!(read, tries);
        assert_eq!(read.wait_s("01", at(899)), Some(1));
        assert_eq!(read.wait_s("01", at(900)), None);
        tries.forget("01");
        assert_eq!(tries.wait_s("01", at(0)), None);
        assert_eq!(Tries::read(Some("nonsense")), Tries::default());
    }

    #[test]
    fn a_clock_set_back_makes_no_wait_longer() {
        let mut tries = Tries::default();
        for _ in 0..FREE {
            tries.count("01", at(0), |_| true);
        }
        assert_eq!(tries.wait_s("01", at(-400 * 24 * 3600)), Some(30));
    }

    #[test]
    fn strangers_are_forgotten_and_staff_are_not() {
        let mut tries = Tries::default();
        let is_staff = |code: &str| code == "01";
        for _ in 0..FREE {
            tries.count("01", at(0), is_staff);
        }
        for number in 0..200 {
            tries.count(&format!("x{number}"), at(1 + number), is_staff);
        }
        assert_eq!(tries.0.len(), STRANGERS_MAX + 1);
        assert!(tries.wait_s("01", at(1)).is_some());
    }
}
