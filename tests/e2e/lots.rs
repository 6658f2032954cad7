//! 批次 in the real window, at the hub: what came in there is shared out by itself, a till is given more, a part goes back,
//! and a scan goes on to the sale.

use jishi_tests::cashier::{ENTER, F12, LYCHEE, code_and_pin};
use jishi_tests::centre::told;
use jishi_tests::window::{Fault, TillWindow, program};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    if let Some(pictures) = std::env::var_os("JISHI_PICTURES") {
        window.picture(&Path::new(&pictures).join(name)).await?;
    }
    Ok(())
}

async fn supervisor(window: &TillWindow) -> Result<(), Fault> {
    window.element("search").await?;
    window.keys(F12).await?;
    window.element("staff-member").await?;
    code_and_pin(window, "03", "3333").await?;
    window.element("search").await?;
    Ok(())
}

/// Dried persimmons, which no till has brought itself.
fn persimmons() -> Value {
    json!({
        "parties": [{"code": "H900", "kind": "household", "name": "韦秀英", "village": "柳河村"}],
        "products": [{"code": "dried-persimmon", "name": "霜降柿饼 500g", "unit": "袋", "price": 2600}],
        "lots": [{"code": "L900", "product": "dried-persimmon", "qty": "100",
                  "terms": {"kind": "consignment", "commission_bp": 1000},
                  "shares": [{"party": "H900", "weight": 1}]}]
    })
}

/// `T1 25, T2 25, +50`, as the hub's books have it.
fn shared(hub: &Path) -> Result<String, Fault> {
    // One row a line.
    let output = Command::new(program("jishi-server")?)
        .args(["allot", "--lot", "L900", "--json", "--data"])
        .arg(hub)
        .output()?;
    let rows = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let rows: Vec<Value> = rows.collect::<Result<_, _>>()?;
    let short = |row: &Value, of: &str| {
        row[of]
            .as_str()
            .unwrap_or_default()
            .trim_end_matches(".000")
            .to_owned()
    };
    let parts = rows.iter().map(|row| match row["node"].as_str() {
        Some(node) => format!("{node} {}", short(row, "allotted")),
        None => format!("+{}", short(row, "left")),
    });
    Ok(parts.collect::<Vec<_>>().join(", "))
}

/// What the list says is left of the persimmons here; none where they are not in it.
async fn left_here(window: &TillWindow) -> Result<Option<String>, Fault> {
    let css = "[data-testid=\"lot\"][data-lot=\"L900\"] [data-testid=\"lot-left\"]";
    let found = window.client.find_all(fantoccini::Locator::Css(css)).await?;
    match found.first() {
        // What is drawn anew between the look and the reading is read the next time.
        Some(cell) => Ok(cell.text().await.ok()),
        None => Ok(None),
    }
}

/// By hand: no gun types so slowly.
async fn typed(window: &TillWindow, number: &str) -> Result<(), Fault> {
    window.element("typed").await?;
    for digit in number.chars() {
        window.keys(&digit.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    window
        .until("it is typed", async || {
            Ok(window.text("typed").await?.contains(number))
        })
        .await
}

async fn until_left(window: &TillWindow, left: &str) -> Result<(), Fault> {
    let shown = async || Ok(left_here(window).await?.as_deref() == Some(left));
    window.until(&format!("{left} are left here"), shown).await
}

#[tokio::test]
async fn a_lot_is_seen_given_to_a_till_and_given_back_at_the_hub() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let [data, other] = ["till", "other"].map(|name| folder.path().join(name));
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    supervisor(&window).await?;

    // The hub, with another till beneath it.
    window.click("show-more").await?;
    window.click("open-data").await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("data-hub-open").await?;
    window.element("hub-page").await?;
    tokio::time::sleep(Duration::from_millis(700)).await;
    window.click("hub-start").await?;
    window.click("job-close").await?;
    window
        .until("its own till has joined", async || {
            Ok(window.count("hub-node").await? == 1)
        })
        .await?;
    if window.count("hub-no-network").await? > 0 {
        // Nobody can join a machine that is in no network: no more can be tried here.
        return window.close().await;
    }
    window.click("hub-invite").await?;
    let code = window.text("hub-code").await?;
    told("jishi", &["init", "--till", "T2"], &other)?;
    told("jishi", &["enrol", &code], &other)?;
    let hub = data.join("hub");
    let file = folder.path().join("persimmons.json");
    std::fs::write(&file, persimmons().to_string())?;
    told(
        "jishi-server",
        &["import", &file.display().to_string(), "--outlet", "F1"],
        &hub,
    )?;

    // By itself each has a quarter; it is seen here once it has come down.
    window.click("hub-back").await?;
    window.keys("\u{E00C}").await?;
    window.element("more-page").await?;
    window.click("open-lots").await?;
    window.element("lots-page").await?;
    window.set_field("lots-query", "shuangjiang").await?;
    until_left(&window, "25 袋").await?;
    assert_eq!(shared(&hub)?, "T1 25, T2 25, +50");
    window.click("lot\"][data-lot=\"L900").await?;
    window.element("lot-undistributed").await?;
    picture(&window, "lots.png").await?;

    // To the other till, by hand; the gun of a scan is no number here.
    window
        .press("[data-testid=\"lot-node\"][data-node=\"T2\"] [data-testid=\"lot-give\"]")
        .await?;
    typed(&window, "20").await?;
    picture(&window, "lots-give.png").await?;
    window.keys(ENTER).await?;
    window
        .until("T2 was given twenty", async || {
            Ok(shared(&hub)? == "T1 25, T2 45, +30")
        })
        .await?;
    assert!(window.text("message").await?.contains("已分给 T2：20 袋"));

    // Back to the hub: gone here at once, there with the next push.
    window.click("lot-give-back").await?;
    typed(&window, "9").await?;
    window.click("set").await?;
    until_left(&window, "16 袋").await?;
    window
        .until("the hub has them back", async || {
            Ok(shared(&hub)? == "T1 16, T2 45, +39")
        })
        .await?;
    picture(&window, "lots-back.png").await?;

    // More than there is, is refused, and nothing happens.
    window.click("lot-give-back").await?;
    typed(&window, "99").await?;
    window.keys(ENTER).await?;
    window
        .until("it is refused", async || {
            Ok(window.text("message").await?.contains("剩下的没有这么多"))
        })
        .await?;
    assert_eq!(left_here(&window).await?.as_deref(), Some("16 袋"));

    // A scan goes on to the sale from here as from everywhere.
    window.scan(LYCHEE).await?;
    window.until_text("total", "59.90").await?;
    window.close().await
}
