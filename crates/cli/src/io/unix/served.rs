//! Signals of a process that serves until it is ended. Never here: what is done then.

use nix::sys::signal::{SigSet, SigmaskHow, Signal};

use crate::exit::Status;

/// From here on, a hangup calls `hangup`, and what asks the process to end calls `end` and ends it with success. To be called before
/// the first thread is started: it would not have the signals blocked.
pub(crate) fn on_signals(hangup: impl Fn() + Send + 'static, end: impl FnOnce() + Send + 'static) {
    let taken: SigSet = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM]
        .into_iter()
        .collect();
    // Blocking known signals does not fail; if it did, they would end the process as ever.
    let _ = taken.thread_swap_mask(SigmaskHow::SIG_BLOCK);
    std::thread::spawn(move || {
        loop {
            match taken.wait() {
                Ok(Signal::SIGHUP) => hangup(),
                Ok(_) => break,
                Err(_) => return,
            }
        }
        end();
        std::process::exit(Status::Done as i32);
    });
}

/// The time since the system started, that in suspend included where the system counts it.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn since_boot() -> std::time::Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanoseconds = u32::try_from(now.tv_nsec).unwrap_or_default();
    std::time::Duration::new(seconds, nanoseconds)
}

/// The time by the calendar: it counts suspends, and somebody may set it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn since_boot() -> std::time::Duration {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap_or_default()
}

/// No other process of the user can look into this one's memory.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn deny_tracing() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    // It needs no right; where a sandbox forbids the call, it forbids tracing too.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Elsewhere a process does not say so itself.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn deny_tracing() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    use super::*;

    #[test]
    fn the_process_cannot_be_traced() {
        deny_tracing();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }

    #[test]
    fn the_clock_goes_on() {
        let before = since_boot();
        assert!(!before.is_zero());
        assert!(since_boot() >= before);
    }
}
