//! Verbs of text and of bytes.

use std::borrow::Cow;

use super::printer::Printer;
use crate::error::Failure;
use crate::number;

impl Printer<'_> {
    /// `text` under `verb`; `false` if the verb is not for text.
    pub(super) fn text(&mut self, text: &[u8], verb: char) -> Result<bool, Failure> {
        match verb {
            'v' if self.flags.source => self.quoted(text)?,
            'v' | 's' => {
                let cut = self.cut(text);
                self.padded(cut)?;
            }
            'q' => self.quoted(text)?,
            'x' | 'X' => self.hex(text, verb)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn quoted(&mut self, text: &[u8]) -> Result<(), Failure> {
        let text = self.cut(text);
        self.budget.text(text.len())?;
        if self.flags.sharp && number::can_be_raw(text) {
            let raw = [b"`", text, b"`"].concat();
            return self.padded(&zeroize::Zeroizing::new(raw));
        }
        let quoted = if self.flags.plus {
            number::quote_ascii(text)
        } else {
            number::quote(text)
        };
        self.padded(quoted.as_bytes())
    }

    /// The first characters of `text`, as many as the precision says.
    pub(super) fn cut<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        let Some(mut left) = self.flags.precision else {
            return text;
        };
        let mut end = 0;
        for chunk in text.utf8_chunks() {
            let broken = std::iter::repeat_n(1, chunk.invalid().len());
            let lengths = chunk.valid().chars().map(char::len_utf8).chain(broken);
            for length in lengths {
                if left == 0 {
                    return &text[..end];
                }
                left -= 1;
                end += length;
            }
        }
        text
    }

    fn hex(&mut self, text: &[u8], verb: char) -> Result<(), Failure> {
        let count = self
            .flags
            .precision
            .map_or(text.len(), |precision| precision.min(text.len()));
        let text = &text[..count];
        self.budget.text(text.len())?;
        let prefix = match verb {
            _ if !self.flags.sharp => "",
            'x' => "0x",
            _ => "0X",
        };
        let mut out = zeroize::Zeroizing::new(Vec::with_capacity(text.len() * 5));
        for (index, byte) in text.iter().enumerate() {
            if self.flags.space && index > 0 {
                out.push(b' ');
            }
            if index == 0 || self.flags.space {
                out.extend_from_slice(prefix.as_bytes());
            }
            let digits: &[u8; 16] = if verb == 'x' {
                b"0123456789abcdef"
            } else {
                b"0123456789ABCDEF"
            };
            out.push(digits[usize::from(byte >> 4)]);
            out.push(digits[usize::from(byte & 15)]);
        }
        self.padded(&out)
    }

    /// `true` or `false` under `verb`; `false` if the verb is not for them.
    pub(super) fn boolean(&mut self, value: bool, verb: char) -> Result<bool, Failure> {
        if !matches!(verb, 't' | 'v') {
            return Ok(false);
        }
        let text: Cow<'_, str> = if value { "true" } else { "false" }.into();
        self.padded(text.as_bytes())?;
        Ok(true)
    }
}
