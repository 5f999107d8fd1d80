//! `snakecase`, `kebabcase` and `camelcase`: texts taken apart where letters, digits and marks meet, and joined in another manner.
//!
//! They follow the library `xstrings` that Sprig calls, whose choices (numbers belong to the word before them unless small letters follow) are none
//! that one would derive.

use crate::error::Failure;
use crate::functions::Context;
use crate::functions::arguments::text;
use crate::functions::texts::{self, Written};
use crate::unicode;
use crate::value::Value;

/// What a run of characters is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Bytes that are no UTF-8, with nothing else behind them.
    Broken,
    Number,
    /// It begins with a capital letter: `HTTP`, `Status`.
    Capital,
    Small,
    Connector,
    Punctuation,
    Other,
}

pub(super) fn snakecase(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    connected(context, text(arguments, 0)?.bytes(), '_')
}

pub(super) fn kebabcase(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    connected(context, text(arguments, 0)?.bytes(), '-')
}

/// Words in small letters with `connector` between them and in the place of each connector.
fn connected(context: &mut Context<'_>, text: &[u8], connector: char) -> Result<Value, Failure> {
    texts::read_slowly(context, 2 * text.len())?;
    let mut out = Output {
        written: Written::default(),
        connector,
        context,
    };
    let mut words = Words(text);
    let mut current = words.next();
    while let Some((kind, word)) = current {
        out.word(kind, word)?;
        let mut next = words.next();
        let Some((following, number)) = next else {
            break;
        };
        match kind {
            Kind::Number => {
                next = out.attached(next, &mut words)?;
                if parts(next, false) {
                    out.connector()?;
                }
            }
            Kind::Connector | Kind::Punctuation => {}
            _ if following != Kind::Number => {
                if parts(next, true) {
                    out.connector()?;
                }
            }
            _ => {
                // A number belongs to the word before it, unless small letters follow.
                let behind = words.next();
                match behind {
                    None => {}
                    Some((Kind::Small, _)) => {
                        out.connector()?;
                        out.word(Kind::Number, number)?;
                        next = out.attached(behind, &mut words)?;
                        if parts(next, false) {
                            out.connector()?;
                        }
                    }
                    Some(_) => {
                        out.word(Kind::Number, number)?;
                        if parts(behind, true) {
                            out.connector()?;
                        }
                        next = behind;
                    }
                }
            }
        }
        current = next;
    }
    Ok(out.written.finish())
}

/// Whether a connector stands before that word; `broken` says whether it does before one that is no UTF-8.
fn parts(next: Option<(Kind, &[u8])>, broken: bool) -> bool {
    match next {
        None => false,
        Some((Kind::Broken, _)) => broken,
        Some((kind, _)) => !matches!(kind, Kind::Connector | Kind::Punctuation),
    }
}

struct Output<'c, 'b> {
    written: Written,
    connector: char,
    context: &'c mut Context<'b>,
}

impl Output<'_, '_> {
    fn connector(&mut self) -> Result<(), Failure> {
        self.written.push_character(self.context, self.connector)
    }

    fn word(&mut self, kind: Kind, word: &[u8]) -> Result<(), Failure> {
        if !matches!(kind, Kind::Capital | Kind::Connector) {
            return self.written.push(self.context, word);
        }
        let mut rest = word;
        while let Some((character, width)) = texts::first(rest) {
            rest = &rest[width..];
            let character = if is_connector(character) {
                self.connector
            } else if unicode::is_upper(character) {
                unicode::lower(character)
            } else {
                character
            };
            self.written.push_character(self.context, character)?;
        }
        Ok(())
    }

    /// Writes small letters and numbers as they follow, and gives the first word that is neither.
    fn attached<'t>(
        &mut self,
        mut next: Option<(Kind, &'t [u8])>,
        words: &mut Words<'t>,
    ) -> Result<Option<(Kind, &'t [u8])>, Failure> {
        while let Some((kind @ (Kind::Small | Kind::Number), word)) = next {
            self.word(kind, word)?;
            next = words.next();
        }
        Ok(next)
    }
}

/// What is left to be taken apart.
struct Words<'t>(&'t [u8]);

impl<'t> Iterator for Words<'t> {
    type Item = (Kind, &'t [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let mut run = Run {
            text: self.0,
            end: 0,
            last: None,
        };
        let kind = run.kind();
        let (word, rest) = self.0.split_at(run.end);
        self.0 = rest;
        Some((kind, word))
    }
}

