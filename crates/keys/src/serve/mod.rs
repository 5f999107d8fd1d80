//! A key service for other processes and machines: the server of SOPS's protocol.
//!
//! What it is asked, it does with the credentials of this process, so each request passes the same gates in one order: it can be
//! read, its key is allowed, a person agrees; only then is an identity touched. Each call is told to the log, without values.
//!
//! Never here: which credentials there are, how a person is asked, where the log goes, files.

mod call;
mod connection;
mod handler;
mod unlocked;

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use selkie_crypto::{Recipient, Secret, WrappedKey};

use crate::{Cause, Error, KeyService};
use unlocked::Unlocked;

pub use call::{Call, Operation, Outcome};
pub use connection::{Listener, ServerTls, serve};
pub use unlocked::Keeping;

/// Asks the person at the terminal whether to answer; the text says what is asked for.
pub type Ask = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// Takes note of a call that was answered or refused.
pub type Log = Box<dyn Fn(&Call) + Send + Sync>;

/// What is served, and under which conditions.
pub struct Service {
    keys: KeyService,
    /// Identifiers of the only recipients that are served; without it, all are.
    allowed: Option<Vec<String>>,
    ask: Option<Mutex<Ask>>,
    log: Log,
    unlocked: Option<Unlocked>,
}

impl Service {
    /// Serves with these keys, to everybody who can connect.
    pub fn new(keys: KeyService, log: Log) -> Self {
        Self {
            keys,
            allowed: None,
            ask: None,
            log,
            unlocked: None,
        }
    }

    /// For these recipients only, by the texts that tell recipients apart.
    #[must_use]
    pub fn allow(mut self, identifiers: Vec<String>) -> Self {
        self.allowed = Some(identifiers);
        self
    }

    /// After a person agreed, each time.
    #[must_use]
    pub fn ask(mut self, ask: Ask) -> Self {
        self.ask = Some(Mutex::new(ask));
        self
    }

    /// Keeps what was unwrapped, so that the same is not asked for again for a while.
    #[must_use]
    pub fn keep(mut self, keeping: Keeping) -> Self {
        self.unlocked = Some(Unlocked::new(keeping));
        self
    }

    /// Wipes all that was kept.
    pub fn forget(&self) {
        if let Some(unlocked) = &self.unlocked {
            unlocked.forget();
        }
    }

    /// Wipes what was kept long enough.
    fn sweep(&self) {
        if let Some(unlocked) = &self.unlocked {
            unlocked.sweep();
        }
    }

    fn wrap(&self, recipient: Option<Recipient>, secret: &Secret, peer: &str) -> Answer<String> {
        self.told(Operation::Encrypt, recipient, peer, |recipient| {
            if !crate::wire::is_key(secret.expose()) {
                return Err(Outcome::Unreadable(
                    "what is to be wrapped has not the length of a key",
                ));
            }
            self.is_allowed(recipient)?;
            let _turn = self.agreed(Operation::Encrypt, recipient, peer)?;
            let wrapped = self.keys.wrap(recipient, secret.expose());
            Ok((
                wrapped.map_err(|error| failed(&error))?.ciphertext,
                Outcome::Done,
            ))
        })
    }

    fn unwrap(&self, recipient: Option<Recipient>, enc: &str, peer: &str) -> Answer<Secret> {
        self.told(Operation::Decrypt, recipient, peer, |recipient| {
            self.is_allowed(recipient)?;
            let kept = || self.unlocked.as_ref()?.find(recipient, enc);
            if let Some(secret) = kept() {
                return Ok((secret, Outcome::Kept));
            }
            let turn = self.ask.as_ref().map(lock);
            // Somebody may have agreed to the same while this one waited for its turn.
            if turn.is_some()
                && let Some(secret) = kept()
            {
                return Ok((secret, Outcome::Kept));
            }
            if let Some(ask) = &turn
                && !ask(&question(Operation::Decrypt, recipient, peer))
            {
                return Err(Outcome::Declined);
            }
            let wrapped = WrappedKey {
                recipient: recipient.clone(),
                ciphertext: enc.to_owned(),
                created_at: None,
            };
            let secret = self.keys.unwrap(&wrapped).map_err(|error| failed(&error))?;
            let secret = secret.ok_or(Outcome::NoIdentity)?;
            if !crate::wire::is_key(secret.expose()) {
                return Err(Outcome::Unreadable(
                    "what was wrapped has not the length of a key",
                ));
            }
            if let Some(unlocked) = &self.unlocked {
                unlocked.keep(recipient, enc, &secret);
            }
            Ok((secret, Outcome::Done))
        })
    }

    /// Does it and tells the log.
    fn told<T>(
        &self,
        operation: Operation,
        recipient: Option<Recipient>,
        peer: &str,
        work: impl FnOnce(&Recipient) -> Result<(T, Outcome), Outcome>,
    ) -> Answer<T> {
        let start = Instant::now();
        let done = match &recipient {
            Some(recipient) => work(recipient),
            None => Err(Outcome::Unreadable(
                "no key is named, or none that can be read",
            )),
        };
        let (answer, outcome) = match done {
            Ok((answer, outcome)) => (Ok(answer), outcome),
            Err(outcome) => (Err(outcome.clone()), outcome),
        };
        (self.log)(&Call {
            operation,
            recipient,
            peer: peer.to_owned(),
            outcome,
            took: start.elapsed(),
        });
        answer
    }

    fn is_allowed(&self, recipient: &Recipient) -> Result<(), Outcome> {
        match &self.allowed {
            Some(allowed) if !allowed.contains(&recipient.identifier()) => Err(Outcome::NotAllowed),
            _ => Ok(()),
        }
    }

    /// The turn at the terminal, held until the work is done; none if nobody is to be asked.
    fn agreed(
        &self,
        operation: Operation,
        recipient: &Recipient,
        peer: &str,
    ) -> Result<Option<Turn<'_>>, Outcome> {
        let Some(ask) = self.ask.as_ref().map(lock) else {
            return Ok(None);
        };
        if ask(&question(operation, recipient, peer)) {
            Ok(Some(ask))
        } else {
            Err(Outcome::Declined)
        }
    }
}

/// What was asked for, or why not.
type Answer<T> = Result<T, Outcome>;

type Turn<'s> = std::sync::MutexGuard<'s, Ask>;

fn lock(ask: &Mutex<Ask>) -> Turn<'_> {
    ask.lock().unwrap_or_else(PoisonError::into_inner)
}

fn question(operation: Operation, recipient: &Recipient, peer: &str) -> String {
    let key = call::shown(&recipient.identifier());
    format!(
        "{peer} asks to {operation} with {} {key}",
        recipient.kind_name()
    )
}

fn failed(error: &Error) -> Outcome {
    let passing = matches!(error, Error::Vendor { fault, .. } if fault.cause.is_passing());
    let denied = matches!(error, Error::Vendor { fault, .. } if fault.cause == Cause::Denied);
    Outcome::Failed {
        reason: error.outcome(),
        passing,
        denied,
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
