//! Running other programs: to the end, up to a limit, or for their output. Nothing here may know which programs there are.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a child with a limit is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// How a child with a limit ended.
#[derive(Debug)]
pub enum End {
    /// By itself.
    Exited(ExitStatus),
    /// It was over its limit and was killed, with all that it had started.
    OverLimit,
}

/// A command for `program`, to which the caller adds arguments.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// Cargo, as the one that started us, in `folder`.
pub fn cargo(folder: &Path) -> Command {
    command(
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        folder,
    )
}

/// Runs `command` to its end; anything but success is an error that shows the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("{} does not start", show(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", show(command));
    }
    Ok(())
}

/// Runs `command` and returns its standard output; anything but success is an error with what it said.
pub fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output = command
        .output()
        .with_context(|| format!("{} does not start", show(command)))?;
    if !output.status.success() {
        bail!(
            "{} ended with {}\n{}",
            show(command),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(output.stdout)
}

/// Runs `command` and kills it, with its descendants, when `limit` has passed.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<End> {
    // A group of its own can be killed as a whole, but would not hear Ctrl-C; where somebody sits at the terminal, that matters more.
    let grouped = !io::stdin().is_terminal();
    if grouped {
        own_group(command);
    }
    let mut child = command
        .spawn()
        .with_context(|| format!("{} does not start", show(command)))?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(End::Exited(status));
        }
        if start.elapsed() > limit {
            kill(&mut child, grouped)?;
            return Ok(End::OverLimit);
        }
        thread::sleep(LOOK);
    }
}

/// Runs `command` to its end with all that it starts, whatever that is: nothing of it is left when this returns. If we are asked to end ourselves
/// (Ctrl-C, a supervisor), all of it is killed and the answer is `None`. To be called while no other thread runs. The signals that ask are blocked from
/// then on, here and in the command, which calls [`heed_signals`] if it is to hear them.
#[cfg(unix)]
pub fn run_group(command: &mut Command) -> Result<Option<ExitStatus>> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    let signals = ending();
    signals.thread_block()?;
    let asked = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&asked);
    thread::spawn(move || told.store(signals.wait().is_ok(), Ordering::Relaxed));
    own_group(command);
    let mut child = command
        .spawn()
        .with_context(|| format!("{} does not start", show(command)))?;
    let ended = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if asked.load(Ordering::Relaxed) {
            break None;
        }
        thread::sleep(LOOK);
    };
    kill(&mut child, true)?;
    Ok(ended)
}

/// Hears the signals again that [`run_group`] blocked, for itself and for all that is started from now on. To be called while no other thread runs.
#[cfg(unix)]
pub fn heed_signals() -> Result<()> {
    ending().thread_unblock().context("signals stay blocked")
}

/// What asks a program to end.
#[cfg(unix)]
fn ending() -> nix::sys::signal::SigSet {
    use nix::sys::signal::Signal;
    let signals = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM];
    signals.into_iter().collect()
}

/// Nothing is blocked elsewhere.
#[cfg(not(unix))]
pub fn heed_signals() -> Result<()> {
    Ok(())
}

/// Elsewhere there are no groups; Ctrl-C reaches all that share the terminal.
#[cfg(not(unix))]
pub fn run_group(command: &mut Command) -> Result<Option<ExitStatus>> {
    Ok(Some(command.status()?))
}

/// The command as a person would type it.
pub fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

fn kill(child: &mut Child, grouped: bool) -> Result<()> {
    if grouped {
        kill_group(child);
    }
    // It may have ended between the look and the kill.
    let _ = child.kill();
    child.wait()?;
    Ok(())
}

#[cfg(unix)]
fn kill_group(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_child: &Child) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_over_its_limit_is_killed_and_one_within_is_not() {
        let here = std::env::temp_dir();
        let mut slow = command("sleep", &here);
        slow.arg("60");
        assert!(matches!(
            run_within(&mut slow, Duration::from_millis(100)).unwrap(),
            End::OverLimit
        ));
        let mut fast = command("true", &here);
        assert!(
            matches!(run_within(&mut fast, Duration::from_mins(1)).unwrap(), End::Exited(status) if status.success())
        );
    }

    #[test]
    fn nothing_of_a_group_is_left() {
        let here = tempfile::tempdir().unwrap();
        let mut parent = command("sh", here.path());
        parent.args(["-c", "sleep 60 & echo $! > child; exit 3"]);
        let status = run_group(&mut parent).unwrap().unwrap();
        assert_eq!(status.code(), Some(3));
        let child = std::fs::read_to_string(here.path().join("child")).unwrap();
        let start = Instant::now();
        // It is gone once whoever inherited it has taken note.
        while running(child.trim()) {
            assert!(start.elapsed() < Duration::from_mins(1), "{child} goes on");
            thread::sleep(LOOK);
        }
    }

    fn running(process: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"));
        status.is_ok_and(|status| !status.contains("State:\tZ"))
    }

    #[test]
    fn a_failure_shows_the_command() {
        let error = run(command("sh", &std::env::temp_dir()).args(["-c", "exit 3"])).unwrap_err();
        assert!(
            error.to_string().starts_with("sh -c exit 3 ended with"),
            "{error}"
        );
    }
}
