//! From a receipt to its document, top to bottom as it is read.

use jishi_domain::{Fen, Quantity};

use super::slip;
use super::words::{self, Words, words};
use super::{
    Exchanged, Language, Receipt, ReceiptDiscount, ReceiptError, ReceiptKind, ReceiptLine, StallSlip,
};
use crate::charset::columns_of;
use crate::document::{Block, Cell, Document, Emphasis, Width};

/// Columns of a line that stands in one row, on paper wide enough: name, quantity, price, amount.
const ONE_ROW_COLUMNS: [usize; 4] = [20, 10, 9, 9];

impl Receipt {
    /// The receipt for one width of paper.
    ///
    /// # Errors
    /// Where its sums do not come to what was due: see [`Receipt::check`].
    pub fn to_document(&self, width: Width, language: Language) -> Result<Document, ReceiptError> {
        self.check()?;
        let mut document = Document::new(width, format!("{} {}", self.outlet_name, self.number));
        document.made_at = Some(self.recorded_at);
        let mut sheet = Sheet {
            receipt: self,
            document,
            words: words(language),
            language,
        };
        sheet.head();
        sheet.lines();
        sheet.totals(self.subtotal()?);
        sheet.exchanged();
        sheet.helped();
        sheet.foot();
        slip::push(&mut sheet.document, self, sheet.words);
        for slip in &self.slips {
            sheet.slip(slip)?;
        }
        Ok(sheet.document)
    }
}

struct Sheet<'a> {
    receipt: &'a Receipt,
    document: Document,
    words: &'static Words,
    language: Language,
}

