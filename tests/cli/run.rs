//! Running of the cases, and the language that they are written in.
//!
//! ```text
//! === what the case shows                 begins a case, in a new folder that is also the home
//! file NAME                               makes a file of the lines that follow, each behind `  |`
//! sealed NAME                             the same, encrypted for the key at hand
//! edit NAME "old" "new"                   replaces text that must be there
//! no key                                  takes away the key that is at hand otherwise
//! folder NAME                             makes a folder, and works there from now on
//! env NAME=VALUE                          for the next run
//! stdin                                   for the next run: the lines that follow
//! $ selkie ARGUMENTS                      runs it; what is expected comes behind:
//! status NUMBER                           0 if left out
//! out TEXT                                a line of stdout, in order; all of them, unless one is `…` alone
//! err TEXT                                a line of stderr, likewise; none if left out
//! same NAME NAME                          two files are equal
//! differ NAME NAME                        two files are not
//! absent NAME                             there is no such file
//! mode NAME OCTAL                         of its permissions
//! ```
//!
//! `@key`, `@recipient`, `@identity`, `@other` and `@home` stand for the key file at hand, its recipient, its identity, a
//! recipient without identity, and the folder. `…` in an expected line stands for any text. Words may stand in single quotes.

use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::case::{Case, Step, read};
use selkie_tests::repository::top;
use selkie_tests::text::{all_fit, words};
use selkie_tests::{Party, Run, scratch};

use crate::selkie;

/// Runs every case of a file in `cases/`, and fails with all that went wrong.
pub(crate) fn topic(name: &str) {
    let text = fs::read_to_string(top().join(format!("tests/cli/cases/{name}.txt"))).unwrap();
    let cases = read(&text);
    assert!(!cases.is_empty());
    let failures: Vec<String> = cases
        .iter()
        .flat_map(|case| Stage::play(name, case))
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Where one case is played.
struct Stage {
    home: tempfile::TempDir,
    folder: PathBuf,
    party: Party,
    other: Party,
    environment: Vec<(String, String)>,
    input: String,
    expected: Option<Expected>,
    failures: Vec<String>,
}

/// A run, and what it must come to; judged when the next step is another thing.
struct Expected {
    line: usize,
    run: Run,
    status: i32,
    out: Vec<String>,
    err: Vec<String>,
}

impl Stage {
    fn play(topic: &str, case: &Case) -> Vec<String> {
        let home = scratch();
        let (party, other) = (Party::new(), Party::new());
        let keys = home.path().join(".config/sops/age");
        fs::create_dir_all(&keys).unwrap();
        fs::write(keys.join("keys.txt"), format!("{}\n", party.identity)).unwrap();
        let mut stage = Self {
            folder: home.path().to_owned(),
            home,
            party,
            other,
            environment: Vec::new(),
            input: String::new(),
            expected: None,
            failures: Vec::new(),
        };
        for step in &case.steps {
            stage.step(step);
        }
        stage.judge();
        let at = |failure| format!("{topic}: {}: {failure}", case.name);
        stage.failures.into_iter().map(at).collect()
    }

    fn step(&mut self, step: &Step) {
        let rest = self.filled(&step.rest);
        match (step.verb.as_str(), &mut self.expected) {
            ("status", Some(expected)) => return expected.status = rest.parse().unwrap(),
            ("out", Some(expected)) => return expected.out.push(rest),
            ("err", Some(expected)) => return expected.err.push(rest),
            _ => self.judge(),
        }
        let lines = self.filled(&step.lines);
        let words = words(&rest);
        let word = |index: usize| words[index].as_str();
        match step.verb.as_str() {
            "file" => fs::write(self.path(word(0)), lines).unwrap(),
            "sealed" => self.seal(word(0), &lines),
            "edit" => {
                let before = fs::read_to_string(self.path(word(0))).unwrap();
                assert!(
                    before.contains(word(1)),
                    "line {}: not in the file\n{before}",
                    step.line
                );
                fs::write(self.path(word(0)), before.replacen(word(1), word(2), 1)).unwrap();
            }
            "no" => fs::remove_file(self.key()).unwrap(),
            "folder" => {
                self.folder = self.path(word(0));
                fs::create_dir_all(&self.folder).unwrap();
            }
            "env" => {
                let (name, value) = rest.split_once('=').unwrap();
                self.environment.push((name.to_owned(), value.to_owned()));
            }
            "stdin" => self.input = lines,
            "$" => {
                assert_eq!(word(0), "selkie");
                let run = self.run(&words[1..]);
                let (status, out, err) = (0, Vec::new(), Vec::new());
                self.expected = Some(Expected {
                    line: step.line,
                    run,
                    status,
                    out,
                    err,
                });
            }
            verb @ ("same" | "differ") => {
                let [one, other] = [0, 1].map(|index| fs::read(self.path(word(index))).unwrap());
                if (one == other) != (verb == "same") {
                    self.fail(
                        step.line,
                        &format!("{rest}: not {verb}\n{}", String::from_utf8_lossy(&one)),
                    );
                }
            }
            "absent" => {
                if self.path(word(0)).symlink_metadata().is_ok() {
                    self.fail(step.line, &format!("{rest} is there"));
                }
            }
            "mode" => {
                let mode = format!("{:o}", mode(&self.path(word(0))));
                if mode != word(1) {
                    self.fail(step.line, &format!("the mode of {} is {mode}", word(0)));
                }
            }
            verb => panic!("line {}: what is {verb}?", step.line),
        }
    }

    fn run(&mut self, arguments: &[String]) -> Run {
        let home = self.home.path();
        let run = Run::new(selkie())
            .args(arguments)
            .folder(&self.folder)
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .input(std::mem::take(&mut self.input));
        self.environment
            .drain(..)
            .fold(run, |run, (name, value)| run.env(name, value))
    }

    fn judge(&mut self) {
        let Some(expected) = self.expected.take() else {
            return;
        };
        let output = expected.run.output();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let (out, err): (Vec<&str>, Vec<&str>) =
            (stdout.lines().collect(), output.stderr.lines().collect());
        if output.status != Some(expected.status)
            || !all_fit(&expected.out, &out)
            || !all_fit(&expected.err, &err)
        {
            let text = format!("status {:?}\n{stdout}{}", output.status, output.stderr);
            self.fail(expected.line, &text);
        }
    }

    fn seal(&self, name: &str, text: &str) {
        let sealed = Run::new(selkie())
            .args([
                "encrypt",
                "--age",
                &self.party.recipient,
                "--filename-override",
                "x.yaml",
            ])
            .folder(scratch().path())
            .input(text)
            .succeed();
        fs::write(self.path(name), sealed.stdout).unwrap();
    }

    fn fail(&mut self, line: usize, what: &str) {
        self.failures.push(format!("line {line}: {what}"));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn key(&self) -> PathBuf {
        self.home.path().join(".config/sops/age/keys.txt")
    }

    fn filled(&self, text: &str) -> String {
        text.replace("@key", &self.key().to_string_lossy())
            .replace("@recipient", &self.party.recipient)
            .replace("@identity", &self.party.identity)
            .replace("@other", &self.other.recipient)
            .replace("@home", &self.home.path().to_string_lossy())
    }
}

/// The permission bits of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
