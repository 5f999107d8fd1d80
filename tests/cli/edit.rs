//! Editing with what a case cannot say in a line: modes, folders, signals, a file that changes meanwhile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use selkie_tests::{Output, Party, Run, scratch};

use crate::run::mode;
use crate::selkie;

/// A folder with an encrypted file, an editor, and a place of its own for what the editor is shown.
struct Stage {
    folder: tempfile::TempDir,
    runtime: tempfile::TempDir,
    party: Party,
}

impl Stage {
    fn new(editor: &str) -> Self {
        let stage = Self {
            folder: scratch(),
            // In memory, as the user's own place is.
            runtime: tempfile::tempdir_in("/dev/shm").unwrap(),
            party: Party::new(),
        };
        fs::write(stage.path("s.yaml"), "a: one\nb: two\n").unwrap();
        let encrypt = ["encrypt", "--age", &stage.party.recipient, "-i", "s.yaml"];
        let run = Run::new(selkie()).args(encrypt);
        run.folder(stage.folder.path()).succeed();
        fs::write(stage.path("e.sh"), editor).unwrap();
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, program: &Path, words: &[&str], input: &str) -> Output {
        Run::new(program)
            .args(words)
            .folder(self.folder.path())
            .env("SOPS_AGE_KEY", &self.party.identity)
            .env("XDG_RUNTIME_DIR", self.runtime.path())
            .env("EDITOR", "sh e.sh")
            .input(input)
            .output()
    }

    fn edit(&self) -> Output {
        self.run(selkie(), &["edit", "s.yaml"], "")
    }

    fn decrypted(&self) -> String {
        self.run(selkie(), &["decrypt", "s.yaml"], "").text()
    }

