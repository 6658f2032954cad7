//! After a power cut: the receipt that may not be printed, and the sale that was not paid.

use super::Counter;
use crate::refusal::Refusal;
use crate::view::*;
use jishi_traditional::in_both_scripts;

impl Counter {
    /// What the program was doing when it ended: looked for once, when it is opened.
    pub(super) fn look_for_interrupted(&mut self) {
        let remark = interrupted(self.till.language());
        match self.till.put_standing_aside(remark) {
            Ok(id) => self.interrupted_sale = id,
            // It stays where it is, for the next start.
            Err(refusal) => tracing::warn!("The sale on the screen was not put aside: {refusal}"),
        }
    }

    pub(super) fn interrupted(&mut self, _: Nothing) -> Result<InterruptedView, Refusal> {
        let receipt = match self.till.open_receipt()? {
            None => None,
            Some(row) => {
                let view = self.receipt_view(&row.number)?;
                Some(OpenReceiptView {
                    number: view.number,
                    kind: view.kind,
                    net_fen: view.net_fen,
                    change_fen: view.change_fen,
                })
            }
        };
        let sale = match &self.interrupted_sale {
            None => None,
            Some(id) => self.till.ledger.held_sale(id)?,
        };
        Ok(InterruptedView {
            receipt,
            sale: sale.map(|held| self.held_view(held)),
        })
    }

    pub(super) fn deal_with_receipt(&mut self, request: DealWithReceipt) -> Result<Nothing, Refusal> {
        self.till.deal_with_receipt(&request.number);
        Ok(Nothing {})
    }

    /// Asked for beside the sale, a second after it was changed.
    pub(super) fn keep_standing(&mut self, request: KeepStanding) -> Result<Nothing, Refusal> {
        match request.sale {
            Some(sale) if !sale.draft.lines.is_empty() => {
                let draft = serde_json::to_string(&sale.draft)
                    .map_err(|error| Refusal::BadRequest(error.to_string()))?;
                self.till.keep_standing(&sale.id, &sale.remark, draft)?;
            }
            _ => {
                self.till.forget_standing()?;
                self.sale_is_open = false;
            }
        }
        Ok(Nothing {})
    }
}

/// The remark of a held sale that nobody held.
#[in_both_scripts(language)]
fn interrupted(language: Language) -> &'static str {
    match language {
        Language::Chinese => "断电前没收款",
        Language::English => "Unpaid at the power cut",
    }
}
