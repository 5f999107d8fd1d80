//! The controller's process, and what it costs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A controller, killed with the value.
pub(crate) struct Process {
    child: Child,
    peak: u64,
}

/// A tick of `/proc/PID/stat` on Linux.
const TICKS: f64 = 100.0;

impl Process {
    /// Starts it; what it prints goes to a file.
    pub(crate) fn start(
        words: &[String],
        variables: &BTreeMap<&'static str, String>,
        log: &Path,
    ) -> Self {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(log)
            .unwrap();
        let child = Command::new(&words[0])
            .args(&words[1..])
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, peak: 0 }
    }

    /// Kibibytes in memory now; remembers the most.
    pub(crate) fn sample(&mut self) -> u64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let size = line.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok());
        let size = size.unwrap_or(0);
        self.peak = self.peak.max(size);
        size
    }

    /// The most kibibytes that any sample saw.
    pub(crate) fn peak(&self) -> u64 {
        self.peak
    }

    /// Seconds of processor time until now.
    pub(crate) fn seconds(&self) -> f64 {
        let stat =
            fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok());
        (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / TICKS
    }

    /// Whether it still runs.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Asks it to end, and waits.
    pub(crate) fn end(mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let start = Instant::now();
        while self.is_alive() && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
