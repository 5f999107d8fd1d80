//! age plugins: recipients and identities that a program of their own, `age-plugin-NAME`, knows to use, because the key is in
//! hardware for instance.
//!
//! Here: what a plugin is told and what it answers. Never here: how a program is found and started, or where questions are asked; both
//! are handed in as [`Plugins`].

mod session;
mod stanza;

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use age_core::format::{FileKey, Stanza};
use age_core::primitives::bech32_decode;
use selkie_crypto::Secret;
use thiserror::Error;

use super::AgeError;
use super::identity::Found;
use super::source::Help;

/// Why a plugin did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("age-plugin-{name}{what}")]
pub struct PluginFault {
    /// The plugin's name.
    pub name: String,
    /// What happened.
    pub what: PluginTrouble,
}

/// What happened to a plugin.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PluginTrouble {
    /// There is no such program.
    #[error(" is not in PATH")]
    Missing,
    /// Nobody can start it, or it does not start; in a few words why.
    #[error(" cannot be started: {0}")]
    NotStarted(String),
    /// It ended, or closed its output, before it was done.
    #[error(" ended too early")]
    Ended,
    /// It said nothing for so long.
    #[error(" said nothing for {} s", .0.as_secs_f64())]
    Silent(Duration),
    /// It does not keep to the protocol.
    #[error(" cannot be understood")]
    Garbled,
    /// It says itself what is wrong.
    #[error(": {0}")]
    Said(String),
}

impl PluginTrouble {
    /// The same with the plugin's name.
    pub fn of(self, name: &str) -> PluginFault {
        PluginFault {
            name: name.to_owned(),
            what: self,
        }
    }
}

/// A plugin that runs, as a pair of pipes. It is ended with the value.
pub trait PluginProcess {
    /// Sends bytes.
    fn send(&mut self, bytes: Secret) -> Result<(), PluginFault>;
    /// The next line with its end; waits for it as long as the run allows.
    fn line(&mut self) -> Result<Secret, PluginFault>;
}

/// How an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Anybody may read it.
    Shown,
    /// A PIN or passphrase.
    Hidden,
}

/// Whoever sits at the terminal. The first argument of each is the plugin's name, the second what it says, which may be anything.
pub trait Person: Send + Sync {
    /// Shows a text.
    fn tell(&self, plugin: &str, text: &str);
    /// Asks for a text; `None` if nobody answers.
    fn ask(&self, plugin: &str, question: &str, answer: Answer) -> Option<Secret>;
    /// Lets choose between two answers, or wait for one; whether the first was chosen, `None` if nobody answers.
    fn choose(&self, plugin: &str, question: &str, yes: &str, no: Option<&str>) -> Option<bool>;
}

/// Starts the plugin of this name in one of the protocol's states.
pub type StartPlugin =
    Box<dyn Fn(&str, &str) -> Result<Box<dyn PluginProcess>, PluginFault> + Send + Sync>;

/// What plugins need of the world.
pub struct Plugins {
    /// How they are started.
    pub start: StartPlugin,
    /// Who answers their questions.
    pub person: Box<dyn Person>,
}

impl fmt::Debug for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugins").finish_non_exhaustive()
    }
}

/// A recipient that a plugin encrypts for.
pub(super) struct PluginRecipient<'p> {
    plugin: String,
    text: &'p str,
    plugins: Option<&'p Plugins>,
    fault: RefCell<Option<PluginFault>>,
}

impl<'p> PluginRecipient<'p> {
    pub(super) fn parse(text: &'p str, plugins: Option<&'p Plugins>) -> Option<Self> {
        Some(Self {
            plugin: name(text, "age1", "")?,
            text,
            plugins,
            fault: RefCell::new(None),
        })
    }

    /// What went wrong, if wrapping failed.
    pub(super) fn fault(&self) -> Option<PluginFault> {
        self.fault.take()
    }
}

impl age::Recipient for PluginRecipient<'_> {
    fn wrap_file_key(
        &self,
        file_key: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let wrapped = with(self.plugins, &self.plugin)
            .and_then(|plugins| session::wrap(plugins, &self.plugin, self.text, file_key));
        // How stanzas may be combined does not matter: each file has one recipient.
        wrapped
            .map(|stanzas| (stanzas, HashSet::new()))
            .map_err(|fault| {
                self.fault.replace(Some(fault));
                // The library has no error of its own for this; nobody sees it.
                age::EncryptError::Io(std::io::ErrorKind::Other.into())
            })
    }
}

/// An identity that a plugin decrypts with.
pub(super) struct PluginIdentity {
    plugin: String,
    text: Secret,
    /// File keys that came along with another one, by the stanzas that hold them.
    known: Mutex<Vec<(Vec<Stanza>, FileKey)>>,
}

impl fmt::Debug for PluginIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginIdentity")
            .field("plugin", &self.plugin)
            .finish_non_exhaustive()
    }
}

impl PluginIdentity {
    /// How every such identity begins.
    pub(super) const PREFIX: &'static str = "AGE-PLUGIN-";

    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(Self {
            plugin: name(text, Self::PREFIX, "-")?.to_lowercase(),
            text: Secret::from(text.to_owned()),
            known: Mutex::default(),
        })
    }

    /// The file key, if the plugin has one for these stanzas. What the run expects beside is asked for in the same conversation.
    pub(super) fn unwrap(&self, stanzas: &[Stanza], help: &Help<'_>) -> Result<Found, AgeError> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known.iter().position(|(of, _)| of == stanzas) {
            return Ok(Some(Ok(known.swap_remove(place).1)));
        }
        let plugins = with(help.plugins(), &self.plugin)?;
        let mut companions = help.companions();
        companions.retain(|other| other != stanzas);
        let mut files = vec![stanzas];
        files.extend(companions.iter().map(Vec::as_slice));
        if files.len() > 1 {
            // Some devices want a touch for each, and none says how many are to come.
            let count = files.len();
            let text =
                format!("unwraps {count} data keys; a touch, where one is wanted, is for each");
            plugins.person.tell(&self.plugin, &text);
        }
        let mut keys = session::unwrap(plugins, &self.plugin, &self.text, &files)?.into_iter();
        let own = keys.next().flatten();
        let others = companions.into_iter().zip(keys);
        known.extend(others.filter_map(|(stanzas, key)| Some((stanzas, key?))));
        Ok(own.map(Ok))
    }
}

fn with<'p>(plugins: Option<&'p Plugins>, name: &str) -> Result<&'p Plugins, PluginFault> {
    let why = || PluginTrouble::NotStarted("plugins are not used here".to_owned());
    plugins.ok_or_else(|| why().of(name))
}

/// The plugin's name in a recipient or identity that is sound by its checksum. It becomes a part of a program's name, so little is
/// allowed in it.
fn name(text: &str, before: &str, after: &str) -> Option<String> {
    let hrp = bech32_decode(text, |_| (), |_| Ok(()), |hrp, _| Ok(hrp.to_string())).ok()?;
    // The library gives the part before the data as it was spelled.
    let name = hrp.strip_prefix(before)?.strip_suffix(after)?;
    let is_sound = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte));
    is_sound.then(|| name.to_owned())
}

#[cfg(test)]
mod tests;
