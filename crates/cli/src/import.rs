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
        let done = match check_only {
            true => {
                let world = session.world();
                session
                    .read(&folder)?
                    .check_import(file, pictures, world.as_ref(), work)
            }
            false => session
                .open_till(folder)?
                .import_watched(file, false, pictures, work),
        };
        match done {
            Ok(report) => Ok(Ok(report)),
            Err(Refusal::Import { faults }) => Ok(Err(faults)),
            Err(refusal) => Err(refusal.into()),
        }
    })
}
