//! What a run without cloud keys leaves alone: the network, the vendors' files, the authorities of TLS. No SDK is set up before a key of
//! its kind is met.

use std::fs;
use std::path::Path;

use selkie_tests::process::have_strace;
use selkie_tests::repository::selkie;
use selkie_tests::servers::tls::Authority;
use selkie_tests::{AgeKey, Run, scratch};

/// A call by which an SDK would show, and the run that makes it, as proof that it is seen.
struct Mark<'m> {
    /// What stands in the trace.
    shown: &'m str,
    /// The flag and the key of a vendor's.
    key: [&'m str; 2],
}

const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const NAME: &str = "projects/p/locations/global/keyRings/r/cryptoKeys/k";
/// Nobody listens there.
const VAULT: &str = "https://127.0.0.1:1/v1/transit/keys/k";

const MARKS: [Mark<'_>; 5] = [
    Mark {
        shown: "/.aws/",
        key: ["--kms", ARN],
    },
    Mark {
        shown: "/.config/gcloud/",
        key: ["--gcp-kms", NAME],
    },
    Mark {
        shown: "/.huaweicloud/",
        key: ["--hckms", "eu-test-1:0d0466b0-e727-4d9c-b35d-f84bb474a37f"],
    },
    Mark {
        shown: "/authority.pem",
        key: ["--hc-vault-transit", VAULT],
    },
    Mark {
        shown: "socket(",
        key: ["--hc-vault-transit", VAULT],
    },
];

/// The calls of a run that name files or speak to the network, and its status.
fn traced(folder: &Path, words: &[&str]) -> (String, Option<i32>) {
    let log = folder.join("trace");
    let output = Run::new("strace")
        .folder(folder)
        // Whatever a key of a vendor's needs to be asked for, and the machine is not.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("GCE_METADATA_HOST", "127.0.0.1:1")
        .env("SSL_CERT_FILE", folder.join("authority.pem"))
        .env("SELKIE_KEY_TIMEOUT", "3")
        .args(["-f", "-qq", "-e", "trace=%file,%network", "-o"])
        .arg(&log)
        .arg(selkie())
        .args(words)
        .output();
    (fs::read_to_string(&log).unwrap(), output.status)
}

#[test]
fn an_age_key_wakes_no_vendors_library() {
    have_strace();
    let folder = scratch();
    let folder = folder.path();
    for file in [
        ".aws/config",
        ".aws/credentials",
        ".config/gcloud/application_default_credentials.json",
        ".huaweicloud/credentials",
    ] {
        let file = folder.join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
    }
    Authority::new().file(folder);
    let key = AgeKey::make(folder, "key.txt");
    let keys = folder.join(".config/sops/age");
    fs::create_dir_all(&keys).unwrap();
    fs::copy(&key.file, keys.join("keys.txt")).unwrap();
    let write = || fs::write(folder.join("a.yaml"), "a: b\n").unwrap();

    for Mark { shown, key } in &MARKS {
        write();
        let (trace, status) = traced(folder, &["encrypt", key[0], key[1], "a.yaml"]);
        assert_eq!(status, Some(1), "{key:?}\n{trace}");
        assert!(trace.contains(shown), "{key:?} shows no {shown}\n{trace}");
    }
    write();
    for words in [
        &["encrypt", "-i", "--age", &key.recipient, "a.yaml"][..],
        &["decrypt", "a.yaml"],
        &["rotate", "-i", "a.yaml"],
        &["--version"],
    ] {
        let (trace, status) = traced(folder, words);
        assert_eq!(status, Some(0), "{words:?}\n{trace}");
        // Beside what the marks stand for: where authorities lie in the system, and the files of the others.
        let more = ["connect(", "/ssl/", "/certs/", "/.azure", "/.vault-token"];
        for part in MARKS.iter().map(|mark| mark.shown).chain(more) {
            let mut lines = trace.lines();
            let line = lines.find(|line| line.contains(part));
            assert_eq!(line, None, "{words:?}");
        }
    }
}
