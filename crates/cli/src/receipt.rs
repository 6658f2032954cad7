//! `jishi receipt`: a reprint, recorded as one before it is written.

use crate::failure::Failure;
use crate::files;
use crate::session::{Session, stdout};
use jishi_paper::{Document, Width, escpos, pdf, picture, text};
use jishi_till::{Folder, Printer};
use serde_json::json;
use std::io::Write as _;
use std::path::PathBuf;

/// Where the paper goes.
pub(crate) enum Form {
    Pdf(PathBuf),
    Escpos(PathBuf),
    Png(PathBuf),
    Text,
    Printer(String),
}

pub(crate) fn run(
    session: &Session,
    folder: Folder,
    number: &str,
    width: Width,
    form: &Form,
) -> Result<(), Failure> {
    // A printer that is none is refused before anything is recorded.
    let printer = match form {
        Form::Printer(address) => Some(Printer::parse(address)?),
        _ => None,
    };
    let mut till = session.open_till(folder)?;
    // The buyer's paper is in the till's language, not in that of the shell; `--lang` decides.
    let language = match session.language_asked {
        true => session.tongue.0,
        false => till.language(),
    };
    let document = till.receipt(number, width, language, true)?;
    let written = match form {
        Form::Pdf(path) => {
            files::write_whole(path, &pdf::render(&document))?;
            path.display().to_string()
        }
        Form::Escpos(path) => {
            files::write_whole(path, &bytes_of(&document))?;
            path.display().to_string()
        }
        Form::Png(path) => {
            let png = picture::render(&document).to_png();
            files::write_whole(path, &png.map_err(|error| Failure::file(path, error))?)?;
            path.display().to_string()
        }
        Form::Printer(address) => {
            if let Some(printer) = printer {
                printer.send(&bytes_of(&document))?;
            }
            address.clone()
        }
        Form::Text => {
            let paper = text::render(&document);
            if !session.json {
                let mut out = stdout();
                out.write_all(paper.as_bytes())?;
                return Ok(out.flush()?);
            }
            return session.answer(&json!({ "number": number, "text": paper }), |_| String::new());
        }
    };
    session.answer(&json!({ "number": number, "written": written }), |tongue| {
        tongue.say(
            format!("补打好了：{number} → {written}"),
            format!("Printed again: {number} → {written}"),
        )
    })
}

fn bytes_of(document: &Document) -> Vec<u8> {
    escpos::render(document, escpos::QrMode::Native)
}
