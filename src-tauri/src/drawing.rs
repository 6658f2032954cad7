//! How a window is drawn, and what it keeps.

use tauri::WebviewWindow;

/// Where a machine has no graphics processor, or none that its system can use.
#[cfg(target_os = "linux")]
const GRAPHICS: &str = "/dev/dri";

/// Without a graphics processor WebKit has one emulated, which takes many times as long to draw a page as drawing it
/// without one.
#[cfg(target_os = "linux")]
pub(crate) fn choose_how_it_is_drawn(window: &WebviewWindow) {
    use webkit2gtk::{
        CacheModel, HardwareAccelerationPolicy, SettingsExt as _, WebContextExt as _, WebViewExt as _,
    };
    let has_graphics = std::path::Path::new(GRAPHICS).exists();
    let told = window.with_webview(move |webview| {
        // Every receipt is another picture, looked at once: none is kept for a second look.
        if let Some(context) = webview.inner().context() {
            context.set_cache_model(CacheModel::DocumentViewer);
        }
        if let Some(settings) = webview.inner().settings()
            && !has_graphics
        {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = told {
        tracing::warn!("How the window is drawn was not chosen: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn choose_how_it_is_drawn(_: &WebviewWindow) {}
