//! From the start of the program to the first scan on the screen, with 100,000 products: the program alone, without a
//! driver, and a gun that scans again and again until a line is there. Run it with a release build.

use jishi_tests::display::{Display, ESCAPE};
use jishi_tests::many::{PRODUCTS, barcode, median, till_with_many_products};
use jishi_tests::window::{Fault, TillWindow, program};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use x11rb::protocol::xproto::Rectangle;

const STARTS: usize = 7;
const LIMIT_S: f64 = 1.5;
/// As fast as a gun may be: a slow one would measure itself.
const KEY: Duration = Duration::from_millis(1);
const GIVEN_UP: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    till_with_many_products(&data)?;
    let display = Display::open()?;
    let total = total(&display, &data).await?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(start(&display, &data, &total)?);
    }
    // The first one reads the program's files from the disk, where nobody had them open lately.
    let first = times[0];
    let middle = median(&mut times);
    println!(
        "start of the program to a scan's line on the screen, {PRODUCTS} products: the first {first:.2} s; the middle of {STARTS} {middle:.2} s, {:.2} × the limit of {LIMIT_S} s",
        middle / LIMIT_S
    );
    Ok(())
}

/// What the total looks like after one scan, two and three, and where it is.
#[derive(Debug)]
struct Total {
    area: Rectangle,
    after_scans: Vec<Vec<u8>>,
}

async fn total(display: &Display, data: &Path) -> Result<Total, Fault> {
    let window = TillWindow::open_to_measure(data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    let area = display.place_of(&window, "total").await?;
    // The first steps lie over a new till until a key is pressed.
    display.key(ESCAPE, KEY)?;
    sleep(Duration::from_secs(1));
    let mut after_scans = Vec::new();
    for _ in 0..3 {
        let before = display.pixels(area)?;
        display.scan(&barcode(0), KEY)?;
        display.until_changed(area, &before)?;
        sleep(Duration::from_millis(500));
        after_scans.push(display.pixels(area)?);
    }
    window.close().await?;
    Ok(Total { area, after_scans })
}

fn start(display: &Display, data: &Path, total: &Total) -> Result<f64, Fault> {
    let began = Instant::now();
    let mut program = Command::new(program("jishi-desktop")?)
        .env("JISHI_DATA", data)
        .env("JISHI_SERVER", "off")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let seen = scan_until_seen(display, total);
    program.kill()?;
    program.wait()?;
    // The processes that drew for it end a moment later.
    sleep(Duration::from_secs(1));
    Ok((seen? - began).as_secs_f64())
}

fn scan_until_seen(display: &Display, total: &Total) -> Result<Instant, Fault> {
    let began = Instant::now();
    while began.elapsed() < GIVEN_UP {
        // Until its window is there, there is none to give the keys to.
        if display.focus_largest().is_err() {
            sleep(Duration::from_millis(5));
            continue;
        }
        let scanned = display.scan(&barcode(0), KEY)?;
        while scanned.elapsed() < Duration::from_millis(40) {
            if total.after_scans.contains(&display.pixels(total.area)?) {
                return Ok(Instant::now());
            }
            sleep(Duration::from_millis(2));
        }
    }
    Err("no scan was taken".into())
}
