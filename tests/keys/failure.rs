//! The failure table of a kind: what is wrong, what our program says, with which status, and that it ends in time.

use std::time::{Duration, Instant};

use selkie_tests::repository::selkie;
use selkie_tests::{Run, scratch};
use selkie_xtask::peers::{self, Sops};

/// What the program allows for a key in these tests, in seconds.
pub(crate) const TIMEOUT: u64 = 3;

/// What the row of a key that is in another region, project or vault calls itself.
pub(crate) const ELSEWHERE: &str = "the key is elsewhere";

/// What the row of a service that begins to answer and never ends calls itself: its message is that of one that says nothing.
pub(crate) const ENDLESS: &str = "an answer that never ends";

/// What is said when the time is over.
pub(crate) const TIMED_OUT: &str = "no answer within";

/// How a key at a vendor can fail: what the message of a row says, or what the row calls itself.
pub(crate) const WAYS: [&str; 11] = [
    "there are no credentials",
    "the credentials are refused",
    "there is no such key",
    "the key is disabled",
    ELSEWHERE,
    "the service cannot be reached",
    TIMED_OUT,
    ENDLESS,
    "the service is asked too often",
    "the service fails",
    "signed by nobody known here",
];

/// One way to fail.
pub(crate) struct Row<'r> {
    /// What is wrong, for the message of the test.
    pub(crate) wrong: &'r str,
    /// The flag and the key to encrypt with.
    pub(crate) key: [&'r str; 2],
    pub(crate) env: Vec<(String, String)>,
    /// The cause, which the message must name beside the key.
    pub(crate) says: &'r str,
}

/// Encrypts with the key of each row: that must fail with the status of SOPS, name the key and the cause, no secret, and leave nothing.
pub(crate) fn check(rows: &[Row<'_>], secrets: &[&str]) {
    for row in rows {
        let folder = scratch();
        std::fs::write(folder.path().join("a.yaml"), "a: b\n").unwrap();
        let run = Run::new(selkie())
            .folder(folder.path())
            .env("SELKIE_KEY_TIMEOUT", TIMEOUT.to_string());
        let envs = row.env.iter();
        let run = envs.fold(run, |run, (name, value)| run.env(name, value));
        let start = Instant::now();
        let words = ["encrypt", "-i", row.key[0], row.key[1], "a.yaml"];
        let output = run.args(words).output();
        let took = start.elapsed();
        let wrong = row.wrong;
        assert!(took < Duration::from_secs(5 * TIMEOUT), "{wrong}: {took:?}");
        assert_eq!(output.status, Some(1), "{wrong}: {}", output.stderr);
        for part in [row.key[1], row.says] {
            assert!(
                output.stderr.contains(part),
                "{wrong}: {part}\n{}",
                output.stderr
            );
        }
        for secret in secrets {
            assert!(
                !output.stderr.contains(secret),
                "{wrong}: {}",
                output.stderr
            );
        }
        let left = std::fs::read_to_string(folder.path().join("a.yaml")).unwrap();
        assert_eq!(left, "a: b\n", "{wrong}");
    }
}

/// One way in which a file does not open although the key's service is asked.
pub(crate) struct Unopened<'r> {
    /// What is wrong, for the message of the test.
    pub(crate) wrong: &'r str,
    /// The sealed file.
    pub(crate) text: String,
    pub(crate) env: Vec<(String, String)>,
    /// The cause, which the message must name beside the key.
    pub(crate) says: &'r str,
    /// Whether the real sops is asked for its status, too.
    pub(crate) beside_sops: bool,
}

/// Decrypts the file of each row: that must fail with the status of SOPS, name `key` and the cause, no secret, and how long it took if
/// somebody waited.
pub(crate) fn unopened(key: &str, rows: &[Unopened<'_>], secrets: &[&str]) {
    let folder = scratch();
    let decrypt = |program: &std::path::Path, row: &Unopened<'_>| {
        std::fs::write(folder.path().join("a.yaml"), &row.text).unwrap();
        let run = Run::new(program)
            .folder(folder.path())
            .env("SELKIE_KEY_TIMEOUT", TIMEOUT.to_string());
        let envs = row.env.iter();
        let run = envs.fold(run, |run, (name, value)| run.env(name, value));
        run.args(["decrypt", "a.yaml"]).output()
    };
    for row in rows {
        let wrong = row.wrong;
        let start = Instant::now();
        let output = decrypt(selkie(), row);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(5 * TIMEOUT), "{wrong}: {took:?}");
        assert_eq!(output.status, Some(128), "{wrong}: {}", output.stderr);
        let waited = if row.says.starts_with(TIMED_OUT) {
            " s]"
        } else {
            ""
        };
        for part in [key, row.says, waited] {
            let said = &output.stderr;
            assert!(said.contains(part), "{wrong}: {part}\n{said}");
        }
        for secret in secrets {
            assert!(
                !output.stderr.contains(secret),
                "{wrong}: {}",
                output.stderr
            );
        }
        assert_eq!(output.stdout, b"", "{wrong}");
        if row.beside_sops {
            let theirs = decrypt(&peers::sops(Sops::V3_13_3).unwrap(), row);
            assert_eq!(theirs.status, Some(128), "sops, {wrong}: {}", theirs.stderr);
        }
    }
}

/// That the table has a row for each way to fail, but for those that a kind does not know, which stand here with the reason.
pub(crate) fn complete(rows: &[Row<'_>], unknown: &[(&[&str], &str)]) {
    for way in WAYS {
        let has_row = rows
            .iter()
            .any(|row| row.says.contains(way) || row.wrong == way);
        let is_unknown = unknown.iter().any(|(ways, _)| ways.contains(&way));
        assert!(
            has_row != is_unknown,
            "{way}: row {has_row}, unknown {is_unknown}"
        );
    }
}
