//! Plays one sale through the real window and leaves its pictures, its receipt and its report behind:
//! what `make run` does where there is no display to open the till on.

use jishi_tests::window::{Fault, TillWindow, http_get, program};
use std::path::{Path, PathBuf};
use std::process::Command;

/// 妃子笑荔枝 5斤, and a scale's label for 15.72 yuan of 散装橙子.
const SCANS: [&str; 2] = ["6900000400012", "2000301015725"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let data = PathBuf::from(std::env::var("JISHI_DATA").map_err(|_| "JISHI_DATA names the till's folder")?);
    let out = data.parent().unwrap_or(Path::new(".")).join("demo");
    std::fs::create_dir_all(&out)?;
    let window = TillWindow::open(&data, &[]).await?;
    window.element("search").await?;
    for code in SCANS {
        window.scan(code).await?;
    }
    window.picture(&out.join("1-sale.png")).await?;
    window.click("pay").await?;
    window.element("complete").await?;
    window.keys("100").await?;
    window.until_text("paying-change", "24.40").await?;
    window.picture(&out.join("2-pay.png")).await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.element("printing").await?;
    window.picture(&out.join("3-done.png")).await?;
    let status = async || jishi(&data, &["status", "--json"]);
    window
        .until("the centre has the sale", async || {
            let status: serde_json::Value = serde_json::from_slice(&status().await?)?;
            Ok(status["sales_waiting"] == 0)
        })
        .await?;
    let status: serde_json::Value = serde_json::from_slice(&status().await?)?;
    let centre = status["centre"]["address"].as_str().unwrap_or_default();
    std::fs::write(out.join("centre.html"), http_get(centre, "/")?)?;
    window.close().await?;

    std::fs::write(out.join("report.txt"), jishi(&data, &["report", "parties"])?)?;
    let sales = String::from_utf8(jishi(&data, &["report", "sales", "--json"])?)?;
    let last: serde_json::Value = serde_json::from_str(sales.lines().last().unwrap_or_default())?;
    let number = last["number"].as_str().unwrap_or_default();
    println!("小票 {number} 已记下，已送到中心。/ Sale {number} is recorded and at the centre.");
    for (what, path) in [
        ("截图 screenshots", out.join("1-sale.png")),
        ("", out.join("2-pay.png")),
        ("", out.join("3-done.png")),
        ("小票 receipt", data.join(format!("receipts/{number}.pdf"))),
        (
            "打印机字节 printer bytes",
            data.join(format!("receipts/{number}.escpos")),
        ),
        ("各户所得 report", out.join("report.txt")),
        ("中心页面 centre's page", out.join("centre.html")),
    ] {
        println!("  {what}\t{}", path.display());
    }
    Ok(())
}

fn jishi(data: &Path, arguments: &[&str]) -> Result<Vec<u8>, Fault> {
    let output = Command::new(program("jishi")?)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}
