//! The window's side of 挂单: drafts put aside, shown with today's prices, and taken back.

use super::Counter;
use crate::refusal::Refusal;
use crate::view::*;
use jishi_ledger::held::HeldSale;

/// So many goods of a held sale are named in the list.
const GOODS_SHOWN: usize = 3;

impl Counter {
    pub(super) fn held_sales(&mut self, _: Nothing) -> Result<Vec<HeldSaleView>, Refusal> {
        let held = self.till.held_sales()?;
        Ok(held.into_iter().map(|held| self.held_view(held)).collect())
    }

    pub(super) fn hold_sale(&mut self, request: HoldSale) -> Result<Vec<HeldSaleView>, Refusal> {
        self.hold(&request)?;
        self.sale_is_open = false;
        self.held_sales(Nothing {})
    }

    /// Only what can be shown is taken back, and the sale that stands on the screen is put aside first:
    /// if either fails, all is as it was.
    pub(super) fn recall_sale(&mut self, request: RecallSale) -> Result<RecalledSaleView, Refusal> {
        let recalled = self.till.held_sale(&request.id)?;
        let draft = read_draft(&recalled)?;
        self.figure(draft.clone())?;
        if let Some(standing) = &request.standing {
            self.hold(standing)?;
        }
        Ok(RecalledSaleView {
            id: recalled.id,
            remark: recalled.remark,
            draft,
            held: self.held_sales(Nothing {})?,
        })
    }

    pub(super) fn drop_held_sale(&mut self, request: DropHeldSale) -> Result<Vec<HeldSaleView>, Refusal> {
        self.till.drop_held(&request.id)?;
        self.held_sales(Nothing {})
    }

    fn hold(&mut self, request: &HoldSale) -> Result<(), Refusal> {
        if request.draft.lines.is_empty() {
            return Err(Refusal::NoLines);
        }
        let draft =
            serde_json::to_string(&request.draft).map_err(|error| Refusal::BadRequest(error.to_string()))?;
        self.till.hold(&request.id, &request.remark, draft)
    }

    /// What cannot be figured any more, its goods gone from the catalogue, is still there and says why.
    pub(super) fn held_view(&mut self, held: HeldSale) -> HeldSaleView {
        let language = self.till.language();
        let draft = read_draft(&held);
        let lines = draft.as_ref().map_or(0, |draft| draft.lines.len());
        let figured = draft.and_then(|draft| self.figure(draft));
        let cashier = self.till.catalogue().staff_member(&held.cashier);
        let (goods, total_fen, trouble) = match figured {
            Ok(figures) => {
                let named = figures.lines.iter().take(GOODS_SHOWN);
                let goods = named.map(|line| format!("{} × {}", line.name, line.quantity));
                (goods.collect(), Some(figures.total_fen), None)
            }
            Err(refusal) => (Vec::new(), None, Some(refusal.message(language))),
        };
        HeldSaleView {
            cashier: cashier.map_or(held.cashier.clone(), |member| member.name.clone()),
            id: held.id,
            held_at: held.held_at,
            remark: held.remark,
            lines: u32::try_from(lines).unwrap_or(u32::MAX),
            goods,
            total_fen,
            trouble,
        }
    }
}

fn read_draft(held: &HeldSale) -> Result<Draft, Refusal> {
    serde_json::from_str(&held.draft).map_err(|_| Refusal::HeldUnreadable)
}
