//! Every login that the real Vault has built in. The others are rows beside the code, and their requests are seen by a recorder here.

use std::fs;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PublicKeyData as _};
use selkie_api::Cause;
use selkie_providers::{Address, Provider as _, Validity};
use selkie_tests::scratch;
use selkie_tests::servers::http::Response;
use selkie_tests::servers::recorder::Recorder;
use selkie_tests::servers::vault::Vault;
use serde_json::{Value, json};

use super::{READER, Secrets, app_role, connect, connect_bao, json_of, put, root_spec, run, with};

/// A store with this login reads; with these Secrets in the place of the right ones it is refused.
fn check(spec: &Value, right: Secrets<'_>, wrong: Secrets<'_>) {
    run(async {
        let store = connect(spec, right).unwrap();
        let read = store.read(&Address::value("app")).await;
        let read = read.unwrap_or_else(|failure| panic!("{spec}: {failure}"));
        assert_eq!(json_of(&read.unwrap())["n"], "x", "{spec}");
        assert_eq!(store.validate().await, Ok(Validity::Valid), "{spec}");
        store.close().await;

        let store = connect(spec, wrong).unwrap();
        let failure = store.validate().await.unwrap_err();
        assert_eq!(failure.cause, Cause::Unauthorized, "{spec}: {failure}");
        let failure = store.read(&Address::value("app")).await.unwrap_err();
        // A wrong token is told only by what it may not do.
        assert!(
            matches!(failure.cause, Cause::Unauthorized | Cause::Forbidden),
            "{spec}: {failure}"
        );
    });
}

#[test]
fn token_app_role_and_user_pass_log_in() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    let token = vault.token("given", READER);
    check(
        &root_spec(&vault.url),
        &[("vault/token", &token)],
        &[("vault/token", "hvs.wrong")],
    );

    let (spec, secret) = app_role(&vault, READER, &json!({}));
    let right: Secrets<'_> = &[("role/secret", &secret)];
    let wrong: Secrets<'_> = &[("role/secret", "wrong")];
    check(&spec, right, wrong);
    // The id may stand in a Secret, too.
    let id = spec["auth"]["appRole"]["roleId"].as_str().unwrap();
    let by_ref = json!({"auth": {"appRole": {
        "roleRef": {"name": "role", "key": "id"},
        "secretRef": {"name": "role", "key": "secret"},
    }}});
    check(
        &with(spec.clone(), &by_ref),
        &[("role/secret", &secret), ("role/id", id)],
        &[("role/secret", &secret), ("role/id", "wrong")],
    );
    let store = connect_bao(&spec, right).unwrap();
    run(async { assert!(store.read(&Address::value("app")).await.unwrap().is_some()) });

    vault.write("sys/auth/people/of/ours", &json!({"type": "userpass"}));
    let ada = json!({"password": "pass \"word\"\n", "token_policies": ["reader"]});
    vault.write("auth/people/of/ours/users/ada", &ada);
    let auth = json!({"auth": {"userPass": {
        "path": "people/of/ours",
        "username": "ada",
        "secretRef": {"name": "ada", "key": "password"},
    }}});
    check(
        &with(root_spec(&vault.url), &auth),
        &[("ada/password", "pass \"word\"\n")],
        &[("ada/password", "pass \"word\"")],
    );
}

#[test]
fn a_signed_token_logs_in() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    vault.write("sys/policies/acl/reader", &json!({"policy": READER}));
    vault.write("sys/auth/jwt", &json!({"type": "jwt"}));
    let key = KeyPair::generate().unwrap();
    let public = json!({"jwt_validation_pubkeys": [pem(&key)], "default_role": "web"});
    vault.write("auth/jwt/config", &public);
    let role = json!({
        "role_type": "jwt",
        "bound_audiences": ["vault"],
        "user_claim": "sub",
        "token_policies": ["reader"],
    });
    vault.write("auth/jwt/role/web", &role);
    let [right, wrong] = ["vault", "somebody else"].map(|audience| signed(&key, audience));
    let rows = [json!({"role": "web"}), json!({})];
    for more in rows {
        let jwt = with(json!({"secretRef": {"name": "jwt", "key": "token"}}), &more);
        check(
            &with(root_spec(&vault.url), &json!({"auth": {"jwt": jwt}})),
            &[("jwt/token", &right)],
            &[("jwt/token", &wrong)],
        );
    }
}

