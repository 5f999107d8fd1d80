//! The two conversations with a plugin: one wraps a file key, the other unwraps those of any number of files.
//!
//! Each has two phases. First everything is told, without an answer; then the plugin speaks, and each of its messages is answered.

use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::secrecy::ExposeSecret as _;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use selkie_crypto::Secret;

use super::stanza::{Message, encode, read};
use super::{Answer, PluginFault, PluginProcess, PluginTrouble, Plugins};

/// The stanzas that the plugin makes of a file key for one recipient.
pub(super) fn wrap(
    plugins: &Plugins,
    plugin: &str,
    recipient: &str,
    key: &FileKey,
) -> Result<Vec<Stanza>, PluginFault> {
    let mut session = Session::start(plugins, plugin, "recipient-v1")?;
    session.send("add-recipient", &[recipient], &[])?;
    session.send("wrap-file-key", &[], key.expose_secret())?;
    session.send("done", &[], &[])?;
    let mut stanzas = Vec::new();
    session.listen(
        |message| match (message.tag.as_str(), message.args.as_slice()) {
            ("recipient-stanza", [file, tag, args @ ..]) if file == "0" => {
                stanzas.push(Stanza {
                    tag: tag.clone(),
                    args: args.to_vec(),
                    body: message.body.expose().to_vec(),
                });
                Some(true)
            }
            ("recipient-stanza", _) => Some(false),
            _ => None,
        },
    )?;
    if stanzas.is_empty() {
        return Err(PluginTrouble::Garbled.of(plugin));
    }
    Ok(stanzas)
}

/// The file keys of several files, each by its stanzas, in one conversation; `None` for those that the identity does not open.
pub(super) fn unwrap(
    plugins: &Plugins,
    plugin: &str,
    identity: &Secret,
    files: &[&[Stanza]],
) -> Result<Vec<Option<FileKey>>, PluginFault> {
    let mut session = Session::start(plugins, plugin, "identity-v1")?;
    let identity = String::from_utf8_lossy(identity.expose());
    session.send("add-identity", &[&identity], &[])?;
    for (index, stanzas) in files.iter().enumerate() {
        let index = index.to_string();
        for stanza in *stanzas {
            let mut args = vec![index.as_str(), &stanza.tag];
            args.extend(stanza.args.iter().map(String::as_str));
            session.send("recipient-stanza", &args, &stanza.body)?;
        }
    }
    session.send("done", &[], &[])?;
    let mut keys: Vec<Option<FileKey>> = files.iter().map(|_| None).collect();
    let heard = session.listen(|message| {
        if message.tag != "file-key" {
            return None;
        }
        let [index] = message.args.as_slice() else {
            return Some(false);
        };
        let place = index
            .parse()
            .ok()
            .and_then(|index: usize| keys.get_mut(index));
        let bytes: Result<&[u8; FILE_KEY_BYTES], _> = message.body.expose().try_into();
        let (Some(place @ None), Ok(bytes)) = (place, bytes) else {
            return Some(false);
        };
        *place = Some(FileKey::init_with_mut(|key| key.copy_from_slice(bytes)));
        Some(true)
    });
    match heard {
        // What it says is wrong does not matter for files that it opened.
        Err(PluginFault {
            what: PluginTrouble::Said(_),
            ..
        }) if keys.iter().any(Option::is_some) => Ok(keys),
        heard => heard.map(|()| keys),
    }
}

struct Session<'s> {
    plugins: &'s Plugins,
    plugin: &'s str,
    process: Box<dyn PluginProcess>,
}

impl<'s> Session<'s> {
    fn start(plugins: &'s Plugins, plugin: &'s str, state: &str) -> Result<Self, PluginFault> {
        Ok(Self {
            plugins,
            plugin,
            process: (plugins.start)(plugin, state)?,
        })
    }

    fn send(&mut self, tag: &str, args: &[&str], body: &[u8]) -> Result<(), PluginFault> {
        self.process.send(encode(tag, args, body))
    }

    /// Answers the plugin until it is done. `take` gets what is not a question to a person, and says whether it was taken well; `None`
    /// if it does not know the message. The plugin's complaints are the error.
    fn listen(
        &mut self,
        mut take: impl FnMut(&Message) -> Option<bool>,
    ) -> Result<(), PluginFault> {
        let mut complaints: Vec<String> = Vec::new();
        loop {
            let message = read(&mut *self.process, self.plugin)?;
            match message.tag.as_str() {
                "done" => break,
                "error" => {
                    complaints.push(text(&message.body));
                    self.send("ok", &[], &[])?;
                }
                _ => match take(&message) {
                    Some(true) => self.send("ok", &[], &[])?,
                    Some(false) => self.send("fail", &[], &[])?,
                    None => self.converse(&message)?,
                },
            }
        }
        if complaints.is_empty() {
            return Ok(());
        }
        Err(PluginTrouble::Said(complaints.join("; ")).of(self.plugin))
    }

    /// Passes a message or question on, and the answer back.
    fn converse(&mut self, message: &Message) -> Result<(), PluginFault> {
        let (plugin, person) = (self.plugin, &self.plugins.person);
        let said = text(&message.body);
        match message.tag.as_str() {
            "msg" => {
                person.tell(plugin, &said);
                self.send("ok", &[], &[])
            }
            "request-public" => self.answer(person.ask(plugin, &said, Answer::Shown)),
            "request-secret" => self.answer(person.ask(plugin, &said, Answer::Hidden)),
            "confirm" => {
                let word = |arg: &String| {
                    let bytes = BASE64_STANDARD_NO_PAD.decode(arg).ok()?;
                    Some(clean(&String::from_utf8_lossy(&bytes)))
                };
                let yes = message.args.first().and_then(word);
                let no = message.args.get(1).and_then(word);
                let chosen = yes.and_then(|yes| person.choose(plugin, &said, &yes, no.as_deref()));
                match chosen {
                    Some(true) => self.send("ok", &["yes"], &[]),
                    Some(false) => self.send("ok", &["no"], &[]),
                    None => self.send("fail", &[], &[]),
                }
            }
            _ => self.send("unsupported", &[], &[]),
        }
    }

    fn answer(&mut self, answer: Option<Secret>) -> Result<(), PluginFault> {
        match answer {
            Some(answer) => self.send("ok", &[], answer.expose()),
            None => self.send("fail", &[], &[]),
        }
    }
}

fn text(body: &Secret) -> String {
    clean(&String::from_utf8_lossy(body.expose()))
}

/// A plugin's words without what would steer a terminal.
fn clean(said: &str) -> String {
    said.trim().replace(char::is_control, " ")
}
