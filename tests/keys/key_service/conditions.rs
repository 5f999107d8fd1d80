//! Under which conditions our key service serves: where it listens, what it tells, whom it asks, what it keeps.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use selkie_tests::repository::selkie;
use selkie_tests::{AgeKey, Output, Run, scratch};

use super::served::{Client, Served, Whose};

/// A service with an identity, and a client whose file is for it.
fn served(flags: &[&str], answers: &str) -> (Served, Client) {
    let env = [("SOPS_AGE_KEY_FILE", Path::new("key.txt"))];
    let served = Served::start_with_answers(Whose::Ours, "unix", &env, flags, answers);
    // The service reads it when it is needed.
    let key = AgeKey::make(served.folder(), "key.txt");
    let client = Client::new(Whose::Ours, &served.address);
    client.write("a: s3cret value\n");
    client.succeed(&["encrypt", "-i", "--age", &key.recipient]);
    (served, client)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn each_call_is_one_line_without_values() {
    let (served, client) = served(&[], "");
    client.succeed(&["decrypt"]);
    let log = served.log();
    let lines: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("crypt age age1"))
        .collect();
    assert_eq!(lines.len(), 2, "{log}");
    for (line, operation) in lines.iter().zip(["encrypt", "decrypt"]) {
        let (time, rest) = line.split_once(' ').unwrap();
        assert!(time.ends_with('Z') && time.contains('T'), "{line}");
        assert!(rest.starts_with(operation), "{line}");
        assert!(
            rest.contains(" for uid ") && rest.contains(", pid "),
            "{line}"
        );
        assert!(rest.contains(": done ["), "{line}");
    }
    for secret in ["s3cret", "AGE-SECRET-KEY", "BEGIN AGE"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn a_person_is_asked_each_time() {
    // For the encryption, and twice for decrypting; then nobody answers.
    let (served, client) = served(&["--prompt"], "y\ny\nn\n");
    client.succeed(&["decrypt"]);
    for _ in 0..2 {
        let output = client.run(&["decrypt"]);
        assert_eq!(output.status, Some(128));
        assert!(
            output.stderr.contains("or its person said no"),
            "{}",
            output.stderr
        );
    }
    let log = served.log();
    assert_eq!(log.matches(": answer? (y/n)").count(), 4, "{log}");
    assert_eq!(
        log.matches("refused by the person asked").count(),
        2,
        "{log}"
    );
}

#[test]
fn what_is_unlocked_is_not_asked_for_again_until_a_hangup() {
    let (served, client) = served(&["--prompt", "--unlock", "1h"], "y\ny\n");
    for _ in 0..3 {
        client.succeed(&["decrypt"]);
    }
    assert_eq!(
        served.log().matches("done, from memory").count(),
        2,
        "{}",
        served.log()
    );
    served.signal("HUP");
    // The signal is taken by a thread of its own.
    let start = Instant::now();
    while client.run(&["decrypt"]).status == Some(0) {
        assert!(start.elapsed() < Duration::from_mins(1), "{}", served.log());
    }
    assert_eq!(client.run(&["decrypt"]).status, Some(128));
}

#[test]
fn what_is_unlocked_is_forgotten_in_time() {
    let (served, client) = served(&["--prompt", "--unlock", "2s"], "y\ny\n");
    client.succeed(&["decrypt"]);
    thread::sleep(Duration::from_secs(4));
    assert_eq!(
        client.run(&["decrypt"]).status,
        Some(128),
        "{}",
        served.log()
    );
}

#[test]
fn the_socket_is_its_users_alone_and_goes_with_the_service() {
    let folder = scratch();
    let socket = folder.path().join("made/for/it/s");
    let (mut served, client) = served(&[], "");
    assert_eq!(mode(served.folder()), 0o700);
    assert_eq!(mode(&served.folder().join("s")), 0o600);
    let again = keyservice(&["--net", "unix", "--addr", "s"], served.folder());
    refused(&again, "a process listens there already");
    client.succeed(&["decrypt"]);
    served.signal("TERM");
    assert!(served.server.ended().success(), "{}", served.log());
    assert!(!served.folder().join("s").exists());
    let output = client.run(&["decrypt"]);
    assert!(
        output.stderr.contains("the service cannot be reached"),
        "{}",
        output.stderr
    );
    // What a killed one leaves is taken away by the next.
    for _ in 0..2 {
        let at = socket.display().to_string();
        let words = [
            "-s",
            "KILL",
            "2",
            selkie().to_str().unwrap(),
            "keyservice",
            "--net",
            "unix",
            "--addr",
            &at,
        ];
        let output = Run::new("timeout")
            .args(words)
            .folder(folder.path())
            .output();
        assert!(output.stderr.contains("listening on"), "{}", output.stderr);
        assert_eq!(mode(socket.parent().unwrap()), 0o700);
        assert!(socket.exists());
    }
}

fn keyservice(words: &[&str], folder: &Path) -> Output {
    Run::new(selkie())
        .arg("keyservice")
        .args(words)
        .folder(folder)
        .output()
}

#[track_caller]
fn refused(output: &Output, says: &str) {
    assert_eq!(output.status, Some(1), "{}", output.stderr);
    assert!(output.stderr.contains(says), "{says}\n{}", output.stderr);
}

#[test]
fn places_that_others_reach_are_refused() {
    let folder = scratch();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    fs::create_dir(folder.path().join("own")).unwrap();
    fs::set_permissions(folder.path().join("own"), fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(folder.path().join("own/file"), "").unwrap();
    let rows: [(&[&str], &str); 8] = [
        (&["--addr", "0.0.0.0:0"], "other machines reach it"),
        (&["--addr", "[::]:0"], "other machines reach it"),
        (&["--addr", "nonsense"], "no address to listen on"),
        (&["--net", "udp"], "udp: no kind of network"),
        (
            &["--net", "unix", "--addr", "s"],
            "its folder is open to others",
        ),
        (
            &["--net", "unix", "--addr", "own/file"],
            "something that is no socket is there",
        ),
        (&["--net", "unix"], "there is no place for a socket"),
        (&["--unlock", "forever"], "no duration, or more than a day"),
    ];
    for (words, says) in rows {
        refused(&keyservice(words, folder.path()), says);
    }
    let words = [
        "-s",
        "KILL",
        "2",
        selkie().to_str().unwrap(),
        "keyservice",
        "--insecure",
        "--addr",
        "0.0.0.0:0",
    ];
    let output = Run::new("timeout")
        .args(words)
        .folder(folder.path())
        .output();
    assert!(
        output.stderr.contains("listening on tcp://0.0.0.0:"),
        "{}",
        output.stderr
    );
}
