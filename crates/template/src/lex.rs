//! Tokens of a template's text, made one by one as the parser asks for them. What they mean is the parser's business.

mod token;

use crate::error::Failure;
use crate::unicode::{is_digit, is_letter};
pub(crate) use token::{Kind, Token};

/// What is no token, and where.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) at: usize,
    pub(crate) failure: Failure,
}

/// Reads a template's text.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    left: &'a str,
    right: &'a str,
    position: usize,
    state: State,
    /// Parentheses open in the action.
    open: usize,
}

#[derive(Clone, Copy)]
enum State {
    Text,
    /// At a left delimiter, the text before it having been handed out.
    Delimiter,
    Action,
}

/// A hyphen and a space beside a delimiter, which cut the spaces outside of it.
const TRIM_MARKER: usize = 2;

impl<'a> Lexer<'a> {
    /// A lexer at the start of `text`; neither delimiter is empty.
    pub(crate) fn new(text: &'a str, left: &'a str, right: &'a str) -> Self {
        Self {
            text,
            left,
            right,
            position: 0,
            state: State::Text,
            open: 0,
        }
    }

    /// The next token; [`Kind::Nothing`] for ever after the last one.
    pub(crate) fn next(&mut self) -> Result<Token, Trouble> {
        loop {
            let token = match self.state {
                State::Text => self.outside(),
                State::Delimiter => self.left_delimiter()?,
                State::Action => return self.inside(),
            };
            if let Some(token) = token {
                return Ok(token);
            }
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn token(&self, kind: Kind, start: usize) -> Token {
        Token {
            kind,
            start,
            end: self.position,
        }
    }

    fn outside(&mut self) -> Option<Token> {
        let start = self.position;
        let Some(found) = self.rest().find(self.left) else {
            self.position = self.text.len();
            let kind = if start == self.position {
                Kind::Nothing
            } else {
                Kind::Text
            };
            return Some(self.token(kind, start));
        };
        self.position += found;
        self.state = State::Delimiter;
        let mut text = &self.text[start..self.position];
        if trims_before(&self.text[self.position + self.left.len()..]) {
            text = text.trim_end_matches(is_space);
        }
        (!text.is_empty()).then(|| Token {
            kind: Kind::Text,
            start,
            end: start + text.len(),
        })
    }

    /// The delimiter; nothing for a comment, which is left behind.
    fn left_delimiter(&mut self) -> Result<Option<Token>, Trouble> {
        let start = self.position;
        self.position += self.left.len();
        let end = self.position;
        if trims_before(self.rest()) {
            self.position += TRIM_MARKER;
        }
        if self.rest().starts_with("/*") {
            self.comment(start)?;
            self.state = State::Text;
            return Ok(None);
        }
        self.state = State::Action;
        self.open = 0;
        let kind = Kind::LeftDelimiter;
        Ok(Some(Token { kind, start, end }))
    }

    fn comment(&mut self, start: usize) -> Result<(), Trouble> {
        let Some(length) = self.rest()[2..].find("*/") else {
            return Err(trouble(start, "unclosed comment"));
        };
        self.position += 2 + length + 2;
        let Some(trims) = self.at_right_delimiter() else {
            return Err(trouble(start, "comment ends before closing delimiter"));
        };
        self.pass_right_delimiter(trims);
        Ok(())
    }

    /// Whether the action ends here, and if so whether it trims what follows.
    fn at_right_delimiter(&self) -> Option<bool> {
        let rest = self.rest();
        if trims_after(rest) && rest[TRIM_MARKER..].starts_with(self.right) {
            return Some(true);
        }
        rest.starts_with(self.right).then_some(false)
    }

    fn pass_right_delimiter(&mut self, trims: bool) {
        if trims {
            self.position += TRIM_MARKER + self.right.len();
            let rest = self.rest();
            self.position += rest.len() - rest.trim_start_matches(is_space).len();
        } else {
            self.position += self.right.len();
        }
    }

    fn inside(&mut self) -> Result<Token, Trouble> {
        let start = self.position;
        if let Some(trims) = self.at_right_delimiter() {
            if self.open > 0 {
                return Err(trouble(start, "unclosed left parenthesis"));
            }
            self.pass_right_delimiter(trims);
            self.state = State::Text;
            let end = start + self.right.len() + if trims { TRIM_MARKER } else { 0 };
            let kind = Kind::RightDelimiter;
            return Ok(Token { kind, start, end });
        }
        let Some(first) = self.advance() else {
            return Err(trouble(start, "unclosed action"));
        };
        let kind = match first {
            ' ' | '\t' | '\r' | '\n' => {
                self.spaces();
                Kind::Space
            }
            '=' => Kind::Assign,
            ':' => {
                if self.advance() != Some('=') {
                    return Err(trouble(start, "expected :="));
                }
                Kind::Declare
            }
            '|' => Kind::Pipe,
            ',' => Kind::Comma,
            '"' => self.quoted(start, '"', "unterminated quoted string", Kind::Quoted)?,
            '\'' => self.quoted(
                start,
                '\'',
                "unterminated character constant",
                Kind::Character,
            )?,
            '`' => match self.rest().find('`') {
                Some(length) => {
                    self.position += length + 1;
                    Kind::Raw
                }
                None => return Err(trouble(start, "unterminated raw quoted string")),
            },
            '$' => self.name(Kind::Variable, Kind::Variable)?,
            '.' => match self.peek() {
                Some('0'..='9') => {
                    self.position = start;
                    self.number(start)?
                }
                Some(_) => self.name(Kind::Field, Kind::Dot)?,
                // As in Go, where the number is what complains.
                None => return Err(trouble(start, "unclosed action")),
            },
            '+' | '-' | '0'..='9' => {
                self.position = start;
                self.number(start)?
            }
            '(' => {
                self.open += 1;
                Kind::LeftParenthesis
            }
            ')' => {
                let Some(open) = self.open.checked_sub(1) else {
                    return Err(trouble(start, "unexpected right parenthesis"));
                };
                self.open = open;
                Kind::RightParenthesis
            }
            first if is_alphanumeric(first) => self.identifier(start)?,
            _ => return Err(trouble(start, "unexpected character in an action")),
        };
        Ok(self.token(kind, start))
    }

    /// Goes past spaces, but not past the one that belongs to a trim marker.
    fn spaces(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start_matches(is_space).len();
        let last = self.position - 1;
        let marker = &self.text[last..];
        let first = self.text[..last].ends_with(is_space);
        if first && trims_after(marker) && marker[TRIM_MARKER..].starts_with(self.right) {
            self.position = last;
        }
    }

    fn quoted(
        &mut self,
        start: usize,
        quote: char,
        unterminated: &'static str,
        kind: Kind,
    ) -> Result<Kind, Trouble> {
        loop {
            match self.advance() {
                Some('\\') => match self.advance() {
                    None | Some('\n') => return Err(trouble(start, unterminated)),
                    Some(_) => {}
                },
                None | Some('\n') => return Err(trouble(start, unterminated)),
                Some(character) if character == quote => return Ok(kind),
                Some(_) => {}
            }
        }
    }

    /// A name behind its first character: of the kind `named`, or `bare` if there is no name.
    fn name(&mut self, named: Kind, bare: Kind) -> Result<Kind, Trouble> {
        if self.at_terminator() {
            return Ok(bare);
        }
        self.alphanumerics();
        if !self.at_terminator() {
            return Err(trouble(self.position, "unexpected character in a name"));
        }
        Ok(named)
    }

    fn identifier(&mut self, start: usize) -> Result<Kind, Trouble> {
        self.alphanumerics();
        if !self.at_terminator() {
            return Err(trouble(self.position, "unexpected character in a name"));
        }
        Ok(match &self.text[start..self.position] {
            "true" | "false" => Kind::Bool,
            "nil" => Kind::Nil,
            "block" => Kind::Block,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "define" => Kind::Define,
            "else" => Kind::Else,
            "end" => Kind::End,
            "if" => Kind::If,
            "range" => Kind::Range,
            "template" => Kind::Template,
            "with" => Kind::With,
            _ => Kind::Identifier,
        })
    }

    /// Whether a name may end here.
    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with(self.right),
        }
    }

