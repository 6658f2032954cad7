//! 数据 in the real window: a catalogue is looked at, cancelled and imported, the books are backed up and checked,
//! and a scan goes to the sale meanwhile.

use jishi_tests::cashier::{ENTER, code_and_pin};
use jishi_tests::centre::{Centre, told};
use jishi_tests::window::{Fault, TillWindow, program};
use jishi_till::{Folder, Reading};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// 妃子笑荔枝 5斤, 59.90 a box.
const LYCHEE: &str = "6900000400012";
/// Enough that it can be seen and cancelled.
const GOODS: usize = 20_000;

fn head(data: &Path) -> Result<(u64, String), Fault> {
    let reading = Reading::open(&Folder::at(data))?;
    let record = reading.ledger().chains()?.remove(0);
    Ok((record.head.seq, record.head.hash.to_string()))
}

fn catalogue(path: &Path) -> Result<(), Fault> {
    let goods = (0..GOODS).map(
        |number| json!({"code": format!("G{number}"), "name": format!("山货 {number}"), "unit": "袋", "price": 1000}),
    );
    let file = json!({ "products": goods.collect::<Vec<Value>>() });
    Ok(std::fs::write(path, serde_json::to_vec(&file)?)?)
}

fn backups(stick: &Path) -> Result<Vec<PathBuf>, Fault> {
    let files = std::fs::read_dir(stick)?.map(|file| Ok(file?.path()));
    files.collect()
}

async fn page(window: &TillWindow) -> Result<(), Fault> {
    window.click("show-more").await?;
    window.click("open-data").await?;
    window.element("data-page").await?;
    Ok(())
}

async fn said(window: &TillWindow, words: &str) -> Result<(), Fault> {
    let is_said =
        async || Ok(window.count("job-said").await? > 0 && window.text("job-said").await?.contains(words));
    window.until(&format!("it says {words}"), is_said).await
}

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    if let Some(pictures) = std::env::var_os("JISHI_PICTURES") {
        window.picture(&Path::new(&pictures).join(name)).await?;
    }
    Ok(())
}

#[tokio::test]
async fn long_work_shows_how_far_it_is_and_can_be_cancelled() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let stick = folder.path().join("stick");
    std::fs::create_dir(&stick)?;
    let file = folder.path().join("goods.json");
    catalogue(&file)?;
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    // The cashier is told whose work it is; the bookkeeper does it.
    page(&window).await?;
    assert_eq!(window.count("data-not-yours").await?, 6);
    window.click("handover").await?;
    window.element("staff-member").await?;
    code_and_pin(&window, "04", "4444").await?;
    window.click("data-back").await?;
    window.click("open-data").await?;
    window.element("data-path").await?;
    let before = head(&data)?;

    window.set_field("data-path", &file.display().to_string()).await?;
    window.click("data-look").await?;
    said(&window, "新增 20000").await?;
    picture(&window, "data-looked.png").await?;
    assert_eq!(head(&data)?, before);

    // Cancelled in the middle: nothing of it is there.
    window.click("job-import").await?;
    window
        .until("it records", async || {
            Ok(window.count("job-measure").await? > 0 && window.count("job-waits").await? > 0)
        })
        .await?;
    window.click("job-cancel").await?;
    said(&window, "已取消").await?;
    assert_eq!(head(&data)?, before);

    // A scan waits for an import, says why, and is on the sale when it is over.
    window.click("data-look").await?;
    said(&window, "新增 20000").await?;
    window.click("job-import").await?;
    window.element("job-waits").await?;
    window.scan(LYCHEE).await?;
    picture(&window, "data-importing.png").await?;
    said(&window, "导入好了").await?;
    window
        .until("the scan is on the sale", async || {
            Ok(window.count("line").await? == 1)
        })
        .await?;
    let imported = head(&data)?;
    assert_eq!(imported.0, before.0 + GOODS as u64);

    // A backup beside the sale: what is scanned goes on it at once.
    page(&window).await?;
    window
        .set_field("data-folder", &stick.display().to_string())
        .await?;
    window.click("data-back-up").await?;
    said(&window, "备份好了").await?;
    picture(&window, "data-backed-up.png").await?;
    let made = backups(&stick)?;
    assert_eq!(made.len(), 1);
    let restored = Command::new(program("jishi")?)
        .arg("restore")
        .args(&made)
        .arg("--data")
        .arg(folder.path().join("other"))
        .output()?;
    assert!(restored.status.success(), "{restored:?}");

    window.click("data-start-verify").await?;
    window.element("job-measure").await?;
    // The same goods once more: the sale is in sight again, the check beside it.
    window.keys(&format!("{LYCHEE}{ENTER}")).await?;
    window
        .until("the sale is in sight", async || {
            Ok(window.count("data-page").await? == 0 && window.taken().await? == 2)
        })
        .await?;
    window.until_text("count", "2").await?;
    picture(&window, "data-verifying.png").await?;
    window.click("job-cancel").await?;
    said(&window, "已取消").await?;

    // Closed in the middle of it: the next start is as if nothing had been.
    page(&window).await?;
    window.click("data-start-rebuild").await?;
    window.element("job-waits").await?;
    window.close().await?;
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    assert_eq!(head(&data)?, imported);
    window.close().await
}

