//! `OpenPGP` keys, with the real gpg: a throw-away keyring, its agent, and programs in gpg's place that fail in one way each.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use selkie_tests::repository::{selkie, top};
use selkie_tests::servers::gnupg::{Gnupg, Recipe};
use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};

use crate::failure::{self, Row, TIMEOUT};
use crate::matrix::{self, Kind};

const LONG_AGO: &str = "20200102T030405";
const PASSPHRASE: &str = "a passphrase of a test";

fn env(gnupg: &Gnupg) -> Vec<(String, String)> {
    let home = gnupg.home().display().to_string();
    vec![("GNUPGHOME".to_owned(), home)]
}

/// A script in gpg's place.
fn program(folder: &Path, name: &str, script: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn matrix() {
    let gnupg = Gnupg::new();
    let keys = [gnupg.key(Recipe::default()), gnupg.key(Recipe::default())];
    matrix::check(&Kind {
        flag: "pgp",
        rule: "pgp",
        group: format!("pgp: [{}]", keys[0]),
        keys,
        env: env(&gnupg),
        apart: Vec::new(),
        before: Vec::new(),
    });
}

#[test]
fn failures_to_encrypt() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let expired = gnupg.key(Recipe {
        expires: "1d",
        made: Some(LONG_AGO),
        ..Recipe::default()
    });
    let revoked = gnupg.key(Recipe::default());
    gnupg.revoke(&revoked);
    let disabled = gnupg.key(Recipe::default());
    gnupg.disable(&disabled);
    let signs = Recipe {
        usage: "sign",
        made: Some(LONG_AGO),
        ..Recipe::default()
    };
    let sign_only = gnupg.key(signs);
    let subkey_expired = gnupg.key(signs);
    let subkey = gnupg.subkey(&subkey_expired, "1d", Some(LONG_AGO));
    let expired_subkey = format!("{subkey}!");
    let good = gnupg.key(Recipe::default());
    let missing = "0123456789012345678901234567890123456789";
    let script = |name, script| {
        let path = program(folder.path(), name, script);
        vec![("SOPS_GPG_EXEC".to_owned(), path.display().to_string())]
    };
    let row = |wrong, key, says, more: Vec<_>| Row {
        wrong,
        key: ["--pgp", key],
        env: env(&gnupg).into_iter().chain(more).collect(),
        says,
    };
    let no_program = vec![("SOPS_GPG_EXEC".to_owned(), "/no/such/gpg".to_owned())];
    let rows = [
        row(
            "no program",
            good.as_str(),
            "there is no program /no/such/gpg: install GnuPG",
            no_program,
        ),
        row(
            "no key",
            missing,
            "there is no such key: import the public key",
            vec![],
        ),
        row(
            "an empty keyring",
            &good,
            "there is no such key",
            vec![("GNUPGHOME".to_owned(), folder.path().display().to_string())],
        ),
        row(
            "no fingerprint",
            "ada@example.invalid",
            "it is no fingerprint",
            vec![],
        ),
        row(
            "expired",
            &expired,
            "the key is disabled (expired): prolong it",
            vec![],
        ),
        row("revoked", &revoked, "the key is disabled (revoked)", vec![]),
        row(
            "disabled",
            &disabled,
            "the key is disabled: enable it",
            vec![],
        ),
        row(
            "nothing to encrypt with",
            &sign_only,
            "it cannot encrypt",
            vec![],
        ),
        row(
            "its subkey expired",
            &subkey_expired,
            "the key is disabled (expired)",
            vec![],
        ),
        row(
            "a subkey that expired",
            &expired_subkey,
            "the key is disabled (expired)",
            vec![],
        ),
        row(
            "hangs",
            &good,
            "no answer within 3 s: see whether gpg-agent hangs",
            script("hangs", "exec sleep 100"),
        ),
        row(
            "hangs in a child",
            &good,
            "no answer within 3 s",
            script("child", "sleep 20; exit 0"),
        ),
        row(
            "hangs in silence",
            &good,
            "no answer within 3 s",
            script("silent", "exec >&- 2>&-; exec sleep 100"),
        ),
        row(
            failure::ENDLESS,
            &good,
            "no answer within 3 s",
            script("endless", "while echo x; do sleep 0.1; done"),
        ),
        row(
            "fails",
            &good,
            "the service refuses the request",
            script("fails", "exit 2"),
        ),
        row(
            "says nothing",
            &good,
            "the answer cannot be understood",
            script("nothing", "exit 0"),
        ),
        row(
            "says anything",
            &good,
            "the answer cannot be understood",
            script("anything", "echo anything"),
        ),
        row(
            "says too much",
            &good,
            "the answer cannot be understood",
            script("much", "exec yes"),
        ),
    ];
    failure::complete(
        &rows,
        &[
            (
                &["there are no credentials", "the credentials are refused"],
                "a public key asks for none; `failures_to_decrypt` has what a private key asks for",
            ),
            (
                &[
                    failure::ELSEWHERE,
                    "the service cannot be reached",
                    "the service is asked too often",
                    "the service fails",
                    "signed by nobody known here",
                ],
                "gpg asks no service",
            ),
        ],
    );
    failure::check(&rows, &[]);
}

