//! A ticket and a voucher through the real window: sold, printed with their codes, scanned, and scanned again.

use jishi_tests::cashier::{LYCHEE, jishi, jishi_does};
use jishi_tests::centre::{Centre, told};
use jishi_tests::window::{Fault, TillWindow, http_get};
use serde_json::json;
use std::path::Path;

/// 茶园半日游门票, 68.00.
const TOUR: &str = "6900001200109";
/// 助农代金券 50 元.
const VOUCHER: &str = "6900001200116";

/// Sells what is scanned, for cash, and answers the codes on the slips: as the printer is told them.
async fn sell(window: &TillWindow, data: &Path, barcode: &str) -> Result<Vec<String>, Fault> {
    window.scan(barcode).await?;
    window.click("pay").await?;
    window.click("complete").await?;
    window.element("done").await?;
    let number = window.text("receipt-number").await?;
    let paper = data.join(format!("receipts/{number}.escpos"));
    window
        .until("the receipt is there", async || Ok(paper.exists()))
        .await?;
    let bytes = std::fs::read(paper)?;
    let text = String::from_utf8_lossy(&bytes);
    let codes = text
        .match_indices("JQ")
        .filter_map(|(at, _)| text.get(at..at + 138));
    let codes = codes.filter(|code| code.bytes().all(|sign| sign.is_ascii_alphanumeric()));
    Ok(codes.map(str::to_owned).collect())
}

async fn next(window: &TillWindow) -> Result<(), Fault> {
    // The second press of a double one turns no page.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    window.click("next").await?;
    window.element("search").await?;
    Ok(())
}

/// Scans, and waits for what is said.
async fn scan_and_hear(window: &TillWindow, code: &str, said: &str) -> Result<(), Fault> {
    window.keys(&format!("{code}\u{E007}")).await?;
    window
        .until(&format!("the screen says {said}"), async || {
            Ok(window.count("message").await? > 0 && window.text("message").await?.contains(said))
        })
        .await
}

/// A box of lychees, with a voucher; the number of its receipt.
async fn pay_with(window: &TillWindow, voucher: &str) -> Result<String, Fault> {
    window.scan(LYCHEE).await?;
    window.click("pay").await?;
    window.element("complete").await?;
    scan_and_hear(window, voucher, "代金券抵了 50.00").await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.text("receipt-number").await
}

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(folder) => window.picture(&Path::new(&folder).join(name)).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn a_ticket_and_a_voucher_are_sold_printed_and_had_once() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;

    let tickets = sell(&window, &data, TOUR).await?;
    assert_eq!(tickets.len(), 1);
    assert!(window.text("tickets-issued").await?.contains("1 张票"));
    picture(&window, "ticket-sold.png").await?;
    next(&window).await?;
    let vouchers = sell(&window, &data, VOUCHER).await?;
    assert_eq!(vouchers.len(), 1);
    assert!(window.text("helped").await?.contains("售出 1 张代金券"));
    picture(&window, "voucher-sold.png").await?;
    next(&window).await?;

    scan_and_hear(&window, &tickets[0], "已核销：茶园半日游门票").await?;
    picture(&window, "ticket-redeemed.png").await?;
    scan_and_hear(&window, &tickets[0], "已经核销过").await?;
    picture(&window, "ticket-refused.png").await?;

    window.scan(LYCHEE).await?;
    window.until_text("total", "59.90").await?;
    window.click("pay").await?;
    window.element("complete").await?;
    scan_and_hear(&window, &vouchers[0], "代金券抵了 50.00").await?;
    assert!(window.text("tender").await?.contains("代金券"));
    assert!(window.text("tender-current").await?.contains("9.90"));
    picture(&window, "voucher-pays.png").await?;
    window.click("complete").await?;
    window.element("done").await?;
    next(&window).await?;

    window.scan(LYCHEE).await?;
    window.click("pay").await?;
    window.element("complete").await?;
    scan_and_hear(&window, &vouchers[0], "已经用过").await?;
    assert_eq!(window.count("tender").await?, 0);

    let told = jishi(&data, &["report", "vouchers"])?;
    let states: Vec<_> = told
        .iter()
        .map(|row| (row["kind"].clone(), row["state"].clone()))
        .collect();
    assert_eq!(
        states,
        [
            ("ticket".into(), "redeemed".into()),
            ("voucher".into(), "redeemed".into())
        ]
    );
    // The ticket and the fruit are sales; the voucher is none.
    let summary = &jishi(&data, &["report", "summary"])?[0];
    assert_eq!(
        (&summary["sales"], &summary["net"]),
        (&2.into(), &(6_800 + 5_990).into())
    );
    window.close().await?;
    assert!(jishi_does(&data, &["verify"])?);
    Ok(())
}

/// Two tills with no line between them: each takes the voucher, and neither can know. The centre, where both meet, says it.
#[tokio::test]
async fn a_voucher_taken_at_two_tills_that_are_offline_is_said_where_they_meet() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let [first, second, file] = ["T1", "T2", "file.json"].map(|name| folder.path().join(name));
    for (till, data) in [("T1", &first), ("T2", &second)] {
        told("jishi", &["init", "--till", till, "--demo"], data)?;
        told("jishi", &["shift", "open"], data)?;
    }
    // T2 checks what T1 issues, without ever hearing of it.
    let key = told("jishi", &["status"], &first)?["public_key"].clone();
    std::fs::write(
        &file,
        json!({"issuers": [{"code": "T1", "public_key": key}]}).to_string(),
    )?;
    let file = file.to_str().ok_or("a path that is no text")?;
    jishi(&second, &["import", file])?;

    let window = TillWindow::open(&first, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    let vouchers = sell(&window, &first, VOUCHER).await?;
    next(&window).await?;
    let here = pay_with(&window, &vouchers[0]).await?;
    window.close().await?;

    let window = TillWindow::open(&second, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    let there = pay_with(&window, &vouchers[0]).await?;
    window.close().await?;
    for data in [&first, &second] {
        let states = jishi(data, &["report", "vouchers"])?;
        assert!(states.iter().all(|row| row["state"] != "doubled"), "{states:?}");
    }

    let centre = Centre::start(&folder.path().join("centre"))?;
    for data in [&second, &first] {
        centre.enrol(data, &centre.address)?;
        told("jishi", &["sync"], data)?;
    }
    let page = http_get(&centre.address, "/")?;
    for said in ["用了不止一次", here.trim(), there.trim(), "多抵了 50.00"] {
        assert!(page.contains(said), "{said} is not on\n{page}");
    }
    // Nobody's goods are taken back: both sales stand.
    let summary = told("jishi-server", &["report", "summary"], &centre.data)?;
    assert_eq!(
        (&summary["sales"], &summary["net"]),
        (&2.into(), &(2 * 5990).into())
    );
    Ok(())
}
