//! The templates of a store, and what they are given: the reference of whoever asks, and the store's secrets.
//!
//! As with the peer, parts of the reference are escaped for the URL and nowhere else; secrets never are.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::header::{HeaderName, HeaderValue};
use selkie_api::Cause;
use selkie_api::store::webhook::Webhook as Spec;
use selkie_crypto::Secret;
use selkie_template::{Limits, Map, MissingKey, Settings, Syntax, Template, Text, Value};

use crate::{Address, Credentials, Failure};

/// What templates call the reference.
const REFERENCE: &str = "remoteRef";

/// A request is small, and nobody makes a key for one.
const LIMITS: Limits = Limits {
    output: 256 << 10,
    steps: 100_000,
    depth: 100,
    regex: 256 << 10,
    length: 1 << 20,
    memory: 8 << 20,
    cost: 100,
};

/// Secrets of a store, by the names that templates have for them, and the keys in each.
pub(super) type Secrets = BTreeMap<String, BTreeMap<String, Arc<Secret>>>;

/// The templates of a store.
pub(super) struct Templates {
    url: Template,
    headers: Vec<(HeaderName, Template)>,
    body: Option<Template>,
    path: Option<Template>,
}

/// A request, and what of its answer is meant.
pub(super) struct Rendered {
    pub(super) url: Secret,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) body: Option<Secret>,
    pub(super) path: Option<String>,
}

/// The reference of whoever asks.
pub(super) struct Data {
    key: String,
    version: String,
    property: String,
    namespace: String,
}

impl Data {
    pub(super) fn of(at: &Address) -> Self {
        let asked = at.asked.clone().unwrap_or_default();
        Self {
            key: at.key.clone(),
            version: at.version.clone().unwrap_or_default(),
            property: asked.property.unwrap_or_default(),
            namespace: asked.namespace,
        }
    }

    fn entries(&self, escape: fn(&str) -> String) -> [(&'static str, String); 4] {
        [
            ("key", escape(&self.key)),
            ("version", escape(&self.version)),
            ("property", escape(&self.property)),
            ("namespace", self.namespace.clone()),
        ]
    }
}

/// What stands in the Secrets of a store.
pub(super) fn secrets(spec: &Spec, credentials: &Credentials) -> Secrets {
    let mut all = Secrets::new();
    for secret in &spec.secrets {
        let entries = all.entry(secret.name.clone()).or_default();
        let reference = &secret.secret_ref;
        let found = credentials.all(reference.namespace.as_deref(), &reference.name);
        entries.extend(found.map(|(key, value)| (key.to_owned(), Arc::clone(value))));
    }
    all
}

impl Templates {
    pub(super) fn parse(spec: &Spec) -> Result<Self, Failure> {
        let headers = spec.headers.iter().map(|(name, text)| {
            let place = format!("headers[{name}]");
            let name = HeaderName::try_from(name.as_str());
            let name = name.map_err(|_| {
                let what = format!("{place}: no header has such a name");
                Failure::new(Cause::InvalidSpec, what)
            })?;
            Ok((name, template(&place, text)?))
        });
        let given = |text: &Option<String>, place| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            text.map(|text| template(place, text)).transpose()
        };
        Ok(Self {
            url: template("url", &spec.url)?,
            headers: headers.collect::<Result<_, Failure>>()?,
            body: given(&spec.body, "body")?,
            path: given(&spec.result.json_path, "result.jsonPath")?,
        })
    }

    pub(super) fn render(
        &self,
        data: &Data,
        secrets: &Secrets,
        now: u64,
    ) -> Result<Rendered, Failure> {
        let settings = Settings {
            // As with the peer: a header may ask whether a secret is there.
            missing: MissingKey::Default,
            limits: LIMITS,
            now: (now.cast_signed(), 0),
            seed: rand::random(),
        };
        let (escaped, raw) = (
            root(data, secrets, query_escape),
            root(data, secrets, str::to_owned),
        );
        let headers = self.headers.iter().map(|(name, template)| {
            let text = render(template, &raw, &settings)?;
            let mut value = HeaderValue::from_bytes(text.expose()).map_err(|_| {
                let what = format!("headers[{name}] renders to what no header can hold");
                Failure::new(Cause::InvalidData, what)
            })?;
            value.set_sensitive(true);
            Ok((name.clone(), value))
        });
        let body = self.body.as_ref();
        let path = self.path.as_ref();
        let path = path.map(|it| render(it, &raw, &settings)).transpose()?;
        let path = path.map(|it| String::from_utf8_lossy(it.expose()).into_owned());
        Ok(Rendered {
            url: render(&self.url, &escaped, &settings)?,
            headers: headers.collect::<Result<_, Failure>>()?,
            body: body.map(|it| render(it, &raw, &settings)).transpose()?,
            path: path.filter(|path| !path.is_empty()),
        })
    }
}

fn template(place: &str, text: &str) -> Result<Template, Failure> {
    Template::parse(place, text, &Syntax::default())
        .map_err(|error| Failure::new(Cause::InvalidTemplate, error.to_string()))
}

fn render(template: &Template, root: &Value, settings: &Settings) -> Result<Secret, Failure> {
    template
        .render(root, settings)
        .map_err(|error| Failure::new(Cause::InvalidTemplate, error.to_string()))
}

/// What templates see.
fn root(data: &Data, secrets: &Secrets, escape: fn(&str) -> String) -> Value {
    let mut groups: BTreeMap<&str, Vec<(Text, Text)>> = BTreeMap::new();
    let reference = data.entries(escape).into_iter();
    let reference = reference.map(|(name, value)| (Text::from(name), Text::from(value)));
    groups.insert(REFERENCE, reference.collect());
    for (name, entries) in secrets {
        let entries = entries.iter().map(|(key, value)| {
            let value = Secret::from(value.expose().to_vec());
            (Text::from(key.as_str()), Text::from(value))
        });
        groups.entry(name).or_default().extend(entries);
    }
    let groups = groups
        .into_iter()
        .map(|(name, entries)| (Text::from(name), Value::Map(Map::texts(entries))));
    Value::Map(Map::any(groups.collect()))
}

/// As Go escapes a text for a query.
fn query_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => out.push(byte.into()),
            _ => {
                let digit = |half: u8| char::from(b"0123456789ABCDEF"[usize::from(half & 15)]);
                out.extend(['%', digit(byte >> 4), digit(byte)]);
            }
        }
    }
    out
}
