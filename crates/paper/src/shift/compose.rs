//! From a shift to its document, top to bottom as it is read.

use super::words::{self, Words, words};
use super::{DrawerCount, ShiftClosing, ShiftEnding, ShiftPaper, ShiftPaperError, negative};
use crate::document::{Block, Document, Emphasis, Width};
use crate::receipt::{Language, tender_kind};
use chrono::{DateTime, FixedOffset};
use jishi_domain::Fen;

impl ShiftPaper {
    /// The paper for one width.
    ///
    /// # Errors
    /// Where its sums do not fit each other: see [`ShiftPaper::check`].
    pub fn to_document(&self, width: Width, language: Language) -> Result<Document, ShiftPaperError> {
        self.check()?;
        let words = words(language);
        let (title, made_at) = match &self.ending {
            ShiftEnding::Open { read_at, .. } => (words.x_title, *read_at),
            ShiftEnding::Closed(closing) => (words.z_title, closing.closed_at),
        };
        let named = format!(
            "{} {} {title} {}",
            self.outlet_name, self.till_name, self.business_date
        );
        let mut document = Document::new(width, named);
        document.made_at = Some(made_at);
        let mut sheet = Sheet {
            paper: self,
            document,
            words,
            language,
        };
        sheet.head(title);
        sheet.figures();
        sheet.drawer();
        sheet.foot();
        Ok(sheet.document)
    }
}

struct Sheet<'a> {
    paper: &'a ShiftPaper,
    document: Document,
    words: &'static Words,
    language: Language,
}

