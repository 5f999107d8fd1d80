//! `selkie template`: a template and values in, the rendered text out. An error points at its place in the template; no value is ever in it.

use std::path::Path;

use rand::Rng as _;
use selkie_crypto::Secret;
use selkie_document::{Error, Format, Opened, Plain, Sealed, open};
use selkie_template::{MissingKey, Settings, Syntax, Template, Value, keys_and_values};
use zeroize::Zeroizing;

use super::entropy::{instant, randomness};
use crate::args::{TemplateArgs, TemplateKind};
use crate::exit::Status;
use crate::io::{Input, print};
use crate::message::{Failure, Reading, document_failure};
use crate::request::{formats, order};
use crate::session::recover;

pub(super) fn run(args: TemplateArgs) -> Result<(), Failure> {
    let name = args.file.display().to_string();
    let source = Input::File(args.file).read_plain()?;
    let source = std::str::from_utf8(source.expose()).map_err(|_| {
        Failure::new(
            Status::Unreadable,
            format_args!("{name}: the template is not UTF-8"),
        )
    })?;
    let syntax = Syntax {
        left: args.left_delimiter,
        right: args.right_delimiter,
        ..Syntax::default()
    };
    let failed = |error: selkie_template::Error| pointing(&name, source, &error);
    let template = Template::parse(&name, source, &syntax).map_err(failed)?;
    let values = values(&args.values, args.decryption_order)?;
    let mut seed = [0; 32];
    randomness()?.fill_bytes(&mut seed);
    let settings = Settings {
        missing: MissingKey::Error,
        now: instant(),
        seed,
        ..Settings::default()
    };
    let text = template.render(&values, &settings).map_err(failed)?;
    match args.kind {
        TemplateKind::Value => print(text.expose()),
        TemplateKind::KeysAndValues => print(entries(&name, &text, &settings)?.expose()),
    }
}

/// The values, decrypted if they are encrypted.
fn values(path: &Path, decryption_order: Option<String>) -> Result<Value, Failure> {
    let name = path.display().to_string();
    let input = || Input::File(path.to_owned());
    // Names and texts have no other form: what has no name of its own is YAML.
    let format = match formats(None, None, Some(path)).input {
        Format::Binary => Format::Yaml,
        format => format,
    };
    let failed = |error: Error| document_failure(&name, Reading::Plain, &error);
    let plain = match Plain::read(format, input().read_plain()?) {
        Ok(plain) => plain,
        Err(Error::AlreadyEncrypted { .. }) => {
            let failed = |error: Error| document_failure(&name, Reading::Sealed, &error);
            let sealed = Sealed::read(format, input().read_sealed()?).map_err(failed)?;
            let key = recover(&name, &sealed, &order(decryption_order)?)?;
            let Opened { plain, .. } = open(sealed, &key).map_err(failed)?;
            plain
        }
        Err(error) => return Err(failed(error)),
    };
    Ok(Value::root(plain.texts().map_err(failed)?))
}

/// What a rendered text gives a Secret as `KeysAndValues`: a line of YAML for each key, its value in the quotes of JSON.
fn entries(name: &str, text: &Secret, settings: &Settings) -> Result<Secret, Failure> {
    let entries = keys_and_values(text.expose(), settings.limits).map_err(|failure| {
        Failure::new(
            Status::Failed,
            format_args!("{name}: what it renders to is no YAML of keys and values: {failure}"),
        )
    })?;
    let mut lines = Secret::new();
    for (key, value) in entries {
        let value = String::from_utf8_lossy(value.expose());
        for part in [&*quoted(&key), ": ", &*quoted(&value), "\n"] {
            lines.extend_from_slice(part.as_bytes());
        }
    }
    Ok(lines)
}

/// Text in the quotes of JSON, which are YAML's too, in memory that is wiped.
fn quoted(text: &str) -> Zeroizing<String> {
    Zeroizing::new(serde_json::Value::from(text).to_string())
}

/// The failure for an error, with the line of the template and a caret below the place.
fn pointing(name: &str, source: &str, error: &selkie_template::Error) -> Failure {
    let function = error
        .function
        .as_deref()
        .map_or_else(String::new, |name| format!("{name}: "));
    let fact = format!(
        "{name}:{}:{}: {function}{}",
        error.line, error.column, error.failure
    );
    let line = source.lines().nth(error.line - 1).unwrap_or_default();
    let before = line.get(..error.column - 1).unwrap_or(line);
    let skipped = before.chars().count().saturating_sub(AROUND);
    let shown: String = line.chars().skip(skipped).take(2 * AROUND).collect();
    let caret: String = before
        .chars()
        .skip(skipped)
        .map(|it| if it == '\t' { '\t' } else { ' ' })
        .chain(['^'])
        .collect();
    Failure::new(Status::Failed, fact).details([shown, caret])
}

/// How many characters of a line are shown before the place, and behind it.
const AROUND: usize = 60;
