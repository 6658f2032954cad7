//! 自助收款: the same till, left to the buyers. It takes what they have scanned and paid for, and nothing else is
//! asked of it, until somebody who may takes it back with a PIN: a restart does not.

use crate::refusal::Refusal;
use crate::roles::Action;
use crate::staff::{SignOut, SignedIn};
use crate::till::Till;
use crate::view::Language;
use crate::wire::{KioskPaid, KioskSale, TenderRequest};
use jishi_catalogue::KIOSK_KINDS;
use jishi_domain::TenderKind;
use jishi_ledger::Ledger;
use serde::{Deserialize, Serialize};

/// Beside the chain, where a restart finds it. Empty: the till is the staff's.
const NOTE: &str = "kiosk";
const REFERENCE_DIGITS: usize = 6;

/// The till is left to the buyers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kiosk {
    /// Who left it to them, and answers for what nobody confirms.
    pub staff: String,
    /// The till's language then. A buyer may choose another for herself.
    pub language: Language,
}

/// A standing payment code that buyers may pay to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KioskCode<'a> {
    pub(crate) kind: TenderKind,
    /// None is the operator's.
    pub(crate) pocket: Option<&'a str>,
    /// What it says.
    pub(crate) code: &'a str,
}

pub(crate) fn kiosk_of(ledger: &Ledger) -> Option<Kiosk> {
    match ledger.note(NOTE) {
        Ok(None) => None,
        Ok(Some(text)) if text.is_empty() => None,
        Ok(Some(text)) => Some(serde_json::from_str(&text).unwrap_or_default()),
        Err(_) => Some(Kiosk::default()),
    }
}

impl Till {
    /// Whether the till is left to the buyers. A note that cannot be read says that it is: what is shut must not open
    /// by a fault.
    pub fn kiosk(&self) -> Option<Kiosk> {
        kiosk_of(&self.ledger)
    }

    /// Leaves the till to the buyers. Whoever stood there is signed out; `staff` is who answers for it.
    pub fn enter_kiosk(&mut self, staff: &str) -> Result<(), Refusal> {
        if self.is_training() {
            return Err(Refusal::KioskInTraining);
        }
        if self.kiosk().is_some() {
            return Err(Refusal::InKiosk);
        }
        let member = self.member(staff).ok_or_else(|| Refusal::NoSuchStaff {
            staff: staff.to_owned(),
        })?;
        if self.shift.is_none() {
            return Err(Refusal::NoShift);
        }
        if self.kiosk_payments().is_empty() {
            return Err(Refusal::KioskWithoutCode);
        }
        if !self.has_approver(Action::Kiosk) {
            return Err(Refusal::KioskWithoutPin);
        }
        let kiosk = Kiosk {
            staff: member.code.clone(),
            language: self.language(),
        };
        let note = serde_json::to_string(&kiosk).map_err(|error| Refusal::BadRequest(error.to_string()))?;
        // Shut first: a plug that is pulled in between must not leave it open and nobody there.
        self.note(NOTE, &note)?;
        // The chain says who left it to them.
        let left = self.come(&member).and_then(|()| self.sign_out(SignOut::Kiosk));
        // What the chain does not say has not happened: the till asks who stands there.
        if left.is_err()
            && let Err(refusal) = self.note(NOTE, "")
        {
            tracing::warn!("The till could not be taken back from the buyers: {refusal}");
        }
        left
    }

    /// Takes it back; `member` stands there now, if it is known who does.
    pub(crate) fn leave_kiosk(&mut self, member: Option<&SignedIn>) -> Result<(), Refusal> {
        let kiosk = self.kiosk().ok_or(Refusal::NotInKiosk)?;
        if let Some(member) = member {
            self.come(member)?;
        }
        self.choose_language(kiosk.language)?;
        self.note(NOTE, "")
    }

    /// For support, where nobody's PIN is known any more: who has the data folder has the till.
    pub fn end_kiosk(&mut self) -> Result<(), Refusal> {
        self.leave_kiosk(None)
    }

    /// A backup from before took the place of a damaged database: the till is the buyers' as it was.
    pub(crate) fn stay_kiosk(&mut self, kiosk: &Kiosk) -> Result<(), Refusal> {
        let note = serde_json::to_string(kiosk).map_err(|error| Refusal::BadRequest(error.to_string()))?;
        self.note(NOTE, &note)
    }

    /// The outlet's codes for what it takes, into the pockets that it takes it, in the order they are shown; of two
    /// for one pocket the first.
    pub(crate) fn kiosk_payments(&self) -> Vec<KioskCode<'_>> {
        let rows = self.catalogue.kiosk().map(|kiosk| kiosk.payments.as_slice());
        let mut codes: Vec<KioskCode<'_>> = Vec::new();
        for row in rows.unwrap_or_default() {
            let kind = TenderKind::from_code(&row.kind);
            let named = row.collected_by.as_deref();
            let Some((kind, pocket)) =
                kind.and_then(|kind| Some((kind, self.catalogue.pocket_of(kind, named)?)))
            else {
                continue;
            };
            if codes
                .iter()
                .all(|known| (known.kind, known.pocket) != (kind, pocket))
            {
                codes.push(KioskCode {
                    kind,
                    pocket,
                    code: &row.code,
                });
            }
        }
        codes
    }

    /// Of a sale that a buyer made herself: it is somebody's to answer for, and no cash was near.
    pub(crate) fn check_kiosk_sale(
        &self,
        kiosk: &KioskSale,
        tenders: &[TenderRequest],
    ) -> Result<(), Refusal> {
        if self.catalogue.staff_member(&kiosk.staff).is_none() {
            return Err(Refusal::NoSuchStaff {
                staff: kiosk.staff.clone(),
            });
        }
        for tender in tenders {
            let by_code = TenderKind::from_code(&tender.kind).filter(|kind| KIOSK_KINDS.contains(kind));
            if by_code.is_none() {
                return Err(Refusal::BadRequest("a kiosk is paid by a code".to_owned()));
            }
            if kiosk.paid == KioskPaid::Reference && !tender.reference.as_deref().is_some_and(is_reference) {
                return Err(Refusal::BadKioskReference);
            }
        }
        Ok(())
    }
}

/// 单号后六位.
fn is_reference(text: &str) -> bool {
    text.len() == REFERENCE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}
