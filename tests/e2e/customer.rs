//! 顾客屏 in the real program: a second window that shows the sale, names the village, and can do nothing.

use fantoccini::wd::WindowHandle;
use jishi_tests::cashier::ESCAPE;
use jishi_tests::window::{Fault, TillWindow};
use serde_json::{Value, json};
use std::path::Path;

/// 妃子笑荔枝 5斤, 59.90 a box.
const LYCHEE: &str = "6900000400012";

/// The till's window and the customer's, by their handles.
async fn open_customer(window: &TillWindow) -> Result<(WindowHandle, WindowHandle), Fault> {
    let till = window.client.window().await?;
    // A new till shows the first steps; they are in nobody's way, and in a driver's, who must hit what is in sight.
    window.element("first-steps").await?;
    window.keys(ESCAPE).await?;
    window.click("show-more").await?;
    window.click("open-customer").await?;
    window
        .until("there are two windows", async || {
            Ok(window.client.windows().await?.len() == 2)
        })
        .await?;
    let all = window.client.windows().await?;
    let customer = all.into_iter().find(|handle| *handle != till);
    Ok((till, customer.ok_or("no second window")?))
}

/// What comes of a command asked from the window that is looked at.
async fn invoked(window: &TillWindow, command: &str, arguments: Value) -> Result<Value, Fault> {
    let script = "const done = arguments[arguments.length - 1]; \
                  window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]) \
                  .then((answer) => done({ answered: answer }), (why) => done({ refused: String(why) }));";
    let answer = window
        .client
        .execute_async(script, vec![json!(command), arguments])
        .await?;
    Ok(answer)
}

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(folder) => window.picture(&Path::new(&folder).join(name)).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn the_customers_window_follows_the_sale_and_can_do_nothing() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let window = TillWindow::open(&data, &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    let (till, customer) = open_customer(&window).await?;
    let outlet = jishi_till::Reading::open(&jishi_till::Folder::at(&data))?
        .ledger()
        .outlets()?
        .remove(0)
        .name;

    window.client.switch_to_window(customer.clone()).await?;
    window.until_text("customer-outlet", &outlet).await?;
    picture(&window, "customer-welcome.png").await?;

    window.client.switch_to_window(till.clone()).await?;
    window.scan(LYCHEE).await?;
    window.scan(LYCHEE).await?;
    window.client.switch_to_window(customer.clone()).await?;
    window.until_text("customer-total", "119.80").await?;
    assert!(window.text("customer-last").await?.contains("荔枝"));
    picture(&window, "customer-sale.png").await?;

    window.client.switch_to_window(till.clone()).await?;
    window.click("pay").await?;
    window.element("complete").await?;
    window.keys("150").await?;
    window.until_text("paying-change", "30.20").await?;
    window.client.switch_to_window(customer.clone()).await?;
    window.until_text("customer-tendered", "150.00").await?;
    window.until_text("customer-change", "30.20").await?;

    window.client.switch_to_window(till.clone()).await?;
    window.click("complete").await?;
    window.element("done").await?;
    let helped = window.text("helped-row").await?;
    let household = helped
        .split(" · ")
        .nth(1)
        .and_then(|rest| rest.split('等').next())
        .ok_or("no household is named at the till")?
        .to_owned();
    window.client.switch_to_window(customer.clone()).await?;
    window.until_text("customer-done", "30.20").await?;
    let village = window.text("customer-helped").await?;
    assert!(village.contains("邓家村"), "{village}");
    assert!(!village.contains(&household), "{household} in {village}");
    picture(&window, "customer-done.png").await?;

    // No command of the till is this window's.
    for command in ["call", "open_customer_window"] {
        let arguments = json!({"name": "start_sale", "request": {}});
        let answer = invoked(&window, command, arguments).await?;
        let refused = answer["refused"].as_str().unwrap_or_default();
        assert!(refused.contains("not allowed"), "{command}: {answer}");
    }
    window.client.switch_to_window(till).await?;
    let arguments = json!({"name": "status", "request": {}});
    assert!(!invoked(&window, "call", arguments).await?["answered"].is_null());

    // English as the till, and the next sale is greeted.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    window.click("next").await?;
    window.choose_language("en").await?;
    window.client.switch_to_window(customer).await?;
    window
        .until("the buyer is greeted", async || {
            Ok(window.attribute("customer", "data-page").await?.as_deref() == Some("welcome"))
        })
        .await?;
    window
        .until("it speaks English", async || {
            Ok(window.client.source().await?.contains("Welcome"))
        })
        .await?;
    window.close().await
}
