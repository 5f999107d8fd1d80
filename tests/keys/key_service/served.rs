//! A key service of either program, and a client of either.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use selkie_tests::repository::selkie;
use selkie_tests::servers::{Server, free_port};
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};
use tempfile::TempDir;

use crate::failure::TIMEOUT;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Ours,
    Theirs,
}

impl Whose {
    fn program(self) -> PathBuf {
        match self {
            Self::Ours => selkie().to_owned(),
            Self::Theirs => peers::sops(Sops::V3_13_3).unwrap(),
        }
    }
}

/// A running key service.
pub(super) struct Served {
    /// As `--keyservice` takes it.
    pub(super) address: String,
    pub(super) server: Server,
    folder: TempDir,
}

impl Served {
    /// Starts one, with nobody to answer questions.
    pub(super) fn start(
        whose: Whose,
        network: &str,
        env: &[(&str, &Path)],
        flags: &[&str],
    ) -> Self {
        Self::start_with_answers(whose, network, env, flags, "")
    }

    /// The same with somebody who types these lines.
    pub(super) fn start_with_answers(
        whose: Whose,
        network: &str,
        env: &[(&str, &Path)],
        flags: &[&str],
        answers: &str,
    ) -> Self {
        let folder = scratch();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let at = match network {
            "tcp" => format!("127.0.0.1:{}", free_port()),
            _ => folder.path().join("s").display().to_string(),
        };
        fs::write(folder.path().join("answers"), answers).unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", "exec \"$@\" < answers", "sh"])
            .arg(whose.program())
            .args(["keyservice", "--net", network, "--addr", &at])
            // SOPS says nothing without it.
            .arg("--verbose")
            .args(flags)
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", folder.path())
            .envs(env.iter().copied());
        let log = folder.path().join("keyservice.log");
        let is_ready = || {
            let log = fs::read_to_string(&log).unwrap_or_default();
            log.to_lowercase().contains("listening on")
        };
        let server = Server::start("keyservice", folder.path(), &mut command, is_ready);
        let scheme = match network {
            "tcp" if flags.contains(&"--tls-cert") => "tls",
            other => other,
        };
        Self {
            address: format!("{scheme}://{at}"),
            server,
            folder,
        }
    }

    pub(super) fn log(&self) -> String {
        self.server.log()
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, name: &str) {
        let id = self.server.id().to_string();
        Run::new("kill").args(["-s", name, &id]).succeed();
    }
}

/// Somebody who has nothing but an address, and a file `a.yaml`.
pub(super) struct Client {
    whose: Whose,
    address: String,
    folder: TempDir,
    /// Whether the process may do it itself.
    pub(super) local: bool,
    pub(super) identity: Option<PathBuf>,
    pub(super) env: Vec<(String, PathBuf)>,
}

impl Client {
    pub(super) fn new(whose: Whose, address: &str) -> Self {
        Self {
            whose,
            address: address.to_owned(),
            folder: scratch(),
            local: false,
            identity: None,
            env: Vec::new(),
        }
    }

    pub(super) fn write(&self, text: &str) {
        fs::write(self.folder.path().join("a.yaml"), text).unwrap();
    }

    /// A command on the file.
    pub(super) fn run(&self, words: &[&str]) -> Output {
        let mut run = Run::new(self.whose.program())
            .folder(self.folder.path())
            .env("SELKIE_KEY_TIMEOUT", (4 * TIMEOUT).to_string())
            .args(&words[..1])
            .args(["--keyservice", &self.address]);
        if !self.local {
            run = run.arg("--enable-local-keyservice=false");
        }
        if let Some(identity) = &self.identity {
            run = run.env("SOPS_AGE_KEY_FILE", identity);
        }
        for (name, value) in &self.env {
            run = run.env(name, value);
        }
        run.args(&words[1..]).arg("a.yaml").output()
    }

    #[track_caller]
    pub(super) fn succeed(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(
            output.status,
            Some(0),
            "{:?} {words:?}: {}",
            self.whose,
            output.stderr
        );
        output.text()
    }
}
