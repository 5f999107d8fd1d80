//! The failure table of age keys: what is wrong, what is said, with which status, and that it ends in time.

use std::fs;
use std::time::{Duration, Instant};

use selkie_tests::Run;
use selkie_tests::repository::selkie;
use selkie_xtask::peers::{self, Sops};

use super::{Bench, text, variable};
use crate::failure::{self, Row, TIMEOUT};

#[test]
fn encrypting_says_what_is_wrong() {
    let bench = Bench::new();
    let plugin = bench.plugin(1).recipient;
    let ecdsa = bench.ssh("ecdsa").recipient;
    let with = |mode: &str| {
        vec![
            ("PATH".to_owned(), bench.search_path()),
            ("SELKIETEST_MODE".to_owned(), mode.to_owned()),
        ]
    };
    let missing = "age-plugin-selkietest is not in PATH";
    let rows = [
        ("no plugin", &plugin[..], Vec::new(), missing),
        (
            "a plugin that fails",
            &plugin,
            with("fail"),
            "there is no card",
        ),
        (
            "a plugin that ends",
            &plugin,
            with("die"),
            "ended too early",
        ),
        (
            "a plugin that says nonsense",
            &plugin,
            with("garble"),
            "cannot be understood",
        ),
        (
            // A plugin that hangs.
            failure::TIMED_OUT,
            &plugin,
            with("hang"),
            "said nothing for 3 s",
        ),
        (
            "no recipient",
            "age1pq1qqqq",
            Vec::new(),
            "not an age recipient",
        ),
    ];
    let rows = rows.map(|(wrong, key, env, says)| Row {
        wrong,
        key: ["--age", key],
        env,
        says,
    });
    let reason = "age asks no service, and a plugin can only hang: the other rows are what plugins do, and the next table what identities lack";
    let others = failure::WAYS.into_iter();
    let others: Vec<&str> = others.filter(|way| *way != failure::TIMED_OUT).collect();
    failure::complete(&rows, &[(&others, reason)]);
    failure::check(&rows, &[]);
    fs::write(bench.path("a.yaml"), "a: b\n").unwrap();
    let refused = bench
        .run(selkie())
        .args(["encrypt", "--age", &ecdsa])
        .arg("a.yaml");
    let refused = refused.output();
    assert_eq!(refused.status, Some(1), "{}", refused.stderr);
    let expected = "of ssh keys age knows ssh-ed25519 and ssh-rsa alone";
    assert!(refused.stderr.contains(expected), "{}", refused.stderr);
}

/// What is wrong, the recipient, the variables, and what is said.
type Decrypting<'r> = (&'r str, &'r str, &'r [(&'r str, &'r str)], &'r str);

