//! The text that is being printed, the flags in force, and padding.

use selkie_crypto::Secret;

use super::flags::Flags;
use crate::budget::Budget;
use crate::error::Failure;
use crate::value::Text;

/// Text in the making.
pub(super) struct Printer<'a> {
    pub(super) budget: &'a mut Budget,
    pub(super) flags: Flags,
    /// Set while a mistake is told: values are shown without their methods then.
    pub(super) plain: bool,
    out: Secret,
}

impl<'a> Printer<'a> {
    pub(super) fn new(budget: &'a mut Budget) -> Self {
        Self {
            budget,
            flags: Flags::default(),
            plain: false,
            out: Secret::new(),
        }
    }

    pub(super) fn finish(self) -> Text {
        Text::from(self.out)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.budget.length(self.out.len() + bytes.len())?;
        self.budget.text(bytes.len())?;
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    pub(super) fn write_character(&mut self, character: char) -> Result<(), Failure> {
        self.write(character.encode_utf8(&mut [0; 4]).as_bytes())
    }

    /// `count` bytes of padding.
    pub(super) fn padding(&mut self, count: usize) -> Result<(), Failure> {
        let byte = if self.flags.pads_zeros() { b'0' } else { b' ' };
        self.budget.length(self.out.len() + count)?;
        self.write(&vec![byte; count])
    }

    /// `text`, padded to the width.
    pub(super) fn padded(&mut self, text: &[u8]) -> Result<(), Failure> {
        let Some(width) = self.flags.width else {
            return self.write(text);
        };
        let missing = width.saturating_sub(characters(text));
        if self.flags.minus {
            self.write(text)?;
            self.padding(missing)
        } else {
            self.padding(missing)?;
            self.write(text)
        }
    }

    /// `text`, padded to the width with blanks.
    pub(super) fn padded_with_blanks(&mut self, text: &[u8]) -> Result<(), Failure> {
        let flags = self.flags;
        self.flags.zero = false;
        self.padded(text)?;
        self.flags = flags;
        Ok(())
    }
}

/// How many characters `text` has, each byte that is no UTF-8 counted as one.
fn characters(text: &[u8]) -> usize {
    text.utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}
