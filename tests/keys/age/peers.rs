//! Each kind with the real age, both ways, and with the older sops where it knows the kind; hardware keys with a tag through age's
//! own plugins.

use std::fs;
use std::path::Path;

use selkie_tests::repository::selkie;
use selkie_xtask::peers::{self, Sops};
use serde_json::Value;

use super::{Bench, Key, text, variable};

/// The wrapped data key of a file.
fn wrapped(file: &Path) -> (Value, String) {
    let sealed: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let key = sealed["sops"]["age"][0]["enc"].as_str().unwrap().to_owned();
    (sealed, key)
}

#[test]
fn age_opens_what_we_wrap_and_we_open_what_it_wraps() {
    let bench = Bench::new();
    let own = bench.path("own.txt");
    let made = bench.run(selkie()).args(["keygen", "--pq", "-o"]).arg(&own);
    let own = Key {
        recipient: made.succeed().text().trim_end().to_owned(),
        file: own,
    };
    let keys = [
        bench.ssh("ed25519"),
        bench.ssh("rsa"),
        bench.ssh("rsa-pem"),
        bench.post_quantum("pq.txt"),
        own,
        bench.plugin(1),
    ];
    for key in keys {
        let file = bench.sealed("a.json", &key.recipient);
        let (mut sealed, enc) = wrapped(&file);
        let age = || bench.run(&peers::age().unwrap());
        let open = age().arg("--decrypt").arg("--identity").arg(&key.file);
        let data_key = open.input(enc.clone()).succeed().stdout;
        assert_eq!(data_key.len(), 32, "{}", key.recipient);
        let seal = age().args(["--encrypt", "--armor", "--recipient", &key.recipient]);
        let again = seal.input(data_key).succeed().text();
        assert_ne!(again, enc);
        sealed["sops"]["age"][0]["enc"] = Value::String(again);
        fs::write(&file, sealed.to_string()).unwrap();
        let decrypt = bench.run(selkie()).arg("decrypt").arg(&file);
        let opened = decrypt.env(variable(&key), &key.file).succeed();
        let opened: Value = serde_json::from_slice(&opened.stdout).unwrap();
        assert_eq!(opened["a"], "b", "{}", key.recipient);
    }
}

#[test]
fn the_older_sops_agrees_on_the_kinds_that_it_knows() {
    let bench = Bench::new();
    let sops = peers::sops(Sops::V3_11_0).unwrap();
    for key in [bench.ssh("ed25519"), bench.ssh("rsa"), bench.plugin(1)] {
        for (one, other) in [(selkie(), &*sops), (&*sops, selkie())] {
            let file = bench.path("a.yaml");
            fs::write(&file, "a: b\n").unwrap();
            let encrypt = bench
                .run(one)
                .args(["encrypt", "--age", &key.recipient, "-i"]);
            encrypt.arg(&file).succeed();
            let decrypt = bench.run(other).arg("decrypt").arg(&file);
            let opened = decrypt.env(variable(&key), &key.file).succeed();
            assert_eq!(opened.text(), "a: b\n", "{}", key.recipient);
        }
    }
}

/// The recipients of `age-plugin-tagtest`, and its one identity.
const TAG: &str = "age1tag1qwe0kafsjrar4txm6heqnhpfuggzr0gvznz7fvygxrlq90u5mq2pysxtw6h";
const TAG_IDENTITY: &str = include_str!("tagtest.txt");
const TAG_POST_QUANTUM: &str = include_str!("tagtest-pq.pub");

#[test]
fn hardware_keys_with_a_tag_are_encrypted_for_and_opened_by_their_plugin() {
    let bench = Bench::new();
    let plugins = peers::age_plugins().unwrap();
    for plugin in ["age-plugin-tag", "age-plugin-tagpq", "age-plugin-tagtest"] {
        fs::copy(plugins.join(plugin), bench.path("bin").join(plugin)).unwrap();
    }
    let identity = bench.path("tag.txt");
    fs::write(&identity, TAG_IDENTITY).unwrap();
    let sops = peers::sops(Sops::V3_13_3).unwrap();
    for recipient in [TAG, TAG_POST_QUANTUM.trim_end()] {
        for (one, other) in [(selkie(), &*sops), (&*sops, selkie())] {
            let file = bench.path("a.yaml");
            fs::write(&file, "a: b\n").unwrap();
            let encrypt = bench.run(one).args(["encrypt", "--age", recipient, "-i"]);
            encrypt.arg(&file).succeed();
            let decrypt = bench.run(other).arg("decrypt").arg(&file);
            let opened = decrypt.env("SOPS_AGE_KEY_FILE", text(&identity)).succeed();
            assert_eq!(opened.text(), "a: b\n", "{recipient}");
        }
    }
}

#[test]
fn the_example_works() {
    let bench = Bench::new();
    let example = selkie_tests::repository::top().join("examples/keys/age");
    fs::create_dir(bench.path("archive")).unwrap();
    for (from, to) in [
        (".sops.yaml", ".sops.yaml"),
        ("app.yaml", "app.yaml"),
        ("app.yaml", "archive/app.yaml"),
    ] {
        fs::copy(example.join(from), bench.path(to)).unwrap();
    }
    let plain = fs::read_to_string(example.join("app.yaml")).unwrap();
    let vectors = selkie_tests::repository::top().join("tests/vectors");
    let strong = vectors.join("age/post-quantum.txt");
    let rows = [
        (
            "app.yaml",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
            vectors.join("ssh/ed25519"),
        ),
        (
            "app.yaml",
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
            vectors.join("ssh/rsa"),
        ),
        ("archive/app.yaml", "SOPS_AGE_KEY_FILE", strong),
    ];
    for file in ["app.yaml", "archive/app.yaml"] {
        let said = bench
            .run(selkie())
            .args(["encrypt", "-i", file])
            .succeed()
            .stderr;
        assert_eq!(said, "");
    }
    for (file, variable, key) in rows {
        let decrypt = bench
            .run(selkie())
            .env(variable, key)
            .args(["decrypt", file]);
        assert_eq!(decrypt.succeed().text(), plain);
    }
}
