//! Paths into an answer in the dialect that External Secrets has for webhooks: that of the library `PaesslerAG/jsonpath` in version 0.1.1.
//!
//! `$.a.b`, `["a"]`, `[0]`, `[0,2]`, `[1:5:2]`, `*`, `..` and `[?@.name == "x"]`. A filter knows `==` and `!=` alone, as there. Left out are scripts in
//! round brackets and expressions that are no path: they name nothing in an answer. Never here: an answer ([`super::select`]).

use std::iter::Peekable;
use std::str::Chars;

use selkie_api::Cause;

use crate::Failure;

/// Characters that a path may have.
const LENGTH: usize = 4 << 10;

/// Brackets within each other.
const DEPTH: usize = 16;

/// A path.
#[derive(Debug, PartialEq)]
pub(super) struct JsonPath(pub(super) Vec<Step>);

/// One step.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// To one member, or one item.
    One(Expression),
    /// To each of these.
    Each(Vec<Expression>),
    /// To all members or items.
    All,
    /// To the items from here, to there, by so many.
    Range([Option<Expression>; 3]),
    /// To those of which this is true.
    Filter(Expression),
    /// To everything below, and here.
    Down,
}

/// What is evaluated for a place in the answer.
#[derive(Debug, PartialEq)]
pub(super) enum Expression {
    Text(String),
    Number(f64),
    Bool(bool),
    /// A path from the whole answer.
    Root(JsonPath),
    /// A path from the place itself.
    Here(JsonPath),
    Minus(Box<Expression>),
    /// Two that are compared; whether they shall be the same.
    Compare(Box<[Expression; 2]>, bool),
}

impl Step {
    /// Whether it leads to any number of places.
    pub(super) const fn is_open(&self) -> bool {
        !matches!(self, Self::One(_))
    }
}

impl JsonPath {
    /// Reads a whole path.
    ///
    /// # Errors
    /// If it is none, or one that this dialect does not have. The text is not repeated: a template may have put a secret into it.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = || {
            let what = "result.jsonPath is no path that is known here";
            Failure::new(Cause::InvalidSpec, what)
        };
        if text.len() > LENGTH {
            return Err(wrong());
        }
        let mut reader = Reader {
            rest: text.chars().peekable(),
            depth: 0,
        };
        reader.blanks();
        let path = reader.take('$').then(|| reader.path()).flatten();
        reader.blanks();
        match (path, reader.rest.next()) {
            (Some(path), None) => Ok(path),
            _ => Err(wrong()),
        }
    }
}

/// An end of a range.
enum End {
    Open,
    Given(Expression),
}

impl End {
    fn given(self) -> Option<Expression> {
        match self {
            Self::Open => None,
            Self::Given(expression) => Some(expression),
        }
    }
}

struct Reader<'t> {
    rest: Peekable<Chars<'t>>,
    depth: usize,
}

