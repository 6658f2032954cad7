//! The real window under WebKitWebDriver. It needs a display; `make test` gives it a virtual one.

use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long anything on the screen may take before a test gives up on it, on a busy machine.
const WAIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The driver clicks, and then waits for the page to be drawn anew. Where there is no graphics processor the window draws
/// only what has changed, so a click that changes nothing would wait for the clock's next minute: a pixel in the corner
/// changes all the time.
const PULSE: &str = r#"
    if (document.querySelector('#pulse') !== null) return;
    const pixel = document.createElement('i');
    pixel.id = 'pulse';
    pixel.ariaHidden = 'true';
    Object.assign(pixel.style, { position: 'fixed', right: 0, bottom: 0, width: '1px', height: '1px', pointerEvents: 'none' });
    document.documentElement.append(pixel);
    let dark = false;
    setInterval(() => { dark = !dark; pixel.style.background = dark ? 'black' : 'white'; }, 40);
"#;

/// Whether an element lies where it lay two frames ago.
const STANDS_STILL: &str = r#"
    const [element, done] = arguments;
    const place = () => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return [left, top, width, height, innerWidth, innerHeight].join();
    };
    const before = place();
    requestAnimationFrame(() => requestAnimationFrame(() => done(place() === before)));
"#;

/// Presses a key for each digit and Enter, at the pace that is asked for.
const SLOW_GUN: &str = r#"
    const [digits, pause_ms, done] = arguments;
    const began_ms = performance.now();
    const press = (key, code, index) => {
        const event = new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true });
        Object.defineProperty(event, 'timeStamp', { value: began_ms + index * pause_ms });
        (document.activeElement ?? document.body).dispatchEvent(event);
    };
    const next = (index) => {
        if (index < digits.length) press(digits[index], 'Digit' + digits[index], index);
        else press('Enter', 'Enter', index);
        if (index < digits.length) setTimeout(next, pause_ms, index + 1);
        else done();
    };
    next(0);
"#;

/// A running window with its driver.
#[derive(Debug)]
pub struct TillWindow {
    driver: Child,
    pub client: Client,
}

/// Why the window could not be had or did not do as expected.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

impl TillWindow {
    /// Starts the program on a data folder. `environment` is added to the program's own.
    pub async fn open(data: &Path, environment: &[(&str, &str)]) -> Result<TillWindow, Fault> {
        let window = TillWindow::open_to_measure(data, environment).await?;
        window.pulse().await?;
        Ok(window)
    }

    /// For a window that was switched to: it draws all the time from then on, as the driver's clicks need it.
    pub async fn pulse(&self) -> Result<(), Fault> {
        self.until("the page is there", async || {
            let state = self
                .client
                .execute("return document.readyState + location.href", Vec::new())
                .await?;
            let state = state.as_str().unwrap_or_default();
            Ok(state.starts_with("complete") && !state.ends_with("about:blank"))
        })
        .await?;
        self.client.execute(PULSE, Vec::new()).await?;
        Ok(())
    }

