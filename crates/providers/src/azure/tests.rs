//! What a vault is asked, by whom, and what its answers mean: without a server.

mod logins;

use std::sync::Arc;

use selkie_api::Cause;
use selkie_api::store::azurekv::AzureKv as Spec;
use selkie_crypto::Secret;
use serde_json::{Value, json};

use super::client::{Answer, resource};
use super::cloud::{Cloud, check_challenge};
use super::object::{Kind, Object};
use super::{AzureKv, fault};
use crate::{Body, Credentials, Means, Reach, Reference};

fn spec(spec: &Value) -> Spec {
    serde_json::from_value(spec.clone()).unwrap()
}

fn means(spec: &Spec, values: &[(&str, &str)], own_identity: bool) -> Means {
    let mut credentials = Credentials::default();
    for reference in AzureKv::references(spec) {
        let name = match &reference {
            Reference::Secret { name, key, .. } => format!("{name}/{key}"),
            Reference::Annotation { annotation, .. } => annotation.clone(),
            Reference::Token { audiences, .. } => format!("token for {}", audiences.join(" ")),
            Reference::Variable(name) => (*name).to_owned(),
            Reference::OwnFederatedToken => "own token".to_owned(),
            other => panic!("{other:?}"),
        };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            credentials.insert(reference, Secret::from((*value).to_owned()));
        }
    }
    Means {
        own_identity,
        ..Means::new(credentials, Arc::new(|| 1_800_000_000))
    }
}

const VAULT: &str = "https://shop.vault.azure.net";

fn with(more: &Value) -> Value {
    let mut spec = json!({"vaultUrl": VAULT});
    for (name, value) in more.as_object().unwrap() {
        spec[name] = value.clone();
    }
    spec
}

#[test]
fn keys_name_things_of_three_kinds() {
    let rows = [
        ("password", Some((Kind::Secret, "password"))),
        ("secret/password", Some((Kind::Secret, "password"))),
        ("secret/password/more", Some((Kind::Secret, "password"))),
        ("key/signing", Some((Kind::Key, "signing"))),
        ("cert/web", Some((Kind::Certificate, "web"))),
        ("certificate/web", None),
        ("/password", None),
        ("secret/", None),
        ("", None),
        ("pass_word", None),
        ("..", None),
        ("secret/..", None),
        ("a%2fb", None),
    ];
    for (key, expected) in rows {
        let parsed = Object::parse(key).ok().map(Object::parts);
        assert_eq!(parsed, expected, "{key}");
    }
    let object = Object::parse("cert/web").unwrap();
    assert_eq!(object.path(None).unwrap(), ["certificates", "web"]);
    assert_eq!(
        object.path(Some("0a1b")).unwrap(),
        ["certificates", "web", "0a1b"]
    );
    assert!(object.path(Some("../secrets")).is_err());
}

#[test]
fn clouds_have_their_addresses() {
    let custom = |more: Value| {
        let mut custom = json!({"activeDirectoryEndpoint": "https://login.stack.example/"});
        for (name, value) in more.as_object().unwrap() {
            custom[name] = value.clone();
        }
        json!({"environmentType": "AzureStackCloud", "useAzureSDK": true, "customCloudConfig": custom})
    };
    let public = "https://login.microsoftonline.com/";
    let stack = "https://login.stack.example/";
    let vault = "https://vault.azure.net";
    let rows = [
        (json!({}), Ok((public, Some(vault)))),
        (
            json!({"environmentType": "USGovernmentCloud"}),
            Ok((
                "https://login.microsoftonline.us/",
                Some("https://vault.usgovcloudapi.net"),
            )),
        ),
        (
            json!({"environmentType": "ChinaCloud"}),
            Ok((
                "https://login.chinacloudapi.cn/",
                Some("https://vault.azure.cn"),
            )),
        ),
        (
            json!({"environmentType": "GermanCloud"}),
            Err(Cause::Unsupported),
        ),
        (
            json!({"environmentType": "AzureStackCloud", "useAzureSDK": true}),
            Err(Cause::InvalidSpec),
        ),
        (custom(json!({})), Ok((stack, None))),
        (
            custom(json!({"keyVaultDNSSuffix": ".vault.stack.example"})),
            Ok((stack, Some("https://vault.stack.example"))),
        ),
        (
            custom(json!({"keyVaultEndpoint": "https://vault.stack.example/"})),
            Ok((stack, Some("https://vault.stack.example"))),
        ),
        (
            json!({"customCloudConfig": {"activeDirectoryEndpoint": "https://x"}}),
            Err(Cause::InvalidSpec),
        ),
        (
            json!({"useAzureSDK": true, "customCloudConfig": {"activeDirectoryEndpoint": "https://login.stack.example"}}),
            Ok((stack, Some(vault))),
        ),
        (
            json!({"useAzureSDK": true, "customCloudConfig": {"activeDirectoryEndpoint": "http://login.stack.example"}}),
            Err(Cause::InvalidSpec),
        ),
        (
            json!({"useAzureSDK": true, "customCloudConfig": {"activeDirectoryEndpoint": "http://169.254.169.254"}}),
            Err(Cause::Forbidden),
        ),
    ];
    for (more, expected) in rows {
        let cloud = Cloud::of(&spec(&with(&more)), &Reach::default());
        let found = match &cloud {
            Ok(cloud) => Ok((cloud.authority().as_str(), cloud.resource())),
            Err(failure) => Err(failure.cause),
        };
        assert_eq!(found, expected, "{more}");
    }
}

