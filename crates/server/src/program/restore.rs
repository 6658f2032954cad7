//! `jishi-server restore`: a backup in the place of the database, and who is waited for then.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_server::{ComingBack, Instruments, go_on, restore, waits};
use jishi_terminal::{Speech, Tongue, arguments};
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Serialize)]
struct Answer<'a> {
    /// The database as it was before, where a backup was put in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<&'a str>,
    /// Since when; none where nothing is missing.
    since: Option<&'a str>,
    waits_for: &'a [String],
}

impl<'a> Answer<'a> {
    fn of(kept: Option<&'a str>, coming_back: Option<&'a ComingBack>) -> Answer<'a> {
        Answer {
            kept,
            since: coming_back.map(|coming_back| coming_back.since.as_str()),
            waits_for: coming_back.map_or(&[], |coming_back| &coming_back.waits_for),
        }
    }
}

pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let folder = arguments::data_folder(of, speech.tongue)?;
    if let Some(backup) = of.get_one::<PathBuf>("file") {
        let restored = restore(&folder, backup, instruments)?;
        let kept = restored.kept.as_ref().map(|kept| kept.display().to_string());
        let answer = Answer::of(kept.as_deref(), restored.coming_back.as_ref());
        return Ok(speech.answer(&answer, |tongue| came_back(&answer, tongue))?);
    }
    if of.get_flag("go-on") {
        let by = of.get_one::<String>("by").map_or("", String::as_str);
        let left = go_on(&folder, by)?;
        let answer = Answer::of(None, left.as_ref());
        return Ok(speech.answer(&answer, |tongue| goes_on(&answer, tongue))?);
    }
    let waits = waits(&folder)?;
    let answer = Answer::of(None, waits.as_ref());
    Ok(speech.answer(&answer, |tongue| standing(&answer, tongue))?)
}

#[in_both_scripts(tongue)]
fn came_back(answer: &Answer<'_>, tongue: Tongue) -> String {
    let kept = answer.kept.unwrap_or_default();
    let first = match answer.kept {
        Some(_) => tongue.say(
            format!("恢复好了，原来的数据文件留在 {kept}。"),
            format!("Restored; the data file as it was is kept at {kept}. "),
        ),
        None => tongue.say("恢复好了。".to_owned(), "Restored. ".to_owned()),
    };
    format!("{first}{}", standing(answer, tongue))
}

#[in_both_scripts(tongue)]
fn goes_on(answer: &Answer<'_>, tongue: Tongue) -> String {
    let left = answer.waits_for.join(tongue.say("、", ", "));
    match answer.since {
        None => standing(answer, tongue),
        Some(_) => tongue.say(
            format!("不等了：{left}。主机照常下发；他们以后送来的照样收。"),
            format!("Not waited for any more: {left}. The server goes on; what they bring later is taken all the same."),
        ),
    }
}

#[in_both_scripts(tongue)]
fn standing(answer: &Answer<'_>, tongue: Tongue) -> String {
    let left = answer.waits_for.join(tongue.say("、", ", "));
    match answer.since {
        None => tongue.say(
            "没有要找回的记录。".to_owned(),
            "Nothing is missing.".to_owned(),
        ),
        Some(_) => tongue.say(
            format!("备份以后的记录要由这些节点送回，还等：{left}。运行主机（jishi-server serve），它们连上就送。"),
            format!("What was written since the backup comes back from these nodes, waited for: {left}. Run the server (jishi-server serve): they bring it when they reach it."),
        ),
    }
}
