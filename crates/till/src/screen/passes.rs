//! A voucher's or a ticket's code, scanned wherever the window is.

use super::Counter;
use super::draft::sell_request;
use crate::refusal::Refusal;
use crate::request::tenders;
use crate::sell::Paid;
use crate::view::*;
use crate::wire::RedeemRequest;
use crate::world::new_id;
use jishi_domain::Fen;
use jishi_journal::PassKind;

impl Counter {
    pub(super) fn scan_pass(&mut self, request: ScanPass) -> Result<ScannedPassView, Refusal> {
        let pass = self.till.open_pass(&request.code)?;
        match (pass.kind, request.payment) {
            (PassKind::Ticket, _) => {
                self.check_may(Action::Sell)?;
                let redeemed = self.till.redeem(&RedeemRequest {
                    id: new_id(self.till.world.0.as_ref()),
                    code: request.code,
                })?;
                Ok(ScannedPassView::Redeemed {
                    name: redeemed.name,
                    face_fen: redeemed.face,
                    tail: crate::receipt::tail(&redeemed.pass),
                    at: redeemed.at.get(11..16).unwrap_or_default().to_owned(),
                })
            }
            (PassKind::Voucher, None) => Ok(ScannedPassView::Voucher {
                name: pass.name,
                face_fen: pass.face_fen,
                until: pass.until,
            }),
            (PassKind::Voucher, Some(payment)) => {
                let mut paid = payment.tenders;
                let sale = sell_request(String::new(), &payment.draft, &paid);
                // A voucher is no cash: nothing of what it pays is wiped off.
                let by_voucher = Paid {
                    rest_otherwise: true,
                    ..Paid::default()
                };
                let total = self.till.figure_paid(&sale, &by_voucher)?.total;
                let before = Fen::sum(tenders(&sale.tenders)?.iter().map(|tender| Fen::new(tender.fen)));
                let before = before.ok_or(jishi_domain::TenderError::AmountTooLarge)?;
                let left = (total.get() - before.get()).max(0);
                if left == 0 {
                    return Err(Refusal::NothingLeftToPay);
                }
                let tender = DraftTender {
                    kind: TenderKind::Voucher,
                    fen: left.min(pass.face_fen),
                    reference: Some(request.code),
                    collected_by: None,
                };
                paid.push(tender.clone());
                let sale = sell_request(String::new(), &payment.draft, &paid);
                if self.till.sells_vouchers(&sale)? {
                    return Err(Refusal::VoucherPaidAtOnce {
                        kind: "voucher".to_owned(),
                    });
                }
                // Also whether the same one is among them already.
                self.till.vouchers_paying(&sale.tenders)?;
                Ok(ScannedPassView::Pays {
                    lapses_fen: pass.face_fen - tender.fen,
                    face_fen: pass.face_fen,
                    tender,
                })
            }
        }
    }
}