/// A hub on the fair's own network: joined over TLS with the code it gave, and told of every sale from then on.
#[tokio::test]
async fn a_till_joins_a_hub_with_its_code() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let [data, hub] = ["till", "hub"].map(|name| folder.path().join(name));
    let hub = Centre::start_on(&hub, "0.0.0.0:0")?;
    assert!(hub.address.starts_with("https://"), "{}", hub.address);
    // Reached by this machine's own loopback: whether there is a network is the machine's affair.
    let port = hub.address.rsplit(':').next().ok_or("no port")?;
    let here = format!("https://127.0.0.1:{port}");
    let code = told("jishi-server", &["node", "invite", "--address", &here], &hub.data)?;
    let code = code["code"].as_str().ok_or("no code")?;

    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    page(&window).await?;
    window.click("handover").await?;
    window.element("staff-member").await?;
    code_and_pin(&window, "04", "4444").await?;
    window.click("data-back").await?;
    window.click("open-data").await?;
    window.set_field("data-code", code).await?;
    picture(&window, "data-enrol.png").await?;
    window.click("data-enrol-set").await?;
    said(&window, "接上了 柳河县中心").await?;
    picture(&window, "data-enrolled.png").await?;
    let entries = head(&data)?.0;
    let held = async || {
        let nodes = told("jishi", &["status"], &data)?;
        Ok(nodes["hub"].as_u64() == Some(entries))
    };
    window.until("the hub has all there is", held).await?;
    window.close().await
}

/// A counter that was enrolled in town, and has no line where it stands.
#[tokio::test]
async fn a_stick_carries_what_waits_and_brings_the_receipt_back() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let [data, centre, stick] = ["till", "centre", "stick"].map(|name| folder.path().join(name));
    std::fs::create_dir(&stick)?;
    told("jishi", &["init", "--till", "T1", "--demo"], &data)?;
    let sale = json!({"id": "s1", "lines": [{"product": "honey", "qty": "1"}],
                      "tenders": [{"kind": "cash", "fen": 100_000}]});
    let file = folder.path().join("sale.json");
    std::fs::write(&file, sale.to_string())?;
    told("jishi", &["sell", &file.display().to_string()], &data)?;
    let serving = Centre::start(&centre)?;
    serving.enrol(&data, &serving.address)?;
    drop(serving);

    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    page(&window).await?;
    assert!(window.text("data-waiting").await?.contains("柳河县中心的 1 单"));
    picture(&window, "data-carry.png").await?;
    window
        .set_field("data-carry-folder", &stick.display().to_string())
        .await?;
    window.click("data-carry-set").await?;
    said(&window, "存好了").await?;
    let bundle = stick.join("T1.jishi");
    let taken = told(
        "jishi-server",
        &["bundle", "import", &bundle.display().to_string()],
        &centre,
    )?;
    assert_eq!(taken["chains"][0]["refusal"], Value::Null);
    let receipt = taken["receipt"].as_str().unwrap_or_default().to_owned();
    window.set_field("data-receipt-path", &receipt).await?;
    window.click("data-receipt-set").await?;
    said(&window, "中心都收到了").await?;
    picture(&window, "data-receipt.png").await?;
    assert_eq!(told("jishi", &["status"], &data)?["sales_waiting"], 0);
    // The bookkeeper, who may all of it, has it all on the page too.
    window.click("handover").await?;
    window.element("staff-member").await?;
    code_and_pin(&window, "04", "4444").await?;
    window.click("data-back").await?;
    window.click("open-data").await?;
    window.element("data-carry-folder").await?;
    assert_eq!(window.count("data-not-yours").await?, 0);
    picture(&window, "data-carry-books.png").await?;
    window.close().await
}
