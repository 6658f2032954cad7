//! 票券: vouchers and tickets as codes. Made and read offline with the keys that are here; whether a piece was used
//! before is known as far as the chains that are here tell it. Two tills that cannot hear each other may both take
//! one: then both sales stand, and `report vouchers` names the piece wherever both chains are.

use crate::refusal::Refusal;
use crate::request::good_id;
use crate::till::Till;
use crate::wire::{PassResult, RedeemRequest, RedeemResult, SellRequest, TenderRequest};
use crate::world::random;
use chrono::{NaiveDate, TimeDelta};
use jishi_journal::body::{Body, PassFact, PassUsedFact, TicketRedeemed};
use jishi_journal::{IssuerId, Pass, PassError, PassId, PassKind, ReadPass};
use jishi_ledger::passes::PassStep;

/// So many pieces one receipt may issue: each has a slip of its own.
pub(crate) const PASSES_MAX: usize = 100;

/// A piece that may be used now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPass {
    pub kind: PassKind,
    pub id: String,
    pub face_fen: i64,
    pub until: Option<String>,
    pub issuer: String,
    /// What it is called, where its sale is known here.
    pub name: Option<String>,
}

/// Whether a scanned code is meant as one of a voucher or a ticket.
pub(crate) fn is_pass_code(code: &str) -> bool {
    ReadPass::is_meant(code)
}

impl Till {
    /// So many new pieces of a product, of this face value.
    pub(crate) fn new_passes(
        &self,
        count: usize,
        face_fen: i64,
        valid_days: Option<u16>,
        business_date: &str,
    ) -> Vec<PassFact> {
        let until = valid_days.and_then(|days| {
            let sold = NaiveDate::parse_from_str(business_date, "%Y-%m-%d").ok()?;
            sold.checked_add_signed(TimeDelta::days(i64::from(days)))
        });
        let until = until.map(|day| day.format("%Y-%m-%d").to_string());
        let fresh = || PassFact {
            id: PassId(random::<8>(self.world.0.as_ref())).to_string(),
            face: face_fen,
            until: until.clone(),
        };
        std::iter::repeat_with(fresh).take(count).collect()
    }

    /// The code of a piece that this till issued, as it is printed.
    pub(crate) fn pass_code(&self, kind: PassKind, fact: &PassFact) -> Result<String, Refusal> {
        let key = self.chain.key();
        let until = fact.until.as_deref().map(day_number).transpose()?;
        let pass = Pass {
            kind,
            issuer: IssuerId::of(&key.public()),
            id: fact.id.parse().map_err(Refusal::Pass)?,
            face_fen: fact.face,
            until,
        };
        pass.code(key).map_err(Refusal::Pass)
    }

    pub(crate) fn pass_results(
        &self,
        kind: PassKind,
        passes: &[PassFact],
        line: Option<u32>,
    ) -> Result<Vec<PassResult>, Refusal> {
        let results = passes.iter().map(|fact| {
            Ok(PassResult {
                line,
                pass: fact.id.clone(),
                kind: kind.code().to_owned(),
                code: self.pass_code(kind, fact)?,
                face: fact.face,
                until: fact.until.clone(),
            })
        });
        results.collect()
    }

    /// Reads a code, and whose it is. Nothing is said yet of whether it may be used.
    fn read_pass(&self, code: &str) -> Result<Pass, Refusal> {
        let read = ReadPass::read(code).map_err(Refusal::Pass)?;
        let keys = self.ledger.issuer_keys()?;
        if keys.iter().any(|key| read.is_of(key)) {
            return Ok(read.pass);
        }
        // A key that is here and did not sign it: the code is altered. One that is not here: nobody can say.
        match keys.iter().any(|key| IssuerId::of(key) == read.pass.issuer) {
            true => Err(Refusal::PassForged),
            false => Err(Refusal::PassOfAnother),
        }
    }

    /// A piece that is genuine, not used and not brought back as far as this till knows, and not too old.
    pub fn open_pass(&self, code: &str) -> Result<OpenPass, Refusal> {
        let pass = self.read_pass(code)?;
        let id = pass.id.to_string();
        if let Some(step) = self.ledger.pass_use(&id)? {
            return Err(used(pass.kind, &step));
        }
        if let Some(step) = self.ledger.pass_return(&id)? {
            return Err(Refusal::PassReturned {
                when: moment(&step.at),
                where_: place(&step),
            });
        }
        let until = pass.until.map(|days| day_of(days).format("%Y-%m-%d").to_string());
        if let Some(until) = until.as_ref().filter(|until| **until < self.business_date()) {
            return Err(Refusal::PassExpired { until: until.clone() });
        }
        let issued = self.ledger.pass_issued(&id)?;
        let product = issued.and_then(|issued| self.catalogue.product(&issued.product));
        Ok(OpenPass {
            kind: pass.kind,
            id,
            face_fen: pass.face_fen,
            until,
            issuer: pass.issuer.to_string(),
            name: product.map(|product| product.name.clone()),
        })
    }

    /// The day that what is recorded now counts for.
    pub(crate) fn business_date(&self) -> String {
        let of_shift = self.shift.as_ref().map(|shift| shift.business_date.clone());
        of_shift.unwrap_or_else(|| self.today())
    }

    /// Where vouchers of the outlet's own are about, none is taken at its word: each has a code, or is another's paper
    /// (a county's programme) and has at least a number to be found by.
    pub(crate) fn check_vouchers_named(&self, request: &SellRequest) -> Result<(), Refusal> {
        let unnamed = |tender: &TenderRequest| {
            tender.kind == jishi_domain::TenderKind::Voucher.code()
                && tender
                    .reference
                    .as_deref()
                    .is_none_or(|said| said.trim().is_empty())
        };
        match request.tenders.iter().any(unnamed) && self.catalogue.issues_vouchers() {
            true => Err(Refusal::VoucherNeedsCode),
            false => Ok(()),
        }
    }

