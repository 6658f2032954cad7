//! `jishi shift`: opening, closing, and the X report.

use crate::failure::Failure;
use crate::session::Session;
use crate::upkeep;
use jishi_terminal::Tongue;
use jishi_terminal::report::{self, yuan};
use jishi_till::{Folder, ShiftReport};

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
    row("优惠", "Discounts", yuan(figures.discount));
    row("退款", "Refunded", yuan(figures.refunded));
    row("成交额", "Net", yuan(figures.net));
    for tender in &figures.tenders {
        let kind = report::tender_name(&tender.kind, tongue);
        row(&kind, &kind, yuan(tender.fen - tender.refunded));
    }
    row("备用金", "Float", yuan(report.float));
    row("钱箱应有现金", "Cash expected", yuan(figures.cash_expected));
    if let Some(counted) = report.counted {
        row("点出现金", "Cash counted", yuan(counted));
    }
    if let Some(difference) = report.difference {
        row("长短款", "Over or short", yuan(difference));
    }
    report::pairs(&rows)
}
