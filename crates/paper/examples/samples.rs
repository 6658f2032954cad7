//! Writes every sample as PDF, PNG and printer's bytes into a folder, to be looked at:
//! `cargo run -p jishi-paper --example samples -- FOLDER`.

#[path = "../tests/support/mod.rs"]
mod support;

use std::error::Error;
use std::path::PathBuf;

use jishi_paper::escpos::{self, QrMode};
use jishi_paper::{pdf, picture};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    for sample in support::samples() {
        for width in support::WIDTHS {
            let document = sample.document(width);
            let file = |extension| folder.join(format!("{}.{}.{extension}", sample.name, width.paper_mm()));
            std::fs::write(file("pdf"), pdf::render(&document))?;
            std::fs::write(file("png"), picture::render(&document).to_png()?)?;
            std::fs::write(file("escpos"), escpos::render(&document, QrMode::Native))?;
        }
    }
    Ok(())
}
