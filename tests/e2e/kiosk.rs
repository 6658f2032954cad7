//! 自助收款 in the real window: left to the buyers, paid at, through a plug that is pulled, and taken back.

use jishi_tests::cashier::{ENTER, F9, LYCHEE, code_and_pin, jishi_does, supervisor};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

const F1: &str = "\u{E031}";
const PAGE_DOWN: &str = "\u{E00F}";

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(folder) => window.picture(&Path::new(&folder).join(name)).await,
        None => Ok(()),
    }
}

/// Scans as a gun does; the buyer's page says how many there are.
async fn scan(window: &TillWindow, pieces: usize) -> Result<(), Fault> {
    window.keys(&format!("{LYCHEE}{ENTER}")).await?;
    window
        .until("the buyer's goods are there", async || {
            let there = window.count("kiosk-line").await? == 1;
            Ok(there
                && window
                    .text("kiosk-quantity")
                    .await?
                    .starts_with(&format!("{pieces} ")))
        })
        .await
}

async fn until_page(window: &TillWindow, page: &str) -> Result<(), Fault> {
    window
        .until(&format!("the buyer's page is {page}"), async || {
            Ok(window.count("kiosk").await? == 1
                && window.attribute("kiosk", "data-page").await?.as_deref() == Some(page))
        })
        .await
}

/// The last sale's entry, read beside the window.
fn last_sale(data: &Path) -> Result<Value, Fault> {
    let reading = jishi_till::Reading::open(&jishi_till::Folder::at(data))?;
    let ledger = reading.ledger();
    let chain = ledger.chains()?.remove(0);
    let entries = ledger.entries_after(chain.chain, 0, u32::MAX)?;
    let mut sales = entries.iter().rev().filter_map(|signed| {
        let entry: Value = serde_json::from_str(&signed.line).ok()?;
        (entry["kind"] == "sale_recorded").then(|| entry["body"].clone())
    });
    sales.next().ok_or_else(|| "no sale".into())
}

#[tokio::test]
async fn a_kiosk_sells_to_the_buyer_and_is_taken_back_by_a_supervisor_alone() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let open = async || TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await;
    let window = open().await?;
    window.element("search").await?;
    window.click("show-more").await?;
    picture(&window, "more.png").await?;
    window.click("enter-kiosk").await?;
    supervisor(&window).await?;
    until_page(&window, "goods").await?;
    picture(&window, "kiosk-empty.png").await?;

    // A sale on the last digits of its number: nobody has seen the money yet.
    scan(&window, 1).await?;
    scan(&window, 2).await?;
    window.until_text("kiosk-total", "119.80").await?;
    picture(&window, "kiosk-goods.png").await?;
    window.click("kiosk-more").await?;
    window.until_text("kiosk-total", "179.70").await?;
    window.click("kiosk-fewer").await?;
    window.until_text("kiosk-total", "119.80").await?;
    // The cashier's keys are nobody's here.
    window.keys(F9).await?;
    window.click("kiosk-pay").await?;
    until_page(&window, "paying").await?;
    picture(&window, "kiosk-paying.png").await?;
    window.click("kiosk-reference").await?;
    for digit in "004217".chars() {
        window.keys(&digit.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    picture(&window, "kiosk-reference.png").await?;
    window.click("kiosk-reference-set").await?;
    until_page(&window, "done").await?;
    assert!(window.text("kiosk-number").await?.contains("T1-000001"));
    picture(&window, "kiosk-done.png").await?;
    let sale = last_sale(&data)?;
    assert_eq!(sale["kiosk"], "reference");
    assert_eq!(sale["cashier"], "03");
    assert_eq!(sale["tenders"][0]["reference"], "004217");
    assert_eq!(sale["tenders"][0]["kind"], "wechat");

    // The plug: nothing of an open cart is recorded, and it comes up the buyers'.
    scan(&window, 1).await?;
    window.kill();
    let window = open().await?;
    until_page(&window, "goods").await?;
    assert_eq!(window.count("kiosk-line").await?, 0);
    assert_eq!(window.count("search").await?, 0);

    // Confirmed by a cashier, in the buyer's language.
    window.click("language-en").await?;
    scan(&window, 1).await?;
    picture(&window, "kiosk-goods-en.png").await?;
    window.click("kiosk-pay").await?;
    picture(&window, "kiosk-paying-en.png").await?;
    window.click("kiosk-confirm").await?;
    code_and_pin(&window, "02", "2222").await?;
    until_page(&window, "done").await?;
    picture(&window, "kiosk-done-en.png").await?;
    let sale = last_sale(&data)?;
    assert_eq!(
        (&sale["kiosk"], &sale["cashier"]),
        (&"confirmed".into(), &"02".into())
    );
    // The second press of a double one is none.
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("kiosk-next").await?;
    window
        .until("the next buyer is spoken to in the till's language", async || {
            Ok(window.client.source().await?.contains("请扫商品条码"))
        })
        .await?;

    // Nobody else's PIN takes it back.
    window.click("kiosk-staff").await?;
    code_and_pin(&window, "03", "2222").await?;
    window
        .until("another's PIN is refused", async || {
            Ok(!window.text("staff-trouble").await?.is_empty())
        })
        .await?;
    picture(&window, "kiosk-leave.png").await?;
    code_and_pin(&window, "03", "3333").await?;
    window.element("search").await?;
    assert!(window.text("handover").await?.contains("何建国"));
    window.close().await?;

    assert!(jishi_does(&data, &["verify"])?);
    Ok(())
}

#[tokio::test]
async fn the_first_steps_and_the_guide_are_in_the_way_of_no_scan() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    // The very first start.
    let steps = window.element("first-steps").await?;
    assert!(steps.text().await?.contains("扫码"));
    picture(&window, "first-steps.png").await?;
    for _ in 0..3 {
        window.press(".driver-popover-next-btn").await?;
    }
    picture(&window, "first-steps-4.png").await?;
    window.scan(LYCHEE).await?;
    assert_eq!(window.count("first-steps").await?, 0);
    assert_eq!(window.count("line").await?, 1);

    window.keys(F1).await?;
    window.click("keys-guide").await?;
    let text = window.element("guide-text").await?;
    assert!(text.text().await?.contains("收银员十分钟上手"));
    // Its pictures are the program's own.
    let loaded = window
        .client
        .execute(
            "return [...document.querySelectorAll('[data-testid=\"guide-text\"] img')].map((img) => img.naturalWidth);",
            Vec::new(),
        )
        .await?;
    let widths: Vec<u64> = serde_json::from_value(loaded)?;
    assert!(widths.iter().all(|width| *width > 1000), "{widths:?}");
    picture(&window, "guide.png").await?;
    window.keys(PAGE_DOWN).await?;
    window
        .until("the guide was scrolled by a key", async || {
            let top = "return document.querySelector('[data-testid=\"guide-text\"]').scrollTop;";
            Ok(window.client.execute(top, Vec::new()).await?.as_f64() > Some(100.0))
        })
        .await?;
    picture(&window, "guide-2.png").await?;
    window.scan(LYCHEE).await?;
    assert_eq!(window.count("guide-page").await?, 0);
    window
        .until("both scans stand", async || Ok(window.taken().await? == 2))
        .await?;
    window.until_text("count", "2").await?;
    window.kill();

    // Seen once is enough, also where nothing was sold.
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    window.click("show-more").await?;
    assert_eq!(window.count("first-steps").await?, 0);
    window.close().await
}
