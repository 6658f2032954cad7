//! What hasty hands and strange codes do to the real window: nothing is sold that nobody meant, and the next scan works.

use jishi_tests::cashier::{ENTER, F8, LYCHEE, jishi, until_page};
use jishi_tests::display::{Display, OwnScreen, RETURN};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

const F6: &str = "\u{E036}";
const OFF: [(&str, &str); 1] = [("JISHI_SERVER", "off")];

/// Counts how often Enter comes: a key that is held down comes again and again.
const COUNT_ENTERS: &str = "window.enters = 0; \
    addEventListener('keydown', ({ key }) => { if (key === 'Enter') window.enters += 1; }, { capture: true });";

/// How long the window takes to draw another frame, in milliseconds: what is busy draws none.
const NEXT_FRAME: &str = "const [done] = arguments; const began = performance.now(); \
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));";

async fn says(window: &TillWindow, words: &str) -> Result<(), Fault> {
    window
        .until(&format!("it says {words}"), async || {
            Ok(window.count("message").await? > 0 && window.text("message").await?.contains(words))
        })
        .await
}

async fn is_awake(window: &TillWindow) -> Result<(), Fault> {
    let took = window.client.execute_async(NEXT_FRAME, Vec::new()).await?;
    let took_ms = took.as_f64().ok_or("no time")?;
    assert!(took_ms < 1000.0, "the window answered after {took_ms} ms");
    Ok(())
}

async fn until_taken(window: &TillWindow, scans: u64) -> Result<(), Fault> {
    window
        .until(&format!("{scans} scans are taken"), async || {
            Ok(window.taken().await? == scans)
        })
        .await
}

async fn until_lines(window: &TillWindow, lines: usize) -> Result<(), Fault> {
    window
        .until(&format!("there are {lines} lines"), async || {
            Ok(window.count("line").await? == lines)
        })
        .await
}

#[tokio::test]
async fn an_address_ten_thousand_signs_and_a_code_in_chinese_are_named_and_the_next_scan_works()
-> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let screen = OwnScreen::start()?;
    let display = Display::open_at(Some(&screen.name))?;
    let environment = [OFF[0], ("DISPLAY", &screen.name)];
    let window = TillWindow::open(folder.path(), &environment).await?;
    window.element("search").await?;
    let gun = Duration::from_millis(4);
    let long = "a1b2c3d4e5".repeat(1_000);
    display.focus_largest()?;
    for (scans, (code, said)) in (0u64..).zip([
        ("https://weixin.qq.com/r/mp/8jhK?scene=1001", "这是网址"),
        (long.as_str(), "这是网址或二维码"),
        ("收款码：张三的小店", "这是网址或二维码"),
    ]) {
        display.scan_text(code, gun)?;
        says(&window, said).await?;
        is_awake(&window).await?;
        assert_eq!(window.taken().await?, scans, "{said}");
        display.scan_text(LYCHEE, gun)?;
        until_taken(&window, scans + 1).await?;
        let typed = window.element("search").await?.prop("value").await?;
        assert_eq!(typed.as_deref(), Some(""), "{said}");
    }
    window.until_text("total", "179.70").await?;
    // The same goods three times are one line of three.
    until_lines(&window, 1).await?;
    window.until_text("count", "3").await?;
    assert!(jishi(folder.path(), &["report", "sales"])?.is_empty());

    // While something is being paid they complete nothing either.
    window.click("pay").await?;
    window.element("complete").await?;
    display.scan_text("https://weixin.qq.com/r/mp/8jhK", gun)?;
    says(&window, "这是网址").await?;
    assert_eq!(window.count("done").await?, 0);
    window.click("complete").await?;
    window.element("done").await?;
    let sales = jishi(folder.path(), &["report", "sales"])?;
    assert_eq!((sales.len(), &sales[0]["net"]), (1, &Value::from(17970)));
    window.close().await
}

