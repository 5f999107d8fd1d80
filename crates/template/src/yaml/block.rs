//! The text of a YAML document in block style: columns, indentation, and scalars folded at column 80.

use selkie_crypto::Secret;

use super::scalar::{Style, is_break, is_printable};
use crate::budget::Budget;
use crate::error::Failure;

const WIDTH: usize = 80;

/// A document in the making.
pub(super) struct Block<'a> {
    pub(super) budget: &'a mut Budget,
    out: Secret,
    column: usize,
    /// Whether the last thing written was a blank or an indicator that needs none behind it.
    blank: bool,
    /// Whether the line has nothing but indentation and indicators up to here.
    fresh: bool,
}

impl<'a> Block<'a> {
    pub(super) fn new(budget: &'a mut Budget) -> Self {
        Self {
            budget,
            out: Secret::new(),
            column: 0,
            blank: true,
            fresh: true,
        }
    }

    /// The text, its last line ended.
    pub(super) fn finish(mut self) -> Result<Secret, Failure> {
        self.indent(0)?;
        Ok(self.out)
    }

    /// Whether a list may start on this line without being indented further.
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.budget.length(self.out.len() + text.len())?;
        self.budget.text(text.len())?;
        self.out.extend_from_slice(text.as_bytes());
        self.column += text.chars().count();
        Ok(())
    }

    fn put(&mut self, character: char) -> Result<(), Failure> {
        self.write(character.encode_utf8(&mut [0; 4]))
    }

    fn newline(&mut self) -> Result<(), Failure> {
        self.write("\n")?;
        self.column = 0;
        Ok(())
    }

    /// Goes to column `indent`, on a new line if this one is further.
    pub(super) fn indent(&mut self, indent: usize) -> Result<(), Failure> {
        if !self.fresh || self.column > indent || (self.column == indent && !self.blank) {
            self.newline()?;
        }
        self.write(&" ".repeat(indent.saturating_sub(self.column)))?;
        self.blank = true;
        self.fresh = true;
        Ok(())
    }

    /// `-` or `?`, or `:` behind a key of its own lines: after them the line counts as indentation.
    pub(super) fn marker(&mut self, marker: &str) -> Result<(), Failure> {
        self.separate()?;
        self.write(marker)?;
        self.blank = false;
        Ok(())
    }

    /// The colon behind a key on the same line.
    pub(super) fn colon(&mut self) -> Result<(), Failure> {
        self.write(":")?;
        self.blank = false;
        self.fresh = false;
        Ok(())
    }

    /// A scalar. `as_key` where it stands before a colon on one line: then it is never folded.
    pub(super) fn scalar(
        &mut self,
        value: &str,
        style: Style,
        indent: usize,
        as_key: bool,
    ) -> Result<(), Failure> {
        match style {
            Style::Plain => {
                self.separate()?;
                self.lines(value, indent, !as_key, false)?;
            }
            Style::Single => {
                self.separate()?;
                self.write("'")?;
                self.lines(value, indent, !as_key, true)?;
                self.write("'")?;
            }
            Style::Double => self.double(value, indent, !as_key)?,
            Style::Literal => return self.literal(value, indent),
        }
        self.blank = false;
        self.fresh = false;
        Ok(())
    }

    fn separate(&mut self) -> Result<(), Failure> {
        if self.blank { Ok(()) } else { self.write(" ") }
    }

    /// The text of a plain scalar, or of one in single quotes.
    fn lines(
        &mut self,
        value: &str,
        indent: usize,
        folds: bool,
        quoted: bool,
    ) -> Result<(), Failure> {
        let is_plain = |character: char| {
            character != ' ' && !is_break(character) && !(quoted && character == '\'')
        };
        let mut after_space = false;
        let mut after_break = false;
        let mut rest = value;
        while let Some(character) = rest.chars().next() {
            let at_start = rest.len() == value.len();
            if character == ' ' {
                rest = &rest[1..];
                let inside = !quoted || (!at_start && !rest.is_empty());
                let folds = folds && inside && !after_space && self.column > WIDTH;
                if folds && !rest.starts_with(' ') {
                    self.indent(indent)?;
                } else {
                    self.put(' ')?;
                }
                after_space = true;
                continue;
            }
            if is_break(character) {
                if !after_break && character == '\n' {
                    self.newline()?;
                }
                self.break_line(character)?;
                rest = &rest[character.len_utf8()..];
                after_break = true;
                continue;
            }
            if after_break {
                self.indent(indent)?;
            }
            if is_plain(character) {
                rest = self.run(rest, is_plain)?;
            } else {
                self.write("''")?;
                rest = &rest[1..];
            }
            self.fresh = false;
            after_space = false;
            after_break = false;
        }
        Ok(())
    }

    /// Writes what `text` begins with as long as `is_plain`; gives the rest.
    fn run<'t>(
        &mut self,
        text: &'t str,
        is_plain: impl Fn(char) -> bool,
    ) -> Result<&'t str, Failure> {
        let end = text.find(|character| !is_plain(character));
        let (run, rest) = text.split_at(end.unwrap_or(text.len()));
        self.write(run)?;
        Ok(rest)
    }

    /// A line break that is part of a scalar.
    fn break_line(&mut self, character: char) -> Result<(), Failure> {
        self.put(character)?;
        self.column = 0;
        self.fresh = true;
        Ok(())
    }

    fn double(&mut self, value: &str, indent: usize, folds: bool) -> Result<(), Failure> {
        self.separate()?;
        self.write("\"")?;
        self.blank = false;
        self.fresh = false;
        // With a byte order mark in front, go-yaml escapes every character.
        let escapes_all = value.starts_with('\u{feff}');
        let is_plain = |character: char| {
            let special = escapes_all || matches!(character, '"' | '\\' | ' ');
            !special && is_printable(character) && !is_break(character)
        };
        let mut after_space = false;
        let mut rest = value;
        while let Some(character) = rest.chars().next() {
            if is_plain(character) {
                rest = self.run(rest, is_plain)?;
                after_space = false;
                continue;
            }
            let at_start = rest.len() == value.len();
            rest = &rest[character.len_utf8()..];
            if character != ' ' || escapes_all {
                self.escape(character)?;
                after_space = false;
                continue;
            }
            if folds && !after_space && self.column > WIDTH && !at_start && !rest.is_empty() {
                self.indent(indent)?;
                if rest.starts_with(' ') {
                    self.put('\\')?;
                }
            } else {
                self.put(' ')?;
            }
            after_space = true;
        }
        self.write("\"")
    }

    fn escape(&mut self, character: char) -> Result<(), Failure> {
        let letter = match character {
            '\0' => '0',
            '\u{7}' => 'a',
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{b}' => 'v',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\u{1b}' => 'e',
            '"' | '\\' => character,
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(character);
                let digits = match code {
                    ..=0xff => format!("\\x{code:02X}"),
                    0x100..=0xffff => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                return self.write(&zeroize::Zeroizing::new(digits));
            }
        };
        self.put('\\')?;
        self.put(letter)
    }

    fn literal(&mut self, value: &str, indent: usize) -> Result<(), Failure> {
        self.separate()?;
        self.write("|")?;
        if value.starts_with(' ') || value.starts_with(is_break) {
            self.write("2")?;
        }
        let mut last = value.chars().rev();
        if !last.next().is_some_and(is_break) {
            self.write("-")?;
        } else if last.next().is_none_or(is_break) {
            self.write("+")?;
        }
        self.newline()?;
        self.fresh = true;
        self.blank = true;
        let mut after_break = true;
        let mut rest = value;
        while let Some(character) = rest.chars().next() {
            if is_break(character) {
                self.break_line(character)?;
                rest = &rest[character.len_utf8()..];
                after_break = true;
            } else {
                if after_break {
                    self.indent(indent)?;
                }
                rest = self.run(rest, |character| !is_break(character))?;
                self.fresh = false;
                after_break = false;
            }
        }
        Ok(())
    }
}
