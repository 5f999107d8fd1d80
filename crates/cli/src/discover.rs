//! What surrounds a run: environment variables, the working folder, the user's folders. The only file that asks for them.
//!
//! Never here: what any of it means, or the reading of a file; every function returns a name or a value as it was found.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use selkie_crypto::Secret;

#[cfg(feature = "aws")]
use crate::io::host_name as host_name_of_system;
use crate::io::same_file;

/// Where the user's key file is, below the configuration folder: SOPS's place.
const KEY_FILE: [&str; 3] = ["sops", "age", "keys.txt"];

/// The folder in which the run was started; a valid `PWD` is believed, so that symlinks keep the names that people see.
pub(crate) fn working_folder() -> PathBuf {
    let real = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    match env::var_os("PWD").map(PathBuf::from) {
        Some(named) if named.is_absolute() && same_file(&named, &real) => named,
        _ => real,
    }
}

/// `SOPS_CONFIG`
pub(crate) fn config() -> Option<PathBuf> {
    text("SOPS_CONFIG").map(PathBuf::from)
}

/// The recipients in one of the variables that SOPS has for them, a variable for each kind.
pub(crate) fn recipients(variable: &str) -> Option<String> {
    text(variable)
}

/// `SOPS_KEYSERVICE`: addresses of key services, separated by commas.
pub(crate) fn key_services() -> Vec<String> {
    let all = text("SOPS_KEYSERVICE").unwrap_or_default();
    let parts = all
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// `SELKIE_KEYSERVICE_CA`: the authority of key services over TLS.
#[cfg(feature = "remote")]
pub(crate) fn key_service_authority() -> Option<PathBuf> {
    text("SELKIE_KEYSERVICE_CA").map(PathBuf::from)
}

/// `SELKIE_KEYSERVICE_CERT` and `SELKIE_KEYSERVICE_KEY`: what is shown to key services over TLS.
#[cfg(feature = "remote")]
pub(crate) fn key_service_certificate() -> Option<(PathBuf, PathBuf)> {
    let certificate = text("SELKIE_KEYSERVICE_CERT").map(PathBuf::from)?;
    Some((
        certificate,
        text("SELKIE_KEYSERVICE_KEY").map(PathBuf::from)?,
    ))
}

/// `SOPS_ENABLE_LOCAL_KEYSERVICE`, in the words of Go.
pub(crate) fn local_key_service() -> Option<bool> {
    match text("SOPS_ENABLE_LOCAL_KEYSERVICE")?.as_str() {
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => Some(true),
    }
}

/// `SELKIE_KEY_TIMEOUT`: how long a vendor's key, or an age plugin, is waited for.
pub(crate) fn key_timeout() -> Option<String> {
    text("SELKIE_KEY_TIMEOUT")
}

/// One of Google's variables, or SOPS's for Cloud KMS, that is no secret.
#[cfg(feature = "gcp")]
pub(crate) fn google(variable: &str) -> Option<String> {
    text(variable)
}

/// One of Google's variables that may be secret: `GOOGLE_CREDENTIALS`, `GOOGLE_OAUTH_ACCESS_TOKEN`.
#[cfg(feature = "gcp")]
pub(crate) fn google_secret(variable: &str) -> Option<Secret> {
    let value = env::var_os(variable).filter(|value| !value.is_empty())?;
    Some(Secret::from(value.into_encoded_bytes()))
}

/// Where `gcloud auth application-default login` leaves credentials, which need not exist; `None` if there is no such folder.
#[cfg(feature = "gcp")]
pub(crate) fn google_credentials_file() -> Option<PathBuf> {
    const NAME: &str = "application_default_credentials.json";
    if cfg!(windows) {
        let folder = PathBuf::from(env::var_os("APPDATA")?);
        return Some(folder.join("gcloud").join(NAME));
    }
    let home = env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    Some(home.join(".config").join("gcloud").join(NAME))
}

/// What the machine's maker calls it: machines of Google's have a metadata server.
#[cfg(feature = "gcp")]
pub(crate) fn machine_name_file() -> &'static Path {
    Path::new("/sys/class/dmi/id/product_name")
}

/// One of the variables of Huawei's library that is no secret.
#[cfg(feature = "huawei")]
pub(crate) fn huawei(variable: &str) -> Option<String> {
    text(variable)
}

/// One of the variables of Huawei's library that is secret: half of the access key, or its token.
#[cfg(feature = "huawei")]
pub(crate) fn huawei_secret(variable: &str) -> Option<Secret> {
    let value = env::var_os(variable).filter(|value| !value.is_empty())?;
    Some(Secret::from(value.into_encoded_bytes()))
}

/// The file of Huawei's library, which need not exist; `None` if there is no home.
#[cfg(feature = "huawei")]
pub(crate) fn huawei_credentials_file() -> Option<PathBuf> {
    if let Some(file) = text("HUAWEICLOUD_SDK_CREDENTIALS_FILE") {
        return Some(PathBuf::from(file));
    }
    let home = env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    Some(home.join(".huaweicloud").join("credentials"))
}

/// One of the variables of Vault's client, or SOPS's for it, that is no secret.
#[cfg(feature = "vault")]
pub(crate) fn vault(variable: &str) -> Option<String> {
    text(variable)
}

/// One of the variables of Vault's client that may be secret: `VAULT_TOKEN`, `VAULT_HEADERS`.
#[cfg(feature = "vault")]
pub(crate) fn vault_secret(variable: &str) -> Option<Secret> {
    let value = env::var_os(variable).filter(|value| !value.is_empty())?;
    Some(Secret::from(value.into_encoded_bytes()))
}