#[tokio::test]
async fn enter_held_down_and_a_double_click_record_one_sale_each() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let screen = OwnScreen::start()?;
    let display = Display::open_at(Some(&screen.name))?;
    let environment = [OFF[0], ("DISPLAY", &screen.name)];
    let window = TillWindow::open(folder.path(), &environment).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.click("pay").await?;
    window.element("complete").await?;
    window.client.execute(COUNT_ENTERS, Vec::new()).await?;
    display.focus_largest()?;
    display.key(RETURN, Duration::from_secs(6))?;
    let enters = window.client.execute("return window.enters", Vec::new()).await?;
    assert!(
        enters.as_u64() > Some(10),
        "Enter came {enters} times while it was held"
    );
    // The change is still to be read.
    window.element("done").await?;
    assert_eq!(jishi(folder.path(), &["report", "sales"])?.len(), 1);
    window.click("next").await?;
    window.element("search").await?;

    window.scan(LYCHEE).await?;
    window.click("pay").await?;
    let complete = display.place_of(&window, "complete").await?;
    let middle = |from: i16, length: u16| from + i16::try_from(length / 2).unwrap_or_default();
    // As wide again lies to the left of it.
    let x = complete.x + i16::try_from(complete.width / 4 * 3)?;
    display.point_at(x, middle(complete.y, complete.height))?;
    display.click()?;
    display.click()?;
    window.element("done").await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(window.count("done").await?, 1, "the second press turned the page");
    assert_eq!(jishi(folder.path(), &["report", "sales"])?.len(), 2);
    window.close().await
}

/// Key by key, as a person does.
async fn type_slowly(window: &TillWindow, text: &str) -> Result<(), Fault> {
    for key in text.chars() {
        window.keys(&key.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    Ok(())
}

async fn found(window: &TillWindow) -> Result<Vec<String>, Fault> {
    let codes = "return [...document.querySelectorAll('[data-testid=\"product-tile\"]')].map((tile) => tile.dataset.code)";
    let found = window.client.execute(codes, Vec::new()).await?;
    Ok(serde_json::from_value(found)?)
}

#[tokio::test]
async fn a_character_of_two_readings_is_found_by_either() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    jishi(&data, &["init", "--till", "T1", "--demo"])?;
    jishi(&data, &["shift", "open"])?;
    let goods = [("P-BANK", "银行纪念茶饼"), ("P-FEAST", "重阳花糕")];
    let goods = goods.map(|(code, name)| json!({"code": code, "name": name, "unit": "盒", "price": 1000}));
    let file = folder.path().join("goods.json");
    std::fs::write(&file, json!({ "products": goods }).to_string())?;
    jishi(&data, &["import", path(&file)?])?;
    let window = TillWindow::open(&data, &OFF).await?;
    // The first steps lie over a new till until a key is pressed.
    window.element("first-steps").await?;
    window.keys("\u{E00C}").await?;
    window
        .until("they are gone", async || {
            Ok(window.count("first-steps").await? == 0)
        })
        .await?;
    for (typed, code) in [
        ("yinhang", "P-BANK"),
        ("yinxing", "P-BANK"),
        ("yhjn", "P-BANK"),
        ("yxjn", "P-BANK"),
        ("chongyang", "P-FEAST"),
        ("zhongyang", "P-FEAST"),
        ("cyhg", "P-FEAST"),
        ("zyhg", "P-FEAST"),
    ] {
        window.click("search").await?;
        type_slowly(&window, typed).await?;
        window
            .until(&format!("{typed} finds {code} first"), async || {
                Ok(found(&window).await?.first().is_some_and(|first| first == code))
            })
            .await?;
        // And nothing else: no other goods of the fair are read so.
        assert_eq!(found(&window).await?, [code], "{typed}");
        for _ in typed.chars() {
            window.keys("\u{E003}").await?;
        }
    }
    // A scale's own number finds what it prints labels for.
    type_slowly(&window, "00301").await?;
    window
        .until("the oranges are found", async || {
            Ok(window.count("product-tile").await? == 1)
        })
        .await?;
    assert!(window.text("product-tile").await?.contains("散装橙子"));
    window.close().await
}

fn path(path: &Path) -> Result<&str, Fault> {
    Ok(path.to_str().ok_or("a path that is no text")?)
}

#[tokio::test]
async fn a_shift_is_not_closed_over_a_sale_on_hold_without_a_word() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let window = TillWindow::open(folder.path(), &OFF).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.keys(F6).await?;
    window.click("hold-set").await?;
    until_lines(&window, 0).await?;
    let close = async || -> Result<(), Fault> {
        window.keys(F8).await?;
        until_page(&window, "reading").await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        window.click("count").await?;
        until_page(&window, "held").await
    };
    close().await?;
    assert!(window.text("shift").await?.contains("59.90"));
    // Fetched: it is on the sale again, and the shift is open.
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("held-fetch").await?;
    window.element("held-sale").await?;
    window.keys(ENTER).await?;
    window.until_text("total", "59.90").await?;
    // Held once more and left to the next shift: only now it is counted.
    window.keys(F6).await?;
    window.click("hold-set").await?;
    until_lines(&window, 0).await?;
    close().await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("held-leave").await?;
    until_page(&window, "count").await?;
    assert!(jishi(folder.path(), &["report", "sales"])?.is_empty());
    window.close().await
}
