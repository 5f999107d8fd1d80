//! Classes of characters, by name and in brackets.

use super::{NOTHING, Writer, names};

/// The names that may stand in `[:…:]`.
const CLASS_NAMES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// Code points between these two stand for no characters, and no text has them.
const BELOW_SURROGATES: char = '\u{d7ff}';
const ABOVE_SURROGATES: char = '\u{e000}';

/// Ranges over so many characters are large.
const LARGE: u32 = 0x1000;

impl Writer<'_> {
    /// The set of characters that this letter behind a backslash means; false if it means none.
    pub(super) fn set(&mut self, char: char) -> Result<bool, String> {
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
        let braced = self.next_if(|char| char == '{').is_some();
        let turned = braced && self.next_if(|char| char == '^').is_some();
        let name = if braced {
            let name = self.take_while(|char| char != '}');
            if self.rest.next().is_none() {
                return Err("name of a character property has no end".to_owned());
            }
            name
        } else {
            self.rest.next().map(String::from).unwrap_or_default()
        };
        let class = names::class(&name).ok_or("character property has no known name")?;
        self.properties += 1;
        if names::is_wide(&name) {
            self.wide += char::MAX as usize;
        }
        self.out
            .push_str(if negated == turned { "[" } else { "[^" });
        self.out.push_str(&class);
        self.out.push(']');
        Ok(())
    }

    pub(super) fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.next_if(|char| char == '^').is_some() {
            self.out.push('^');
        }
        let start = self.out.len();
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
                && let Some(letter) = self.next_if(|letter| "dDsSwWpP".contains(letter))
            {
                self.set(letter)?;
                continue;
            }
            self.range(char)?;
        }
        if self.out.len() == start {
            self.out.push_str(NOTHING);
        }
        self.out.push(']');
        Ok(())
    }

    /// `[:name:]`, the opening bracket of which is read already; false leaves that bracket a bracket.
    fn named(&mut self) -> Result<bool, String> {
        if !self.class_names {
            return Ok(false);
        }
        let Some(ahead) = self.rest.as_str().strip_prefix(':') else {
            return Ok(false);
        };
        let Some((name, rest)) = ahead.split_once(":]") else {
            // Not to be looked for again at each bracket.
            self.class_names = false;
            return Ok(false);
        };
        if !CLASS_NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(format!("unknown character class `[:{name}:]`"));
        }
        self.out.push_str("[:");
        self.out.push_str(name);
        self.out.push_str(":]");
        self.rest = rest.chars();
        Ok(true)
    }

    /// One character of a class, or a range; a hyphen before the closing bracket is a hyphen.
    fn range(&mut self, char: char) -> Result<(), String> {
        let low = self.member(char)?;
        let mut ahead = self.rest.clone();
        if ahead.next() != Some('-') || ahead.next().is_none_or(|char| char == ']') {
            self.between(low, low);
            return Ok(());
        }
        self.rest.next();
        let Some(char) = self.rest.next() else {
            return Err("character class has no end".to_owned());
        };
        let high = self.member(char)?;
        if high < low {
            return Err("range of characters runs backwards".to_owned());
        }
        self.between(low, high);
        Ok(())
    }

    /// Writes a range of code points, as far as they stand for characters.
    fn between(&mut self, low: u32, high: u32) {
        let first = char::from_u32(low).unwrap_or(ABOVE_SURROGATES);
        let last = char::from_u32(high).unwrap_or(BELOW_SURROGATES);
        if first > last {
            return;
        }
        self.literal(first);
        if first < last {
            self.out.push('-');
            self.literal(last);
        }
        if high - low > LARGE {
            self.wide += (high - low) as usize;
        }
    }

    fn member(&mut self, char: char) -> Result<u32, String> {
        if char != '\\' {
            return Ok(char.into());
        }
        let Some(char) = self.rest.next() else {
            return Err("trailing backslash".to_owned());
        };
        self.escaped(char)
    }
}
