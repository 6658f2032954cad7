//! The slip of a voucher or a ticket: what it is good for, and the code that a till reads.

use super::words::Words;
use super::{Receipt, ReceiptPass};
use crate::document::{Block, Document, Emphasis};

pub(super) fn push(document: &mut Document, receipt: &Receipt, words: &Words) {
    let count = receipt.passes.len();
    for (number, pass) in (1..).zip(&receipt.passes) {
        one(document, receipt, pass, words, (number, count));
    }
}

fn one(
    document: &mut Document,
    receipt: &Receipt,
    pass: &ReceiptPass,
    words: &Words,
    (number, count): (usize, usize),
) {
    document.push(Block::Heading(receipt.outlet_name.clone()));
    if !receipt.operator_name.trim().is_empty() {
        document.centered(&receipt.operator_name, Emphasis::Plain);
    }
    let kind = if pass.is_ticket {
        words.ticket
    } else {
        words.voucher
    };
    document.centered(pass.name.as_deref().unwrap_or(kind), Emphasis::Bold);
    document.rule();
    document.push(Block::Amount {
        indent: 0,
        key: if pass.is_ticket {
            words.ticket_price
        } else {
            words.face
        }
        .to_owned(),
        amount: pass.face.to_string(),
        emphasis: Emphasis::Doubled,
    });
    document.text(match &pass.until {
        Some(until) => format!("{} {until}", words.until),
        None => words.for_ever.to_owned(),
    });
    document.text(format!("{} {}", words.number, receipt.number));
    if let Some(reprinted_at) = receipt.reprinted_at {
        // Two papers of one code: only the one that is shown first counts.
        let text = format!("{} {}", words.reprint, reprinted_at.format("%Y-%m-%d %H:%M"));
        document.centered(text, Emphasis::Bold);
    }
    document.push(Block::Qr {
        payload: pass.code.clone(),
        caption: format!("{} {}  {number}/{count}", words.pass_number, pass.tail),
    });
    document.text(if pass.is_ticket {
        words.ticket_rule
    } else {
        words.voucher_rule
    });
    document.push(Block::Cut);
}
