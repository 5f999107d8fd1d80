//! What must work with a key of any kind, in YAML and JSON: each program opens what the other sealed; `rotate` adds and removes it;
//! `updatekeys` changes to it; it holds a share beside an age key.

use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::repository::selkie;
use selkie_tests::{AgeKey, Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};

/// Two keys of one kind and how they are reached.
pub(crate) struct Kind {
    /// Behind `--`, `--add-` and `--rm-`: `kms` for instance.
    pub(crate) flag: &'static str,
    /// The field of a creation rule: `kms` for instance.
    pub(crate) rule: &'static str,
    /// The member of `key_groups` that holds the first key, as YAML in flow style: `kms: [{arn: …}]` for instance.
    pub(crate) group: String,
    /// The keys, as flags take them.
    pub(crate) keys: [String; 2],
    /// What both programs need to reach the server.
    pub(crate) env: Vec<(String, String)>,
    /// What keeps a program that is not to reach the server from looking for one elsewhere.
    pub(crate) apart: Vec<(String, String)>,
    /// A program and its words in front of each of the two, to map a host name for instance.
    pub(crate) before: Vec<String>,
}

/// The two programs, with an age key that both know.
struct Bench<'k> {
    kind: &'k Kind,
    folder: tempfile::TempDir,
    age: AgeKey,
    programs: [(&'static str, PathBuf); 2],
}

/// Fields of a rule that SOPS reads as a list alone; in the others it also takes a text.
const LISTS: [&str; 1] = ["hckms"];

const FILES: [(&str, &str); 2] = [
    (
        "a.yaml",
        "# how to log in\nuser: admin\npassword: \"s3cret\"\nports:\n    - 80\n    - 443\n",
    ),
    (
        "a.json",
        "{\n\t\"user\": \"admin\",\n\t\"password\": \"s3cret\",\n\t\"ports\": [80, 443]\n}\n",
    ),
];

/// Runs the whole matrix.
pub(crate) fn check(kind: &Kind) {
    let folder = scratch();
    let age = AgeKey::make(folder.path(), "age.txt");
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    let bench = Bench {
        kind,
        age,
        folder,
        programs: [("selkie", selkie().to_path_buf()), ("sops", sops)],
    };
    for (name, text) in FILES {
        for one in 0..2 {
            bench.sealed_by_one(name, text, one);
            bench.rotated_by_one(name, text, one);
            bench.updated_by_one(name, text, one);
            bench.in_a_group(name, text, one);
        }
    }
}

impl Bench<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, program: usize, words: &[&str]) -> Output {
        let (name, path) = &self.programs[program];
        let run = match self.kind.before.split_first() {
            Some((first, rest)) => Run::new(Path::new(first)).args(rest).arg(path),
            None => Run::new(path),
        };
        let envs = self.kind.env.iter();
        let run = envs.fold(run.folder(self.folder.path()), |run, (key, value)| {
            run.env(key, value)
        });
        let output = run.args(words).output();
        assert_eq!(
            output.status,
            Some(0),
            "{name} {words:?}: {}",
            output.stderr
        );
        output
    }

    /// Both programs find the data of `text`; ours its bytes, unless `sops` wrote the file anew.
    fn opens(&self, name: &str, text: &str, by_sops: bool) {
        let data = |output: Output| -> serde_json::Value {
            serde_json::from_slice(&output.stdout).unwrap()
        };
        let as_json = ["decrypt", "--output-type", "json", name];
        let ours = data(self.run(0, &as_json));
        assert_eq!(ours, data(self.run(1, &as_json)));
        assert_eq!(ours["password"], "s3cret");
        if !by_sops {
            assert_eq!(self.run(0, &["decrypt", name]).text(), text);
        }
    }

    fn sealed_by_one(&self, name: &str, text: &str, one: usize) {
        let Kind { flag, keys, .. } = self.kind;
        fs::write(self.path(name), text).unwrap();
        self.run(
            one,
            &["encrypt", "-i", &format!("--{flag}"), &keys[0], name],
        );
        self.opens(name, text, one == 1);
    }

    fn rotated_by_one(&self, name: &str, text: &str, one: usize) {
        let Kind { flag, keys, .. } = self.kind;
        let (add, remove) = (format!("--add-{flag}"), format!("--rm-{flag}"));
        self.run(
            one,
            &["rotate", "-i", &add, &keys[1], &remove, &keys[0], name],
        );
        self.opens(name, text, one == 1);
        let sealed = fs::read_to_string(self.path(name)).unwrap();
        // A key of age's has an armoured file and no time; all others have a time.
        let marks = ["-----BEGIN AGE", "created_at"];
        let keys: usize = marks.iter().map(|mark| sealed.matches(mark).count()).sum();
        assert_eq!(keys, 1, "one key is left\n{sealed}");
    }

    fn updated_by_one(&self, name: &str, text: &str, one: usize) {
        let Kind { rule, keys, .. } = self.kind;
        let key = if LISTS.contains(rule) {
            format!("[\"{}\"]", keys[0])
        } else {
            keys[0].clone()
        };
        let config = format!("creation_rules:\n  - {rule}: {key}\n");
        fs::write(self.path(".sops.yaml"), config).unwrap();
        self.run(one, &["updatekeys", "-y", name]);
        self.opens(name, text, one == 1);
        let again = self.run(one, &["updatekeys", "-y", name]);
        assert!(again.stderr.contains("up to date"), "{}", again.stderr);
        fs::remove_file(self.path(".sops.yaml")).unwrap();
    }

    /// Both groups are needed: the age key alone does not do.
    fn in_a_group(&self, name: &str, text: &str, one: usize) {
        let config = format!(
            "creation_rules:\n  - shamir_threshold: 2\n    key_groups:\n      - {}\n      - age: [{}]\n",
            self.kind.group, self.age.recipient
        );
        fs::write(self.path(".sops.yaml"), config).unwrap();
        fs::write(self.path(name), text).unwrap();
        self.run(one, &["encrypt", "-i", name]);
        fs::remove_file(self.path(".sops.yaml")).unwrap();
        let keys = self.path(".config/sops/age/keys.txt");
        fs::create_dir_all(keys.parent().unwrap()).unwrap();
        fs::copy(&self.age.file, &keys).unwrap();
        self.opens(name, text, one == 1);
        let alone = Run::new(&self.programs[0].1).folder(self.folder.path());
        let apart = self.kind.apart.iter();
        let alone = apart.fold(alone, |run, (key, value)| run.env(key, value));
        let output = alone.args(["decrypt", name]).output();
        assert_eq!(output.status, Some(128), "{}", output.stderr);
        fs::remove_file(&keys).unwrap();
    }
}