/// A word that grows. Bytes that are no UTF-8 go with the character behind them.
struct Run<'t> {
    text: &'t [u8],
    end: usize,
    last: Option<char>,
}

impl Run<'_> {
    /// The next character and how many bytes it takes; the one before it again if there are only broken bytes.
    fn ahead(&self) -> Option<(char, usize)> {
        let rest = &self.text[self.end..];
        if rest.is_empty() {
            return None;
        }
        let mut width = 0;
        while let Some((character, size)) = texts::first(&rest[width..]) {
            width += size;
            if character != char::REPLACEMENT_CHARACTER {
                return Some((character, width));
            }
        }
        Some((self.last.unwrap_or(char::REPLACEMENT_CHARACTER), width))
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) {
        while let Some((character, width)) = self.ahead() {
            self.last = Some(character);
            if !belongs(character) {
                return;
            }
            self.end += width;
        }
    }

    fn kind(&mut self) -> Kind {
        let Some((first, width)) = self.ahead() else {
            return Kind::Broken;
        };
        self.end = width;
        self.last = Some(first);
        if first == char::REPLACEMENT_CHARACTER {
            return Kind::Broken;
        }
        if is_connector(first) {
            self.take_while(is_connector);
            Kind::Connector
        } else if unicode::is_punctuation(first) {
            self.take_while(unicode::is_punctuation);
            Kind::Punctuation
        } else if unicode::is_upper(first) {
            self.capital();
            Kind::Capital
        } else if is_alphabetic(first) {
            self.take_while(is_small);
            Kind::Small
        } else if unicode::is_number(first) {
            self.take_while(unicode::is_number);
            Kind::Number
        } else {
            self.take_while(|character| {
                !is_connector(character)
                    && !is_alphabetic(character)
                    && !unicode::is_number(character)
                    && !unicode::is_punctuation(character)
            });
            Kind::Other
        }
    }

    /// Either one capital letter and small ones, or capital letters, of which the last is left to small ones that follow.
    fn capital(&mut self) {
        let Some((second, _)) = self.ahead() else {
            return;
        };
        if !unicode::is_upper(second) {
            return self.take_while(is_small);
        }
        let mut before = self.end;
        while let Some((character, width)) = self.ahead() {
            self.last = Some(character);
            if !unicode::is_upper(character) {
                if is_alphabetic(character) {
                    self.end = before;
                }
                return;
            }
            before = self.end;
            self.end += width;
        }
    }
}

/// Each first character of a word becomes upper case, and capitals behind a capital lower case. Connectors go, but those at the beginning and all but
/// one of several.
pub(super) fn camelcase(context: &mut Context<'_>, arguments: &[Value]) -> Result<Value, Failure> {
    let text = text(arguments, 0)?;
    texts::read_slowly(context, text.len())?;
    let mut written = Written::default();
    let mut rest = text.characters();
    let mut last = None;
    // Whether all letters of the word so far were capitals.
    let mut capitals = false;
    for character in rest.by_ref() {
        if !is_connector(character) {
            capitals = unicode::is_upper(character);
            last = Some(unicode::upper(character));
            break;
        }
        written.push_character(context, character)?;
        // Where there is nothing else, the last one stands twice.
        last = Some(character);
    }
    let Some(mut last) = last else {
        return Ok(written.finish());
    };
    for mut character in rest {
        match (is_connector(last), is_connector(character)) {
            (true, true) => written.push_character(context, last)?,
            (true, false) => {
                capitals = unicode::is_upper(character);
                character = unicode::upper(character);
            }
            (false, _) => {
                capitals = capitals && unicode::is_upper(character);
                if capitals {
                    character = unicode::lower(character);
                }
                written.push_character(context, last)?;
            }
        }
        last = character;
    }
    written.push_character(context, last)?;
    Ok(written.finish())
}

fn is_connector(character: char) -> bool {
    matches!(character, '-' | '_') || character.is_whitespace()
}

/// A letter of a script that has words: no common Chinese character.
fn is_alphabetic(character: char) -> bool {
    !matches!(character, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}')
        && unicode::is_letter(character)
}

fn is_small(character: char) -> bool {
    is_alphabetic(character) && !unicode::is_upper(character)
}
