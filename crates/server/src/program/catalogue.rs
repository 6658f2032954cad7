//! `jishi-server import`.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_catalogue::ImportError;
use jishi_server::{CatalogueError, CatalogueRequest, Instruments, import_catalogue};
use jishi_terminal::import::{self, Asked};
use jishi_terminal::{Speech, arguments};
use std::path::PathBuf;

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let folder = arguments::data_folder(of, speech.tongue)?;
    let outlet = of.get_one::<String>("outlet");
    let files: Vec<PathBuf> = of.get_many("file").into_iter().flatten().cloned().collect();
    import::run(speech, &files, of.get_flag("check"), |asked| {
        let Asked {
            file,
            check_only,
            pictures,
            work,
        } = asked;
        let request = CatalogueRequest {
            file,
            outlet: outlet.map(String::as_str),
            check_only,
            pictures,
            work,
        };
        match import_catalogue(&folder, request, instruments) {
            Ok(report) => Ok(Ok(report)),
            Err(CatalogueError::Import(ImportError::Rows(faults))) => Ok(Err(faults)),
            Err(error) => Err(error.into()),
        }
    })
}
