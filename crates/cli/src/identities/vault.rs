//! How Vault is reached: the variables of Vault's own client, with its meanings, and SOPS's list of addresses.
//!
//! `VAULT_SRV_LOOKUP` is refused. `VAULT_RATE_LIMIT` is left alone, as it has no effect on SOPS, which makes a client per key; so are
//! `VAULT_WRAP_TTL`, with which SOPS fails, and `VAULT_DISABLE_REDIRECTS`, because no redirect is followed here.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use selkie_crypto::Secret;
use selkie_keys::vault_transit::{Allowlist, Settings, VaultAccess};

use crate::discover;
use crate::io::{plain_error, read_file};
use crate::message::warn;

/// Looks nothing up before a key asks for it.
pub(super) fn access() -> VaultAccess {
    VaultAccess::new(settings, |address| {
        warn(format_args!(
            "the Vault token goes to {address}, which is not the address in VAULT_ADDR, and SOPS_HC_VAULT_ALLOWLIST does not \
             name it"
        ));
    })
}

fn settings() -> Result<Settings, String> {
    if flag("VAULT_SRV_LOOKUP")? {
        return Err("VAULT_SRV_LOOKUP is not supported".to_owned());
    }
    let allowed = discover::vault("SOPS_HC_VAULT_ALLOWLIST");
    let allowed = allowed.map(|list| Allowlist::parse(&list).map_err(|error| error.to_string()));
    let timeout = discover::vault("VAULT_CLIENT_TIMEOUT").map(|text| {
        duration(&text).ok_or("VAULT_CLIENT_TIMEOUT is neither seconds nor a duration")
    });
    let retries = discover::vault("VAULT_MAX_RETRIES").map(|text| {
        let retries = text.parse::<u32>();
        retries.map_err(|_| "VAULT_MAX_RETRIES is no number")
    });
    Ok(Settings {
        token: token()?,
        address: discover::vault("VAULT_ADDR"),
        agent_address: discover::vault("VAULT_AGENT_ADDR"),
        allowed: allowed.transpose()?.unwrap_or_default(),
        namespace: discover::vault("VAULT_NAMESPACE"),
        authorities: authorities()?,
        identity: identity()?,
        skip_verify: flag("VAULT_SKIP_VERIFY")?,
        server_name: discover::vault("VAULT_TLS_SERVER_NAME"),
        proxy: discover::vault("VAULT_PROXY_ADDR").or_else(|| discover::vault("VAULT_HTTP_PROXY")),
        headers: headers()?,
        // None, as in Vault's client, means the default.
        timeout: timeout.transpose()?.filter(|timeout| !timeout.is_zero()),
        attempts: retries
            .transpose()?
            .map(|retries| NonZeroU32::MIN.saturating_add(retries)),
    })
}

/// `VAULT_TOKEN`, else what `vault login` left in the home folder.
fn token() -> Result<Option<Secret>, String> {
    if let Some(token) = discover::vault_secret("VAULT_TOKEN") {
        return Ok(Some(token));
    }
    let Some(path) = discover::vault_token_file() else {
        return Ok(None);
    };
    match read_file(&path) {
        Ok(content) => {
            let token = content.expose().trim_ascii();
            Ok((!token.is_empty()).then(|| Secret::from(token.to_vec())))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(&path, &error)),
    }
}

/// One file, else the text itself, else all files of a folder.
fn authorities() -> Result<Option<Vec<Vec<u8>>>, String> {
    let files = if let Some(file) = discover::vault("VAULT_CACERT") {
        vec![PathBuf::from(file)]
    } else if let Some(text) = discover::vault("VAULT_CACERT_BYTES") {
        return Ok(Some(vec![text.into_bytes()]));
    } else if let Some(folder) = discover::vault("VAULT_CAPATH") {
        let folder = PathBuf::from(folder);
        files_in(&folder).map_err(|error| unreadable(&folder, &error))?
    } else {
        return Ok(None);
    };
    let read = |path: &PathBuf| {
        let content = read_file(path).map_err(|error| unreadable(path, &error))?;
        Ok(content.expose().to_vec())
    };
    files.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// The files of a folder of certificates, which are links as a rule.
fn files_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?;
    let paths = entries.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = paths.collect::<std::io::Result<_>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

/// The certificate and the key in one text.
fn identity() -> Result<Option<Secret>, String> {
    let certificate = discover::vault("VAULT_CLIENT_CERT");
    let key = discover::vault("VAULT_CLIENT_KEY");
    let (certificate, key) = match (certificate, key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (PathBuf::from(certificate), PathBuf::from(key)),
        _ => return Err("VAULT_CLIENT_CERT and VAULT_CLIENT_KEY need each other".to_owned()),
    };
    let mut both = read_file(&certificate).map_err(|error| unreadable(&certificate, &error))?;
    let key = read_file(&key).map_err(|error| unreadable(&key, &error))?;
    both.extend_from_slice(b"\n");
    both.extend_from_slice(key.expose());
    Ok(Some(both))
}

/// `VAULT_HEADERS`: a JSON object of texts. Vault's own headers are not to be set so.
fn headers() -> Result<Vec<(String, Secret)>, String> {
    let Some(text) = discover::vault_secret("VAULT_HEADERS") else {
        return Ok(Vec::new());
    };
    let problem = || "VAULT_HEADERS is no JSON object of texts".to_owned();
    let members: BTreeMap<String, String> =
        serde_json::from_slice(text.expose()).map_err(|_| problem())?;
    if members.keys().any(|name| name.starts_with("X-Vault-")) {
        return Err("VAULT_HEADERS sets a header that is Vault's own".to_owned());
    }
    let headers = members.into_iter();
    Ok(headers
        .map(|(name, value)| (name, Secret::from(value)))
        .collect())
}

fn flag(variable: &str) -> Result<bool, String> {
    match discover::vault(variable).as_deref() {
        None | Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(false),
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(true),
        Some(_) => Err(format!("{variable} is neither true nor false")),
    }
}

/// Seconds, or a duration as Go writes it: `90`, `1m30s`, `1.5h`.
fn duration(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let mut rest = text;
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(char::is_alphabetic)?);
        let end = after.find(|c: char| !c.is_alphabetic());
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" | "μs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        let seconds = number.parse::<f64>().ok()? * seconds;
        total = total.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
        rest = after;
    }
    (!text.is_empty()).then_some(total)
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be read: {}", path.display(), plain_error(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_those_of_vaults_client() {
        let rows = [
            ("60", Some(60_000)),
            ("60s", Some(60_000)),
            ("1m30s", Some(90_000)),
            ("1.5h", Some(5_400_000)),
            ("250ms", Some(250)),
            ("0", Some(0)),
            ("", None),
            ("5 s", None),
            ("s", None),
            ("-1s", None),
            ("1d", None),
        ];
        for (text, milliseconds) in rows {
            assert_eq!(
                duration(text),
                milliseconds.map(Duration::from_millis),
                "{text}"
            );
        }
    }
}
