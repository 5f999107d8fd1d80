//! How plugins and programs talk: stanzas as in the header of an age file, over pipes.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use selkie_crypto::Secret;

use super::{PluginFault, PluginProcess, PluginTrouble};

/// Letters of a full line of a body.
const COLUMNS: usize = 64;
/// More than any message: beyond this a plugin is not listened to.
const LIMIT: usize = 1 << 20;

/// One message. Its body may be secret.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) tag: String,
    pub(super) args: Vec<String>,
    pub(super) body: Secret,
}

/// The bytes of a message.
pub(super) fn encode(tag: &str, args: &[&str], body: &[u8]) -> Secret {
    let mut bytes = Secret::with_capacity(64 + tag.len() + 3 * body.len());
    bytes.extend_from_slice(b"-> ");
    bytes.extend_from_slice(tag.as_bytes());
    for arg in args {
        bytes.extend_from_slice(b" ");
        bytes.extend_from_slice(arg.as_bytes());
    }
    bytes.extend_from_slice(b"\n");
    let encoded = Secret::from(BASE64_STANDARD_NO_PAD.encode(body));
    let mut lines = encoded.expose().chunks_exact(COLUMNS);
    for line in lines.by_ref() {
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\n");
    }
    // The last line is shorter than the others, so it may be empty.
    bytes.extend_from_slice(lines.remainder());
    bytes.extend_from_slice(b"\n");
    bytes
}

/// The next message of a plugin.
pub(super) fn read(process: &mut dyn PluginProcess, plugin: &str) -> Result<Message, PluginFault> {
    let garbled = || PluginTrouble::Garbled.of(plugin);
    let mut line = || -> Result<Secret, PluginFault> {
        let mut line = process.line()?;
        if line.expose().last() != Some(&b'\n') {
            return Err(garbled());
        }
        line.truncate(line.len() - 1);
        Ok(line)
    };
    let head = line()?;
    let head = std::str::from_utf8(head.expose()).map_err(|_| garbled())?;
    let mut words = head.strip_prefix("-> ").ok_or_else(garbled)?.split(' ');
    let is_word =
        |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic());
    let tag = words.next().filter(is_word).ok_or_else(garbled)?;
    let args = words.map(|word| is_word(&word).then(|| word.to_owned()).ok_or_else(garbled));
    let args = args.collect::<Result<_, _>>()?;
    let mut encoded = Secret::new();
    loop {
        let part = line()?;
        if part.len() > COLUMNS || encoded.len() > LIMIT {
            return Err(garbled());
        }
        encoded.extend_from_slice(part.expose());
        if part.len() < COLUMNS {
            break;
        }
    }
    let body = BASE64_STANDARD_NO_PAD.decode(encoded.expose());
    Ok(Message {
        tag: tag.to_owned(),
        args,
        body: Secret::from(body.map_err(|_| garbled())?),
    })
}
