/// Named here, a command is nobody's until a capability gives it to a window.
const COMMANDS: &[&str] = &["call", "open_customer_window", "customer_view"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    Ok(tauri_build::try_build(
        tauri_build::Attributes::new().app_manifest(manifest),
    )?)
}
