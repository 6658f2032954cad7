//! How a cashier comes to each page. Each chapter begins at a till of the demo fair of its own.

use crate::Walk;
use jishi_tests::cashier::{
    ENTER, ESCAPE, F3, F4, F7, F8, F9, F12, LYCHEE, SHIFT_F6, close_shift, code_and_pin, confirm_count,
    jishi, orange_label, supervisor, until_page, weighed_orange_label,
};
use jishi_tests::centre::told;
use jishi_tests::window::{Fault, TillWindow};
use serde_json::json;
use std::time::Duration;

const HONEY: &str = "6900000100011";
const TEA: &str = "6900000200018";
const NO_PRODUCT: &str = "6900000099995";
const F1: &str = "\u{E031}";
const F2: &str = "\u{E032}";
const DOWN: &str = "\u{E015}";

macro_rules! chapters {
    ($($name:literal => $chapter:ident,)*) => {
        pub(crate) const CHAPTERS: &[&str] = &[$($name),*];

        pub(crate) async fn walk(name: &str, walk: &Walk) -> Result<(), Fault> {
            match name {
                $($name => $chapter(walk).await,)*
                _ => Err(format!("there is no chapter {name}").into()),
            }
        }
    };
}

chapters! {
    "sale" => sale,
    "line" => line,
    "label" => label,
    "held" => held,
    "box" => gift_box,
    "pay" => pay,
    "receipts" => receipts,
    "exchange" => exchange,
    "shift" => shift,
    "staff" => staff,
    "more" => more,
    "drawer" => drawer,
    "guide" => guide,
    "kiosk" => kiosk,
    "customer" => customer,
    "damaged" => damaged,
    "data" => data,
    "hub" => hub,
    "lots" => lots,
}

/// Selling as the demo fair has it: a shift is open, and somebody is signed in.
async fn selling(walk: &Walk) -> Result<TillWindow, Fault> {
    let window = walk.begin().await?;
    window.element("search").await?;
    Ok(window)
}

/// Honey, lychees, oranges by a scale's label, tea.
async fn scan_lines(window: &TillWindow) -> Result<(), Fault> {
    for code in [HONEY, LYCHEE, &orange_label(1572), TEA] {
        window.scan(code).await?;
    }
    Ok(())
}

async fn with_lines(walk: &Walk) -> Result<TillWindow, Fault> {
    let window = selling(walk).await?;
    scan_lines(&window).await?;
    Ok(window)
}

async fn typed(window: &TillWindow, id: &str, keys: &str) -> Result<(), Fault> {
    window.keys(keys).await?;
    window
        .until("it is typed", async || Ok(window.text(id).await?.contains(keys)))
        .await
}

/// A press right after another page came is taken for the second one of a double press.
async fn no_double_press() {
    tokio::time::sleep(Duration::from_millis(700)).await;
}

async fn sale(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    walk.picture(&window, "empty").await?;
    scan_lines(&window).await?;
    walk.picture(&window, "sale").await?;
    window.keys(&format!("{NO_PRODUCT}{ENTER}")).await?;
    window.element("message").await?;
    walk.picture(&window, "refused").await?;
    window.keys(F2).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    window.keys("cz").await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    walk.picture(&window, "search").await?;
    window.keys(ENTER).await?;
    window.element("typed").await?;
    typed(&window, "typed", "2.5").await?;
    walk.picture(&window, "weigh").await?;
    window.close().await
}

async fn line(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.scan(LYCHEE).await?;
    window.scan(TEA).await?;
    window.press("[data-testid=\"line\"]:last-child button").await?;
    window.element("edit-price").await?;
    walk.picture(&window, "line").await?;
    window.click("edit-price").await?;
    window.element("typed").await?;
    walk.picture(&window, "price").await?;
    window.keys(ESCAPE).await?;
    window.keys(F7).await?;
    window.element("typed").await?;
    window.click("offered\"][data-offered=\"1").await?;
    walk.picture(&window, "discount").await?;
    window.close().await
}

/// A scale's label that was printed at another price, after goods that were scanned twice.
async fn label(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    for code in [HONEY, TEA, TEA, &weighed_orange_label(1800, 1500)] {
        window.scan(code).await?;
    }
    window.element("message-offer").await?;
    window.press("[data-testid=\"line\"]:last-child button").await?;
    window.element("take-price").await?;
    // The flash of the scan is over.
    tokio::time::sleep(Duration::from_millis(600)).await;
    walk.picture(&window, "label").await?;
    window.close().await
}

