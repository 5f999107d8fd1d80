//! Encrypting again over an older file, with real git: a diff shows what was changed and nothing else.

use std::fs;
use std::path::PathBuf;

use selkie_tests::repository::selkie;
use selkie_tests::{Output, Party, Run, scratch};
use selkie_xtask::peers::{self, Sops};

/// A repository with a rule and a key.
struct Repository {
    folder: tempfile::TempDir,
    party: Party,
}

impl Repository {
    fn new() -> Self {
        let repository = Self {
            folder: scratch(),
            party: Party::new(),
        };
        repository.git(&["init", "-q"]);
        let rule = format!("creation_rules:\n- age: {}\n", repository.party.recipient);
        repository.write(".sops.yaml", &rule);
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn git(&self, words: &[&str]) -> String {
        let own = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        let run = Run::new("git").args(own).args(words);
        run.folder(self.folder.path()).succeed().text()
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "state"]);
    }

    fn run(&self, words: &[&str]) -> Output {
        self.run_as(&self.party.identity, words)
    }

    fn run_as(&self, identity: &str, words: &[&str]) -> Output {
        Run::new(selkie())
            .args(words)
            .folder(self.folder.path())
            .env("HOME", self.folder.path())
            .env("SOPS_AGE_KEY", identity)
            .output()
    }

    fn succeed(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status, Some(0), "{words:?}: {}", output.stderr);
        output.stderr
    }

    /// The keys of the lines that git shows as added, in order.
    fn changed(&self) -> Vec<String> {
        let diff = self.git(&["diff", "-U0", "--", "s.yaml"]);
        let added = diff
            .lines()
            .filter_map(|line| line.strip_prefix('+'))
            .filter(|line| !line.starts_with("++"));
        let keys = added.map(|line| {
            let key = line.split("ENC[").next().unwrap_or(line);
            key.trim().trim_end_matches(':').to_owned()
        });
        // Two runs in one second have the same time.
        keys.filter(|key| !key.starts_with("lastmodified"))
            .collect()
    }
}

const TEXT: &str = "\
# a comment
first: one   # behind
second: 'two'
number: 42
list:
    - x
    - \"5\"
text: |
    lines
    of text
";

#[test]
fn json_shows_it_too() {
    let repository = Repository::new();
    let text = "{\n  \"a\": \"one\",\n  \"b\": [1, 2.50],\n  \"c\": \"two\"\n}\n";
    for (from, by, key) in [("one", "three", "\"a"), ("two", "four", "\"c")] {
        repository.write("s.json", text);
        repository.succeed(&["encrypt", "--no-reuse", "-i", "s.json"]);
        repository.commit();
        let sealed = repository.read("s.json");
        repository.succeed(&["decrypt", "-i", "s.json"]);
        repository.succeed(&["encrypt", "-i", "s.json"]);
        assert_eq!(repository.read("s.json"), sealed);
        repository.succeed(&["decrypt", "-i", "s.json"]);
        repository.write("s.json", &text.replace(from, by));
        repository.succeed(&["encrypt", "-i", "s.json"]);
        let diff = repository.git(&["diff", "-U0", "--", "s.json"]);
        let added = diff.lines().filter_map(|line| line.strip_prefix("+"));
        let keys = added.filter_map(|line| line.trim().split("\": ").next());
        let keys: Vec<&str> = keys
            .filter(|it| !it.starts_with("++") && *it != "\"lastmodified")
            .collect();
        assert_eq!(keys, [key, "\"layout", "\"mac"], "{diff}");
    }
}

#[test]
fn a_binary_file_that_did_not_change_keeps_its_bytes_if_that_is_asked_for() {
    let repository = Repository::new();
    let rule = format!(
        "creation_rules:\n- age: {}\n  encrypted_regex: x\n",
        repository.party.recipient
    );
    repository.write(".sops.yaml", &rule);
    repository.write("b.bin", "any bytes");
    repository.succeed(&["encrypt", "b.bin", "--output", "s.bin"]);
    let words = ["encrypt", "b.bin", "--reuse", "s.bin", "--output", "t.bin"];
    repository.succeed(&words);
    assert_eq!(repository.read("t.bin"), repository.read("s.bin"));
    repository.write("b.bin", "other bytes");
    repository.succeed(&words);
    let keys =
        |name: &str| repository.read(name).split("\"enc\": ").nth(1).unwrap()[..200].to_owned();
    assert_eq!(keys("t.bin"), keys("s.bin"));
    assert_eq!(repository.run(&["decrypt", "t.bin"]).text(), "other bytes");
}

/// The line of the project's own promise.
#[test]
fn decrypt_change_encrypt_shows_that_value_in_the_diff() {
    let repository = Repository::new();
    for (text, record) in [
        (TEXT.to_owned(), None),
        (TEXT.replace("42", "0x2A"), Some("layout")),
    ] {
        repository.write("s.yaml", &text);
        repository.succeed(&["encrypt", "--no-reuse", "-i", "s.yaml"]);
        repository.commit();
        let sealed = repository.read("s.yaml");
        repository.succeed(&["decrypt", "-i", "s.yaml"]);
        assert_eq!(repository.read("s.yaml"), text);
        // Unchanged: the committed bytes.
        repository.succeed(&["encrypt", "-i", "s.yaml"]);
        assert_eq!(repository.read("s.yaml"), sealed);
        repository.succeed(&["decrypt", "-i", "s.yaml"]);
        repository.write("s.yaml", &text.replace("one", "three"));
        assert_eq!(repository.succeed(&["encrypt", "-i", "s.yaml"]), "");
        let expected: Vec<&str> = ["first"].into_iter().chain(record).chain(["mac"]).collect();
        assert_eq!(repository.changed(), expected);
        let output = repository.run(&["decrypt", "s.yaml"]);
        assert_eq!(output.text(), text.replace("one", "three"));
    }
}

