//! A scanner at the real window, with 100,000 products: from the key that ends a scan to its line on the screen, then
//! sales of ten scans at a gun's pace, of which no key may be lost. The keys are the display's own, as a gun's are.
//! Run it with a release build: `measure-scan [SALES]`, 1,000 unless told.

use jishi_tests::cashier::jishi;
use jishi_tests::display::{Display, ESCAPE, F9, RETURN};
use jishi_tests::many::{PRODUCTS, barcode, median, price_fen, share, till_with_many_products};
use jishi_tests::window::{Fault, TillWindow};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const SCANS: usize = 200;
const LINES_A_SALE: usize = 10;
const SALES: usize = 1_000;
const KEY: Duration = Duration::from_millis(5);
/// Between two scans; no multiple of a frame, so that they fall anywhere within one.
const HAND: Duration = Duration::from_millis(137);
const FRAME_MS: f64 = 1000.0 / 60.0;

/// Notes, on the clock that all programs share, when a frame begins that draws another total.
const WATCH: &str = r#"
    window.drawn = [];
    const read = () => document.querySelector('[data-testid="total"]')?.textContent ?? '';
    let shown = read();
    new MutationObserver(() => {
        if (read() === shown) return;
        shown = read();
        requestAnimationFrame(() => window.drawn.push(performance.timeOrigin + performance.now()));
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
"#;
const DRAWN: &str = "return window.drawn.splice(0)";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let sales = match std::env::args().nth(1) {
        Some(text) => text.parse()?,
        None => SALES,
    };
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    till_with_many_products(&data)?;
    let window = TillWindow::open_to_measure(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    let display = Display::open()?;
    display.focus_largest()?;
    // The first steps lie over a new till until a key is pressed.
    display.key(ESCAPE, KEY)?;
    sleep(Duration::from_secs(1));
    to_the_line(&window, &display).await?;
    many_sales(&window, &display, &data, sales).await?;
    window.close().await
}

#[expect(
    clippy::disallowed_methods,
    reason = "the page's frames are told on the machine's clock: there is no other that both can read"
)]
fn now_ms() -> Result<f64, Fault> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() * 1000.0)
}

async fn to_the_line(window: &TillWindow, display: &Display) -> Result<(), Fault> {
    let total = display.place_of(window, "total").await?;
    window.client.execute(WATCH, Vec::new()).await?;
    let (mut frames, mut pixels) = (Vec::new(), Vec::new());
    for scan in 0..SCANS {
        // A sale is as long as a buyer's.
        if scan % LINES_A_SALE == 0 && scan > 0 {
            window.click("clear").await?;
            window.click("clear").await?;
            window.until_text("total", "0.00").await?;
        }
        sleep(HAND);
        window.client.execute(DRAWN, Vec::new()).await?;
        let before = display.pixels(total)?;
        for sign in barcode(scan * 331 % PRODUCTS).chars() {
            display.key(u32::from(sign), KEY)?;
        }
        let pressed_at_ms = now_ms()?;
        let pressed = display.key(RETURN, Duration::ZERO)?;
        let seen = display.until_changed(total, &before)?;
        pixels.push((seen - pressed).as_secs_f64() * 1000.0);
        frames.push(drawn_at_ms(window).await? - pressed_at_ms);
    }
    for (end, times) in [
        ("frame that draws its line", &mut frames),
        ("pixels of the display", &mut pixels),
    ] {
        let (p50, p99) = (median(times), share(times, 99));
        println!(
            "last key of a scan to the {end}, {SCANS} scans among {PRODUCTS} products: p50 {p50:.1} ms, {:.2} × a frame of {FRAME_MS:.1}; p99 {p99:.1} ms, {:.2} × two frames",
            p50 / FRAME_MS,
            p99 / (2.0 * FRAME_MS)
        );
    }
    window.click("clear").await?;
    window.click("clear").await
}

/// When the frame began that draws the new total. Its pixels may be seen before the page has noted it.
async fn drawn_at_ms(window: &TillWindow) -> Result<f64, Fault> {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(1) {
        let drawn = window.client.execute(DRAWN, Vec::new()).await?;
        if let Some(at_ms) = drawn[0].as_f64() {
            return Ok(at_ms);
        }
    }
    Err("the page drew nothing".into())
}

async fn many_sales(window: &TillWindow, display: &Display, data: &Path, sales: usize) -> Result<(), Fault> {
    let mut sum_fen = 0;
    for sale in 0..sales {
        let before = window.taken().await?;
        for scan in 0..LINES_A_SALE {
            let number = (sale * LINES_A_SALE + scan) * 7 % PRODUCTS;
            sum_fen += price_fen(number);
            display.scan(&barcode(number), KEY)?;
        }
        window
            .until("every scan is there", async || {
                Ok(window.taken().await? - before == LINES_A_SALE as u64)
            })
            .await?;
        display.key(F9, KEY)?;
        window.element("complete").await?;
        display.key(RETURN, KEY)?;
        window.element("done").await?;
    }
    let books = jishi(data, &["report", "summary"])?;
    println!(
        "{sales} sales of {LINES_A_SALE} scans at {} ms a key: {} in the books over {} fen, {sum_fen} by themselves",
        KEY.as_millis(),
        books[0]["sales"],
        books[0]["gross"]
    );
    if (&books[0]["sales"], &books[0]["gross"]) != (&sales.into(), &sum_fen.into()) {
        return Err("a key was lost, or doubled".into());
    }
    Ok(())
}
