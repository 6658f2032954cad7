//! 货单里没有, 批次标签 and 按摊位 in the real window: goods that nobody entered are sold and the books say whose they
//! were said to be, a label sells from its own lot, and each stall has its sum and its slip.

use fantoccini::Locator;
use jishi_tests::cashier::jishi;
use jishi_tests::window::{Fault, TillWindow};
use jishi_till::label_of_lot;
use serde_json::json;
use std::path::Path;

/// 妃子笑荔枝 5斤, 59.90 a box, at 邓家果行.
const LYCHEE: &str = "6900000400012";
const UNKNOWN: &str = "6901234567915";

async fn write(window: &TillWindow, id: &str, text: &str) -> Result<(), Fault> {
    Ok(window.element(id).await?.send_keys(text).await?)
}

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(folder) => window.picture(&Path::new(&folder).join(name)).await,
        None => Ok(()),
    }
}

async fn pay(window: &TillWindow) -> Result<String, Fault> {
    window.click("pay").await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.text("receipt-number").await
}

#[tokio::test]
async fn goods_that_nobody_entered_are_sold_and_a_label_sells_from_its_own_lot() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    picture(&window, "unlisted-key.png").await?;
    window.scan(UNKNOWN).await?;
    picture(&window, "unlisted-scanned.png").await?;
    window.click("message-offer").await?;
    write(&window, "provisional-name", "竹编小凳").await?;
    window.click("provisional-unit-个").await?;
    write(&window, "provisional-price", "25").await?;
    window.click("provisional-whose-new").await?;
    write(&window, "provisional-party", "韦大娘").await?;
    write(&window, "provisional-village", "下坡村").await?;
    picture(&window, "unlisted-panel.png").await?;
    window.click("provisional-set").await?;
    window.until_text("total", "25.00").await?;
    assert_eq!(window.text("whose").await?, "待归户（下坡村 · 韦大娘）");

    // Of lychees two lots could be open: this box is of the one on its label.
    window.scan(label_of_lot("lychee", "L005").as_str()).await?;
    window.until_text("total", "84.90").await?;
    let lines = window
        .client
        .find_all(Locator::Css("[data-testid=\"line\"]"))
        .await?;
    assert!(lines.last().ok_or("no line")?.text().await?.contains("批次 L005"));
    picture(&window, "unlisted-sale.png").await?;
    let number = pay(&window).await?;

    let waits = jishi(&data, &["report", "unassigned"])?;
    assert_eq!(waits.len(), 1);
    assert_eq!(
        (&waits[0]["number"], &waits[0]["said_of"], &waits[0]["net"]),
        (&json!(number), &json!("T1-h1"), &json!(2500))
    );
    let listed = jishi(&data, &["report", "provisional"])?;
    assert_eq!(
        (&listed[0]["code"], &listed[0]["barcode"], &listed[1]["name"]),
        (&json!("T1-x1"), &json!(UNKNOWN), &json!("韦大娘"))
    );
    // From now on it is a product like any other; and a household that is known is found.
    window.scan(UNKNOWN).await?;
    window.until_text("total", "25.00").await?;
    window.click("open-provisional").await?;
    window.click("provisional-whose-known").await?;
    write(&window, "provisional-find", "下坡").await?;
    window.element("provisional-found").await?;
    picture(&window, "unlisted-known.png").await?;
    window.close().await
}

#[tokio::test]
async fn each_stall_has_its_own_sum_on_the_screen_and_its_own_slip() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    jishi(&data, &["init", "--till", "T1", "--demo"])?;
    let settings = folder.path().join("settings.json");
    std::fs::write(&settings, json!({"settings": {"stall_mode": true}}).to_string())?;
    jishi(
        &data,
        &["import", settings.to_str().ok_or("a path that is no text")?],
    )?;
    jishi(&data, &["shift", "open"])?;
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.click_tile("honey").await?;
    window
        .until("there are two lines", async || {
            Ok(window.count("line").await? == 2)
        })
        .await?;
    window.scan(LYCHEE).await?;
    window
        .until("there are two stalls", async || {
            Ok(window.count("stall-group").await? == 2)
        })
        .await?;
    assert!(window.text("stall-group").await?.contains("119.80"));
    picture(&window, "by-stall.png").await?;
    let number = pay(&window).await?;
    let stalls = jishi(&data, &["report", "stalls"])?;
    let nets: Vec<i64> = stalls.iter().filter_map(|row| row["net"].as_i64()).collect();
    let sale = &jishi(&data, &["report", "sales"])?[0];
    assert_eq!(
        (nets.len(), json!(nets.iter().sum::<i64>())),
        (2, sale["net"].clone())
    );
    window.close().await?;
    let paper = jishi(&data, &["receipt", &number, "--text"])?;
    let text = paper[0]["text"].as_str().unwrap_or_default();
    assert_eq!(text.matches("摊位小票").count(), 2, "{text}");
    Ok(())
}
