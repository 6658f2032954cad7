//! Signing in and out.

use super::tries::Tries;
use crate::refusal::Refusal;
use crate::roles::Role;
use crate::till::Till;
use chrono::TimeDelta;
use jishi_catalogue::Pin;
use jishi_journal::body::{Body, StaffPut, StaffSignedIn, StaffSignedOut};

/// Beside the chain: of wrong PINs the books need to know nothing.
const TRIES_NOTE: &str = "pin_tries";
/// Longer than any code of staff; what is typed is kept beside the chain.
const CODE_LENGTH_MAX: usize = 64;

/// Who stands at the till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub code: String,
    pub name: String,
    pub role: Role,
}

/// Why somebody is signed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOut {
    /// On her own word, for the next one.
    Handover,
    /// Nobody touched the till for a while.
    Idle,
    /// 自助收款: the till is left to the buyers.
    Kiosk,
}

impl SignOut {
    fn code(self) -> &'static str {
        match self {
            SignOut::Handover => "handover",
            SignOut::Idle => "idle",
            SignOut::Kiosk => "kiosk",
        }
    }
}

impl Till {
    /// Whether this till asks who stands at it: somebody has a PIN.
    pub fn asks_for_sign_in(&self) -> bool {
        self.catalogue.staff().iter().any(|member| member.pin.is_some())
    }

    /// None where nobody is signed in, and where nobody is asked to.
    pub fn signed_in(&self) -> Option<SignedIn> {
        let member = self.catalogue.staff_member(self.signed_in.as_deref()?)?;
        signed(member)
    }

    /// Signs in; whoever stood there before is signed out by it.
    pub fn sign_in(&mut self, code: &str, pin: &str) -> Result<SignedIn, Refusal> {
        let member = self.check_pin(code, pin)?;
        if self.signed_in.as_deref() != Some(&member.code) {
            self.leave_and_come(SignOut::Handover, Some(&member))?;
        }
        Ok(member)
    }

    /// Signs out; where nobody is signed in, nothing happens.
    pub fn sign_out(&mut self, why: SignOut) -> Result<(), Refusal> {
        match self.signed_in {
            Some(_) => self.leave_and_come(why, None),
            None => Ok(()),
        }
    }

    /// Where the program ended with somebody signed in and is started again within the time that the till would
    /// have stayed open by itself, she goes on.
    pub(crate) fn resume_sign_in(&mut self) -> Result<(), Refusal> {
        if !self.asks_for_sign_in() {
            return Ok(());
        }
        let last = self.ledger.last_sign(self.record.till_no)?;
        if last.is_none() && self.is_demo() {
            return self.sign_in_for_the_demo();
        }
        let last = last.filter(|last| last.signed_in).map(|last| last.staff);
        let Some(code) = last.filter(|code| self.member(code).is_some()) else {
            return Ok(());
        };
        self.signed_in = Some(code);
        let idle = self.clock.last().map(|last| self.now() - last);
        match idle.is_some_and(|idle| idle <= self.lock_after()) {
            true => Ok(()),
            false => self.sign_out(SignOut::Idle),
        }
    }

    /// How long the till stays open by itself.
    pub(crate) fn lock_after(&self) -> TimeDelta {
        TimeDelta::seconds(i64::from(self.catalogue.lock_after_s()))
    }

    /// Whether whoever stood here last went without a word: the till was locked.
    pub(crate) fn was_left_alone(&self) -> bool {
        let last = self.ledger.last_sign(self.record.till_no).ok().flatten();
        last.is_some_and(|last| !last.signed_in && last.said == SignOut::Idle.code())
    }

    /// The first sale of the demo fair needs no set-up: its first cashier stands there.
    fn sign_in_for_the_demo(&mut self) -> Result<(), Refusal> {
        match self.catalogue.staff().first().and_then(signed) {
            Some(first) => self.leave_and_come(SignOut::Handover, Some(&first)),
            None => Ok(()),
        }
    }

    /// Somebody who is known already stands here too, without being asked again.
    pub(crate) fn come(&mut self, member: &SignedIn) -> Result<(), Refusal> {
        self.leave_and_come(SignOut::Handover, Some(member))
    }

    fn leave_and_come(&mut self, why: SignOut, next: Option<&SignedIn>) -> Result<(), Refusal> {
        let mut bodies = Vec::with_capacity(2);
        if let Some(staff) = self.signed_in.clone() {
            let reason = why.code().to_owned();
            bodies.push(Body::StaffSignedOut(StaffSignedOut { staff, reason }));
        }
        if let Some(next) = next {
            bodies.push(Body::StaffSignedIn(StaffSignedIn {
                staff: next.code.clone(),
                role: next.role.code().to_owned(),
            }));
        }
        // The till is shut even where that cannot be recorded: a full disk must not keep it open.
        self.approvals.clear();
        self.signed_in = None;
        self.commit(&bodies)?;
        self.signed_in = next.map(|next| next.code.clone());
        Ok(())
    }

    /// Who this code and PIN are. An unknown code, one without a PIN and a wrong PIN are one answer, and take as
    /// long.
    pub(crate) fn check_pin(&mut self, code: &str, pin: &str) -> Result<SignedIn, Refusal> {
        let now = self.now();
        let code = match code.len() <= CODE_LENGTH_MAX && !code.is_empty() {
            true => code,
            false => return Err(Refusal::WrongPin),
        };
        let mut tries = Tries::read(self.ledger.note(TRIES_NOTE)?.as_deref());
        if let Some(seconds) = tries.wait_s(code, now) {
            return Err(Refusal::PinWait { seconds });
        }
        tries.count(code, now, |code| self.catalogue.staff_member(code).is_some());
        self.put_tries(&tries)?;
        let member = self.catalogue.staff_member(code);
        let hash = member.and_then(|member| member.pin.as_deref());
        // What is no PIN is looked at as one, or it would be answered sooner.
        let typed = Pin::parse(pin);
        let fits = match &typed {
            Some(typed) => typed.fits(hash),
            None => Pin::parse("0000").is_some_and(|nobodys| nobodys.fits(None)),
        };
        let member = member.and_then(signed).filter(|_| fits);
        let Some(member) = member else {
            return Err(match tries.wait_s(code, now) {
                Some(seconds) => Refusal::PinWait { seconds },
                None => Refusal::WrongPin,
            });
        };
        tries.forget(code);
        self.put_tries(&tries)?;
        Ok(member)
    }

    /// Who guesses PINs at one till waits at the other too.
    pub(crate) fn take_tries_of(&mut self, other: &Till) -> Result<(), Refusal> {
        let tries = Tries::read(other.ledger.note(TRIES_NOTE)?.as_deref());
        self.put_tries(&tries)
    }

    fn put_tries(&mut self, tries: &Tries) -> Result<(), Refusal> {
        let note = tries.write();
        self.ledger.write(|writer| writer.put_note(TRIES_NOTE, &note))?;
        Ok(())
    }

    /// Who acts without being named: the one signed in, else the first of the staff.
    pub(crate) fn acting(&self) -> String {
        let first = || self.catalogue.staff().first().map(|member| member.code.clone());
        self.signed_in.clone().or_else(first).unwrap_or_default()
    }

    pub(crate) fn member(&self, code: &str) -> Option<SignedIn> {
        self.catalogue.staff_member(code).and_then(signed)
    }
}

/// A role that this program does not know may do nothing, so nobody signs in with it.
fn signed(member: &StaffPut) -> Option<SignedIn> {
    Some(SignedIn {
        code: member.code.clone(),
        name: member.name.clone(),
        role: Role::parse(&member.role)?,
    })
}