impl Sheet<'_> {
    fn head(&mut self, title: &str) {
        let (paper, words) = (self.paper, self.words);
        self.document.push(Block::Heading(paper.outlet_name.clone()));
        if !paper.operator_name.trim().is_empty() {
            self.document.centered(&paper.operator_name, Emphasis::Plain);
        }
        self.document.push(Block::Heading(title.to_owned()));
        let reprinted_at = match &paper.ending {
            ShiftEnding::Closed(closing) => closing.reprinted_at,
            ShiftEnding::Open { .. } => None,
        };
        if let Some(reprinted_at) = reprinted_at {
            let text = format!("{} {}", words.reprint, minute(reprinted_at));
            self.document.centered(text, Emphasis::Bold);
        }
        self.document.rule();
        self.document.text(format!("{} {}", words.till, paper.till_name));
        self.document
            .text(format!("{} {}", words.business_date, paper.business_date));
        self.document
            .text(format!("{} {}", words.cashier, paper.cashier_name));
        if let Some(name) = &paper.closed_by {
            self.document.text(format!("{} {name}", words.closed_by));
        }
        self.document
            .text(format!("{} {}", words.opened, minute(paper.opened_at)));
        let (key, at) = match &paper.ending {
            ShiftEnding::Open { read_at, .. } => (words.read, *read_at),
            ShiftEnding::Closed(closing) => (words.closed, closing.closed_at),
        };
        self.document.text(format!("{key} {}", minute(at)));
        self.document.rule();
    }

    fn figures(&mut self) {
        let (paper, words) = (self.paper, self.words);
        for (name, count) in [
            (words.sales, paper.sales),
            (words.refunds, paper.refunds),
            (words.voids, paper.voids),
        ] {
            self.document.amount(name, count.to_string());
        }
        if paper.kiosk_sales > 0 {
            let name = words::counted(words.kiosk_sales, paper.kiosk_sales, self.language);
            self.amount(0, name, paper.kiosk_sold);
        }
        if paper.drawer_openings > 0 {
            self.document
                .amount(words.drawer_openings, paper.drawer_openings.to_string());
        }
        self.amount(0, words.discount, paper.discount);
        if paper.is_blind {
            self.document.rule();
            return;
        }
        self.amount(0, words.refunded, paper.refunded);
        self.document.push(Block::Amount {
            indent: 0,
            key: words.net.to_owned(),
            amount: paper.net.to_string(),
            emphasis: Emphasis::Doubled,
        });
        if paper.vouchers_sold != Fen::ZERO || paper.vouchers_returned != Fen::ZERO {
            self.amount(0, words.vouchers_sold, paper.vouchers_sold);
            self.amount(0, words.vouchers_returned, negative(paper.vouchers_returned));
            self.document.text(words.received);
        }
        for (kind, net) in &paper.tenders {
            self.amount(2, tender_kind(*kind, self.language), *net);
        }
        self.document.rule();
    }

    fn drawer(&mut self) {
        let (cash, words) = (self.paper.cash, self.words);
        if self.paper.is_blind {
            self.document.text(words.blind);
            self.document.rule();
            return;
        }
        self.document.text(words.drawer);
        self.amount(2, words.float, cash.float);
        self.amount(2, words.taken, cash.taken);
        self.amount(2, words.given_back, negative(cash.given_back));
        self.amount(2, words.moved_in, cash.moved_in);
        self.amount(2, words.moved_out, negative(cash.moved_out));
        self.bold(words.expected, cash.expected);
        let ShiftEnding::Closed(closing) = &self.paper.ending else {
            self.document.rule();
            return;
        };
        let counts = closing.counts.len();
        for (index, count) in closing.counts.iter().enumerate() {
            self.count(index + 1, counts, count);
        }
        match closing.counted {
            // By denomination or as one sum: what was signed off.
            Some(counted) => self.counted(counted, cash.expected),
            None => self.document.text(words.not_counted),
        }
        self.document.rule();
    }

    fn count(&mut self, number: usize, of: usize, count: &DrawerCount) {
        self.document.text(words::count_title(number, of, self.language));
        for (value, pieces) in &count.pieces {
            let sum = Fen::new(value.get().saturating_mul(i64::from(*pieces)));
            self.amount(2, words::pieces(*value, *pieces, self.language), sum);
        }
        // The last one stands below as what was signed off.
        if number < of {
            self.counted(count.counted, count.expected);
        }
    }

    fn counted(&mut self, counted: Fen, expected: Fen) {
        let difference = Fen::new(counted.get() - expected.get());
        self.bold(words::counted_cash(self.language), counted);
        self.bold(words::difference(difference, self.language), difference);
    }

    fn foot(&mut self) {
        let (paper, words) = (self.paper, self.words);
        if !paper.is_blind {
            self.life_totals();
        }
        self.document.text(format!(
            "{} {} … {}",
            words.entries, paper.first_entry, paper.last_entry
        ));
        match &paper.ending {
            ShiftEnding::Open { short_hash, .. } => {
                self.document.text(format!("{} {short_hash}", words.head));
                self.document.text(words.not_final);
            }
            ShiftEnding::Closed(ShiftClosing { verification, .. }) => {
                self.document.push(Block::Qr {
                    payload: verification.payload.clone(),
                    caption: format!("{}\n{}", words.check, verification.short_hash),
                });
                self.document.text(format!("{}:", words.signature));
                self.document.push(Block::Feed(2));
            }
        }
        self.document.push(Block::Cut);
    }

    fn life_totals(&mut self) {
        let (totals, words, language) = (self.paper.totals, self.words, self.language);
        self.document.text(words.totals);
        let sales = words::counted(words.life_sales, totals.sales, language);
        self.amount(2, sales, totals.sold);
        let refunds = words::counted(words.life_refunds, totals.refunds, language);
        self.amount(2, refunds, negative(totals.refunded));
    }

    fn amount(&mut self, indent: usize, key: impl Into<String>, amount: Fen) {
        self.document.push(Block::Amount {
            indent,
            key: key.into(),
            amount: amount.to_string(),
            emphasis: Emphasis::Plain,
        });
    }

    fn bold(&mut self, key: &str, amount: Fen) {
        self.document.push(Block::Amount {
            indent: 2,
            key: key.to_owned(),
            amount: amount.to_string(),
            emphasis: Emphasis::Bold,
        });
    }
}

fn minute(at: DateTime<FixedOffset>) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}
