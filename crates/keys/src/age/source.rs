//! Where identities come from: a name to show, and content that is looked at only when it is needed.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use age_core::format::Stanza;
use selkie_crypto::Secret;

use super::identity::{Identity, parse};
use super::plugin::Plugins;
use super::ssh::{self, SshIdentity};
use super::{AgeError, armor};
use crate::Credentials;

/// What stands between two identities of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// One identity per line and no blanks, as in a key file.
    Line,
    /// Any white space, as SOPS 3.13 reads `SOPS_AGE_KEY`.
    WhiteSpace,
}

/// Gets the text of a source for the recipient given, or says in a few words why not.
pub type ContentFor = Box<dyn Fn(&str) -> Result<Secret, String> + Send + Sync>;

/// The text of a source, or how to get it.
pub enum Content {
    /// At hand; an error says in a few words why not.
    Held(Result<Secret, String>),
    /// Got when it is needed, once: a key file may be a pipe.
    Once(Box<dyn Fn() -> Result<Secret, String> + Send + Sync>),
    /// Got by asking, for the recipient given: `SOPS_AGE_KEY_CMD` learns for whom it is run.
    Asked(ContentFor),
}

/// What the text of a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Identities of age's own and of plugins.
    Identities(Separator),
    /// One ssh private key, which somebody named.
    SshKey,
    /// One ssh private key where such keys usually lie.
    UsualSshKey,
}

/// A source of age identities. It may fail: that is told only if nothing else helps.
pub struct AgeSource {
    name: String,
    content: Content,
    form: Form,
    /// A passphrase is asked for once, and a command run once per recipient, by however many threads.
    last: Mutex<Option<Reading>>,
    /// What went wrong with its identities, by the recipient that they were tried for.
    failures: Mutex<HashMap<String, Vec<String>>>,
}

/// What an identity may use while it is tried.
pub(super) struct Help<'h> {
    /// The source, as questions name it.
    name: &'h str,
    /// Whose wrapped key it is.
    recipient: &'h str,
    credentials: &'h Credentials,
}

impl<'h> Help<'h> {
    /// The passphrase of what the source holds.
    pub(super) fn ask(&self) -> Result<Secret, String> {
        match &self.credentials.ask_passphrase {
            Some(ask) => ask(self.name),
            None => Err("there is nobody to ask".to_owned()),
        }
    }

    pub(super) fn plugins(&self) -> Option<&'h Plugins> {
        self.credentials.age_plugins.as_ref()
    }

    /// The stanzas of other wrapped keys of the same recipient that the run will need.
    pub(super) fn companions(&self) -> Vec<Vec<Stanza>> {
        let expected = self.credentials.age_expected.take(self.recipient);
        let stanzas = expected
            .iter()
            .filter_map(|armored| armor::stanzas(armored));
        stanzas.collect()
    }
}

/// The last look at a source.
struct Reading {
    /// For whom it was asked; `None` if the content is the same for all.
    recipient: Option<String>,
    /// The content and what it held.
    found: Result<(Secret, Result<Vec<Identity>, AgeError>), String>,
}

impl Reading {
    fn serves(&self, recipient: &str) -> bool {
        self.recipient
            .as_ref()
            .is_none_or(|asked| asked == recipient)
    }
}

