//! The smallest screen, 1024 × 768, with large text, for eyes that want it and hands that touch: goods to pick are in sight, a sum
//! above 10,000 yuan is whole, and so is the keypad.

use jishi_tests::cashier::LYCHEE;
use jishi_tests::window::{Fault, TillWindow};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// How many of the goods' tiles are in sight as a whole.
const WHOLE_TILES: &str = r#"
    const room = document.querySelector('.tiles').getBoundingClientRect();
    const tiles = [...document.querySelectorAll('[data-testid="product-tile"]')];
    return tiles.map((tile) => tile.getBoundingClientRect()).filter(({ bottom }) => bottom <= room.bottom).length;
"#;

/// What of these elements is not whole inside the first of them, or lies over another one.
const IN_EACH_OTHERS_WAY: &str = r#"
    const [within, selectors] = arguments;
    const place = (element) => element.getBoundingClientRect();
    const room = place(document.querySelector(within));
    const found = selectors.flatMap((selector) => [...document.querySelectorAll(selector)])
        .filter((element) => place(element).width > 1);
    const said = (element) => element.textContent.trim().replaceAll(/\s+/g, ' ').slice(0, 30);
    const out = found.filter((element) => {
        const { left, right, top, bottom } = place(element);
        return left < room.left - 1 || right > room.right + 1 || top < room.top - 1 || bottom > room.bottom + 1;
    });
    const over = found.flatMap((one, index) => found.slice(index + 1).filter((other) => {
        const [a, b] = [place(one), place(other)];
        return a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    }).map((other) => `${said(one)} / ${said(other)}`));
    return [...out.map((element) => `${said(element)} is cut`), ...over];
"#;

async fn nothing_is_in_the_way(window: &TillWindow, within: &str, of: &[&str]) -> Result<(), Fault> {
    // Whatever changes size as it comes has come.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let wrong = window
        .client
        .execute(IN_EACH_OTHERS_WAY, vec![json!(within), json!(of)])
        .await?;
    assert_eq!(wrong, Value::Array(Vec::new()), "within {within}");
    Ok(())
}

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(folder) => window.picture(&Path::new(&folder).join(name)).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn large_text_on_a_small_screen_cuts_no_sum_and_shows_the_goods() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let window = TillWindow::open(folder.path(), &[("JISHI_SERVER", "off")]).await?;
    window.element("search").await?;
    window.client.set_window_rect(0, 0, 1024, 768).await?;
    let wide = "return innerWidth";
    window
        .until("the window is as small as that", async || {
            Ok(window.client.execute(wide, Vec::new()).await? == 1024)
        })
        .await?;
    window.click("show-look").await?;
    window.click("text-large").await?;
    window.click("look-done").await?;
    for language in ["zh-Hans", "zh-Hant", "en"] {
        window.choose_language(language).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let whole = window.client.execute(WHOLE_TILES, Vec::new()).await?;
        assert!(whole.as_u64() >= Some(4), "{language}: {whole} tiles");

        window.scan(LYCHEE).await?;
        let line = "document.querySelector('[data-testid=line] button').click()";
        window.client.execute(line, Vec::new()).await?;
        window.click("edit-quantity").await?;
        window.element("typed").await?;
        for digit in ["2", "5", "0"] {
            window.keys(digit).await?;
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        window.click("set").await?;
        window.until_text("total", "14,975.00").await?;
        let sums = [
            "[data-testid=total]",
            ".totals dd",
            ".totals dt",
            "[data-testid=show-beside]",
        ];
        nothing_is_in_the_way(&window, "[data-testid=totals]", &sums).await?;
        picture(&window, &format!("small-sale-{language}.png")).await?;
        window.click("pay").await?;
        window.element("complete").await?;
        let keys = [
            ".paying .choices button",
            ".quick button",
            ".keypad button",
            "[data-testid=complete]",
        ];
        nothing_is_in_the_way(&window, "[data-testid=side]", &keys).await?;
        picture(&window, &format!("small-pay-{language}.png")).await?;
        window.click("complete").await?;
        window.element("done").await?;
        nothing_is_in_the_way(&window, ".change-side", &[".huge b", ".huge span"]).await?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        window.click("next").await?;
        window.element("search").await?;
    }
    window.close().await
}
