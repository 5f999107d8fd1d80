//! Keys as a template writes them, whose `.value` is the key. It runs in Go's own mode, in which a name that is not there is `<no value>`.

use selkie_api::TransformRewrite;
use selkie_crypto::Secret;
use selkie_template::{Limits, MissingKey, Settings, Syntax, Template, Value};
use sha3::{Digest, Sha3_256};

use super::super::Render;
use super::super::error::Error;
use crate::data::SecretData;

/// Steps that the template has for each key, however many keys there are.
const STEPS: u64 = 2_000;

pub(super) fn keys(
    step: usize,
    rule: &TransformRewrite,
    data: SecretData,
    render: &Render,
) -> Result<SecretData, Error> {
    let failed = |error| Error::Template { step, error };
    let template =
        Template::parse("transform", &rule.template, &Syntax::default()).map_err(failed)?;
    let limits = shared(data.len());
    let mut transformed = SecretData::new();
    for (key, value) in data {
        let settings = Settings {
            missing: MissingKey::Default,
            limits,
            now: (render.now.as_second(), nanoseconds(render)),
            seed: seed(render, &key),
        };
        let root = Value::root([("value".to_owned(), Secret::from(key))]);
        let text = template.render(&root, &settings).map_err(failed)?;
        let key = String::from_utf8_lossy(text.expose()).into_owned();
        transformed.insert(key, value);
    }
    Ok(transformed)
}

/// What one render may use when there are so many: together not much more than one alone.
fn shared(renders: usize) -> Limits {
    let whole = Limits::default();
    let renders = renders.max(1);
    Limits {
        output: whole.output / renders,
        steps: (whole.steps / renders as u64).max(STEPS),
        cost: whole.cost / u32::try_from(renders).unwrap_or(u32::MAX),
        ..whole
    }
}

/// Each key has randomness of its own.
fn seed(render: &Render, key: &str) -> [u8; 32] {
    Sha3_256::new()
        .chain_update(render.seed)
        .chain_update(key)
        .finalize()
        .into()
}

fn nanoseconds(render: &Render) -> u32 {
    render.now.subsec_nanosecond().unsigned_abs()
}
