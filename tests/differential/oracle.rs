//! The real sops as the reader of both sides' results: what a text holds, whoever wrote it and however it is spelled.

use std::path::PathBuf;

use selkie_tests::{Output, Run, scratch};
use selkie_xtask::peers::{self, Sops};

use crate::scene::keys;

/// How texts are printed that are to be compared.
#[derive(Clone, Copy)]
pub(crate) enum Print {
    /// Without comments.
    Json,
    /// Where there are several documents, of which JSON shows the first alone.
    Yaml,
}

impl Print {
    /// For texts of this format.
    pub(crate) fn of(texts: &[&[u8]], format: &str) -> Self {
        let several = |text: &[u8]| text.windows(4).any(|part| part == b"\n---");
        if format == "yaml" && texts.iter().any(|text| several(text)) {
            Self::Yaml
        } else {
            Self::Json
        }
    }
}

/// The data of a text in this format, encrypted or plain, in sops's own spelling: equal data gives equal text.
pub(crate) fn data(text: &[u8], format: &str, print: Print) -> Result<String, String> {
    let decrypted = |text: &[u8]| decrypted(text, format, print);
    let sealed = text.windows(4).any(|part| part == b"sops");
    if let Some(data) = sealed.then(|| decrypted(text)).and_then(Result::ok) {
        return Ok(data);
    }
    let recipient = &keys()[0].recipient;
    let types = ["--input-type", format, "--output-type", format];
    let words = [&["encrypt", "--age", recipient][..], &types].concat();
    decrypted(&end(run(&words, text))?)
}

fn decrypted(text: &[u8], format: &str, print: Print) -> Result<String, String> {
    let words = ["decrypt", "--input-type", format, "--output-type"];
    let as_text = |format| end(run(&[&words[..], &[format]].concat(), text));
    let bytes = match (format, print) {
        ("binary", _) => as_text("binary")?,
        (_, Print::Yaml) => as_text("yaml")?,
        // Some numbers are not to be had in JSON.
        (_, Print::Json) => as_text("json").or_else(|_| as_text("yaml"))?,
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn run(words: &[&str], text: &[u8]) -> Output {
    let folder = scratch();
    // An empty name would not do for stdin; the extension is of no format, so that the flags decide.
    let file: PathBuf = folder.path().join("data");
    std::fs::write(&file, text).unwrap();
    let identities: Vec<&str> = keys().iter().map(|key| key.identity.as_str()).collect();
    Run::new(peers::sops(Sops::V3_13_3).unwrap())
        .args(words)
        .arg(&file)
        .env("SOPS_AGE_KEY", identities.join("\n"))
        .folder(folder.path())
        .output()
}

fn end(output: Output) -> Result<Vec<u8>, String> {
    if output.status == Some(0) {
        Ok(output.stdout)
    } else {
        Err(output.stderr)
    }
}
