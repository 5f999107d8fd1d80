//! age keys beyond X25519: ssh keys, post-quantum keys and plugins, with the real age and the real sops.

mod failures;
mod peers;
mod sources;
mod terminal;

use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::http::Response;
use selkie_tests::servers::stub::Stub;
use selkie_tests::{Run, scratch};
use selkie_xtask::peers as programs;

use crate::matrix::{self, Kind};

/// A key as a test needs it.
#[derive(Clone, Debug)]
struct Key {
    recipient: String,
    /// The identity, in a file.
    file: PathBuf,
}

/// A folder with everything that the kinds need: the test plugin, and files of identities.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = scratch();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let plugin = bin.join("age-plugin-selkietest");
        fs::copy(top().join("tests/keys/age/plugin.py"), &plugin).unwrap();
        Run::new("chmod").arg("755").arg(&plugin).succeed();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `PATH` with the plugins in front.
    fn search_path(&self) -> String {
        let before = std::env::var("PATH").unwrap_or_default();
        format!("{}:{before}", self.path("bin").display())
    }

    fn run(&self, program: &Path) -> Run {
        Run::new(program)
            .folder(self.folder.path())
            .env("PATH", self.search_path())
    }

    /// One of the keys in `tests/vectors/ssh`.
    fn ssh(&self, name: &str) -> Key {
        let vectors = top().join("tests/vectors/ssh");
        let public = fs::read_to_string(vectors.join(format!("{name}.pub"))).unwrap();
        let file = self.path(&name.replace('/', "-"));
        fs::copy(vectors.join(name), &file).unwrap();
        Key {
            recipient: public.trim_end().to_owned(),
            file,
        }
    }

    /// A new key of the real age-keygen's.
    fn post_quantum(&self, name: &str) -> Key {
        let keygen = programs::age_keygen().unwrap();
        let file = self.path(name);
        Run::new(&keygen).arg("-pq").arg("-o").arg(&file).succeed();
        let recipient = Run::new(&keygen).arg("-y").arg(&file).succeed().text();
        Key {
            recipient: recipient.trim_end().to_owned(),
            file,
        }
    }

    /// A key of the test plugin's.
    fn plugin(&self, number: u32) -> Key {
        let made = self.run(&self.path("bin/age-plugin-selkietest"));
        let made = made.args(["make", &number.to_string()]).succeed().text();
        let (recipient, identity) = made.trim_end().split_once('\n').unwrap();
        let file = self.path(&format!("plugin-{number}.txt"));
        fs::write(&file, format!("{identity}\n")).unwrap();
        Key {
            recipient: recipient.to_owned(),
            file,
        }
    }

    /// A file `name` that ours has encrypted for the key.
    fn sealed(&self, name: &str, recipient: &str) -> PathBuf {
        let file = self.path(name);
        fs::write(&file, "{\"a\": \"b\"}\n").unwrap();
        let encrypt = self
            .run(selkie())
            .args(["encrypt", "--age", recipient, "-i"]);
        encrypt.arg(&file).succeed();
        file
    }
}

/// The variable in which both programs look for the key.
fn variable(key: &Key) -> &'static str {
    if key.recipient.starts_with("ssh-") {
        "SOPS_AGE_SSH_PRIVATE_KEY_FILE"
    } else {
        "SOPS_AGE_KEY_FILE"
    }
}

