//! `publish` into each store, by the real sops and by ours, and what each of them has stored.

mod gcs;
mod s3;
mod vault;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use selkie_tests::repository::selkie;
use selkie_tests::{AgeKey, Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};

use crate::failure::TIMEOUT;

const TEXT: &str = "# how to log in\nuser: admin\npassword: \"s3cret\"\nport: 5432\n";

type Env = Vec<(String, String)>;

fn env(variables: &[(&str, &str)]) -> Env {
    let owned = variables.iter();
    let owned = owned.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

/// A folder with encrypted files, the key that opens them, and one that opens what is encrypted anew.
struct Bench {
    folder: tempfile::TempDir,
    own: AgeKey,
    other: AgeKey,
    sops: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let folder = scratch();
        Self {
            own: AgeKey::make(folder.path(), "own.txt"),
            other: AgeKey::make(folder.path(), "other.txt"),
            sops: peers::sops(Sops::V3_13_3).unwrap(),
            folder,
        }
    }

    /// Ours and the real sops.
    fn programs(&self) -> [&Path; 2] {
        [selkie(), &self.sops]
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    /// An encrypted file of these values.
    fn seal(&self, name: &str, text: &str) -> Vec<u8> {
        self.write(name, text);
        let words = ["encrypt", "-i", "--config", "/dev/null", "--age"];
        let run = Run::new(selkie()).folder(self.folder.path()).args(words);
        run.args([&self.own.recipient, name]).succeed();
        fs::read(self.path(name)).unwrap()
    }

    fn rules(&self, rules: &str) {
        self.write(".sops.yaml", &format!("destination_rules:\n{rules}"));
    }

    fn run(&self, program: &Path, env: &Env, words: &[&str], input: &str) -> Output {
        let run = Run::new(program)
            .folder(self.folder.path())
            .env("SOPS_AGE_KEY_FILE", &self.own.file)
            .input(input);
        let run = env
            .iter()
            .fold(run, |run, (name, value)| run.env(name, value));
        run.arg("publish").args(words).output()
    }

    fn done(&self, program: &Path, env: &Env, words: &[&str]) -> Output {
        let output = self.run(program, env, words, "");
        let said = &output.stderr;
        assert_eq!(
            output.status,
            Some(0),
            "{} {words:?}: {said}",
            program.display()
        );
        output
    }

    /// The values of a file that this key opens, as JSON, if it does.
    fn opened(&self, key: &AgeKey, name: &str, content: &[u8]) -> Option<serde_json::Value> {
        fs::write(self.path(name), content).unwrap();
        let output = Run::new(&self.sops)
            .folder(self.folder.path())
            .env("SOPS_AGE_KEY_FILE", &key.file)
            .args(["decrypt", "--output-type", "json", name])
            .output();
        let text = (output.status == Some(0)).then_some(output.stdout)?;
        Some(serde_json::from_slice(&text).unwrap())
    }

    /// Publishes `a.yaml` of each row by its rule: that must fail with the status of SOPS, name file, place and cause, no secret, and end in
    /// time.
    fn fails(&self, rows: &[Row<'_>], secrets: &[&str]) {
        self.seal("a.yaml", TEXT);
        for row in rows {
            self.rules(&format!("  - {{{}}}\n", row.rule));
            let mut env = row.env.clone();
            env.push(("SELKIE_KEY_TIMEOUT".to_owned(), TIMEOUT.to_string()));
            let start = Instant::now();
            let output = self.run(selkie(), &env, &["-y", "a.yaml"], "");
            let (took, wrong, said) = (start.elapsed(), row.wrong, &output.stderr);
            assert!(took < Duration::from_secs(5 * TIMEOUT), "{wrong}: {took:?}");
            assert_eq!(output.status, Some(1), "{wrong}: {said}");
            for part in ["a.yaml: ", row.place, row.says] {
                assert!(said.contains(part), "{wrong}: {part}\n{said}");
            }
            for secret in secrets {
                assert!(!said.contains(secret), "{wrong}: {said}");
            }
        }
    }
}

/// One way to fail.
struct Row<'r> {
    wrong: &'r str,
    /// The fields of the destination rule.
    rule: String,
    env: Env,
    /// The place, which the message must name.
    place: &'r str,
    /// The cause.
    says: &'r str,
}

/// Nothing here reaches a store: both programs end with the same status.
#[test]
fn questions_and_refusals_are_those_of_sops() {
    let bench = Bench::new();
    bench.seal("s3/a.yaml", TEXT);
    bench.seal("elsewhere/a.yaml", TEXT);
    bench.write("plain/a.yaml", TEXT);
    bench.write("folder/plain.yaml", TEXT);
    bench.rules("  - {path_regex: '^(s3|plain|folder)/', s3_bucket: shop, s3_prefix: pre-}\n");
    let question = format!(
        "uploading {} to s3://shop/pre-a.yaml ? (y/n): ",
        bench.path("s3/a.yaml").display()
    );
    let rows: [(&[&str], &str, i32, &str, &str); 9] = [
        (&[], "", 100, "", "takes a file or a folder"),
        (&["nothing.yaml"], "", 1, "", "no such file"),
        (&["s3"], "", 1, "", "--recursive"),
        (&["elsewhere/a.yaml"], "", 1, "", "destination"),
        (&["plain/a.yaml"], "", 1, "", "not encrypted"),
        (&["-y", "--recursive", "folder"], "", 1, "", "not encrypted"),
        (&["s3/a.yaml"], "", 1, &question, "--yes answers it"),
        (&["s3/a.yaml"], "n\n", 1, &question, "not published"),
        (&["--recursive", "s3"], "n\n", 0, &question, "not published"),
    ];
    for (words, input, status, asks, says) in rows {
        for program in bench.programs() {
            let output = bench.run(program, &Env::new(), words, input);
            let said = &output.stderr;
            assert_eq!(
                output.status,
                Some(status),
                "{} {words:?}: {said}",
                program.display()
            );
            assert!(output.text().starts_with(asks), "{}", output.text());
        }
        let output = bench.run(selkie(), &Env::new(), words, input);
        assert!(output.stderr.contains(says), "{words:?}: {}", output.stderr);
    }
    fs::remove_file(bench.path(".sops.yaml")).unwrap();
    for program in bench.programs() {
        let output = bench.run(program, &Env::new(), &["s3/a.yaml"], "");
        assert_eq!(output.status, Some(1), "{}", output.stderr);
    }
}
