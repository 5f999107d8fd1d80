//! A repository with a key at hand and a rule for `secrets/`.

use std::fs;
use std::path::Path;

use selkie_tests::{Output, Party, Run, scratch};

use crate::selkie;

pub(crate) struct Clone {
    folder: tempfile::TempDir,
    pub(crate) party: Party,
}

impl Clone {
    pub(crate) fn new() -> Self {
        let clone = Self {
            folder: scratch(),
            party: Party::new(),
        };
        let recipient = &clone.party.recipient;
        clone
            .git(&["init", "--quiet", "--initial-branch=main"])
            .ok();
        clone.write(
            ".sops.yaml",
            &format!("creation_rules:\n  - path_regex: ^secrets/\n    age: {recipient}\n"),
        );
        clone
    }

    pub(crate) fn top(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.top().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.top().join(name)).unwrap()
    }

    /// Git finds `selkie` in its path, as a person's does. Its home has no settings.
    pub(crate) fn git(&self, arguments: &[&str]) -> Ran {
        self.run("git", arguments, true)
    }

    /// The same for somebody without a key.
    pub(crate) fn git_without_key(&self, arguments: &[&str]) -> Ran {
        self.run("git", arguments, false)
    }

    pub(crate) fn selkie(&self, arguments: &[&str]) -> Ran {
        self.run(selkie().to_str().unwrap(), arguments, true)
    }

    fn run(&self, program: &str, arguments: &[&str], key: bool) -> Ran {
        let programs = selkie().parent().unwrap().to_str().unwrap();
        let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
        let mut run = Run::new(program)
            .args(arguments)
            .folder(self.top())
            .env("PATH", path)
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for role in ["AUTHOR", "COMMITTER"] {
            run = run
                .env(format!("GIT_{role}_NAME"), "Ann")
                .env(format!("GIT_{role}_EMAIL"), "ann@example.org");
        }
        if key {
            run = run.env("SOPS_AGE_KEY", &self.party.identity);
        }
        Ran(run.output())
    }
}

/// What a run left behind.
pub(crate) struct Ran(Output);

impl Ran {
    pub(crate) fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub(crate) fn err(&self) -> &str {
        &self.0.stderr
    }

    /// The standard output of a run that succeeded.
    #[track_caller]
    pub(crate) fn ok(&self) -> String {
        assert_eq!(self.0.status, Some(0), "{}{}", self.out(), self.err());
        self.out()
    }

    /// Everything that a run said that failed with 1.
    #[track_caller]
    pub(crate) fn refused(&self) -> String {
        let said = self.out() + self.err();
        assert_eq!(self.0.status, Some(1), "{said}");
        said
    }
}