async fn held(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.scan(LYCHEE).await?;
    window.click("hold").await?;
    window.element("hold-offered").await?;
    walk.picture(&window, "hold").await?;
    window.click("hold-offered").await?;
    window.click("hold-set").await?;
    window
        .until("the next sale can begin", async || {
            Ok(window.count("line").await? == 0)
        })
        .await?;
    window.scan(TEA).await?;
    window.click("hold").await?;
    window.click("hold-set").await?;
    window
        .until("the next sale can begin", async || {
            Ok(window.count("line").await? == 0)
        })
        .await?;
    window.keys(SHIFT_F6).await?;
    window.element("held-sale").await?;
    walk.picture(&window, "held").await?;
    window.close().await
}

async fn gift_box(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.click("open-boxes").await?;
    window.element("box-panel").await?;
    tokio::time::sleep(Duration::from_millis(600)).await;
    walk.picture(&window, "gift-box").await?;
    window.close().await
}

async fn pay(walk: &Walk) -> Result<(), Fault> {
    let window = with_lines(walk).await?;
    window.click("pay").await?;
    window.element("complete").await?;
    typed(&window, "tender-current", "300").await?;
    walk.picture(&window, "pay").await?;
    window.keys("\u{E003}\u{E003}\u{E003}").await?;
    window.click("tender-qr").await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    walk.picture(&window, "pay-qr").await?;
    typed(&window, "tender-current", "100").await?;
    window.click("tender-cash").await?;
    window.element("tender").await?;
    walk.picture(&window, "pay-mixed").await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.element("printing").await?;
    walk.picture(&window, "done").await?;
    walk.paper(&window, "T1-000001", "receipt").await?;
    window.close().await
}

async fn receipts(walk: &Walk) -> Result<(), Fault> {
    let window = with_lines(walk).await?;
    window.click("pay").await?;
    window.click("complete").await?;
    window.element("done").await?;
    no_double_press().await;
    window.click("next").await?;
    window.keys(F3).await?;
    window.element("receipt-row").await?;
    walk.picture(&window, "receipts").await?;
    window.keys(&format!("1{ENTER}")).await?;
    window.element("receipt").await?;
    window.keys("1").await?;
    window
        .until("what goes back is figured", async || {
            Ok(window.count("tender-back").await? > 0)
        })
        .await?;
    walk.picture(&window, "refund").await?;
    window.keys(ENTER).await?;
    window.element("approve").await?;
    walk.picture(&window, "approve").await?;
    supervisor(&window).await?;
    window.element("refund-done").await?;
    walk.picture(&window, "refunded").await?;
    walk.paper(&window, "T1-000002", "refund").await?;
    no_double_press().await;
    window.click("refund-close").await?;
    window
        .until("the list is back", async || {
            Ok(window.count("receipt-row").await? == 2)
        })
        .await?;
    window.keys(&format!("1{ENTER}")).await?;
    window.element("receipt").await?;
    window.keys(F4).await?;
    window.element("ask-void").await?;
    window.click("reason").await?;
    walk.picture(&window, "void").await?;
    window.close().await
}

/// Honey is brought back and tea taken for it; and what stands beside a sale.
async fn exchange(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.scan(HONEY).await?;
    window.keys(F9).await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.keys(F3).await?;
    window.click("receipt-row").await?;
    window.click("more-back").await?;
    window.element("tender-back").await?;
    window.keys(F7).await?;
    window.until_text("total", "45.00").await?;
    window.scan(TEA).await?;
    window.until_text("total", "83.00").await?;
    walk.picture(&window, "exchange").await?;
    window.keys(F4).await?;
    window.element("buyer-query").await?;
    walk.picture(&window, "beside").await?;
    window.keys(ESCAPE).await?;
    window.keys(F9).await?;
    supervisor(&window).await?;
    window.element("paying-credit").await?;
    walk.picture(&window, "exchange-pay").await?;
    window.close().await
}

