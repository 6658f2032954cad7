//! `jishi-server rekey`: another key in the place of the old one.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_server::{Instruments, Rekeyed, rekey};
use jishi_terminal::{Speech, Tongue, arguments};
use jishi_traditional::in_both_scripts;
use serde_json::json;

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let folder = arguments::data_folder(of, speech.tongue)?;
    let rekeyed = rekey(&folder, instruments)?;
    let answer = json!({ "public_key": rekeyed.public_key, "instead_of": rekeyed.instead_of });
    Ok(speech.answer(&answer, |tongue| said(&rekeyed, tongue))?)
}

#[in_both_scripts(tongue)]
fn said(rekeyed: &Rekeyed, tongue: Tongue) -> String {
    tongue.say(
        format!(
            "换好了，新的公钥是 {}。旧钥匙从此作废，没用过的接入码也作废了；收银台和上级主机连上来就跟着换，不用新的接入码。请启动主机（jishi-server serve）。",
            rekeyed.public_key
        ),
        format!(
            "Changed; the public key is {} now. The old key is worth nothing any more, and one-time codes that were not used are out of date; tills and the server above follow by themselves when they reach it. Start the server (jishi-server serve).",
            rekeyed.public_key
        ),
    )
}
