//! What goes wrong around a till while it sells, through the real window: its clock, its centre, a database that it is too
//! old for, a PIN that is guessed.

use jishi_tests::cashier::{ENTER, F9, F12, LYCHEE, code_and_pin, jishi, jishi_does};
use jishi_tests::centre::{Centre, Line, State, told};
use jishi_tests::clock::Clock;
use jishi_tests::window::{Fault, TillWindow};
use jishi_till::{Folder, Reading};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

const DAY_S: i64 = 24 * 3600;
const OFF: (&str, &str) = ("JISHI_SERVER", "off");

/// A press right after another page came is taken for the second one of a double press.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(700)).await;
}

async fn picture(window: &TillWindow, name: &str) -> Result<(), Fault> {
    match std::env::var_os("JISHI_PICTURES") {
        Some(folder) => window.picture(&Path::new(&folder).join(name)).await,
        None => Ok(()),
    }
}

/// From the scan to the next sale's page; answers its number, and how long it took from 完成 to done.
async fn sell(window: &TillWindow) -> Result<(String, Duration), Fault> {
    window.scan(LYCHEE).await?;
    window.until_text("total", "59.90").await?;
    complete(window).await
}

async fn complete(window: &TillWindow) -> Result<(String, Duration), Fault> {
    // Where it was being paid already, it is still.
    if window.count("complete").await? == 0 {
        window.click("pay").await?;
    }
    window.element("complete").await?;
    let began = Instant::now();
    window.click("complete").await?;
    window.element("done").await?;
    let took = began.elapsed();
    let number = window.text("receipt-number").await?;
    pause().await;
    window.click("next").await?;
    window.element("search").await?;
    Ok((number, took))
}

async fn says(window: &TillWindow, id: &str, words: &str) -> Result<(), Fault> {
    window
        .until(&format!("`{id}` says {words}"), async || {
            Ok(window.count(id).await? > 0 && window.text(id).await?.contains(words))
        })
        .await
}

/// Every entry of the till's chain, in its order.
fn entries(data: &Path) -> Result<Vec<Value>, Fault> {
    let reading = Reading::open(&Folder::at(data))?;
    let record = reading.ledger().chains()?.remove(0);
    let entries = reading.ledger().entries_after(record.chain, 0, u32::MAX)?;
    let read = entries
        .iter()
        .map(|signed| Ok(serde_json::from_str(&signed.line)?));
    read.collect()
}

fn of_kind<'a>(entries: &'a [Value], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    entries.iter().filter(move |entry| entry["kind"] == kind)
}

#[tokio::test]
async fn the_clock_is_set_back_between_sales_and_selling_goes_on_in_order() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    let clock = Clock::new()?;
    let [preload, file] = clock.environment()?;
    let environment = [OFF, (preload.0, &preload.1), (file.0, &file.1)];
    let window = TillWindow::open(data, &environment).await?;
    window.element("search").await?;
    assert!(sell(&window).await?.0.contains("T1-000001"));

    // A second is what clocks do: nobody is told.
    clock.move_to(-1)?;
    assert!(sell(&window).await?.0.contains("T1-000002"));
    assert_eq!(window.count("message").await?, 0);

    // Two minutes are said, once, and put away by whoever has read it.
    clock.move_to(-120)?;
    assert!(sell(&window).await?.0.contains("T1-000003"));
    says(&window, "message", "电脑的时间往回调了").await?;
    assert!(window.text("message").await?.contains("什么都没丢"));
    picture(&window, "clock.png").await?;
    window.click("message-close").await?;
    assert!(sell(&window).await?.0.contains("T1-000004"));
    assert_eq!(window.count("message").await?, 0);

    // A day, in the middle of a sale: nobody knows how long the till was left alone, so it asks who is there. The sale
    // is kept.
    window.scan(LYCHEE).await?;
    window.until_text("total", "59.90").await?;
    clock.move_to(-DAY_S)?;
    window
        .until("it asks who is there", async || {
            window.keys(F9).await?;
            Ok(window.count("sign-in").await? > 0)
        })
        .await?;
    assert!(window.text("sale-kept").await?.contains("1 行"));
    code_and_pin(&window, "01", "1111").await?;
    window.element("side").await?;
    says(&window, "message", "电脑的时间往回调了").await?;
    assert!(complete(&window).await?.0.contains("T1-000005"));
    window.choose_language("en").await?;
    says(&window, "message", "The computer's clock was set back").await?;

    // Put right again: nothing is left to be said.
    clock.move_to(0)?;
    window
        .until("it says so no more", async || {
            Ok(window.count("message").await? == 0)
        })
        .await?;
    window.close().await?;

    let entries = entries(data)?;
    for (before, entry) in entries.iter().enumerate() {
        assert_eq!(entry["seq"], before + 1);
    }
    let sold: Vec<&str> = of_kind(&entries, "sale_recorded")
        .filter_map(|sale| sale["body"]["number"].as_str())
        .collect();
    let numbers = [1, 2, 3, 4, 5].map(|number| format!("T1-{number:06}"));
    assert_eq!(sold, numbers);
    // Twice back, and once ahead to where it was.
    assert_eq!(of_kind(&entries, "clock_jumped").count(), 3);
    assert!(jishi_does(data, &["verify"])?);
    Ok(())
}

