//! Ctrl-C: the work is dropped where it waits, what it was writing is removed, and the exit code says so.

use std::future::Future;
use std::sync::mpsc;
use std::time::Duration;

#[cfg(unix)]
use tokio::signal::unix;
use tokio::sync::oneshot;

use crate::failure::Failure;
use crate::report;

/// How long a computation that does not wait may go on before the program ends without it. What is
/// written is written by work that waits, so nothing partial outlives this.
const GRACE: Duration = Duration::from_secs(2);

/// Runs a piece of work that Ctrl-C, or a request to terminate, ends with exit code 130.
pub async fn interruptible<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let (interrupt, interrupted) = oneshot::channel();
    let (finish, finished) = oneshot::channel();
    let (listen, listening) = mpsc::channel();
    // A thread of its own, since reading files keeps ours busy.
    std::thread::spawn(move || watch(&listen, interrupt, finished));
    // No work before the signals are heard; a thread that could not hear them has hung up.
    let _ = listening.recv();
    tokio::select! {
        outcome = work => {
            // Nobody listens any more when the signal came first.
            let _ = finish.send(());
            outcome
        }
        // The watcher stays: it ends the program if something else holds it.
        Ok(()) = interrupted => Err(Failure::Interrupted),
    }
}

fn watch(listen: &mpsc::Sender<()>, interrupt: oneshot::Sender<()>, finished: oneshot::Receiver<()>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    let stopped = runtime.block_on(async {
        let Ok(mut signals) = Signals::new() else { return false };
        let _ = listen.send(());
        tokio::select! {
            stopped = signals.heard() => stopped,
            _ = finished => false,
        }
    });
    if stopped {
        let _ = interrupt.send(());
        std::thread::sleep(GRACE);
        report::message(&format!("essaim : {}", Failure::Interrupted));
        std::process::exit(i32::from(Failure::Interrupted.exit_code()));
    }
}

/// The signals that ask to stop.
#[cfg(unix)]
struct Signals(unix::Signal, unix::Signal);

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self(unix::signal(unix::SignalKind::interrupt())?, unix::signal(unix::SignalKind::terminate())?))
    }

    /// Ends when one comes.
    async fn heard(&mut self) -> bool {
        tokio::select! {
            heard = self.0.recv() => heard.is_some(),
            heard = self.1.recv() => heard.is_some(),
        }
    }
}

/// The signal that asks to stop.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// Ends when it comes.
    async fn heard(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}
