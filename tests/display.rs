//! The X display itself: keys and clicks as a scanner gun and a hand make them, and the pixels that an eye would see.
//! The driver's own keys come many milliseconds apart, and what it says is drawn is what the page says.

use crate::window::{Fault, TillWindow};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConnectionExt as _, GetGeometryReply, ImageFormat, InputFocus,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Keycode, MOTION_NOTIFY_EVENT, MapState, Rectangle, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// The keys of the display, by their X names.
pub const RETURN: u32 = 0xff0d;
pub const F9: u32 = 0xffc6;
pub const ESCAPE: u32 = 0xff1b;
const SHIFT: u32 = 0xffe1;
const ALT: u32 = 0xffe9;

fn known(keys: &[(u32, Keycode)], sign: u32) -> Result<Keycode, Fault> {
    let key = keys.iter().find(|(known, _)| *known == sign);
    Ok(key.ok_or_else(|| format!("no key types {sign:#x}"))?.1)
}

#[derive(Debug)]
pub struct Display {
    connection: RustConnection,
    root: Window,
    /// The key that types each sign, without shift.
    keys: Vec<(u32, Keycode)>,
    /// And with it.
    shifted: Vec<(u32, Keycode)>,
}

/// A display of a test's own: on one that several windows share, the keys would go to any of them.
#[derive(Debug)]
pub struct OwnScreen {
    server: Child,
    /// As `DISPLAY` names it.
    pub name: String,
}

impl OwnScreen {
    pub fn start() -> Result<OwnScreen, Fault> {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1366x768x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb: {error}"))?;
        let mut number = String::new();
        BufReader::new(server.stdout.take().ok_or("no stdout")?).read_line(&mut number)?;
        let name = format!(":{}", number.trim());
        Ok(OwnScreen { server, name })
    }
}

impl Drop for OwnScreen {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Display {
    pub fn open() -> Result<Display, Fault> {
        Display::open_at(None)
    }

    pub fn open_at(name: Option<&str>) -> Result<Display, Fault> {
        let (connection, screen) = x11rb::connect(name)?;
        let setup = connection.setup();
        let root = setup.roots[screen].root;
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = connection
            .get_keyboard_mapping(first, last - first + 1)?
            .reply()?;
        let by_key = mapping
            .keysyms
            .chunks(usize::from(mapping.keysyms_per_keycode).max(1));
        let by_key: Vec<(Keycode, &[u32])> = (first..=last).zip(by_key).collect();
        let at = |level: usize| {
            let keys = by_key.iter();
            keys.filter_map(|(key, signs)| Some((*signs.get(level)?, *key)))
                .collect()
        };
        let (keys, shifted) = (at(0), at(1));
        connection.damage_query_version(1, 1)?.reply()?;
        connection.damage_create(connection.generate_id()?, root, ReportLevel::RAW_RECTANGLES)?;
        Ok(Display {
            connection,
            root,
            keys,
            shifted,
        })
    }

    /// Gives the keys to the largest window, which nobody does where there is no window manager. Answers where it is.
    pub fn focus_largest(&self) -> Result<Rectangle, Fault> {
        let children = self.connection.query_tree(self.root)?.reply()?.children;
        let mut largest: Option<(u32, Window, GetGeometryReply)> = None;
        for window in children {
            let shown = self.connection.get_window_attributes(window)?.reply()?.map_state;
            let place = self.connection.get_geometry(window)?.reply()?;
            let area = u32::from(place.width) * u32::from(place.height);
            if shown == MapState::VIEWABLE && largest.as_ref().is_none_or(|(size, ..)| *size < area) {
                largest = Some((area, window, place));
            }
        }
        let (_, window, place) = largest.ok_or("there is no window")?;
        self.connection
            .set_input_focus(InputFocus::PARENT, window, CURRENT_TIME)?;
        self.connection.flush()?;
        Ok(Rectangle {
            x: place.x,
            y: place.y,
            width: place.width,
            height: place.height,
        })
    }

    /// Where something of the window is on the display. A number grows to the left, so as wide again is taken there.
    pub async fn place_of(&self, window: &TillWindow, id: &str) -> Result<Rectangle, Fault> {
        let (x, y, width, height) = window.element(id).await?.rectangle().await?;
        let place = self.focus_largest()?;
        let left = (x - width).max(0.0);
        Ok(Rectangle {
            x: place.x + left as i16,
            y: place.y + y as i16,
            width: (x + width - left) as u16,
            height: height as u16,
        })
    }