/// Encrypts a file for `key` with our program, and gives what decrypts it.
fn sealed(gnupg: &Gnupg, folder: &Path, key: &str) -> Run {
    fs::write(folder.join("a.yaml"), "a: b\n").unwrap();
    let run = Run::new(selkie())
        .folder(folder)
        .env("GNUPGHOME", gnupg.home());
    run.clone()
        .args(["encrypt", "-i", "--pgp", key, "a.yaml"])
        .succeed();
    run.env("SELKIE_KEY_TIMEOUT", TIMEOUT.to_string())
        .args(["decrypt", "a.yaml"])
}

#[track_caller]
fn refuses(output: &Output, says: &str) {
    assert_eq!(output.status, Some(128), "{}", output.stderr);
    assert!(output.stderr.contains(says), "{says}\n{}", output.stderr);
    assert!(output.stdout.is_empty());
}

#[test]
fn failures_to_decrypt() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let key = gnupg.key(Recipe::default());
    let decrypt = sealed(&gnupg, folder.path(), &key);
    let stranger = Gnupg::new();
    refuses(
        &decrypt.clone().env("GNUPGHOME", stranger.home()).output(),
        "gpg has no secret key for it",
    );
    let script = |name: &str, script: &str| {
        let path = program(folder.path(), name, script);
        decrypt.clone().env("SOPS_GPG_EXEC", path).output()
    };
    let rows = [
        ("exit 2", "it was not wrapped with this key"),
        ("exit 0", "it was not wrapped with this key"),
        (
            "echo '[GNUPG:] DECRYPTION_OKAY' >&2",
            "the message may need a newer GnuPG",
        ),
        ("echo '[GNUPG:] DECRYPTION_OKAY' >&2; echo short", "128"),
        ("exec sleep 100", "no answer within 3 s"),
        (
            "exec yes '[GNUPG:] ENC_TO 0D 1 0' >&2",
            "it was not wrapped with this key",
        ),
        ("exec yes", "the answer cannot be understood"),
    ];
    for (number, (text, says)) in rows.into_iter().enumerate() {
        let start = Instant::now();
        let output = script(&format!("p{number}"), text);
        assert!(start.elapsed() < Duration::from_secs(5 * TIMEOUT), "{text}");
        if says == "128" {
            // Success, but no key: that is found out behind gpg.
            assert_ne!(output.status, Some(0), "{text}");
        } else {
            refuses(&output, says);
        }
    }
}

#[test]
fn a_passphrase_may_be_given_or_not() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let key = gnupg.key(Recipe {
        passphrase: PASSPHRASE,
        ..Recipe::default()
    });
    gnupg.set("gpg-agent.conf", "pinentry-program /no/such/pinentry");
    let decrypt = sealed(&gnupg, folder.path(), &key);
    refuses(&decrypt.output(), "the passphrase cannot be asked for here");
    let file = folder.path().join("passphrase");
    gnupg.set(
        "gpg.conf",
        &format!("pinentry-mode loopback\npassphrase-file {}", file.display()),
    );
    fs::write(&file, "another").unwrap();
    let output = decrypt.output();
    refuses(&output, "the credentials are refused (bad passphrase)");
    fs::write(&file, PASSPHRASE).unwrap();
    assert_eq!(decrypt.succeed().text(), "a: b\n");
}

/// A pinentry whose person takes longer than a key may.
fn slow_pinentry(gnupg: &Gnupg, answer: &str) {
    let log = gnupg.home().join("pinentry.log");
    let script = format!(
        r#"echo "OK ready"
while read -r line; do
  echo "$line" >> {log}
  case "$line" in
    GETPIN*) sleep {seconds}; {answer};;
    BYE*) echo OK; exit 0;;
    *) echo OK;;
  esac
