//! A vault's part of the protocol.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::keys::Keys;
use super::secrets::Secrets;
use super::token::Bad;
use super::{Cloud, Inner, Vault, lock};
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
            _ => things(inner, url, request),
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
    let (login, vaults) = (cloud.authority(), cloud.resource());
    let tenant = &inner.directory.tenant;
    response.headers.push((
        "www-authenticate".to_owned(),
        format!("Bearer authorization=\"{login}/{tenant}\", resource=\"{vaults}\"{more}"),
    ));
    Refused(response)
}

/// A request to somebody who is let in.
struct Call<'r> {
    inner: &'r Inner,
    /// The vault's address.
    url: &'r str,
    request: &'r Request,
    query: &'r str,
}

fn things(inner: &Inner, url: &str, request: &Request) -> Result<Value, Refused> {
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
    let vault = vaults.entry(url.to_owned()).or_default();
    if let Some((times @ 1.., seconds)) = &mut vault.busy {
        *times -= 1;
        let Refused(mut response) = refused(429, "Throttled", None);
        let after = seconds.map(|seconds| ("Retry-After".to_owned(), seconds.to_string()));
        response.headers.extend(after);
        return Err(Refused(response));
    }
    let call = Call {
        inner,
        url,
        request,
        query,
    };
    let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match words.first() {
        Some(&("secrets" | "deletedsecrets")) => secrets(&call, &mut vault.secrets, &words),
        Some(&"certificates") => certificates(&call, vault, &words),
        _ => keys(&call, &mut vault.keys, &words),
    }
}

fn secrets(call: &Call<'_>, secrets: &mut Secrets, words: &[&str]) -> Result<Value, Refused> {
    let Call {
        inner,
        url,
        request,
        query,
    } = *call;
    let missing = || refused(404, "SecretNotFound", None);
    let found = |is: bool| is.then_some(()).ok_or_else(missing);
    if words.get(1).is_some_and(|name| !is_name(name)) {
        return Err(refused(400, "BadParameter", None));
    }
    match (request.method.as_str(), words) {
        ("GET", ["secrets"]) => {
            inner.count("list");
            page(&format!("{url}/secrets"), query, &secrets.list(url))
        }
        ("PUT", ["secrets", name]) => {
            inner.count("set");
            let body = body(request)?;
            let value = body["value"].as_str();
            let value = value.ok_or_else(|| refused(400, "BadParameter", None))?;
            let version = secrets.add(name, value)?;
            version.update(&body);
            let mut bundle = version.properties(url, name);
            bundle["value"] = value.into();
            Ok(bundle)
        }
        ("GET", ["secrets", name, "versions"]) => {
            inner.count("list");
            let all = secrets.versions(url, name);
            page(&format!("{url}/secrets/{name}/versions"), query, &all)
        }
        ("GET", ["secrets", name, id @ ..]) if id.len() < 2 => {
            inner.count("get");
            let id = id.first().copied().unwrap_or_default();
            secrets
                .find(name, id)
                .ok_or_else(missing)?
                .bundle(url, name)
        }
        ("PATCH", ["secrets", name, id]) => {
            inner.count("update");
            let body = body(request)?;
            let version = secrets.find(name, id).ok_or_else(missing)?;
            version.update(&body);
            Ok(version.properties(url, name))
        }
        ("DELETE", ["secrets", name]) => {
            inner.count("delete");
            found(secrets.delete(name))?;
            deleted_secret(secrets, url, name).ok_or_else(missing)
        }
        ("GET", ["deletedsecrets", name]) => deleted_secret(secrets, url, name).ok_or_else(missing),
        ("DELETE", ["deletedsecrets", name]) => found(secrets.purge(name)).map(|()| Value::Null),
        ("POST", ["deletedsecrets", name, "recover"]) => {
            found(secrets.recover(name))?;
            let version = secrets.find(name, "").ok_or_else(missing)?;
            Ok(version.properties(url, name))
        }
        _ => Err(refused(404, "NotFound", None)),
    }
}

fn certificates(call: &Call<'_>, vault: &mut Vault, words: &[&str]) -> Result<Value, Refused> {
    let Call {
        inner,
        url,
        request,
        ..
    } = *call;
    let (secrets, certificates) = (&mut vault.secrets, &mut vault.certificates);
    match (request.method.as_str(), words) {
        ("POST", ["certificates", name, "import"]) => {
            inner.count("import");
            certificates.import(secrets, url, name, &body(request)?)
        }
        ("GET", ["certificates", name, id @ ..]) if id.len() < 2 => {
            inner.count("get");
            let id = id.first().copied().unwrap_or_default();
            let bundle = certificates.bundle(url, name, id);
            bundle.ok_or_else(|| refused(404, "CertificateNotFound", None))
        }
        _ => Err(refused(404, "NotFound", None)),
    }
}

/// Names as the service has them.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=127).contains(&name.len()) && name.bytes().all(plain)
}

fn keys(call: &Call<'_>, keys: &mut Keys, words: &[&str]) -> Result<Value, Refused> {
    let Call {
        inner,
        url,
        request,
        query,
    } = *call;
    let missing = || refused(404, "KeyNotFound", None);
    let found = |is: bool| is.then_some(()).ok_or_else(missing);
    match (request.method.as_str(), words) {
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
            page(&format!("{url}/keys/{name}/versions"), query, &all)
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

/// One thing on each page, so that whoever lists must turn pages.
fn page(list: &str, query: &str, all: &[Value]) -> Result<Value, Refused> {
    let from = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("$skiptoken="));
    let from = from.map_or(Ok(0), str::parse::<usize>);
    let from = from.map_err(|_| refused(400, "BadParameter", None))?;
    let next =
        (from + 1 < all.len()).then(|| format!("{list}?api-version=7.5&$skiptoken={}", from + 1));
    Ok(json!({"value": all.get(from).map_or(&[][..], std::slice::from_ref), "nextLink": next}))
}

fn deleted_secret(secrets: &Secrets, url: &str, name: &str) -> Option<Value> {
    let mut bundle = secrets.deleted(name)?.properties(url, name);
    bundle["recoveryId"] = format!("{url}/deletedsecrets/{name}").into();
    bundle["deletedDate"] = super::token::now().into();
    bundle["scheduledPurgeDate"] = (super::token::now() + 90 * 86_400).into();
    Some(bundle)
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
