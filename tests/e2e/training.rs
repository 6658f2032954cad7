//! 练习 in the real window: a sale that is practised, and a plug that is pulled in the middle of it.

use jishi_tests::window::{Fault, TillWindow};
use jishi_till::{Folder, Reading};
use std::path::Path;

/// 妃子笑荔枝 5斤, 59.90 a box.
const LYCHEE: &str = "6900000400012";

/// What the books know of the real till, read beside the window.
fn books(data: &Path) -> Result<(u64, String, String), Fault> {
    let reading = Reading::open(&Folder::at(data))?;
    let report = serde_json::to_string(&reading.shift_report()?)?;
    let record = reading.ledger().chains()?.remove(0);
    Ok((record.head.seq, record.head.hash.to_string(), report))
}

async fn sell(window: &TillWindow) -> Result<String, Fault> {
    window.scan(LYCHEE).await?;
    window.click("pay").await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.text("receipt-number").await
}

async fn enter(window: &TillWindow) -> Result<(), Fault> {
    window.click("show-more").await?;
    window.click("enter-training").await?;
    window.element("training-banner").await?;
    Ok(())
}

#[tokio::test]
async fn training_counts_for_nothing_and_a_kill_in_it_starts_the_real_till() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    assert_eq!(sell(&window).await?, "T1-000001");
    let before = books(&data)?;

    enter(&window).await?;
    assert!(window.text("training-banner").await?.contains("练习"));
    assert_eq!(sell(&window).await?, "LXT1-000001");
    assert_eq!(window.count("training-banner").await?, 1);
    if let Some(pictures) = std::env::var_os("JISHI_PICTURES") {
        window.picture(&Path::new(&pictures).join("training.png")).await?;
    }
    let paper = data.join("training/receipts/LXT1-000001.pdf");
    window
        .until("the practised receipt is there", async || Ok(paper.exists()))
        .await?;
    window.click("leave-training").await?;
    window.click("leave-training").await?;
    window
        .until("the banner is gone", async || {
            Ok(window.count("training-banner").await? == 0)
        })
        .await?;
    window.element("search").await?;
    assert_eq!(books(&data)?, before);

    enter(&window).await?;
    window.scan(LYCHEE).await?;
    window.kill();

    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    assert_eq!(window.count("training-banner").await?, 0);
    assert_eq!(books(&data)?, before);
    assert_eq!(sell(&window).await?, "T1-000002");
    window.close().await
}
