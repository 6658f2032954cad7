//! 繁體中文 of the texts in the source, made of their 简体中文 when the programs are compiled. Authors write two texts, Chinese
//! and English; there is no third to forget, and none in the program that is not in the source.
//!
//! Only what stands in the source between quotes is converted. What is put into a text while the program runs, the names of
//! people, goods and places, is data and stays as it was entered: it is never seen here.
//!
//! The dictionaries and why they are these: `assets/opencc/README.md`.

mod convert;
mod tokens;

use proc_macro::TokenStream;

/// The same tokens, with each text in 繁體字.
#[proc_macro]
pub fn traditional(input: TokenStream) -> TokenStream {
    tokens::converted(input)
}

/// On a table of texts: `#[with_traditional(TRADITIONAL)] const CHINESE: … = …;` makes `TRADITIONAL` beside it.
#[proc_macro_attribute]
pub fn with_traditional(name: TokenStream, table: TokenStream) -> TokenStream {
    let mut both = table.clone();
    both.extend(tokens::renamed(tokens::converted(table), &name));
    both
}

/// On a function that says something: `#[in_both_scripts(language)]`. Its body is compiled twice, once as it is written and once
/// with each text in 繁體字, and runs as the language asks, which has an `is_traditional()`. In its matches
/// `Language::Chinese` stands for both scripts.
#[proc_macro_attribute]
pub fn in_both_scripts(language: TokenStream, function: TokenStream) -> TokenStream {
    tokens::in_both_scripts(language, function)
}
