//! 繁體中文 in the real window: what the program says is in it, on the screen and on paper; what people entered is not touched;
//! and it is still spoken after the plug was pulled.

use jishi_tests::cashier::{F7, LYCHEE, jishi};
use jishi_tests::window::{Fault, TillWindow};
use std::process::Command;

#[tokio::test]
async fn traditional_chinese_from_the_first_press_to_the_paper() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let off = [("JISHI_SERVER", "off")];
    let window = TillWindow::open(&data, &off).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    let goods = window.text("line").await?;
    window.choose_language("zh-Hant").await?;
    window
        .until("the window speaks it", async || {
            Ok(window.text("connection").await?.contains("單機"))
        })
        .await?;
    // The goods, and the household they are of, stand as they were entered.
    assert!(goods.contains("妃子笑荔枝"), "{goods}");
    assert_eq!(window.text("line").await?.replace('戶', "户"), goods);

    // What the core says, and what it refuses.
    window.keys(F7).await?;
    window.element("typed").await?;
    window.click("offered\"][data-offered=\"1").await?;
    window.click("set").await?;
    window.until_text("total", "53.90").await?;
    window.keys("6900000099995\u{E007}").await?;
    window
        .until("it is refused in 繁體", async || {
            Ok(window.count("message").await? > 0 && window.text("message").await?.contains("沒有這個商品"))
        })
        .await?;
    window.click("pay").await?;
    window.click("complete").await?;
    window.element("done").await?;

    let paper = data.join("receipts/T1-000001.pdf");
    window
        .until("the receipt is there", async || Ok(paper.exists()))
        .await?;
    let text = Command::new("pdftotext")
        .arg("-layout")
        .arg(&paper)
        .arg("-")
        .output()?;
    let text = String::from_utf8(text.stdout)?;
    for expected in ["單號", "應收", "經營方讓利", "东门大集", "妃子笑荔枝"] {
        assert!(
            text.contains(expected),
            "{expected} is not on the receipt:\n{text}"
        );
    }
    window.kill();

    let window = TillWindow::open(&data, &off).await?;
    window.element("search").await?;
    assert!(window.text("connection").await?.contains("單機"));
    assert_eq!(jishi(&data, &["report", "sales"])?.len(), 1);
    window.close().await
}
