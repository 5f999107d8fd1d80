//! Questions on a terminal: the passphrase of an identity file that real age encrypted.

use std::fs;

use selkie_tests::{Output, Run, scratch};

use crate::selkie;

/// Made by age 1.3.2 for this test, with the least work that it offers for `correct horse`.
const LOCKED: &str = "\
-----BEGIN AGE ENCRYPTED FILE-----
YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBLbDRuMUNBajdXZHJzZXor
dGdPZUhRIDEwCkk4SVNqd2d0bkhidnQ1V2g0dkluMnpLZVFGRlU5UzVSSVQwbzNr
M3ZwMUkKLS0tIHVHY0FqNUhYWllKK3JKVWxZNUdxenhBSi9GZTdXa0k5MGdZV1Br
bTRKQ28KIm/6RP1G2rjvEjypGoq8DhKUgrNYDTdD44oNWHHiE8uzrcG0vAlhahlm
H8c8VXadDBm3Wpuy5Pgn/StbC3Yr5mCj/j0F/STD4S0TPyBgEjn1dfbiyFTKL5o0
Zq8lz2rz3AbD1wkQ8nR3NPf3kPOQtO4kKqkUdtkRq1H3DF7A2L6kaBjNBg4c07ci
JuQlCzooUwZP6VIXIXUVmJDZhQ+4qKR8n43Z4HnnyoymEP4YrbzIuu6PoUjIMlmo
7K2/YMH1M8kqKzDFJJhDRCrOCTIeUy449MGlb8+b
-----END AGE ENCRYPTED FILE-----
";

const RECIPIENT: &str = "age12eu3kwvt00ts97v7vj3ewsrkzqjz2ypkyydfk5n85thjedrcjf3quw46ae";

/// Decrypts on a terminal of its own, on which somebody types.
fn decrypt(typed: &str) -> Output {
    let folder = scratch();
    fs::write(folder.path().join("locked.txt"), LOCKED).unwrap();
    fs::write(folder.path().join("s.yaml"), "a: 1\n").unwrap();
    let encrypt = Run::new(selkie()).args(["encrypt", "--age", RECIPIENT, "-i", "s.yaml"]);
    encrypt.folder(folder.path()).succeed();
    let command = format!("{} decrypt s.yaml", selkie().display());
    Run::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("SOPS_AGE_KEY_FILE", "locked.txt")
        .folder(folder.path())
        .input(typed)
        .output()
}

#[test]
fn a_passphrase_is_asked_for_on_the_terminal() {
    for (typed, status, expected) in [
        ("correct horse\n", 0, "a: 1"),
        (
            "wrong\n",
            128,
            "SOPS_AGE_KEY_FILE=locked.txt: wrong passphrase",
        ),
    ] {
        let output = decrypt(typed);
        let shown = output.text();
        assert_eq!(output.status, Some(status), "{shown}");
        assert_eq!(
            shown
                .matches("passphrase for SOPS_AGE_KEY_FILE=locked.txt: ")
                .count(),
            1,
            "{shown}"
        );
        assert!(shown.contains(expected), "{shown}");
    }
}
