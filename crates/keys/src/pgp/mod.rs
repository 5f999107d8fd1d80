//! `OpenPGP` keys, through the user's own program gpg: it has the keyring, its agent the secret keys, and its pinentry asks for
//! passphrases. One run of gpg for each data key that is wrapped or unwrapped.
//!
//! Never here: a keyring, a passphrase, an implementation of `OpenPGP`; what gpg says to people (it speaks their language).

mod listing;
mod run;
mod status;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::OnceLock;

use selkie_crypto::{PgpRecipient, Secret};

use crate::{Access, Cause, Credentials, Fault};

/// The program gpg, looked up when the first key needs it.
pub struct Gpg {
    name: String,
    look_up: Box<dyn Fn() -> Option<Program> + Send + Sync>,
    found: OnceLock<Option<Program>>,
}

/// Where gpg is, and where its pinentry may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The program itself.
    pub path: PathBuf,
    /// The user's terminal, unless the environment names one already. gpg would look at its standard input, which is a pipe here.
    pub terminal: Option<OsString>,
}

impl Gpg {
    /// A program that `look_up` finds; `name` is what the user calls it.
    pub fn new(
        name: impl Into<String>,
        look_up: impl Fn() -> Option<Program> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            look_up: Box::new(look_up),
            found: OnceLock::new(),
        }
    }

    fn program(&self) -> Result<&Program, Fault> {
        let found = self.found.get_or_init(&self.look_up).as_ref();
        found.ok_or_else(|| {
            Fault::new(Cause::Setting(format!("there is no program {}", self.name)))
                .hint("install GnuPG, or name its program in SOPS_GPG_EXEC")
        })
    }
}

impl fmt::Debug for Gpg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Gpg").field(&self.name).finish()
    }
}

/// The armored message for the key, as SOPS makes it.
pub(crate) fn wrap(
    credentials: &Credentials,
    recipient: &PgpRecipient,
    secret: &[u8],
) -> Result<String, Fault> {
    let key = named(recipient)?;
    // The user said whom to encrypt for: the web of trust has nothing to add, and neither have gpg's own settings.
    let words = [
        "--no-default-recipient",
        "--yes",
        "--encrypt",
        "-a",
        "-r",
        key,
        "--trusted-key",
        long_id(key),
        "--no-encrypt-to",
    ];
    let ended = gpg(credentials, &words, Secret::from(secret.to_vec()))?;
    if !ended.succeeded {
        let fault = status::not_encrypted(&ended.status);
        return Err(fault.unwrap_or_else(|| unusable(credentials, key)));
    }
    let text = std::str::from_utf8(ended.printed.expose()).map(str::trim);
    match text {
        Ok(text) if text.starts_with("-----BEGIN PGP MESSAGE-----") => Ok(text.to_owned()),
        _ => Err(Fault::new(Cause::BadReply)),
    }
}

/// The secret, or `None` if the keyring has no secret key for the message.
pub(crate) fn unwrap(credentials: &Credentials, ciphertext: &str) -> Result<Option<Secret>, Fault> {
    let ended = gpg(credentials, &["-d"], Secret::from(ciphertext.to_owned()))?;
    if ended.succeeded && status::is_decrypted(&ended.status) {
        if ended.printed.is_empty() {
            // An old gpg skips packets of a cipher that it does not know, and reports success.
            return Err(Fault::new(Cause::BadReply)
                .hint("the message may need a newer GnuPG than the one at hand"));
        }
        return Ok(Some(ended.printed));
    }
    status::not_decrypted(&ended.status)
}

/// What was looked at.
pub(crate) fn tried(credentials: &Credentials) -> Vec<String> {
    match &credentials.pgp {
        Access::Nothing => Vec::new(),
        Access::Ambient => vec!["gpg has no secret key for it".to_owned()],
        Access::Given(gpg) => vec![format!("{} has no secret key for it", gpg.name)],
    }
}

fn gpg(credentials: &Credentials, words: &[&str], input: Secret) -> Result<run::Ended, Fault> {
    let ambient = || Program {
        path: PathBuf::from("gpg"),
        terminal: None,
    };
    let program = match &credentials.pgp {
        Access::Nothing => return Err(Fault::new(Cause::NoCredentials)),
        Access::Ambient => ambient(),
        Access::Given(gpg) => gpg.program()?.clone(),
    };
    run::gpg(&program, words, input, credentials.network.timeout)
}

/// Why a key that is there was skipped: gpg gives no reason, but its list of keys does.
fn unusable(credentials: &Credentials, key: &str) -> Fault {
    let words = ["--with-colons", "--list-keys", "--", key];
    let listed = gpg(credentials, &words, Secret::new());
    let reason = listed.ok().and_then(|ended| {
        let text = String::from_utf8_lossy(ended.printed.expose()).into_owned();
        listing::reason(&text, key)
    });
    reason.unwrap_or_else(|| Fault::new(Cause::Refused))
}

/// The key as gpg is told it. Anything else than a fingerprint or a key's number could be an option, or match many keys.
fn named(recipient: &PgpRecipient) -> Result<&str, Fault> {
    let text = recipient.fingerprint.as_str();
    let digits = text.strip_suffix('!').unwrap_or(text);
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    if digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text);
    }
    let problem = "it is no fingerprint".to_owned();
    Err(Fault::new(Cause::Setting(problem)).hint("gpg --list-keys shows the fingerprints"))
}

/// The last 16 digits, and the `!` behind them.
fn long_id(key: &str) -> &str {
    let length = if key.ends_with('!') { 17 } else { 16 };
    &key[key.len().saturating_sub(length)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hexadecimal_names_reach_gpg() {
        let fingerprint = "295DB061582F868B55E96AB267EB37A64A17C500";
        let rows = [
            (fingerprint.to_owned(), Some("67EB37A64A17C500")),
            (format!("{fingerprint}!"), Some("67EB37A64A17C500!")),
            (fingerprint.to_lowercase(), Some("67eb37a64a17c500")),
            ("67EB37A64A17C500".to_owned(), Some("67EB37A64A17C500")),
            ("0x4A17C500".to_owned(), Some("0x4A17C500")),
            ("somebody@example.com".to_owned(), None),
            ("--homedir=/elsewhere".to_owned(), None),
            ("ABC".to_owned(), None),
            ("!".to_owned(), None),
            ("é17C5004A17C500".to_owned(), None),
        ];
        for (fingerprint, expected) in rows {
            let recipient = PgpRecipient { fingerprint };
            let id = named(&recipient).ok().map(long_id);
            assert_eq!(id, expected, "{}", recipient.fingerprint);
        }
    }

    #[test]
    fn a_missing_program_is_named_with_what_would_help() {
        let credentials = Credentials {
            pgp: Access::Given(Gpg::new("gpg9", || None)),
            ..Credentials::default()
        };
        let recipient = PgpRecipient::parse("295DB061582F868B55E96AB267EB37A64A17C500").unwrap();
        let fault = wrap(&credentials, &recipient, &[7; 32]).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "there is no program gpg9: install GnuPG, or name its program in SOPS_GPG_EXEC"
        );
    }
}
