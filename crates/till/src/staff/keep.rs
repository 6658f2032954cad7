//! The staff as they are kept: PINs at an import, and a new one by hand.

use super::pin::Pin;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::world::{World, random};
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
        let hash = hash_of_pin(self.world.0.as_ref(), Some(&known), Some(&pin))?;
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

/// The hash that a PIN comes to: the one known where it is of the same PIN, so that the same file again changes
/// nothing. A row without a PIN takes none away.
pub(crate) fn hash_of_pin(
    world: &dyn World,
    known: Option<&StaffPut>,
    pin: Option<&Pin>,
) -> Result<Option<String>, Refusal> {
    let before = known.and_then(|put| put.pin.as_deref());
    match pin {
        Some(pin) if !pin.fits(before) => match pin.hash(&random::<16>(world)) {
            Some(hash) => Ok(Some(hash)),
            None => Err(Refusal::BadPin),
        },
        _ => Ok(before.map(str::to_owned)),
    }
}
