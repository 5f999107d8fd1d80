//! How often Google is asked.

use super::{Bench, key};
use crate::calls::{self, Calls, FILES};

#[test]
fn rotating_a_file_asks_twice_and_many_files_share_a_token() {
    let bench = Bench::new();
    // A service account signs its tokens itself; a person's login must be exchanged for one.
    let user = bench.service.accounts.user("user", &bench.token_uri);
    calls::check(&Calls {
        rule: "gcp_kms",
        keys: ["one", "two"].map(key),
        env: bench.env(&[("GOOGLE_CREDENTIALS", &user)]),
        login: Some("/token"),
        decrypt: "decrypt",
        encrypt: "encrypt",
        take: &|| {
            let requests = bench.service.requests().into_iter();
            let targets = requests.map(|request| request.target);
            targets
                .map(|target| match target.rsplit_once("Keys/") {
                    Some((_, key)) => key.split(':').next_back().unwrap().to_owned(),
                    None => target,
                })
                .collect()
        },
    });
    calls::promised(
        "keys-with-gcp-kms.md",
        &format!(
            "`rotate` of {FILES} files with one key makes {FILES} calls of `decrypt` and {FILES} of `encrypt`"
        ),
    );
}