    /// What is left of decrypted text.
    fn left(&self) -> Vec<PathBuf> {
        let entries = self.runtime.path().read_dir().unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    fn spawn(&self) -> Child {
        // Whoever runs the tests may have switched signals off.
        Command::new("env")
            .arg("--default-signal=TERM,INT,HUP")
            .arg(selkie())
            .args(["edit", "s.yaml"])
            .current_dir(self.folder.path())
            .env("SOPS_AGE_KEY", &self.party.identity)
            .env("XDG_RUNTIME_DIR", self.runtime.path())
            .env("EDITOR", "sh e.sh")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }
}

#[test]
fn the_text_lies_in_memory_for_its_owner_alone_and_goes() {
    let stage = Stage::new(
        "stat -c '%a' \"$1\" \"$(dirname \"$1\")\" > seen\necho \"$1\" >> seen\nsed -i s/one/three/ \"$1\"\ncp \"$1\" \"$1~\"\n",
    );
    let output = stage.edit();
    assert_eq!(output.status, Some(0), "{}", output.stderr);
    let seen = fs::read_to_string(stage.path("seen")).unwrap();
    let seen: Vec<&str> = seen.lines().collect();
    assert_eq!(seen[..2], ["600", "700"]);
    let shown = Path::new(seen[2]);
    assert!(shown.starts_with(stage.runtime.path()), "{seen:?}");
    assert_eq!(shown.file_name().unwrap(), "s.yaml");
    assert_eq!(stage.left(), Vec::<PathBuf>::new());
    assert_eq!(stage.decrypted(), "a: three\nb: two\n");
    assert_eq!(mode(&stage.path("s.yaml")), 0o644);
}

#[test]
fn an_editor_that_saves_by_renaming_is_followed() {
    let stage = Stage::new("sed s/one/three/ \"$1\" > \"$1.new\" && mv \"$1.new\" \"$1\"\n");
    let output = stage.edit();
    assert_eq!(output.status, Some(0), "{}", output.stderr);
    assert_eq!(stage.decrypted(), "a: three\nb: two\n");
    assert_eq!(stage.left(), Vec::<PathBuf>::new());
}

#[test]
fn vim_is_told_to_keep_no_copies() {
    let stage = Stage::new("");
    let vim = stage.path("vim");
    fs::write(&vim, "#!/bin/sh\nprintf '%s\\n' \"$@\" > flags\n").unwrap();
    Run::new("chmod")
        .args(["+x", "vim"])
        .folder(stage.folder.path())
        .succeed();
    let output = Run::new(selkie())
        .args(["edit", "s.yaml"])
        .folder(stage.folder.path())
        .env("SOPS_AGE_KEY", &stage.party.identity)
        .env("EDITOR", vim.to_str().unwrap())
        .output();
    assert_eq!(output.status, Some(200), "{}", output.stderr);
    let flags = fs::read_to_string(stage.path("flags")).unwrap();
    let expected = "-n\n-i\nNONE\n-c\nsilent! set nobackup nowritebackup noundofile\n";
    assert!(flags.starts_with(expected), "{flags}");
}

#[test]
fn a_file_that_changed_meanwhile_is_not_written_over() {
    let stage = Stage::new("sed -i s/one/three/ \"$1\"\ncp other.yaml s.yaml\n");
    let set = ["set", "s.yaml", "[\"b\"]", "\"new\""];
    fs::copy(stage.path("s.yaml"), stage.path("before.yaml")).unwrap();
    assert_eq!(stage.run(selkie(), &set, "").status, Some(0));
    fs::rename(stage.path("s.yaml"), stage.path("other.yaml")).unwrap();
    fs::rename(stage.path("before.yaml"), stage.path("s.yaml")).unwrap();
    let output = stage.edit();
    assert_eq!(output.status, Some(3), "{}", output.stderr);
    assert_eq!(stage.decrypted(), "a: one\nb: new\n");
    let kept = output
        .stderr
        .lines()
        .find_map(|line| line.trim().strip_prefix("your text, decrypted: "))
        .unwrap();
    assert_eq!(fs::read_to_string(kept).unwrap(), "a: three\nb: two\n");
    assert_eq!(mode(Path::new(kept)), 0o600);
}

#[test]
fn on_a_terminal_the_text_can_be_discarded() {
    let stage = Stage::new("sed -i s/one/three/ \"$1\"\ncp other.yaml s.yaml\n");
    fs::copy(stage.path("s.yaml"), stage.path("other.yaml")).unwrap();
    let append = "\n# somebody else\n";
    let text = fs::read_to_string(stage.path("other.yaml")).unwrap() + append;
    fs::write(stage.path("other.yaml"), text).unwrap();
    for (answer, left) in [("d\n", 0), ("s\n", 1)] {
        let command = format!("{} edit s.yaml", selkie().display());
        let output = stage.run(
            Path::new("script"),
            &["-qec", &command, "/dev/null"],
            answer,
        );
        fs::copy(stage.path("other.yaml"), stage.path("s.yaml")).unwrap();
        // From here on both are the same, so the next run must find another.
        let text = fs::read_to_string(stage.path("other.yaml")).unwrap() + append;
        fs::write(stage.path("other.yaml"), text).unwrap();
        assert_eq!(output.status, Some(3), "{}", output.text());
        assert!(output.text().contains("(d)iscard"), "{}", output.text());
        assert_eq!(stage.left().len(), left, "{}", output.text());
    }
}

#[test]
fn a_signal_leaves_nothing() {
    for signal in ["TERM", "INT", "HUP"] {
        let stage =
            Stage::new("echo \"$1\" > running.new && mv running.new running\nexec sleep 60\n");
        let mut child = stage.spawn();
        let begun = Instant::now();
        while !stage.path("running").exists() {
            assert!(begun.elapsed() < Duration::from_mins(1), "no editor");
            std::thread::sleep(Duration::from_millis(5));
        }
        let before = fs::read(stage.path("s.yaml")).unwrap();
        let pid = child.id().to_string();
        Run::new("kill").args([format!("-{signal}"), pid]).succeed();
        assert_eq!(child.wait().unwrap().code(), Some(1), "{signal}");
        assert_eq!(stage.left(), Vec::<PathBuf>::new(), "{signal}");
        assert_eq!(fs::read(stage.path("s.yaml")).unwrap(), before);
    }
}
