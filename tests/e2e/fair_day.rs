//! A whole day of a fair through the real window: 300 sales by three cashiers, goods brought back, a sale voided, one
//! put aside, the plug pulled after a sale and in the middle of one, and the drawer counted blind in the evening. The
//! totals are figured here, from the price list alone.

use jishi_tests::cashier::{
    ENTER, ESCAPE, F3, F4, F8, F9, F12, SHIFT_F6, code_and_pin, confirm_count, jishi, jishi_does,
    orange_label, same_at_the_centre, supervisor, until_page,
};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const SALES: usize = 300;
/// The sale before which each of them comes to the till; the first is there already.
const CHANGES: [(usize, &str, &str); 2] = [(100, "02", "2222"), (200, "03", "3333")];
const PLUG_AFTER: usize = 150;
const PLUG_AMID: usize = 160;
const FLOAT_FEN: i64 = 20_000;
const DENOMINATIONS_FEN: [i64; 8] = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10];
const DOWN: &str = "\u{E015}";
const F6: &str = "\u{E036}";

/// What is sold by the piece and has a barcode, as the demo fair's price list gives it.
struct Goods {
    code: String,
    barcode: String,
    price_fen: i64,
}

fn price_list() -> Result<Vec<Goods>, Fault> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/demo/fair.json"))?;
    let fair: Value = serde_json::from_str(&text)?;
    let mut list = Vec::new();
    for product in fair["products"].as_array().into_iter().flatten() {
        let boxed = product["contents"]
            .as_array()
            .is_some_and(|inside| !inside.is_empty());
        let (Some(code), Some(barcode), Some(price_fen)) = (
            product["code"].as_str(),
            product["barcodes"][0].as_str(),
            product["price"].as_i64(),
        ) else {
            continue;
        };
        // Goods: a voucher is not sold with them. Whole jiao: nothing is wiped off, whatever the outlet's setting is.
        if product["kind"].is_null()
            && product["weighed"] != true
            && !boxed
            && price_fen % 10 == 0
            && price_fen > 1_000
        {
            list.push(Goods {
                code: code.to_owned(),
                barcode: barcode.to_owned(),
                price_fen,
            });
        }
    }
    Ok(list)
}

/// What the day comes to by adding up.
#[derive(Default)]
struct Book {
    net_fen: i64,
    cash_fen: i64,
    wechat_fen: i64,
    sales: usize,
    refunds: i64,
    /// Pieces of each product, what came back taken off.
    pieces: BTreeMap<String, i64>,
}

struct Day {
    data: std::path::PathBuf,
    list: Vec<Goods>,
    book: Book,
    random: u64,
}

impl Day {
    /// The same day each time: Knuth's linear congruence.
    fn draw(&mut self, below: usize) -> usize {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.random >> 33) as usize) % below
    }

    async fn open(&self) -> Result<TillWindow, Fault> {
        let window = TillWindow::open(&self.data, &[]).await?;
        window.element("search").await?;
        Ok(window)
    }

    /// One to three different goods, sometimes oranges with a label of the scale. What stands in it, and its sum.
    fn basket(&mut self) -> (Vec<usize>, Option<u32>) {
        let first = self.draw(self.list.len());
        let lines = 1 + self.draw(3);
        let goods = (0..lines).map(|line| (first + line * 7) % self.list.len());
        let goods = goods.collect();
        let label = (self.draw(4) == 0).then(|| 500 + 10 * u32::try_from(self.draw(250)).unwrap_or(0));
        (goods, label)
    }

    async fn scan_all(&self, window: &TillWindow, goods: &[usize], label: Option<u32>) -> Result<i64, Fault> {
        let mut sum = 0;
        for at in goods {
            scan(window, &self.list[*at].barcode).await?;
            sum += self.list[*at].price_fen;
        }
        if let Some(fen) = label {
            scan(window, &orange_label(fen)).await?;
            sum += i64::from(fen);
        }
        window.until_text("total", &yuan(sum)).await?;
        Ok(sum)
    }

    /// Paid in one of four ways, and done. Answers the receipt's number.
    async fn pay(&mut self, window: &TillWindow, sum: i64, way: usize) -> Result<String, Fault> {
        window.keys(F9).await?;
        window.element("complete").await?;
        let mut wechat = 0;
        match way {
            // The exact sum in cash: nothing is typed.
            0 => {}
            1 => {
                type_amount(window, "1000").await?;
                window.until_text("paying-change", &yuan(100_000 - sum)).await?;
                // So much change is asked about once, and confirmed by the next Enter.
                if 100_000 - sum >= 20_000 {
                    window.keys(ENTER).await?;
                    window.element("message").await?;
                    tokio::time::sleep(Duration::from_millis(700)).await;
                }
            }
            2 => {
                window.click("tender-wechat").await?;
                wechat = sum;
            }
            _ => {
                wechat = 500;
                window.click("tender-wechat").await?;
                type_amount(window, "5").await?;
                window.click("tender-cash").await?;
            }
        }
        window.keys(ENTER).await?;
        window.element("done").await?;
        self.book.sales += 1;
        self.book.net_fen += sum;
        self.book.wechat_fen += wechat;
        self.book.cash_fen += sum - wechat;
        window.text("receipt-number").await
    }

    fn sold(&mut self, goods: &[usize]) {
        for at in goods {
            let code = self.list[*at].code.clone();
            *self.book.pieces.entry(code).or_default() += 1;
        }
    }
}

