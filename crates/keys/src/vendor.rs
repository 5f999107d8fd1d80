//! What goes wrong with a key at a vendor's: one vocabulary for all of them, so that a failure reads alike whoever holds the key.
//!
//! Never here: a credential, a response's text, anything that a server could fill with what it was sent. A vendor's code is a
//! word that its documentation lists.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

/// Why a vendor's key did not wrap or unwrap.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Fault {
    /// What happened, in our words.
    pub cause: Cause,
    /// The vendor's own name for it, `AccessDeniedException` or `HTTP 403` for instance.
    pub code: Option<String>,
    /// What would make it work, where more can be said than [`Cause::hint`] does.
    pub hint: Option<&'static str>,
}

/// The causes that all vendors share.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Nothing may be used, or nothing was found where the vendor's chain looks.
    NoCredentials,
    /// The credentials are not valid, or not allowed to use the key.
    Denied,
    /// The key does not exist.
    NoKey,
    /// The bucket or engine that something is to be stored in does not exist.
    NoPlace,
    /// The key exists and may not be used: disabled, expired, revoked, about to be deleted.
    Disabled,
    /// The key belongs to another region, vault or project than was asked.
    Elsewhere,
    /// What is wrapped was not wrapped by this key, or with another context.
    Foreign,
    /// Too many requests, to the last attempt.
    Throttled,
    /// The service failed, to the last attempt.
    Unavailable,
    /// No answer within the time that the run allows for a key.
    TimedOut(Duration),
    /// No connection.
    Unreachable,
    /// The server's certificate is signed by an authority that is not known here.
    UnknownAuthority,
    /// The server's certificate is for another name, or for another time.
    BadCertificate,
    /// The service refuses the request for a reason of its own.
    Refused,
    /// The answer is not what the service documents.
    BadReply,
    /// A setting cannot be used; the text names it, never its value.
    Setting(String),
}

impl Cause {
    /// What the user can do about it.
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoCredentials => "log in, or set the vendor's variables",
            Self::Denied => {
                "check which account the credentials belong to and that it may use this key"
            }
            Self::NoKey => "check the key's name, and the account and place where it is",
            Self::NoPlace => "check the names in the destination rule",
            Self::Disabled => "enable the key, or remove it with `selkie rotate --rm-…`",
            Self::Elsewhere => "check the region or address in the key's name",
            Self::Throttled => "try again later, or with fewer files at once",
            Self::Unavailable => "try again later",
            Self::TimedOut(_) => "check the network, or allow more with SELKIE_KEY_TIMEOUT",
            Self::Unreachable => "check the address and the network",
            Self::UnknownAuthority => "name the authority's certificate in SSL_CERT_FILE",
            Self::BadCertificate => "check the address and this machine's clock",
            Self::Foreign | Self::Refused | Self::BadReply | Self::Setting(_) => return None,
        })
    }

    /// Whether the same request may succeed a moment later.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Throttled | Self::Unavailable | Self::Unreachable
        )
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoCredentials => "there are no credentials",
            Self::Denied => "the credentials are refused",
            Self::NoKey => "there is no such key",
            Self::NoPlace => "there is no such place",
            Self::Disabled => "the key is disabled",
            Self::Elsewhere => "the key is not there, but elsewhere",
            Self::Foreign => "it was not wrapped with this key, or with another context",
            Self::Throttled => "the service is asked too often",
            Self::Unavailable => "the service fails",
            Self::TimedOut(limit) => {
                return write!(f, "no answer within {} s", limit.as_secs_f64());
            }
            Self::Unreachable => "the service cannot be reached",
            Self::UnknownAuthority => "the server's certificate is signed by nobody known here",
            Self::BadCertificate => "the server's certificate is for another name or time",
            Self::Refused => "the service refuses the request",
            Self::BadReply => "the answer cannot be understood",
            Self::Setting(what) => what,
        })
    }
}

impl Fault {
    /// A failure that the vendor has no name for.
    pub const fn new(cause: Cause) -> Self {
        Self {
            cause,
            code: None,
            hint: None,
        }
    }

    /// With the vendor's own name for it.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// With a better hint than the cause has.
    #[must_use]
    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        match self.hint.or(self.cause.hint()) {
            Some(hint) => write!(f, ": {hint}"),
            None => Ok(()),
        }
    }
}
