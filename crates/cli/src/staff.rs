//! `jishi staff`: who works at this till, and a PIN by hand.

use crate::failure::Failure;
use crate::session::Session;
use jishi_terminal::report::{Column, Kind, column, list as listed};
use jishi_till::{Folder, Refusal, StaffRecord};
use jishi_traditional::in_both_scripts;
use std::io::{BufRead as _, IsTerminal as _, Read as _};

/// More than any PIN with its line's end: what is longer is none.
const PIN_BYTES_MAX: u64 = 64;

pub(crate) fn list(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let reading = session.read(folder)?;
    let staff = reading.ledger().staff().map_err(Refusal::from)?;
    let records: Vec<StaffRecord> = staff.iter().map(StaffRecord::of).collect();
    Ok(listed(&session.speech, &records, &COLUMNS)?)
}

/// The PIN comes from stdin: an argument stays in the shell's history and in the list of processes.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn pin(session: &Session, folder: Folder, code: &str) -> Result<(), Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!(
            "{}",
            session.speech.tongue.say(
                "输入密码（4 到 8 位数字），按回车：",
                "Type the PIN (4 to 8 digits), then Enter:"
            )
        );
    }
    let mut line = String::new();
    let read = stdin.lock().take(PIN_BYTES_MAX).read_line(&mut line);
    // What is no text is no PIN.
    let typed = match read {
        Ok(_) => line.trim_end_matches(['\r', '\n']),
        Err(_) => "",
    };
    let record = session.open_till(folder)?.set_pin(code, typed)?;
    session.answer(&record, |tongue| {
        tongue.say(
            format!("{}（{}）的密码设好了。", record.name, record.code),
            format!("The PIN of {} ({}) is set.", record.name, record.code),
        )
    })
}

const COLUMNS: [Column; 4] = [
    column!("code", "工号", "Code", Kind::Text),
    column!("name", "姓名", "Name", Kind::Text),
    column!("role", "岗位", "Role", Kind::Text),
    column!("pin", "有密码", "Has a PIN", Kind::YesNo),
];
