//! What a cashier does at the window, and what the command line says of it beside her.

use crate::window::{Fault, TillWindow, http_get, program};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// 妃子笑荔枝 5斤, 59.90 a box.
pub const LYCHEE: &str = "6900000400012";

pub const ENTER: &str = "\u{E007}";
pub const F3: &str = "\u{E033}";
pub const F4: &str = "\u{E034}";
pub const F8: &str = "\u{E038}";
pub const F7: &str = "\u{E037}";
pub const F9: &str = "\u{E039}";
pub const ESCAPE: &str = "\u{E00C}";
pub const F12: &str = "\u{E03C}";
pub const SHIFT_F6: &str = "\u{E008}\u{E036}\u{E000}";

/// What the command line says of the same data, beside the window.
pub fn jishi(data: &Path, arguments: &[&str]) -> Result<Vec<Value>, Fault> {
    let output = Command::new(program("jishi")?)
        .args(arguments)
        .args(["--json", "--data"])
        .arg(data)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(format!("jishi {arguments:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Whether the command line does it; what it says is of no matter.
pub fn jishi_does(data: &Path, arguments: &[&str]) -> Result<bool, Fault> {
    let mut command = Command::new(program("jishi")?);
    command.args(arguments).arg("--data").arg(data);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command.status()?.success())
}

/// Waits until the program whose window was closed is gone, and closes the shift.
pub async fn close_shift(data: &Path) -> Result<(), Fault> {
    // Opens the till and sells nothing.
    for _ in 0..300 {
        if jishi_does(data, &["sell"])? {
            jishi(data, &["shift", "close"])?;
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("the window never let go of the till".into())
}

/// A scale's label for an amount of 散装橙子: 20, item 00301, fen, check digit.
pub fn orange_label(fen: u32) -> String {
    with_check_digit(&format!("2000301{fen:05}"))
}

/// The same with its weight, of 18 digits: at the price of the scale, which may be another one than the till's.
pub fn weighed_orange_label(fen: u32, grams: u32) -> String {
    with_check_digit(&format!("2000301{fen:05}{grams:05}"))
}

/// A barcode of all its digits but the last.
pub fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([3, 1].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A name, and the PIN that the demo fair says, slower than a scanner would type it.
pub async fn code_and_pin(window: &TillWindow, code: &str, pin: &str) -> Result<(), Fault> {
    let css = format!("[data-testid=\"staff-member\"][data-code=\"{code}\"]");
    window.press(&css).await?;
    window.keys(pin).await?;
    window
        .until("the PIN is typed", async || {
            // The dots are for the eye alone, so WebDriver leaves them out of what can be read.
            let field = window.element("staff-pin").await?;
            let content = field.prop("textContent").await?.unwrap_or_default();
            Ok(content.matches('●').count() == pin.len())
        })
        .await?;
    window.keys(ENTER).await
}

/// 领班授权, where it is asked for.
pub async fn supervisor(window: &TillWindow) -> Result<(), Fault> {
    window.element("approve").await?;
    code_and_pin(window, "03", "3333").await
}

pub async fn until_page(window: &TillWindow, page: &str) -> Result<(), Fault> {
    window
        .until(page, async || {
            let shown = window.element("shift").await?.attr("data-page").await?;
            Ok(shown.as_deref() == Some(page))
        })
        .await
}

/// Asked twice: her own sum is shown before she confirms it.
pub async fn confirm_count(window: &TillWindow) -> Result<(), Fault> {
    window.click("count-confirm").await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("count-confirm").await?;
    until_page(window, "counted").await
}

/// Waits until the centre beside the window has every sale and says the same of every party. Answers where it is, and
/// what it says of the fair.
pub async fn same_at_the_centre(window: &TillWindow, data: &Path) -> Result<(String, Value), Fault> {
    let waiting = async || Ok(jishi(data, &["status"])?[0]["sales_waiting"] == 0);
    window.until("the centre has every sale", waiting).await?;
    let address = jishi(data, &["status"])?[0]["centre"]["address"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let fair: Value = serde_json::from_str(&http_get(&address, "/api/v1/fair")?)?;
    let here = jishi(data, &["report", "parties"])?;
    if here.is_empty() {
        return Err("no party has anything".into());
    }
    for party in &here {
        let there = fair["parties"].as_array().into_iter().flatten();
        let there = there
            .filter(|row| row["party"] == party["party"])
            .collect::<Vec<_>>();
        assert_eq!(there.len(), 1, "{party}");
        for key in ["name", "attributed", "due", "sales"] {
            assert_eq!(there[0][key], party[key], "{key} of {party}");
        }
    }
    Ok((address, fair))
}
