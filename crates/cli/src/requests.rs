//! `sell`, `refund`, `exchange`, `void`, `redeem`, `assign`: one request a line in, one result a line out, in
//! order, each
//! shown only when it is durable.

use crate::failure::Failure;
use crate::session::Session;
use jishi_terminal::json_file;
use jishi_terminal::json_line;
use jishi_till::wire::{
    AssignRequest, ExchangeRequest, RedeemRequest, RefundRequest, SellRequest, VoidRequest,
};
use jishi_till::{Folder, Refusal, Till};
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// Four times what an entry may have.
const LINE_BYTES_MAX: usize = 1024 * 1024;

pub(crate) fn sell(session: &Session, folder: Folder, file: Option<&Path>) -> Result<(), Failure> {
    run(session, folder, file, |till, request: &SellRequest| {
        till.sell(request)
    })
}

pub(crate) fn refund(session: &Session, folder: Folder, file: Option<&Path>) -> Result<(), Failure> {
    run(session, folder, file, |till, request: &RefundRequest| {
        till.refund(request)
    })
}

pub(crate) fn exchange(session: &Session, folder: Folder, file: Option<&Path>) -> Result<(), Failure> {
    run(session, folder, file, |till, request: &ExchangeRequest| {
        till.exchange(request)
    })
}

pub(crate) fn void(session: &Session, folder: Folder, file: Option<&Path>) -> Result<(), Failure> {
    run(session, folder, file, |till, request: &VoidRequest| {
        till.void(request)
    })
}

pub(crate) fn redeem(session: &Session, folder: Folder, file: Option<&Path>) -> Result<(), Failure> {
    run(session, folder, file, |till, request: &RedeemRequest| {
        till.redeem(request)
    })
}

pub(crate) fn assign(session: &Session, folder: Folder, file: Option<&Path>) -> Result<(), Failure> {
    run(session, folder, file, |till, request: &AssignRequest| {
        till.assign(request)
    })
}

pub(crate) fn run<Q: DeserializeOwned, A: Serialize>(
    session: &Session,
    folder: Folder,
    file: Option<&Path>,
    mut take: impl FnMut(&mut Till, &Q) -> Result<A, Refusal>,
) -> Result<(), Failure> {
    let mut input: Box<dyn BufRead> = match file {
        Some(path) if path.as_os_str() != "-" => {
            let opened = File::open(path).map_err(|error| Failure::file(path, error))?;
            Box::new(BufReader::new(opened))
        }
        _ => Box::new(io::stdin().lock()),
    };
    let mut till = session.open_till(folder)?;
    let mut is_warned = false;
    let mut out = io::stdout().lock();
    let mut line = Vec::new();
    let mut any_refused = false;
    let mut is_damaged = false;
    let mut is_first = true;
    loop {
        let read = read_line(&mut input, &mut line);
        let read = read.map_err(|error| Failure::file(file.unwrap_or(Path::new("-")), error))?;
        let taken = match read {
            ReadLine::End => break,
            ReadLine::TooLong => Err(Failure::LineTooLong {
                bytes_max: LINE_BYTES_MAX,
            }),
            ReadLine::Line => match text_of(&line, is_first) {
                Ok("") => continue,
                // What would be recorded now may be gone with the restore.
                Ok(_) if is_damaged => Err(Refusal::damaged().into()),
                Ok(text) => {
                    // Before the first of them: what is recorded now counts for another day.
                    if !std::mem::replace(&mut is_warned, true) {
                        session.warn_of_forgotten_shift(&till)?;
                    }
                    take_up_what_came_down(session, &mut till);
                    json_file::parse(text, "bad_request", "")
                        .map_err(Failure::from)
                        .and_then(|request| Ok(take(&mut till, &request)?))
                }
                Err(failure) => Err(failure),
            },
        };
        is_first = false;
        match taken {
            Ok(answer) => json_line(&mut out, &answer)?,
            Err(failure) => {
                any_refused = true;
                if failure.code() == "damaged" {
                    is_damaged = true;
                    till.found_damage();
                }
                json_line(&mut out, &failure.to_json(session.speech.tongue))?;
            }
        }
        out.flush()?;
    }
    match (is_damaged, any_refused) {
        (true, _) => Err(Refusal::damaged().into()),
        (false, true) => Err(Failure::SomeRefused),
        (false, false) => Ok(()),
    }
}

enum ReadLine {
    Line,
    TooLong,
    End,
}

/// The next line without its end. One that is too long is read to its end and dropped, so that the
/// next is taken whole.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<ReadLine> {
    line.clear();
    let mut is_too_long = false;
    let mut is_any = false;
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if buffer.is_empty() {
            break;
        }
        is_any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        is_too_long |= line.len() + part.len() > LINE_BYTES_MAX;
        if !is_too_long {
            line.extend_from_slice(part);
        }
        let used = end.map_or(buffer.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (is_any, is_too_long) {
        (false, _) => ReadLine::End,
        (true, true) => ReadLine::TooLong,
        (true, false) => ReadLine::Line,
    })
}

fn text_of(line: &[u8], is_first: bool) -> Result<&str, Failure> {
    let text = std::str::from_utf8(line).map_err(|_| Failure::NotText)?;
    let text = match is_first {
        true => text.strip_prefix('\u{feff}').unwrap_or(text),
        false => text,
    };
    Ok(text.trim())
}

/// Between two requests, never in the middle of one.
#[in_both_scripts(session.speech.tongue)]
fn take_up_what_came_down(session: &Session, till: &mut Till) {
    if let Err(refusal) = till.take_up_what_came_down() {
        session.warn(&refusal, |tongue| {
            tongue.say("中心下来的还没有用上", "What came down is not in use yet")
        });
    }
}
