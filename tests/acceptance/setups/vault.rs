//! Key-value engines of a real Vault, one engine for each setup, by every login. `OpenBao` speaks the same language; none can be built here, so the
//! provider `openBao` asks Vault.

mod login;

use serde_json::{Value, json};

use super::{Cases, Setup};
use crate::case::Remote;
use crate::place::{Place, bundle};
pub(crate) use login::{Logins, logins};

/// Names of engines begin with this, so that one policy is for all of them.
const ENGINES: &str = "accept-";

const FIRST_EIGHT: &[&str] = &[
    "FindByName",
    "FindByNameAndRewrite",
    "JSONDataFromSync",
    "JSONDataFromRewrite",
    "JSONDataWithProperty",
    "JSONDataWithTemplate",
    "DataPropertyDockerconfigJSON",
    "JSONDataWithoutTargetName",
];
const WITHOUT_SEARCHES: &[&str] = FIRST_EIGHT.split_at(2).1;
const ONE: &[&str] = &["JSONDataFromSync"];

type Store = fn(&Place<'_>, &[Remote]) -> Value;

const fn setup(id: &'static str, cases: Cases, store: Store) -> Setup {
    Setup {
        id,
        provider: "vault",
        cases,
        put,
        delete,
        store,
        folder: str::to_owned,
        found: |folder, key| format!("{folder}_{key}"),
    }
}

pub(super) static SETUPS: &[Setup] = &[
    setup("vault.token", Cases::Listed, |place, _| {
        place.store(&spec(place, "vault", &login::token(place)))
    }),
    Setup {
        provider: "openBao",
        ..setup("openBao.token", Cases::Listed, |place, _| {
            place.store(&spec(place, "openBao", &login::token(place)))
        })
    },
    setup("vault.cert", Cases::These(FIRST_EIGHT), |place, _| {
        place.store(&spec(place, "vault", &login::cert(place)))
    }),
    setup("vault.appRole", Cases::These(FIRST_EIGHT), |place, _| {
        place.store(&spec(place, "vault", &login::app_role(place)))
    }),
    Setup {
        put: put_first,
        ..setup("vault.kv1", Cases::These(FIRST_EIGHT), |place, _| {
            let mut spec = spec(place, "vault", &login::token(place));
            spec["provider"]["vault"]["version"] = json!("v1");
            place.store(&spec)
        })
    },
    setup("vault.jwt", Cases::These(FIRST_EIGHT), |place, _| {
        place.store(&spec(place, "vault", &login::jwt(place)))
    }),
    setup("vault.kubernetes", Cases::These(FIRST_EIGHT), |place, _| {
        place.store(&spec(place, "vault", &login::kubernetes(place)))
    }),
    setup(
        "vault.jwtAccount",
        Cases::These(WITHOUT_SEARCHES),
        |place, _| place.store(&spec(place, "vault", &login::account_jwt(place))),
    ),
    setup("vault.referent", Cases::These(ONE), |place, _| {
        place.cluster_store(&spec(place, "vault", &login::token(place)))
    }),
    setup("vault.mutual", Cases::These(&["FindByName"]), |place, _| {
        place.store(&mutual(place))
    }),
    setup("vault.mutualReferent", Cases::These(ONE), |place, _| {
        place.cluster_store(&mutual(place))
    }),
];

/// Every engine of the table, with its version.
fn engines() -> impl Iterator<Item = (String, u8)> {
    SETUPS.iter().map(|setup| {
        let version = if setup.id == "vault.kv1" { 1 } else { 2 };
        (engine(setup.id), version)
    })
}

fn engine(setup: &str) -> String {
    format!("{ENGINES}{setup}")
}

/// What a secret is called in its engine.
fn path(place: &Place<'_>, secret: &Remote) -> String {
    let path = format!("{}/{}", secret.folder, place.key(secret.name));
    path.trim_start_matches('/').to_owned()
}

fn put(place: &Place<'_>, secrets: &[Remote]) {
    let (vault, engine) = (&place.servers.vault, engine(place.setup));
    for secret in secrets {
        let path = path(place, secret);
        let value: Value = serde_json::from_str(&secret.value).unwrap();
        vault.write(&format!("{engine}/data/{path}"), &json!({ "data": value }));
        if !secret.tags.is_empty() {
            let tags = json!({ "custom_metadata": secret.tags });
            vault.write(&format!("{engine}/metadata/{path}"), &tags);
        }
    }
}

/// The same in the engine's first version.
fn put_first(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let path = format!("{}/{}", engine(place.setup), path(place, secret));
        let value = serde_json::from_str(&secret.value).unwrap();
        place.servers.vault.write(&path, &value);
    }
}

fn delete(place: &Place<'_>, secrets: &[Remote]) {
    for secret in secrets {
        let path = path(place, secret);
        let path = format!("{}/metadata/{path}", engine(place.setup));
        place.servers.vault.delete(&path);
    }
}

/// A store over TLS, with the authority that signed the server's certificate.
fn spec(place: &Place<'_>, provider: &str, auth: &Value) -> Value {
    let vault = &place.servers.vault;
    json!({ "provider": { provider: {
        "server": vault.tls_url,
        "caBundle": bundle(&vault.authority),
        "path": engine(place.setup),
        "version": "v2",
        "auth": auth,
    }}})
}

/// The same at the door for clients with a certificate.
fn mutual(place: &Place<'_>) -> Value {
    login::token(place);
    login::certificate(place);
    let mut spec = at_the_mutual_door(place);
    spec["provider"]["vault"]["tls"] = json!({
        "certSecretRef": { "name": login::CERTIFICATE, "key": "tls.crt" },
        "keySecretRef": { "name": login::CERTIFICATE, "key": "tls.key" },
    });
    spec
}

/// A store that knocks there with a token and no certificate.
pub(crate) fn at_the_mutual_door(place: &Place<'_>) -> Value {
    let mut spec = spec(place, "vault", &login::by_token());
    spec["provider"]["vault"]["server"] = json!(place.servers.vault.mutual_url);
    spec
}