    /// Presses a key and lets it go, both within `takes`. Answers when it was pressed.
    pub fn key(&self, sign: u32, takes: Duration) -> Result<Instant, Fault> {
        self.press(&self.keys, sign, takes)
    }

    fn press(&self, keys: &[(u32, Keycode)], sign: u32, takes: Duration) -> Result<Instant, Fault> {
        let key = known(keys, sign)?;
        let pressed = self.fake(KEY_PRESS_EVENT, key, 0, 0)?;
        sleep(takes / 2);
        self.fake(KEY_RELEASE_EVENT, key, 0, 0)?;
        sleep(takes.saturating_sub(pressed.elapsed()));
        Ok(pressed)
    }

    /// Types a code as a gun does, and Enter. Answers when Enter was pressed.
    pub fn scan(&self, code: &str, takes_a_key: Duration) -> Result<Instant, Fault> {
        for sign in code.chars() {
            self.key(u32::from(sign), takes_a_key)?;
        }
        self.key(RETURN, takes_a_key)
    }

    /// The same of whatever a code may hold: what stands above a key with shift, and what is on none, as Chinese, by
    /// its number with Alt held down.
    pub fn scan_text(&self, code: &str, takes_a_key: Duration) -> Result<Instant, Fault> {
        for sign in code.chars() {
            let (sign, text) = (u32::from(sign), sign);
            if self.keys.iter().any(|(known, _)| *known == sign) {
                self.key(sign, takes_a_key)?;
            } else if self.shifted.iter().any(|(known, _)| *known == sign) {
                self.with(SHIFT, || self.press(&self.shifted, sign, takes_a_key))?;
            } else {
                self.with(ALT, || {
                    for digit in u32::from(text).to_string().chars() {
                        self.key(u32::from(digit), takes_a_key)?;
                    }
                    Ok(Instant::now())
                })?;
            }
        }
        self.key(RETURN, takes_a_key)
    }

    /// Does something while another key is held down.
    fn with(&self, held: u32, act: impl FnOnce() -> Result<Instant, Fault>) -> Result<Instant, Fault> {
        let key = known(&self.keys, held)?;
        self.fake(KEY_PRESS_EVENT, key, 0, 0)?;
        let done = act();
        self.fake(KEY_RELEASE_EVENT, key, 0, 0)?;
        done
    }

    pub fn point_at(&self, x: i16, y: i16) -> Result<(), Fault> {
        self.fake(MOTION_NOTIFY_EVENT, 0, x, y).map(|_| ())
    }

    /// Presses where it points, for as long as a finger does. Answers when it was let go, which is the click.
    pub fn click(&self) -> Result<Instant, Fault> {
        self.fake(BUTTON_PRESS_EVENT, 1, 0, 0)?;
        sleep(Duration::from_millis(60));
        self.fake(BUTTON_RELEASE_EVENT, 1, 0, 0)
    }

    fn fake(&self, event: u8, detail: u8, x: i16, y: i16) -> Result<Instant, Fault> {
        let at = Instant::now();
        self.connection
            .xtest_fake_input(event, detail, CURRENT_TIME, self.root, x, y, 0)?;
        self.connection.flush()?;
        Ok(at)
    }

    /// What is on the screen there now.
    pub fn pixels(&self, area: Rectangle) -> Result<Vec<u8>, Fault> {
        // Whatever was drawn before is no news.
        while self.connection.poll_for_event()?.is_some() {}
        let (x, y, width, height) = (area.x, area.y, area.width, area.height);
        let image =
            self.connection
                .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, u32::MAX)?;
        Ok(image.reply()?.data)
    }

    /// Waits until something else is on the screen there. Answers when.
    pub fn until_changed(&self, area: Rectangle, before: &[u8]) -> Result<Instant, Fault> {
        let began = Instant::now();
        loop {
            // It may have changed before this was asked for.
            if self.pixels(area)? != before {
                return Ok(Instant::now());
            }
            while !matches!(self.connection.poll_for_event()?, Some(Event::DamageNotify(_))) {
                if began.elapsed() > Duration::from_secs(20) {
                    return Err("nothing changed on the screen".into());
                }
                sleep(Duration::from_micros(100));
            }
        }
    }
}
