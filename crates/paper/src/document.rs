//! What is printed, before anybody knows on what: a list of blocks that make sense on narrow paper.

use chrono::{DateTime, FixedOffset};

/// The paper in the printer. Everything is laid out in half-width columns: a letter or a digit takes one,
/// a Chinese character two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Width {
    /// 58 mm paper: 384 dots, 32 columns.
    Mm58,
    /// 80 mm paper: 576 dots, 48 columns.
    Mm80,
}

impl Width {
    #[must_use]
    pub const fn columns(self) -> usize {
        match self {
            Self::Mm58 => 32,
            Self::Mm80 => 48,
        }
    }

    /// Dots that the print head reaches, at eight to the millimetre.
    #[must_use]
    pub const fn dots(self) -> usize {
        self.columns() * crate::DOTS_PER_COLUMN
    }

    #[must_use]
    pub const fn paper_mm(self) -> usize {
        match self {
            Self::Mm58 => 58,
            Self::Mm80 => 80,
        }
    }

    /// The paper's width by its millimetres, as a user writes it on the command line.
    #[must_use]
    pub const fn from_mm(paper_mm: usize) -> Option<Self> {
        match paper_mm {
            58 => Some(Self::Mm58),
            80 => Some(Self::Mm80),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Align {
    #[default]
    Left,
    Center,
    Right,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Emphasis {
    #[default]
    Plain,
    Bold,
    /// Twice as wide and twice as high, and bold: one or two words on a sheet.
    Doubled,
}

/// One cell of a row of columns; a long text wraps inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// Its width, in half-width columns.
    pub columns: usize,
    pub align: Align,
}

impl Cell {
    #[must_use]
    pub fn left(text: impl Into<String>, columns: usize) -> Self {
        Self {
            text: text.into(),
            columns,
            align: Align::Left,
        }
    }

    #[must_use]
    pub fn right(text: impl Into<String>, columns: usize) -> Self {
        Self {
            text: text.into(),
            columns,
            align: Align::Right,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Doubled and centred.
    Heading(String),
    Text {
        text: String,
        align: Align,
        emphasis: Emphasis,
    },
    /// Cells side by side. Cells beyond the paper's width are cut down to it.
    Columns(Vec<Cell>),
    /// What it is on the left, how much on the right, where all amounts end.
    Amount {
        indent: usize,
        key: String,
        amount: String,
        emphasis: Emphasis,
    },
    Rule,
    Qr {
        payload: String,
        caption: String,
    },
    /// Blank lines.
    Feed(usize),
    Cut,
    DrawerKick,
}

/// One sheet for one width of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub width: Width,
    /// Names the file for those who keep it; not on the paper.
    pub title: String,
    /// When what it tells of happened; a PDF bears it as its date. Not on the paper.
    pub made_at: Option<DateTime<FixedOffset>>,
    pub blocks: Vec<Block>,
}

impl Document {
    #[must_use]
    pub fn new(width: Width, title: impl Into<String>) -> Self {
        Self {
            width,
            title: title.into(),
            made_at: None,
            blocks: Vec::with_capacity(48),
        }
    }

    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    pub fn text(&mut self, text: impl Into<String>) {
        self.push(Block::Text {
            text: text.into(),
            align: Align::Left,
            emphasis: Emphasis::Plain,
        });
    }

    pub fn centered(&mut self, text: impl Into<String>, emphasis: Emphasis) {
        self.push(Block::Text {
            text: text.into(),
            align: Align::Center,
            emphasis,
        });
    }

    pub fn amount(&mut self, key: impl Into<String>, amount: impl Into<String>) {
        self.push(Block::Amount {
            indent: 0,
            key: key.into(),
            amount: amount.into(),
            emphasis: Emphasis::Plain,
        });
    }

    pub fn rule(&mut self) {
        self.push(Block::Rule);
    }

    /// Opens the drawer before the first line is printed, so that the cashier can give change while it prints.
    #[must_use]
    pub fn with_drawer_kick(mut self) -> Self {
        self.blocks.insert(0, Block::DrawerKick);
        self
    }
}
