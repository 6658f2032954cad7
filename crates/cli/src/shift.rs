//! `jishi shift`: opening, closing, cash in and out, the X report, and both papers.

use crate::failure::Failure;
use crate::receipt::{Paper, make_ready};
use crate::session::Session;
use crate::upkeep;
use jishi_terminal::Tongue;
use jishi_terminal::report::{self, yuan};
use jishi_till::wire::{CashDirection, CashRequest, DrawerRequest};
use jishi_till::{Folder, ShiftReport};
use jishi_traditional::in_both_scripts;

pub(crate) fn open(
    session: &Session,
    folder: Folder,
    staff: Option<&str>,
    float_fen: i64,
) -> Result<(), Failure> {
    let report = session.open_till(folder)?.open_shift(staff, float_fen)?;
    session.answer(&report, |tongue| said(&report, tongue))
}

pub(crate) fn close(session: &Session, folder: Folder, counted_fen: Option<i64>) -> Result<(), Failure> {
    let report = session.open_till(folder.clone())?.close_shift(counted_fen)?;
    session.answer(&report, |tongue| said(&report, tongue))?;
    upkeep::back_up_after(session, &folder);
    Ok(())
}

pub(crate) fn show(session: &Session, folder: &Folder) -> Result<(), Failure> {
    let report = session.read(folder)?.shift_report()?;
    session.answer(&report, |tongue| said(&report, tongue))
}

#[in_both_scripts(session.speech.tongue)]
pub(crate) fn cash(
    session: &Session,
    folder: Folder,
    id: Option<String>,
    direction: CashDirection,
    fen: i64,
    reason: String,
) -> Result<(), Failure> {
    let mut till = session.open_till(folder)?;
    let request = CashRequest {
        id: id.unwrap_or_else(|| till.new_id()),
        direction,
        fen,
        reason,
    };
    let result = till.move_cash(&request)?;
    session.answer(&result, |tongue| {
        let (fen, left) = (yuan(fen), yuan(result.cash_expected));
        match direction {
            CashDirection::In => tongue.say(
                format!("放入 {fen}，钱箱应有 {left}"),
                format!("{fen} put in; the drawer should hold {left}"),
            ),
            CashDirection::Out => tongue.say(
                format!("取出 {fen}，钱箱应有 {left}"),
                format!("{fen} taken out; the drawer should hold {left}"),
            ),
        }
    })
}

/// Opens the drawer that hangs on the till's printer.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn drawer(
    session: &Session,
    folder: Folder,
    id: Option<String>,
    reason: String,
) -> Result<(), Failure> {
    let mut till = session.open_till(folder)?;
    let id = id.unwrap_or_else(|| till.new_id());
    let opened = till.open_drawer(&DrawerRequest { id, reason })?;
    session.answer(&opened, |tongue| {
        let times = opened.openings;
        tongue.say(
            format!("钱箱开了，本班第 {times} 次"),
            format!("The drawer is open: {times} in this shift"),
        )
    })
}

/// Reads beside the window. A Z report printed here is not the first of its shift, or cannot prove to
/// be: it says 补打.
#[in_both_scripts(session.speech.tongue)]
pub(crate) fn print(
    session: &Session,
    folder: &Folder,
    id: Option<&str>,
    paper: &Paper,
) -> Result<(), Failure> {
    let printer = paper.printer()?;
    let reading = session.read(folder)?;
    let form = paper.look(session, &reading, true);
    let named = reading.shift_paper(id, session.world().now(), form)?;
    let ready = make_ready(printer.as_ref(), paper, &named.document)?;
    let name = &named.name;
    ready.let_out(session, name, |tongue, written| {
        tongue.say(
            format!("打好了：{name} → {written}"),
            format!("Printed: {name} → {written}"),
        )
    })
}

#[in_both_scripts(tongue)]
fn said(report: &ShiftReport, tongue: Tongue) -> String {
    let figures = &report.figures;
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut row = |chinese: &str, english: &str, value: String| {
        rows.push((tongue.say(chinese, english).to_owned(), value));
    };
    row("营业日", "Business date", report.business_date.clone());
    row("开班时间", "Opened at", report.opened_at.clone());
    row("收银员", "Cashier", report.staff.clone());
    row("销售单数", "Sales", figures.sales.to_string());
    row("退货单数", "Refunds", figures.refunds.to_string());
    row("作废单数", "Voids", figures.voids.to_string());
    row(
        "未销售开钱箱",
        "Drawer opened, no sale",
        figures.drawer_openings.to_string(),
    );
    row("优惠", "Discounts", yuan(figures.discount));
    row("退款", "Refunded", yuan(figures.refunded));
    row("成交额", "Net", yuan(figures.net));
    for tender in &figures.tenders {
        let kind = report::tender_name(&tender.kind, tongue);
        row(&kind, &kind, yuan(tender.fen - tender.refunded));
    }
    row("备用金", "Float", yuan(report.float));
    if let Some(cash) = &figures.cash {
        row("收入现金", "Cash taken", yuan(cash.taken));
        row("退回现金", "Cash given back", yuan(cash.given_back));
        row("放入", "Put in", yuan(cash.moved_in));
        row("取出", "Taken out", yuan(cash.moved_out));
    }
    row("钱箱应有现金", "Cash expected", yuan(figures.cash_expected));
    if let Some(counted) = report.counted {
        row("点出现金", "Cash counted", yuan(counted));
    }
    if let Some(difference) = report.difference {
        row("长短款", "Over or short", yuan(difference));
    }
    report::pairs(&rows)
}
