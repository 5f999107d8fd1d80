//! Where identities come from: a name to show, and content that is looked at only when it is needed.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use selkie_crypto::Secret;

use super::identity::{Identities, parse};
use super::{AgeError, armor};

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

/// A source of age identities. It may fail: that is told only if nothing else helps.
pub struct AgeSource {
    name: String,
    content: Content,
    separator: Separator,
    /// A passphrase is asked for once, and a command run once per recipient, by however many threads.
    last: Mutex<Option<Reading>>,
}

/// Who answers when a passphrase is needed.
pub(super) type Ask<'a> = Option<&'a (dyn Fn(&str) -> Result<Secret, String> + Send + Sync)>;

/// The last look at a source.
struct Reading {
    /// For whom it was asked; `None` if the content is the same for all.
    recipient: Option<String>,
    /// The content and what it held.
    found: Result<(Secret, Result<Identities, AgeError>), String>,
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
        Self {
            name: name.into(),
            content,
            separator,
            last: Mutex::new(None),
        }
    }

    /// Runs `use_them` over the identities, if the source has any to give.
    pub(super) fn with_identities<T>(
        &self,
        recipient: &str,
        ask: Ask<'_>,
        use_them: impl FnOnce(&[age::x25519::Identity]) -> T,
    ) -> Option<T> {
        self.with_read(recipient, ask, |read| {
            read.ok().map(|found| use_them(&found.x25519))
        })
        .ok()
        .flatten()
    }

    /// One sentence: what this source came to for a recipient that it does not fit.
    pub(super) fn outcome(&self, recipient: &str, ask: Ask<'_>) -> String {
        let what = self.with_read(recipient, ask, |read| match read {
            Err(error) => error.to_string(),
            Ok(Identities { x25519, unsupported: 0 }) if x25519.is_empty() => "no identity in it".to_owned(),
            Ok(Identities { x25519, unsupported: 0 }) if x25519.len() == 1 => "its identity does not fit".to_owned(),
            Ok(Identities { x25519, unsupported: 0 }) => format!("none of its {} identities fits", x25519.len()),
            Ok(Identities { x25519, unsupported }) => format!(
                "none of its {} identities fits, and {unsupported} of kinds not supported by this build yet (plugin, post-quantum)",
                x25519.len(),
            ),
        });
        format!("{}: {}", self.name, what.unwrap_or_else(|reason| reason))
    }

    /// The recipients of the X25519 identities in it, or why there are none.
    pub(super) fn recipients(&self, ask: Ask<'_>) -> Result<Vec<String>, String> {
        self.with_read("", ask, |read| match read {
            Ok(found) => Ok(found
                .x25519
                .iter()
                .map(|identity| identity.to_public().to_string())
                .collect()),
            Err(error) => Err(error.to_string()),
        })?
    }

    /// Hands over what the source holds, reading it if the last reading does not serve.
    fn with_read<T>(
        &self,
        recipient: &str,
        ask: Ask<'_>,
        then: impl FnOnce(Result<&Identities, &AgeError>) -> T,
    ) -> Result<T, String> {
        // A reading is put there whole or not at all, so one that panicked elsewhere leaves nothing half done.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = match last.take() {
            Some(reading) if reading.serves(recipient) => reading,
            before => self.read_again(recipient, ask, before),
        };
        match &last.insert(reading).found {
            Ok((_, identities)) => Ok(then(identities.as_ref())),
            Err(reason) => Err(reason.clone()),
        }
    }

    fn read_again(&self, recipient: &str, ask: Ask<'_>, before: Option<Reading>) -> Reading {
        let (recipient, content) = match &self.content {
            Content::Held(content) => (None, content.as_ref().map(copy).map_err(String::clone)),
            Content::Once(get) => (None, get()),
            Content::Asked(get) => (Some(recipient.to_owned()), get(recipient)),
        };
        let found = content.map(|content| match before.map(|before| before.found) {
            Some(Ok((seen, identities))) if seen == content => (seen, identities),
            _ => {
                let identities = self.identities(&content, ask);
                (content, identities)
            }
        });
        Reading { recipient, found }
    }

    fn identities(&self, content: &Secret, ask: Ask<'_>) -> Result<Identities, AgeError> {
        if !armor::is_age_file(content.expose()) {
            return parse(content, self.separator);
        }
        let opened = armor::open_with_passphrase(content.expose(), || match ask {
            Some(ask) => ask(&self.name),
            None => Err("there is nobody to ask".to_owned()),
        })?;
        parse(&opened, Separator::Line)
    }
}

fn copy(content: &Secret) -> Secret {
    let mut copy = Secret::with_capacity(content.len());
    copy.extend_from_slice(content.expose());
    copy
}
