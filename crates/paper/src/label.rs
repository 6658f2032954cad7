//! 批次标签: what goes on a box. The goods and their price, plainly marked (明码标价), where they are from, and the code of
//! the lot they are of. A household is on it by its village alone.

use crate::document::{Align, Block, Document, Emphasis, Width};
use crate::receipt::Language;
use jishi_domain::Fen;
use jishi_traditional::in_both_scripts;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelPaper {
    pub outlet_name: String,
    pub name: String,
    /// What the price is for.
    pub unit: String,
    pub price: Fen,
    /// Village or co-operative; empty where it is not known.
    pub origin: String,
    /// The lot's own code, for people.
    pub lot: String,
    /// What a scanner types.
    pub code: String,
}

struct Words {
    yuan: &'static str,
    origin: &'static str,
    lot: &'static str,
}

#[in_both_scripts(language)]
const fn words(language: Language) -> Words {
    match language {
        Language::Chinese => Words {
            yuan: "元",
            origin: "产地",
            lot: "批次",
        },
        Language::English => Words {
            yuan: "yuan",
            origin: "From",
            lot: "Lot",
        },
    }
}

impl LabelPaper {
    /// So many of it, cut apart.
    #[must_use]
    pub fn to_document(&self, width: Width, language: Language, count: u16) -> Document {
        let mut document = Document::new(width, format!("{} {}", self.name, self.lot));
        for _ in 0..count {
            self.one(&mut document, &words(language));
        }
        document
    }

    fn one(&self, document: &mut Document, words: &Words) {
        if !self.outlet_name.is_empty() {
            document.centered(&self.outlet_name, Emphasis::Plain);
        }
        document.centered(&self.name, Emphasis::Bold);
        document.push(Block::Text {
            text: format!("{} {}/{}", self.price, words.yuan, self.unit),
            align: Align::Center,
            emphasis: Emphasis::Doubled,
        });
        if !self.origin.is_empty() {
            document.centered(format!("{} {}", words.origin, self.origin), Emphasis::Plain);
        }
        document.centered(format!("{} {}", words.lot, self.lot), Emphasis::Plain);
        document.push(Block::Qr {
            payload: self.code.clone(),
            caption: self.code.clone(),
        });
        document.push(Block::Cut);
    }
}
