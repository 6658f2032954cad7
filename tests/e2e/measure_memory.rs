//! What the window's processes hold in memory after 2,000 sales, against what they held at the start. Run it with a
//! release build: `measure-memory [SALES]`, 2,000 unless told.

use jishi_tests::cashier::{LYCHEE, jishi};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::json;
use std::thread::sleep;
use std::time::Duration;

const SALES: usize = 2_000;
/// What is built and kept at the first sales is no growth.
const FIRST_SALES: usize = 20;
const AT_A_TIME: usize = 20;

/// Sales of three scans each, keyed in the page itself: a driver would take many times as long.
const SELL: &str = r#"
    const [code, sales, answer] = arguments;
    const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
    const press = (key, code) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
    const there = async (css, count) => {
        while (document.querySelectorAll(css).length !== count) await sleep(2);
    };
    const taken = () => document.querySelector('[data-testid="lines"]')?.dataset.taken;
    (async () => {
        for (let sale = 0; sale < sales; sale++) {
            for (let scan = 1; scan <= 3; scan++) {
                const before = taken();
                for (const digit of code) press(digit, `Digit${digit}`);
                press('Enter', 'Enter');
                while (taken() === before) await sleep(2);
            }
            press('F9', 'F9');
            await there('[data-testid="complete"]', 1);
            press('Enter', 'Enter');
            await there('[data-testid="done"]', 1);
        }
        answer(null);
    })();
"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let sales = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => SALES,
    };
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let window = TillWindow::open_to_measure(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    let (mut made, mut at_first_kib) = (0, 0);
    while made < sales {
        let now = AT_A_TIME.min(sales - made);
        let arguments = vec![json!(LYCHEE), json!(now)];
        window.client.execute_async(SELL, arguments).await?;
        made += now;
        if made == FIRST_SALES {
            at_first_kib = at_rest(&window)?;
        }
    }
    let at_last_kib = at_rest(&window)?;
    window.close().await?;
    let books = jishi(&data, &["report", "summary"])?;
    println!(
        "memory of the window's processes: {} MiB after {FIRST_SALES} sales, {} MiB after {}: {:.2} ×, the limit 1.1",
        at_first_kib / 1024,
        at_last_kib / 1024,
        books[0]["sales"],
        at_last_kib as f64 / at_first_kib.max(1) as f64
    );
    Ok(())
}

/// Between two buyers. What the last sales left behind is collected some time or other: the least of half a minute.
fn at_rest(window: &TillWindow) -> Result<u64, Fault> {
    let mut least_kib = u64::MAX;
    for _ in 0..15 {
        sleep(Duration::from_secs(2));
        least_kib = least_kib.min(window.memory_kib()?);
    }
    Ok(least_kib)
}
