//! `jishi kiosk`: whether a till is left to the buyers, and for support, leaving it and taking it back.

use crate::failure::Failure;
use crate::session::Session;
use jishi_terminal::Tongue;
use jishi_till::{Folder, Kiosk};
use jishi_traditional::in_both_scripts;
use serde_json::json;

pub(crate) fn show(session: &Session, folder: &Folder) -> Result<(), Failure> {
    answer(session, session.read(folder)?.kiosk().as_ref())
}

pub(crate) fn start(session: &Session, folder: Folder, staff: &str) -> Result<(), Failure> {
    let mut till = session.open_till(folder)?;
    till.enter_kiosk(staff)?;
    answer(session, till.kiosk().as_ref())
}

/// Nobody's PIN is asked: who has the data folder has the till.
pub(crate) fn end(session: &Session, folder: Folder) -> Result<(), Failure> {
    let mut till = session.open_till(folder)?;
    till.end_kiosk()?;
    answer(session, till.kiosk().as_ref())
}

#[in_both_scripts(session.speech.tongue)]
fn answer(session: &Session, kiosk: Option<&Kiosk>) -> Result<(), Failure> {
    let said = |tongue: Tongue| match kiosk {
        Some(kiosk) => tongue.say(
            format!("正在自助收款，由 {} 开的。", kiosk.staff),
            format!("Left to the buyers by {}.", kiosk.staff),
        ),
        None => tongue.say(
            "没有在自助收款。".to_owned(),
            "Not left to the buyers.".to_owned(),
        ),
    };
    let staff = kiosk.map(|kiosk| kiosk.staff.as_str());
    session.answer(&json!({"kiosk": kiosk.is_some(), "staff": staff}), said)
}
