use super::*;
use crate::Access;

fn key(vault_url: &str, name: &str, version: &str) -> AzureKeyVaultRecipient {
    AzureKeyVaultRecipient {
        vault_url: vault_url.to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
    }
}

#[test]
fn names_that_would_lead_elsewhere_are_refused() {
    let credentials = Credentials {
        azure: AzureVaults::new(Access::Given(Vec::new())),
        ..Credentials::default()
    };
    let rows = [
        (
            "http://v.vault.azure.net",
            "k",
            "1",
            "the vault's address is not one of https",
        ),
        ("https://", "k", "1", "the vault's address is none"),
        (
            "https://v.vault.azure.net",
            "",
            "1",
            "the key's name is none of Key Vault's",
        ),
        (
            "https://v.vault.azure.net",
            "../secrets/s",
            "1",
            "the key's name is none of Key Vault's",
        ),
        (
            "https://v.vault.azure.net",
            "k",
            "1?a=b",
            "the key's version is none of Key Vault's",
        ),
    ];
    for (vault_url, name, version, reason) in rows {
        let done = wrap(&credentials, &key(vault_url, name, version), b"");
        assert_eq!(done, Err(Fault::new(Cause::Setting(reason.to_owned()))));
    }
}

#[test]
fn nothing_is_asked_where_nothing_may_be_used() {
    let credentials = Credentials::default();
    let known = key("https://v.vault.azure.net", "k", "1");
    let open = key("https://v.vault.azure.net", "k", "");
    let expected = Fault::new(Cause::NoCredentials);
    assert_eq!(wrap(&credentials, &known, b""), Err(expected.clone()));
    let unknown = Cause::Setting("the key's version is not given".to_owned());
    assert_eq!(wrap(&credentials, &open, b""), Err(Fault::new(unknown)));
    assert_eq!(resolve(&credentials, &open), Err(expected));
    assert_eq!(resolve(&credentials, &known), Ok(None));
    let foreign = unwrap(&credentials, &known, "not/base64");
    assert_eq!(foreign.unwrap_err(), Fault::new(Cause::Foreign));
}