async fn shift(walk: &Walk) -> Result<(), Fault> {
    jishi(&walk.data, &["init", "--till", "T1", "--demo"])?;
    let window = walk.open().await?;
    window.element("shift").await?;
    typed(&window, "typed", "200").await?;
    walk.picture(&window, "shift-open").await?;
    window.click("set").await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.scan(TEA).await?;
    window.keys(F9).await?;
    window.click("complete").await?;
    window.element("done").await?;
    no_double_press().await;
    window.click("next").await?;
    window.element("search").await?;
    window.keys(F8).await?;
    until_page(&window, "reading").await?;
    walk.picture(&window, "shift-reading").await?;
    window.click("move-cash").await?;
    window.click("reason").await?;
    typed(&window, "typed", "50").await?;
    walk.picture(&window, "shift-cash").await?;
    window.click("set").await?;
    until_page(&window, "reading").await?;
    window.click("count").await?;
    until_page(&window, "count").await?;
    window.keys("3").await?;
    window.until_text("count-total", "300.00").await?;
    window.keys(&DOWN.repeat(5)).await?;
    window.keys("37").await?;
    window.until_text("count-total", "337.00").await?;
    walk.picture(&window, "shift-count").await?;
    confirm_count(&window).await?;
    walk.picture(&window, "shift-counted").await?;
    no_double_press().await;
    window.click("sign-off").await?;
    until_page(&window, "closed").await?;
    walk.picture(&window, "shift-closed").await?;
    walk.paper(&window, "T1-Z-", "z").await?;
    window.close().await
}

async fn staff(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.scan(LYCHEE).await?;
    window.keys(F12).await?;
    window.element("sale-kept").await?;
    code_and_pin(&window, "02", "9999").await?;
    window
        .until("the PIN is refused", async || {
            Ok(!window.text("staff-trouble").await?.is_empty())
        })
        .await?;
    walk.picture(&window, "sign-in").await?;
    window.close().await
}

async fn more(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.keys(F1).await?;
    window.element("keys-page").await?;
    window.click("key-pay").await?;
    walk.picture(&window, "keys").await?;
    window.keys(ESCAPE).await?;
    window.keys(ESCAPE).await?;
    window.element("search").await?;
    window.click("show-look").await?;
    window.element("look-strip").await?;
    walk.picture(&window, "look").await?;
    window.click("look-done").await?;
    window.click("show-more").await?;
    window.element("more-page").await?;
    walk.picture(&window, "more").await?;
    window.click("enter-training").await?;
    window.element("training-banner").await?;
    window.scan(LYCHEE).await?;
    walk.picture(&window, "training").await?;
    window.close().await
}

async fn drawer(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.click("show-more").await?;
    window.click("open-drawer").await?;
    window.click("drawer-reason").await?;
    walk.picture(&window, "drawer").await?;
    window.close().await
}

async fn guide(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.keys(F1).await?;
    window.click("keys-guide").await?;
    window.element("guide-text").await?;
    walk.picture(&window, "guide").await?;
    window.click("show-first-steps").await?;
    window.element("first-steps").await?;
    walk.picture(&window, "first-steps").await?;
    window.close().await
}

async fn kiosk(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.click("show-more").await?;
    window.click("enter-kiosk").await?;
    supervisor(&window).await?;
    window.element("kiosk").await?;
    walk.picture(&window, "kiosk").await?;
    for (code, lines) in [(LYCHEE, 1), (HONEY, 2)] {
        window.keys(&format!("{code}{ENTER}")).await?;
        window
            .until("the buyer's goods are there", async || {
                Ok(window.count("kiosk-line").await? == lines)
            })
            .await?;
    }
    walk.picture(&window, "kiosk-goods").await?;
    window.click("kiosk-pay").await?;
    window.element("kiosk-code").await?;
    walk.picture(&window, "kiosk-paying").await?;
    window.click("kiosk-confirm").await?;
    code_and_pin(&window, "02", "2222").await?;
    window.element("kiosk-number").await?;
    walk.picture(&window, "kiosk-done").await?;
    window.close().await
}

async fn customer(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    let till = window.client.window().await?;
    window.click("show-more").await?;
    window.click("open-customer").await?;
    window
        .until("there are two windows", async || {
            Ok(window.client.windows().await?.len() == 2)
        })
        .await?;
    let all = window.client.windows().await?;
    let customer = all
        .into_iter()
        .find(|handle| *handle != till)
        .ok_or("no second window")?;
    window.client.switch_to_window(customer.clone()).await?;
    window.pulse().await?;
    window.element("customer-outlet").await?;
    walk.picture(&window, "customer-welcome").await?;
    window.client.switch_to_window(till.clone()).await?;
    window.scan(LYCHEE).await?;
    window.scan(HONEY).await?;
    window.client.switch_to_window(customer.clone()).await?;
    window.until_text("customer-total", "104.90").await?;
    walk.picture(&window, "customer-sale").await?;
    window.client.switch_to_window(till.clone()).await?;
    window.click("pay").await?;
    window.element("complete").await?;
    window.keys("150").await?;
    window.until_text("paying-change", "45.10").await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.client.switch_to_window(customer).await?;
    window.until_text("customer-done", "45.10").await?;
    walk.picture(&window, "customer-done").await?;
    window.close().await
}

