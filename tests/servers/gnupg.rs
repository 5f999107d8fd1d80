//! A keyring of the real gpg in a throw-away folder, with its agent, which ends with the value.
//!
//! gpg comes with the system. Where it does not, whoever needs it fails and says so.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::process::{Output, Run};

/// A folder for `GNUPGHOME`. Its path is short: the agent's socket is in it, and sockets have no long names.
#[derive(Debug)]
pub struct Gnupg {
    home: TempDir,
}

/// What a key is made with.
#[derive(Clone, Copy, Debug)]
pub struct Recipe<'r> {
    /// Empty for none.
    pub passphrase: &'r str,
    /// What the primary key can do: `default`, or `sign` for one that has no subkey to encrypt for.
    pub usage: &'r str,
    /// `never`, or a time.
    pub expires: &'r str,
    /// What the clock shows, as `20200102T030405`.
    pub made: Option<&'r str>,
}

impl Default for Recipe<'_> {
    fn default() -> Self {
        Self {
            passphrase: "",
            usage: "default",
            expires: "never",
            made: None,
        }
    }
}

impl Default for Gnupg {
    fn default() -> Self {
        Self::new()
    }
}

impl Gnupg {
    /// An empty keyring.
    ///
    /// # Panics
    /// If gpg is not there.
    #[expect(
        clippy::expect_used,
        reason = "a suite that cannot have its peer fails and says why"
    )]
    pub fn new() -> Self {
        let found = std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|it| it.join("gpg").is_file()));
        assert!(
            found,
            "gpg is not in PATH: install GnuPG 2.2 or newer (the package gnupg, with apt-get, dnf, apk or brew)"
        );
        let home = tempfile::Builder::new()
            .prefix("pgp-")
            .tempdir()
            .expect("a temporary folder can be made");
        Self { home }
    }

    /// The folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs gpg on this keyring, without questions, and demands success.
    pub fn gpg(&self, words: &[&str], input: &str) -> Output {
        let run = Run::new("gpg").env("GNUPGHOME", self.home());
        let run = run.args(["--batch", "--quiet", "--status-fd", "2"]);
        run.args(words).input(input).succeed()
    }

    /// Makes a key and returns its fingerprint.
    ///
    /// # Panics
    /// If gpg does not make one.
    pub fn key(&self, recipe: Recipe<'_>) -> String {
        let mut words = vec![
            "--pinentry-mode",
            "loopback",
            "--passphrase",
            recipe.passphrase,
        ];
        if let Some(made) = recipe.made {
            words.extend(["--faked-system-time", made]);
        }
        let algorithm = if recipe.usage == "default" {
            "future-default"
        } else {
            "ed25519"
        };
        let name = format!("Test <{}@example.invalid>", self.keys().len());
        words.extend([
            "--quick-gen-key",
            &name,
            algorithm,
            recipe.usage,
            recipe.expires,
        ]);
        created(&self.gpg(&words, ""))
    }

    /// Adds a subkey for encryption and returns its fingerprint.
    ///
    /// # Panics
    /// If gpg does not make one.
    pub fn subkey(&self, key: &str, expires: &str, made: Option<&str>) -> String {
        let mut words = vec!["--pinentry-mode", "loopback", "--passphrase", ""];
        if let Some(made) = made {
            words.extend(["--faked-system-time", made]);
        }
        words.extend(["--quick-add-key", key, "cv25519", "encr", expires]);
        created(&self.gpg(&words, ""))
    }

    /// Revokes the key by the certificate that gpg made with it.
    ///
    /// # Panics
    /// If there is none.
    #[expect(clippy::expect_used, reason = "gpg makes a certificate with each key")]
    pub fn revoke(&self, key: &str) {
        let path = self
            .home()
            .join("openpgp-revocs.d")
            .join(format!("{key}.rev"));
        let text = fs::read_to_string(path).expect("there is a certificate of revocation");
        // gpg puts a colon there so that nobody revokes a key by mistake.
        self.gpg(
            &["--import"],
            &text.replace("\n:-----BEGIN", "\n-----BEGIN"),
        );
    }

    /// Takes the key out of use on this keyring.
    pub fn disable(&self, key: &str) {
        self.gpg(&["--command-fd", "0", "--edit-key", key], "disable\nsave\n");
    }

    /// The fingerprints of all keys and subkeys, in the order of the keyring.
    fn keys(&self) -> Vec<String> {
        let listed = self.gpg(&["--with-colons", "--list-keys"], "").text();
        let fingerprints = listed.lines().filter(|line| line.starts_with("fpr:"));
        fingerprints
            .filter_map(|line| line.split(':').nth(9))
            .map(str::to_owned)
            .collect()
    }

    /// Appends a line to a file of gpg's settings, `gpg.conf` for instance, and ends the agent, which has read them.
    ///
    /// # Panics
    /// If the file cannot be written.
    #[expect(clippy::expect_used, reason = "the folder is ours")]
    pub fn set(&self, file: &str, line: &str) {
        let path = self.home().join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::write(path, format!("{text}{line}\n")).expect("settings can be written");
        self.end_agent();
    }

    fn end_agent(&self) {
        // There may be none.
        let run = Run::new("gpgconf").env("GNUPGHOME", self.home());
        let _ = run.args(["--kill", "all"]).output();
    }
}

impl Drop for Gnupg {
    fn drop(&mut self) {
        self.end_agent();
    }
}

/// The fingerprint that gpg reports of a key that it made.
#[expect(clippy::expect_used, reason = "gpg reports the key that it made")]
fn created(output: &Output) -> String {
    let mut lines = output.stderr.lines();
    let created = lines.find_map(|line| line.split("KEY_CREATED ").nth(1));
    let fingerprint = created.and_then(|rest| rest.split(' ').nth(1));
    fingerprint
        .expect("gpg names the key that it made")
        .to_owned()
}
