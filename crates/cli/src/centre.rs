//! `jishi enrol`, `jishi sync` and `jishi rekey`: the way up to a centre, and down from it.

use crate::failure::Failure;
use crate::session::Session;
use jishi_sync::PullOutcome;
use jishi_terminal::progress::Interrupt;
use jishi_till::Folder;
use jishi_traditional::in_both_scripts;
use serde_json::json;
use std::time::Duration;

/// Between two rounds of `--watch`.
const ROUND: Duration = Duration::from_secs(5);
/// How often Ctrl-C is looked for while waiting.
const TICK: Duration = Duration::from_millis(100);

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn enrol(session: &Session, folder: &Folder, code: &str) -> Result<(), Failure> {
    let centre = jishi_till::enrol(folder, code)?;
    session.answer(&centre, |tongue| {
        tongue.say(
            format!("已接入 {}（{}）。", centre.name, centre.address),
            format!("Enrolled at {} ({}).", centre.name, centre.address),
        )
    })
}

/// Goes on with a new key. Nothing is sent: the server is shown the hand-over with the next sync.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn rekey(session: &Session, folder: Folder) -> Result<(), Failure> {
    let mut till = session.open_till(folder)?;
    let rekeyed = till.rekey()?;
    session.answer(&rekeyed, |tongue| {
        tongue.say(
            format!(
                "{} 换了新钥匙，接着在链 {} 上记；下次同步主机就认得。",
                rekeyed.till, rekeyed.chain
            ),
            format!(
                "{} has a new key and goes on in chain {}; its server is shown with the next sync.",
                rekeyed.till, rekeyed.chain
            ),
        )
    })
}

/// Pushes all there is and takes in what comes down, beside whoever has the till open.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn sync(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let outcome = jishi_till::sync_once(folder)?;
    let status = jishi_till::status(session.read(folder)?.ledger())?;
    let answer = json!({
        "complete": outcome.push.complete && outcome.pull.is_complete(),
        "sent": outcome.push.sent,
        "came": outcome.pull.came,
        "names": outcome.pull.names,
        "hub": status.hub,
        "acknowledged": status.acknowledged,
        "seq": status.seq,
        "sales_waiting": status.sales_waiting,
        "sales_only_here": status.sales_only_here,
        "forked": status.forked,
    });
    session.answer(&answer, |tongue| {
        let told = tongue.say(
            format!(
                "发送 {} 条，中心已收到第 {} 条，还有 {} 单待上报；收到中心的 {} 条。",
                outcome.push.sent, status.acknowledged, status.sales_waiting, outcome.pull.came
            ),
            format!(
                "{} entries sent, acknowledged up to {}, {} sales waiting; {} came down.",
                outcome.push.sent, status.acknowledged, status.sales_waiting, outcome.pull.came
            ),
        );
        match status.forked {
            false => told,
            true => told + tongue.say(
                "中心还收到过这台终端的另一份记录，两份都算数；下一单起换新的单号。请查一查是不是有两台机器用着同一个编号。",
                " The centre has other records of this till as well, and both count; the next sale has a new number. Look for another machine with the same code.",
            ),
        }
    })?;
    match (outcome.push.complete, outcome.push.failure) {
        (true, _) => came_down(&outcome.pull),
        (false, Some((code, message))) => Err(Failure::SyncIncomplete { code, message }),
        (false, None) => Err(Failure::SyncIncomplete {
            code: "sync_incomplete".to_owned(),
            message: session
                .speech
                .tongue
                .say("中心没有全部收下", "the centre did not take everything")
                .to_owned(),
        }),
    }
}

/// What is up is up; that something does not come down is said by itself.
fn came_down(pull: &PullOutcome) -> Result<(), Failure> {
    match pull.code() {
        // A server of before knows no pull.
        None | Some("unknown_path") => Ok(()),
        Some(code) => Err(Failure::PullIncomplete {
            code: code.to_owned(),
        }),
    }
}

/// Again and again until Ctrl-C. A failed round is said and tried again.
pub(crate) fn watch(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let interrupt = Interrupt::listen();
    while !interrupt.is_set() {
        match sync(session, folder) {
            Ok(()) => {}
            // Nothing a later round could mend.
            Err(Failure::Refused(refusal)) if refusal.code() == "not_enrolled" => {
                return Err(Failure::Refused(refusal));
            }
            Err(failure) if failure.is_said() => return Err(failure),
            Err(failure) => crate::say_failure(session, &failure, Some(folder)),
        }
        let mut waited = Duration::ZERO;
        while waited < ROUND && !interrupt.is_set() {
            std::thread::sleep(TICK);
            waited += TICK;
        }
    }
    Ok(())
}
