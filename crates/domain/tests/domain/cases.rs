//! The worked cases: a story, the input, and what must come out, field by field.

use std::path::Path;

use jishi_domain::{
    AssignFigures, Bearer, Book, Discount, DiscountSize, DrawFigures, Fen, FundRule, LineRequest, LotCode,
    ProductCode, RawLot, RawShare, RawTerms, RefundDraw, RefundFigures, RefundItem, Rounding, SaleFigures,
    SaleRequest, Source,
};
use serde_json::{Value, json};

#[test]
fn every_worked_case_comes_out_to_the_fen() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/attribution");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the cases are in the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    assert!(files.len() >= 18, "only {} cases found", files.len());
    for file in files {
        let case: Value =
            serde_json::from_slice(&std::fs::read(&file).expect("a readable case")).expect("a case is JSON");
        let results = run(&case);
        let expected = case["expect"].as_array().expect("expect is a list");
        assert_eq!(
            results.len(),
            expected.len(),
            "{}: number of results",
            file.display()
        );
        for (step, (result, expected)) in results.iter().zip(expected).enumerate() {
            assert_eq!(result, expected, "{}, step {}", file.display(), step + 1);
        }
    }
}

fn run(case: &Value) -> Vec<Value> {
    let own = list(&case["own"]).iter().map(|code| ProductCode::new(text(code)));
    let fund = list(&case["fund"])
        .iter()
        .map(|rule| match (rule.get("bp"), rule.get("fen_per_unit")) {
            (Some(bp), None) => FundRule::BasisPoints(whole(bp).try_into().expect("a rate")),
            (None, Some(fen)) => FundRule::FenPerUnit(whole(fen).try_into().expect("an amount")),
            _ => panic!("no such fund rule: {rule}"),
        });
    let mut book = Book::new(own, fund.collect());
    for lot in list(&case["lots"]) {
        if let Err(error) = book.receive(&raw_lot(lot)) {
            return vec![refused(error.code())];
        }
    }
    list(&case["steps"])
        .iter()
        .map(|step| run_step(&mut book, step))
        .collect()
}

fn run_step(book: &mut Book, step: &Value) -> Value {
    let (kind, body) = step
        .as_object()
        .and_then(|step| step.iter().next())
        .expect("a step has a kind");
    match kind.as_str() {
        "receive" => match book.receive(&raw_lot(body)) {
            Ok(lot) => json!({ "lot": lot.as_str() }),
            Err(error) => refused(error.code()),
        },
        "sale" => match book.sell(text(&body["id"]), &sale_request(body)) {
            Ok(figures) => sale_result(text(&body["id"]), &figures),
            Err(error) => refused(error.code()),
        },
        "refund" => {
            let items: Vec<RefundItem> = list(&body["lines"]).iter().map(refund_item).collect();
            match book.refund(text(&body["sale"]), &items) {
                Ok(figures) => refund_result(text(&body["sale"]), &figures),
                Err(error) => refused(error.code()),
            }
        }
        "assign" => {
            let (sale, line) = (text(&body["sale"]), whole(&body["line"]));
            match book.assign(sale, line, &LotCode::new(text(&body["lot"]))) {
                Ok(AssignFigures { line, draw, .. }) => {
                    json!({ "sale": sale, "line": line, "draw": draw_result(&draw) })
                }
                Err(error) => refused(error.code()),
            }
        }
        other => panic!("no such step: {other}"),
    }
}

fn raw_lot(lot: &Value) -> RawLot {
    let terms = &lot["terms"];
    RawLot {
        code: text(&lot["id"]).into(),
        product: text(&lot["product"]).into(),
        quantity: text(&lot["qty"]).into(),
        terms: RawTerms {
            kind: text(&terms["kind"]).into(),
            commission_bp: terms["commission_bp"].as_i64(),
            price: terms["price"].as_i64(),
        },
        priority: lot["priority"].as_i64().unwrap_or(0),
        shares: list(&lot["shares"])
            .iter()
            .map(|share| RawShare {
                party: text(&share["party"]).into(),
                weight: share["weight"].as_i64(),
            })
            .collect(),
    }
}

