//! `jishi label`: a lot's labels. It only reads, beside the window.

use crate::failure::Failure;
use crate::receipt::{Paper, make_ready};
use crate::session::Session;
use jishi_till::Folder;
use jishi_traditional::in_both_scripts;

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn run(
    session: &Session,
    folder: &Folder,
    lot: &str,
    count: u16,
    paper: &Paper,
) -> Result<(), Failure> {
    let printer = paper.printer()?;
    let reading = session.read(folder)?;
    let form = paper.look(session, &reading, false);
    let named = reading.label(lot, count, form)?;
    let ready = make_ready(printer.as_ref(), paper, &named.document)?;
    ready.let_out(session, &named.name, |tongue, written| {
        tongue.say(
            format!("批次 {lot} 的标签 {count} 张 → {written}"),
            format!("{count} labels of lot {lot} → {written}"),
        )
    })
}
