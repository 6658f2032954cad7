//! The staff as they are kept: PINs at an import, and a new one by hand.

use crate::import::entropy;
use crate::refusal::Refusal;
use crate::till::Till;
use jishi_catalogue::{Pin, hash_of_pin};
use jishi_journal::body::{Body, StaffPut};
use serde::Serialize;

/// A member of staff as a list shows her: whether there is a PIN, never which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaffRecord {
    pub code: String,
    pub name: String,
    pub role: String,
    pub pin: bool,
}

impl Till {
    /// A member of staff gets this PIN, as a new revision. The same PIN again changes nothing.
    pub fn set_pin(&mut self, code: &str, pin: &str) -> Result<StaffRecord, Refusal> {
        let pin = Pin::parse(pin).ok_or(Refusal::BadPin)?;
        let known = self.catalogue.staff_member(code);
        let known = known.cloned().ok_or_else(|| Refusal::NoSuchStaff {
            staff: code.to_owned(),
        })?;
        let hash = hash_of_pin(&entropy(self.world.0.as_ref()), Some(&known), Some(&pin))?;
        let mut put = StaffPut {
            pin: hash,
            ..known.clone()
        };
        if put != known {
            put.revision = known.revision.saturating_add(1);
            self.commit(&[Body::StaffPut(put.clone())])?;
            self.read_again()?;
        }
        Ok(StaffRecord::of(&put))
    }
}

impl StaffRecord {
    pub fn of(put: &StaffPut) -> StaffRecord {
        StaffRecord {
            code: put.code.clone(),
            name: put.name.clone(),
            role: put.role.clone(),
            pin: put.pin.is_some(),
        }
    }
}
