//! Progress: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};
use ingest::Progress;

use crate::report::message;

/// Draws on standard error.
pub struct Shown {
    bar: Option<Mutex<ProgressBar>>,
}

impl Shown {
    /// A bar when standard error is a terminal.
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| Mutex::new(ProgressBar::hidden()));
        Self { bar }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.lock().unwrap_or_else(PoisonError::into_inner).finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn step(&self, name: &str, total_bytes: Option<u64>) {
        let Some(bar) = &self.bar else {
            message(&format!("  {name}…"));
            return;
        };
        let (new, template) = match total_bytes {
            Some(total) => (ProgressBar::new(total), "  {msg} {bar:30} {bytes}/{total_bytes} {eta}"),
            None => (ProgressBar::new_spinner(), "  {msg} {spinner}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            new.set_style(style);
        }
        new.set_message(name.to_owned());
        let mut bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
        bar.finish();
        *bar = new;
    }

    fn bytes(&self, read: u64) {
        if let Some(bar) = &self.bar {
            bar.lock().unwrap_or_else(PoisonError::into_inner).set_position(read);
        }
    }
}
