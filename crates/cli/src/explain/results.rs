//! The results of a case's steps, as its `expect` has them.

use jishi_domain::{
    AssignFigures, DrawFigures, Fen, LotCode, Quantity, RefundDraw, RefundFigures, SaleFigures, Source,
};
use serde::Serialize;

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum StepResult {
    Refused {
        error: &'static str,
    },
    Received {
        lot: String,
    },
    Sold {
        id: String,
        total: i64,
        rounding: i64,
        lines: Vec<Line>,
    },
    Refunded {
        sale: String,
        total: i64,
        lines: Vec<RefundedLine>,
    },
    Assigned {
        sale: String,
        line: usize,
        draw: Draw,
    },
}

#[derive(Serialize)]
pub(super) struct Line {
    gross: i64,
    discount: i64,
    net: i64,
    draws: Vec<Draw>,
}

#[derive(Serialize)]
pub(super) struct RefundedLine {
    line: usize,
    net: i64,
    draws: Vec<Draw>,
}

#[derive(Serialize)]
pub(super) struct Draw {
    lot: Option<String>,
    qty: String,
    net: i64,
    base: i64,
    fund: i64,
    payable: i64,
    margin: i64,
    attributed: Vec<i64>,
    due: Vec<i64>,
}

pub(super) fn refused(code: &'static str) -> StepResult {
    StepResult::Refused { error: code }
}

impl StepResult {
    pub(super) fn received(lot: &LotCode) -> StepResult {
        StepResult::Received {
            lot: lot.as_str().to_owned(),
        }
    }

    pub(super) fn sold(id: &str, figures: &SaleFigures) -> StepResult {
        let lines = figures.lines.iter().map(|line| Line {
            gross: line.gross.get(),
            discount: line.discount.get(),
            net: line.net.get(),
            draws: line.draws.iter().map(sold_draw).collect(),
        });
        StepResult::Sold {
            id: id.to_owned(),
            total: figures.total.get(),
            rounding: figures.rounding.get(),
            lines: lines.collect(),
        }
    }

    pub(super) fn refunded(sale: &str, figures: &RefundFigures) -> StepResult {
        let lines = figures.lines.iter().map(|line| RefundedLine {
            line: line.line,
            net: line.net.get(),
            draws: line.draws.iter().map(refunded_draw).collect(),
        });
        StepResult::Refunded {
            sale: sale.to_owned(),
            total: figures.total.get(),
            lines: lines.collect(),
        }
    }

    pub(super) fn assigned(sale: &str, figures: &AssignFigures) -> StepResult {
        StepResult::Assigned {
            sale: sale.to_owned(),
            line: figures.line,
            draw: sold_draw(&figures.draw),
        }
    }
}

fn sold_draw(draw: &DrawFigures) -> Draw {
    Draw {
        lot: lot_code(&draw.source),
        qty: quantity(draw.quantity),
        net: draw.net.get(),
        base: draw.base.get(),
        fund: draw.fund.get(),
        payable: draw.payable.get(),
        margin: draw.margin.get(),
        attributed: plain(&draw.attributed),
        due: plain(&draw.due),
    }
}

fn refunded_draw(draw: &RefundDraw) -> Draw {
    Draw {
        lot: lot_code(&draw.source),
        qty: quantity(draw.quantity),
        net: draw.net.get(),
        base: draw.base.get(),
        fund: draw.fund.get(),
        payable: draw.payable.get(),
        margin: draw.margin.get(),
        attributed: plain(&draw.attributed),
        due: plain(&draw.due),
    }
}

fn lot_code(source: &Source) -> Option<String> {
    source.lot_code().map(str::to_owned)
}

fn quantity(quantity: Quantity) -> String {
    quantity.to_string()
}

fn plain(amounts: &[Fen]) -> Vec<i64> {
    amounts.iter().map(|amount| amount.get()).collect()
}
