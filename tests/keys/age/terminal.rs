//! Questions on a terminal: passphrases of ssh keys, and what plugins want to know.

use std::fs;
use std::path::{Path, PathBuf};

use selkie_tests::repository::selkie;
use selkie_tests::{Output, Run};
use selkie_xtask::peers::{self, Sops};

use super::Bench;

/// Decrypts on a terminal of its own, on which somebody types.
fn decrypt(
    bench: &Bench,
    program: &Path,
    files: &[PathBuf],
    env: &[(&str, &str)],
    typed: &str,
) -> Output {
    let files: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    let command = format!("{} decrypt {}", program.display(), files.join(" "));
    let run = bench
        .run(Path::new("script"))
        .args(["-qec", &command, "/dev/null"]);
    let run = env
        .iter()
        .fold(run, |run: Run, (name, value)| run.env(name, value));
    run.input(typed).output()
}

#[test]
fn the_passphrase_of_an_ssh_key_is_asked_for_once() {
    let bench = Bench::new();
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    for name in ["ed25519-locked", "rsa-locked"] {
        let key = bench.ssh(name);
        let file = bench.sealed("a.json", &key.recipient);
        let path = key.file.display().to_string();
        let env = [("SOPS_AGE_SSH_PRIVATE_KEY_FILE", &path[..])];
        let question = format!("passphrase for SOPS_AGE_SSH_PRIVATE_KEY_FILE={path}: ");
        for (typed, status, expected) in [
            ("correct horse\n", 0, "\"b\""),
            ("wrong\n", 128, "wrong passphrase"),
        ] {
            let output = decrypt(&bench, selkie(), std::slice::from_ref(&file), &env, typed);
            let shown = output.text();
            assert_eq!(output.status, Some(status), "{shown}");
            assert_eq!(shown.matches(&question).count(), 1, "{shown}");
            assert!(shown.contains(expected), "{shown}");
        }
        let by_sops = decrypt(&bench, &sops, &[file], &env, "correct horse\n");
        assert_eq!(by_sops.status, Some(0), "{}", by_sops.text());
    }
}

#[test]
fn plugins_ask_and_tell_on_the_terminal() {
    let bench = Bench::new();
    let key = bench.plugin(1);
    let file = bench.sealed("a.json", &key.recipient);
    let path = key.file.display().to_string();
    let rows = [
        ("touch", "", 0, "age-plugin-selkietest: touch the key"),
        (
            "pin",
            "1234\n",
            0,
            "age-plugin-selkietest: the PIN, please: ",
        ),
        ("pin", "9\n", 128, "age-plugin-selkietest: there is no card"),
        ("name", "nine\n", 0, "age-plugin-selkietest: which slot?: "),
        (
            "name",
            "ten\n",
            128,
            "age-plugin-selkietest: there is no card",
        ),
        (
            "choose",
            "what\ny\n",
            0,
            "age-plugin-selkietest: go on? (y: use it, n: stop): ",
        ),
        (
            "choose",
            "n\n",
            128,
            "age-plugin-selkietest: there is no card",
        ),
    ];
    for (mode, typed, status, expected) in rows {
        let env = [("SOPS_AGE_KEY_FILE", &path[..]), ("SELKIETEST_MODE", mode)];
        let output = decrypt(&bench, selkie(), std::slice::from_ref(&file), &env, typed);
        let shown = output.text();
        assert_eq!(output.status, Some(status), "{mode}: {shown}");
        assert!(shown.contains(expected), "{mode}: {shown}");
    }
    // The same questions are asked when encrypting.
    fs::write(bench.path("b.yaml"), "a: b\n").unwrap();
    let command = format!(
        "{} encrypt --age {} -i b.yaml",
        selkie().display(),
        key.recipient
    );
    let run = bench
        .run(Path::new("script"))
        .args(["-qec", &command, "/dev/null"]);
    let run = run.env("SELKIETEST_MODE", "pin").input("1234\n");
    assert_eq!(run.output().status, Some(0));
}
