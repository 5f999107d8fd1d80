//! Two folders with the same things in them, one for each program, and the steps that fill them.
//!
//! ```text
//! file NAME                               of the lines that follow, each behind `  |`
//! raw NAME TEXT                           of text with `\n`, `\r`, `\t`, `\\` and `\xNN`; no line end of its own
//! script NAME                             as `file`, and it can be run
//! sealed NAME [FLAGS]                     of the lines that follow, encrypted by sops; for the key at hand, if no flag says otherwise
//! edit NAME "old" "new"                   replaces text that must be there, once; with escapes as in `raw`
//! crlf NAME                               gives its lines Windows ends
//! line NAME "start" "new"                 replaces the one line with that start, behind its indentation; by nothing if new is empty
//! swap NAME "start" "start"               swaps what stands behind these starts in their lines
//! copy NAME NAME
//! remove NAME
//! folder NAME
//! link NAME TARGET                        a symlink
//! mode NAME OCTAL
//! work NAME                               goes into a folder
//! called sops                             from now on, ours is found under the name `sops`
//! no key                                  takes away the key that is at hand otherwise
//! env NAME=VALUE                          for the next run
//! stdin                                   for the next run: the lines that follow
//! input TEXT                              for the next run, as in `raw`
//! feed NAME                               for the next run: a file that is the same on both sides
//! ```
//!
//! `@key`, `@recipient` and `@identity` stand for the key at hand, `@other`, `@other-identity`, `@third` and `@third-identity` for
//! two that are not, and `@home` for the folder.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use selkie_tests::case::Step;
use selkie_tests::repository::selkie;
use selkie_tests::text::words;
use selkie_tests::{Output, Party, Run, scratch};
use selkie_xtask::peers::{self, Sops};

/// Longer than any command takes; one that hangs is ended with status 124.
const SECONDS: &str = "60";

/// An age key, as text.
pub(crate) struct Key {
    pub(crate) identity: String,
    pub(crate) recipient: String,
}

/// The one at hand, and two others.
pub(crate) fn keys() -> &'static [Key; 3] {
    static KEYS: OnceLock<[Key; 3]> = OnceLock::new();
    KEYS.get_or_init(|| {
        [0, 1, 2].map(|_| {
            let Party {
                identity,
                recipient,
                ..
            } = Party::new();
            Key {
                identity,
                recipient,
            }
        })
    })
}

/// The two programs, each with its folder.
pub(crate) struct Scene {
    pub(crate) sides: [Side; 2],
    environment: Vec<(String, String)>,
    input: Vec<u8>,
}

/// One program and its folder.
pub(crate) struct Side {
    /// Whether it is the real one.
    sops: bool,
    program: PathBuf,
    home: tempfile::TempDir,
    work: PathBuf,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let sops = peers::sops(Sops::V3_13_3).unwrap();
        Self {
            sides: [Side::new(true, sops), Side::new(false, selkie().to_owned())],
            environment: Vec::new(),
            input: Vec::new(),
        }
    }

    /// Does the same on both sides.
    pub(crate) fn step(&mut self, step: &Step) {
        match step.verb.as_str() {
            "env" => {
                let (name, value) = step.rest.split_once('=').unwrap();
                self.environment.push((name.to_owned(), value.to_owned()));
            }
            "stdin" => self.input = step.lines.clone().into_bytes(),
            "input" => self.input = raw(&step.rest),
            "feed" => self.input = fs::read(self.sides[0].path(&step.rest)).unwrap(),
            "sealed" => {
                let words = words(&step.rest);
                let text = self.sides[0].seal(&words, &step.lines);
                for side in &self.sides {
                    fs::write(side.path(&words[0]), &text).unwrap();
                }
            }
            _ => self.sides.iter_mut().for_each(|side| side.step(step)),
        }
    }

    /// Runs both with the same words; what is for the next run alone is used up.
    pub(crate) fn run(&mut self, words: &[String]) -> [Output; 2] {
        let environment = std::mem::take(&mut self.environment);
        let input = std::mem::take(&mut self.input);
        self.sides.each_ref().map(|side| {
            let mut run = Run::new("timeout").args(["-k", "1", SECONDS]);
            run = run.arg(&side.program).folder(&side.work);
            run = run.args(words.iter().map(|word| side.filled(word)));
            run = run.env("HOME", side.home.path());
            run = run.env("XDG_CONFIG_HOME", side.home.path().join(".config"));
            run = run.env("SOPS_DISABLE_VERSION_CHECK", "true");
            for (name, value) in &environment {
                run = run.env(name, side.filled(value));
            }
            let mut output = run.input(side.filled_bytes(&input)).output();
            // What lies in different places must compare equal.
            let home = side.home.path().to_str().unwrap();
            output.stderr = output.stderr.replace(home, "@home");
            if let Ok(text) = std::str::from_utf8(&output.stdout) {
                output.stdout = text.replace(home, "@home").into_bytes();
            }
            output
        })
    }
}