impl Reader<'_> {
    /// The steps of a path, up to what is none.
    fn path(&mut self) -> Option<JsonPath> {
        let mut steps = Vec::new();
        loop {
            self.blanks();
            if self.take('.') {
                if self.take('.') {
                    steps.push(Step::Down);
                    self.below(&mut steps)?;
                } else {
                    self.blanks();
                    steps.push(self.name_or_star()?);
                }
            } else if self.take('[') {
                steps.push(self.brackets()?);
            } else {
                return Some(JsonPath(steps));
            }
        }
    }

    /// What follows two points. There, one key in brackets is several.
    fn below(&mut self, steps: &mut Vec<Step>) -> Option<()> {
        self.blanks();
        if !self.take('[') {
            steps.push(self.name_or_star()?);
            return Some(());
        }
        steps.push(match self.brackets()? {
            Step::Range(_) => return None,
            Step::One(key) => Step::Each(vec![key]),
            step => step,
        });
        Some(())
    }

    fn name_or_star(&mut self) -> Option<Step> {
        if self.take('*') {
            return Some(Step::All);
        }
        self.name().map(|name| Step::One(Expression::Text(name)))
    }

    /// What stands in brackets, and the closing one.
    fn brackets(&mut self) -> Option<Step> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        self.blanks();
        let step = if self.take('*') {
            self.close(Step::All)?
        } else if self.take('?') {
            let filter = self.expression()?;
            self.close(Step::Filter(filter))?
        } else {
            self.keys()?
        };
        self.depth -= 1;
        Some(step)
    }

    /// Keys with commas between them, or the ends of a range.
    fn keys(&mut self) -> Option<Step> {
        let first = self.end()?;
        self.blanks();
        if self.take(':') {
            let second = self.end()?;
            self.blanks();
            let third = if self.take(':') {
                self.end()?
            } else {
                End::Open
            };
            let ends = [first, second, third].map(End::given);
            return self.close(Step::Range(ends));
        }
        let mut keys = vec![first.given()?];
        while self.take(',') {
            keys.push(self.expression()?);
            self.blanks();
        }
        let step = match keys.len() {
            1 => Step::One(keys.pop()?),
            _ => Step::Each(keys),
        };
        self.close(step)
    }

    /// A key, or nothing where a range is open.
    fn end(&mut self) -> Option<End> {
        self.blanks();
        match self.rest.peek()? {
            ':' | ']' => Some(End::Open),
            _ => self.expression().map(End::Given),
        }
    }

    fn close(&mut self, step: Step) -> Option<Step> {
        self.blanks();
        self.take(']').then_some(step)
    }

    fn expression(&mut self) -> Option<Expression> {
        let mut left = self.operand()?;
        loop {
            self.blanks();
            let same = match self.rest.peek() {
                Some('=') => true,
                Some('!') => false,
                _ => return Some(left),
            };
            self.rest.next();
            if !self.take('=') {
                return None;
            }
            let right = self.operand()?;
            left = Expression::Compare(Box::new([left, right]), same);
        }
    }

    fn operand(&mut self) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        self.blanks();
        let operand = match *self.rest.peek()? {
            '$' => {
                self.rest.next();
                Expression::Root(self.path()?)
            }
            '@' => {
                self.rest.next();
                Expression::Here(self.path()?)
            }
            '-' => {
                self.rest.next();
                Expression::Minus(Box::new(self.operand()?))
            }
            '(' => {
                self.rest.next();
                let inner = self.expression()?;
                self.blanks();
                self.take(')').then_some(inner)?
            }
            quote @ ('"' | '\'' | '`') => {
                self.rest.next();
                Expression::Text(self.quoted(quote)?)
            }
            digit if digit.is_ascii_digit() => Expression::Number(self.number()?),
            _ => match self.name()?.as_str() {
                "true" => Expression::Bool(true),
                "false" => Expression::Bool(false),
                _ => return None,
            },
        };
        self.depth -= 1;
        Some(operand)
    }

    /// The rest of a text in quotes. The peer takes single quotes around one character alone.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.rest.next()? {
                end if end == quote => return Some(text),
                '\\' if quote != '`' => text.push(match self.rest.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let code = (0..4).try_fold(0, |sum, _| {
                            Some(sum * 16 + self.rest.next()?.to_digit(16)?)
                        })?;
                        char::from_u32(code)?
                    }
                    same @ ('\\' | '"' | '\'') => same,
                    _ => return None,
                }),
                '\n' if quote != '`' => return None,
                other => text.push(other),
            }
        }
    }

    fn number(&mut self) -> Option<f64> {
        let mut text = String::new();
        while let Some(&c) = self.rest.peek() {
            let belongs = c.is_ascii_digit()
                || matches!(c, '.' | 'e' | 'E')
                || matches!(c, '+' | '-') && text.ends_with(['e', 'E']);
            if !belongs {
                break;
            }
            text.push(c);
            self.rest.next();
        }
        text.parse().ok()
    }

    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        while let Some(&c) = self.rest.peek() {
            if !(c == '_' || c.is_alphabetic() || !name.is_empty() && c.is_numeric()) {
                break;
            }
            name.push(c);
            self.rest.next();
        }
        (!name.is_empty()).then_some(name)
    }

    fn blanks(&mut self) {
        while self
            .rest
            .next_if(|c| matches!(c, ' ' | '\t' | '\n' | '\r'))
            .is_some()
        {}
    }

    fn take(&mut self, wanted: char) -> bool {
        self.rest.next_if_eq(&wanted).is_some()
    }
}
