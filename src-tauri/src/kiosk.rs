//! 自助收款: while the till is left to the buyers its window is all that they have of the machine.

use crate::shop::Shop;
use std::sync::Arc;
use tauri::{AppHandle, Manager as _, Window};

const LABEL: &str = "main";

/// Over the whole screen, with nothing to close it by, or as it was.
pub(crate) fn dress(app: &AppHandle, shop: &Shop) {
    let is_kiosk = shop.is_kiosk();
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let dressed = window
        .set_fullscreen(is_kiosk)
        .and_then(|()| window.set_decorations(!is_kiosk));
    if let Err(error) = dressed {
        tracing::warn!("The window did not change with the kiosk: {error}");
    }
}

/// Whether a window may be closed from outside: a buyer's till is taken back first.
pub(crate) fn may_close(window: &Window) -> bool {
    let shop = window.try_state::<Arc<Shop>>();
    window.label() != LABEL || shop.is_none_or(|shop| !shop.is_kiosk())
}