/// Runs the matrix for two keys that are named by these variables.
fn check(bench: &Bench, keys: [Key; 2], env: Vec<(&str, String)>) {
    let mut env: Vec<(String, String)> = env
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    env.push(("PATH".to_owned(), bench.search_path()));
    matrix::check(&Kind {
        flag: "age",
        rule: "age",
        group: format!("age: [\"{}\"]", keys[0].recipient),
        keys: keys.map(|key| key.recipient),
        env,
        apart: Vec::new(),
        before: Vec::new(),
    });
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn ssh_keys_go_through_the_matrix() {
    let bench = Bench::new();
    for keys in [["ed25519", "ed25519-other"], ["rsa", "rsa-other"]] {
        let keys = keys.map(|name| bench.ssh(name));
        let env = vec![
            ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", text(&keys[0].file)),
            (
                "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
                format!("cat '{}'", text(&keys[1].file)),
            ),
        ];
        check(&bench, keys, env);
    }
}

#[test]
fn post_quantum_keys_go_through_the_matrix() {
    let bench = Bench::new();
    let keys = ["one.txt", "two.txt"].map(|name| bench.post_quantum(name));
    let both = keys
        .each_ref()
        .map(|key| fs::read_to_string(&key.file).unwrap());
    let file = bench.path("both.txt");
    fs::write(&file, both.concat()).unwrap();
    check(&bench, keys, vec![("SOPS_AGE_KEY_FILE", text(&file))]);
}

#[test]
fn plugins_go_through_the_matrix() {
    let bench = Bench::new();
    let keys = [1, 2].map(|number| bench.plugin(number));
    let both = keys
        .each_ref()
        .map(|key| fs::read_to_string(&key.file).unwrap());
    let file = bench.path("both.txt");
    fs::write(&file, both.concat()).unwrap();
    check(&bench, keys, vec![("SOPS_AGE_KEY_FILE", text(&file))]);
}

#[test]
fn a_mix_of_post_quantum_and_classic_is_warned_about() {
    let bench = Bench::new();
    let strong = [1, 2].map(|n| bench.post_quantum(&format!("{n}.txt")).recipient);
    let weak = bench.ssh("ed25519").recipient;
    for (recipients, warned) in [
        (format!("{},{weak}", strong[0]), true),
        (format!("{},{}", strong[0], strong[1]), false),
        (weak.clone(), false),
    ] {
        let file = bench.path("mixed.yaml");
        fs::write(&file, "a: b\n").unwrap();
        let encrypt = bench
            .run(selkie())
            .args(["encrypt", "--age", &recipients, "-i"]);
        let said = encrypt.arg(&file).succeed().stderr;
        let expected = format!("post-quantum recipients do not protect it: {weak} is not one");
        assert_eq!(said.contains(&expected), warned, "{said}");
    }
}

/// What a run says when one plugin has the keys of five files.
const TOUCHES: &str =
    "note: age-plugin-selkietest: unwraps 5 data keys; a touch, where one is wanted, is for each";

#[test]
fn a_plugin_is_talked_to_once_for_many_files() {
    let bench = Bench::new();
    let key = bench.plugin(1);
    let other = bench.post_quantum("other.txt").recipient;
    let names: Vec<String> = (0..5)
        .map(|number| format!("files/{number}.json"))
        .collect();
    fs::create_dir(bench.path("files")).unwrap();
    for name in &names {
        bench.sealed(name, &key.recipient);
    }
    let log = bench.path("log");
    let talks = |words: &[&str], files: &[&str]| {
        let run = bench.run(selkie()).args(words).args(files);
        let run = run.env("SELKIETEST_LOG", &log);
        let output = run.env("SOPS_AGE_KEY_FILE", &key.file).succeed();
        assert_eq!(fs::read_to_string(&log).unwrap(), "5\n", "{words:?}");
        fs::remove_file(&log).unwrap();
        let told = output.stderr.matches(TOUCHES).count();
        assert_eq!(told, 1, "{words:?}: {}", output.stderr);
        output
    };

    let files: Vec<&str> = names.iter().map(String::as_str).collect();
    let program = ["--", "sh", "-c", "echo $a"];
    let output = talks(&[&["exec-env"], &files[..]].concat(), &program);
    assert_eq!(output.text(), "b\n");

    // A store that has nothing and takes everything.
    let store = Stub::plain(|request| match request.method.as_str() {
        "GET" => Response::json(404, r#"{"errors":[]}"#),
        _ => Response::json(200, r#"{"data":{"version":1}}"#),
    });
    let rules = format!(
        "creation_rules:\n  - age: {},{other}\ndestination_rules:\n  - vault_path: p\n    vault_address: http://{}\n",
        key.recipient,
        store.address()
    );
    fs::write(bench.path(".sops.yaml"), rules).unwrap();
    talks(&["publish", "-y", "--recursive"], &["files"]);
    talks(&["updatekeys", "-y"], &["files"]);
    for name in &names {
        let decrypt = bench.run(selkie()).args(["decrypt", name]);
        let opened = decrypt.env("SOPS_AGE_KEY_FILE", bench.path("other.txt"));
        assert_eq!(opened.succeed().text(), "{\"a\": \"b\"}\n");
    }
}
