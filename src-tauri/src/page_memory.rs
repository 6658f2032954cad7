//! How much memory the page may take before it is tidied.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// WebKit's collector lets the heap of a page grow in proportion to the machine's memory before it looks for what can go:
/// a till with a day's sales behind it then holds 50 MiB more than one that was just started. This tells it that the machine
/// is small.
const RAM_TOLD: (&str, &str) = ("JSC_forceRAMSize", "268435456");

/// Begins the program anew with that told, where it is not yet: the page's process inherits it, and there is no other way in.
/// Where it cannot be done the program goes on as it is.
pub(crate) fn keep_small() {
    if std::env::var_os(RAM_TOLD.0).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let error = Command::new(program)
        .args(std::env::args_os().skip(1))
        .env(RAM_TOLD.0, RAM_TOLD.1)
        .exec();
    tracing::warn!("The page's memory stays as WebKit has it: {error}");
}
