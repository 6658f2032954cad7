//! How a window is drawn.

use tauri::WebviewWindow;

/// Where a machine has no graphics processor, or none that its system can use.
#[cfg(target_os = "linux")]
const GRAPHICS: &str = "/dev/dri";

/// Without a graphics processor WebKit has one emulated, which takes many times as long to draw a page as drawing it
/// without one.
#[cfg(target_os = "linux")]
pub(crate) fn draw_plainly_without_graphics(window: &WebviewWindow) {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    if std::path::Path::new(GRAPHICS).exists() {
        return;
    }
    let told = window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    if let Err(error) = told {
        tracing::warn!("How the window is drawn was not chosen: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn draw_plainly_without_graphics(_: &WebviewWindow) {}
