//! A till with as many products as a province has, for what is measured.

use crate::cashier::{jishi, with_check_digit};
use crate::window::Fault;
use serde_json::json;
use std::path::Path;

pub const PRODUCTS: usize = 100_000;

/// The barcode of the product with this number: none of the demo fair begins so.
pub fn barcode(number: usize) -> String {
    with_check_digit(&format!("6810{number:08}"))
}

/// What it costs.
pub fn price_fen(number: usize) -> u64 {
    100 + 10 * (number as u64 % 900)
}

/// Makes a till with all of them, its shift open, in an empty folder.
pub fn till_with_many_products(data: &Path) -> Result<(), Fault> {
    let products = (0..PRODUCTS).map(|number| {
        json!({
            "code": format!("P{number:06}"), "name": format!("山货第{number}号"), "unit": "袋",
            "price": price_fen(number), "barcodes": [barcode(number)],
        })
    });
    let catalogue = json!({ "products": products.collect::<Vec<_>>() });
    jishi(data, &["init", "--till", "T1", "--demo"])?;
    let file = data.join("products-to-import.json");
    std::fs::write(&file, serde_json::to_vec(&catalogue)?)?;
    jishi(data, &["import", file.to_str().ok_or("a path that is no text")?])?;
    jishi(data, &["shift", "open"])?;
    Ok(())
}

/// The middle one.
pub fn median(times: &mut [f64]) -> f64 {
    share(times, 50)
}

/// What this many of a hundred do not exceed.
pub fn share(times: &mut [f64], of_hundred: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() * of_hundred / 100).min(times.len() - 1)]
}
