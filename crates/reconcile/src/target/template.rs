//! Renders what a target's template holds.
//!
//! Errors name the place, the template, its line and what was refused; never a value nor text of a template.

use selkie_api::{Cause, DecodingStrategy, SecretTemplate, TemplateScope, TemplateTarget};
use selkie_crypto::Secret;
use selkie_template::{Limits, Settings, Syntax, Template, Value, keys_and_values};
use sha3::{Digest as _, Sha3_256};

use super::contribution::{Circumstances, Contribution};
use super::{copy, sources};
use crate::data::SecretData;
use crate::failure::Failure;
use crate::pipeline;

/// Renders templates over one set of values.
pub(super) struct Workshop<'a> {
    /// The values as templates see them.
    root: Value,
    syntax: Syntax,
    circumstances: Circumstances<'a>,
}

/// Where in the manifest a template stands.
#[derive(Clone, Copy)]
struct Place<'p>(&'p str);

impl<'a> Workshop<'a> {
    pub(super) fn new(values: &SecretData, circumstances: Circumstances<'a>) -> Self {
        Self {
            root: Value::root(copy(values)),
            syntax: Syntax {
                left: circumstances.left.to_owned(),
                right: circumstances.right.to_owned(),
                ..Syntax::default()
            },
            circumstances,
        }
    }

    /// Templates out of ConfigMaps, Secrets and texts, in order.
    pub(super) fn templates_from(
        &self,
        template: &SecretTemplate,
        sources: &sources::Sources,
        brought: &mut Contribution,
    ) -> Result<(), Failure> {
        for (at, entry) in template.template_from.iter().enumerate() {
            let place = format!("spec.target.template.templateFrom[{at}]");
            let place = Place(&place);
            let decoding = entry.values_decoding_strategy();
            let mut put = |key: &str, value| brought.put(entry.target(), key, value, place);
            for (source, listed) in sources::of(entry) {
                for item in &listed.items {
                    let text = sources::text(sources, &source, &item.key)?;
                    match item.template_as() {
                        TemplateScope::Values => {
                            let value = self.render(place, &item.key, text.expose())?;
                            put(&item.key, decoded(place, decoding, value)?)?;
                        }
                        TemplateScope::KeysAndValues => {
                            for (key, value) in self.pairs(place, &item.key, text.expose())? {
                                put(&key, decoded(place, decoding, value)?)?;
                            }
                        }
                    }
                }
            }
            if let Some(literal) = &entry.literal {
                for (key, value) in self.pairs(place, "literal", literal.as_bytes())? {
                    put(&key, decoded(place, decoding, value)?)?;
                }
            }
        }
        Ok(())
    }

    /// Templates that stand in the ExternalSecret itself.
    pub(super) fn templates_within(
        &self,
        template: &SecretTemplate,
        brought: &mut Contribution,
    ) -> Result<(), Failure> {
        let place = Place("spec.target.template.data");
        for (key, text) in &template.data {
            let value = self.render(place, key, text.as_bytes())?;
            brought.put(TemplateTarget::Data, key, value, place)?;
        }
        let Some(metadata) = &template.metadata else {
            return Ok(());
        };
        let place = Place("spec.target.template.metadata.labels");
        for (key, text) in &metadata.labels {
            let value = self.render(place, key, text.as_bytes())?;
            brought.put(TemplateTarget::Labels, key, value, place)?;
        }
        let place = Place("spec.target.template.metadata.annotations");
        for (key, text) in &metadata.annotations {
            let value = self.render(place, key, text.as_bytes())?;
            brought.put(TemplateTarget::Annotations, key, value, place)?;
        }
        Ok(())
    }

    fn pairs(
        &self,
        place: Place<'_>,
        name: &str,
        text: &[u8],
    ) -> Result<Vec<(String, Secret)>, Failure> {
        let rendered = self.render(place, name, text)?;
        keys_and_values(rendered.expose(), Limits::default()).map_err(|failure| {
            place.failure(&format!("what template {name:?} renders to: {failure}"))
        })
    }

    fn render(&self, place: Place<'_>, name: &str, text: &[u8]) -> Result<Secret, Failure> {
        let text = std::str::from_utf8(text)
            .map_err(|_| place.failure(&format!("template {name:?} is no text")))?;
        if !text.contains(&self.syntax.left) {
            // A text without actions is what it renders to.
            return Ok(Secret::from(text.to_owned()));
        }
        let settings = Settings {
            now: (
                self.circumstances.now.as_second(),
                self.circumstances.now.subsec_nanosecond().unsigned_abs(),
            ),
            seed: self.seed(place, name),
            ..Settings::default()
        };
        Template::parse(name, text, &self.syntax)
            .and_then(|template| template.render(&self.root, &settings))
            .map_err(|error| place.failure(&error.to_string()))
    }

    /// A seed for each template: under one seed, two templates that make passwords would make the same.
    fn seed(&self, place: Place<'_>, name: &str) -> [u8; 32] {
        let mut hash = Sha3_256::new();
        hash.update(self.circumstances.seed);
        hash.update(place.0);
        hash.update([0]);
        hash.update(name);
        hash.finalize().into()
    }
}

impl Place<'_> {
    fn failure(self, what: &str) -> Failure {
        Failure::new(Cause::InvalidTemplate, format!("{}: {what}", self.0))
    }
}

impl Contribution {
    fn put(
        &mut self,
        target: TemplateTarget<'_>,
        key: &str,
        value: Secret,
        place: Place<'_>,
    ) -> Result<(), Failure> {
        let map = match target {
            TemplateTarget::Data => {
                // A key that was rendered may be made of values: it is not named.
                if !is_key(key) {
                    return Err(place.failure("a key is none that a Secret can have"));
                }
                self.data.insert(key.to_owned(), value);
                return Ok(());
            }
            TemplateTarget::Labels => &mut self.labels,
            TemplateTarget::Annotations => &mut self.annotations,
            TemplateTarget::Path(_) => {
                return Err(Failure::new(
                    Cause::InvalidSpec,
                    format!("{}.target is no part of a Secret", place.0),
                ));
            }
        };
        let text = std::str::from_utf8(value.expose())
            .map_err(|_| place.failure("a label or annotation would be no text"))?;
        map.insert(key.to_owned(), text.to_owned());
        Ok(())
    }
}

fn decoded(place: Place<'_>, strategy: DecodingStrategy, value: Secret) -> Result<Secret, Failure> {
    pipeline::decode(strategy, value).map_err(|error| place.failure(&error.to_string()))
}

/// Whether the API server takes the key.
pub(crate) fn is_key(key: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=253).contains(&key.len()) && key.bytes().all(fits) && key != "." && !key.starts_with("..")
}