impl Sheet<'_> {
    fn head(&mut self) {
        let (receipt, words) = (self.receipt, self.words);
        self.document.push(Block::Heading(receipt.outlet_name.clone()));
        // An outlet may have none on record yet: then its own name stands alone.
        if !receipt.operator_name.trim().is_empty() {
            self.document.centered(&receipt.operator_name, Emphasis::Plain);
        }
        let original = match &receipt.kind {
            ReceiptKind::Sale => None,
            ReceiptKind::Refund { original_number } => Some((words.refund_title, Some(original_number))),
            ReceiptKind::Void { original_number } => Some((words.void_title, Some(original_number))),
            ReceiptKind::RefundWithoutReceipt => Some((words.without_receipt_title, None)),
            ReceiptKind::Vouchers => Some((words.vouchers_title, None)),
            ReceiptKind::VouchersReturned { original_number } => {
                Some((words.vouchers_back_title, Some(original_number)))
            }
        };
        if let Some((title, _)) = original {
            self.document.push(Block::Heading(title.to_owned()));
        }
        if let Some(reprinted_at) = receipt.reprinted_at {
            let text = format!("{} {}", words.reprint, reprinted_at.format("%Y-%m-%d %H:%M"));
            self.document.centered(text, Emphasis::Bold);
        }
        self.document.rule();
        self.document.text(format!("{} {}", words.number, receipt.number));
        if let Some((_, Some(original_number))) = original {
            self.document
                .text(format!("{} {original_number}", words.original_number));
        }
        if let Some(Exchanged::For { number }) = &receipt.exchanged {
            self.document.text(format!("{} {number}", words.exchanged_for));
        }
        let time_and_till = format!(
            "{} {}",
            receipt.recorded_at.format("%Y-%m-%d %H:%M"),
            receipt.till_name
        );
        let cashier = match receipt.is_kiosk {
            true => format!("{} {}", words.kiosk, receipt.cashier_name),
            false => receipt.cashier_name.clone(),
        };
        self.document
            .text(self.on_one_line(&time_and_till, cashier.trim_end()));
        if let Some(buyer_name) = &receipt.buyer_name {
            self.document.text(format!("{} {buyer_name}", words.buyer));
        }
        if let Some(note) = &receipt.note {
            self.document.text(format!("{} {note}", words.note));
        }
        self.document.rule();
    }

    /// Two texts side by side, or one under the other where the paper is too narrow: no name is broken for it.
    fn on_one_line(&self, first: &str, second: &str) -> String {
        let fits = columns_of(first) + 1 + columns_of(second) <= self.document.width.columns();
        format!("{first}{}{second}", if fits { ' ' } else { '\n' })
    }

    fn lines(&mut self) {
        let words = self.words;
        let one_row = self.document.width.columns() >= ONE_ROW_COLUMNS.iter().sum();
        if one_row {
            let [name, quantity, price, amount] = ONE_ROW_COLUMNS;
            self.document.push(Block::Columns(vec![
                Cell::left(words.name, name),
                Cell::right(words.quantity, quantity),
                Cell::right(words.price, price),
                Cell::right(words.amount, amount),
            ]));
        }
        for line in &self.receipt.lines {
            self.line(line, one_row);
            for content in &line.contents {
                let text = format!("{} {} {}", content.name, content.quantity.short(), content.unit);
                let room = self.document.width.columns() - 4;
                self.document
                    .push(Block::Columns(vec![Cell::left("  -", 4), Cell::left(text, room)]));
            }
            for discount in &line.discounts {
                self.discount(discount, 2);
            }
        }
        self.document.rule();
    }

    fn line(&mut self, line: &ReceiptLine, one_row: bool) {
        let quantity = format!("{} {}", quantity(line.quantity, line.weighed), line.unit);
        let (price, gross) = (line.price.to_string(), line.gross.to_string());
        let [_, quantity_columns, price_columns, amount_columns] = ONE_ROW_COLUMNS;
        // A figure is never broken: what is too wide for its column has a row to itself, as on narrow paper.
        let fits = columns_of(&quantity) < quantity_columns
            && columns_of(&price) < price_columns
            && columns_of(&gross) < amount_columns;
        if one_row && fits {
            self.document.push(Block::Columns(vec![
                Cell::left(&line.name, ONE_ROW_COLUMNS[0]),
                Cell::right(quantity, quantity_columns),
                Cell::right(price, price_columns),
                Cell::right(gross, amount_columns),
            ]));
        } else {
            self.document.text(&line.name);
            self.amount(2, format!("{quantity} x {price}"), line.gross);
        }
    }

    fn discount(&mut self, discount: &ReceiptDiscount, indent: usize) {
        self.document.push(Block::Amount {
            indent,
            key: words::discount(discount, self.language),
            amount: taken_off(discount.amount),
            emphasis: Emphasis::Plain,
        });
    }

    fn amount(&mut self, indent: usize, key: impl Into<String>, amount: Fen) {
        let (key, amount) = (key.into(), amount.to_string());
        self.document.push(Block::Amount {
            indent,
            key,
            amount,
            emphasis: Emphasis::Plain,
        });
    }

    fn totals(&mut self, subtotal: Fen) {
        let (receipt, words) = (self.receipt, self.words);
        self.amount(0, words.subtotal, subtotal);
        for discount in &receipt.order_discounts {
            self.discount(discount, 0);
        }
        if receipt.rounding != Fen::ZERO {
            self.document.amount(words.rounding, taken_off(receipt.rounding));
        }
        self.document.push(Block::Amount {
            indent: 0,
            key: words.due(&receipt.kind).to_owned(),
            amount: receipt.due.to_string(),
            emphasis: Emphasis::Doubled,
        });
        for tender in &receipt.tenders {
            let mut key = words::tender(tender, &receipt.kind, self.language);
            if let Some(tail) = &tender.reference_tail {
                key = format!("{key} {}", words::reference(tail, self.language));
            }
            self.amount(0, key, tender.amount);
        }
        if receipt.change != Fen::ZERO {
            self.amount(0, words.change, receipt.change);
        }
    }

    /// The goods that came back with this sale, and the money that went back beyond it.
    fn exchanged(&mut self) {
        let Some(Exchanged::Back {
            number,
            lines,
            worth,
            tenders,
        }) = &self.receipt.exchanged
        else {
            return;
        };
        let words = self.words;
        self.document.rule();
        self.document.text(format!("{} {number}", words.came_back));
        let one_row = self.document.width.columns() >= ONE_ROW_COLUMNS.iter().sum();
        for line in lines {
            self.line(line, one_row);
        }
        self.amount(0, words.worth, *worth);
        let refunded = ReceiptKind::Refund {
            original_number: String::new(),
        };
        for tender in tenders {
            let key = words::tender(tender, &refunded, self.language);
            self.amount(0, key, tender.amount);
        }
    }

    /// Nothing here for a sale of the operator's own goods only: there is nobody to name.
    fn helped(&mut self) {
        let (receipt, words) = (self.receipt, self.words);
        let helped = &receipt.helped;
        if helped.parts.is_empty() && helped.unassigned == Fen::ZERO {
            return;
        }
        self.document.rule();
        let (first, second) = words::helped(helped, &receipt.kind, self.language);
        self.document.text(self.on_one_line(first, &second));
        for part in &helped.parts {
            self.amount(0, &part.name, part.paid);
        }
        if helped.unassigned != Fen::ZERO {
            self.amount(0, words.unassigned, helped.unassigned);
        }
        if helped.own != Fen::ZERO {
            self.amount(0, words.own, helped.own);
        }
        if helped.households_due != Fen::ZERO {
            self.amount(0, words.households_due(&receipt.kind), helped.households_due);
        }
    }

    fn foot(&mut self) {
        let (receipt, words) = (self.receipt, self.words);
        self.document.rule();
        if let Some(verification) = &receipt.verification {
            self.document.push(Block::Qr {
                payload: verification.payload.clone(),
                caption: format!("{}\n{}", words.scan, verification.short_hash),
            });
        }
        match receipt.kind {
            ReceiptKind::Sale => self.document.text(words.returns),
            ReceiptKind::Vouchers => self.document.text(words.no_sale),
            _ => {}
        }
        if let Some(phone) = &receipt.phone {
            self.document.text(format!("{} {phone}", words.phone));
        }
        self.document.push(Block::Cut);
    }

    /// A paper of its own: whose stall, what of it, and the sum.
    fn slip(&mut self, slip: &StallSlip) -> Result<(), ReceiptError> {
        let (receipt, words) = (self.receipt, self.words);
        self.document.push(Block::Heading(slip.stall_name.clone()));
        self.document
            .centered(words.slip_title(&receipt.kind), Emphasis::Bold);
        if receipt.reprinted_at.is_some() {
            self.document.centered(words.reprint, Emphasis::Bold);
        }
        self.document.rule();
        self.document.text(format!("{} {}", words.number, receipt.number));
        self.document
            .text(receipt.recorded_at.format("%Y-%m-%d %H:%M").to_string());
        self.document.rule();
        for line in &slip.lines {
            self.document.text(&line.name);
            let quantity = format!("{} {}", quantity(line.quantity, line.weighed), line.unit);
            self.amount(2, quantity, line.net);
        }
        self.document.rule();
        self.document.push(Block::Amount {
            indent: 0,
            key: words.slip_sum.to_owned(),
            amount: slip.sum()?.to_string(),
            emphasis: Emphasis::Doubled,
        });
        self.document.push(Block::Cut);
        Ok(())
    }
}

fn taken_off(amount: Fen) -> String {
    Fen::new(-amount.get()).to_string()
}

fn quantity(quantity: Quantity, weighed: bool) -> String {
    if weighed {
        quantity.to_string()
    } else {
        quantity.short()
    }
}
