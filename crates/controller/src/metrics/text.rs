//! The text form: samples under the heading of their metric, each heading once.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

/// Bytes of a piece, about. A page of many objects is some dozen megabytes, and one text of it would be moved as it grows.
const PIECE: usize = 1 << 16;

/// A page under construction: the pieces of each metric, of which there is one at least.
#[derive(Default)]
pub(super) struct Text(BTreeMap<String, Vec<String>>);

impl Text {
    /// A value that goes up and down.
    pub(super) fn gauge(
        &mut self,
        name: &str,
        help: &str,
        labels: &[(&str, &str)],
        value: impl Display,
    ) {
        self.sample(name, "gauge", help, labels, value);
    }

    /// A value that only goes up.
    pub(super) fn counter(
        &mut self,
        name: &str,
        help: &str,
        labels: &[(&str, &str)],
        value: impl Display,
    ) {
        self.sample(name, "counter", help, labels, value);
    }

    fn sample(
        &mut self,
        name: &str,
        kind: &str,
        help: &str,
        labels: &[(&str, &str)],
        value: impl Display,
    ) {
        if !self.0.contains_key(name) {
            let heading = format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
            self.0.insert(name.to_owned(), vec![heading]);
        }
        let Some(pieces) = self.0.get_mut(name) else {
            return;
        };
        if pieces.last().is_none_or(|piece| piece.len() > PIECE) {
            pieces.push(String::with_capacity(PIECE + 1024));
        }
        let Some(text) = pieces.last_mut() else {
            return;
        };
        text.push_str(name);
        for (place, (label, value)) in labels.iter().enumerate() {
            text.push(if place == 0 { '{' } else { ',' });
            text.push_str(label);
            text.push_str("=\"");
            for letter in value.chars() {
                match letter {
                    '\\' => text.push_str("\\\\"),
                    '"' => text.push_str("\\\""),
                    '\n' => text.push_str("\\n"),
                    other => text.push(other),
                }
            }
            text.push('"');
        }
        if !labels.is_empty() {
            text.push('}');
        }
        // Writing into a text cannot fail.
        let _ = writeln!(text, " {value}");
    }

    /// The page, in pieces.
    pub(super) fn finish(self) -> Vec<String> {
        self.0.into_values().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_page_comes_in_pieces() {
        let mut text = Text::default();
        for number in 0..10_000 {
            text.gauge("a", "A", &[], number);
        }
        let pieces = text.finish();
        assert!(pieces.len() > 1);
        assert!(pieces.iter().all(|piece| piece.len() < PIECE + 1024));
        let page = pieces.concat();
        assert_eq!(page.lines().count(), 10_002);
        assert!(
            page.lines()
                .skip(2)
                .enumerate()
                .all(|(number, line)| line == format!("a {number}"))
        );
    }

    #[test]
    fn every_metric_has_one_heading() {
        let mut text = Text::default();
        text.counter("b", "B", &[("x", "a\"b\\c\nd")], 1);
        text.gauge("a", "A", &[], 0.5);
        text.counter("b", "B", &[("x", "y")], 2);
        assert_eq!(
            text.finish().concat(),
            "# HELP a A\n# TYPE a gauge\na 0.5\n# HELP b B\n# TYPE b counter\nb{x=\"a\\\"b\\\\c\\nd\"} 1\nb{x=\"y\"} 2\n"
        );
    }
}