impl Side {
    fn new(sops: bool, program: PathBuf) -> Self {
        let home = scratch();
        let side = Self {
            sops,
            program,
            work: home.path().to_owned(),
            home,
        };
        fs::create_dir_all(side.key().parent().unwrap()).unwrap();
        fs::write(side.key(), format!("{}\n", keys()[0].identity)).unwrap();
        side
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    fn key(&self) -> PathBuf {
        self.home.path().join(".config/sops/age/keys.txt")
    }

    /// All files below the home, by name, with their content.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.home.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.home.path()).unwrap().to_owned();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.insert(name, fs::read(&path).unwrap_or_default());
                }
            }
        }
        files
    }

    fn step(&mut self, step: &Step) {
        let words: Vec<String> = words(&step.rest)
            .iter()
            .map(|word| self.filled(word))
            .collect();
        let word = |index: usize| words[index].as_str();
        match step.verb.as_str() {
            "file" => fs::write(self.path(word(0)), self.filled(&step.lines)).unwrap(),
            "raw" => {
                let text = step.rest.split_once(' ').unwrap_or_default().1;
                fs::write(self.path(word(0)), raw(&self.filled(text))).unwrap();
            }
            "script" => {
                fs::write(self.path(word(0)), self.filled(&step.lines)).unwrap();
                fs::set_permissions(self.path(word(0)), PermissionsExt::from_mode(0o755)).unwrap();
            }
            "edit" => {
                let [old, new] = [1, 2].map(|at| String::from_utf8(raw(word(at))).unwrap());
                self.change(step, word(0), |text| {
                    text.contains(&old).then(|| text.replacen(&old, &new, 1))
                });
            }
            "crlf" => self.change(step, word(0), |text| Some(text.replace('\n', "\r\n"))),
            "line" => self.change(step, word(0), |text| replace_line(text, word(1), word(2))),
            "swap" => self.change(step, word(0), |text| swap(text, word(1), word(2))),
            "copy" => {
                fs::copy(self.path(word(0)), self.path(word(1))).unwrap();
            }
            "remove" => fs::remove_file(self.path(word(0))).unwrap(),
            "folder" => fs::create_dir_all(self.path(word(0))).unwrap(),
            "link" => symlink(word(1), self.path(word(0))).unwrap(),
            "mode" => {
                let mode = u32::from_str_radix(word(1), 8).unwrap();
                fs::set_permissions(self.path(word(0)), PermissionsExt::from_mode(mode)).unwrap();
            }
            "work" => self.work = self.path(word(0)),
            "called" => {
                if !self.sops {
                    self.program = renamed().join(word(0));
                }
            }
            "no" => fs::remove_file(self.key()).unwrap(),
            verb => panic!("line {}: what is {verb}?", step.line),
        }
    }

    fn change(&self, step: &Step, name: &str, change: impl Fn(&str) -> Option<String>) {
        let before = fs::read_to_string(self.path(name)).unwrap();
        let after = change(&before);
        let after = after.unwrap_or_else(|| panic!("line {}: not in\n{before}", step.line));
        fs::write(self.path(name), after).unwrap();
    }

    fn seal(&self, words: &[String], text: &str) -> Vec<u8> {
        let folder = scratch();
        let name = Path::new(&words[0]).file_name().unwrap();
        fs::write(folder.path().join(name), self.filled(text)).unwrap();
        let mut run = Run::new(&self.program).arg("--encrypt");
        if !words.iter().any(|word| word == "--config") {
            run = run.args(["--age", &keys()[0].recipient]);
        }
        run = run.args(words[1..].iter().map(|word| self.filled(word)));
        run.arg(name).folder(folder.path()).succeed().stdout
    }

    fn filled(&self, text: &str) -> String {
        let [at_hand, other, third] = keys();
        text.replace("@key", &self.key().to_string_lossy())
            .replace("@recipient", &at_hand.recipient)
            .replace("@identity", &at_hand.identity)
            .replace("@other-identity", &other.identity)
            .replace("@third-identity", &third.identity)
            .replace("@other", &other.recipient)
            .replace("@third", &third.recipient)
            .replace("@home", &self.home.path().to_string_lossy())
    }

    fn filled_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.filled(text).into_bytes(),
            Err(_) => bytes.to_vec(),
        }
    }
}

