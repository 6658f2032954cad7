//! The desktop program: one window over the till, and the fair's server beside it. This crate is the
//! only one that names tauri, and it decides nothing about sales.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bridge;
mod customer;
mod drawing;
mod hub;
mod kiosk;
#[cfg(target_os = "linux")]
mod page_memory;
mod shop;

use shop::Shop;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tauri::Manager as _;

/// A replay makes and drops millions of small rows on two threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// By then, on a slow machine too.
const WINDOW_IS_UP: Duration = Duration::from_secs(4);

/// A hub with another address is found within so long.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

fn main() {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    #[cfg(target_os = "linux")]
    if ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .all(|name| std::env::var_os(name).is_none())
    {
        tracing::error!("没有显示器，窗口打不开。 / There is no display to open a window on.");
        std::process::exit(1);
    }
    #[cfg(target_os = "linux")]
    page_memory::keep_small();
    let context = tauri::generate_context!();
    let Some(folder) = data_folder(&context.config().identifier) else {
        tracing::error!(
            "没有放数据的地方，请设 JISHI_DATA。 / There is no place for the data: set JISHI_DATA."
        );
        std::process::exit(1);
    };
    // Beside the window, which takes as long to come up.
    let shop = Shop::opening(folder);
    let built = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![
            bridge::call,
            customer::open_customer_window,
            customer::customer_view
        ])
        .on_window_event(|window, event| {
            if let tauri::WindowEvent::CloseRequested { api, .. } = event
                && !kiosk::may_close(window)
            {
                api.prevent_close();
            }
        })
        .setup(|app| {
            if let Some(window) = app.get_webview_window("main") {
                drawing::draw_plainly_without_graphics(&window);
            }
            app.manage(Arc::clone(&shop));
            let app = app.handle().clone();
            let follows = Arc::clone(&shop);
            std::thread::spawn(move || {
                std::thread::sleep(WINDOW_IS_UP);
                loop {
                    follows.follow_nearby();
                    std::thread::sleep(LISTEN_AGAIN);
                }
            });
            std::thread::spawn(move || {
                if shop.is_kiosk() {
                    kiosk::dress(&app, &shop);
                }
                shop.stand_by(&app);
                // Reading the whole file takes a while: beside the first sales, not before them, and not while the
                // window is coming up.
                std::thread::sleep(WINDOW_IS_UP);
                shop.check_file(&app);
                // A window that stays open over night has its backup of the next day too.
                loop {
                    shop.back_up_daily(&app);
                    std::thread::sleep(Duration::from_secs(3600));
                }
            });
            Ok(())
        })
        .build(context);
    match built {
        Ok(app) => app.run(|app, event| {
            match event {
                tauri::RunEvent::Exit => app.state::<Arc<Shop>>().close(),
                // The customer's window does not outlive the till's.
                tauri::RunEvent::WindowEvent {
                    label,
                    event: tauri::WindowEvent::Destroyed,
                    ..
                } if label == "main" => app.exit(0),
                _ => {}
            }
        }),
        Err(error) => {
            tracing::error!("The window could not be made: {error}");
            std::process::exit(1);
        }
    }
}

/// Where the data lies unless it is said: the system's own place for it.
fn data_folder(identifier: &str) -> Option<PathBuf> {
    match std::env::var_os("JISHI_DATA") {
        Some(folder) => Some(PathBuf::from(folder)),
        None => Some(dirs::data_dir()?.join(identifier)),
    }
}
