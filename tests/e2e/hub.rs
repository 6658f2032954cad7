//! 本机作为集市主机, in the real window: another till joins by the code on the page, its sale appears there, and all of it
//! goes up to the centre; the next start finds everything as it was.

use jishi_tests::cashier::{LYCHEE, code_and_pin};
use jishi_tests::centre::{Centre, told};
use jishi_tests::window::{Fault, TillWindow};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// A supervisor, on the page of the hub.
async fn hub_page(window: &TillWindow) -> Result<(), Fault> {
    window.element("search").await?;
    window.click("handover").await?;
    window.element("staff-member").await?;
    code_and_pin(window, "03", "3333").await?;
    open_page(window).await
}

async fn open_page(window: &TillWindow) -> Result<(), Fault> {
    window.click("show-more").await?;
    window.click("open-data").await?;
    window.element("data-hub-open").await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    picture(window, "hub-data.png").await?;
    window.click("data-hub-open").await?;
    window.element("hub-page").await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    Ok(())
}

async fn says(window: &TillWindow, id: &str, words: &str) -> Result<(), Fault> {
    // What is drawn anew between the look and the reading is read the next time.
    let is_said = async || {
        let there = window.count(id).await? > 0;
        Ok(there && window.text(id).await.is_ok_and(|text| text.contains(words)))
    };
    window.until(&format!("`{id}` says {words}"), is_said).await
}

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    if let Some(pictures) = std::env::var_os("JISHI_PICTURES") {
        window.picture(&Path::new(&pictures).join(name)).await?;
    }
    Ok(())
}

/// How many sales the page shows of a till.
async fn sales_of(window: &TillWindow, node: &str) -> Result<Option<String>, Fault> {
    let css = format!("[data-testid=\"hub-node\"][data-node=\"{node}\"] [data-testid=\"hub-sales\"]");
    let found = window.client.find_all(fantoccini::Locator::Css(&css)).await?;
    match found.first() {
        Some(cell) => Ok(cell.text().await.ok()),
        None => Ok(None),
    }
}

async fn until_sales(window: &TillWindow, node: &str, count: &str) -> Result<(), Fault> {
    let shown = async || Ok(sales_of(window, node).await?.as_deref() == Some(count));
    window
        .until(&format!("the page shows {count} sales of {node}"), shown)
        .await
}

fn sell(data: &Path, folder: &Path, id: &str) -> Result<(), Fault> {
    let sale = json!({"id": id, "lines": [{"product": "honey", "qty": "1"}],
                      "tenders": [{"kind": "cash", "fen": 100_000}]});
    let file = folder.join(format!("{id}.json"));
    std::fs::write(&file, sale.to_string())?;
    told("jishi", &["sell", &file.display().to_string()], data)?;
    Ok(())
}

#[tokio::test]
async fn another_till_joins_by_the_code_on_the_page_and_its_sale_appears() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let [data, other, third, centre] =
        ["till", "other", "third", "centre"].map(|name| folder.path().join(name));
    let centre = Centre::start(&centre)?;
    told("jishi", &["init", "--till", "T2", "--demo"], &other)?;
    let off = [("JISHI_SERVER", "off")];
    let window = TillWindow::open(&data, &off).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.click("pay").await?;
    window.click("complete").await?;
    window.element("done").await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("next").await?;

    hub_page(&window).await?;
    says(&window, "hub-state", "没有开").await?;
    picture(&window, "hub-off.png").await?;
    window.click("hub-start").await?;
    says(&window, "job-said", "打开了").await?;
    says(&window, "hub-state", "东门大集主机，开着").await?;
    window.click("job-close").await?;
    // This till's own sales go to its own hub.
    until_sales(&window, "T1", "1").await?;
    if window.count("hub-no-network").await? > 0 {
        // Nobody can join a machine that is in no network, and it says so: no more can be tried here.
        assert!(window.text("hub-no-network").await?.contains("没有网络"));
        return window.close().await;
    }
    window.click("hub-invite").await?;
    let code = window.text("hub-code").await?;
    assert!(code.starts_with("JISHI-"), "{code}");
    window.element("hub-qr").await?;
    assert!(window.text("hub-expires").await?.contains("只能用一次"));
    picture(&window, "hub-code.png").await?;

    // With the code that is on the page, over the network that the machine is in.
    told("jishi", &["enrol", &code], &other)?;
    says(&window, "hub-joined", "T2 接进来了").await?;
    assert_eq!(window.count("hub-code").await?, 0);
    // It is good once: another till does not get in by it.
    told("jishi", &["init", "--till", "T3", "--demo"], &third)?;
    let refused = told("jishi", &["enrol", &code], &third);
    assert!(refused.is_err_and(|fault| fault.to_string().contains("code_used")));
    sell(&other, folder.path(), "s1")?;
    told("jishi", &["sync"], &other)?;
    until_sales(&window, "T2", "1").await?;
    picture(&window, "hub-joined.png").await?;

    // Beneath a centre: what the hub holds goes up, what it takes in from then on follows.
    let invited = told("jishi-server", &["node", "invite", "--kind", "hub"], &centre.data)?;
    window
        .set_field("hub-upstream-code", invited["code"].as_str().unwrap_or_default())
        .await?;
    window.click("hub-upstream-set").await?;
    says(&window, "job-said", "接到了 柳河县中心").await?;
    window.click("job-close").await?;
    says(&window, "hub-upstream", "中心都收到了").await?;
    let at_centre = |sales: u64| {
        let summary = told("jishi-server", &["report", "summary"], &centre.data)?;
        Ok::<bool, Fault>(summary["sales"] == sales)
    };
    window.until("the centre has both", async || at_centre(2)).await?;
    picture(&window, "hub-upstream.png").await?;
    let addresses = window.text("hub-addresses").await?;
    window.close().await?;

    // The next start is a hub at once, where it was; nothing has to be joined again.
    let window = TillWindow::open(&data, &off).await?;
    window.element("search").await?;
    sell(&other, folder.path(), "s2")?;
    let synced = async || Ok(told("jishi", &["sync"], &other).is_ok());
    window.until("the hub is back", synced).await?;
    open_page(&window).await?;
    assert_eq!(window.text("hub-addresses").await?, addresses);
    until_sales(&window, "T2", "2").await?;
    window
        .until("the centre has all three", async || at_centre(3))
        .await?;
    let status = told("jishi", &["status"], &other)?;
    assert_eq!(status["sales_only_here"], 0, "{status}");

    // Off: nobody is let in, and the till's own sales are safe.
    window.click("hub-stop").await?;
    says(&window, "hub-state", "没有开").await?;
    sell(&other, folder.path(), "s3")?;
    let refused = async || Ok(told("jishi", &["sync"], &other).is_err());
    window.until("no till is let in", refused).await?;
    assert_eq!(
        told("jishi", &["status"], &other)?["sales_only_here"],
        Value::from(1)
    );
    window.close().await
}
