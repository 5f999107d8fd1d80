//! A vault's part of the protocol.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::keys::Keys;
use super::token::Bad;
use super::{Cloud, Inner, lock};
use crate::servers::http::{Request, Response};

/// An answer that is a refusal.
#[derive(Debug)]
pub(super) struct Refused(Box<Response>);

/// A refusal with the service's codes.
pub(super) fn refused(status: u16, code: &str, inner: Option<&str>) -> Refused {
    let mut error = json!({"code": code, "message": "A text of the vault's."});
    if let Some(inner) = inner {
        error["innererror"] = json!({"code": inner});
    }
    let body = json!({ "error": error }).to_string();
    Refused(Box::new(Response::json(status, body)))
}

/// Answers at `https://NAME.…`, which is `url`.
pub(super) fn answer(inner: &Inner, cloud: Cloud, url: &str, request: &Request) -> Response {
    let answer = admitted(inner, cloud, request).and_then(|()| {
        match url
            .split_once("https://")
            .and_then(|(_, host)| host.split('.').next())
        {
            Some("throttled") => Err(refused(429, "Throttled", None)),
            Some("broken") => Err(refused(503, "ServiceUnavailable", None)),
            _ => keys(inner, url, request),
        }
    });
    match answer {
        Ok(Value::Null) => Response::json(204, ""),
        Ok(body) => Response::json(200, body.to_string()),
        Err(Refused(response)) => *response,
    }
}

/// Whether whoever asks is logged in and let in; if not, where to log in.
fn admitted(inner: &Inner, cloud: Cloud, request: &Request) -> Result<(), Refused> {
    let Some(token) = request.header("authorization") else {
        inner.count("challenge");
        if !request.body.is_empty() {
            inner.complain(format!("a body without a token: {}", request.target));
            return Err(refused(400, "BadParameter", None));
        }
        return Err(challenge(inner, cloud, ""));
    };
    let token = token.strip_prefix("Bearer ").unwrap_or_default();
    match inner.directory.admits(token, cloud) {
        Ok(true) => Ok(()),
        Ok(false) => Err(refused(403, "Forbidden", Some("ForbiddenByRbac"))),
        Err(bad) => {
            let text = match bad {
                Bad::Forged => "AKV10046: Unable to resolve the key used for signature validation.",
                Bad::Audience => "AKV10022: Invalid audience.",
                Bad::Expired => "AKV10000: Token is expired.",
            };
            let more = format!(", error=\"invalid_token\", error_description=\"{text}\"");
            Err(challenge(inner, cloud, &more))
        }
    }
}

fn challenge(inner: &Inner, cloud: Cloud, more: &str) -> Refused {
    let Refused(mut response) = refused(401, "Unauthorized", None);
    let Cloud { login, vaults } = cloud;
    let tenant = &inner.directory.tenant;
    response.headers.push((
        "www-authenticate".to_owned(),
        format!(
            "Bearer authorization=\"https://{login}/{tenant}\", resource=\"https://{vaults}\"{more}"
        ),
    ));
    Refused(response)
}

