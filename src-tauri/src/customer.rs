//! 顾客屏: a window of its own for a second screen. It hears what the till's window has shown, and may ask for
//! nothing else: its capability has no command of the till.

use crate::shop::Shop;
use jishi_till::view::RefusedView;
use serde_json::{Value, json};
use std::sync::Arc;
use tauri::{AppHandle, Emitter as _, Manager as _, Monitor, State, WebviewUrl, WebviewWindowBuilder};

pub(crate) const LABEL: &str = "customer";

/// Opens it on the second screen, over all of it; where there is one screen only, as a window. Open already, it
/// comes to the front.
#[tauri::command(async)]
pub(crate) fn open_customer_window(app: AppHandle) -> Result<(), String> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return window.set_focus().map_err(|error| error.to_string());
    }
    let page = WebviewUrl::App("customer.html".into());
    let mut builder = WebviewWindowBuilder::new(&app, LABEL, page)
        .title("集市 顾客屏")
        .inner_size(1024.0, 768.0)
        // The till keeps the keys, or a scan would go astray.
        .focused(false);
    if let Some(monitor) = second_monitor(&app) {
        let place = monitor.position().to_logical::<f64>(monitor.scale_factor());
        builder = builder
            .position(place.x, place.y)
            .fullscreen(true)
            .decorations(false);
    }
    let window = builder.build().map_err(|error| error.to_string())?;
    crate::drawing::draw_plainly_without_graphics(&window);
    if let Some(till) = app.get_webview_window("main") {
        till.set_focus().map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// One that the till's window is not on.
fn second_monitor(app: &AppHandle) -> Option<Monitor> {
    let till = app.get_webview_window("main")?;
    let here = till.current_monitor().ok()??;
    let all = till.available_monitors().ok()?;
    all.into_iter()
        .find(|monitor| monitor.position() != here.position())
}

/// What it shows when it opens; afterwards it hears of every change.
#[tauri::command(async)]
pub(crate) fn customer_view(shop: State<'_, Arc<Shop>>) -> Result<Value, RefusedView> {
    match shop.shown_to_customer() {
        Some(view) => Ok(view),
        None => shop.call("show_customer", json!({"kind": "welcome"})).0,
    }
}

pub(crate) fn tell(app: &AppHandle, view: &Value) {
    if let Err(error) = app.emit_to(LABEL, "customer", view) {
        tracing::warn!("The customer's window was not told of a change: {error}");
    }
}
