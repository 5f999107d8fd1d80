//! A throw-away age key, made by the real `age-keygen`.

use std::path::{Path, PathBuf};

use selkie_xtask::peers;

use crate::process::Run;

/// A key file and the recipient that belongs to it.
#[derive(Debug, Clone)]
pub struct AgeKey {
    /// The identity file.
    pub file: PathBuf,
    /// The public half, `age1…`.
    pub recipient: String,
}

impl AgeKey {
    /// Makes a key in `folder`, under `name`.
    ///
    /// # Panics
    /// If age cannot be installed or does not make one.
    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its peer fails and says why"
    )]
    pub fn make(folder: &Path, name: &str) -> Self {
        let program = peers::age_keygen().expect("age can be installed");
        let file = folder.join(name);
        Run::new(&program).arg("-o").arg(&file).succeed();
        let recipient = Run::new(&program).arg("-y").arg(&file).succeed().text();
        Self {
            file,
            recipient: recipient.trim().to_owned(),
        }
    }
}
