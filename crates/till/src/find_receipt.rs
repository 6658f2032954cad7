//! A receipt by what a person has of it: its number, the last digits, or the QR on the paper.

use crate::refusal::Refusal;
use crate::till::{Till, receipt_prefix};

/// What the QR on a receipt begins with: `jishi:T1-000128:a41f-9c02-77de`.
const QR: &str = "jishi:";
/// Digits that a running number has at least.
const DIGITS: usize = 6;

impl Till {
    /// The number of the receipt that is meant. A paper whose check code is another is refused.
    pub(crate) fn receipt_named(&self, text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        let Some(code) = text.strip_prefix(QR) else {
            return self.number_typed(text)?.ok_or_else(|| unknown(text));
        };
        let (number, short_hash) = code.rsplit_once(':').ok_or_else(|| unknown(code))?;
        let place = self.ledger.receipt_place(number)?;
        let facts = match place {
            Some(place) => self.ledger.facts_at(place)?,
            None => None,
        };
        let facts = facts.ok_or_else(|| unknown(number))?;
        match facts.hash.short() == short_hash {
            true => Ok(number.to_owned()),
            false => Err(Refusal::ReceiptMismatch {
                number: number.to_owned(),
            }),
        }
    }

    /// `T1-000128` in capitals or not, `T1-128`, `128`: under the newest of this till's prefixes that has
    /// it. None where no receipt has that number.
    fn number_typed(&self, text: &str) -> Result<Option<String>, Refusal> {
        let (typed_prefix, running) = match text.rsplit_once('-') {
            Some((prefix, running)) => (Some(prefix), running),
            None => (None, text),
        };
        let digits = running.bytes().all(|byte| byte.is_ascii_digit());
        if running.is_empty() || running.len() > 15 || !digits {
            return Ok(None);
        }
        let running = running.trim_start_matches('0');
        let generations = (0..=self.generation).rev();
        for prefix in generations.map(|generation| receipt_prefix(&self.record.node, generation)) {
            if typed_prefix.is_some_and(|typed| !typed.eq_ignore_ascii_case(&prefix)) {
                continue;
            }
            let number = format!("{prefix}-{running:0>DIGITS$}");
            if self.ledger.receipt_place(&number)?.is_some() {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }
}

fn unknown(number: &str) -> Refusal {
    Refusal::NoSuchReceipt {
        number: number.to_owned(),
    }
}
