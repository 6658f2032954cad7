//! Where paper goes: a file beside the data while no printer is set, or a printer by its address.

use crate::refusal::Refusal;
use crate::till::Till;
use crate::view::Language;
use jishi_paper::{Width, escpos, pdf};
use std::io::Write as _;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::PathBuf;
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
            _ => Err(Refusal::BadRequest(format!(
                "printer {address}: tcp://HOST:PORT or file:PATH"
            ))),
        }
    }

    /// Sends the bytes; time out and say so plainly, never hold up a sale.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Refusal> {
        let failed = |error: std::io::Error| Refusal::Paper(error.to_string());
        match self {
            Printer::Tcp(host) => {
                let address = host.to_socket_addrs().map_err(failed)?.next();
                let address = address.ok_or_else(|| Refusal::Paper(format!("no such printer: {host}")))?;
                let mut stream = TcpStream::connect_timeout(&address, PRINTER_WAIT).map_err(failed)?;
                stream.set_write_timeout(Some(PRINTER_WAIT)).map_err(failed)?;
                stream
                    .write_all(bytes)
                    .and_then(|()| stream.flush())
                    .map_err(failed)
            }
            Printer::File(path) => {
                let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
                file.and_then(|mut file| file.write_all(bytes)).map_err(failed)
            }
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
        let document = self.receipt(number, Width::Mm58, language, reprint)?;
        let bytes = escpos::render(&document, escpos::QrMode::Native);
        if let Some(printer) = self.printer()? {
            printer.send(&bytes)?;
            return Ok(self.ledger.note("printer")?.unwrap_or_default());
        }
        let folder = self.folder.receipts();
        std::fs::create_dir_all(&folder).map_err(|error| Refusal::file(&folder, &error))?;
        for (ending, content) in [("pdf", pdf::render(&document)), ("escpos", bytes)] {
            let path = folder.join(format!("{number}.{ending}"));
            std::fs::write(&path, content).map_err(|error| Refusal::file(&path, &error))?;
        }
        Ok(folder.join(format!("{number}.pdf")).display().to_string())
    }
}
