//! Functions around YAML, which External Secrets adds.

use super::Function;
use crate::value::{Text, Type, Value};
use crate::yaml;

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "toYaml",
    takes: &[Type::Any],
    rest: None,
    says: "The value as YAML without a last newline. Empty if it has no YAML.",
    example: (
        r#"{{ dict "a" (list 1 "yes") | toYaml }}"#,
        "a:\n- 1\n- \"yes\"",
    ),
    run: |context, arguments| {
        let value = arguments.first().unwrap_or(&Value::Nil);
        let Some(mut document) = yaml::write(context.budget, value)? else {
            return Ok(Value::from(""));
        };
        if document.expose().ends_with(b"\n") {
            document.truncate(document.len() - 1);
        }
        Ok(Value::Text(Text::from(document)))
    },
}];
