//! What Vault was asked, from its audit device: the count that its owner would make.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::Vault;

/// The record of one Vault.
#[derive(Debug)]
pub struct Audit {
    file: PathBuf,
    seen: Mutex<usize>,
}

impl Vault {
    /// Has every request recorded from now on.
    pub fn audit(&self) -> Audit {
        let file = self.folder.join("audit.log");
        let body = json!({"type": "file", "options": {"file_path": file}});
        self.write("sys/audit/file", &body);
        let audit = Audit {
            file,
            seen: Mutex::new(0),
        };
        audit.take();
        audit
    }
}

#[expect(
    clippy::expect_used,
    reason = "a suite that cannot read its server's record fails and says why"
)]
impl Audit {
    /// `OPERATION PATH` of each request since the last time that this was asked; those of whoever sets Vault up, too.
    ///
    /// # Panics
    /// If there is no record.
    pub fn take(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.file).expect("vault keeps its record");
        let mut seen = self.seen.lock().expect("nobody panics meanwhile");
        let requests = text.lines().skip(*seen).filter_map(|line| {
            let entry: Value = serde_json::from_str(line).ok()?;
            let request = (entry["type"] == "request").then_some(&entry["request"])?;
            let part = |name: &str| request[name].as_str().map(str::to_owned);
            Some(format!("{} {}", part("operation")?, part("path")?))
        });
        let requests = requests.collect();
        *seen = text.lines().count();
        requests
    }
}