#[test]
fn tokens_go_to_vaults_alone() {
    let rows = [
        ("https://shop.vault.azure.net", None),
        ("https://shop.vault.azure.net/", None),
        ("https://SHOP.vault.azure.net:443", None),
        ("https://vault.azure.net", Some(Cause::InvalidSpec)),
        ("https://.vault.azure.net", Some(Cause::InvalidSpec)),
        ("https://shopvault.azure.net", Some(Cause::InvalidSpec)),
        ("https://shop.vault.azure.cn", Some(Cause::InvalidSpec)),
        (
            "https://shop.vault.azure.net.evil.example",
            Some(Cause::InvalidSpec),
        ),
        (
            "https://shop.vault.azure.net@evil.example",
            Some(Cause::InvalidSpec),
        ),
        ("http://shop.vault.azure.net", Some(Cause::InvalidSpec)),
        ("http://169.254.169.254", Some(Cause::Forbidden)),
        ("shop.vault.azure.net", Some(Cause::InvalidSpec)),
    ];
    for (url, expected) in rows {
        let spec = spec(&json!({
            "vaultUrl": url, "tenantId": "t",
            "authSecretRef": {
                "clientId": {"name": "a", "key": "id"},
                "clientSecret": {"name": "a", "key": "secret"},
            },
        }));
        let means = means(&spec, &[("a/id", "c"), ("a/secret", "s3cret")], false);
        let connected = AzureKv::connect(&spec, &means);
        assert_eq!(
            connected.err().map(|failure| failure.cause),
            expected,
            "{url}"
        );
    }
}

#[test]
fn challenges_are_read_and_held_against_the_address() {
    let rows = [
        (
            "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"",
            Some("https://vault.azure.net"),
        ),
        (
            "Bearer authorization=\"https://l\", scope=\"https://vault.azure.net/.default\"",
            Some("https://vault.azure.net"),
        ),
        ("Bearer realm=x", None),
        ("Basic resource=\"https://vault.azure.net\"", None),
        ("", None),
    ];
    for (challenge, expected) in rows {
        assert_eq!(resource(challenge).as_deref(), expected, "{challenge}");
    }
    let rows = [
        ("https://vault.azure.net", true),
        ("https://shop.vault.azure.net", true),
        ("https://evil.example", false),
        ("https://ault.azure.net", false),
        ("vault.azure.net", false),
        ("", false),
    ];
    for (named, expected) in rows {
        let checked = check_challenge(named, &VAULT.parse().unwrap());
        assert_eq!(checked.is_ok(), expected, "{named}");
    }
}

fn whole(remote: Option<crate::Remote>) -> Option<String> {
    let Body::Whole(_, value) = remote?.body else {
        panic!("not one value");
    };
    Some(String::from_utf8(value.expose().to_vec()).unwrap())
}

