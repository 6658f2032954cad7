//! `jishi receipt`: a reprint. It is made ready, recorded, and only then let out.

use crate::failure::Failure;
use crate::language::language;
use crate::session::Session;
use jishi_paper::{Document, Width, escpos, pdf, picture, text};
use jishi_terminal::{ReadyFile, Tongue, stdout};
use jishi_till::{Folder, PaperForm, Printer, Reading, ReadyPrinter};
use jishi_traditional::in_both_scripts;
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

/// What is printed, and how.
pub(crate) struct Paper {
    pub(crate) width: Width,
    pub(crate) form: Form,
    /// Whether a file may take the place of one that is there.
    pub(crate) overwrite: bool,
}

impl Paper {
    /// How it is to look: in the language that was asked for, else the till's own.
    pub(crate) fn look(&self, session: &Session, reading: &Reading, is_reprint: bool) -> PaperForm {
        PaperForm {
            width: self.width,
            language: match session.language_asked {
                true => language(session.speech.tongue),
                false => reading.language(),
            },
            is_reprint,
            is_blind: false,
        }
    }

    pub(crate) fn printer(&self) -> Result<Option<Printer>, Failure> {
        Ok(match &self.form {
            Form::Printer(address) => Some(Printer::parse(address)?),
            _ => None,
        })
    }
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn run(session: &Session, folder: Folder, number: &str, paper: &Paper) -> Result<(), Failure> {
    // A printer that is none is refused before anything is recorded.
    let printer = paper.printer()?;
    let mut till = session.open_till(folder)?;
    // The buyer's paper is in the till's language, not in that of the shell; `--lang` decides.
    let language = match session.language_asked {
        true => language(session.speech.tongue),
        false => till.language(),
    };
    let ready = till.reprint(number, paper.width, language, |document| {
        make_ready(printer.as_ref(), paper, document)
    })?;
    ready.let_out(session, number, |tongue, written| {
        tongue.say(
            format!("补打好了：{number} → {written}"),
            format!("Printed again: {number} → {written}"),
        )
    })
}

/// Paper that only has to be let out.
pub(crate) enum Ready {
    File(ReadyFile, PathBuf),
    Printer(ReadyPrinter, Vec<u8>, String),
    Text(String),
}

impl Ready {
    /// `number` names the paper, `said` what is said when it went somewhere.
    pub(crate) fn let_out(
        self,
        session: &Session,
        number: &str,
        said: impl FnOnce(Tongue, &str) -> String,
    ) -> Result<(), Failure> {
        let written = match self {
            Ready::File(file, path) => {
                file.put()?;
                path.display().to_string()
            }
            Ready::Printer(printer, bytes, address) => {
                printer.send(&bytes)?;
                address
            }
            Ready::Text(paper) => {
                if !session.speech.json {
                    let mut out = stdout();
                    out.write_all(paper.as_bytes())?;
                    return Ok(out.flush()?);
                }
                return session.answer(&json!({ "number": number, "text": paper }), |_| String::new());
            }
        };
        session.answer(&json!({ "number": number, "written": written }), |tongue| {
            said(tongue, &written)
        })
    }
}

pub(crate) fn make_ready(
    printer: Option<&Printer>,
    paper: &Paper,
    document: &Document,
) -> Result<Ready, Failure> {
    let (path, bytes) = match (&paper.form, printer) {
        (Form::Pdf(path), _) => (path, pdf::render(document)),
        (Form::Escpos(path), _) => (path, bytes_of(document)),
        (Form::Png(path), _) => {
            let png = picture::render(document).to_png();
            (path, png.map_err(|error| Failure::file(path, error))?)
        }
        (Form::Printer(address), Some(printer)) => {
            let reached = printer.reach()?;
            return Ok(Ready::Printer(reached, bytes_of(document), address.clone()));
        }
        (Form::Text | Form::Printer(_), _) => return Ok(Ready::Text(text::render(document))),
    };
    Ok(Ready::File(
        ReadyFile::write(path, &bytes, paper.overwrite)?,
        path.clone(),
    ))
}

fn bytes_of(document: &Document) -> Vec<u8> {
    escpos::render(document, escpos::QrMode::Native)
}
