//! Long work: a bar on a terminal, nothing in a pipe; Ctrl-C stops it between two steps.

pub use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use jishi_ledger::{Stop, Work};
use std::time::Duration;

/// A bar on stderr; it hides itself where that is no terminal.
pub fn bar(total: u64, label: &str) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(label.to_owned());
    bar
}

/// For work that does not say how far it is.
pub fn spinner(label: &str) -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    spinner.set_message(label.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}

/// Work that moves a bar on, one step after the other, until it is done or interrupted.
pub fn work<'a>(bar: &'a ProgressBar, interrupt: &Interrupt) -> Work<'a> {
    Work::new(interrupt.0.clone(), |progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    })
}

/// Set by Ctrl-C from now on, in place of the end of the program.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Stop);

impl Interrupt {
    pub fn listen() -> Interrupt {
        let interrupt = Interrupt::default();
        let stop = interrupt.0.clone();
        // Without a handler Ctrl-C ends the program as ever, and the work is undone by its transaction.
        let _ = ctrlc::set_handler(move || stop.ask());
        interrupt
    }

    pub fn is_set(&self) -> bool {
        self.0.is_asked()
    }
}
