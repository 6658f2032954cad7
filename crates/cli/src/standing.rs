//! `init`, `status`, `search`: a new till, how it stands, and what it sells.

use crate::failure::Failure;
use crate::session::Session;
use jishi_terminal::report::{pairs, yuan};
use jishi_terminal::{json_line, stdout};
use jishi_till::{Folder, ImportReport, Till};
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
        let centre = status.centre.as_ref().map(|centre| centre.name.clone());
        row("中心", "Centre", centre.unwrap_or_else(none));
        row("中心已收到", "Acknowledged", status.acknowledged.to_string());
        row("待上报单数", "Sales waiting", status.sales_waiting.to_string());
        row(
            "接续链",
            "Successor chain",
            tongue.say(["否", "是"], ["no", "yes"])[usize::from(status.forked)].to_owned(),
        );
        row("销售点", "Outlet", status.outlet.clone().unwrap_or_else(none));
        row("当班", "Shift", status.shift.clone().unwrap_or_else(none));
        pairs(&rows)
    })
}

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
