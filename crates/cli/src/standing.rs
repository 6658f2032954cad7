//! `init`, `status`, `verify`, `search`, `give-back`: a new till, how it stands, whether it is sound, what it sells, and
//! what it gives back.

use crate::failure::Failure;
use crate::session::Session;
use jishi_terminal::Tongue;
use jishi_terminal::report::{pairs, yuan};
use jishi_terminal::verify::{self, Beside, GuardFound};
use jishi_terminal::{json_line, stdout};
use jishi_till::wire::GiveBackRequest;
use jishi_till::{Folder, GuardFault, ImportReport, Reading, Till};
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use serde_json::json;
use std::io::Write as _;

#[derive(Serialize)]
struct Made {
    till: String,
    chain: String,
    /// What the demo fair brought in.
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<ImportReport>,
}

/// Gives a part of a shared lot back.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn give_back(
    session: &Session,
    folder: Folder,
    (id, lot, quantity): (Option<String>, &str, Option<&str>),
) -> Result<(), Failure> {
    let mut till = session.open_till(folder)?;
    let request = GiveBackRequest {
        id: id.unwrap_or_else(|| till.new_id()),
        lot: lot.to_owned(),
        qty: quantity.map(str::to_owned),
    };
    let result = till.give_back(&request)?;
    session.answer(&result, |tongue| {
        let (lot, qty, left) = (&result.lot, &result.qty, &result.left);
        tongue.say(
            format!("批次 {lot} 退回 {qty}，这里还有 {left}；主机下次同步就知道。"),
            format!(
                "{qty} of lot {lot} given back, {left} left here; the hub hears of it with the next sync."
            ),
        )
    })
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn init(session: &Session, folder: Folder, code: &str, demo: bool) -> Result<(), Failure> {
    let mut till = Till::init(folder, code, session.world())?;
    let report = match demo {
        true => Some(till.load_demo()?),
        false => None,
    };
    let made = Made {
        till: till.code().to_owned(),
        chain: till.chain_id().to_string(),
        demo: report,
    };
    session.answer(&made, |tongue| match made.demo {
        None => tongue.say(
            format!("收银台 {} 建好了，链 {}。", made.till, made.chain),
            format!("Till {} is made, chain {}.", made.till, made.chain),
        ),
        Some(_) => tongue.say(
            format!("收银台 {} 建好了，链 {}，已装入演示集市。", made.till, made.chain),
            format!(
                "Till {} is made, chain {}, with the demo fair.",
                made.till, made.chain
            ),
        ),
    })
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn status(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let reading = session.read(folder)?;
    let status = jishi_till::status(reading.ledger())?;
    session.answer(&status, |tongue| {
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut row = |chinese: &str, english: &str, value: String| {
            rows.push((tongue.say(chinese, english).to_owned(), value));
        };
        let none = || tongue.say("无", "none").to_owned();
        row("收银台", "Till", status.till.clone());
        row("链", "Chain", status.chain.clone());
        row("记录到", "Last entry", status.seq.to_string());
        row("末条哈希", "Head", status.head.clone());
        row("公钥", "Public key", status.public_key.clone());
        let centre = status.centre.as_ref().map(|centre| centre.name.clone());
        row("中心", "Centre", centre.unwrap_or_else(none));
        row("主机已收到", "At the hub", status.hub.to_string());
        row("中心已收到", "Acknowledged", status.acknowledged.to_string());
        for known in status.servers.iter().filter(|_| status.servers.len() > 1) {
            let (name, address) = (&known.server.name, &known.server.address);
            row(
                "可以传到",
                "May send to",
                format!("{name} {address}  {}", known.held),
            );
        }
        row(
            "只在本机的单数",
            "Sales only here",
            status.sales_only_here.to_string(),
        );
        row("待上报单数", "Sales waiting", status.sales_waiting.to_string());
        row(
            "分叉",
            "Forked",
            tongue.say(["否", "是"], ["no", "yes"])[usize::from(status.forked)].to_owned(),
        );
        row("销售点", "Outlet", status.outlet.clone().unwrap_or_else(none));
        for came in &status.came_down {
            let stopped = came
                .stopped
                .as_deref()
                .map_or(String::new(), |code| format!(" [{code}]"));
            row(
                "中心下发到",
                "Came down",
                format!(
                    "{} {} {}{stopped}",
                    came.outlet.as_deref().unwrap_or("*"),
                    came.seq,
                    came.at
                ),
            );
        }
        row("当班", "Shift", status.shift.clone().unwrap_or_else(none));
        pairs(&rows)
    })
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn verify(session: &Session, reading: &Reading) -> Result<(), Failure> {
    let fault = reading.guard_fault(&session.world().machine_id())?;
    let guard = fault.map(|fault| GuardFound {
        code: fault.code(),
        message: guard_words(fault, session.speech.tongue),
        is_fault: matches!(fault, GuardFault::RolledBack { .. }),
    });
    let beside = Beside {
        mend: ("请运行 jishi rebuild", "run jishi rebuild"),
        guard: Some(guard),
    };
    Ok(verify::ledger(&session.speech, reading.ledger(), beside)?)
}

/// Of data that nobody goes on with yet: what a till says at its start is in its own words.
#[in_both_scripts(tongue)]
fn guard_words(fault: GuardFault, tongue: Tongue) -> String {
    let (chinese, english) = match fault {
        GuardFault::RolledBack { seq } => {
            return tongue.say(
                format!("这台机器记到过第 {seq} 条，数据里没有：拷回了旧文件，或末尾丢了"),
                format!(
                    "This machine has recorded up to entry {seq}, which is not here: an older file was put back, or the end is gone"
                ),
            );
        }
        GuardFault::NoGuard => (
            "数据旁边没有核对文件：不知道后面是不是还有记录",
            "There is no guard file beside the data: whether anything is gone from the end is not known",
        ),
        GuardFault::OtherMachine => (
            "数据是从别的机器拷来的：不知道那边后来还记了什么",
            "The data was copied from another machine: what that one recorded since is not known",
        ),
        GuardFault::OtherKey => (
            "旁边的钥匙不是写这些记录的",
            "The key beside the data is not the one that signed it",
        ),
        GuardFault::Forked => (
            "中心还收到过这台终端的另一份记录，下次打开会接一条新链",
            "The centre has other records of this till as well; the next opening goes on under a successor",
        ),
        GuardFault::OtherChain => (
            "旁边的核对文件是另一条链的，下次打开会接一条新链",
            "The guard file is of another chain; the next opening goes on under a successor",
        ),
    };
    tongue.say(chinese, english).to_owned()
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn search(session: &Session, folder: &Folder, query: &str, limit: u16) -> Result<(), Failure> {
    let found = session.read(folder)?.search(query, usize::from(limit))?;
    let mut out = stdout();
    if session.speech.json {
        for product in &found {
            let row = json!({
                "product": product.code, "name": product.name, "price": product.price,
                "unit": product.unit, "barcodes": product.barcodes,
            });
            json_line(&mut out, &row)?;
        }
        return Ok(out.flush()?);
    }
    if found.is_empty() {
        let words = session.speech.tongue.say("没有找到。", "Nothing found.");
        writeln!(out, "{words}")?;
        return Ok(out.flush()?);
    }
    let rows = found.iter().map(|product| {
        let price = format!("{} / {}", yuan(product.price), product.unit);
        (format!("{}  {}", product.code, product.name), price)
    });
    writeln!(out, "{}", pairs(&rows.collect::<Vec<_>>()))?;
    Ok(out.flush()?)
}
