//! Writing the metadata block: as lines at the end of a document, or inside its braces.

use super::render;
use crate::metadata::Field;
use crate::tree::FlowBefore;

/// The block as whole lines, its key at column `indent`.
pub(super) fn lines(fields: &[(String, Field)], indent: u16, line_break: &str) -> String {
    let mut out = Lines {
        text: String::new(),
        line_break,
    };
    out.indent(usize::from(indent));
    out.text.push_str("sops:");
    out.text.push_str(line_break);
    out.map(fields, usize::from(indent + STEP), true);
    out.text
}

/// Columns that each level is indented by, as SOPS does.
const STEP: u16 = 4;

struct Lines<'a> {
    text: String,
    line_break: &'a str,
}

impl Lines<'_> {
    fn indent(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }

    fn map(&mut self, fields: &[(String, Field)], column: usize, indent_first: bool) {
        for (index, (key, value)) in fields.iter().enumerate() {
            if index > 0 || indent_first {
                self.indent(column);
            }
            self.text.push_str(&scalar(key));
            self.text.push(':');
            self.value(key, value, column);
        }
    }

    /// What follows a key, to the end of its last line.
    fn value(&mut self, key: &str, value: &Field, column: usize) {
        match value {
            Field::Map(fields) if !fields.is_empty() => {
                self.text.push_str(self.line_break);
                self.map(fields, column + usize::from(STEP), true);
            }
            Field::List(items) if !items.is_empty() => {
                self.text.push_str(self.line_break);
                for item in items {
                    self.item(item, column + usize::from(STEP));
                }
            }
            Field::Scalar(text) if text.contains('\n') => {
                self.text.push(' ');
                let container = u16::try_from(column).unwrap_or(u16::MAX);
                let block = render::literal(text, container, STEP, self.line_break);
                self.text
                    .push_str(&block.unwrap_or_else(|| render::double_quoted(text)));
                self.text.push_str(self.line_break);
            }
            other => {
                self.text.push(' ');
                self.text.push_str(&inline(key, other));
                self.text.push_str(self.line_break);
            }
        }
    }

    fn item(&mut self, item: &Field, column: usize) {
        self.indent(column);
        self.text.push('-');
        match item {
            Field::Map(fields) if !fields.is_empty() => {
                self.text.push(' ');
                self.map(fields, column + 2, false);
            }
            other => self.value("", other, column),
        }
    }
}

/// The block as an entry of a mapping in braces.
pub(super) fn flow(fields: &[(String, Field)], after: FlowBefore) -> String {
    let joint = match after {
        FlowBefore::Entry => ", ",
        FlowBefore::Comma | FlowBefore::Bracket => "",
    };
    format!(
        "{joint}\"sops\": {}",
        flow_value("", &Field::Map(fields.to_vec()))
    )
}

fn flow_value(key: &str, value: &Field) -> String {
    match value {
        Field::Map(fields) => {
            let entries: Vec<String> = fields
                .iter()
                .map(|(key, value)| {
                    format!("{}: {}", render::double_quoted(key), flow_value(key, value))
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Field::List(items) => {
            let items: Vec<String> = items.iter().map(|item| flow_value("", item)).collect();
            format!("[{}]", items.join(", "))
        }
        Field::Scalar(text) if !is_bare(key) => render::double_quoted(text),
        other => inline(key, other),
    }
}

fn inline(key: &str, value: &Field) -> String {
    match value {
        Field::Null => "null".to_owned(),
        Field::Scalar(text) if is_bare(key) => text.clone(),
        Field::Scalar(text) => scalar(text),
        Field::List(_) => "[]".to_owned(),
        Field::Map(_) => "{}".to_owned(),
    }
}

/// Fields that are a number or a bool: older releases refuse them in quotes.
fn is_bare(key: &str) -> bool {
    matches!(key, "mac_only_encrypted" | "shamir_threshold")
}

fn scalar(text: &str) -> String {
    if render::is_plain(text, false) {
        text.to_owned()
    } else {
        render::double_quoted(text)
    }
}
