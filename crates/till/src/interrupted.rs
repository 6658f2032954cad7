//! What a power cut leaves behind: a receipt of which nobody knows whether it was printed, and a sale that stood on
//! the screen and was not paid yet.
//!
//! Both are told by a small file beside the database. `last_receipt` names the receipt that is dealt with: its paper
//! is out, or whoever stood there went on without it. It is written after the paper, never before, and not synced:
//! a power cut may take it back, and then a paper is offered that was printed, which does no harm. Written first it
//! would hide one that never was. A sale does not wait for it.
//!
//! `standing.json` is the sale on the screen as it was a second ago. It bears the id that the sale is recorded
//! under, so what was recorded after all is never offered a second time.

use crate::refusal::Refusal;
use crate::request::good_id;
use crate::till::Till;
use chrono::SecondsFormat;
use jishi_ledger::held::HeldSale;
use jishi_ledger::receipts::ReceiptRow;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// More than any sale on a screen comes to.
const STANDING_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A sale that stands on the screen.
#[derive(Debug, Serialize, Deserialize)]
struct Standing {
    id: String,
    at: String,
    cashier: String,
    remark: String,
    /// The window's own text.
    draft: String,
}

impl Till {
    /// The last receipt of the open shift, unless it is known to be dealt with.
    pub(crate) fn open_receipt(&self) -> Result<Option<ReceiptRow>, Refusal> {
        if self.running == 0 || self.shift.is_none() {
            return Ok(None);
        }
        let last = self.last_number();
        let dealt_with = std::fs::read_to_string(self.folder.last_receipt_file());
        if dealt_with.is_ok_and(|number| number == last) {
            return Ok(None);
        }
        let rows = self.ledger.receipts(self.record.till_no, None, 1)?;
        // A chain that was begun anew knows nothing of the papers before it, and a shift that was closed had its
        // own paper since.
        let since = self.shift.as_ref().map_or(i64::MAX, |shift| shift.place);
        Ok(rows
            .into_iter()
            .find(|row| row.number == last && row.place > since))
    }

    /// The paper of this receipt is out, or is not wanted. Of one before the last nothing is asked any more.
    pub(crate) fn deal_with_receipt(&self, number: &str) {
        if number != self.last_number() {
            return;
        }
        let path = self.folder.last_receipt_file();
        if let Err(error) = std::fs::write(&path, number) {
            // Then it is offered once more.
            tracing::warn!("{}: {error}", path.display());
        }
    }

    /// Keeps the sale on the screen; `draft` is the window's own text.
    pub(crate) fn keep_standing(&self, id: &str, remark: &str, draft: String) -> Result<(), Refusal> {
        good_id(id)?;
        let of_shift = || self.shift.as_ref().map(|shift| shift.staff.clone());
        let standing = Standing {
            id: id.to_owned(),
            at: self.now().to_rfc3339_opts(SecondsFormat::Secs, false),
            cashier: self.signed_in.clone().or_else(of_shift).unwrap_or_default(),
            remark: remark.to_owned(),
            draft,
        };
        let text = serde_json::to_vec(&standing).map_err(|error| Refusal::BadRequest(error.to_string()))?;
        let path = self.folder.standing_file();
        put_whole(&path, &text).map_err(|error| Refusal::file(&path, &error))
    }

    /// Nothing stands on the screen any more.
    pub(crate) fn forget_standing(&self) -> Result<(), Refusal> {
        let path = self.folder.standing_file();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(Refusal::file(&path, &error)),
            _ => Ok(()),
        }
    }

    /// What stood on the screen when the program ended is put aside, where it stays whatever is scanned next; answers
    /// its id. None where there was nothing, or where it is in the books.
    pub(crate) fn put_standing_aside(&mut self, remark: &str) -> Result<Option<String>, Refusal> {
        let Some(standing) = self.standing() else {
            return Ok(None);
        };
        let before = self.ledger.held_sale(&standing.id)?;
        // Put aside by hand after that: it lies there as it was last.
        let is_older = before.as_ref().is_some_and(|held| held.held_at > standing.at);
        if self.is_recorded(&standing.id)? || is_older {
            self.forget_standing()?;
            return Ok(None);
        }
        let said = before.map(|held| held.remark).unwrap_or_default();
        let held = HeldSale {
            id: standing.id.clone(),
            held_at: standing.at,
            cashier: standing.cashier,
            remark: [standing.remark, said, remark.to_owned()]
                .into_iter()
                .find(|remark| !remark.is_empty())
                .unwrap_or_default(),
            draft: standing.draft,
        };
        self.ledger.write(|writer| writer.put_held_sale(&held))?;
        self.forget_standing()?;
        Ok(Some(standing.id))
    }

    /// What cannot be read was not written whole: a power cut came while it was.
    fn standing(&self) -> Option<Standing> {
        let path = self.folder.standing_file();
        let is_small = std::fs::metadata(&path).is_ok_and(|file| file.len() <= STANDING_BYTES_MAX);
        let text = is_small.then(|| std::fs::read(&path).ok())??;
        let standing: Standing = serde_json::from_slice(&text).ok()?;
        good_id(&standing.id).ok().map(|()| standing)
    }

    /// As the last receipt was numbered.
    fn last_number(&self) -> String {
        format!("{}-{:06}", self.prefix(), self.running)
    }
}

/// Either what was there before or all of it, and on the disk.
fn put_whole(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("part");
    let mut file = File::create(&beside)?;
    file.write_all(text)?;
    file.sync_data()?;
    std::fs::rename(&beside, path)
}
