//! Plays one sale through the real window and leaves its pictures, its receipt and its report behind:
//! what `make run` does where there is no display to open the till on.

use jishi_tests::window::{Fault, TillWindow, program};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let data = PathBuf::from(std::env::var("JISHI_DATA").map_err(|_| "JISHI_DATA names the till's folder")?);
    let out = data
        .parent()
        .map_or_else(|| PathBuf::from("run"), Path::to_path_buf)
        .join("demo");
    std::fs::create_dir_all(&out)?;
    let window = TillWindow::open(&data, &[]).await?;
    window.element("search").await?;
    window.scan("6901234500016").await?;
    window.scan("6901234500023").await?;
    window.picture(&out.join("sale.png")).await?;
    window.click("pay").await?;
    window.click("tender-cash").await?;
    window.click("quick-cash").await?;
    window.picture(&out.join("pay.png")).await?;
    window.click("complete").await?;
    window.element("done").await?;
    // The receipt is written right after the sale.
    tokio::time::sleep(Duration::from_secs(2)).await;
    window.picture(&out.join("done.png")).await?;
    let number = window.text("receipt-number").await?;
    println!("小票 {number}");
    window.close().await?;
    let report = Command::new(program("jishi")?)
        .args(["report", "parties", "--data"])
        .arg(&data)
        .output()?;
    std::fs::write(out.join("report.txt"), &report.stdout)?;
    println!("截图 {}", out.join("done.png").display());
    println!("小票 {}", data.join("receipts").display());
    println!("报表 {}", out.join("report.txt").display());
    Ok(())
}