    /// As `open`, with nothing in the page that is not the program's.
    pub async fn open_to_measure(data: &Path, environment: &[(&str, &str)]) -> Result<TillWindow, Fault> {
        let program = program("jishi-desktop")?;
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            // Without this a new session waits for a minute and fails.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("JISHI_DATA", data)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // The program is the driver's child: both go with their group.
            .process_group(0);
        let driver = command
            .spawn()
            .map_err(|error| format!("WebKitWebDriver: {error}"))?;
        let mut driver = Reaped(Some(driver));
        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({ "binary": program, "args": [] }),
        );
        let url = format!("http://127.0.0.1:{port}");
        let mut tries = 0;
        let client = loop {
            let mut connector = hyper_util::client::legacy::connect::HttpConnector::new();
            connector.set_nodelay(true);
            let mut builder = ClientBuilder::new(connector);
            match builder.capabilities(capabilities.clone()).connect(&url).await {
                Ok(client) => break client,
                Err(error) if tries >= 50 => return Err(format!("no session: {error}").into()),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let driver = driver.0.take().ok_or("the driver is gone")?;
        Ok(TillWindow { driver, client })
    }

    /// Waits for the element with this test id and answers its text.
    pub async fn text(&self, id: &str) -> Result<String, Fault> {
        self.read(id, async |element| element.text().await).await
    }

    pub async fn attribute(&self, id: &str, name: &str) -> Result<Option<String>, Fault> {
        self.read(id, async |element| element.attr(name).await).await
    }

    /// Reads from the element with this test id; from the one in its place where the page has just put another there.
    async fn read<T>(
        &self,
        id: &str,
        from: impl AsyncFn(&Element) -> Result<T, CmdError>,
    ) -> Result<T, Fault> {
        loop {
            match from(&self.element(id).await?).await {
                Err(CmdError::Standard(error)) if error.error == ErrorStatus::StaleElementReference => {}
                read => return Ok(read?),
            }
        }
    }

    pub async fn element(&self, id: &str) -> Result<Element, Fault> {
        let css = format!("[data-testid=\"{id}\"]");
        let waited = self.client.wait().at_most(WAIT).every(LOOK_AGAIN);
        let found = waited.for_element(Locator::Css(&css)).await;
        if found.is_err() {
            self.picture(&program_folder()?.join("window-when-it-failed.png"))
                .await?;
        }
        found.map_err(|error| format!("`{id}` is not on the screen: {error}").into())
    }

    pub async fn count(&self, id: &str) -> Result<usize, Fault> {
        let css = format!("[data-testid=\"{id}\"]");
        Ok(self.client.find_all(Locator::Css(&css)).await?.len())
    }

    pub async fn click(&self, id: &str) -> Result<(), Fault> {
        self.press(&format!("[data-testid=\"{id}\"]")).await
    }

    /// Presses the first such element once it stands still, as a finger would: the driver presses a place on the screen,
    /// and something else may lie there when a page is laid out anew in between.
    pub async fn press(&self, css: &str) -> Result<(), Fault> {
        self.until(&format!("`{css}` can be pressed"), async || {
            match self.press_if_still(css).await {
                Ok(pressed) => Ok(pressed),
                // Nothing was pressed: it was replaced, or something lay over it.
                Err(error) if is_in_motion(&error) => Ok(false),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    async fn press_if_still(&self, css: &str) -> Result<bool, CmdError> {
        let element = self.client.find(Locator::Css(css)).await?;
        let argument = serde_json::to_value(&element)?;
        let still = self.client.execute_async(STANDS_STILL, vec![argument]).await?;
        if still != true {
            return Ok(false);
        }
        element.click().await?;
        Ok(true)
    }

    /// In the strip that the header's 文A opens; it is closed again. Where there is no till there is no header, and the
    /// languages stand on the page.
    pub async fn choose_language(&self, language: &str) -> Result<(), Fault> {
        let chosen = format!("language-{language}");
        self.until("a language can be chosen", async || {
            Ok(self.count("show-look").await? + self.count(&chosen).await? > 0)
        })
        .await?;
        if self.count("show-look").await? == 0 {
            return self.click(&chosen).await;
        }
        self.click("show-look").await?;
        self.click(&chosen).await?;
        self.click("look-done").await?;
        self.until(
            "the strip is closed",
            async || Ok(self.count(&chosen).await? == 0),
        )
        .await
    }

    pub async fn click_tile(&self, product: &str) -> Result<(), Fault> {
        self.press(&format!(
            "[data-testid=\"product-tile\"][data-code=\"{product}\"]"
        ))
        .await
    }

    /// Types into whatever has the focus, as a scanner does: the code, then Enter.
    pub async fn scan(&self, code: &str) -> Result<(), Fault> {
        let before = self.taken().await?;
        self.keys(&format!("{code}\u{E007}")).await?;
        // A scan is taken in turn; the next one must not be counted for it.
        self.until("the scan is on the screen", async || {
            Ok(self.taken().await? > before || self.count("message").await? > 0)
        })
        .await
    }

    /// How often goods were put on a sale since the window opened: a line of their own, or one more on the last one.
    pub async fn taken(&self) -> Result<u64, Fault> {
        let taken = "return Number(document.querySelector('[data-testid=\"lines\"]')?.dataset.taken ?? 0)";
        let taken = self.client.execute(taken, Vec::new()).await?;
        Ok(taken.as_f64().unwrap_or_default() as u64)
    }

    /// Set at once: keys that come as fast as a driver's are a scanner's.
    pub async fn set_field(&self, id: &str, text: &str) -> Result<(), Fault> {
        self.element(id).await?;
        let set = "const field = document.querySelector(`[data-testid=\"${arguments[0]}\"]`); \
                   field.value = arguments[1]; field.dispatchEvent(new Event('input', { bubbles: true }));";
        self.client.execute(set, vec![json!(id), json!(text)]).await?;
        Ok(())
    }

    /// Sends keys to the element that has the focus.
    pub async fn keys(&self, keys: &str) -> Result<(), Fault> {
        let active = self.client.active_element().await?;
        Ok(active.send_keys(keys).await?)
    }

    /// Types digits as a slow gun does, and Enter. The keys bear the times that its own would; the driver's come as the
    /// machine has time for them.
    pub async fn scan_slowly(&self, digits: &str, pause: Duration) -> Result<(), Fault> {
        let pause_ms = u64::try_from(pause.as_millis())?;
        let arguments = vec![json!(digits), json!(pause_ms)];
        self.client.execute_async(SLOW_GUN, arguments).await?;
        Ok(())
    }

    /// Waits until something is so.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn() -> Result<bool, Fault>) -> Result<(), Fault> {
        let began = tokio::time::Instant::now();
        while !is_so().await? {
            if began.elapsed() > WAIT {
                self.picture(&program_folder()?.join("window-when-it-failed.png"))
                    .await?;
                return Err(format!("it never came to be that {what}").into());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    pub async fn until_text(&self, id: &str, expected: &str) -> Result<(), Fault> {
        let reads = async || Ok(self.text(id).await? == expected);
        let waited = self.until(&format!("`{id}` reads {expected:?}"), reads).await;
        match waited {
            Ok(()) => Ok(()),
            Err(fault) => Err(format!("{fault}, but {:?}", self.text(id).await?).into()),
        }
    }

    /// A picture of the window as it is now, not as it was a frame ago.
    pub async fn picture(&self, path: &Path) -> Result<(), Fault> {
        Ok(std::fs::write(path, self.screenshot().await?)?)
    }

    /// The same, as the bytes of a PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>, Fault> {
        let drawn = "const done = arguments[arguments.length - 1]; \
                     requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)));";
        self.client.execute_async(drawn, Vec::new()).await?;
        Ok(self.client.screenshot().await?)
    }

    /// What the program, its web and network processes and the driver hold in memory: what each has for itself, and the
    /// largest of what they have mapped from files, which are the same libraries in each. Shares of a page (PSS) would
    /// change with every other window that opens on the machine.
    pub fn memory_kib(&self) -> Result<u64, Fault> {
        let group = self.driver.id().to_string();
        let found = Command::new("pgrep").args(["-g", &group]).output()?;
        let (mut own_kib, mut from_files_kib) = (0, 0);
        for process in String::from_utf8(found.stdout)?.lines() {
            // One that has just ended holds nothing.
            let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
            own_kib += kib(&status, "RssAnon:") + kib(&status, "RssShmem:");
            from_files_kib = kib(&status, "RssFile:").max(from_files_kib);
        }
        Ok(own_kib + from_files_kib)
    }

    /// Closes the window in order.
    pub async fn close(mut self) -> Result<(), Fault> {
        let closed = self.client.clone().close().await;
        kill_group(&mut self.driver);
        Ok(closed?)
    }

    /// The plug is pulled: program and driver are killed at once.
    pub fn kill(mut self) {
        kill_group(&mut self.driver);
    }
}

fn kib(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|text| text.trim().strip_suffix(" kB"));
    number.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn is_in_motion(error: &CmdError) -> bool {
    use ErrorStatus::{
        ElementClickIntercepted, ElementNotInteractable, NoSuchElement, StaleElementReference,
    };
    let CmdError::Standard(error) = error else {
        return false;
    };
    matches!(
        error.error,
        ElementClickIntercepted | ElementNotInteractable | NoSuchElement | StaleElementReference
    )
}

impl Drop for TillWindow {
    fn drop(&mut self) {
        kill_group(&mut self.driver);
    }
}

/// Kills the driver's group unless it was handed on.
struct Reaped(Option<Child>);

impl Drop for Reaped {
    fn drop(&mut self) {
        if let Some(driver) = &mut self.0 {
            kill_group(driver);
        }
    }
}

fn kill_group(driver: &mut Child) {
    // Already gone is as good.
    let _ = Command::new("kill")
        .args(["-KILL", "--", &format!("-{}", driver.id())])
        .stderr(Stdio::null())
        .status();
    let _ = driver.wait();
    // The program has the till until it is gone: the next one would find it taken.
    for _ in 0..50 {
        let left = Command::new("pgrep")
            .args(["-g", &driver.id().to_string()])
            .output();
        if left.is_ok_and(|left| left.stdout.is_empty()) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Where this workspace's programs are built.
fn program_folder() -> Result<PathBuf, Fault> {
    let mut folder = std::env::current_exe()?;
    folder.pop();
    if folder.ends_with("deps") {
        folder.pop();
    }
    Ok(folder)
}

/// A program of this workspace, built beside the one that runs.
pub fn program(name: &str) -> Result<PathBuf, Fault> {
    let program = program_folder()?.join(name);
    match program.exists() {
        true => Ok(program),
        false => Err(format!("{} is not built: run `make build`", program.display()).into()),
    }
}

/// The body of a page of this machine's own server.
pub fn http_get(address: &str, path: &str) -> Result<String, Fault> {
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "GET {path} HTTP/1.0\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let (_, body) = text.split_once("\r\n\r\n").ok_or("no answer")?;
    Ok(body.to_owned())
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
