//! Functions around YAML, which External Secrets adds.

use std::collections::BTreeMap;

use super::Function;
use crate::value::{Map, Text, Type, Value};
use crate::yaml;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "fromYaml",
        takes: &[Type::Text],
        rest: None,
        says: "What the first document of a YAML 1.1 text holds, which must be a map. If it is none, a dict whose Error says why.",
        example: (r#"{{ (fromYaml "port: 010").port }}"#, "8"),
        run: |context, arguments| {
            let Some(Value::Text(text)) = arguments.first() else {
                return Ok(Map::nil().into());
            };
            Ok(match yaml::map(context.budget, text.bytes())? {
                Ok(map) => map.into(),
                Err(broken) => {
                    let reason = Value::from(broken.to_string());
                    Map::any(BTreeMap::from([(Text::from("Error"), reason)])).into()
                }
            })
        },
    },
    Function {
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
    },
];
