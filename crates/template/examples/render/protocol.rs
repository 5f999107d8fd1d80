//! The oracle's protocol: a request as JSON, rendered by our crate, and the answer as JSON. Rows of `tests/vectors/template` are requests with
//! the expected answer.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use selkie_crypto::Secret;
use selkie_template::{
    Functions, List, Map, MissingKey, Settings, Syntax, Template, Text, Type, Value,
};
use serde_json::{Value as Json, json};

/// The answer to a request.
pub(crate) fn answer(request: &Json) -> Json {
    match render(request, &settings()) {
        Ok(text) => match std::str::from_utf8(text.expose()) {
            Ok(text) => json!({"ok": true, "output": text}),
            Err(_) => json!({"ok": true, "base64": STANDARD.encode(text.expose())}),
        },
        Err(error) => json!({"ok": false, "error": error}),
    }
}

/// The usual settings, at a time that rows can rely on: in January 2027.
fn settings() -> Settings {
    Settings {
        now: (1_800_000_000, 123_456_789),
        ..Settings::default()
    }
}

/// What a request renders to. Its mode decides about `missing` of the settings.
fn render(request: &Json, settings: &Settings) -> Result<Secret, String> {
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let mode = request["mode"].as_str().unwrap_or("eso");
    let (functions, missing) = match mode {
        "eso" => (Functions::All, MissingKey::Error),
        "default" => (Functions::Builtin, MissingKey::Default),
        "default+sprig" => (Functions::All, MissingKey::Default),
        other => return Err(format!("no mode {other:?}")),
    };
    let syntax = Syntax {
        left: text("left"),
        right: text("right"),
        functions,
    };
    let root = if mode == "eso" {
        let values = request["values"].as_object();
        let texts = values.into_iter().flatten().map(|(name, value)| {
            let bytes = match value {
                Json::String(text) => text.clone().into_bytes(),
                other => STANDARD
                    .decode(other["base64"].as_str().unwrap_or_default())
                    .unwrap_or_default(),
            };
            (name.clone(), Secret::from(bytes))
        });
        Value::root(texts)
    } else {
        value(&request["values"])
    };
    let template = Template::parse(
        request["name"].as_str().unwrap_or("template"),
        request["template"].as_str().unwrap_or_default(),
        &syntax,
    )
    .map_err(|error| error.to_string())?;
    let settings = Settings {
        missing,
        ..*settings
    };
    template
        .render(&root, &settings)
        .map_err(|error| error.to_string())
}

/// JSON as Go reads it into an `interface {}`: all numbers are floats.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Float(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => {
            Value::List(List::grown(Type::Any, items.iter().map(value).collect()))
        }
        Json::Object(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, item)| (Text::from(key.as_str()), value(item)));
            Value::Map(Map::any(entries.collect::<BTreeMap<_, _>>()))
        }
    }
}
