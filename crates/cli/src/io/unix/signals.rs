//! Signals that ask a program to end, while it has something to clean up or a child to pass them to.
//!
//! From [`watch`] on they are blocked everywhere and taken by one thread. With a child running, they are the child's matter;
//! without one, the registered folders are removed and the process ends. Blocked signals are taken one by one and in an
//! ordinary thread, so nothing here has to be safe inside a signal handler.
//! Process-wide state, because signals are. Never here: what is in the folders, how a child is started.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill};
use nix::unistd::Pid;

use crate::exit::Status;
use crate::message::Failure;

/// What ends a program that does not expect it, and is sent by people and supervisors.
const ENDING: [Signal; 6] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

static WATCH: Mutex<Watch> = Mutex::new(Watch {
    before: None,
    child: None,
    folders: Vec::new(),
    asked_to_end: false,
});

struct Watch {
    /// The signal mask that this process was started with; there once the watch has begun.
    before: Option<SigSet>,
    child: Option<Pid>,
    folders: Vec<PathBuf>,
    asked_to_end: bool,
}

/// Nothing is done under the lock that leaves it half done.
fn state() -> MutexGuard<'static, Watch> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to take the signals; a second call changes nothing. To be called while no other thread runs, which would not have
/// them blocked. Returns the mask that children are to have.
pub(super) fn watch() -> SigSet {
    let mut state = state();
    if let Some(before) = state.before {
        return before;
    }
    let ignored = ignored();
    let watched: SigSet = ENDING
        .into_iter()
        .filter(|signal| ignored & bit(*signal) == 0)
        .collect();
    // Blocking known signals does not fail; if it did, they would end the process as ever.
    let before = watched
        .thread_swap_mask(SigmaskHow::SIG_BLOCK)
        .unwrap_or_else(|_| SigSet::empty());
    state.before = Some(before);
    std::thread::spawn(move || {
        let mut source = Source::new(watched);
        while let Some(taken) = source.next() {
            answer(taken);
        }
    });
    before
}

/// Removes the folder when a signal ends the process.
pub(crate) fn remove_when_ended(folder: &Path) {
    watch();
    state().folders.push(folder.to_owned());
}

/// The folder is gone, or is to stay.
pub(crate) fn forget(folder: &Path) {
    state().folders.retain(|kept| kept != folder);
}

/// Whether somebody asked this process, other than by a key on the terminal, to end while a child was running.
pub(crate) fn asked_to_end() -> bool {
    state().asked_to_end
}

/// Starts a child to which signals are passed. Under the lock, so that none is answered between the start and the naming.
pub(super) fn started<E>(start: impl FnOnce() -> Result<Pid, E>) -> Result<Pid, E> {
    let mut state = state();
    let child = start()?;
    state.child = Some(child);
    Ok(child)
}

/// Reaps the child under the lock, so that no signal is sent to whoever gets its number next.
pub(super) fn reaped<T>(reap: impl FnOnce() -> T) -> T {
    let mut state = state();
    let reaped = reap();
    state.child = None;
    reaped
}

#[derive(Clone, Copy)]
struct Taken {
    signal: Signal,
    /// A key on the terminal sends it to every process there, the child among them: a second one would mean "at once".
    from_terminal: bool,
}

fn answer(taken: Taken) {
    let mut state = state();
    if let Some(child) = state.child {
        if !taken.from_terminal {
            state.asked_to_end = true;
            // The child may be gone already.
            let _ = kill(child, taken.signal);
        }
        return;
    }
    for folder in &state.folders {
        // What cannot be removed now, the next run removes.
        let _ = fs::remove_dir_all(folder);
    }
    Failure::new(Status::Failed, format_args!("ended by {}", taken.signal)).print();
    std::process::exit(Status::Failed as i32);
}

/// Where taken signals come from.
#[cfg(any(target_os = "linux", target_os = "android"))]
struct Source(Option<nix::sys::signalfd::SignalFd>);

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Source {
    fn new(watched: SigSet) -> Self {
        Self(nix::sys::signalfd::SignalFd::new(&watched).ok())
    }

    fn next(&mut self) -> Option<Taken> {
        // From linux/signal.h: sent by the kernel, as the terminal does.
        const SI_KERNEL: i32 = 0x80;
        let taken = self.0.as_ref()?.read_signal().ok()??;
        Some(Taken {
            signal: Signal::try_from(i32::try_from(taken.ssi_signo).ok()?).ok()?,
            from_terminal: taken.ssi_code == SI_KERNEL,
        })
    }
}

/// Elsewhere nobody tells who sent it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
struct Source(SigSet);

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Source {
    fn new(watched: SigSet) -> Self {
        Self(watched)
    }

    fn next(&mut self) -> Option<Taken> {
        let signal = self.0.wait().ok()?;
        let from_terminal = matches!(signal, Signal::SIGINT | Signal::SIGQUIT);
        Some(Taken {
            signal,
            from_terminal,
        })
    }
}

/// Signals that whoever started the process had switched off, `nohup` for instance: they stay off. As a mask; empty where
/// the system does not tell.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

fn bit(signal: Signal) -> u64 {
    1 << (signal as i32 - 1)
}
