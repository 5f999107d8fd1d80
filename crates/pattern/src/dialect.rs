//! Go's regular expressions written down in the dialect of the `regex` crate.
//!
//! The two share their engine's theory but not all of their spelling: `\d`, `\w`, `\s` and `\b` are ASCII in Go, an
//! escaped punctuation mark is always that mark (`\<` is no word boundary), `[` and `&&` mean nothing inside a class,
//! `{` without a count is a brace, and there are `\Q…\E` and octal escapes. A difference here is not one of taste: it
//! would encrypt other values than SOPS expects. Source: the syntax page of Go's `regexp/syntax` and RE2.
//!
//! Spelling only: what is wrong in both dialects is left to the `regex` crate to find.

mod class;
mod group;
mod names;
#[cfg(test)]
mod tests;

use std::str::Chars;

/// RE2's limit for a counted repetition.
pub(crate) const MAX_COUNT: u32 = 1000;

/// A class that no character is in: for code points that are none.
const NOTHING: &str = r"[^\x00-\x{10FFFF}]";

/// An expression for the `regex` crate.
#[derive(Debug)]
pub(crate) struct Translated {
    /// Its text.
    pub(crate) text: String,
    /// The names of the groups from the first on; they are not in the text, since Go allows names that the crate does not.
    pub(crate) names: Vec<Option<String>>,
    /// Classes by name, which take the crate long to read.
    pub(crate) properties: usize,
    /// Code points within large ranges: without regard to case, the crate goes through them one by one.
    pub(crate) wide: usize,
}

/// The same expression for the `regex` crate, or why it is none of Go's.
pub(crate) fn translate(text: &str) -> Result<Translated, String> {
    let mut writer = Writer {
        rest: text.chars(),
        out: String::with_capacity(text.len()),
        names: Vec::new(),
        properties: 0,
        wide: 0,
        class_names: true,
    };
    // Whether the last thing written is a repetition, which Go does not let stand under another.
    let mut repeated = false;
    while let Some(char) = writer.rest.next() {
        let repeats = match char {
            '*' | '+' | '?' => {
                writer.out.push(char);
                true
            }
            '{' => writer.count()?,
            _ => {
                writer.atom(char)?;
                false
            }
        };
        if repeats && repeated {
            return Err("repetition operator stands under another".to_owned());
        }
        if repeats && writer.next_if(|char| char == '?').is_some() {
            writer.out.push('?');
        }
        repeated = repeats;
    }
    Ok(Translated {
        text: writer.out,
        names: writer.names,
        properties: writer.properties,
        wide: writer.wide,
    })
}

struct Writer<'t> {
    rest: Chars<'t>,
    out: String,
    names: Vec<Option<String>>,
    properties: usize,
    wide: usize,
    /// Whether there can be `:]` in the rest.
    class_names: bool,
}

