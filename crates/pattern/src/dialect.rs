//! Go's regular expressions written down in the dialect of the `regex` crate.
//!
//! The two share their engine's theory but not all of their spelling: `\d`, `\w`, `\s` and `\b` are ASCII in Go, an
//! escaped punctuation mark is always that mark (`\<` is no word boundary), `[` and `&&` mean nothing inside a class,
//! `{` without a count is a brace, and there are `\Q…\E` and octal escapes. A difference here is not one of taste: it
//! would encrypt other values than SOPS expects. Source: the syntax page of Go's `regexp/syntax` and RE2.
//!
//! Spelling only: what is wrong in both dialects is left to the `regex` crate to find.

#[cfg(test)]
mod tests;

use std::iter::Peekable;
use std::str::Chars;

/// RE2's limit for a counted repetition.
const MAX_COUNT: u32 = 1000;

/// The names that may stand in `[:…:]`.
const CLASS_NAMES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// The same expression for the `regex` crate, or why it is none of Go's.
pub(super) fn translate(text: &str) -> Result<String, String> {
    let mut writer = Writer {
        rest: text.chars().peekable(),
        out: String::new(),
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
        if repeats && writer.rest.next_if_eq(&'?').is_some() {
            writer.out.push('?');
        }
        repeated = repeats;
    }
    Ok(writer.out)
}

struct Writer<'t> {
    rest: Peekable<Chars<'t>>,
    out: String,
}

impl Writer<'_> {
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
        let body: Option<String> = {
            let ahead: String = self.rest.clone().take_while(|char| *char != '}').collect();
            let closed = self.rest.clone().nth(ahead.chars().count()) == Some('}');
            Some(ahead).filter(|_| closed)
        };
        let parts = body.as_deref().map(|body| {
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

    /// `(`, or `(?` with a name or with flags that Go knows.
    fn group(&mut self) -> Result<(), String> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(());
        }
        self.out.push('?');
        for char in self.rest.by_ref() {
            self.out.push(char);
            match char {
                'i' | 'm' | 's' | 'U' | '-' => {}
                // The name that follows is spelled alike.
                ':' | ')' | '<' | 'P' => return Ok(()),
                _ => return Err(format!("group has the unknown flag `{char}`")),
            }
        }
        Ok(())
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
                    let literal = self.escaped(char)?;
                    self.literal(literal);
                }
            }
        }
        Ok(())
    }

    /// Everything up to `\E` or the end, as it stands.
    fn quoted(&mut self) {
        while let Some(char) = self.rest.next() {
            if char == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(char);
        }
    }

    /// The set of characters that this letter behind a backslash means; false if it means none.
    fn set(&mut self, char: char) -> Result<bool, String> {
        let set = match char {
            'd' => "[0-9]",
            'D' => "[^0-9]",
            's' => r"[\t\n\f\r\x20]",
            'S' => r"[^\t\n\f\r\x20]",
            'w' => "[0-9A-Za-z_]",
            'W' => "[^0-9A-Za-z_]",
            'p' | 'P' => {
                self.property(char == 'P')?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        self.out.push_str(set);
        Ok(true)
    }

    /// The name behind `\p` or `\P`: one letter, or any in braces, where `^` turns the meaning round.
    fn property(&mut self, negated: bool) -> Result<(), String> {
        let mut name = String::new();
        let braced = self.rest.next_if_eq(&'{').is_some();
        let turned = braced && self.rest.next_if_eq(&'^').is_some();
        if braced {
            name.extend(std::iter::from_fn(|| {
                self.rest.next_if(|char| *char != '}')
            }));
            if self.rest.next().is_none() {
                return Err("name of a character property has no end".to_owned());
            }
        } else {
            name.extend(self.rest.next());
        }
        if name.is_empty()
            || !name
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || char == '_')
        {
            return Err("character property has no valid name".to_owned());
        }
        self.out
            .push_str(if negated == turned { r"\p{" } else { r"\P{" });
        self.out.push_str(&name);
        self.out.push('}');
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some(char) = self.rest.next() else {
                return Err("character class has no end".to_owned());
            };
            if char == ']' && !first {
                break;
            }
            first = false;
            if char == '[' && self.named()? {
                continue;
            }
            if char == '\\'
                && let Some(letter) = self.rest.next_if(|letter| "dDsSwWpP".contains(*letter))
            {
                self.set(letter)?;
                continue;
            }
            self.range(char)?;
        }
        self.out.push(']');
        Ok(())
    }

    /// `[:name:]`, the opening bracket of which is read already; false leaves that bracket a bracket.
    fn named(&mut self) -> Result<bool, String> {
        let ahead: String = self.rest.clone().collect();
        let Some(name) = ahead
            .strip_prefix(':')
            .and_then(|ahead| ahead.split_once(":]"))
            .map(|(name, _)| name)
        else {
            return Ok(false);
        };
        if !CLASS_NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(format!("unknown character class `[:{name}:]`"));
        }
        self.out.push_str("[:");
        self.out.push_str(name);
        self.out.push_str(":]");
        // The colons, the name and the closing bracket.
        self.rest.nth(name.len() + 2);
        Ok(true)
    }

    /// One character of a class, or a range; a hyphen before the closing bracket is a hyphen.
    fn range(&mut self, char: char) -> Result<(), String> {
        let low = self.member(char)?;
        self.literal(low);
        let mut ahead = self.rest.clone();
        if ahead.next() == Some('-') && ahead.next().is_some_and(|char| char != ']') {
            self.rest.next();
            let Some(char) = self.rest.next() else {
                return Err("character class has no end".to_owned());
            };
            let high = self.member(char)?;
            self.out.push('-');
            self.literal(high);
        }
        Ok(())
    }

    fn member(&mut self, char: char) -> Result<char, String> {
        if char != '\\' {
            return Ok(char);
        }
        let Some(char) = self.rest.next() else {
            return Err("trailing backslash".to_owned());
        };
        self.escaped(char)
    }

    /// The character that a backslash and this one mean.
    fn escaped(&mut self, char: char) -> Result<char, String> {
        let unknown = || format!("unknown escape sequence `\\{char}`");
        Ok(match char {
            'a' => '\x07',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            'x' => self.hex().ok_or_else(unknown)?,
            '0'..='7' => self.octal(char).ok_or_else(unknown)?,
            _ if char.is_ascii_alphanumeric() || !char.is_ascii() => return Err(unknown()),
            _ => char,
        })
    }

    /// Two digits, or any number of them in braces.
    fn hex(&mut self) -> Option<char> {
        let digits: String = if self.rest.next_if_eq(&'{').is_some() {
            let digits =
                std::iter::from_fn(|| self.rest.next_if(char::is_ascii_hexdigit)).collect();
            self.rest.next_if_eq(&'}')?;
            digits
        } else {
            let pair = [self.rest.next()?, self.rest.next()?];
            pair.iter()
                .all(char::is_ascii_hexdigit)
                .then(|| pair.iter().collect())?
        };
        char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
    }

    /// Up to three digits; one alone, save zero, would be a back-reference, which RE2 has not.
    fn octal(&mut self, first: char) -> Option<char> {
        let mut code = first.to_digit(8)?;
        let mut digits = 1;
        while digits < 3
            && let Some(char) = self.rest.next_if(|char| char.is_digit(8))
        {
            code = code * 8 + char.to_digit(8)?;
            digits += 1;
        }
        if digits == 1 && first != '0' {
            None
        } else {
            char::from_u32(code)
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
