//! What a file may have asked for its store, and what not. Nothing is sent here: an opening that does not allow a key is never asked for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use selkie_api::Cause;
use selkie_api::store::sops::AllowedKeys;
use selkie_crypto::{
    AwsKmsRecipient, AzureKeyVaultRecipient, GcpKmsRecipient, Recipient, Secret,
    VaultTransitRecipient,
};
use serde_json::{Value, json};

use super::{opening, references};
use crate::Credentials;
use crate::connect::Means;

const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234";
const OTHER: &str = "arn:aws:kms:eu-west-1:111122223333:key/5678";
const ROLE: &str = "arn:aws:iam::111122223333:role/reader";
const GOOGLE: &str = "projects/p/locations/l/keyRings/r/cryptoKeys/k";

fn allowed(entry: &Value) -> AllowedKeys {
    serde_json::from_value(entry.clone()).unwrap()
}

fn means(allowed: &AllowedKeys, own_identity: bool) -> Means {
    let mut credentials = Credentials::default();
    for reference in references(allowed) {
        credentials.insert(reference, Secret::from("held".to_owned()));
    }
    Means {
        own_identity,
        ..Means::new(credentials, Arc::new(|| 0))
    }
}

fn transit(server: &str) -> Value {
    json!({ "vaultTransit": {
        "server": server, "tokenSecretRef": { "name": "token", "key": "token" },
    }})
}

#[test]
fn only_a_store_of_the_cluster_asks_as_the_controller() {
    let rows = [
        json!({ "awsKms": { "arns": [KEY] } }),
        json!({ "azureKeyVault": { "vaultUrls": ["https://v.vault.azure.net"] } }),
    ];
    for row in rows {
        let entry = allowed(&row);
        let refused = opening(&entry, &means(&entry, false)).err().unwrap();
        assert_eq!(refused.cause, Cause::InvalidSpec, "{row}");
        assert!(opening(&entry, &means(&entry, true)).is_ok(), "{row}");
    }
    // Google's own chain would look at the machine.
    let google = allowed(&json!({ "gcpKms": { "resources": [GOOGLE] } }));
    let refused = opening(&google, &means(&google, true)).err().unwrap();
    assert_eq!(refused.cause, Cause::Unsupported);
}

#[test]
fn addresses_of_metadata_are_out_of_reach() {
    let rows = [
        transit("http://169.254.169.254"),
        transit("http://user@169.254.169.254:80/v1"),
        transit("http://[fd00:ec2::254]:8200"),
        json!({ "azureKeyVault": { "vaultUrls": ["https://169.254.169.254"] } }),
    ];
    for row in rows {
        let entry = allowed(&row);
        let refused = opening(&entry, &means(&entry, true)).err().unwrap();
        assert_eq!(refused.cause, Cause::InvalidSpec, "{row}");
    }
}

#[test]
fn what_the_store_does_not_list_is_never_asked() {
    let aws = |arn: &str, role: Option<&str>, profile: &str| {
        Recipient::AwsKms(AwsKmsRecipient {
            arn: arn.to_owned(),
            role: role.map(str::to_owned),
            context: BTreeMap::new(),
            aws_profile: profile.to_owned(),
        })
    };
    let google = |resource: &str| {
        Recipient::GcpKms(GcpKmsRecipient {
            resource_id: resource.to_owned(),
        })
    };
    let azure = |url: &str| {
        Recipient::AzureKeyVault(AzureKeyVaultRecipient {
            vault_url: url.to_owned(),
            name: "k".to_owned(),
            version: "1".to_owned(),
        })
    };
    let vault = |address: &str| {
        Recipient::VaultTransit(VaultTransitRecipient {
            vault_address: address.to_owned(),
            engine_path: "transit".to_owned(),
            key_name: "k".to_owned(),
        })
    };
    let of_aws = json!({ "awsKms": { "arns": [KEY], "roles": [ROLE] } });
    let of_google = json!({ "gcpKms": {
        "resources": [GOOGLE], "credentials": { "name": "google", "key": "key.json" },
    }});
    let of_azure = json!({ "azureKeyVault": { "vaultUrls": ["https://v.vault.azure.net/"] } });
    let of_vault = transit("https://vault.example.com:8200");
    let rows = [
        (&of_aws, aws(KEY, None, ""), true),
        (&of_aws, aws(KEY, Some(ROLE), ""), true),
        (&of_aws, aws(OTHER, None, ""), false),
        (&of_aws, aws(KEY, Some("arn:aws:iam::1:role/x"), ""), false),
        (&of_aws, aws(KEY, None, "admin"), false),
        (&of_aws, google(GOOGLE), false),
        (&of_google, google(GOOGLE), true),
        (
            &of_google,
            google("projects/p/locations/l/keyRings/r/cryptoKeys/x"),
            false,
        ),
        (&of_azure, azure("https://v.vault.azure.net"), true),
        (&of_azure, azure("https://w.vault.azure.net"), false),
        (
            &of_azure,
            azure("https://v.vault.azure.net.example.com"),
            false,
        ),
        (&of_vault, vault("https://vault.example.com:8200"), true),
        (
            &of_vault,
            vault("https://vault.example.com:8200.example.com"),
            false,
        ),
        (&of_vault, vault("http://vault.example.com:8200"), false),
        (&of_vault, aws(KEY, None, ""), false),
    ];
    for (entry, recipient, expected) in rows {
        let entry = allowed(entry);
        let opening = opening(&entry, &means(&entry, true)).unwrap();
        assert_eq!((opening.allows)(&recipient), expected, "{recipient:?}");
    }
}
