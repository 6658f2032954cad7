//! Where paper goes: a file beside the data while no printer is set, or a printer by its address.

use crate::refusal::Refusal;
use crate::shift_paper::{NamedPaper, PaperForm};
use crate::till::Till;
use crate::view::Language;
use jishi_paper::{Document, Width, escpos, pdf};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A printer that does not answer must not hold up the queue.
const PRINTER_WAIT: Duration = Duration::from_secs(3);

/// A printer's address: `tcp://HOST:PORT` or `file:PATH` (a device file or any other).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Printer {
    Tcp(String),
    File(PathBuf),
}

impl Printer {
    pub fn parse(address: &str) -> Result<Printer, Refusal> {
        match (address.strip_prefix("tcp://"), address.strip_prefix("file:")) {
            (Some(host), _) if host.contains(':') => Ok(Printer::Tcp(host.to_owned())),
            (_, Some(path)) if !path.is_empty() => Ok(Printer::File(PathBuf::from(path))),
            // Short enough to be shown whole.
            _ => Err(Refusal::BadRequest(
                "printer: tcp://HOST:PORT or file:PATH".to_owned(),
            )),
        }
    }

    /// As `parse` takes it.
    pub fn address(&self) -> String {
        match self {
            Printer::Tcp(host) => format!("tcp://{host}"),
            Printer::File(path) => format!("file:{}", path.display()),
        }
    }

    /// Reaches for the printer; nothing is printed yet. One that does not answer is found here.
    pub fn reach(&self) -> Result<ReadyPrinter, Refusal> {
        let failed = |error: std::io::Error| Refusal::Paper(error.to_string());
        match self {
            Printer::Tcp(host) => {
                let address = host.to_socket_addrs().map_err(failed)?.next();
                let address = address.ok_or_else(|| Refusal::Paper(format!("no such printer: {host}")))?;
                let stream = TcpStream::connect_timeout(&address, PRINTER_WAIT).map_err(failed)?;
                stream.set_write_timeout(Some(PRINTER_WAIT)).map_err(failed)?;
                Ok(ReadyPrinter::Tcp(stream))
            }
            Printer::File(path) => {
                let file = OpenOptions::new().create(true).append(true).open(path);
                Ok(ReadyPrinter::File(file.map_err(failed)?))
            }
        }
    }

    /// Sends the bytes; time out and say so plainly, never hold up a sale.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Refusal> {
        self.reach()?.send(bytes)
    }
}

/// A printer that answered, and has been sent nothing.
#[derive(Debug)]
pub enum ReadyPrinter {
    Tcp(TcpStream),
    File(File),
}

impl ReadyPrinter {
    pub fn send(self, bytes: &[u8]) -> Result<(), Refusal> {
        let sent = match self {
            ReadyPrinter::Tcp(mut stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            ReadyPrinter::File(mut file) => file.write_all(bytes),
        };
        sent.map_err(|error| Refusal::Paper(error.to_string()))
    }
}

/// Paper in a file that does not bear its name yet. It goes when it is not put.
#[derive(Debug)]
struct PaperFile {
    beside: PathBuf,
    path: PathBuf,
}

impl PaperFile {
    fn prepare(path: &Path, bytes: &[u8]) -> Result<PaperFile, Refusal> {
        let failed = |error: std::io::Error| Refusal::file(path, &error);
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let paper = PaperFile {
            beside: PathBuf::from(name),
            path: path.to_owned(),
        };
        // Not synced: the next buyer would wait for it, and it can be printed again.
        std::fs::write(&paper.beside, bytes).map_err(failed)?;
        Ok(paper)
    }

    fn put(self) -> Result<(), Refusal> {
        std::fs::rename(&self.beside, &self.path).map_err(|error| Refusal::file(&self.path, &error))
    }
}

impl Drop for PaperFile {
    fn drop(&mut self) {
        // Once it is put there is nothing of this name.
        let _ = std::fs::remove_file(&self.beside);
    }
}

/// All that may fail before there is any paper has not failed.
enum ReadyPaper {
    Printer { printer: ReadyPrinter, bytes: Vec<u8> },
    Files(Vec<PaperFile>),
}

impl ReadyPaper {
    fn let_out(self) -> Result<(), Refusal> {
        match self {
            ReadyPaper::Printer { printer, bytes } => printer.send(&bytes),
            ReadyPaper::Files(files) => files.into_iter().try_for_each(PaperFile::put),
        }
    }
}

impl Till {
    pub fn set_printer(&mut self, address: &str) -> Result<(), Refusal> {
        Printer::parse(address)?;
        self.ledger.write(|writer| writer.put_note("printer", address))?;
        Ok(())
    }

    pub fn printer(&self) -> Result<Option<Printer>, Refusal> {
        match self.ledger.note("printer")? {
            Some(address) => Printer::parse(&address).map(Some),
            None => Ok(None),
        }
    }

    /// Prints a receipt: to the printer that is set, or else as a PDF and as the bytes a printer would
    /// get, into the data folder. Answers where it went.
    pub fn print(&mut self, number: &str, language: Language, reprint: bool) -> Result<String, Refusal> {
        let (ready, destination) = match reprint {
            true => {
                let (printer, folder) = (self.printer()?, self.folder.receipts());
                self.reprint(number, Width::Mm58, language, |document| {
                    ready_paper(printer.as_ref(), &folder, number, document)
                })?
            }
            false => {
                let document = self.receipt_preview(number, Width::Mm58, language)?;
                ready_paper(
                    self.printer()?.as_ref(),
                    &self.folder.receipts(),
                    number,
                    &document,
                )?
            }
        };
        ready.let_out()?;
        Ok(destination)
    }
}

impl Till {
    /// Prints a shift's paper as `print` does a receipt. Answers where it went.
    pub fn print_shift(&self, id: Option<&str>, form: PaperForm) -> Result<String, Refusal> {
        let NamedPaper { name, document } = self.shift_paper(id, form)?;
        let (printer, folder) = (self.printer()?, self.folder.receipts());
        let (ready, destination) = ready_paper(printer.as_ref(), &folder, &name, &document)?;
        ready.let_out()?;
        Ok(destination)
    }
}

/// The paper, and where it goes.
fn ready_paper(
    printer: Option<&Printer>,
    folder: &Path,
    number: &str,
    document: &Document,
) -> Result<(ReadyPaper, String), Refusal> {
    let bytes = escpos::render(document, escpos::QrMode::Native);
    if let Some(printer) = printer {
        let ready = ReadyPaper::Printer {
            printer: printer.reach()?,
            bytes,
        };
        return Ok((ready, printer.address()));
    }
    std::fs::create_dir_all(folder).map_err(|error| Refusal::file(folder, &error))?;
    let shown = folder.join(format!("{number}.pdf"));
    let files = vec![
        PaperFile::prepare(&shown, &pdf::render(document))?,
        PaperFile::prepare(&folder.join(format!("{number}.escpos")), &bytes)?,
    ];
    Ok((ReadyPaper::Files(files), shown.display().to_string()))
}