impl fmt::Debug for AgeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgeSource")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl AgeSource {
    /// A source by the name that reports show, for instance `SOPS_AGE_KEY_FILE=/home/x/keys.txt`.
    pub fn new(name: impl Into<String>, content: Content, separator: Separator) -> Self {
        Self::of_form(name, content, Form::Identities(separator))
    }

    /// An ssh private key that somebody named.
    pub fn ssh_key(name: impl Into<String>, content: Content) -> Self {
        Self::of_form(name, content, Form::SshKey)
    }

    /// An ssh private key where such keys usually lie: nobody misses it but for a recipient that is an ssh key.
    pub fn usual_ssh_key(name: impl Into<String>, content: Content) -> Self {
        Self::of_form(name, content, Form::UsualSshKey)
    }

    fn of_form(name: impl Into<String>, content: Content, form: Form) -> Self {
        Self {
            name: name.into(),
            content,
            form,
            last: Mutex::new(None),
            failures: Mutex::default(),
        }
    }

    /// Whether the source can have an identity for the recipient: an ssh key opens nothing but what is for it, so its source, which
    /// may be a password manager, is left alone otherwise.
    fn may_fit(&self, recipient: &str) -> bool {
        matches!(self.form, Form::Identities(_)) || recipient.starts_with(ssh::PREFIX)
    }

    /// What the identities make of a file for the recipient, if the source has any to give.
    pub(super) fn open(
        &self,
        file: &armor::File<'_>,
        recipient: &str,
        credentials: &Credentials,
    ) -> Result<Option<Secret>, AgeError> {
        if !self.may_fit(recipient) {
            return Ok(None);
        }
        let help = self.help(recipient, credentials);
        let opened = self.with_read(recipient, credentials, |read| match read {
            Ok(identities) => file.open(identities, &help),
            Err(_) => Ok((None, Vec::new())),
        });
        let (secret, failures) = opened.unwrap_or(Ok((None, Vec::new())))?;
        let failures = failures.iter().map(ToString::to_string).collect();
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(recipient.to_owned(), failures);
        Ok(secret)
    }

    /// One sentence: what this source came to for a recipient that it does not fit. `None` if nobody wants to know.
    pub(super) fn outcome(&self, recipient: &str, credentials: &Credentials) -> Option<String> {
        if !self.may_fit(recipient) {
            return (self.form != Form::UsualSshKey).then(|| {
                format!(
                    "{}: an ssh key, which is for ssh recipients only",
                    self.name
                )
            });
        }
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = failures
            .get(recipient)
            .map_or(&[][..], Vec::as_slice)
            .join(", ");
        let what = self.with_read(recipient, credentials, |read| match read {
            Err(error) => error.to_string(),
            Ok([]) => "no identity in it".to_owned(),
            Ok([_]) if !failures.is_empty() => failures,
            Ok([_]) => "its identity does not fit".to_owned(),
            Ok(several) if failures.is_empty() => {
                format!("none of its {} identities fits", several.len())
            }
            Ok(several) => format!("none of its {} identities fits ({failures})", several.len()),
        });
        Some(format!(
            "{}: {}",
            self.name,
            what.unwrap_or_else(|reason| reason)
        ))
    }

    /// The recipients of the identities in it that tell theirs, or why there are none.
    pub(super) fn recipients(&self, credentials: &Credentials) -> Result<Vec<String>, String> {
        self.with_read("", credentials, |read| match read {
            Ok(found) => Ok(found.iter().filter_map(Identity::recipient).collect()),
            Err(error) => Err(error.to_string()),
        })?
    }

    /// Hands over what the source holds, reading it if the last reading does not serve.
    fn with_read<T>(
        &self,
        recipient: &str,
        credentials: &Credentials,
        then: impl FnOnce(Result<&[Identity], &AgeError>) -> T,
    ) -> Result<T, String> {
        // A reading is put there whole or not at all, so one that panicked elsewhere leaves nothing half done.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = match last.take() {
            Some(reading) if reading.serves(recipient) => reading,
            before => self.read_again(recipient, credentials, before),
        };
        match &last.insert(reading).found {
            Ok((_, identities)) => Ok(then(identities.as_deref())),
            Err(reason) => Err(reason.clone()),
        }
    }

    fn read_again(
        &self,
        recipient: &str,
        credentials: &Credentials,
        before: Option<Reading>,
    ) -> Reading {
        let (recipient, content) = match &self.content {
            Content::Held(content) => (None, content.as_ref().map(copy).map_err(String::clone)),
            Content::Once(get) => (None, get()),
            Content::Asked(get) => (Some(recipient.to_owned()), get(recipient)),
        };
        let found = content.map(|content| match before.map(|before| before.found) {
            Some(Ok((seen, identities))) if seen == content => (seen, identities),
            _ => {
                let identities = self.identities(&content, credentials);
                (content, identities)
            }
        });
        Reading { recipient, found }
    }

    fn identities(
        &self,
        content: &Secret,
        credentials: &Credentials,
    ) -> Result<Vec<Identity>, AgeError> {
        let Form::Identities(separator) = self.form else {
            return Ok(vec![Identity::Ssh(SshIdentity::parse(content)?)]);
        };
        if !armor::is_age_file(content.expose()) {
            return parse(content, separator);
        }
        let help = self.help("", credentials);
        let opened = armor::open_with_passphrase(content.expose(), || help.ask())?;
        parse(&opened, Separator::Line)
    }

    fn help<'h>(&'h self, recipient: &'h str, credentials: &'h Credentials) -> Help<'h> {
        Help {
            name: &self.name,
            recipient,
            credentials,
        }
    }
}

fn copy(content: &Secret) -> Secret {
    let mut copy = Secret::with_capacity(content.len());
    copy.extend_from_slice(content.expose());
    copy
}
