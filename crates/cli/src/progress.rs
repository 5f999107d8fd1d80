//! A sign of life for work over a second, on a terminal only.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Before this, nothing is shown: a flash is noise.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// Shown until dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to watch over work on so many bytes. What cannot take a second is not watched.
    pub(crate) fn start(what: &str, bytes: usize) -> Self {
        // Far below what any machine does in a second; it saves small files the thread.
        const SMALL: usize = 1 << 20;
        if bytes < SMALL || !std::io::stderr().is_terminal() {
            return Self { watcher: None };
        }
        let what = what.to_owned();
        let (done, wait) = channel::<()>();
        let thread = std::thread::spawn(move || {
            if wait.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
                .with_style(ProgressStyle::default_spinner())
                .with_message(what);
            bar.enable_steady_tick(TICK);
            // Returns when the sender is dropped.
            let _ = wait.recv();
            bar.finish_and_clear();
        });
        Self {
            watcher: Some((done, thread)),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((done, thread)) = self.watcher.take() {
            drop(done);
            // It only draws; whatever happened to it, the work is done.
            let _ = thread.join();
        }
    }
}
