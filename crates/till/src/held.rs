//! 挂单 and 取单: a sale put aside before it is paid. It lies beside the chain, on disk, until it is
//! recorded under its id or thrown away: taking it back to the screen does not remove it, so that a
//! power cut then finds it again.

use crate::refusal::Refusal;
use crate::request::{good_id, short_text};
use crate::till::Till;
use chrono::SecondsFormat;
use jishi_ledger::held::HeldSale;

/// Above this somebody has forgotten them, and the list is of no use.
const HELD_MAX: usize = 100;
/// A remark is read on a key.
const REMARK_CHARACTERS_MAX: usize = 40;

impl Till {
    /// What is put aside, in the order in which it was: also a sale that was taken back to the screen
    /// and is not recorded yet.
    pub fn held_sales(&self) -> Result<Vec<HeldSale>, Refusal> {
        Ok(self.ledger.held_sales()?)
    }

    /// Puts a sale aside, or the same one once more as it stands now. `draft` is the window's own text.
    pub(crate) fn hold(&mut self, id: &str, remark: &str, draft: String) -> Result<(), Refusal> {
        let held = self.sale_to_hold(id, remark, draft)?;
        self.ledger.write(|writer| writer.put_held_sale(&held))?;
        Ok(())
    }

    /// A sale that was put aside. It stays there until it is recorded or thrown away.
    pub(crate) fn held_sale(&self, id: &str) -> Result<HeldSale, Refusal> {
        self.ledger.held_sale(id)?.ok_or(Refusal::NoSuchHeldSale)
    }

    /// Throws a held sale away.
    pub(crate) fn drop_held(&mut self, id: &str) -> Result<(), Refusal> {
        let removed = self.ledger.write(|writer| writer.remove_held_sale(id))?;
        match removed {
            true => Ok(()),
            false => Err(Refusal::NoSuchHeldSale),
        }
    }

    fn sale_to_hold(&self, id: &str, remark: &str, draft: String) -> Result<HeldSale, Refusal> {
        good_id(id)?;
        let remark = short_text(remark, REMARK_CHARACTERS_MAX).ok_or(Refusal::BadRemark)?;
        // What is recorded is in the books: put aside as well, it could be sold twice.
        if self.ledger.request(self.record.till_no, id)?.is_some() {
            return Err(Refusal::IdReused);
        }
        let held = self.ledger.held_sales()?;
        if held.len() >= HELD_MAX && held.iter().all(|other| other.id != id) {
            return Err(Refusal::HeldFull);
        }
        let of_shift = || self.shift.as_ref().map(|shift| shift.staff.clone());
        let cashier = self.signed_in.clone().or_else(of_shift);
        Ok(HeldSale {
            id: id.to_owned(),
            held_at: self.now().to_rfc3339_opts(SecondsFormat::Secs, false),
            cashier: cashier.unwrap_or_default(),
            remark: remark.to_owned(),
            draft,
        })
    }
}