    /// The vouchers among the tenders that have a code. Another's paper without one is taken by its number: nothing
    /// here could check it.
    pub(crate) fn vouchers_paying(&self, tenders: &[TenderRequest]) -> Result<Vec<PassUsedFact>, Refusal> {
        let mut used: Vec<PassUsedFact> = Vec::new();
        for (number, tender) in (1u32..).zip(tenders) {
            let Some(code) = voucher_code(tender) else {
                continue;
            };
            let pass = self.open_pass(code)?;
            if pass.kind != PassKind::Voucher {
                return Err(Refusal::NotAVoucher);
            }
            if used.iter().any(|known| known.id == pass.id) {
                return Err(Refusal::PassTwice);
            }
            if tender.fen > pass.face_fen {
                return Err(Refusal::AboveFace {
                    face_fen: pass.face_fen,
                });
            }
            used.push(PassUsedFact {
                id: pass.id,
                face: pass.face_fen,
                issuer: pass.issuer,
                tender: number,
                fen: tender.fen,
            });
        }
        Ok(used)
    }

    /// 核销: a ticket is had, once. The same request again under its id answers the first result.
    pub fn redeem(&mut self, request: &RedeemRequest) -> Result<RedeemResult, Refusal> {
        good_id(&request.id)?;
        if let Some(place) = self.ledger.request(self.record.till_no, &request.id)? {
            let facts = self.ledger.facts_at(place)?;
            let pass = self.read_pass(&request.code)?.id.to_string();
            return match facts.map(|facts| (facts.seq, facts.at, facts.body)) {
                Some((seq, at, Body::TicketRedeemed(ticket))) if ticket.pass == pass => {
                    Ok(self.redeem_result(&ticket, seq, at, true)?)
                }
                _ => Err(Refusal::IdReused),
            };
        }
        let pass = self.open_pass(&request.code)?;
        if pass.kind != PassKind::Ticket {
            return Err(Refusal::NotATicket);
        }
        let ticket = TicketRedeemed {
            id: request.id.clone(),
            pass: pass.id,
            face: pass.face_fen,
            issuer: pass.issuer,
            outlet: self.catalogue.outlet_code(),
            business_date: self.business_date(),
            staff: self.acting(),
        };
        let committed = self.commit(&[Body::TicketRedeemed(ticket.clone())])?;
        let last = committed.last().ok_or(Refusal::IdReused)?;
        self.redeem_result(&ticket, last.seq, last.at.clone(), false)
    }

    fn redeem_result(
        &self,
        ticket: &TicketRedeemed,
        seq: u64,
        at: String,
        repeated: bool,
    ) -> Result<RedeemResult, Refusal> {
        let issued = self.ledger.pass_issued(&ticket.pass)?;
        let name = issued
            .as_ref()
            .and_then(|issued| self.catalogue.product(&issued.product));
        Ok(RedeemResult {
            id: ticket.id.clone(),
            pass: ticket.pass.clone(),
            name: name.map(|product| product.name.clone()),
            number: issued.map(|issued| issued.number),
            face: ticket.face,
            seq,
            at,
            repeated,
        })
    }

    /// Of these pieces the last so many that were neither used nor brought back.
    pub(crate) fn last_open<'a>(
        &self,
        passes: impl DoubleEndedIterator<Item = &'a PassFact>,
        count: usize,
    ) -> Result<Vec<String>, Refusal> {
        let mut open = Vec::with_capacity(count);
        for pass in passes.rev() {
            if open.len() == count {
                break;
            }
            let gone =
                self.ledger.pass_use(&pass.id)?.is_some() || self.ledger.pass_return(&pass.id)?.is_some();
            if !gone {
                open.push(pass.id.clone());
            }
        }
        match open.len() == count {
            true => Ok(open),
            false => Err(Refusal::PassesUsed { left: open.len() }),
        }
    }
}

/// What a tender of a voucher says where it has a code.
pub(crate) fn voucher_code(tender: &TenderRequest) -> Option<&str> {
    let code = tender.reference.as_deref().filter(|code| is_pass_code(code))?;
    (tender.kind == jishi_domain::TenderKind::Voucher.code()).then_some(code)
}

fn used(kind: PassKind, step: &PassStep) -> Refusal {
    let (when, where_) = (moment(&step.at), place(step));
    match kind {
        PassKind::Voucher => Refusal::VoucherUsed { when, where_ },
        PassKind::Ticket => Refusal::TicketUsed { when, where_ },
    }
}

/// The receipt it is on, or else the till.
fn place(step: &PassStep) -> String {
    match step.number.is_empty() {
        true => step.till.clone(),
        false => step.number.clone(),
    }
}

/// `2026-11-21T10:32:05+08:00` is `11-21 10:32`.
fn moment(at: &str) -> String {
    at.get(5..16).unwrap_or(at).replace('T', " ")
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default()
}

fn day_of(days: u16) -> NaiveDate {
    first_day()
        .checked_add_signed(TimeDelta::days(i64::from(days)))
        .unwrap_or_default()
}

fn day_number(day: &str) -> Result<u16, Refusal> {
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok();
    let days = day.map(|day| (day - first_day()).num_days());
    let days = days.and_then(|days| u16::try_from(days).ok());
    days.filter(|days| *days > 0)
        .ok_or(Refusal::Pass(PassError::Unreadable))
}
