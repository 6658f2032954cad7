//! What is done to a till's data as a whole, while the till is open: a file read to be imported, the check of
//! everything, and the replay.

use crate::folder::Folder;
use crate::guard::GuardFault;
use crate::reading::Reading;
use crate::refusal::Refusal;
use crate::till::Till;
use crate::view::VerifyReport;
use crate::wire::ImportFile;
use jishi_catalogue::{ImportFault, JsonFault};
use jishi_ledger::{OpenError, Step, Work};
use serde_path_to_error::Segment;
use std::path::Path;

/// As much as the command takes.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A catalogue as its file has it. A row that cannot be read is named.
pub(crate) fn read_import(path: &Path) -> Result<ImportFile, Refusal> {
    let not_a_catalogue = || Refusal::NotACatalogue {
        path: path.display().to_string(),
    };
    let known = std::fs::metadata(path).map_err(|error| Refusal::file(path, &error))?;
    if !known.is_file() || known.len() > BYTES_MAX {
        return Err(not_a_catalogue());
    }
    let bytes = std::fs::read(path).map_err(|error| Refusal::file(path, &error))?;
    let unreadable = |fault: JsonFault| Refusal::BadJson {
        path: path.display().to_string(),
        fault,
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(JsonFault::NOT_TEXT))?;
    // White space stays: lines are counted from the beginning.
    let text = text.trim_start_matches('\u{feff}');
    // A list would be taken for an object's values in their order.
    match text.trim_start().chars().next() {
        Some('{') => {}
        Some('[') => return Err(unreadable(JsonFault::NOT_AN_OBJECT)),
        _ => return Err(not_a_catalogue()),
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let read: Result<ImportFile, _> = serde_path_to_error::deserialize(&mut reader);
    let file = read.map_err(|error| {
        let fault = JsonFault::read(&error.inner().to_string());
        let mut place = error.path().iter();
        let list = match place.next() {
            Some(Segment::Map { key }) if error.inner().is_data() => key.clone(),
            _ => return unreadable(fault),
        };
        let row = match place.next() {
            // The list itself is wrong, or is none.
            None => return unreadable(fault),
            Some(Segment::Seq { index }) => u32::try_from(index + 1).unwrap_or(u32::MAX),
            Some(_) => 1,
        };
        let column = place.next().map(ToString::to_string).unwrap_or_default();
        Refusal::Import {
            faults: vec![ImportFault {
                list,
                row,
                name: column,
                code: "bad_row".to_owned(),
                written: Some(Box::new(fault)),
            }],
        }
    })?;
    // Nothing may follow but white space.
    reader
        .end()
        .map_err(|error| unreadable(JsonFault::read(&error.to_string())))?;
    Ok(file)
}

/// Checks everything beside the sales. The replay runs in the system's temporary folder, which is cleared again.
pub(crate) fn verify(folder: &Folder, machine: &str, work: &mut Work<'_>) -> Result<VerifyReport, Refusal> {
    let reading = Reading::open(folder)?;
    let temporary = std::env::temp_dir();
    let scratch = tempfile::tempdir().map_err(|error| Refusal::file(&temporary, &error))?;
    let ledger = reading.ledger();
    let verdict = ledger
        .verify_watched(scratch.path(), work)
        .map_err(|error| match error {
            OpenError::Store(error) => Refusal::Store(error),
            error => Refusal::Open(error),
        })?;
    let figures = ledger.bad_figures(work)?;
    let guard = reading.guard_fault(machine)?;
    let is_cut_off = matches!(guard, Some(GuardFault::RolledBack { .. }));
    let bad_chain = verdict
        .chains
        .iter()
        .find_map(|chain| chain.bad.map(|bad| bad.seq));
    let bad_entry = bad_chain.or_else(|| figures.values().map(|bad| bad.seq).min());
    Ok(VerifyReport {
        is_sound: verdict.is_good() && figures.is_empty() && !is_cut_off,
        entries: verdict.chains.iter().map(|chain| chain.entries).sum(),
        file_is_sound: verdict.file_is_sound,
        bad_entry,
        projections_agree: verdict
            .projections_agree
            .map(|agree| agree && verdict.sums_add_up != Some(false)),
        damaged_names: verdict.names.damaged,
        is_cut_off,
    })
}

impl Till {
    /// Throws the projections away and replays the journal. Stopped, it has changed nothing.
    pub fn rebuild(&mut self, work: &mut Work<'_>) -> Result<u64, Refusal> {
        let total = self.ledger.entry_count()?;
        work.must_be_at(Step::Replay, 0, total)?;
        let replayed = self.ledger.rebuild(|done| work.at(Step::Replay, done, total))?;
        let entries = replayed.ok_or(Refusal::Cancelled)?;
        self.read_again()?;
        self.shift = self.ledger.open_shift(self.record.till_no)?;
        self.running = self.ledger.last_receipt(&self.prefix())?;
        Ok(entries)
    }
}