done"#,
        log = log.display(),
        seconds = TIMEOUT + 2,
    );
    let path = program(gnupg.home(), "pinentry", &script);
    gnupg.set(
        "gpg-agent.conf",
        &format!("pinentry-program {}", path.display()),
    );
}

#[test]
fn a_person_may_take_longer_than_a_key() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let key = gnupg.key(Recipe {
        passphrase: PASSPHRASE,
        ..Recipe::default()
    });
    slow_pinentry(&gnupg, &format!("echo 'D {PASSPHRASE}'; echo OK"));
    let decrypt = sealed(&gnupg, folder.path(), &key);
    assert_eq!(decrypt.succeed().text(), "a: b\n");
}

#[test]
fn a_person_may_refuse() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let key = gnupg.key(Recipe {
        passphrase: PASSPHRASE,
        ..Recipe::default()
    });
    slow_pinentry(&gnupg, "echo 'ERR 83886179 cancelled'");
    let decrypt = sealed(&gnupg, folder.path(), &key);
    refuses(&decrypt.output(), "the credentials are refused (cancelled)");
}

#[test]
fn the_pinentry_is_told_the_terminal() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let key = gnupg.key(Recipe {
        passphrase: PASSPHRASE,
        ..Recipe::default()
    });
    slow_pinentry(&gnupg, &format!("echo 'D {PASSPHRASE}'; echo OK"));
    sealed(&gnupg, folder.path(), &key);
    let command = format!("tty; {} decrypt a.yaml < /dev/null", selkie().display());
    let shown = Run::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("GNUPGHOME", gnupg.home())
        .folder(folder.path())
        .succeed()
        .text();
    assert!(shown.contains("a: b"), "{shown}");
    let terminal = shown.lines().next().unwrap().trim();
    let log = fs::read_to_string(gnupg.home().join("pinentry.log")).unwrap();
    assert!(
        log.contains(&format!("OPTION ttyname={terminal}")),
        "{terminal}\n{log}"
    );
}

#[test]
fn a_subkey_may_be_named() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let key = gnupg.key(Recipe::default());
    let newer = gnupg.subkey(&key, "never", None);
    let first = gnupg
        .gpg(&["--with-colons", "--list-keys", &key], "")
        .text();
    let first = first
        .lines()
        .filter(|line| line.starts_with("fpr:"))
        .nth(1)
        .unwrap();
    let first = first.split(':').nth(9).unwrap().to_owned();
    assert_ne!(first, newer);
    for subkey in [&first, &newer] {
        let decrypt = sealed(&gnupg, folder.path(), &format!("{subkey}!"));
        assert_eq!(decrypt.succeed().text(), "a: b\n");
        let sealed = fs::read_to_string(folder.path().join("a.yaml")).unwrap();
        assert!(sealed.contains(&format!("fp: {subkey}!")), "{sealed}");
        let message: String = sealed
            .lines()
            .map(str::trim)
            .skip_while(|line| !line.starts_with("-----BEGIN PGP"))
            .take_while(|line| !line.starts_with("fp:"))
            .flat_map(|line| [line, "\n"])
            .collect();
        let opened = gnupg.gpg(&["-d"], &message);
        let id = &subkey[subkey.len() - 16..];
        assert!(
            opened.stderr.contains(&format!("ENC_TO {id} ")),
            "{}",
            opened.stderr
        );
        let sops = peers::sops(Sops::V3_13_3).unwrap();
        let sops = Run::new(sops)
            .folder(folder.path())
            .env("GNUPGHOME", gnupg.home());
        assert_eq!(sops.args(["decrypt", "a.yaml"]).succeed().text(), "a: b\n");
    }
}

#[test]
fn the_example_works() {
    let gnupg = Gnupg::new();
    let folder = scratch();
    let key = gnupg.key(Recipe::default());
    let example = top().join("examples/keys/pgp");
    let rules = fs::read_to_string(example.join(".sops.yaml")).unwrap();
    let named = "295DB061582F868B55E96AB267EB37A64A17C500";
    assert!(rules.contains(named));
    fs::write(folder.path().join(".sops.yaml"), rules.replace(named, &key)).unwrap();
    let plain = fs::read_to_string(example.join("values.yaml")).unwrap();
    fs::write(folder.path().join("values.yaml"), &plain).unwrap();
    let run = Run::new(selkie())
        .folder(folder.path())
        .env("GNUPGHOME", gnupg.home());
    run.clone().args(["encrypt", "-i", "values.yaml"]).succeed();
    assert_eq!(run.args(["decrypt", "values.yaml"]).succeed().text(), plain);
}