impl Writer<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn next_if(&mut self, belongs: impl Fn(char) -> bool) -> Option<char> {
        let char = self.peek().filter(|char| belongs(*char))?;
        self.rest.next();
        Some(char)
    }

    /// All that belongs, up to what does not.
    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        std::iter::from_fn(|| self.next_if(&belongs)).collect()
    }

    fn atom(&mut self, char: char) -> Result<(), String> {
        match char {
            '\\' => self.escape(),
            '[' => self.class(),
            '(' => self.group(),
            ']' | '}' => {
                self.literal(char);
                Ok(())
            }
            _ => {
                self.out.push(char);
                Ok(())
            }
        }
    }

    /// `{n}`, `{n,}` or `{n,m}` and true; anything else behind a brace leaves it a brace.
    fn count(&mut self) -> Result<bool, String> {
        let text = self.rest.as_str();
        let end = text.find(|char: char| !char.is_ascii_digit() && char != ',');
        let body = end
            .filter(|end| text[*end..].starts_with('}'))
            .map(|end| &text[..end]);
        let parts = body.map(|body| {
            body.split_once(',')
                .map_or((body, None), |(min, max)| (min, Some(max)))
        });
        let is_count = |text: &str| text == "0" || (!text.starts_with('0') && is_digits(text));
        let Some((min, max)) = parts.filter(|(min, max)| {
            is_count(min) && max.is_none_or(|max| max.is_empty() || is_count(max))
        }) else {
            self.literal('{');
            return Ok(false);
        };
        let fits = |text: &str| {
            text.is_empty() || text.parse::<u32>().is_ok_and(|count| count <= MAX_COUNT)
        };
        if !fits(min) || !max.is_none_or(fits) {
            return Err(format!("repetition count is over {MAX_COUNT}"));
        }
        self.out.push('{');
        for char in self.rest.by_ref() {
            self.out.push(char);
            if char == '}' {
                break;
            }
        }
        Ok(true)
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(char) = self.rest.next() else {
            return Err("trailing backslash".to_owned());
        };
        match char {
            'A' => self.out.push_str(r"\A"),
            'z' => self.out.push_str(r"\z"),
            'b' => self.out.push_str(r"(?-u:\b)"),
            'B' => self.out.push_str(r"(?-u:\B)"),
            'Q' => self.quoted(),
            _ => {
                if !self.set(char)? {
                    match char::from_u32(self.escaped(char)?) {
                        Some(literal) => self.literal(literal),
                        None => self.out.push_str(NOTHING),
                    }
                }
            }
        }
        Ok(())
    }

    /// Everything up to `\E` or the end, as it stands.
    fn quoted(&mut self) {
        while let Some(char) = self.rest.next() {
            if char == '\\' && self.next_if(|char| char == 'E').is_some() {
                return;
            }
            self.literal(char);
        }
    }

    /// The code point that a backslash and this character mean. It can be one of those that stand for no character.
    fn escaped(&mut self, char: char) -> Result<u32, String> {
        let unknown = || format!("unknown escape sequence `\\{char}`");
        Ok(match char {
            'a' => 0x07,
            'f' => 0x0c,
            'n' => 0x0a,
            'r' => 0x0d,
            't' => 0x09,
            'v' => 0x0b,
            'x' => self.hex().ok_or_else(unknown)?,
            '0'..='7' => self.octal(char).ok_or_else(unknown)?,
            _ if char.is_ascii_alphanumeric() || !char.is_ascii() => return Err(unknown()),
            _ => char.into(),
        })
    }

    /// Two digits, or any number of them in braces.
    fn hex(&mut self) -> Option<u32> {
        let digits = if self.next_if(|char| char == '{').is_some() {
            let digits = self.take_while(|char| char.is_ascii_hexdigit());
            self.next_if(|char| char == '}')?;
            digits
        } else {
            let pair = [self.rest.next()?, self.rest.next()?];
            pair.iter()
                .all(char::is_ascii_hexdigit)
                .then(|| pair.iter().collect())?
        };
        u32::from_str_radix(&digits, 16)
            .ok()
            .filter(|code| *code <= char::MAX.into())
    }

    /// Up to three digits; one alone, save zero, would be a back-reference, which RE2 has not.
    fn octal(&mut self, first: char) -> Option<u32> {
        let mut code = first.to_digit(8)?;
        let mut digits = 1;
        while digits < 3
            && let Some(char) = self.next_if(|char| char.is_digit(8))
        {
            code = code * 8 + char.to_digit(8)?;
            digits += 1;
        }
        if digits == 1 && first != '0' {
            None
        } else {
            Some(code)
        }
    }

    /// Writes a character so that it means nothing but itself, in a class or outside.
    fn literal(&mut self, char: char) {
        if char.is_ascii_alphanumeric() || !char.is_ascii() {
            self.out.push(char);
        } else {
            let code = format!("\\x{:02X}", u32::from(char));
            self.out.push_str(&code);
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
