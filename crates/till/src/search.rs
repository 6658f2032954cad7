//! Finding products as cashiers type: any part of the name, pinyin, initials, both mixed, a code, a barcode.
//!
//! There is no index in the sense of a book: the names of all products lie one behind the other, and a keystroke
//! reads them once (`typed.rs`). That is quick enough by far for 100,000 products, is made in no time, finds every
//! spelling without listing any, and has nothing in it that could go stale: another catalogue, another index.

mod spelling;
#[cfg(test)]
mod tests;
mod typed;

use jishi_journal::body::ProductPut;
use memchr::memmem;
use spelling::{Alphabet, Symbol, letters};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::ops::Range;
use typed::{Fit, Typed};

/// So many digits of a barcode's end are what people read aloud; fewer say nothing.
const TAIL_MIN: usize = 4;

/// How well a product fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rank {
    /// Its code, or one of its barcodes.
    Exact,
    /// Its whole name.
    Whole,
    /// Its name's beginning.
    Begins,
    /// As before, with a last syllable that is not typed out.
    BeginsPartly,
    CodeBegins,
    /// From some character of its name on.
    Inside,
    InsidePartly,
    BarcodeEnds,
}

const RANKS: usize = Rank::BarcodeEnds as usize + 1;

/// What was found, by rank, and not yet in order: of what fits worse than all that is shown nothing more is asked.
type Found = [Vec<Place>; RANKS];

/// Where a product was found.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// By the number of a name, and how it fits.
    Name(u32, Fit),
    /// By a code of the product's.
    Code(u32),
}

/// A product found. In the order in which they are shown, those of one rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    /// Only by a reading that is not a character's usual one (土: tu, but also cha).
    unusual: bool,
    slow: bool,
    /// Of two names that fit alike the shorter one is more likely meant.
    letters: u16,
    /// In the order of codes.
    product: u32,
}

/// What is found, and by what.
pub(crate) struct Named<'a> {
    pub(crate) code: &'a str,
    pub(crate) name: &'a str,
    /// Its own reading of the name; empty for the usual one.
    pub(crate) pinyin: &'a str,
    pub(crate) quick: bool,
    /// Barcodes, or other numbers that it is known by.
    pub(crate) barcodes: &'a [String],
    /// What a scale prints on its labels for it.
    pub(crate) scale_code: Option<&'a str>,
}

/// All that a cashier may find, for one state of the catalogue.
#[derive(Debug, Default)]
pub struct SearchIndex {
    alphabet: Alphabet,
    /// Every name, one behind the other; a product's mnemonic follows its name.
    symbols: Vec<Symbol>,
    /// Where each name ends, and whose it is.
    names: Vec<(u32, u32)>,
    /// Of each product, in the order of their codes in lower case.
    codes: Texts,
    lower_codes: Texts,
    quick: Vec<bool>,
    /// Every barcode between two line ends.
    barcodes: String,
    /// Where each barcode ends, and whose it is.
    barcode_ends: Vec<(u32, u32)>,
}

