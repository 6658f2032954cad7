//! 换货 in the real window, with a buyer and a note on it; and 开钱箱 where there is no printer to open it.

use jishi_tests::cashier::{ENTER, F3, F4, F7, F9, LYCHEE, jishi, supervisor};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::{Value, json};
use std::path::Path;

/// 花生油 5L, 88.00 a bucket.
const OIL: &str = "6900000700013";

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(pictures) => window.picture(&Path::new(&pictures).join(name)).await,
        None => Ok(()),
    }
}

fn net_by(tenders: &[Value], kind: &str) -> Value {
    let row = tenders.iter().find(|row| row["kind"] == kind);
    row.map(|row| row["net"].clone()).unwrap_or_default()
}

#[tokio::test]
async fn goods_are_exchanged_in_one_go_in_a_buyers_name_and_with_a_note() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    let window = TillWindow::open(data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.keys(F9).await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.keys(F3).await?;
    picture(&window, "receipts-about.png").await?;
    window.click("receipt-row").await?;
    window.click("more-back").await?;
    window.element("tender-back").await?;
    picture(&window, "exchange-choose.png").await?;
    window.keys(F7).await?;
    window.until_text("total", "59.90").await?;
    picture(&window, "exchange-begun.png").await?;
    window.scan(OIL).await?;
    window.until_text("total", "28.10").await?;

    // A buyer and a note beside it, by touch and by typing.
    window.keys(F4).await?;
    let query = window.element("buyer-query").await?;
    query.send_keys("zxst").await?;
    window
        .until("one unit is found", async || {
            Ok(window.count("buyer-found").await? == 1)
        })
        .await?;
    query.send_keys(ENTER).await?;
    window.element("buyer").await?;
    window.element("note").await?.send_keys("送到后门").await?;
    picture(&window, "beside.png").await?;
    window.click("beside-set").await?;
    window
        .until("both stand beside the total", async || {
            // WebDriver leaves out what could be cut at the button's end.
            let said = window.element("show-beside").await?.prop("textContent").await?;
            let said = said.unwrap_or_default();
            Ok(said.contains("食堂") && said.contains("送到后门"))
        })
        .await?;
    picture(&window, "exchange-sale.png").await?;

    window.keys(F9).await?;
    supervisor(&window).await?;
    window.element("paying-credit").await?;
    picture(&window, "exchange-pay.png").await?;
    window.click("complete").await?;
    window.until_text("exchange-sum", "28.10").await?;
    picture(&window, "exchange-done.png").await?;
    assert_eq!(window.text("receipt-number").await?, "T1-000003");
    window.click("picture").await?;
    window.element("receipt-picture").await?;
    picture(&window, "exchange-paper.png").await?;

    // Read beside the window: both halves, the money of the difference alone, and the words.
    let sales = jishi(data, &["report", "sales"])?;
    assert_eq!(
        (&sales[0]["refunded"], &sales[1]["net"]),
        (&json!(5_990), &json!(8_800))
    );
    assert_eq!(sales[1]["note"], "送到后门");
    let tenders = jishi(data, &["report", "tenders"])?;
    assert_eq!(
        (net_by(&tenders, "cash"), net_by(&tenders, "exchange")),
        (json!(8_800), json!(0))
    );
    let summary = &jishi(data, &["report", "summary"])?[0];
    assert_eq!(
        (&summary["sales"], &summary["refunds"], &summary["net"]),
        (&json!(2), &json!(1), &json!(8_800))
    );
    jishi(data, &["verify"])?;

    // Found again by its note.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    window.click("next").await?;
    window.keys(F3).await?;
    window.element("receipts-about").await?.send_keys("后门").await?;
    window
        .until("one receipt has it", async || {
            Ok(window.count("receipt-row").await? == 1)
        })
        .await?;
    assert_eq!(
        window.attribute("receipt-row", "data-number").await?.as_deref(),
        Some("T1-000003")
    );
    window.click("receipt-row").await?;
    window.element("other-half").await?;
    picture(&window, "exchange-receipt.png").await?;
    window.close().await
}

#[tokio::test]
async fn how_the_rest_goes_back_is_chosen_where_the_exchange_is_paid() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    let window = TillWindow::open(data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    window.scan(OIL).await?;
    window.keys(F9).await?;
    window.click("tender-wechat").await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.keys(F3).await?;
    window.click("receipt-row").await?;
    window.click("more-back").await?;
    window.element("tender-back").await?;
    window.keys(F7).await?;
    window.scan(LYCHEE).await?;
    window.until_text("total", "28.10").await?;
    window.keys(F9).await?;
    supervisor(&window).await?;
    window.until_text("paying-back", "28.10").await?;
    assert_eq!(
        window.attribute("tender-back", "data-kind").await?.as_deref(),
        Some("wechat")
    );
    picture(&window, "exchange-back-as-paid.png").await?;
    window.click("back-in_cash").await?;
    supervisor(&window).await?;
    window
        .until("it goes back in cash", async || {
            Ok(window.attribute("tender-back", "data-kind").await?.as_deref() == Some("cash"))
        })
        .await?;
    picture(&window, "exchange-back-in-cash.png").await?;
    window.click("complete").await?;
    window.until_text("exchange-sum", "28.10").await?;
    let tenders = jishi(data, &["report", "tenders"])?;
    assert_eq!(
        (net_by(&tenders, "cash"), net_by(&tenders, "wechat")),
        (json!(-2_810), json!(8_800))
    );
    jishi(data, &["verify"])?;
    window.close().await
}

#[tokio::test]
async fn the_drawer_needs_a_reason_a_supervisor_and_a_printer_and_says_which_is_missing() -> Result<(), Fault>
{
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    let window = TillWindow::open(data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    let before = jishi(data, &["status"])?;
    window.click("show-more").await?;
    picture(&window, "more.png").await?;
    window.click("open-drawer").await?;
    window.click("drawer-reason").await?;
    picture(&window, "drawer.png").await?;
    window.click("drawer-set").await?;
    window
        .until("it says that there is no printer", async || {
            Ok(window.text("message").await?.contains("没有设打印机"))
        })
        .await?;
    picture(&window, "drawer-refused.png").await?;
    let after = jishi(data, &["status"])?;
    assert_eq!(before[0]["seq"], after[0]["seq"]);
    window.close().await
}
