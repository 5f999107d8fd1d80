//! How each format is printed where a text is printed anew: the `stores` of a `.sops.yaml`, as numbers.
//!
//! What a number means, and which are refused, is for the format that prints.

use super::source::StoresSource;

/// The settings of all formats; dotenv and INI have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stores {
    /// Blanks for each level of YAML.
    pub yaml_indent: Option<i64>,
    /// Blanks for each level of JSON; -1 is a tab.
    pub json_indent: Option<i64>,
    /// The same for the JSON around a binary file.
    pub json_binary_indent: Option<i64>,
}

impl From<&StoresSource> for Stores {
    fn from(source: &StoresSource) -> Self {
        Self {
            yaml_indent: source.yaml.as_ref().and_then(|it| it.indent),
            json_indent: source.json.as_ref().and_then(|it| it.indent),
            json_binary_indent: source.json_binary.as_ref().and_then(|it| it.indent),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::Config;

    #[test]
    fn stores() {
        #[track_caller]
        fn check(text: &str, expected: (Option<i64>, Option<i64>, Option<i64>)) {
            let stores = Config::parse(text).unwrap().stores();
            let found = (
                stores.yaml_indent,
                stores.json_indent,
                stores.json_binary_indent,
            );
            assert_eq!(found, expected, "{text}");
        }
        check("", (None, None, None));
        check("stores:\n", (None, None, None));
        check(
            "stores: {yaml: ~, json: {}, dotenv: {}, ini: ~, other: [1]}",
            (None, None, None),
        );
        check(
            "stores: {yaml: {indent: 2}, json: {indent: -1}, json_binary: {indent: 4, x: y}}",
            (Some(2), Some(-1), Some(4)),
        );
    }
}
