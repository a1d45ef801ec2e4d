//! Progress: a bar on a terminal, plain lines elsewhere.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use ingest::Progress;
use statistics::nombres::decimal;

use crate::report::message;

/// Period of the spinner of a step whose length is unknown.
const TICK: Duration = Duration::from_millis(120);

/// Draws on standard error; the bar goes away with it.
pub struct Shown {
    bar: Option<Mutex<ProgressBar>>,
    elsewhere: Elsewhere,
}

/// What to do where there is no terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// A line per step, for a log.
    Lines,
    /// Nothing: the command is short and its messages are read by programs.
    Nothing,
}

impl Shown {
    /// A bar when standard error is a terminal.
    pub fn new(elsewhere: Elsewhere) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| Mutex::new(ProgressBar::hidden()));
        Self { bar, elsewhere }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.lock().unwrap_or_else(PoisonError::into_inner).finish_and_clear();
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Progress for Shown {
    fn step(&self, name: &str, total_bytes: Option<u64>) {
        let Some(bar) = &self.bar else {
            if self.elsewhere == Elsewhere::Lines {
                message(&format!("  {name}…"));
            }
            return;
        };
        let (new, template) = match total_bytes {
            Some(total) => (ProgressBar::new(total), "  {msg} {bar:30} {octets} {eta}"),
            None => (ProgressBar::new_spinner(), "  {msg} {spinner} {elapsed}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            new.set_style(style.with_key("octets", octets));
        }
        new.set_message(name.to_owned());
        if total_bytes.is_none() {
            new.enable_steady_tick(TICK);
        }
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

/// What is read and what there is to read, in French megabytes.
fn octets(state: &ProgressState, out: &mut dyn Write) {
    let mega = |bytes: u64| decimal(bytes as f64 / 1e6, 1);
    // Writing to the line of a terminal that has gone is no failure of ours.
    let _ = write!(out, "{} / {} Mo", mega(state.pos()), mega(state.len().unwrap_or_default()));
}