#[tokio::test]
async fn five_wrong_pins_make_the_right_one_wait_and_others_do_not() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let clock = Clock::new()?;
    let [preload, file] = clock.environment()?;
    let environment = [OFF, (preload.0, &preload.1), (file.0, &file.1)];
    let window = TillWindow::open(folder.path(), &environment).await?;
    window.element("search").await?;
    window.scan(LYCHEE).await?;
    window.keys(F12).await?;
    window.element("sign-in").await?;
    for wrong in 1..=5 {
        code_and_pin(&window, "01", &format!("900{wrong}")).await?;
        let said = if wrong < 5 {
            "工号或密码不对"
        } else {
            "请过 30 秒再输"
        };
        says(&window, "staff-trouble", said).await?;
    }
    code_and_pin(&window, "01", "1111").await?;
    says(&window, "staff-trouble", "秒再输；别的工号不用等").await?;
    assert_eq!(window.count("search").await?, 0);
    clock.move_to(31)?;
    code_and_pin(&window, "01", "1111").await?;
    window.element("search").await?;
    window.until_text("total", "59.90").await?;
    window.close().await
}

/// How the header says it stands with the centre, and how many sales are not there yet.
async fn header(window: &TillWindow) -> Result<(String, String), Fault> {
    let connection = window.attribute("connection", "data-connection").await?;
    let waiting = window.attribute("waiting", "data-waiting").await?;
    Ok((connection.unwrap_or_default(), waiting.unwrap_or_default()))
}

async fn until_header(
    window: &TillWindow,
    when: State,
    connection: &str,
    waiting: &str,
) -> Result<(), Fault> {
    let expected = (connection.to_owned(), waiting.to_owned());
    let so = async || Ok(header(window).await? == expected);
    let waited = window.until("the header says so", so).await;
    match waited {
        Ok(()) => Ok(()),
        Err(fault) => Err(format!("{when:?}, {expected:?}: {fault}, but {:?}", header(window).await?).into()),
    }
}

#[tokio::test]
async fn a_centre_that_is_slow_talks_nonsense_fails_or_says_nothing_holds_up_no_sale() -> Result<(), Fault> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("till");
    let centre = Centre::start(&folder.path().join("centre"))?;
    let line = Line::to(&centre.address)?;
    told("jishi", &["init", "--till", "T1", "--demo"], &data)?;
    told("jishi", &["shift", "open"], &data)?;
    centre.enrol(&data, &line.address)?;
    let window = TillWindow::open(&data, &[OFF]).await?;
    window.element("search").await?;
    until_header(&window, State::Good, "online", "0").await?;
    let (_, usual) = sell(&window).await?;
    until_header(&window, State::Good, "online", "0").await?;

    let slow = State::Slow(Duration::from_secs(3));
    let mut sold = 1;
    for (state, connection, said) in [
        (slow, "online", "已联网"),
        (State::Broken, "offline", "连不上中心，照常收款"),
        (State::Nonsense, "offline", "连不上中心，照常收款"),
        (State::Silent, "offline", "连不上中心，照常收款"),
    ] {
        line.becomes(state);
        let (number, took) = sell(&window).await?;
        sold += 1;
        assert_eq!(number.trim(), format!("T1-{sold:06}"));
        // Far less than anything that the centre does; a loaded machine is slower than the usual too.
        let limit = usual + Duration::from_millis(1500);
        assert!(took < limit, "{state:?}: {took:?}, usually {usual:?}");
        // It is nowhere but here, and that is said.
        until_header(&window, state, connection, "1").await?;
        assert!(window.text("connection").await?.contains(said), "{state:?}");
        line.becomes(State::Good);
        // By itself, with nobody pressing anything.
        until_header(&window, State::Good, "online", "0").await?;
    }
    let summary = told("jishi-server", &["report", "summary"], &centre.data)?;
    assert_eq!(
        (&summary["sales"], &summary["net"]),
        (&Value::from(sold), &Value::from(sold * 5990))
    );
    window.close().await?;
    assert_eq!(jishi(&data, &["report", "sales"])?.len(), 5);
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone_and_said() -> Result<(), Fault> {
    /// Where SQLite's header has the version that its user gave, in the first page.
    const VERSION: std::ops::Range<usize> = 60..64;
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    told("jishi", &["init", "--till", "T1", "--demo"], data)?;
    told("jishi", &["shift", "open"], data)?;
    let database = data.join("jishi.sqlite");
    let sound = std::fs::read(&database)?;
    let mut newer = sound.clone();
    newer[VERSION].copy_from_slice(&999u32.to_be_bytes());
    std::fs::write(&database, &newer)?;
    let files = |data: &Path| -> Result<Vec<_>, Fault> {
        let files = std::fs::read_dir(data)?;
        let mut names = files
            .map(|file| Ok(file?.file_name()))
            .collect::<Result<Vec<_>, Fault>>()?;
        names.sort();
        Ok(names)
    };

    let window = TillWindow::open(data, &[OFF]).await?;
    for (language, said) in [
        ("zh-Hans", ["收银程序太旧", "打开新版本的", "数据没有动"]),
        ("zh-Hant", ["收銀程序太舊", "打開新版本的", "數據沒有動"]),
        (
            "en",
            ["too old for the data", "open the newer one", "not touched"],
        ),
    ] {
        window.click(&format!("language-{language}")).await?;
        for words in said {
            says(&window, "not-opened", words).await?;
        }
        picture(&window, &format!("newer-{language}.png")).await?;
    }
    // Neither a scan nor a restore is to be had, and nothing is begun in its place.
    window.keys(&format!("{LYCHEE}{ENTER}")).await?;
    assert_eq!(window.count("restore").await? + window.count("line").await?, 0);
    window.close().await?;
    assert!(std::fs::read(&database)? == newer, "the file was written to");
    let left = files(data)?;
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().starts_with("replaced-")),
        "{left:?}"
    );

    std::fs::write(&database, &sound)?;
    let window = TillWindow::open(data, &[OFF]).await?;
    window.element("search").await?;
    assert!(sell(&window).await?.0.contains("T1-000001"));
    window.close().await
}
