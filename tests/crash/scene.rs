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
    Set,
    Rotate,
    UpdateKeys,
    Edit,
}

impl Way {
    pub(crate) const ALL: [Self; 6] = [
        Self::Encrypt,
        Self::Decrypt,
        Self::Set,
        Self::Rotate,
        Self::UpdateKeys,
        Self::Edit,
    ];

    /// Those whose system calls are all their own: `edit` has an editor, and a file of the same name in memory.
    pub(crate) fn traced() -> impl Iterator<Item = Self> {
        let alone = |way: &Self| !matches!(way, Self::Edit);
        Self::ALL.into_iter().filter(alone)
    }
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
        let rules = format!(
            "creation_rules:\n  - age: {},{}\n",
            scene.party.recipient,
            Party::new().recipient
        );
        fs::write(scene.folder.path().join("rules.yaml"), rules).unwrap();
        scene
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("s.yaml")
    }

    /// The file as it is before, and the arguments of the command.
    pub(crate) fn set(&self, way: Way) -> Vec<String> {
        let before = match way {
            Way::Encrypt => &self.plain,
            _ => &self.sealed,
        };
        let arguments: &[&str] = match way {
            Way::Encrypt => &["encrypt", "--age", &self.party.recipient, "-i", "s.yaml"],
            Way::Decrypt => &["decrypt", "-i", "s.yaml"],
            Way::Set => &["set", "s.yaml", "[\"key_7\"]", "\"another value\""],
            Way::Rotate => &["rotate", "-i", "s.yaml"],
            Way::Edit => &["edit", "s.yaml"],
            Way::UpdateKeys => &["--config", "rules.yaml", "updatekeys", "-y", "s.yaml"],
        };
        fs::write(self.file(), before).unwrap();
        arguments.iter().map(|&word| word.to_owned()).collect()
    }

    /// The program, or another that runs it, in the folder and with the key at hand.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("SOPS_AGE_KEY_FILE", "keys.txt")
            .env("EDITOR", "sed -i -e 's/value number 7$/another value/'")
            // Whatever is put there lies on the disk.
            .env("TMPDIR", self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Which of the two states the file is in; anything else fails.
    pub(crate) fn found(&self, way: Way) -> Found {
        let now = fs::read(self.file()).unwrap();
        if !matches!(way, Way::Encrypt | Way::Decrypt) {
            self.nothing_is_plain();
        }
        match way {
            Way::Encrypt if now == self.plain => return Found::Old,
            Way::Decrypt if now == self.plain => return Found::New,
            Way::Encrypt => {}
            _ if now == self.sealed => return Found::Old,
            Way::Decrypt => panic!("neither old nor new"),
            Way::Set | Way::Rotate | Way::UpdateKeys | Way::Edit => {}
        }
        let opened = self
            .party
            .open(&now)
            .unwrap_or_else(|error| panic!("neither old nor new: {error}"));
        let expected = String::from_utf8(self.plain.clone()).unwrap();
        let expected = match way {
            Way::Set | Way::Edit => expected.replace("value number 7\n", "another value\n"),
            _ => expected,
        };
        assert_eq!(opened.plain.source(), expected.as_bytes());
        Found::New
    }

    /// No file of the folder, nor of those in it, holds a value of the sealed one.
    fn nothing_is_plain(&self) {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        for path in files {
            let text = fs::read(&path).unwrap_or_default();
            let plain = text.windows(12).any(|window| window == b"value number");
            assert!(!plain, "{} holds plain text", path.display());
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
