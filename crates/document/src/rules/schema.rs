//! The JSON Schema of `.sops.yaml`, from the very types that read it.

use schemars::schema_for;

use super::source::ConfigSource;

/// The schema as text, for editors. Unknown fields are allowed in it, as everywhere.
pub fn schema() -> String {
    let schema = schema_for!(ConfigSource);
    // The alternate form of a JSON value is the indented one.
    format!("{:#}\n", schema.as_value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::Selector;

    #[test]
    fn the_schema_names_every_field() {
        let schema = schema();
        let value: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert!(schema.ends_with("}\n"));
        let properties = |of: &str| -> Vec<String> {
            let object = value.pointer(of).and_then(|at| at.as_object());
            object.unwrap().keys().cloned().collect()
        };
        assert_eq!(
            properties("/properties"),
            ["creation_rules", "destination_rules", "stores"]
        );
        let rule = properties("/$defs/CreationRule/properties");
        for selector in Selector::ALL {
            assert!(rule.iter().any(|name| name == selector.name()), "{rule:?}");
        }
        assert_eq!(rule.len(), 20);
        assert!(properties("/$defs/AzureKeyVaultKey/properties").contains(&"vaultUrl".to_owned()));
        for (name, definition) in value["$defs"].as_object().unwrap() {
            for (field, schema) in definition["properties"].as_object().into_iter().flatten() {
                assert!(
                    schema["description"].is_string(),
                    "{name}.{field} is not described"
                );
            }
        }
    }
}