    /// A number in any form, perhaps a sum with an imaginary part. Which digits make one is seen when it is read.
    fn number(&mut self, start: usize) -> Result<Kind, Trouble> {
        self.real(start)?;
        if !matches!(self.peek(), Some('+' | '-')) {
            return Ok(Kind::Number);
        }
        self.real(start)?;
        if !self.text[..self.position].ends_with('i') {
            return Err(trouble(start, "bad number syntax"));
        }
        Ok(Kind::Complex)
    }

    fn real(&mut self, start: usize) -> Result<(), Trouble> {
        self.accept("+-");
        let mut digits = "0123456789_";
        let mut exponent = "eE";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
                exponent = "pP";
            } else if self.accept("oO") {
                digits = "01234567_";
                exponent = "";
            } else if self.accept("bB") {
                digits = "01_";
                exponent = "";
            }
        }
        while self.accept(digits) {}
        if self.accept(".") {
            while self.accept(digits) {}
        }
        if self.accept(exponent) {
            self.accept("+-");
            while self.accept("0123456789_") {}
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            return Err(trouble(start, "bad number syntax"));
        }
        Ok(())
    }

    fn accept(&mut self, any_of: &str) -> bool {
        let accepted = self
            .peek()
            .is_some_and(|character| any_of.contains(character));
        if accepted {
            self.position += 1;
        }
        accepted
    }

    fn alphanumerics(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start_matches(is_alphanumeric).len();
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn advance(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.position += character.len_utf8();
        Some(character)
    }
}

fn trouble(at: usize, words: &'static str) -> Trouble {
    Trouble {
        at,
        failure: Failure::new(words),
    }
}

/// Whether what follows a left delimiter asks for trimming.
fn trims_before(rest: &str) -> bool {
    let mut characters = rest.chars();
    characters.next() == Some('-') && characters.next().is_some_and(is_space)
}

/// Whether what may be followed by a right delimiter asks for trimming.
fn trims_after(rest: &str) -> bool {
    let mut characters = rest.chars();
    characters.next().is_some_and(is_space) && characters.next() == Some('-')
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

fn is_alphanumeric(character: char) -> bool {
    character == '_' || is_letter(character) || is_digit(character)
}
