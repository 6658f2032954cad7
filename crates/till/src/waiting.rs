//! 待退款: what a platform has to give back is done when somebody saw it in the bill.

use crate::refusal::Refusal;
use crate::till::Till;
use jishi_journal::body::{Body, RefundRecorded, RefundSeen, TenderFact};
use jishi_ledger::waiting::WaitingRefund;

const DIGITS: usize = 4;

impl Till {
    /// Tenders of this till's refunds that no bill has shown yet, the oldest first.
    pub fn waiting_refunds(&self) -> Result<Vec<WaitingRefund>, Refusal> {
        Ok(self.ledger.waiting_refunds(self.record.till_no)?)
    }

    /// Marks one as seen, with the last four digits that the bill has. Seen before, it stays as it was.
    pub fn see_refund(&mut self, number: &str, tender: u32, reference: &str) -> Result<(), Refusal> {
        let digits = reference.len() == DIGITS && reference.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return Err(Refusal::BadReference);
        }
        let not_waiting = || Refusal::NotWaiting {
            number: number.to_owned(),
        };
        let waiting = self.waiting_refunds()?;
        let waits = waiting
            .iter()
            .any(|one| one.number == number && one.tender == tender);
        let place = self.ledger.receipt_place(number)?.filter(|_| waits);
        let facts = self.ledger.facts_at(place.ok_or_else(not_waiting)?)?;
        let given = match facts.map(|facts| facts.body) {
            Some(Body::RefundRecorded(refund)) => Given::of(refund),
            Some(Body::SaleVoided(void)) => Given::of(void.refund),
            Some(Body::VouchersReturned(returned)) => Given {
                id: returned.id,
                business_date: returned.business_date,
                outlet: returned.outlet,
                channel: returned.channel,
                tenders: returned.tenders,
            },
            _ => return Err(not_waiting()),
        };
        let back = (tender as usize)
            .checked_sub(1)
            .and_then(|at| given.tenders.get(at));
        let back = back.ok_or_else(not_waiting)?.clone();
        self.commit(&[Body::RefundSeen(RefundSeen {
            number: number.to_owned(),
            refund: given.id,
            refund_origin: self.record.origin.to_string(),
            tender,
            kind: back.kind,
            fen: back.fen,
            collected_by: back.collected_by,
            business_date: given.business_date,
            outlet: given.outlet,
            channel: given.channel,
            reference: reference.to_owned(),
            staff: self.acting(),
        })])?;
        Ok(())
    }
}

/// What gave money back, and what it counts under.
struct Given {
    id: String,
    business_date: String,
    outlet: String,
    channel: String,
    tenders: Vec<TenderFact>,
}

impl Given {
    fn of(refund: RefundRecorded) -> Given {
        Given {
            id: refund.id,
            business_date: refund.business_date,
            outlet: refund.sale_outlet,
            channel: refund.sale_channel,
            tenders: refund.tenders,
        }
    }
}
