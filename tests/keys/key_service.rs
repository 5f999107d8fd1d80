//! Key services in other processes: the real sops asks ours, ours asks the real one's, and what ours refuses.

mod conditions;
mod kinds;
mod secure;
mod served;

use std::path::Path;

use selkie_tests::servers::broken::{Broken, Manner};
use selkie_tests::servers::gnupg::{Gnupg, Recipe};
use selkie_tests::{AgeKey, scratch};

use crate::failure::{self, Row};
use crate::matrix::{self, Kind};
use served::{Client, Served, Whose};

/// Everything that must work with a key, with a keyring that only the service has.
fn matrix(whose: Whose, network: &str) {
    let gnupg = Gnupg::new();
    let empty = Gnupg::new();
    let keys = [gnupg.key(Recipe::default()), gnupg.key(Recipe::default())];
    let served = Served::start(whose, network, &[("GNUPGHOME", gnupg.home())], &[]);
    let home = empty.home().display().to_string();
    matrix::check(&Kind {
        flag: "pgp",
        rule: "pgp",
        group: format!("pgp: [{}]", keys[0]),
        keys,
        env: vec![
            ("SOPS_KEYSERVICE".to_owned(), served.address.clone()),
            ("GNUPGHOME".to_owned(), home),
        ],
        apart: Vec::new(),
        before: Vec::new(),
    });
}

#[test]
fn matrix_with_our_service() {
    matrix(Whose::Ours, "unix");
}

#[test]
fn matrix_with_the_service_of_sops() {
    matrix(Whose::Theirs, "tcp");
}

#[test]
fn each_program_asks_either_service_over_either_network() {
    for whose in [Whose::Ours, Whose::Theirs] {
        for network in ["tcp", "unix"] {
            let folder = scratch();
            let key = AgeKey::make(folder.path(), "key.txt");
            let served = Served::start(whose, network, &[("SOPS_AGE_KEY_FILE", &key.file)], &[]);
            for client in [Whose::Ours, Whose::Theirs] {
                let client = Client::new(client, &served.address);
                client.write("a: b\n");
                client.succeed(&["encrypt", "-i", "--age", &key.recipient]);
                assert_eq!(client.succeed(&["decrypt"]), "a: b\n");
                client.succeed(&["rotate", "-i"]);
                assert_eq!(client.succeed(&["decrypt"]), "a: b\n");
            }
        }
    }
}

#[test]
fn this_process_comes_first() {
    let folder = scratch();
    let [mine, theirs] = ["mine", "theirs"].map(|name| AgeKey::make(folder.path(), name));
    let served = Served::start(
        Whose::Ours,
        "unix",
        &[("SOPS_AGE_KEY_FILE", &theirs.file)],
        &[],
    );
    let mut client = Client::new(Whose::Ours, &served.address);
    client.local = true;
    client.write("a: b\n");
    client.succeed(&["encrypt", "-i", "--age", &mine.recipient]);
    client.identity = Some(mine.file.clone());
    assert_eq!(client.succeed(&["decrypt"]), "a: b\n");
    assert!(!served.log().contains(&mine.recipient), "{}", served.log());
    client.identity = None;
    let output = client.run(&["decrypt"]);
    assert_eq!(output.status, Some(128));
    let said = format!("{}: the service refuses the request", served.address);
    assert!(output.stderr.contains(&said), "{}", output.stderr);
    client.write("a: b\n");
    client.succeed(&["encrypt", "-i", "--age", &theirs.recipient]);
    assert_eq!(client.succeed(&["decrypt"]), "a: b\n");
}

/// A row of the failure table: encrypting for `recipient` by the service at `address` alone.
fn row<'r>(
    wrong: &'r str,
    recipient: &'r str,
    address: &str,
    says: &'r str,
    more: &[(&str, &Path)],
) -> Row<'r> {
    let more = more
        .iter()
        .map(|(name, value)| (*name, value.display().to_string()));
    let env = [
        ("SOPS_KEYSERVICE", address.to_owned()),
        ("SOPS_ENABLE_LOCAL_KEYSERVICE", "false".to_owned()),
    ];
    Row {
        wrong,
        key: ["--age", recipient],
        env: env
            .into_iter()
            .chain(more)
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        says,
    }
}

#[test]
fn failures() {
    let folder = scratch();
    let key = AgeKey::make(folder.path(), "key.txt");
    let silent = format!("tcp://{}", Broken::start(Manner::Silent).address);
    let failing = format!("tcp://{}", Broken::start(Manner::Status(503, "{}")).address);
    let listed = Served::start(Whose::Ours, "unix", &[], &["--allow", "age1another"]);
    let asking = Served::start(Whose::Ours, "unix", &[], &["--prompt"]);
    let denied = "the credentials are refused (gRPC PermissionDenied)";
    let gone = "the service cannot be reached";
    let rows = [
        ("nobody listens", "tcp://127.0.0.1:1", gone),
        ("no socket", "unix:///no/such/socket", gone),
        ("silence", &silent, "no answer within 3 s"),
        ("no gRPC", &failing, gone),
        ("not on the list", &listed.address, denied),
        ("nobody to ask", &asking.address, denied),
    ];
    let rows = rows.map(|(wrong, address, says)| row(wrong, &key.recipient, address, says, &[]));
    let own = "the key's own service fails so, and a key service does not say how: its log does";
    let unknown: [(&[&str], &str); 3] = [
        (
            &[
                "there are no credentials",
                "there is no such key",
                "the key is disabled",
                failure::ELSEWHERE,
                "the service is asked too often",
                "the service fails",
            ],
            own,
        ),
        (
            &["signed by nobody known here"],
            "the table of key services over TLS has it",
        ),
        (
            &[failure::ENDLESS],
            "who begins to answer in another protocol is found out at its first bytes",
        ),
    ];
    failure::complete(&rows, &unknown);
    failure::check(&rows, &[]);
}

#[test]
fn addresses_that_are_none_are_refused() {
    let rows = [
        (
            "127.0.0.1:5000",
            "it begins with none of tcp://, tls:// and unix://",
        ),
        ("tcp://127.0.0.1", "behind :// stand a host and a port"),
        ("unix://relative", "the path of a socket begins with /"),
    ];
    for (address, says) in rows {
        let client = Client::new(Whose::Ours, address);
        client.write("a: b\n");
        let output = client.run(&["decrypt"]);
        assert_eq!(output.status, Some(1), "{address}: {}", output.stderr);
        assert!(output.stderr.contains(says), "{address}: {}", output.stderr);
    }
}
