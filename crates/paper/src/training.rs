//! The mark of a paper that was made while practising: nobody paid for it.

use crate::document::{Align, Block, Document, Emphasis};
use crate::receipt::Language;
use jishi_traditional::in_both_scripts;

/// What the mark says, and under it what that means.
#[in_both_scripts(language)]
const fn words(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Chinese => ("练习", "练习单，不作凭证，未收钱"),
        Language::English => ("TRAINING", "Training only: nothing was sold"),
    }
}

impl Document {
    /// Marked at its head and at its foot, so that neither half of a torn paper passes for a real one; each of the
    /// papers that are cut apart. It opens no drawer.
    #[must_use]
    pub fn marked_as_training(mut self, language: Language) -> Self {
        let (word, meaning) = words(language);
        self.title = format!("{word} {}", self.title);
        self.blocks.retain(|block| *block != Block::DrawerKick);
        let mark = [
            Block::Heading(word.to_owned()),
            Block::Text {
                text: meaning.to_owned(),
                align: Align::Center,
                emphasis: Emphasis::Bold,
            },
        ];
        let mut marked = Vec::with_capacity(self.blocks.len() + 8);
        for paper in self.blocks.split_inclusive(|block| *block == Block::Cut) {
            let ends = |block: &Block| !matches!(block, Block::Cut | Block::Feed(_));
            let foot = paper.iter().rposition(ends).map_or(0, |last| last + 1);
            let (body, end) = paper.split_at(foot);
            marked.extend(mark.clone());
            marked.push(Block::Rule);
            marked.extend_from_slice(body);
            marked.push(Block::Rule);
            marked.extend(mark.clone());
            marked.extend_from_slice(end);
        }
        self.blocks = marked;
        self
    }
}
