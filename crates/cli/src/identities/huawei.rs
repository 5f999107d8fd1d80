//! How Huawei Cloud is reached: the variables and the file of its own library, in its order. What that library tries after them, the
//! metadata of a machine and the identity of a pod, is not asked for.

use std::io::ErrorKind;
use std::time::{SystemTime, UNIX_EPOCH};

use selkie_crypto::{Secret, Timestamp};
use selkie_keys::huawei_kms::{HuaweiAccess, KeyPair, Settings};

use crate::discover;
use crate::io::{plain_error, read_file};

/// The section of the file for keys that belong to a project.
const SECTION: &str = "basic";

/// Looks nothing up before a key asks for it.
pub(super) fn access() -> HuaweiAccess {
    HuaweiAccess::new(settings, now)
}

fn settings() -> Result<Settings, String> {
    // The library takes these before an access key; somebody else must not ask in their place.
    if ["HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"]
        .iter()
        .all(|name| discover::huawei(name).is_some())
    {
        return Err("HUAWEICLOUD_SDK_IDP_ID cannot be used: only access keys can".to_owned());
    }
    let mut settings = match from_variables() {
        Some(settings) => settings,
        None => from_file()?.unwrap_or_default(),
    };
    settings.identity_endpoint = settings
        .identity_endpoint
        .or_else(|| discover::huawei("HUAWEICLOUD_SDK_IAM_ENDPOINT"));
    settings.endpoint = Some(endpoint);
    Ok(settings)
}

/// Both halves of the access key, or nothing.
fn from_variables() -> Option<Settings> {
    let pair = KeyPair {
        access_key: discover::huawei("HUAWEICLOUD_SDK_AK")?,
        secret_key: discover::huawei_secret("HUAWEICLOUD_SDK_SK")?,
        security_token: discover::huawei_secret("HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    };
    Some(Settings {
        pair: Some(pair),
        project: discover::huawei("HUAWEICLOUD_SDK_PROJECT_ID"),
        ..Settings::default()
    })
}

fn from_file() -> Result<Option<Settings>, String> {
    let Some(path) = discover::huawei_credentials_file() else {
        return Ok(None);
    };
    match read_file(&path) {
        Ok(text) => Ok(Some(read(text.expose()))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!(
            "{} cannot be read: {}",
            path.display(),
            plain_error(&error)
        )),
    }
}

/// The settings of one section; lines that say nothing of use are passed over.
fn read(text: &[u8]) -> Settings {
    let mut settings = Settings::default();
    let (mut access_key, mut secret_key, mut security_token) = (None, None, None);
    let mut inside = false;
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if let Some(section) = line.strip_prefix(b"[") {
            inside = section
                .strip_suffix(b"]")
                .is_some_and(|it| it.trim_ascii() == SECTION.as_bytes());
            continue;
        }
        let Some(at) = line
            .iter()
            .position(|byte| *byte == b'=')
            .filter(|_| inside)
        else {
            continue;
        };
        let value = line[at + 1..].trim_ascii();
        if value.is_empty() {
            continue;
        }
        let text = || Some(String::from_utf8_lossy(value).into_owned());
        match line[..at].trim_ascii() {
            b"ak" => access_key = text(),
            b"sk" => secret_key = Some(Secret::from(value.to_vec())),
            b"security_token" => security_token = Some(Secret::from(value.to_vec())),
            b"project_id" => settings.project = text(),
            b"iam_endpoint" => settings.identity_endpoint = text(),
            _ => {}
        }
    }
    if let (Some(access_key), Some(secret_key)) = (access_key, secret_key) {
        settings.pair = Some(KeyPair {
            access_key,
            secret_key,
            security_token,
        });
    }
    settings
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// The library's variable for the address of one service in one region.
fn endpoint(region: &str) -> Option<String> {
    let region = region.to_uppercase().replace('-', "_");
    discover::huawei(&format!("HUAWEICLOUD_SDK_REGION_KMS_{region}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_by_its_section() {
        let rows = [
            ("[basic]\nak = a\nsk = s\n", Some(("a", "s")), None),
            (
                "; x\r\n[global]\r\nak=g\r\nsk=h\r\n[ basic ]\r\nak=a\r\nsk=s=\r\nproject_id=p\r\n",
                Some(("a", "s=")),
                Some("p"),
            ),
            ("[basic]\nak=a\nsk=\n", None, None),
            ("ak=a\nsk=s\n", None, None),
            ("", None, None),
        ];
        for (text, pair, project) in rows {
            let settings = read(text.as_bytes());
            let found = settings.pair.as_ref();
            let found = found.map(|it| (it.access_key.as_bytes(), it.secret_key.expose()));
            assert_eq!(
                found,
                pair.map(|(a, s)| (a.as_bytes(), s.as_bytes())),
                "{text:?}"
            );
            assert_eq!(settings.project.as_deref(), project, "{text:?}");
        }
    }
}