/// The driver types key by key, and on a busy machine with such pauses that no gun would make them: then the till
/// has refused a half of the code or seen none, and it is scanned again, as a cashier does.
async fn scan(window: &TillWindow, code: &str) -> Result<(), Fault> {
    let taken = window.taken().await?;
    for _ in 0..10 {
        window.keys(&format!("{code}{ENTER}")).await?;
        let scanned = tokio::time::Instant::now();
        while scanned.elapsed() < Duration::from_secs(5) && window.count("message").await? == 0 {
            if window.taken().await? > taken {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        // A notice from before says nothing of this scan.
        tokio::time::sleep(Duration::from_secs(1)).await;
        if window.taken().await? > taken {
            return Ok(());
        }
        window.keys(ESCAPE).await?;
    }
    Err(format!("{code} was scanned ten times").into())
}

async fn type_amount(window: &TillWindow, keys: &str) -> Result<(), Fault> {
    window.keys(keys).await?;
    window
        .until("the amount is typed", async || {
            let current = window.text("tender-current").await?;
            Ok(current.split_whitespace().last() == Some(keys))
        })
        .await
}

/// As the window writes a sum.
fn yuan(fen: i64) -> String {
    let whole = (fen / 100).to_string();
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{:02}", fen % 100)
}

/// Opens a receipt by its number.
async fn open_receipt(window: &TillWindow, number: &str) -> Result<(), Fault> {
    window.keys(F3).await?;
    window.element("receipt-row").await?;
    let digits = number
        .rsplit('-')
        .next()
        .unwrap_or_default()
        .trim_start_matches('0');
    // One by one, as a person does: three in a burst are a gun.
    for digit in digits.chars() {
        window.keys(&digit.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    window.keys(ENTER).await?;
    window.element("receipt").await?;
    Ok(())
}

/// From the paper of what went back to the goods.
async fn back_to_selling(window: &TillWindow) -> Result<(), Fault> {
    window.element("refund-done").await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("refund-close").await?;
    window.element("receipt-row").await?;
    window
        .until("goods can be picked", async || {
            if window.count("search").await? > 0 {
                return Ok(true);
            }
            window.keys(ESCAPE).await?;
            Ok(false)
        })
        .await
}

fn number(text: &str) -> Result<String, Fault> {
    let at = text.find("T1").ok_or("no number on the screen")?;
    Ok(text[at..]
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned())
}

#[tokio::test]
async fn three_cashiers_sell_a_whole_day_and_the_totals_hold() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    jishi(&data, &["init", "--till", "T1", "--demo"])?;
    jishi(&data, &["shift", "open", "--float", &FLOAT_FEN.to_string()])?;
    let mut day = Day {
        data: data.clone(),
        list: price_list()?,
        book: Book::default(),
        random: 20_261_123,
    };
    assert!(
        day.list.len() > 40,
        "the price list has {} such goods",
        day.list.len()
    );
    let mut window = day.open().await?;
    assert!(window.text("handover").await?.contains("李小梅"));
    let mut signed_in = "01";

    for sale in 0..SALES {
        if let Some((_, code, pin)) = CHANGES.iter().find(|(at, ..)| *at == sale) {
            window.keys(F12).await?;
            window.element("staff-member").await?;
            code_and_pin(&window, code, pin).await?;
            window.element("handover").await?;
            signed_in = code;
        }
        let (goods, label) = day.basket();
        let sum = day.scan_all(&window, &goods, label).await?;
        if sale == PLUG_AMID {
            // Not paid yet: it is not in the books, and scanned again.
            window.keys(F9).await?;
            window.element("complete").await?;
            window.kill();
            window = day.open().await?;
            day.scan_all(&window, &goods, label).await?;
        }
        if sale % 60 == 30 {
            // Put aside, and taken back.
            window.keys(F6).await?;
            window.element("hold-set").await?;
            window.click("hold-set").await?;
            window
                .until("it is put aside", async || Ok(window.count("line").await? == 0))
                .await?;
            window.keys(SHIFT_F6).await?;
            window.element("held-sale").await?;
            window.keys(ENTER).await?;
            window.until_text("total", &yuan(sum)).await?;
        }
        let receipt = day.pay(&window, sum, sale % 4).await?;
        let receipt = number(&receipt)?;
        day.sold(&goods);
        if sale == PLUG_AFTER {
            window.kill();
            window = day.open().await?;
        }
        // Cash sales alone: what went back then came out of the drawer.
        if sale % 40 == 20 {
            let price = day.list[goods[0]].price_fen;
            open_receipt(&window, &receipt).await?;
            window.keys("1").await?;
            window.until_text("refund-total", &yuan(price)).await?;
            window.keys(ENTER).await?;
            if signed_in != "03" {
                supervisor(&window).await?;
            }
            back_to_selling(&window).await?;
            day.book.refunds += 1;
            day.book.net_fen -= price;
            day.book.cash_fen -= price;
            let code = day.list[goods[0]].code.clone();
            *day.book.pieces.entry(code).or_default() -= 1;
        }
        if sale == 148 {
            open_receipt(&window, &receipt).await?;
            window.keys(F4).await?;
            window.element("ask-void").await?;
            window.click("reason").await?;
            window.click("void-set").await?;
            supervisor(&window).await?;
            back_to_selling(&window).await?;
            day.book.net_fen -= sum;
            day.book.cash_fen -= sum;
            for at in &goods {
                let code = day.list[*at].code.clone();
                *day.book.pieces.entry(code).or_default() -= 1;
            }
        }
    }
    assert_eq!(day.book.sales, SALES);
    evening(&window, &data, &day.book).await?;
    same_at_the_centre(&window, &data).await?;
    window.close().await?;
    assert!(jishi_does(&data, &["verify"])?);
    Ok(())
}

/// The drawer is counted blind, to the jiao what the book says, and the reports agree.
async fn evening(window: &TillWindow, data: &Path, book: &Book) -> Result<(), Fault> {
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.keys(F8).await?;
    until_page(window, "reading").await?;
    assert_eq!(window.text("x-net").await?, yuan(book.net_fen));
    // The shift is of the one who opened it, and it is the 领班 who counts it.
    window.click("count").await?;
    // What stood unpaid when the plug was pulled was put on hold, if there was time to write it down, and then scanned
    // anew: it is left to the next shift.
    let page = async || {
        window
            .element("shift")
            .await?
            .attr("data-page")
            .await
            .map_err(Fault::from)
    };
    window
        .until("it is asked about or counted", async || {
            Ok(page()
                .await?
                .is_some_and(|page| page == "held" || page == "count"))
        })
        .await?;
    if page().await?.as_deref() == Some("held") {
        tokio::time::sleep(Duration::from_millis(700)).await;
        window.click("held-leave").await?;
    }
    until_page(window, "count").await?;
    let mut left = FLOAT_FEN + book.cash_fen;
    let mut counted = 0;
    for (at, denomination) in DENOMINATIONS_FEN.iter().enumerate() {
        if at > 0 {
            window.keys(DOWN).await?;
        }
        let pieces = left / denomination;
        left %= denomination;
        if pieces > 0 {
            counted += pieces * denomination;
            window.keys(&pieces.to_string()).await?;
            window.until_text("count-total", &yuan(counted)).await?;
        }
    }
    assert_eq!(left, 0, "whole jiao");
    confirm_count(window).await?;
    assert_eq!(window.text("difference").await?, "0.00");
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("sign-off").await?;
    until_page(window, "closed").await?;

    let summary = &jishi(data, &["report", "summary"])?[0];
    let told =
        ["sales", "refunds", "voids", "net", "unassigned"].map(|key| summary[key].as_i64().unwrap_or(-1));
    let sales = i64::try_from(book.sales)?;
    // A voided sale stays in the books, with its void beside it.
    assert_eq!(told, [sales, book.refunds, 1, book.net_fen, 0]);
    let parts = ["payable", "fund", "margin"].map(|key| summary[key].as_i64().unwrap_or_default());
    assert_eq!(parts.iter().sum::<i64>(), book.net_fen);

    let mut tenders = BTreeMap::new();
    for row in jishi(data, &["report", "tenders"])? {
        let net = row["net"].as_i64().unwrap_or_default();
        *tenders
            .entry(row["kind"].as_str().unwrap_or_default().to_owned())
            .or_insert(0) += net;
    }
    assert_eq!(tenders.get("cash"), Some(&book.cash_fen), "{tenders:?}");
    assert_eq!(tenders.get("wechat"), Some(&book.wechat_fen), "{tenders:?}");

    let mut pieces = BTreeMap::new();
    for row in jishi(data, &["report", "products"])? {
        let of = |key: &str| row[key].as_str().unwrap_or("0").parse::<f64>();
        pieces.insert(
            row["product"].as_str().unwrap_or_default().to_owned(),
            of("sold")? - of("returned")?,
        );
    }
    for (product, count) in &book.pieces {
        assert_eq!(pieces.get(product), Some(&(*count as f64)), "{product}");
    }
    Ok(())
}