/// Where `vault login` leaves the token, which need not exist; `None` if there is no home.
#[cfg(feature = "vault")]
pub(crate) fn vault_token_file() -> Option<PathBuf> {
    let home = env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    Some(home.join(".vault-token"))
}

/// `SOPS_GPG_EXEC`, or else the ordinary name: the program gpg.
#[cfg(feature = "pgp")]
pub(crate) fn gpg() -> OsString {
    let given = env::var_os("SOPS_GPG_EXEC").filter(|name| !name.is_empty());
    given.unwrap_or_else(|| "gpg".into())
}

/// `GPG_TTY`: whether the user says on which terminal gpg may ask.
#[cfg(feature = "pgp")]
pub(crate) fn names_terminal() -> bool {
    text("GPG_TTY").is_some()
}

/// This machine's name; empty if the system does not tell it.
#[cfg(feature = "aws")]
pub(crate) fn host_name() -> String {
    let name = host_name_of_system();
    if name.is_empty() {
        return text("COMPUTERNAME").unwrap_or_default();
    }
    name
}

/// One of the variables of Azure's libraries.
#[cfg(feature = "azure")]
pub(crate) fn azure(variable: &str) -> Option<String> {
    text(variable)
}

/// `SELKIE_STRICT`: any value but `0`.
pub(crate) fn strict() -> bool {
    text("SELKIE_STRICT").is_some_and(|value| value != "0")
}

/// `SOPS_DECRYPTION_ORDER`
pub(crate) fn decryption_order() -> Option<String> {
    text("SOPS_DECRYPTION_ORDER")
}

/// `SOPS_AGE_KEY`: identities themselves.
pub(crate) fn age_key() -> Option<Secret> {
    env::var_os("SOPS_AGE_KEY").map(|value| Secret::from(value.into_encoded_bytes()))
}

/// `SOPS_AGE_KEY_FILE`
pub(crate) fn age_key_file() -> Option<PathBuf> {
    env::var_os("SOPS_AGE_KEY_FILE").map(PathBuf::from)
}

/// `SOPS_AGE_KEY_CMD`: a command that prints a key file.
pub(crate) fn age_key_command() -> Option<String> {
    env::var("SOPS_AGE_KEY_CMD").ok()
}

/// `SOPS_AGE_SSH_PRIVATE_KEY_FILE`
pub(crate) fn age_ssh_key_file() -> Option<PathBuf> {
    env::var_os("SOPS_AGE_SSH_PRIVATE_KEY_FILE").map(PathBuf::from)
}

/// `SOPS_AGE_SSH_PRIVATE_KEY_CMD`: a command that prints an ssh private key.
pub(crate) fn age_ssh_key_command() -> Option<String> {
    env::var("SOPS_AGE_SSH_PRIVATE_KEY_CMD").ok()
}

/// The ssh keys in the user's own folder that SOPS looks for; they need not exist.
pub(crate) fn ssh_keys() -> Vec<PathBuf> {
    let home = env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" });
    let Some(home) = home.filter(|home| !home.is_empty()).map(PathBuf::from) else {
        return Vec::new();
    };
    let keys = ["id_ed25519", "id_rsa"];
    keys.map(|key| home.join(".ssh").join(key)).to_vec()
}

/// `AGEDEBUG=plugin`: what plugins say on stderr is shown, as age shows it.
pub(crate) fn debugs_plugins() -> bool {
    text("AGEDEBUG").is_some_and(|value| value == "plugin")
}

/// `XDG_RUNTIME_DIR`: the user's own place for what ends with the session.
pub(crate) fn runtime_folder() -> Option<PathBuf> {
    text("XDG_RUNTIME_DIR").map(PathBuf::from)
}

/// `TMPDIR`, or the system's own place.
pub(crate) fn temporary_folder() -> PathBuf {
    env::temp_dir()
}

/// `SOPS_EDITOR`, or else `EDITOR`: a program and its arguments.
pub(crate) fn editor() -> Option<String> {
    text("SOPS_EDITOR").or_else(|| text("EDITOR"))
}

/// Where an administrator asks SOPS for an audit; none if `SELKIE_NO_AUDIT=1` says that there is to be no asking.
pub(crate) fn audit_config() -> Option<&'static Path> {
    let waived = text("SELKIE_NO_AUDIT").is_some_and(|value| value == "1");
    (!waived).then_some(Path::new("/etc/sops/audit.yaml"))
}

/// `PATH`: where programs are looked for.
pub(crate) fn program_folders() -> Option<OsString> {
    env::var_os("PATH")
}

/// All variables, for a program that is run; one of them may be an identity.
pub(crate) fn environment() -> Vec<(OsString, Secret)> {
    env::vars_os()
        .map(|(name, value)| (name, Secret::from(value.into_encoded_bytes())))
        .collect()
}

/// The key file in the user's configuration folder, which need not exist; `None` if there is no such folder.
pub(crate) fn user_key_file() -> Option<PathBuf> {
    let mut path = configuration_folder()?;
    path.extend(KEY_FILE);
    Some(path)
}

/// `$XDG_CONFIG_HOME` or the system's own place: what Go's standard library and SOPS take.
fn configuration_folder() -> Option<PathBuf> {
    if cfg!(windows) {
        return env::var_os("AppData").map(PathBuf::from);
    }
    if let Some(folder) = env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    let home = PathBuf::from(env::var_os("HOME").filter(|home| !home.is_empty())?);
    Some(if cfg!(target_os = "macos") {
        home.join("Library").join("Application Support")
    } else {
        home.join(".config")
    })
}

/// An empty variable is taken as none, as in SOPS.
fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
