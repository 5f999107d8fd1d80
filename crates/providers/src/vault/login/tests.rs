use std::collections::BTreeMap;

use selkie_api::store::vault::Vault;
use serde_json::{Value, json};

use super::*;

/// What a reference stands for here: its own description.
fn describe(reference: &Reference) -> String {
    match reference {
        Reference::Secret {
            namespace,
            name,
            key,
        } => format!("{}{name}/{key}", prefix(namespace.as_deref())),
        Reference::ConfigMap { name, key, .. } => format!("config {name}/{key}"),
        Reference::Token {
            namespace,
            name,
            audiences,
            seconds,
        } => format!(
            "{}{name} for {} {seconds} s",
            prefix(namespace.as_deref()),
            audiences.join("+")
        ),
        Reference::OwnToken => "own".to_owned(),
        other => format!("{other:?}"),
    }
}

fn prefix(namespace: Option<&str>) -> String {
    namespace.map_or_else(String::new, |namespace| format!("{namespace}:"))
}

/// Path and body of the login, or why there is none.
fn login(auth: &Value) -> Result<(String, Value), Failure> {
    let mut auth = auth.clone();
    // Whoever writes a row has the method in mind.
    let defaults = [("ldap", "username"), ("userPass", "username")];
    for (method, field) in defaults {
        if let Some(method) = auth.get_mut(method).and_then(Value::as_object_mut) {
            method.entry(field).or_insert_with(|| json!("ada"));
        }
    }
    let spec: Vault = serde_json::from_value(json!({"server": "x", "auth": auth})).unwrap();
    // Values have to outlive the closure that gives them: all references are collected first.
    let mut references = Vec::new();
    let nothing = Secret::new();
    let mut collect = |it| {
        references.push(it);
        Ok(&nothing)
    };
    drop(Login::of_vault(
        spec.auth.as_ref().unwrap(),
        &mut collect,
        None,
    ));
    let describe = |reference: Reference| {
        let text = Secret::from(describe(&reference));
        (reference, text)
    };
    let made: BTreeMap<_, _> = references.into_iter().map(describe).collect();
    let means = Means::new(crate::Credentials::default(), Arc::new(|| 0));
    let (login, _) = Login::of_vault(
        spec.auth.as_ref().unwrap(),
        &mut |it| Ok(&made[&it]),
        Some(&means),
    )?;
    Ok(match login {
        Login::Anonymous => ("anonymous".to_owned(), Value::Null),
        Login::Given(token) => {
            let text = String::from_utf8(token.expose().to_vec()).unwrap();
            ("given".to_owned(), json!(text))
        }
        #[cfg(feature = "aws")]
        Login::Iam(iam) => (iam.path.to_string(), Value::Null),
        Login::Request { path, body } => (path.to_string(), serde_json::from_slice(&body).unwrap()),
    })
}

#[test]
fn each_method_asks_in_its_own_way() {
    let rows = [
        (json!({}), "anonymous", Value::Null),
        (
            json!({"tokenSecretRef": {"name": "t", "key": "k"}}),
            "given",
            json!("t/k"),
        ),
        // Some clients write an empty reference for none.
        (
            json!({"tokenSecretRef": {"name": ""}}),
            "anonymous",
            Value::Null,
        ),
        (
            json!({"appRole": {"roleId": " id\n", "secretRef": {"name": "s", "key": "k"}}}),
            "auth/approle/login",
            json!({"role_id": "id", "secret_id": "s/k"}),
        ),
        (
            json!({"appRole": {"path": "team/approle", "roleRef": {"name": "r", "key": "id", "namespace": "n"}, "secretRef": {"name": "s", "key": "k"}}}),
            "auth/team/approle/login",
            json!({"role_id": "n:r/id", "secret_id": "s/k"}),
        ),
        (
            json!({"appRole": {"roleId": "id", "roleRef": {"name": "r", "key": "id"}, "secretRef": {"name": "s", "key": "k"}}}),
            "auth/approle/login",
            json!({"role_id": "id", "secret_id": "s/k"}),
        ),
        (
            json!({"kubernetes": {"role": "r"}}),
            "auth/kubernetes/login",
            json!({"role": "r", "jwt": "own"}),
        ),
        (
            json!({"kubernetes": {"mountPath": "k8s/one", "role": "r", "secretRef": {"name": "s"}}}),
            "auth/k8s/one/login",
            json!({"role": "r", "jwt": "s/token"}),
        ),
        (
            json!({"kubernetes": {"role": "r", "secretRef": {"name": "s", "key": "jwt"}}}),
            "auth/kubernetes/login",
            json!({"role": "r", "jwt": "s/jwt"}),
        ),
        (
            json!({"kubernetes": {"role": "r", "serviceAccountRef": {"name": "a", "namespace": "n", "audiences": ["v"]}, "secretRef": {"name": "s"}}}),
            "auth/kubernetes/login",
            json!({"role": "r", "jwt": "n:a for v 600 s"}),
        ),
        (
            json!({"ldap": {"username": " ada ", "secretRef": {"name": "s", "key": "k"}}}),
            "auth/ldap/login/ada",
            json!({"password": "s/k"}),
        ),
        (
            json!({"ldap": {"path": "dir", "secretRef": {"name": "s", "key": "k"}}}),
            "auth/dir/login/ada",
            json!({"password": "s/k"}),
        ),
        (
            json!({"userPass": {"secretRef": {"name": "s", "key": "k"}}}),
            "auth/userpass/login/ada",
            json!({"password": "s/k"}),
        ),
        (
            json!({"userPass": {"path": "people", "username": "ada lovelace", "secretRef": {"name": "s", "key": "k"}}}),
            "auth/people/login/ada lovelace",
            json!({"password": "s/k"}),
        ),
        (
            json!({"jwt": {"role": "r", "secretRef": {"name": "s", "key": "k"}}}),
            "auth/jwt/login",
            json!({"role": "r", "jwt": "s/k"}),
        ),
        (
            json!({"jwt": {"path": "oidc", "kubernetesServiceAccountToken": {"serviceAccountRef": {"name": "a"}}}}),
            "auth/oidc/login",
            json!({"jwt": "a for vault 600 s"}),
        ),
        (
            json!({"jwt": {"kubernetesServiceAccountToken": {"serviceAccountRef": {"name": "a", "audiences": ["x"]}, "audiences": ["y"], "expirationSeconds": 900}}}),
            "auth/jwt/login",
            json!({"jwt": "a for x+y 900 s"}),
        ),
        (
            json!({"jwt": {"secretRef": {"name": "s", "key": "k"}, "kubernetesServiceAccountToken": {"serviceAccountRef": {"name": "a"}}}}),
            "auth/jwt/login",
            json!({"jwt": "s/k"}),
        ),
        (
            json!({"cert": {"clientCert": {"name": "c", "key": "crt"}, "secretRef": {"name": "c", "key": "key"}}}),
            "auth/cert/login",
            json!({}),
        ),
        (
            json!({"cert": {"path": "tls", "vaultRole": "web", "clientCert": {"name": "c", "key": "crt"}, "secretRef": {"name": "c", "key": "key"}}}),
            "auth/tls/login",
            json!({"name": "web"}),
        ),
    ];
    for (auth, path, body) in rows {
        assert_eq!(login(&auth), Ok((path.to_owned(), body)), "{auth}");
    }
}

