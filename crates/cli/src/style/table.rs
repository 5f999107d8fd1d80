//! The flags that SOPS takes before the file, and whether each has a value.

/// What follows a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    Nothing,
    Value,
}

const SWITCHES: [&str; 11] = [
    "decrypt",
    "encrypt",
    "rotate",
    "disable-version-check",
    "check-for-updates",
    "in-place",
    "show-master-keys",
    "ignore-mac",
    "mac-only-encrypted",
    "verbose",
    "enable-local-keyservice",
];

const VALUES: [&str; 40] = [
    "kms",
    "aws-profile",
    "gcp-kms",
    "hckms",
    "azure-kv",
    "hc-vault-transit",
    "pgp",
    "age",
    "extract",
    "input-type",
    "output-type",
    "add-gcp-kms",
    "rm-gcp-kms",
    "add-hckms",
    "rm-hckms",
    "add-azure-kv",
    "rm-azure-kv",
    "add-kms",
    "rm-kms",
    "add-hc-vault-transit",
    "rm-hc-vault-transit",
    "add-age",
    "rm-age",
    "add-pgp",
    "rm-pgp",
    "unencrypted-suffix",
    "encrypted-suffix",
    "unencrypted-regex",
    "encrypted-regex",
    "unencrypted-comment-regex",
    "encrypted-comment-regex",
    "config",
    "encryption-context",
    "set",
    "shamir-secret-sharing-threshold",
    "indent",
    "output",
    "filename-override",
    "decryption-order",
    "keyservice",
];

const LETTERS: [(&str, &str); 8] = [
    ("d", "decrypt"),
    ("e", "encrypt"),
    ("r", "rotate"),
    ("k", "kms"),
    ("p", "pgp"),
    ("a", "age"),
    ("i", "in-place"),
    ("s", "show-master-keys"),
];

/// The full name of a flag; `None` for one that is not SOPS's, and for help and version, which have no style.
pub(super) fn known(name: &str) -> Option<(&'static str, Taken)> {
    let name = LETTERS
        .iter()
        .find(|(letter, _)| *letter == name)
        .map_or(name, |(_, long)| *long);
    let find = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
    find(&SWITCHES)
        .map(|name| (name, Taken::Nothing))
        .or_else(|| find(&VALUES).map(|name| (name, Taken::Value)))
}
