//! The one command of the window: a name and a request in, a view or a refusal out.

use crate::shop::Shop;
use jishi_till::view::RefusedView;
use serde_json::Value;
use std::sync::Arc;
use tauri::{AppHandle, State};

/// Off the main thread, so that the window never waits for the disk.
#[tauri::command(async)]
pub(crate) fn call(
    app: AppHandle,
    shop: State<'_, Arc<Shop>>,
    name: String,
    request: Value,
) -> Result<Value, RefusedView> {
    if name == "restore_backup" {
        let answered = shop.restore(request);
        // Also where it was refused: another till may be open, or the same one again.
        shop.stand_by(&app);
        return answered;
    }
    let (answered, has_recorded) = shop.call(&name, request);
    if let ("show_customer", Ok(view)) = (name.as_str(), &answered) {
        shop.show_to_customer(view);
        crate::customer::tell(&app, view);
    }
    if let ("enter_kiosk" | "leave_kiosk", Ok(_)) = (name.as_str(), &answered) {
        crate::kiosk::dress(&app, &shop);
    }
    if let (
        "start_import" | "start_backup" | "start_verify" | "start_rebuild" | "start_carry" | "start_receipt"
        | "start_enrol" | "start_hub" | "start_upstream",
        Ok(_),
    ) = (name.as_str(), &answered)
    {
        let enrols = matches!(name.as_str(), "start_enrol" | "start_hub" | "start_upstream");
        shop.run_job(&app, enrols);
    }
    if has_recorded {
        // Beside the answer: the window would draw how much waits before it draws “done”.
        let shop = Arc::clone(shop.inner());
        tauri::async_runtime::spawn_blocking(move || shop.recorded(&app));
    }
    answered
}
