//! From text to what is written in it, with line and field where that cannot be done.

use super::ConfigSource;
use crate::rules::RulesError;

/// Reads the first document; whatever comes after it does not count.
pub(in crate::rules) fn parse(text: &str) -> Result<ConfigSource, RulesError> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        // An excerpt of the file has no place in an error: the caller knows which file it is.
        with_snippet: false,
    };
    let mut first = None;
    let rest =
        serde_saphyr::with_deserializer_from_str_with_options(text, options, |deserializer| {
            first = Some(serde_path_to_error::deserialize::<_, Option<ConfigSource>>(
                deserializer,
            ));
            Ok(())
        });
    match (first, rest) {
        // What the reader says about the rest of the text is about later documents.
        (Some(Ok(config)), _) => Ok(config.unwrap_or_default()),
        (Some(Err(error)), _) => Err(syntax(&error.path().to_string(), error.inner())),
        (None, Err(error)) => Err(syntax("", &error)),
        (None, Ok(())) => Ok(ConfigSource::default()),
    }
}

fn syntax(path: &str, error: &serde_saphyr::Error) -> RulesError {
    let line = error.location().map_or(0, |location| location.line());
    let mut reason = error
        .without_snippet()
        .render_with_formatter(&serde_saphyr::UserMessageFormatter);
    if line > 0
        && let Some((fact, _)) = reason.rsplit_once(" at line ")
    {
        reason.truncate(fact.len());
    }
    // The wrapper that notes a rule's line is a step of the path, an unknown field is `?`, the whole file `.`.
    let field = path.replacen("].value", "]", 1);
    let field = field
        .trim_end_matches(".?")
        .trim_matches(['.', '?'])
        .to_owned();
    RulesError::Syntax {
        line,
        field,
        reason,
    }
}