#[test]
fn so_do_files_that_sops_wrote() {
    for version in [Sops::V3_13_3, Sops::V3_11_0] {
        let repository = Repository::new();
        repository.write("s.yaml", TEXT);
        Run::new(peers::sops(version).unwrap())
            .args(["encrypt", "-i", "s.yaml"])
            .folder(repository.folder.path())
            .succeed();
        repository.commit();
        let sealed = repository.read("s.yaml");
        repository.succeed(&["decrypt", "-i", "s.yaml"]);
        let text = repository.read("s.yaml");
        repository.succeed(&["encrypt", "-i", "s.yaml"]);
        assert_eq!(repository.read("s.yaml"), sealed, "{version:?}");
        repository.succeed(&["decrypt", "-i", "s.yaml"]);
        repository.write("s.yaml", &text.replace("- x", "- z"));
        repository.succeed(&["encrypt", "-i", "s.yaml"]);
        assert_eq!(repository.changed(), ["-", "mac"], "{version:?}");
    }
}

#[test]
fn an_older_file_is_named_or_suggests_itself() {
    let repository = Repository::new();
    repository.write("p.yaml", TEXT);
    repository.succeed(&["encrypt", "p.yaml", "--output", "s.yaml"]);
    let first = repository.read("s.yaml");
    // The file that the result takes the place of.
    repository.succeed(&["encrypt", "p.yaml", "--output", "s.yaml"]);
    assert_eq!(repository.read("s.yaml"), first);
    // A file that is named.
    repository.succeed(&[
        "encrypt", "p.yaml", "--reuse", "s.yaml", "--output", "t.yaml",
    ]);
    assert_eq!(repository.read("t.yaml"), first);
    let printed = repository.run(&["encrypt", "p.yaml", "--reuse", "s.yaml"]);
    assert_eq!(printed.text(), first);
    // A commit.
    repository.commit();
    repository.write("s.yaml", "other: 1\n");
    repository.succeed(&[
        "encrypt", "p.yaml", "--reuse", "git:HEAD", "--output", "s.yaml",
    ]);
    assert_eq!(repository.read("s.yaml"), first);
    // None.
    repository.succeed(&["encrypt", "p.yaml", "--no-reuse", "--output", "s.yaml"]);
    let keys = |text: &str| text.split("enc: |").nth(1).unwrap().to_owned();
    assert_ne!(keys(&repository.read("s.yaml")), keys(&first));
}

#[test]
fn what_does_not_serve_is_left_out_or_refused() {
    let repository = Repository::new();
    repository.write("s.yaml", TEXT);
    repository.succeed(&["encrypt", "-i", "s.yaml"]);
    repository.commit();
    let sealed = repository.read("s.yaml");
    let damaged = sealed.replacen(
        "mac: ENC[AES256_GCM,data:",
        "mac: ENC[AES256_GCM,data:AAAA",
        1,
    );
    repository.write("damaged.yaml", &damaged);
    repository.write("plain.yaml", TEXT);
    let other = Party::new();

    // Asked for, it must serve.
    let rows = [
        ("damaged.yaml", &repository.party, 51),
        ("plain.yaml", &repository.party, 1),
        ("nothing.yaml", &repository.party, 100),
        ("s.yaml", &other, 128),
        ("git:no-such-revision", &repository.party, 1),
        ("git:--all", &repository.party, 1),
    ];
    for (old, party, status) in rows {
        let words = [
            "encrypt",
            "plain.yaml",
            "--reuse",
            old,
            "--output",
            "t.yaml",
        ];
        let output = repository.run_as(&party.identity, &words);
        assert_eq!(output.status, Some(status), "{old}: {}", output.stderr);
        assert!(!repository.path("t.yaml").exists());
    }
    let both = ["encrypt", "plain.yaml", "--reuse", "s.yaml", "--no-reuse"];
    assert_eq!(repository.run(&both).status, Some(8));

    // Otherwise the file is encrypted as a new one, and somebody is told.
    repository.write("s.yaml", TEXT);
    let output = repository.run_as(&other.identity, &["encrypt", "-i", "s.yaml"]);
    assert_eq!(output.status, Some(0), "{}", output.stderr);
    assert!(
        output.stderr.contains("hint: all values get new tokens"),
        "{}",
        output.stderr
    );
    assert_ne!(repository.read("s.yaml"), sealed);
    for (flags, what) in [
        (
            &["--age", &other.recipient][..],
            "recipients, groups or threshold",
        ),
        (&["--encrypted-regex", "first"][..], "what is encrypted"),
        (&["--mac-only-encrypted"][..], "what is encrypted"),
    ] {
        for reuse in [&[][..], &["--reuse", "git:HEAD"][..]] {
            repository.write("s.yaml", TEXT);
            let words = [&["encrypt", "-i", "s.yaml"], flags, reuse].concat();
            let hint = repository.succeed(&words);
            assert!(
                hint.contains(what) && hint.contains("a new data key is made"),
                "{words:?}: {hint}"
            );
            let iv = |text: &str| text.split("iv:").nth(1).unwrap()[..44].to_owned();
            assert_ne!(iv(&repository.read("s.yaml")), iv(&sealed), "{words:?}");
        }
    }
    // A plain file is nothing to take over, and nothing to talk about.
    repository.commit();
    repository.write("new.yaml", TEXT);
    repository.commit();
    assert_eq!(repository.succeed(&["encrypt", "-i", "new.yaml"]), "");
}