fn keys(inner: &Inner, url: &str, request: &Request) -> Result<Value, Refused> {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    let version = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("api-version="));
    if version.is_none_or(str::is_empty) {
        inner.complain(format!("no api-version: {}", request.target));
        return Err(refused(400, "BadParameter", None));
    }
    let mut vaults = lock(&inner.vaults);
    let keys = vaults.entry(url.to_owned()).or_default();
    let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let missing = || refused(404, "KeyNotFound", None);
    let found = |is: bool| is.then_some(()).ok_or_else(missing);
    match (request.method.as_str(), words.as_slice()) {
        ("POST", ["keys", name, "create"]) => {
            inner.count("create");
            let body = body(request)?;
            if body["kty"] != "RSA" {
                return Err(refused(400, "BadParameter", None));
            }
            let all = json!([
                "encrypt",
                "decrypt",
                "sign",
                "verify",
                "wrapKey",
                "unwrapKey"
            ]);
            let wanted = body
                .get("key_ops")
                .filter(|it| !it.is_null())
                .unwrap_or(&all);
            let operations = serde_json::from_value(wanted.clone());
            let operations = operations.map_err(|_| refused(400, "BadParameter", None))?;
            Ok(keys.add(name, operations)?.bundle(url, name))
        }
        ("GET", ["keys", name, "versions"]) => {
            inner.count("list");
            let all = keys.list(url, name).unwrap_or_default();
            page(url, name, query, &all)
        }
        ("GET", ["keys", name, id @ ..]) if id.len() < 2 => {
            inner.count("get");
            let id = id.first().copied().unwrap_or_default();
            Ok(keys.find(name, id).ok_or_else(missing)?.bundle(url, name))
        }
        ("PATCH", ["keys", name, id]) => {
            inner.count("update");
            let body = body(request)?;
            let version = keys.find(name, id).ok_or_else(missing)?;
            let attributes = &body["attributes"];
            version.enabled = attributes["enabled"].as_bool().unwrap_or(version.enabled);
            version.expires = attributes["exp"].as_i64().or(version.expires);
            Ok(version.bundle(url, name))
        }
        ("DELETE", ["keys", name]) => {
            inner.count("delete");
            found(keys.delete(name))?;
            deleted(keys, url, name).ok_or_else(missing)
        }
        ("GET", ["deletedkeys", name]) => deleted(keys, url, name).ok_or_else(missing),
        ("DELETE", ["deletedkeys", name]) => found(keys.purge(name)).map(|()| Value::Null),
        ("POST", ["deletedkeys", name, "recover"]) => {
            found(keys.recover(name))?;
            Ok(keys.find(name, "").ok_or_else(missing)?.bundle(url, name))
        }
        ("POST", ["keys", name, id, operation @ ("encrypt" | "decrypt")]) => {
            inner.count(if *operation == "encrypt" {
                "encrypt"
            } else {
                "decrypt"
            });
            let body = body(request)?;
            let version = keys.find(name, id).ok_or_else(missing)?;
            if body["alg"] != "RSA-OAEP-256" {
                return Err(refused(400, "BadParameter", None));
            }
            let value = body["value"]
                .as_str()
                .and_then(|it| URL_SAFE_NO_PAD.decode(it).ok());
            let value = value.ok_or_else(|| refused(400, "BadParameter", None))?;
            let done = version.operate(operation, &value)?;
            Ok(json!({
                "kid": version.address(url, name), "value": URL_SAFE_NO_PAD.encode(done),
            }))
        }
        _ => Err(refused(404, "NotFound", None)),
    }
}

/// One version on each page, so that whoever lists must turn pages.
fn page(url: &str, name: &str, query: &str, all: &[Value]) -> Result<Value, Refused> {
    let from = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("$skiptoken="));
    let from = from.map_or(Ok(0), str::parse::<usize>);
    let from = from.map_err(|_| refused(400, "BadParameter", None))?;
    let next = (from + 1 < all.len()).then(|| {
        format!(
            "{url}/keys/{name}/versions?api-version=7.5&$skiptoken={}",
            from + 1
        )
    });
    Ok(json!({"value": all.get(from).map_or(&[][..], std::slice::from_ref), "nextLink": next}))
}

fn deleted(keys: &Keys, url: &str, name: &str) -> Option<Value> {
    let version = keys.deleted(name)?;
    let mut bundle = version.bundle(url, name);
    bundle["recoveryId"] = format!("{url}/deletedkeys/{name}").into();
    bundle["deletedDate"] = super::token::now().into();
    bundle["scheduledPurgeDate"] = (super::token::now() + 90 * 86_400).into();
    Some(bundle)
}

fn body(request: &Request) -> Result<Value, Refused> {
    serde_json::from_slice(&request.body).map_err(|_| refused(400, "BadParameter", None))
}
