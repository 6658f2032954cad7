//! Small changes to bytes, of the kinds that decoders trip over.

/// A number after a number, the same ones for the same seed (SplitMix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `bound`, and 0 where there is nothing below.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let from = self.below(length + 1);
        // Short ones mostly.
        let longest = if self.below(4) == 0 {
            length - from
        } else {
            (length - from).min(16)
        };
        from..from + self.below(longest + 1)
    }
}

const BYTES: &[u8] = b"\0\x01\x1f\x7f\x80\xbf\xc0\xed\xf4\xff\"\\{}[],:. \n\r\t-+eE09azAZ";

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-1",
    "1",
    "00",
    "1e999",
    "1.5",
    "0.001",
    "9.999",
    "4294967296",
    "9007199254740993",
    "99999999999999",
    "1099511627775",
    "1099511627776",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "0",
    "-1",
    "9223372036854775807",
    "9223372036854.775807",
    "-9223372036854775.808",
    "0.0005",
    "T1-000001",
    "T1-99999999999999999999",
    "\\u0000",
    "\\ud800",
    "\\n",
    "2026-11-21",
    "0000-00-00",
    "9999-12-31T23:59:60+24:00",
    "王桂兰",
    "🏔",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

/// One of the pool, changed once or a few times.
pub(super) fn bend(pool: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.of(pool).clone();
    for _ in 0..=dice.below(4) {
        bend_once(&mut bytes, pool, dice);
    }
    bytes
}

fn bend_once(bytes: &mut Vec<u8>, pool: &[Vec<u8>], dice: &mut Dice) {
    match dice.below(12) {
        0 if !bytes.is_empty() => {
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(8);
        }
        1 if !bytes.is_empty() => {
            let at = dice.below(bytes.len());
            bytes[at] = *dice.of(BYTES);
        }
        2 => {
            let at = dice.below(bytes.len() + 1);
            bytes.insert(at, *dice.of(BYTES));
        }
        3 => {
            bytes.drain(dice.range(bytes.len()));
        }
        4 => {
            let piece = bytes[dice.range(bytes.len())].to_vec();
            let at = dice.below(bytes.len() + 1);
            bytes.splice(at..at, piece);
        }
        5 => bytes.truncate(dice.below(bytes.len() + 1)),
        6 => {
            let other = dice.of(pool);
            let piece = other[dice.range(other.len())].to_vec();
            let range = dice.range(bytes.len());
            bytes.splice(range, piece);
        }
        7 => {
            let piece: Vec<u8> = (0..dice.below(8)).map(|_| dice.next() as u8).collect();
            let range = dice.range(bytes.len());
            bytes.splice(range, piece);
        }
        // As these are made of texts, most of the time something in them that is text of its own.
        8 | 9 => replace(bytes, dice, u8::is_ascii_digit, NUMBERS),
        _ => replace(bytes, dice, |byte| !matches!(byte, b'"' | b'\n'), TEXTS),
    }
}

/// Another text in the place of a run of such bytes.
fn replace(bytes: &mut Vec<u8>, dice: &mut Dice, is_of_run: impl Fn(&u8) -> bool, by: &[&str]) {
    let from = dice.below(bytes.len() + 1);
    let Some(start) = bytes[from..].iter().position(&is_of_run).map(|at| from + at) else {
        return;
    };
    let before = bytes[..start]
        .iter()
        .rev()
        .take_while(|byte| is_of_run(byte))
        .count();
    let behind = bytes[start..].iter().take_while(|byte| is_of_run(byte)).count();
    let text = dice.of(by).bytes();
    bytes.splice(start - before..start + behind, text);
}
