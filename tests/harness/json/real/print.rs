//! How tools print JSON: indentation, escapes, blanks, line ends.

use std::fmt::Write as _;

/// A value before it is printed. Numbers are kept as they are written.
pub(super) enum Value {
    Word(&'static str),
    Number(String),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// How a tool prints.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one habit that a tool has or has not"
)]
pub(super) struct Habit {
    /// One level of indentation; none for everything on one line.
    indent: Option<&'static str>,
    line_break: &'static str,
    colon: &'static str,
    comma: &'static str,
    /// Characters beyond ASCII are written as escapes.
    ascii: bool,
    /// `/` is written as an escape.
    slash: bool,
    /// `<`, `>` and `&` are written as escapes.
    html: bool,
    /// Lists of numbers and words stand on one line.
    short_lists: bool,
    /// Empty objects and lists have a blank inside.
    loose: bool,
    end: &'static str,
}

const BASE: Habit = Habit {
    indent: Some("  "),
    line_break: "\n",
    colon: ": ",
    comma: ", ",
    ascii: false,
    slash: false,
    html: false,
    short_lists: false,
    loose: false,
    end: "\n",
};

/// npm, Python plain and pretty, Go plain and pretty, PHP, jq in two moods, .NET, a formatter, Terraform, a hand.
pub(super) const HABITS: [Habit; 12] = [
    BASE,
    Habit {
        indent: None,
        ascii: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: Some("    "),
        ascii: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: None,
        colon: ":",
        comma: ",",
        html: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: Some("\t"),
        html: true,
        ..BASE
    },
    Habit {
        indent: Some("    "),
        ascii: true,
        slash: true,
        end: "",
        ..BASE
    },
    Habit {
        indent: None,
        colon: ":",
        comma: ",",
        ..BASE
    },
    Habit {
        indent: Some("\t"),
        ..BASE
    },
    Habit {
        line_break: "\r\n",
        end: "\r\n",
        ..BASE
    },
    Habit {
        short_lists: true,
        ..BASE
    },
    Habit { end: "", ..BASE },
    Habit {
        indent: Some("   "),
        colon: " : ",
        loose: true,
        end: "\n\n",
        ..BASE
    },
];

/// The text that a tool with this habit makes of a value.
pub(super) fn print(value: &Value, habit: Habit) -> String {
    let mut printer = Printer {
        out: String::new(),
        habit,
    };
    printer.value(value, 0);
    printer.out.push_str(habit.end);
    printer.out
}

struct Printer {
    out: String,
    habit: Habit,
}

impl Printer {
    fn value(&mut self, value: &Value, level: usize) {
        match value {
            Value::Word(word) => self.out.push_str(word),
            Value::Number(number) => self.out.push_str(number),
            Value::Text(text) => self.text(text),
            Value::List(items) => {
                let short = self.habit.short_lists
                    && items
                        .iter()
                        .all(|it| matches!(it, Value::Word(_) | Value::Number(_)));
                self.container(['[', ']'], items, level, short, |it, item, level| {
                    it.value(item, level);
                });
            }
            Value::Object(entries) => self.container(
                ['{', '}'],
                entries,
                level,
                false,
                |it, (key, value), level| {
                    it.text(key);
                    it.out.push_str(it.habit.colon);
                    it.value(value, level);
                },
            ),
        }
    }

    fn container<T>(
        &mut self,
        [open, close]: [char; 2],
        all: &[T],
        level: usize,
        short: bool,
        put: impl Fn(&mut Self, &T, usize),
    ) {
        self.out.push(open);
        let indent = self.habit.indent.filter(|_| !short);
        for (index, one) in all.iter().enumerate() {
            match indent {
                Some(indent) => {
                    self.out.push_str(if index > 0 { "," } else { "" });
                    self.out.push_str(self.habit.line_break);
                    self.out.push_str(&indent.repeat(level + 1));
                }
                None => self
                    .out
                    .push_str(if index > 0 { self.habit.comma } else { "" }),
            }
            put(self, one, level + 1);
        }
        match indent {
            Some(indent) if !all.is_empty() => {
                self.out.push_str(self.habit.line_break);
                self.out.push_str(&indent.repeat(level));
            }
            _ if all.is_empty() && self.habit.loose => self.out.push(' '),
            _ => {}
        }
        self.out.push(close);
    }

    fn text(&mut self, text: &str) {
        let habit = self.habit;
        self.out.push('"');
        for char in text.chars() {
            match char {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '/' if habit.slash => self.out.push_str("\\/"),
                '<' | '>' | '&' if habit.html => self.escape(char),
                char if habit.ascii && !char.is_ascii() => self.escape(char),
                char => self.out.push(char),
            }
        }
        self.out.push('"');
    }

    fn escape(&mut self, char: char) {
        for unit in char.encode_utf16(&mut [0; 2]) {
            _ = write!(self.out, "\\u{unit:04x}");
        }
    }
}
