//! What was typed, held against a name: all its spellings at once, without listing any.
//!
//! A set of places in the query says how much of it the characters read so far can have used up; it is a number with
//! a bit for each place. Each character of the alphabet moves places onward: by one where it stands itself or an
//! initial of it, by the length of a reading where that stands. So a name costs some shifts a character, however many
//! readings its characters have.

use super::spelling::{Alphabet, Letter, SYLLABLE_MAX, Symbol};

/// Places in a query, as bits.
type Places = u64;

const START: Places = 1;

/// Of a longer query the beginning counts: 63 letters are twenty syllables.
const QUERY_MAX: usize = 63;

/// Where a query was found in a name, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    Whole,
    Begins,
    BeginsPartly,
    Inside,
    InsidePartly,
}

/// What one character makes of the places before it.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    /// From which places it leads onward by one letter, by two …
    onward: [Places; SYLLABLE_MAX],
    /// From which places the rest of the query is a syllable of it that is not typed out.
    partly: Places,
}

impl Step {
    fn of_syllable(query: &[char], syllable: &[char]) -> Step {
        let mut step = Step::default();
        for place in 0..query.len() {
            let rest = &query[place..];
            let bit = START << place;
            if rest.starts_with(syllable) {
                step.go(bit, syllable.len());
            } else if syllable.starts_with(rest) {
                step.partly |= bit;
            }
            if rest.first() == syllable.first() {
                step.go(bit, 1);
            }
            // zh, ch, sh are initials too.
            if matches!(syllable, ['z' | 'c' | 's', 'h', ..]) && rest.starts_with(&syllable[..2]) {
                step.go(bit, 2);
            }
        }
        step
    }

    fn of_character(query: &[char], character: char) -> Step {
        let mut step = Step::default();
        let same = query.iter().enumerate().filter(|(_, typed)| **typed == character);
        for (place, _) in same {
            step.go(START << place, 1);
        }
        step
    }

    fn go(&mut self, from: Places, letters: usize) {
        let onward = letters.checked_sub(1).and_then(|by| self.onward.get_mut(by));
        if let Some(onward) = onward {
            *onward |= from;
        }
    }

    fn or(mut self, other: &Step) -> Step {
        for (own, other) in self.onward.iter_mut().zip(other.onward) {
            *own |= other;
        }
        self.partly |= other.partly;
        self
    }

    fn leads_from(&self, places: Places) -> bool {
        self.onward.iter().fold(self.partly, |all, onward| all | onward) & places != 0
    }

    fn after(&self, places: Places) -> Places {
        let steps = (1u32..).zip(self.onward);
        steps.fold(0, |after, (letters, onward)| {
            after | ((places & onward) << letters)
        })
    }
}

/// A query, ready to be held against names spelt in one alphabet.
#[derive(Debug)]
pub(super) struct Typed {
    /// By symbol, with every reading.
    steps: Vec<Step>,
    /// By symbol, with the usual reading alone.
    usual: Vec<Step>,
    /// By symbol: whether a name may fit from there on. Most do not, and are passed over by this alone.
    starts: Vec<bool>,
    end: Places,
}

impl Typed {
    /// None where nothing can fit.
    pub(super) fn of(query: &[char], alphabet: &Alphabet) -> Option<Typed> {
        let query = query.get(..QUERY_MAX).unwrap_or(query);
        if query.is_empty() {
            return None;
        }
        let syllables = alphabet.syllables.iter();
        let syllables: Vec<Step> = syllables
            .map(|syllable| Step::of_syllable(query, syllable))
            .collect();
        let step_by = |letter: &Letter, readings: &[u16]| {
            let readings = readings
                .iter()
                .filter_map(|reading| syllables.get(usize::from(*reading)));
            readings.fold(Step::of_character(query, letter.character), Step::or)
        };
        let steps: Vec<Step> = alphabet
            .letters
            .iter()
            .map(|letter| step_by(letter, &letter.readings))
            .collect();
        Some(Typed {
            usual: alphabet
                .letters
                .iter()
                .map(|letter| step_by(letter, letter.readings.get(..1).unwrap_or_default()))
                .collect(),
            starts: steps.iter().map(|step| step.leads_from(START)).collect(),
            steps,
            end: START << query.len(),
        })
    }

    pub(super) fn fit(&self, name: &[Symbol]) -> Option<Fit> {
        let first = name.iter().position(|symbol| self.starts_with(*symbol))?;
        let beginning = match first {
            0 => self.fit_beginning(&self.steps, name),
            _ => None,
        };
        beginning.or_else(|| self.fit_inside(&self.steps, name.get(first.max(1)..)?))
    }

    /// Whether a name that fits does so with each character read as it usually is.
    pub(super) fn fits_as_usual(&self, name: &[Symbol], fit: Fit) -> bool {
        let usual = match fit {
            Fit::Whole | Fit::Begins | Fit::BeginsPartly => self.fit_beginning(&self.usual, name),
            Fit::Inside | Fit::InsidePartly => {
                self.fit_inside(&self.usual, name.get(1..).unwrap_or_default())
            }
        };
        usual == Some(fit)
    }

    fn starts_with(&self, symbol: Symbol) -> bool {
        self.starts.get(symbol as usize) == Some(&true)
    }

    fn fit_beginning(&self, steps: &[Step], name: &[Symbol]) -> Option<Fit> {
        let mut places = START;
        let mut fit = None;
        for (number, symbol) in name.iter().enumerate() {
            let step = steps.get(*symbol as usize)?;
            if places & step.partly != 0 && fit.is_none() {
                fit = Some(Fit::BeginsPartly);
            }
            places = step.after(places);
            if places & self.end != 0 {
                if number + 1 == name.len() {
                    return Some(Fit::Whole);
                }
                fit = Some(Fit::Begins);
            }
            if places == 0 {
                break;
            }
        }
        fit
    }

    /// In what follows a name's first character.
    fn fit_inside(&self, steps: &[Step], mut rest: &[Symbol]) -> Option<Fit> {
        let mut places = 0;
        let mut fit = None;
        loop {
            if places == 0 {
                // Most of what is read is passed over here.
                let next = rest.iter().position(|symbol| self.starts_with(*symbol));
                rest = next.and_then(|next| rest.get(next..)).unwrap_or_default();
            }
            let Some((symbol, after)) = rest.split_first() else {
                return fit;
            };
            rest = after;
            let step = steps.get(*symbol as usize)?;
            places |= START;
            if places & step.partly != 0 {
                fit = Some(Fit::InsidePartly);
            }
            places = step.after(places);
            if places & self.end != 0 {
                return Some(Fit::Inside);
            }
        }
    }
}