fn pem(key: &KeyPair) -> String {
    let der = base64::engine::general_purpose::STANDARD.encode(key.subject_public_key_info());
    format!("-----BEGIN PUBLIC KEY-----\n{der}\n-----END PUBLIC KEY-----\n")
}

fn signed(key: &KeyPair, audience: &str) -> String {
    let encoded = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let head = encoded(json!({"alg": "ES256", "typ": "JWT"}));
    // Without its beginning Vault takes the token for one that begins just before its end.
    let (begin, end) = (1_700_000_000_u64, 4_000_000_000_u64);
    let claims = json!({"sub": "web", "aud": audience, "iat": begin, "nbf": begin, "exp": end});
    let claims = encoded(claims);
    let text = format!("{head}.{claims}");
    let der = key.serialize_der();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).unwrap();
    let signature = key.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn a_certificate_logs_in() {
    let folder = scratch();
    let vault = Vault::start(folder.path());
    put(&vault, "secret/app", &json!({"n": "x"}));
    vault.write("sys/policies/acl/reader", &json!({"policy": READER}));
    vault.write("sys/auth/cert", &json!({"type": "cert"}));
    let [certificate, key] = vault
        .client
        .each_ref()
        .map(|file| fs::read_to_string(file).unwrap());
    let authority = fs::read_to_string(&vault.authority).unwrap();
    let role = json!({"certificate": authority, "token_policies": ["reader"]});
    vault.write("auth/cert/certs/web", &role);
    let other = json!({"certificate": authority, "allowed_common_names": ["somebody else"]});
    vault.write("auth/cert/certs/other", &other);
    let spec = |role: &str| {
        let auth = json!({"cert": {
            "vaultRole": role,
            "clientCert": {"name": "tls", "key": "tls.crt"},
            "secretRef": {"name": "tls", "key": "tls.key"},
        }});
        let ca = base64::engine::general_purpose::STANDARD.encode(&authority);
        with(
            root_spec(&vault.tls_url),
            &json!({"caBundle": ca, "auth": auth}),
        )
    };
    let secrets: Secrets<'_> = &[("tls/tls.crt", &certificate), ("tls/tls.key", &key)];
    run(async {
        for role in ["web", ""] {
            let store = connect(&spec(role), secrets).unwrap();
            let read = store.read(&Address::value("app")).await;
            assert!(read.unwrap_or_else(|failure| panic!("{failure}")).is_some());
        }
        let store = connect(&spec("other"), secrets).unwrap();
        let failure = store.read(&Address::value("app")).await.unwrap_err();
        assert_eq!(failure.cause, Cause::Unauthorized, "{failure}");
    });
}

/// Methods whose servers are not affordable: what they send, and what is made of the answer.
#[test]
fn directory_and_cluster_are_asked_as_their_methods_are_described() {
    let answer = r#"{"auth": {"client_token": "t", "lease_duration": 60, "renewable": true}}"#;
    let recorder = Recorder::answering(move |request| {
        Ok(Response::json(
            200,
            if request.method == "POST" {
                answer
            } else {
                r#"{"data": {"data": {"n": "x"}}}"#
            },
        ))
    });
    let key = json!({"name": "s", "key": "k"});
    let rows = [
        (
            json!({"ldap": {"username": "ada lovelace", "secretRef": key}}),
            "/v1/auth/ldap/login/ada%20lovelace",
            json!({"password": "value"}),
        ),
        (
            json!({"kubernetes": {"mountPath": "k8s/one", "role": "web", "secretRef": key}}),
            "/v1/auth/k8s/one/login",
            json!({"role": "web", "jwt": "value"}),
        ),
    ];
    run(async {
        for (auth, target, body) in rows {
            let spec = with(root_spec(&recorder.url()), &json!({"auth": auth}));
            let store = connect(&spec, &[("s/k", "value")]).unwrap();
            assert!(store.read(&Address::value("app")).await.unwrap().is_some());
            let exchanges = recorder.take();
            let (login, read) = (&exchanges[0].0, &exchanges[1].0);
            assert_eq!((&*login.method, &*login.target), ("POST", target));
            assert_eq!(serde_json::from_slice::<Value>(&login.body).unwrap(), body);
            assert_eq!(read.header("x-vault-token"), Some("t"));
        }
    });
}
