//! How a till looks and which key does what: chosen at it, kept beside its chain, and nobody else's business.

use crate::refusal::Refusal;
use crate::till::Till;
use crate::view::{KeyChoice, Look};
use jishi_ledger::Ledger;
use serde::de::DeserializeOwned;

const LOOK_NOTE: &str = "look";
const KEYS_NOTE: &str = "keys";
const GUIDE_NOTE: &str = "guide_seen";
const KEYS_MAX: usize = 64;
const ACTION_LENGTH_MAX: usize = 32;

impl Till {
    pub fn look(&self) -> Look {
        kept(self.ledger(), LOOK_NOTE)
    }

    pub fn choose_look(&mut self, look: Look) -> Result<(), Refusal> {
        self.keep(LOOK_NOTE, &look)
    }

    /// The keys that were chosen; what is not among them has the key it came with.
    pub fn keys(&self) -> Vec<KeyChoice> {
        kept(self.ledger(), KEYS_NOTE)
    }

    /// All chosen keys at once. One key for two actions of a page is refused: the cashier's hand must not depend on which of
    /// them a program would happen to find first.
    pub fn choose_keys(&mut self, keys: &[KeyChoice]) -> Result<(), Refusal> {
        if keys.len() > KEYS_MAX {
            return Err(Refusal::BadRequest(format!("more than {KEYS_MAX} keys")));
        }
        for (index, choice) in keys.iter().enumerate() {
            if !is_action(&choice.action) || !may_be_chosen(&choice.key) {
                return Err(Refusal::BadKey {
                    key: choice.key.clone(),
                });
            }
            let before = keys.iter().take(index).filter(|one| one.page == choice.page);
            if before.clone().any(|one| one.action == choice.action) {
                return Err(Refusal::BadRequest(format!("{} is named twice", choice.action)));
            }
            if before.clone().any(|one| one.key == choice.key) {
                return Err(Refusal::KeyTaken {
                    key: choice.key.clone(),
                });
            }
        }
        self.keep(KEYS_NOTE, &keys)
    }

    /// Whether whoever stands here has the first steps shown to her by themselves: nothing was sold at this till,
    /// and nobody has seen or skipped them.
    pub fn guide_is_due(&self) -> bool {
        let fresh = self.running == 0 && self.generation == 0 && !self.is_training();
        fresh && matches!(self.ledger.note(GUIDE_NOTE), Ok(None))
    }

    pub(crate) fn note_guide_seen(&mut self) -> Result<(), Refusal> {
        self.note(GUIDE_NOTE, "yes")
    }

    fn keep(&mut self, note: &str, setting: &impl serde::Serialize) -> Result<(), Refusal> {
        let text = serde_json::to_string(setting).map_err(|error| Refusal::BadRequest(error.to_string()))?;
        self.note(note, &text)
    }
}

/// A setting that a newer till wrote and this one cannot read is the one it came with.
fn kept<T: DeserializeOwned + Default>(ledger: &Ledger, note: &str) -> T {
    let text = ledger.note(note).ok().flatten();
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn is_action(action: &str) -> bool {
    !action.is_empty()
        && action.len() <= ACTION_LENGTH_MAX
        && action
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '_')
}

/// A function key or one of the six beside the letters, alone or with one of the three that are held. All others type,
/// scan, or mean the same on every page.
fn may_be_chosen(key: &str) -> bool {
    let held = ["Shift+", "Ctrl+", "Alt+"];
    let bare = held.iter().find_map(|held| key.strip_prefix(held)).unwrap_or(key);
    let beside = ["Insert", "Home", "End", "PageUp", "PageDown", "Pause"];
    let function = bare
        .strip_prefix('F')
        .is_some_and(|number| (1..=12).any(|known: u8| known.to_string() == number));
    function || beside.contains(&bare)
}
