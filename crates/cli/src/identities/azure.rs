//! The logins at Microsoft's, in the order and by the variables of the library that SOPS uses (azidentity 1.14, its default chain).

use std::path::Path;

use selkie_crypto::Secret;
use selkie_keys::Access;
use selkie_keys::azure_key_vault::{AzureLogin, AzureVaults, CertificateText};

use crate::discover;
use crate::io::{plain_error, read_file};

/// Which part of the chain is wanted.
const CHOICE: &str = "AZURE_TOKEN_CREDENTIALS";

/// The value of a variable.
type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// Makes a login, if the variables speak of it.
type Link = fn(Lookup<'_>) -> Option<AzureLogin>;

/// The chain: what each login is called in [`CHOICE`], and how it is made.
const CHAIN: [(&str, Link); 6] = [
    ("EnvironmentCredential", environment),
    ("WorkloadIdentityCredential", |_| {
        Some(AzureLogin::WorkloadIdentity)
    }),
    ("ManagedIdentityCredential", |lookup| {
        let client = lookup("AZURE_CLIENT_ID");
        Some(AzureLogin::ManagedIdentity { client })
    }),
    ("AzureCLICredential", |_| Some(AzureLogin::Cli)),
    ("AzureDeveloperCLICredential", |_| {
        Some(AzureLogin::DeveloperCli)
    }),
    ("AzurePowerShellCredential", |_| {
        Some(unusable("logging in by PowerShell is not supported"))
    }),
];

/// How many of the chain are for servers; the rest are for people.
const OF_SERVERS: usize = 3;

/// No file is looked at before a key asks for it.
pub(super) fn vaults() -> AzureVaults {
    AzureVaults::new(Access::Given(logins(&discover::azure)))
}

fn logins(lookup: Lookup<'_>) -> Vec<AzureLogin> {
    let (of_servers, of_people) = CHAIN.split_at(OF_SERVERS);
    let all = |links: &[(&str, Link)]| links.iter().filter_map(|(_, link)| link(lookup)).collect();
    match lookup(CHOICE).as_deref() {
        // PowerShell is passed over where nobody asked for it.
        None => all(&CHAIN[..CHAIN.len() - 1]),
        Some("prod") => all(of_servers),
        Some("dev") => all(&of_people[..of_people.len() - 1]),
        Some(name) => {
            let mut links = CHAIN.iter();
            match links.find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                Some(link) => all(std::slice::from_ref(link)),
                None => vec![unusable(
                    "AZURE_TOKEN_CREDENTIALS names no login that is known",
                )],
            }
        }
    }
}

fn unusable(reason: &str) -> AzureLogin {
    AzureLogin::Unusable(reason.to_owned())
}

/// An application, by its password or else its certificate. `None` if the variables are those of another login, or none.
fn environment(lookup: Lookup<'_>) -> Option<AzureLogin> {
    let secret = lookup("AZURE_CLIENT_SECRET");
    let path = lookup("AZURE_CLIENT_CERTIFICATE_PATH");
    let both = lookup("AZURE_TENANT_ID").zip(lookup("AZURE_CLIENT_ID"));
    Some(match (both, secret, path) {
        (Some((tenant, client)), Some(secret), _) => AzureLogin::Secret {
            tenant,
            client,
            secret: Secret::from(secret),
        },
        (Some((tenant, client)), None, Some(path)) => {
            let sends_chain = lookup("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN");
            AzureLogin::Certificate {
                tenant,
                client,
                authority: lookup("AZURE_AUTHORITY_HOST"),
                text: certificate(path),
                sends_chain: sends_chain
                    .is_some_and(|it| it == "1" || it.eq_ignore_ascii_case("true")),
            }
        }
        (Some(_), None, None) if lookup("AZURE_FEDERATED_TOKEN_FILE").is_none() => {
            unusable("neither AZURE_CLIENT_SECRET nor AZURE_CLIENT_CERTIFICATE_PATH is set")
        }
        (None, Some(_), _) | (None, _, Some(_)) => {
            unusable("AZURE_TENANT_ID or AZURE_CLIENT_ID is not set")
        }
        _ => return None,
    })
}

fn certificate(path: String) -> CertificateText {
    Box::new(move || {
        read_file(Path::new(&path)).map_err(|error| format!("{path}: {}", plain_error(&error)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expected: &str) {
        let lookup = |name: &str| {
            let mut found = variables.iter().filter(|(known, _)| *known == name);
            found.next().map(|(_, value)| (*value).to_owned())
        };
        assert_eq!(format!("{:?}", logins(&lookup)), expected, "{variables:?}");
    }

    #[test]
    fn the_variable_chooses_from_the_chain() {
        let rows = [
            ("prod", "[WorkloadIdentity, ManagedIdentity]"),
            ("dev", "[Cli, DeveloperCli]"),
            ("azureCLIcredential", "[Cli]"),
            ("EnvironmentCredential", "[]"),
            ("AzurePowerShellCredential", "[Unusable]"),
            ("PROD", "[Unusable]"),
        ];
        for (choice, expected) in rows {
            check(&[(CHOICE, choice)], expected);
        }
        check(
            &[],
            "[WorkloadIdentity, ManagedIdentity, Cli, DeveloperCli]",
        );
    }

    #[test]
    fn variables_tell_how_an_application_logs_in() {
        let [tenant, client, secret, file, token] = [
            ("AZURE_TENANT_ID", "t"),
            ("AZURE_CLIENT_ID", "c"),
            ("AZURE_CLIENT_SECRET", "s"),
            ("AZURE_CLIENT_CERTIFICATE_PATH", "f"),
            ("AZURE_FEDERATED_TOKEN_FILE", "w"),
        ];
        let one = |variables: &[(&str, &str)], expected| {
            let choice = [(CHOICE, "EnvironmentCredential")];
            check(&[variables, &choice].concat(), expected);
        };
        one(&[tenant, client, secret], "[Secret]");
        one(&[tenant, client, secret, file], "[Secret]");
        one(&[tenant, client, file], "[Certificate]");
        one(&[tenant, client], "[Unusable]");
        one(&[tenant, client, token], "[]");
        one(&[client], "[]");
        one(&[client, secret], "[Unusable]");
        one(&[tenant, file], "[Unusable]");
    }
}
