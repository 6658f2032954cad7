//! The one command of the window: a name and a request in, a view or a refusal out.

use crate::shop::Shop;
use jishi_till::view::RefusedView;
use serde_json::Value;
use std::sync::Arc;
use tauri::State;

/// Off the main thread, so that the window never waits for the disk.
#[tauri::command(async)]
pub(crate) fn call(shop: State<'_, Arc<Shop>>, name: String, request: Value) -> Result<Value, RefusedView> {
    let answered = shop.call(&name, request);
    if name == "record_sale" && answered.is_ok() {
        shop.new_entries();
    }
    answered
}
