//! `jishi import`: into a till.

use crate::failure::Failure;
use crate::session::Session;
use jishi_terminal::import::{self, Asked};
use jishi_till::{Folder, Refusal};
use std::path::PathBuf;

pub(crate) fn run(
    session: &Session,
    folder: Folder,
    paths: &[PathBuf],
    check_only: bool,
) -> Result<(), Failure> {
    import::run(&session.speech, paths, check_only, |asked| {
        let Asked {
            file,
            check_only,
            pictures,
            work,
        } = asked;
        let mut till = session.open_till(folder)?;
        match till.import_watched(file, check_only, pictures, work) {
            Ok(report) => Ok(Ok(report)),
            Err(Refusal::Import { faults }) => Ok(Err(faults)),
            Err(refusal) => Err(refusal.into()),
        }
    })
}
