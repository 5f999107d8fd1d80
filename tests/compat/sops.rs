//! The real sops as a party: what it makes of a text, and what it reads from one.

use std::path::{Path, PathBuf};

use selkie_tests::{Output, Party, Run, scratch};
use selkie_xtask::peers::{self, Sops};

use crate::printed;

/// The versions that we promise to work with.
pub(crate) const VERSIONS: [Sops; 2] = [Sops::V3_13_3, Sops::V3_11_0];

/// One version, with a folder of its own.
pub(crate) struct Peer {
    program: PathBuf,
    pub(crate) name: String,
    folder: tempfile::TempDir,
}

impl Peer {
    pub(crate) fn new(version: Sops) -> Self {
        Self {
            program: peers::sops(version).unwrap(),
            name: format!("{version:?}"),
            folder: scratch(),
        }
    }

    fn run(&self, party: &Party, words: &[&str], file: &str, text: &[u8]) -> Output {
        self.run_as(&party.identity, words, file, text, &[])
    }

    fn run_as(
        &self,
        identity: &str,
        words: &[&str],
        file: &str,
        text: &[u8],
        behind: &[&str],
    ) -> Output {
        let path: &Path = &self.folder.path().join(file);
        std::fs::write(path, text).unwrap();
        Run::new(&self.program)
            .folder(self.folder.path())
            .env("SOPS_AGE_KEY", identity)
            .args(words)
            .arg(path)
            .args(behind)
            .output()
    }

    /// Sealed with these flags besides the recipient; the command as a flag, since `encrypt` lacks `--mac-only-encrypted`.
    pub(crate) fn encrypt_with(
        &self,
        party: &Party,
        flags: &[&str],
        text: &[u8],
    ) -> Result<Vec<u8>, String> {
        let words = [&["--encrypt", "--age", &party.recipient], flags].concat();
        end(self.run(party, &words, "plain.yaml", text))
    }

    /// Sealed as a configuration says.
    pub(crate) fn encrypt_by(&self, config: &str, text: &[u8]) -> Result<Vec<u8>, String> {
        let path = self.folder.path().join("rules.yaml");
        std::fs::write(&path, config).unwrap();
        let words = ["--config", path.to_str().unwrap(), "encrypt"];
        end(self.run_as("", &words, "plain.yaml", text, &[]))
    }

    /// Opened with these identities, a line each.
    pub(crate) fn decrypt_as(&self, identities: &str, sealed: &[u8]) -> Result<Vec<u8>, String> {
        end(self.run_as(identities, &["decrypt"], "sealed.yaml", sealed, &[]))
    }

    /// The sealed text after a command has rewritten it in place.
    pub(crate) fn rewrite(
        &self,
        party: &Party,
        words: &[&str],
        sealed: &[u8],
        behind: &[&str],
    ) -> Result<Vec<u8>, String> {
        self.rewrite_file(party, "rewritten.yaml", words, sealed, behind)
    }

    /// The same in a file of this name.
    pub(crate) fn rewrite_file(
        &self,
        party: &Party,
        name: &str,
        words: &[&str],
        sealed: &[u8],
        behind: &[&str],
    ) -> Result<Vec<u8>, String> {
        end(self.run_as(&party.identity, words, name, sealed, behind))?;
        Ok(std::fs::read(self.folder.path().join(name)).unwrap())
    }

    /// What is sealed from a file of this name, which tells the format.
    pub(crate) fn encrypt_file(
        &self,
        party: &Party,
        name: &str,
        content: &[u8],
    ) -> Result<Vec<u8>, String> {
        let words = ["encrypt", "--age", &party.recipient];
        end(self.run(party, &words, name, content))
    }

    /// What is opened from a file of this name.
    pub(crate) fn decrypt_file(
        &self,
        party: &Party,
        name: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, String> {
        end(self.run(party, &["decrypt"], name, sealed))
    }

    /// A file of another format, known by its name, sealed.
    pub(crate) fn encrypt_named(
        &self,
        party: &Party,
        file: &str,
        text: &[u8],
    ) -> Result<Vec<u8>, String> {
        end(self.run(party, &["encrypt", "--age", &party.recipient], file, text))
    }

    /// A file of another format, opened with these words.
    pub(crate) fn decrypt_named(
        &self,
        party: &Party,
        words: &[&str],
        file: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, String> {
        end(self.run(party, words, file, sealed))
    }

    /// The sealed text, or what sops says why not.
    pub(crate) fn encrypt(&self, party: &Party, text: &[u8]) -> Result<Vec<u8>, String> {
        end(self.run(
            party,
            &["encrypt", "--age", &party.recipient],
            "plain.yaml",
            text,
        ))
    }

    /// The opened text, or what sops says why not.
    pub(crate) fn decrypt(&self, party: &Party, sealed: &[u8]) -> Result<Vec<u8>, String> {
        end(self.run(party, &["decrypt"], "sealed.yaml", sealed))
    }

    /// The data of a sealed text: as JSON, which has no comments, where JSON can hold it; as YAML where it has several documents, of
    /// which JSON shows the first alone, or numbers that JSON lacks.
    pub(crate) fn data(&self, party: &Party, sealed: &[u8]) -> Result<Vec<u8>, String> {
        let yaml = self.decrypt(party, sealed)?;
        if yaml.split(|byte| *byte == b'\n').any(|line| line == b"---") {
            return Ok(yaml);
        }
        let words = ["decrypt", "--output-type", "json"];
        Ok(end(self.run(party, &words, "sealed.yaml", sealed)).unwrap_or(yaml))
    }

    /// The data of a plain text as sops sees it, in sops's own spelling: equal data gives equal text.
    pub(crate) fn normal(&self, party: &Party, text: &[u8]) -> Result<Vec<u8>, String> {
        self.decrypt(party, &self.encrypt(party, text)?)
    }
}

/// Whether two texts that sops printed hold the same data. Comments are left out: sops moves them as it prints, and one that
/// stands elsewhere to go-yaml stays sealed, with a warning.
pub(crate) fn same_data(ours: &[u8], theirs: &[u8]) -> Result<(), String> {
    let data = |text: &[u8]| printed::data(&String::from_utf8_lossy(text));
    let (ours, theirs) = (data(ours), data(theirs));
    if ours == theirs {
        return Ok(());
    }
    Err(format!("differs\n--- ours\n{ours}\n--- sops\n{theirs}"))
}

/// A run of any command on a file, whose name tells the format.
impl Peer {
    pub(crate) fn command(
        &self,
        party: &Party,
        words: &[&str],
        name: &str,
        content: &[u8],
    ) -> Result<Vec<u8>, String> {
        end(self.run(party, words, name, content))
    }

    /// The same with other identities, a line each.
    pub(crate) fn command_as(
        &self,
        identities: &str,
        words: &[&str],
        name: &str,
        content: &[u8],
    ) -> Result<Vec<u8>, String> {
        end(self.run_as(identities, words, name, content, &[]))
    }
}

fn end(output: Output) -> Result<Vec<u8>, String> {
    if output.status == Some(0) {
        Ok(output.stdout)
    } else {
        Err(output.stderr)
    }
}
