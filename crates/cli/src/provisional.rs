//! `jishi provisional`: goods and households that are not in the catalogue, put in, listed and confirmed.

use crate::failure::Failure;
use crate::requests;
use crate::session::Session;
use jishi_till::Folder;
use jishi_till::wire::ProvisionalRequest;
use jishi_traditional::in_both_scripts;
use serde_json::json;
use std::path::Path;

/// One a line, as sales are.
pub(crate) fn add(session: &Session, folder: Folder, file: Option<&Path>) -> Result<(), Failure> {
    requests::run(session, folder, file, |till, request: &ProvisionalRequest| {
        till.enter_provisional(request)
    })
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn confirm(
    session: &Session,
    folder: Folder,
    code: &str,
    same_as: Option<&str>,
) -> Result<(), Failure> {
    session.open_till(folder)?.confirm_provisional(code, same_as)?;
    session.answer(
        &json!({ "confirmed": code, "same_as": same_as }),
        |tongue| match same_as {
            None => tongue.say(format!("确认了：{code}"), format!("Confirmed: {code}")),
            Some(same) => tongue.say(
                format!("确认了：{code} 就是 {same}，卖掉的可以归到 {same} 的批次"),
                format!("Confirmed: {code} is {same}; what was sold of it can be given lots of {same}"),
            ),
        },
    )
}
