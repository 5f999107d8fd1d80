//! How Google Cloud KMS and Cloud Storage are reached: SOPS's variables, then the places where Google's own library looks.
//!
//! The metadata server is asked only where a variable names it or the machine is Google's: finding out by asking would send a request
//! into whatever network this is. `SOPS_GCP_KMS_CLIENT_TYPE` chooses between two clients of SOPS's; here there is one, REST.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use selkie_crypto::Secret;
use selkie_keys::gcp_kms::{Credential, GcpAccess, Settings};

use crate::discover;
use crate::io::{plain_error, read_file};

/// The metadata server's address on every machine of Google's.
const METADATA: &str = "169.254.169.254";

/// Looks nothing up before a key asks for it.
pub(super) fn access() -> GcpAccess {
    GcpAccess::new(settings, || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(0, |since| since.as_secs())
    })
}

fn settings() -> Result<Settings, String> {
    Ok(Settings {
        credential: credential()?,
        endpoint: discover::google("SOPS_GCP_KMS_ENDPOINT"),
        universe_domain: discover::google("SOPS_GCP_KMS_UNIVERSE_DOMAIN"),
        quota_project: discover::google("GOOGLE_CLOUD_QUOTA_PROJECT"),
        storage_endpoint: discover::google("SELKIE_GCS_ENDPOINT"),
        storage_emulator: discover::google("STORAGE_EMULATOR_HOST"),
    })
}

/// SOPS's order, then that of "application default credentials".
fn credential() -> Result<Option<Credential>, String> {
    if let Some(text) = discover::google_secret("GOOGLE_CREDENTIALS") {
        return from_path_or_text(text).map(Some);
    }
    if let Some(token) = discover::google_secret("GOOGLE_OAUTH_ACCESS_TOKEN") {
        return Ok(Some(Credential::Token(token)));
    }
    if let Some(path) = discover::google("GOOGLE_APPLICATION_CREDENTIALS") {
        let path = PathBuf::from(path);
        let text = read_file(&path).map_err(|error| unreadable(&path, &error))?;
        return Ok(Some(from_file(text, &path)));
    }
    if let Some(path) = discover::google_credentials_file() {
        match read_file(&path) {
            Ok(text) => return Ok(Some(from_file(text, &path))),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    if let Some(host) = discover::google("GCE_METADATA_HOST") {
        return Ok(Some(Credential::Metadata(host)));
    }
    Ok(is_googles_machine().then(|| Credential::Metadata(METADATA.to_owned())))
}

/// `GOOGLE_CREDENTIALS` names a file if there is one of that name, as in SOPS.
fn from_path_or_text(text: Secret) -> Result<Credential, String> {
    let path = std::str::from_utf8(text.expose()).ok().map(Path::new);
    match path.filter(|path| path.exists()) {
        Some(path) => {
            let text = read_file(path).map_err(|error| unreadable(path, &error))?;
            Ok(from_file(text, path))
        }
        None => Ok(Credential::File(text, "GOOGLE_CREDENTIALS".to_owned())),
    }
}

fn from_file(text: Secret, path: &Path) -> Credential {
    Credential::File(text, path.display().to_string())
}

fn is_googles_machine() -> bool {
    let name = read_file(discover::machine_name_file());
    name.is_ok_and(|name| {
        matches!(
            name.expose().trim_ascii(),
            b"Google" | b"Google Compute Engine"
        )
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be read: {}", path.display(), plain_error(error))
}