/// A folder in which our program is called `sops`.
fn renamed() -> &'static Path {
    static RENAMED: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = RENAMED.get_or_init(|| {
        let folder = scratch();
        symlink(selkie(), folder.path().join("sops")).unwrap();
        folder
    });
    folder.path()
}

/// Text with escapes, as bytes.
fn raw(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        match after.as_bytes()[0] {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'\\' => bytes.push(b'\\'),
            b'x' => bytes.push(u8::from_str_radix(&after[1..3], 16).unwrap()),
            other => panic!("\\{} in a raw text", other as char),
        }
        rest = &after[if after.starts_with('x') { 3 } else { 1 }..];
    }
    bytes.extend(rest.as_bytes());
    bytes
}

fn position(lines: &[String], start: &str) -> Option<usize> {
    lines
        .iter()
        .position(|line| line.trim_start().starts_with(start))
}

fn replace_line(text: &str, start: &str, new: &str) -> Option<String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let at = position(&lines, start)?;
    let line = &lines[at];
    let indentation = line[..line.len() - line.trim_start().len()].to_owned();
    lines[at] = if new.is_empty() {
        String::new()
    } else {
        format!("{indentation}{new}\n")
    };
    Some(lines.concat())
}

fn swap(text: &str, one: &str, other: &str) -> Option<String> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let [a, b] = [position(&lines, one)?, position(&lines, other)?];
    let behind = |line: &str, start: &str| {
        let at = line.find(start)? + start.len();
        Some((line[..at].to_owned(), line[at..].to_owned()))
    };
    let (first, first_rest) = behind(&lines[a], one)?;
    let (second, second_rest) = behind(&lines[b], other)?;
    lines[a] = first + &second_rest;
    lines[b] = second + &first_rest;
    Some(lines.concat())
}

#[test]
fn escapes_and_lines() {
    assert_eq!(raw(r"a\n\xff\\b"), b"a\n\xff\\b");
    let text = "a: 1\n  b: 2\nc: 3\n";
    assert_eq!(
        replace_line(text, "b:", "b: x").unwrap(),
        "a: 1\n  b: x\nc: 3\n"
    );
    assert_eq!(replace_line(text, "a:", "").unwrap(), "  b: 2\nc: 3\n");
    assert_eq!(swap(text, "a:", "b:").unwrap(), "a: 2\n  b: 1\nc: 3\n");
    assert_eq!(replace_line(text, "d:", "x"), None);
}
