//! A file in two states, and the command that leads from one to the other.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use selkie_tests::repository::top;
use selkie_tests::{Party, scratch, seeded};
use selkie_xtask::program::{self, Profile};

/// What was found after a kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Old,
    New,
}

/// The way that the file is to go.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    Encrypt,
    Decrypt,
}

pub(crate) struct Scene {
    folder: tempfile::TempDir,
    party: Party,
    plain: Vec<u8>,
    sealed: Vec<u8>,
}

impl Scene {
    /// A file of some hundred values: large enough for several blocks on the disk.
    pub(crate) fn new() -> Self {
        let party = Party::new();
        let plain: String = (0..400)
            .flat_map(|number| {
                [
                    format!("key_{number}: value number {number}\n"),
                    "# and a comment\n".to_owned(),
                ]
            })
            .collect();
        let sealed = party.seal(plain.as_bytes(), &mut seeded(1)).unwrap().bytes;
        let scene = Self {
            folder: scratch(),
            party,
            plain: plain.into_bytes(),
            sealed,
        };
        fs::write(
            scene.folder.path().join("keys.txt"),
            format!("{}\n", scene.party.identity),
        )
        .unwrap();
        scene
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("s.yaml")
    }

    /// The file as it is before, and the arguments of the command.
    pub(crate) fn set(&self, way: Way) -> Vec<String> {
        let (before, arguments) = match way {
            Way::Encrypt => (
                &self.plain,
                vec!["encrypt", "--age", &self.party.recipient, "-i", "s.yaml"],
            ),
            Way::Decrypt => (&self.sealed, vec!["decrypt", "-i", "s.yaml"]),
        };
        fs::write(self.file(), before).unwrap();
        arguments.into_iter().map(str::to_owned).collect()
    }

    /// The program, or another that runs it, in the folder and with the key at hand.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("SOPS_AGE_KEY_FILE", "keys.txt")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Which of the two states the file is in; anything else fails.
    pub(crate) fn found(&self, way: Way) -> Found {
        let now = fs::read(self.file()).unwrap();
        match way {
            Way::Encrypt if now == self.plain => Found::Old,
            Way::Encrypt => {
                let opened = self
                    .party
                    .open(&now)
                    .unwrap_or_else(|error| panic!("neither old nor new: {error}"));
                assert_eq!(opened.plain.source(), self.plain);
                Found::New
            }
            Way::Decrypt if now == self.sealed => Found::Old,
            Way::Decrypt => {
                assert_eq!(now, self.plain, "neither old nor new");
                Found::New
            }
        }
    }
}

/// The program, built once per run of the suite.
pub(crate) fn selkie() -> &'static str {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| program::selkie(&top(), Profile::Dev).unwrap())
        .to_str()
        .unwrap()
}
