//! The fair's server beside the window: the till enrols at it by itself at the first start.

use crate::shop::Shop;
use jishi_ledger::OpenMode;
use jishi_server::{Home, Instruments, InvitationRequest, Server, init, invite, listen};
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use tauri::AppHandle;

/// Another free one is taken where it is in use.
const PORT: u16 = 8787;

/// Starts in the background. A server that cannot start is logged; the till sells without it.
pub(crate) fn start(app: AppHandle, shop: Arc<Shop>) {
    tauri::async_runtime::spawn(async move {
        if let Err(reason) = run(&app, &shop).await {
            tracing::warn!("The server beside the till does not run: {reason}");
            shop.watch(&app);
        }
    });
}

async fn run(app: &AppHandle, shop: &Arc<Shop>) -> Result<(), String> {
    let instruments = Instruments::of_machine();
    let folder = shop.folder().path().join("centre");
    if !folder.exists() {
        init(&folder, "DEMO", "演示中心", &instruments).map_err(|error| error.to_string())?;
    }
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = match listen(local(PORT)).await {
        Ok(listener) => listener,
        Err(_) => listen(local(0)).await.map_err(|error| error.to_string())?,
    };
    let server = Server::open(listener, &folder, instruments.clone()).map_err(|error| error.to_string())?;
    let address = server.address().clone();
    tracing::info!("The fair's page is at {address}");
    let serving = tauri::async_runtime::spawn(server.run(pending()));
    let (app, shop) = (app.clone(), Arc::clone(shop));
    // Enrolling waits for an answer: not on a thread that serves.
    let enrolled = tauri::async_runtime::spawn_blocking(move || {
        enrol(&shop, &folder, &address, &instruments)?;
        shop.watch(&app);
        Ok::<(), String>(())
    });
    enrolled.await.map_err(|error| error.to_string())??;
    match serving.await {
        Ok(ended) => ended.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Enrols the till unless it is: here, or at a centre elsewhere, which then stays its centre.
fn enrol(
    shop: &Shop,
    folder: &Path,
    address: &jishi_sync::ServerAddress,
    instruments: &Instruments,
) -> Result<(), String> {
    let home = Home::open(folder, OpenMode::Read).map_err(|error| error.to_string())?;
    let known = jishi_till::centre_moved(shop.folder(), &home.facts.public_key, address.as_str());
    if known.map_err(|error| error.to_string())? {
        return Ok(());
    }
    let request = InvitationRequest {
        kind: "till".to_owned(),
        outlet: None,
        address: Some(address.clone()),
    };
    let invited = invite(folder, request, instruments).map_err(|error| error.to_string())?;
    jishi_till::enrol(shop.folder(), &invited.code.to_string()).map_err(|error| error.to_string())?;
    Ok(())
}
