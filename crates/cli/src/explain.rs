//! `jishi explain`: the arithmetic alone. A case in, the results of its steps out. `sell` refuses a little more than it,
//! as `amount_too_large`: a price above 2^53, even where a label's amount stands, since an entry holds no such number.

mod case;
mod results;

use crate::failure::Failure;
use case::{Case, Step};
use jishi_domain::{Book, LotCode, ProductCode};
use jishi_terminal::json_file;
use jishi_terminal::{json_line, stdout};
use results::{StepResult, refused};
use serde::Serialize;
use std::io::Write as _;
use std::path::Path;

#[derive(Serialize)]
struct Explained {
    results: Vec<StepResult>,
}

pub(crate) fn run(path: &Path) -> Result<(), Failure> {
    let text = json_file::read_text(path, "bad_case")?;
    let case: Case = json_file::parse(&text, "bad_case", "")?;
    let explained = Explained {
        results: explain(&case)?,
    };
    let mut out = stdout();
    json_line(&mut out, &explained)?;
    Ok(out.flush()?)
}

fn explain(case: &Case) -> Result<Vec<StepResult>, Failure> {
    let own = case.own.iter().map(|code| ProductCode::new(code.as_str()));
    let mut book = Book::new(own, case.fund_rules()?);
    // All requests are read before the first is figured: a case that is written wrongly has no results.
    let steps = case.checked_steps()?;
    for lot in &case.lots {
        if let Err(error) = book.receive(&lot.raw()) {
            return Ok(vec![refused(error.code())]);
        }
    }
    Ok(steps.iter().map(|step| take(&mut book, step)).collect())
}

fn take(book: &mut Book, step: &Step) -> StepResult {
    match step {
        Step::Receive(lot) => match book.receive(&lot.raw()) {
            Ok(code) => StepResult::received(&code),
            Err(error) => refused(error.code()),
        },
        Step::Sale { id, request } => match book.sell(id, request) {
            Ok(figures) => StepResult::sold(id, &figures),
            Err(error) => refused(error.code()),
        },
        Step::Refund { sale, items } => match book.refund(sale, items) {
            Ok(figures) => StepResult::refunded(sale, &figures),
            Err(error) => refused(error.code()),
        },
        Step::Assign { sale, line, lot } => match book.assign(sale, *line, &LotCode::new(*lot)) {
            Ok(figures) => StepResult::assigned(sale, &figures),
            Err(error) => refused(error.code()),
        },
    }
}