impl SearchIndex {
    pub fn of<'a>(products: impl Iterator<Item = &'a ProductPut>) -> SearchIndex {
        SearchIndex::of_named(products.map(|put| Named {
            code: &put.code,
            name: &put.name,
            pinyin: put.pinyin.as_deref().unwrap_or_default(),
            quick: put.quick,
            barcodes: &put.barcodes,
            scale_code: put.scale_code.as_deref(),
        }))
    }

    /// Of anything that has a code and a name.
    pub(crate) fn of_named<'a>(products: impl Iterator<Item = Named<'a>>) -> SearchIndex {
        let lower = products.map(|put| (put.code.to_lowercase(), put));
        let mut products: Vec<(String, Named<'_>)> = lower.collect();
        products.sort_unstable_by(|(a, a_put), (b, b_put)| (a, a_put.code).cmp(&(b, b_put.code)));
        let mut index = SearchIndex {
            barcodes: "\n".to_owned(),
            ..SearchIndex::default()
        };
        for (product, (lower, put)) in (0u32..).zip(products) {
            index.add(product, &lower, &put);
        }
        index.symbols.shrink_to_fit();
        index.names.shrink_to_fit();
        index.barcodes.shrink_to_fit();
        index.barcode_ends.shrink_to_fit();
        index
    }

    fn add(&mut self, product: u32, lower: &str, put: &Named<'_>) {
        self.codes.push(put.code);
        self.lower_codes.push(lower);
        self.quick.push(put.quick);
        let mnemonic = self.alphabet.spell(put.name, put.pinyin, &mut self.symbols);
        self.names.push((place(self.symbols.len()), product));
        if let Some(mnemonic) = mnemonic {
            self.alphabet.spell(&mnemonic, "", &mut self.symbols);
            self.names.push((place(self.symbols.len()), product));
        }
        let barcodes = put.barcodes.iter().map(String::as_str);
        for barcode in barcodes.chain(put.scale_code) {
            self.barcodes.push_str(&plain(barcode));
            self.barcodes.push('\n');
            self.barcode_ends.push((place(self.barcodes.len()), product));
        }
    }

    /// The codes of the products that are meant, best first. Those that fit alike: quick keys before others, shorter
    /// names before longer ones, and then by code. Who takes only some of them does not pay for putting all in order.
    pub fn find(&self, query: &str) -> impl Iterator<Item = &str> {
        let mut found = Found::default();
        let typed = Typed::of(&letters(query).collect::<Vec<char>>(), &self.alphabet);
        if let Some(typed) = &typed {
            self.find_names(typed, &mut found);
        }
        let plain = plain(query);
        if !plain.is_empty() {
            self.find_codes(&plain, &mut found);
            self.find_barcodes(&plain, &mut found);
        }
        let mut ranks = found.into_iter();
        let mut ordered = BinaryHeap::new();
        let mut given = HashSet::new();
        std::iter::from_fn(move || {
            loop {
                if let Some(Reverse(hit)) = ordered.pop() {
                    return Some(hit);
                }
                let hits = ranks.next()?.into_iter();
                let hits = hits.filter_map(|place| self.hit(place, typed.as_ref()));
                ordered = hits.map(Reverse).collect();
            }
        })
        .filter(move |hit: &Hit| given.insert(hit.product))
        .filter_map(|hit| self.codes.get(hit.product))
    }

    /// What the index holds, the allocator's own part left aside.
    pub fn bytes(&self) -> usize {
        self.alphabet.bytes()
            + self.symbols.capacity() * size_of::<Symbol>()
            + (self.names.capacity() + self.barcode_ends.capacity()) * size_of::<(u32, u32)>()
            + self.codes.bytes()
            + self.lower_codes.bytes()
            + self.quick.capacity()
            + self.barcodes.capacity()
    }

    fn find_names(&self, typed: &Typed, found: &mut Found) {
        let mut begin = 0;
        for (number, &(end, _)) in (0u32..).zip(&self.names) {
            let name = self.symbols.get(begin..end as usize).unwrap_or_default();
            begin = end as usize;
            let Some(fit) = typed.fit(name) else {
                continue;
            };
            let rank = match fit {
                Fit::Whole => Rank::Whole,
                Fit::Begins => Rank::Begins,
                Fit::BeginsPartly => Rank::BeginsPartly,
                Fit::Inside => Rank::Inside,
                Fit::InsidePartly => Rank::InsidePartly,
            };
            found[rank as usize].push(Place::Name(number, fit));
        }
    }

    fn find_codes(&self, plain: &str, found: &mut Found) {
        for product in self.lower_codes.beginning_with(plain) {
            let rank = match self.lower_codes.get(product) {
                Some(code) if code == plain => Rank::Exact,
                _ => Rank::CodeBegins,
            };
            found[rank as usize].push(Place::Code(product));
        }
    }

    fn find_barcodes(&self, plain: &str, found: &mut Found) {
        let needle = match plain.len() < TAIL_MIN {
            true => format!("\n{plain}\n"),
            false => format!("{plain}\n"),
        };
        for at in memmem::find_iter(self.barcodes.as_bytes(), &needle) {
            let end = place(at + needle.len());
            let owner = self.barcode_ends.partition_point(|(other, _)| *other < end);
            let before = self.barcodes.as_bytes().get(at.wrapping_sub(1));
            let whole = needle.starts_with('\n') || before == Some(&b'\n');
            let rank = if whole { Rank::Exact } else { Rank::BarcodeEnds };
            let owner = self.barcode_ends.get(owner);
            found[rank as usize].extend(owner.map(|(_, product)| Place::Code(*product)));
        }
    }

    fn hit(&self, found: Place, typed: Option<&Typed>) -> Option<Hit> {
        let (product, unusual, letters) = match found {
            Place::Code(product) => (product, false, 0),
            Place::Name(number, fit) => {
                let (name, product) = self.name(number)?;
                let unusual = typed.is_some_and(|typed| !typed.fits_as_usual(name, fit));
                (product, unusual, u16::try_from(name.len()).unwrap_or(u16::MAX))
            }
        };
        Some(Hit {
            unusual,
            slow: !self.is_quick(product),
            letters,
            product,
        })
    }

    fn name(&self, number: u32) -> Option<(&[Symbol], u32)> {
        let number = number as usize;
        let begin = match number.checked_sub(1) {
            Some(before) => self.names.get(before)?.0,
            None => 0,
        };
        let (end, product) = *self.names.get(number)?;
        Some((self.symbols.get(begin as usize..end as usize)?, product))
    }

    fn is_quick(&self, product: u32) -> bool {
        self.quick.get(product as usize) == Some(&true)
    }
}

/// Codes and barcodes as they are compared: what is typed has no spaces and no capitals.
fn plain(text: &str) -> String {
    let dense = text.chars().filter(|character| !character.is_whitespace());
    dense.collect::<String>().to_lowercase()
}

/// A catalogue of 4 GB of names is not read into memory to begin with.
fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Texts in one piece of memory, by their number.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(place(self.text.len()));
    }

    fn get(&self, number: u32) -> Option<&str> {
        let number = number as usize;
        let begin = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(begin as usize..*self.ends.get(number)? as usize)
    }

    /// Which of them begin so; they were pushed in order.
    fn beginning_with(&self, beginning: &str) -> Range<u32> {
        let first = self.first_where(0, |text| text >= beginning);
        first..self.first_where(first, |text| !text.starts_with(beginning))
    }

    /// The first from a number on that is so, where all after it are so too.
    fn first_where(&self, from: u32, is_so: impl Fn(&str) -> bool) -> u32 {
        let (mut low, mut high) = (from, place(self.ends.len()));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle).is_some_and(&is_so) {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        low
    }

    fn bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}