#[test]
fn decrypting_says_what_is_wrong() {
    let bench = Bench::new();
    let (ssh, other) = (bench.ssh("ed25519"), bench.ssh("rsa"));
    let locked = bench.ssh("ed25519-locked");
    let (strong, stranger) = (bench.post_quantum("1.txt"), bench.post_quantum("2.txt"));
    let (plugin, foreign) = (bench.plugin(1), bench.plugin(2));
    let path = bench.search_path();
    let [other, locked_file, stranger, plugin_file, foreign] =
        [&other, &locked, &stranger, &plugin, &foreign].map(|key| text(&key.file));
    let (named, age) = ("SOPS_AGE_SSH_PRIVATE_KEY_FILE", "SOPS_AGE_KEY_FILE");
    let mode = "SELKIETEST_MODE";
    let bare = std::env::var("PATH").unwrap();
    let rows: &[Decrypting<'_>] = &[
        (
            "no ssh key",
            &ssh.recipient,
            &[],
            ".ssh/id_rsa: no such file",
        ),
        ("no key", &strong.recipient, &[], "keys.txt: no such file"),
        (
            "another ssh key",
            &ssh.recipient,
            &[(named, &other)],
            "its identity does not fit",
        ),
        (
            "an ssh key for none",
            &strong.recipient,
            &[(named, &other)],
            "for ssh recipients only",
        ),
        (
            "nobody to ask",
            &locked.recipient,
            &[(named, &locked_file)],
            "it is encrypted, and no passphrase could be asked for",
        ),
        (
            "another key",
            &strong.recipient,
            &[(age, &stranger)],
            "its identity does not fit",
        ),
        (
            "no plugin",
            &plugin.recipient,
            &[(age, &plugin_file), ("PATH", &bare)],
            "age-plugin-selkietest is not in PATH",
        ),
        (
            "another plugin key",
            &plugin.recipient,
            &[(age, &foreign)],
            "its identity does not fit",
        ),
        (
            "a plugin that fails",
            &plugin.recipient,
            &[(age, &plugin_file), (mode, "fail")],
            "age-plugin-selkietest: there is no card",
        ),
        (
            "a plugin that ends",
            &plugin.recipient,
            &[(age, &plugin_file), (mode, "die")],
            "age-plugin-selkietest ended too early",
        ),
        (
            "a plugin that says nonsense",
            &plugin.recipient,
            &[(age, &plugin_file), (mode, "garble")],
            "age-plugin-selkietest cannot be understood",
        ),
        (
            "a plugin that hangs",
            &plugin.recipient,
            &[(age, &plugin_file), (mode, "hang")],
            "age-plugin-selkietest said nothing for 3 s",
        ),
    ];
    for (wrong, recipient, env, says) in rows {
        let file = bench.sealed("a.json", recipient);
        let before = fs::read(&file).unwrap();
        // A session of its own has no terminal to ask on.
        let run = Run::new("setsid").arg("--wait").arg(selkie());
        let run = run
            .folder(bench.folder.path())
            .env("PATH", &path)
            .env("SELKIE_KEY_TIMEOUT", TIMEOUT.to_string());
        let run = env
            .iter()
            .fold(run, |run, (name, value)| run.env(name, value));
        let start = Instant::now();
        let output = run.args(["decrypt", "-i"]).arg(&file).output();
        let took = start.elapsed();
        assert!(took < Duration::from_secs(5 * TIMEOUT), "{wrong}: {took:?}");
        assert_eq!(output.status, Some(128), "{wrong}: {}", output.stderr);
        for part in [recipient, says] {
            assert!(
                output.stderr.contains(part),
                "{wrong}: {part}\n{}",
                output.stderr
            );
        }
        assert!(!output.stderr.contains("AGE-PLUGIN-"), "{}", output.stderr);
        assert_eq!(fs::read(&file).unwrap(), before, "{wrong}");
    }
}

#[test]
fn a_damaged_file_is_told_from_a_missing_key() {
    let bench = Bench::new();
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    for key in [
        bench.ssh("ed25519"),
        bench.post_quantum("1.txt"),
        bench.plugin(1),
    ] {
        let file = bench.sealed("a.json", &key.recipient);
        let sealed = fs::read_to_string(&file).unwrap();
        // The last line of the armoured file holds what authenticates the data key.
        let end = sealed.find("\\n-----END AGE").unwrap();
        let last = sealed[..end].rfind("\\n").unwrap() + 2;
        let letter = if sealed[last..].starts_with('A') {
            "B"
        } else {
            "A"
        };
        let damaged = format!("{}{letter}{}", &sealed[..last], &sealed[last + 1..]);
        fs::write(&file, damaged).unwrap();
        let variable = variable(&key);
        for (program, says) in [(selkie(), "is damaged"), (&*sops, "")] {
            let run = bench.run(program).env(variable, &key.file);
            let output = run.arg("decrypt").arg(&file).output();
            assert_eq!(output.status, Some(128), "{}", output.stderr);
            assert!(output.stderr.contains(says), "{}", output.stderr);
        }
    }
}
