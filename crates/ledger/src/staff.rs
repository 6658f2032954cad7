//! Who stands at a till.

use crate::store::{Ledger, StoreError};
use rusqlite::OptionalExtension as _;

/// The last that was recorded of anybody's coming or going.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastSign {
    pub staff: String,
    /// Whether that was a coming.
    pub signed_in: bool,
    /// The role she came in, or why she left.
    pub said: String,
}

impl Ledger {
    /// None where nobody ever signed in at this till.
    pub fn last_sign(&self, till_no: i64) -> Result<Option<LastSign>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT staff, signed_in, said FROM staff_signs WHERE till_no = ? ORDER BY entry DESC LIMIT 1",
        )?;
        let found = statement.query_row([till_no], |row| {
            Ok(LastSign {
                staff: row.get(0)?,
                signed_in: row.get(1)?,
                said: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }
}