async fn damaged(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.scan(LYCHEE).await?;
    window.click("pay").await?;
    window.click("complete").await?;
    window.element("done").await?;
    window.close().await?;
    // The end of a shift is backed up by itself, and leaves all in one file.
    close_shift(&walk.data).await?;
    let database = walk.data.join("jishi.sqlite");
    let mut bytes = std::fs::read(&database)?;
    bytes[..4096].fill(0);
    std::fs::write(&database, bytes)?;
    let window = walk.open().await?;
    window.element("damaged").await?;
    window.element("backup").await?;
    walk.picture(&window, "damaged").await?;
    window.close().await
}

async fn data(walk: &Walk) -> Result<(), Fault> {
    let window = selling(walk).await?;
    window.keys(F12).await?;
    window.element("staff-member").await?;
    code_and_pin(&window, "04", "4444").await?;
    window.element("search").await?;
    window.click("show-more").await?;
    window.click("open-data").await?;
    window.element("data-path").await?;
    walk.picture(&window, "data").await?;
    window.close().await
}

/// The hub's page, before whoever may start it.
async fn hub_page(walk: &Walk) -> Result<TillWindow, Fault> {
    let window = selling(walk).await?;
    window.keys(F12).await?;
    window.element("staff-member").await?;
    code_and_pin(&window, "03", "3333").await?;
    window.element("search").await?;
    window.click("show-more").await?;
    window.click("open-data").await?;
    no_double_press().await;
    window.click("data-hub-open").await?;
    window.element("hub-page").await?;
    no_double_press().await;
    Ok(window)
}

async fn start_hub(window: &TillWindow) -> Result<(), Fault> {
    window.click("hub-start").await?;
    window.click("job-close").await?;
    window
        .until("its own till has joined", async || {
            Ok(window.count("hub-node").await? == 1)
        })
        .await
}

/// Turned off and on. The machine's own addresses are in no picture.
async fn hub(walk: &Walk) -> Result<(), Fault> {
    let window = hub_page(walk).await?;
    walk.picture(&window, "hub-off").await?;
    start_hub(&window).await?;
    let masked = "document.querySelectorAll('.address').forEach((shown) => (shown.textContent = '192.168.1.5:8788')); \
                  document.querySelector('.which')?.remove();";
    window.client.execute(masked, Vec::new()).await?;
    walk.picture(&window, "hub").await?;
    window.close().await
}

/// At a hub that shares a lot out, one that came in at its till beside it; and a part asked back.
async fn lots(walk: &Walk) -> Result<(), Fault> {
    let window = hub_page(walk).await?;
    start_hub(&window).await?;
    let hub = walk.data.join("hub");
    for till in ["T2", "T3"] {
        let data = walk.data.with_file_name(till);
        let invited = told("jishi-server", &["node", "invite", "--outlet", "F1"], &hub)?;
        told("jishi", &["init", "--till", till], &data)?;
        told(
            "jishi",
            &["enrol", invited["code"].as_str().unwrap_or_default()],
            &data,
        )?;
    }
    let file = walk.data.with_file_name("persimmons.json");
    let persimmons = json!({
        "parties": [{"code": "H900", "kind": "household", "name": "韦秀英", "village": "柳河村"}],
        "products": [{"code": "dried-persimmon", "name": "霜降柿饼 500g", "unit": "袋", "price": 2600}],
        "lots": [{"code": "L900", "product": "dried-persimmon", "qty": "120",
                  "terms": {"kind": "consignment", "commission_bp": 1000},
                  "shares": [{"party": "H900", "weight": 1}]}]
    });
    std::fs::write(&file, persimmons.to_string())?;
    let file = file.display().to_string();
    told("jishi-server", &["import", &file, "--outlet", "F1"], &hub)?;
    window.click("show-more").await?;
    window.click("open-lots").await?;
    window.element("lots-page").await?;
    window
        .until("the lot has come down", async || {
            Ok(window.count("lot\"][data-lot=\"L900").await? == 1)
        })
        .await?;
    window.click("lot\"][data-lot=\"L900").await?;
    window.element("lot-undistributed").await?;
    no_double_press().await;
    walk.picture(&window, "lots").await?;
    window.click("lot-give-back").await?;
    window.element("typed").await?;
    window.keys("5").await?;
    no_double_press().await;
    walk.picture(&window, "lots-back").await?;
    window.close().await
}