#[test]
fn what_cannot_be_asked_is_refused_before_anybody_is() {
    let rows = [
        // Nobody may sign.
        (json!({"iam": {"vaultRole": "r"}}), Cause::Forbidden),
        (
            json!({"iam": {"vaultRole": "r", "jwt": {}}}),
            Cause::InvalidSpec,
        ),
        (
            json!({"iam": {"vaultRole": "r", "region": "nowhere"}}),
            Cause::InvalidSpec,
        ),
        (json!({"gcp": {}}), Cause::Unsupported),
        (json!({"tokenSecretRef": {"name": "t"}}), Cause::InvalidSpec),
        (
            json!({"appRole": {"roleId": "id", "secretRef": {"name": ""}}}),
            Cause::InvalidSpec,
        ),
        (
            json!({"appRole": {"secretRef": {"name": "s", "key": "k"}}}),
            Cause::InvalidSpec,
        ),
        (json!({"ldap": {}}), Cause::InvalidSpec),
        (
            json!({"userPass": {"username": "../sys", "secretRef": {"name": "s", "key": "k"}}}),
            Cause::InvalidSpec,
        ),
        (
            json!({"jwt": {"path": "../sys", "secretRef": {"name": "s", "key": "k"}}}),
            Cause::InvalidSpec,
        ),
        (json!({"jwt": {}}), Cause::InvalidSpec),
        (
            json!({"jwt": {"kubernetesServiceAccountToken": {"serviceAccountRef": {"name": "a"}, "expirationSeconds": -1}}}),
            Cause::InvalidSpec,
        ),
        (
            json!({"cert": {"clientCert": {"name": "c", "key": "k"}}}),
            Cause::InvalidSpec,
        ),
    ];
    for (auth, cause) in rows {
        let refused = login(&auth).map_err(|failure| failure.cause);
        assert_eq!(refused, Err(cause), "{auth}");
    }
}

/// All methods at once, taken away one by one in the order of the peer.
#[test]
fn the_first_method_of_the_order_counts() {
    let key = json!({"name": "s", "key": "k"});
    let mut auth = json!({
        "tokenSecretRef": key,
        "appRole": {"roleId": "id", "secretRef": key},
        "kubernetes": {"role": "r"},
        "ldap": {"secretRef": key},
        "userPass": {"secretRef": key},
        "jwt": {"secretRef": key},
        "cert": {"clientCert": key, "secretRef": key},
        "iam": {"vaultRole": "r"},
        "gcp": {},
    });
    let order = [
        ("tokenSecretRef", "given"),
        ("appRole", "auth/approle/login"),
        ("kubernetes", "auth/kubernetes/login"),
        ("ldap", "auth/ldap/login/ada"),
        ("userPass", "auth/userpass/login/ada"),
        ("jwt", "auth/jwt/login"),
        ("cert", "auth/cert/login"),
    ];
    for (method, path) in order {
        assert_eq!(login(&auth).unwrap().0, path);
        auth.as_object_mut().unwrap().remove(method);
    }
    let rows = [("iam", Cause::Forbidden), ("gcp", Cause::Unsupported)];
    for (method, cause) in rows {
        let refused = login(&auth).unwrap_err();
        assert_eq!(refused.cause, cause, "{}", refused.detail);
        auth.as_object_mut().unwrap().remove(method);
    }
    assert_eq!(login(&auth).unwrap().0, "anonymous");
}

#[test]
fn bodies_are_json_and_never_move() {
    let value = "\u{1}\"\\\n</ü".repeat(50);
    let fields = [("a", value.as_bytes()), ("b", b"")];
    let body = body(&fields).unwrap();
    let read: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(read, json!({"a": value, "b": ""}));
    assert!(super::body(&[("a", b"\xff")]).is_err());
    assert_eq!(&**super::body(&[]).unwrap(), b"{}");
}
