//! 锁定 in the real window, at the shortest time that an outlet can set: left alone it asks who is there, a scan at the
//! locked page is in no sale, and a PIN goes on with the sale as it was.

use jishi_tests::cashier::{ENTER, LYCHEE, code_and_pin, jishi, jishi_does};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(folder) => window.picture(&Path::new(&folder).join(name)).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn a_till_that_nobody_touches_locks_and_a_pin_goes_on_with_its_sale() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    assert!(jishi_does(&data, &["init", "--till", "T1", "--demo"])?);
    let settings = folder.path().join("settings.json");
    std::fs::write(
        &settings,
        json!({"settings": {"lock_after_minutes": 1}}).to_string(),
    )?;
    assert!(jishi_does(&data, &["import", &settings.display().to_string()])?);
    assert!(jishi_does(&data, &["shift", "open", "--staff", "01"])?);
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.until_text("total", "59.90").await?;
    let before = jishi(&data, &["status"])?[0]["seq"].clone();

    // Not before its time.
    tokio::time::sleep(Duration::from_secs(45)).await;
    assert_eq!(window.count("sign-in").await?, 0);
    window.element("sign-in").await?;
    window.element("sale-kept").await?;
    assert_eq!(window.count("search").await?, 0);
    picture(&window, "idle-locked.png").await?;

    // A scan at the locked page is refused where she looks, and is in no sale.
    window.keys(&format!("{LYCHEE}{ENTER}")).await?;
    window
        .until("the scan is refused", async || {
            Ok(window.text("staff-trouble").await?.contains("扫"))
        })
        .await?;
    picture(&window, "idle-scan-refused.png").await?;

    // Another's PIN does not open it; her own does, and the sale is as it was.
    code_and_pin(&window, "01", "3333").await?;
    window
        .until("another's PIN is refused", async || {
            Ok(window.text("staff-trouble").await?.contains("不对"))
        })
        .await?;
    code_and_pin(&window, "01", "1111").await?;
    window.element("search").await?;
    window.until_text("total", "59.90").await?;
    assert_eq!(window.count("line").await?, 1);
    window.scan(LYCHEE).await?;
    window.until_text("total", "119.80").await?;
    window.close().await?;

    // The chain says that it was locked and that she came back, and nothing else.
    let after = jishi(&data, &["status"])?[0]["seq"].clone();
    let entries = after.as_u64().unwrap_or_default() - before.as_u64().unwrap_or_default();
    assert_eq!(entries, 2, "{before} {after}");
    assert!(jishi_does(&data, &["verify"])?);
    Ok(())
}