fn sale_request(sale: &Value) -> SaleRequest {
    let lines = list(&sale["lines"])
        .iter()
        .map(|line| LineRequest {
            amount: line.get("amount").map(whole),
            lot: line.get("lot").map(|lot| LotCode::new(text(lot))),
            discount: discount(line),
            ..LineRequest::new(text(&line["product"]), text(&line["qty"]), whole(&line["price"]))
        })
        .collect();
    let rounding = sale.get("rounding").map_or(Rounding::None, |code| {
        Rounding::from_code(text(code)).expect("a known rounding")
    });
    SaleRequest {
        lines,
        discount: discount(sale),
        rounding,
        ..SaleRequest::default()
    }
}

fn discount(of: &Value) -> Option<Discount> {
    let discount = of.get("discount")?;
    let size = match discount.get("fen") {
        Some(fen) => DiscountSize::Fen(whole(fen)),
        None => DiscountSize::BasisPoints(whole(&discount["bp"])),
    };
    Some(Discount {
        size,
        borne_by: bearer(discount).unwrap_or_default(),
    })
}

fn refund_item(item: &Value) -> RefundItem {
    RefundItem {
        restock: item["restock"].as_bool().unwrap_or(true),
        borne_by: bearer(item).unwrap_or(Bearer::Supplier),
        ..RefundItem::new(whole(&item["line"]), text(&item["qty"]))
    }
}

fn bearer(of: &Value) -> Option<Bearer> {
    of.get("borne_by")
        .map(|code| Bearer::from_code(text(code)).expect("a known bearer"))
}

fn sale_result(id: &str, figures: &SaleFigures) -> Value {
    let lines: Vec<Value> = figures
        .lines
        .iter()
        .map(|line| {
            json!({
                "gross": line.gross.get(), "discount": line.discount.get(), "net": line.net.get(),
                "draws": line.draws.iter().map(draw_result).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "id": id, "total": figures.total.get(), "rounding": figures.rounding.get(), "lines": lines })
}

fn refund_result(sale: &str, figures: &RefundFigures) -> Value {
    let lines: Vec<Value> = figures
        .lines
        .iter()
        .map(|line| {
            let draws: Vec<Value> = line
                .draws
                .iter()
                .map(|draw| draw_result(&as_draw(draw)))
                .collect();
            json!({ "line": line.line, "net": line.net.get(), "draws": draws })
        })
        .collect();
    json!({ "sale": sale, "total": figures.total.get(), "lines": lines })
}

fn as_draw(back: &RefundDraw) -> DrawFigures {
    let RefundDraw {
        source,
        quantity,
        net,
        base,
        fund,
        payable,
        margin,
        attributed,
        due,
        ..
    } = back.clone();
    DrawFigures {
        source,
        quantity,
        net,
        base,
        fund,
        payable,
        margin,
        attributed,
        due,
    }
}

fn draw_result(draw: &DrawFigures) -> Value {
    let plain = |amounts: &[Fen]| amounts.iter().map(|amount| amount.get()).collect::<Vec<_>>();
    let lot = match &draw.source {
        Source::Lot(code) => json!(code.as_str()),
        Source::Own => json!("own"),
        Source::Unassigned => Value::Null,
    };
    json!({
        "lot": lot, "qty": draw.quantity.to_string(), "net": draw.net.get(), "base": draw.base.get(),
        "fund": draw.fund.get(), "payable": draw.payable.get(), "margin": draw.margin.get(),
        "attributed": plain(&draw.attributed), "due": plain(&draw.due),
    })
}

fn refused(code: &str) -> Value {
    json!({ "error": code })
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

fn whole(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("not a whole number: {value}"))
}
