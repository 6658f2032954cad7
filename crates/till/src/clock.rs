//! What a till makes of its machine's clock: noticed and recorded when it jumps, never trusted for order.

use crate::refusal::words_of_code;
use crate::view::{Language, RefusedView};
use crate::world::World;
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::time::Duration;

/// How far the clock may fall behind the last entry before that is recorded.
const BACK_SLACK: TimeDelta = TimeDelta::seconds(5);
/// How far it may run ahead of the time that has passed: a clock is put right by seconds now and then.
const AHEAD_SLACK: TimeDelta = TimeDelta::seconds(60);
/// How long a jump ahead is told. Nothing ends it, as catching up ends one back: the new time may well be right.
const AHEAD_TOLD: Duration = Duration::from_mins(10);

#[derive(Debug)]
pub(crate) struct Clock {
    /// The latest time recorded.
    last: Option<DateTime<FixedOffset>>,
    /// What it said when it was last looked at, and how long the machine had been running.
    seen: Option<Seen>,
    jumped: Option<Jump>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    at: DateTime<FixedOffset>,
    running: Duration,
}

/// The clock was set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Jump {
    /// Back: the latest time recorded before. Ahead: what the clock would say, had nobody set it.
    pub(crate) before: DateTime<FixedOffset>,
    pub(crate) now: DateTime<FixedOffset>,
    ahead_at: Option<Duration>,
}

impl Clock {
    /// Of a till that is opened now and recorded its last entry then.
    pub(crate) fn new(world: &dyn World, last: Option<DateTime<FixedOffset>>) -> Clock {
        Clock {
            last,
            seen: seen(world),
            jumped: None,
        }
    }

    pub(crate) fn last(&self) -> Option<DateTime<FixedOffset>> {
        self.last
    }

    /// Whether it was set since the last entry or since the till was opened.
    pub(crate) fn jump(&self, world: &dyn World) -> Option<Jump> {
        let now = world.now();
        if let Some(last) = self.last.filter(|last| *last - now > BACK_SLACK) {
            return Some(Jump {
                before: last,
                now,
                ahead_at: None,
            });
        }
        let (before, running) = (self.seen?, world.running()?);
        let passed = TimeDelta::from_std(running.saturating_sub(before.running)).ok()?;
        let expected = before.at.checked_add_signed(passed)?;
        (now - expected > AHEAD_SLACK).then_some(Jump {
            before: expected,
            now,
            ahead_at: Some(running),
        })
    }

    /// An entry of this moment is on disk, and with it what the clock did before.
    pub(crate) fn recorded(&mut self, world: &dyn World, at: DateTime<FixedOffset>, jump: Option<Jump>) {
        self.last = Some(at);
        self.seen = seen(world);
        let is_put_right = |jump: Jump| {
            let back = self.jumped.filter(|before| before.ahead_at.is_none());
            let ends = |back: Jump| (jump.before..=jump.now).contains(&back.before);
            jump.ahead_at.is_some() && back.is_some_and(ends)
        };
        self.jumped = match jump {
            // It is recorded, and there is nothing left to be said.
            Some(jump) if is_put_right(jump) => None,
            Some(jump) => Some(jump),
            None => self.jumped,
        };
    }

    /// What a person should hear of it: of a clock set back until it has caught up, of one set ahead for a while.
    pub(crate) fn told(&self, world: &dyn World, language: Language) -> Option<RefusedView> {
        let jump = self.jumped?;
        let code = match jump.ahead_at {
            None if world.now() < jump.before => "clock_set_back",
            Some(at) if world.running()?.saturating_sub(at) < AHEAD_TOLD => "clock_set_ahead",
            _ => return None,
        };
        let shown = |at: DateTime<FixedOffset>| at.format("%Y-%m-%d %H:%M:%S");
        let words = words_of_code(code, language)?;
        Some(RefusedView {
            code: code.to_owned(),
            message: words.replace("{}", &format!("{} → {}", shown(jump.before), shown(jump.now))),
            line: None,
        })
    }
}

fn seen(world: &dyn World) -> Option<Seen> {
    Some(Seen {
        at: world.now(),
        running: world.running()?,
    })
}