#[test]
fn values_are_taken_out_of_bundles() {
    let key = r#"{"key":{"kid":"k","e":"AQAB","kty":"RSA","n":"m","key_ops":["sign"],"x":null,"z":1},"attributes":{}}"#;
    let rows = [
        (
            "app",
            true,
            r#"{"value":"p\u0061ss","id":"i"}"#,
            Some("pass"),
        ),
        ("app", true, r#"{"id":"i"}"#, None),
        ("app", true, "<html>", None),
        (
            "key/k",
            false,
            key,
            Some(r#"{"kid":"k","kty":"RSA","key_ops":["sign"],"n":"m","e":"AQAB"}"#),
        ),
        (
            "key/k",
            true,
            key,
            Some(r#"{"e":"AQAB","key_ops":["sign"],"kid":"k","kty":"RSA","n":"m"}"#),
        ),
        ("key/k", true, r#"{"key":"x"}"#, None),
        (
            "cert/c",
            true,
            r#"{"cer":"Y2VydGlmaWNhdGU="}"#,
            Some("certificate"),
        ),
        ("cert/c", true, r#"{"cer":"*"}"#, None),
    ];
    for (key, newer, body, expected) in rows {
        let object = Object::parse(key).unwrap();
        let value = object.value(&Secret::from(body.to_owned()), key, newer);
        assert_eq!(whole(value).as_deref(), expected, "{key} {body}");
    }
    let body = r#"{"value":"s3cret","tags":{"b":"<1>","a":"{}","c":null},"attributes":{"enabled":true,"exp":1800000000,"created":1700000000}}"#;
    let rows = [
        (true, r#"{"a":"{}","b":"\u003c1\u003e"}"#),
        (
            false,
            r#"{"a":"{}","attribute.created":"2023-11-14T22:13:20Z","attribute.expires":"2027-01-15T08:00:00Z","b":"\u003c1\u003e"}"#,
        ),
    ];
    for (newer, expected) in rows {
        let object = Object::parse("app").unwrap();
        let tags = object.tags(&Secret::from(body.to_owned()), "app", newer);
        assert_eq!(whole(tags).as_deref(), Some(expected));
    }
    let bare = Secret::from(r#"{"attributes":{}}"#.to_owned());
    let tags = Object::parse("app").unwrap().tags(&bare, "app", true);
    assert_eq!(whole(tags).as_deref(), Some("{}"));
}

#[test]
fn statuses_are_told_in_our_words_alone() {
    let inner = |code: &str| {
        json!({"error": {"code": "Forbidden", "message": "s3cret", "innererror": {"code": code}}})
            .to_string()
    };
    let rows = [
        (301, String::new(), Cause::InvalidSpec, "names another one"),
        (
            400,
            inner("x"),
            Cause::InvalidSpec,
            "cannot make sense of it",
        ),
        (401, "{}".to_owned(), Cause::Unauthorized, "the token"),
        (
            403,
            inner("SecretDisabled"),
            Cause::Forbidden,
            "it is disabled",
        ),
        (
            403,
            inner("ForbiddenByFirewall"),
            Cause::Forbidden,
            "firewall",
        ),
        (
            403,
            inner("ForbiddenByRbac"),
            Cause::Forbidden,
            "may not do this",
        ),
        (
            403,
            "s3cret".to_owned(),
            Cause::Forbidden,
            "may not do this",
        ),
        (408, String::new(), Cause::Timeout, "too long"),
        (
            429,
            "s3cret".to_owned(),
            Cause::Throttled,
            "asked too often",
        ),
        (500, "s3cret".to_owned(), Cause::ProviderError, "fails"),
        (418, "s3cret".to_owned(), Cause::ProviderError, "refuses"),
    ];
    for (status, body, cause, words) in rows {
        let answer = Answer {
            status,
            body: Secret::from(body),
            after: None,
            challenge: None,
        };
        let told = fault::of(&answer, "app");
        assert_eq!(told.cause, cause, "{told}");
        assert!(told.detail.starts_with("app: "), "{told}");
        assert!(told.detail.contains(words), "{told}");
        assert!(told.detail.ends_with(&format!("(HTTP {status})")), "{told}");
        assert!(!told.detail.contains("s3cret"), "{told}");
    }
    let body = r#"{"error":"invalid_client","error_codes":[7000215],"error_description":"s3cret"}"#;
    let answer = Answer {
        status: 401,
        body: Secret::from(body.to_owned()),
        after: None,
        challenge: None,
    };
    let told = fault::of_login(&answer, false);
    assert_eq!(
        (told.cause, told.detail.as_str()),
        (
            Cause::Unauthorized,
            "the directory refuses the login (HTTP 401, AADSTS7000215)"
        )
    );
}
