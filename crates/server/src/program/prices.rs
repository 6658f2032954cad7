//! `jishi-server price`: what an outlet asks for itself.

use crate::failure::Failure;
use clap::ArgMatches;
use jishi_server::{Instruments, OwnPrice, PriceRequest, prices, put_price};
use jishi_terminal::report::{self, Column, Kind, column};
use jishi_terminal::{Speech, arguments};
use jishi_traditional::in_both_scripts;
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct PriceRow<'a> {
    product: &'a str,
    name: &'a str,
    price: i64,
    lowest_price: Option<i64>,
    list_price: i64,
}

const COLUMNS: &[Column] = &[
    column!("product", "商品编号", "Product", Kind::Text),
    column!("name", "名称", "Name", Kind::Text),
    column!("price", "单价", "Price", Kind::Money),
    column!("lowest_price", "最低价", "Lowest", Kind::Money),
    column!("list_price", "统一价", "List price", Kind::Money),
];

impl<'a> From<&'a OwnPrice> for PriceRow<'a> {
    fn from(own: &'a OwnPrice) -> PriceRow<'a> {
        PriceRow {
            product: &own.product,
            name: &own.name,
            price: own.price,
            lowest_price: own.lowest_price,
            list_price: own.list_price,
        }
    }
}

#[in_both_scripts(speech.tongue)]
pub(crate) fn run(speech: &Speech, of: &ArgMatches, instruments: &Instruments) -> Result<(), Failure> {
    let folder = arguments::data_folder(of, speech.tongue)?;
    let text = |name: &str| of.get_one::<String>(name).map(String::as_str);
    let fen = |name: &str| of.get_one::<i64>(name).copied();
    // What clap holds to be required is there.
    let outlet = text("outlet").unwrap_or_default();
    let is_put = fen("price").is_some() || of.get_flag("clear");
    let (Some(product), true) = (text("product"), is_put) else {
        let own = prices(&folder, outlet)?;
        let asked = own
            .iter()
            .filter(|own| text("product").is_none_or(|product| own.product == product));
        let rows: Vec<PriceRow<'_>> = asked.map(PriceRow::from).collect();
        return Ok(report::list(speech, &rows, COLUMNS)?);
    };
    let request = PriceRequest {
        outlet,
        product,
        price: fen("price"),
        lowest_price: fen("lowest"),
    };
    let changed = put_price(&folder, request, instruments)?;
    let answer = json!({ "outlet": outlet, "product": product, "price": request.price, "changed": changed });
    Ok(speech.answer(&answer, |tongue| match changed {
        true => tongue.say(
            format!("{outlet} 的 {product} 记下了，收银台下一单起用。"),
            format!("{product} at {outlet} is recorded; its tills use it from the next sale on."),
        ),
        false => tongue.say(
            format!("{outlet} 的 {product} 本来就是这个价，没有改。"),
            format!("{product} at {outlet} was so already; nothing was changed."),
        ),
    })?)
}
