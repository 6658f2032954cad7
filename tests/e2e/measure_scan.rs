//! A scanner at the real window, with 100,000 products: from the last key of a scan to its line on the screen, sales of
//! ten scans typed without a pause, and the memory of all the window's processes. Run it with a release build:
//! `measure-scan [SALES]`, 1,000 unless told.

use jishi_tests::cashier::{ENTER, F9, jishi};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::{Value, json};
use std::time::Instant;

const PRODUCTS: usize = 100_000;
const SCANS: usize = 300;
const SALES: usize = 1_000;
const SCANS_A_SALE: usize = 10;
const KEY_MS: u64 = 5;
const FRAME_MS: f64 = 1000.0 / 60.0;

/// Types codes as a gun does, a key every 5 ms. Answers for each the milliseconds from its Enter to the frame that
/// draws what it added.
const GUN: &str = r#"
    const [codes, pause, answer] = arguments;
    const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
    const press = (key, code) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
    const shown = () => document.querySelector('[data-testid="total"]')?.textContent ?? '';
    (async () => {
        const took = [];
        for (const code of codes) {
            for (const digit of code) {
                press(digit, `Digit${digit}`);
                await sleep(pause);
            }
            const before = shown();
            const began = performance.now();
            const drawn = new Promise((done) => {
                const look = new MutationObserver(() => {
                    if (shown() === before) return;
                    look.disconnect();
                    requestAnimationFrame(() => done(performance.now() - began));
                });
                look.observe(document.body, { childList: true, subtree: true, characterData: true });
            });
            press('Enter', 'Enter');
            took.push(await drawn);
        }
        answer(took);
    })();
"#;

/// As above, without waiting for what is drawn: the next code follows the last at the gun's own pace.
const GUN_AND_ON: &str = r#"
    const [codes, pause, answer] = arguments;
    const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
    const press = (key, code) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
    (async () => {
        for (const code of codes) {
            for (const digit of code) {
                press(digit, `Digit${digit}`);
                await sleep(pause);
            }
            press('Enter', 'Enter');
            await sleep(pause);
        }
        answer(null);
    })();
"#;

fn barcode(number: usize) -> String {
    let digits = format!("69{number:010}");
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn catalogue() -> Value {
    let products = (0..PRODUCTS).map(|number| {
        json!({
            "code": format!("P{number:06}"), "name": format!("山货第{number}号"), "unit": "袋",
            "price": 100 + 10 * (number % 900), "barcodes": [barcode(number)],
        })
    });
    json!({ "products": products.collect::<Vec<_>>() })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let sales = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => SALES,
    };
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let file = folder.path().join("products.json");
    std::fs::write(&file, serde_json::to_vec(&catalogue())?)?;
    jishi(&data, &["init", "--till", "T1", "--demo"])?;
    jishi(&data, &["import", file.to_str().ok_or("a path that is no text")?])?;
    jishi(&data, &["shift", "open"])?;

    let began = Instant::now();
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    println!(
        "start of the driver and the program to the first scan possible, {PRODUCTS} products: {:.2} s",
        began.elapsed().as_secs_f64()
    );

    let codes: Vec<String> = (0..SCANS).map(|scan| barcode(scan * 331 % PRODUCTS)).collect();
    let took = window
        .client
        .execute_async(GUN, vec![json!(codes), json!(KEY_MS)])
        .await?;
    let times = took.as_array().into_iter().flatten().filter_map(Value::as_f64);
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!(
        "scan to line on the screen, {} scans: p50 {p50:.1} ms, {:.2} × a frame of {FRAME_MS:.1}; p99 {p99:.1} ms, {:.2} × two frames",
        times.len(),
        p50 / FRAME_MS,
        p99 / (2.0 * FRAME_MS)
    );
    window.click("clear").await?;

    let mut before_kib = 0;
    for sale in 0..sales {
        let codes: Vec<String> = (0..SCANS_A_SALE)
            .map(|scan| barcode((sale * SCANS_A_SALE + scan) * 7 % PRODUCTS))
            .collect();
        window
            .client
            .execute_async(GUN_AND_ON, vec![json!(codes), json!(KEY_MS)])
            .await?;
        window
            .until("every scan is there", async || {
                Ok(window.count("line").await? == SCANS_A_SALE)
            })
            .await?;
        window.keys(F9).await?;
        window.element("complete").await?;
        window.keys(ENTER).await?;
        window.element("done").await?;
        // What is built and cached at the first sales is no growth.
        if sale == sales / 20 {
            before_kib = window.memory_kib()?;
        }
    }
    let after_kib = window.memory_kib()?;
    window.close().await?;
    let lines = jishi(&data, &["report", "summary"])?;
    println!(
        "{sales} sales of {SCANS_A_SALE} scans typed at {KEY_MS} ms a key: {} in the books, every line of each on the screen",
        lines[0]["sales"]
    );
    println!(
        "memory of the window's processes: {} MiB after {} sales, {} MiB after {sales}: {:.2} ×",
        before_kib / 1024,
        sales / 20,
        after_kib / 1024,
        after_kib as f64 / before_kib.max(1) as f64
    );
    Ok(())
}
