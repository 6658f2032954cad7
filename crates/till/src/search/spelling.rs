//! How a name is spelt: its characters, each with the readings it may be typed by.

use foldhash::HashMap;
use pinyin::{ToPinyin as _, ToPinyinMulti as _};

/// A character with its readings, as a number. The same character read otherwise is another one.
pub(super) type Symbol = u32;

/// zhuang, chuang, shuang: nothing is longer.
pub(super) const SYLLABLE_MAX: usize = 6;

/// Aligning a reading with its name takes so many steps at most; what takes more is no reading.
const ALIGN_MAX: usize = 20_000;

/// What a symbol stands for.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) character: char,
    /// By their number among the syllables, the usual one first. None for what is no Chinese character.
    pub(super) readings: Vec<u16>,
}

/// Every character that occurs in a catalogue, and every syllable that one is read as.
#[derive(Debug, Default)]
pub(super) struct Alphabet {
    pub(super) letters: Vec<Letter>,
    pub(super) syllables: Vec<Vec<char>>,
    by_character: HashMap<char, Symbol>,
    by_reading: HashMap<(char, u16), Symbol>,
    by_syllable: HashMap<String, u16>,
}

impl Alphabet {
    /// Appends a name. `own` is the product's own reading of it: where it fits the name it overrides what else its
    /// characters may be read as. Where it does not, it is a mnemonic (助记码, as many catalogues have them), and
    /// handed back to be found by as it stands.
    pub(super) fn spell(&mut self, name: &str, own: &str, symbols: &mut Vec<Symbol>) -> Option<String> {
        if own.trim().is_empty() {
            for character in letters(name) {
                let symbol = self.symbol(character);
                symbols.push(symbol);
            }
            return None;
        }
        let characters: Vec<char> = letters(name).collect();
        let read = by_syllables(&characters, own).or_else(|| by_known_readings(&characters, own));
        for (place, character) in characters.iter().enumerate() {
            let reading = read.as_ref().and_then(|read| read.get(place)?.as_deref());
            let symbol = match reading {
                Some(reading) => self.symbol_read_as(*character, reading),
                None => self.symbol(*character),
            };
            symbols.push(symbol);
        }
        read.is_none().then(|| own.to_owned())
    }

    pub(super) fn bytes(&self) -> usize {
        let readings: usize = self.letters.iter().map(|letter| letter.readings.capacity()).sum();
        let syllables: usize = self.syllables.iter().map(Vec::capacity).sum();
        self.letters.capacity() * size_of::<Letter>()
            + readings * size_of::<u16>()
            + syllables * size_of::<char>()
            + self.by_character.capacity() * size_of::<(char, Symbol)>()
            + self.by_reading.capacity() * size_of::<((char, u16), Symbol)>()
            + self.by_syllable.capacity() * (size_of::<(String, u16)>() + SYLLABLE_MAX)
    }

    fn symbol(&mut self, character: char) -> Symbol {
        if let Some(known) = self.by_character.get(&character) {
            return *known;
        }
        let readings = readings(character);
        let readings = readings.iter().map(|reading| self.syllable(reading)).collect();
        let symbol = self.push(Letter { character, readings });
        self.by_character.insert(character, symbol);
        symbol
    }

    fn symbol_read_as(&mut self, character: char, reading: &str) -> Symbol {
        let syllable = self.syllable(reading);
        if let Some(known) = self.by_reading.get(&(character, syllable)) {
            return *known;
        }
        let symbol = self.push(Letter {
            character,
            readings: vec![syllable],
        });
        self.by_reading.insert((character, syllable), symbol);
        symbol
    }

    fn push(&mut self, letter: Letter) -> Symbol {
        self.letters.push(letter);
        super::place(self.letters.len() - 1)
    }

    fn syllable(&mut self, reading: &str) -> u16 {
        if let Some(known) = self.by_syllable.get(reading) {
            return *known;
        }
        // Six letters a to z are more than 65,536 syllables: past that, all others are as the last one.
        let number = u16::try_from(self.syllables.len()).unwrap_or(u16::MAX);
        self.syllables.push(reading.chars().collect());
        self.by_syllable.insert(reading.to_owned(), number);
        number
    }
}

/// What counts of a name, and of what is typed: no spaces and signs, no capitals, no full width; ü is typed as v.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> {
    let half = text.chars().map(|character| match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        _ => character,
    });
    let small = half.flat_map(char::to_lowercase);
    small
        .filter(|character| character.is_alphanumeric())
        .map(|character| if character == 'ü' { 'v' } else { character })
}

/// Every reading of a character without its tones, the usual one first.
pub(super) fn readings(character: char) -> Vec<String> {
    let first = character.to_pinyin();
    let others = character.to_pinyin_multi().into_iter().flatten();
    let mut readings = Vec::new();
    for reading in first.into_iter().chain(others) {
        let reading = reading.plain().replace('ü', "v");
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    readings
}

/// `zha ran fang jin`: a syllable for each Chinese character, whatever it is read as in print.
fn by_syllables(characters: &[char], own: &str) -> Option<Vec<Option<String>>> {
    let syllables: Vec<String> = own
        .split_whitespace()
        .map(|word| letters(word).collect())
        .collect();
    let is_syllable = |word: &String| {
        (1..=SYLLABLE_MAX).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let is_read = |character: &&char| character.to_pinyin().is_some();
    let counts = characters.iter().filter(is_read).count() == syllables.len();
    // One letter each is how initials are written, and they are no readings.
    if !counts || !syllables.iter().all(is_syllable) || syllables.iter().all(|word| word.len() == 1) {
        return None;
    }
    let mut syllables = syllables.into_iter();
    let read = characters.iter().map(|character| {
        let is_read = character.to_pinyin().is_some();
        is_read.then(|| syllables.next()).flatten()
    });
    Some(read.collect())
}

/// `zharanfangjin`: the reading of each character, of those it may have, so that they make up the whole. What is no
/// Chinese character may be in it or not.
fn by_known_readings(characters: &[char], own: &str) -> Option<Vec<Option<String>>> {
    let own: String = letters(own).collect();
    if !own.is_ascii() || characters.len().saturating_mul(own.len()) > ALIGN_MAX {
        return None;
    }
    let options: Vec<Vec<String>> = characters
        .iter()
        .map(|character| match character.to_pinyin() {
            Some(_) => readings(*character),
            None => vec![character.to_string(), String::new()],
        })
        .collect();
    // From the end: from which places of the reading the rest of the name can be made up.
    let mut makes_up = vec![vec![false; own.len() + 1]; characters.len() + 1];
    makes_up[characters.len()][own.len()] = true;
    for (at, options) in options.iter().enumerate().rev() {
        for place in 0..=own.len() {
            makes_up[at][place] = options.iter().any(|option| {
                own[place..].starts_with(option.as_str()) && makes_up[at + 1][place + option.len()]
            });
        }
    }
    let mut place = 0;
    let mut read = Vec::with_capacity(characters.len());
    for (at, options) in options.into_iter().enumerate() {
        let fitting = options.into_iter().find(|option| {
            own[place..].starts_with(option.as_str()) && makes_up[at + 1][place + option.len()]
        })?;
        place += fitting.len();
        read.push(characters[at].to_pinyin().map(|_| fitting));
    }
    (place == own.len()).then_some(read)
}
