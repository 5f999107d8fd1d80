//! Types that hold secrets print nothing of them and are not copied unseen.

use crate::sources::{none, numbered, rust};

/// Every type that owns secret bytes. A new one is entered here; one made of these alone is as safe as they are.
const SECRETS: &[&str] = &[
    "Secret",
    "DataKey",
    "Cipher",
    "Mac",
    "MacText",
    "Content",
    "AgeSource",
    "SshIdentity",
    "PostQuantumIdentity",
    "PluginIdentity",
    "Credentials",
    "AwsAccess",
    "AwsKeys",
    "AzureLogin",
    "Credential",
    "GcpAccess",
    "HuaweiAccess",
    "KeyPair",
    "ServiceAccount",
    "VaultAccess",
];

/// What must not be derived for them.
const BANNED: [&str; 5] = ["Debug", "Clone", "Display", "Serialize", "PartialEq"];

#[test]
fn secret_types_derive_nothing_that_shows_or_copies_them() {
    let mut findings = Vec::new();
    let mut missing: Vec<&str> = SECRETS.to_vec();
    for source in [
        "crates/crypto/src",
        "crates/document/src",
        "crates/keys/src",
        "crates/cli/src",
    ]
    .into_iter()
    .flat_map(rust)
    {
        let mut derives = String::new();
        for (number, line) in numbered(&source.text) {
            let line = line.trim();
            if line.starts_with("#[derive(") {
                derives = line.to_owned();
            }
            if let Some(name) = declared(line) {
                if SECRETS.contains(&name) {
                    missing.retain(|secret| *secret != name);
                    let words: Vec<&str> = derives.split(|c: char| !c.is_alphanumeric()).collect();
                    let shown = BANNED.iter().filter(|banned| words.contains(banned));
                    findings.extend(shown.map(|banned| {
                        format!("{}:{number}: {name} derives {banned}", source.path)
                    }));
                }
                derives.clear();
            }
        }
    }
    findings.extend(
        missing
            .iter()
            .map(|name| format!("{name} is in the list but not in the code")),
    );
    none("a secret that shows itself", &findings);
}

fn declared(line: &str) -> Option<&str> {
    let rest = [
        "pub struct ",
        "pub enum ",
        "pub(crate) struct ",
        "pub(crate) enum ",
        "pub(super) struct ",
        "pub(super) enum ",
        "struct ",
        "enum ",
    ]
    .iter()
    .find_map(|start| line.strip_prefix(start))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
}
