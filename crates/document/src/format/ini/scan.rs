//! The lines of a text as go-ini goes through them: what begins where. No tree is known here.
//!
//! Reading, sealing and opening all go by these items, so they cannot disagree about where something stands.

use std::ops::Range;

use super::blank::{trim, trim_end, trim_start};
use super::key;
use super::remark::{Pending, Remark};
use super::value::{self, Value, line_end};
use crate::error::Error;

/// One thing in the text.
pub(super) enum Item {
    Section {
        name: Range<usize>,
        /// The bracket, up to the end of the line without blanks and comment.
        header: Range<usize>,
        remark: Option<Remark>,
        next: usize,
    },
    Key {
        name: Range<usize>,
        /// The place of a key that is written as a dash, counted from 1 in each section.
        number: Option<u32>,
        start: usize,
        head: usize,
        value: Value,
        remark: Option<Remark>,
    },
    /// Comment lines with nothing behind them.
    Rest(Remark),
}

/// Bytes of the byte order mark that a text starts with. One of UTF-16 is skipped as well; the text behind it is taken as bytes.
pub(super) fn mark(source: &[u8]) -> usize {
    match source {
        [0xEF, 0xBB, 0xBF, ..] => 3,
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => 2,
        _ => 0,
    }
}

/// Goes through a text.
pub(super) struct Scan<'t> {
    source: &'t [u8],
    at: usize,
    pending: Pending,
    count: u32,
}

impl<'t> Scan<'t> {
    pub(super) fn new(source: &'t [u8]) -> Self {
        Self {
            source,
            at: mark(source),
            pending: Pending::default(),
            count: 0,
        }
    }

    /// Where the next line begins.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next thing; none at the end.
    ///
    /// # Errors
    /// [`Error::Syntax`] for a line that SOPS does not read.
    pub(super) fn next(&mut self) -> Result<Option<Item>, Error> {
        while self.at < self.source.len() {
            let next = line_end(self.source, self.at);
            let line = trim_start(&self.source[self.at..next]);
            let start = next - line.len();
            self.at = next;
            match line.first() {
                None => {}
                Some(b'#' | b';') => self.pending.push(start..next),
                Some(b'[') => return self.section(start, next).map(Some),
                Some(_) => return self.key(start, next).map(Some),
            }
        }
        Ok(self.pending.take(self.source, None).map(Item::Rest))
    }

    fn section(&mut self, start: usize, next: usize) -> Result<Item, Error> {
        let line = &self.source[start..next];
        let Some(close) = line.iter().rposition(|byte| *byte == b']') else {
            return Err(self.wrong(start, "the bracket of the section is not closed"));
        };
        if close == 1 {
            return Err(self.wrong(start, "the name of the section is empty"));
        }
        let behind = start + close + 1;
        let marker = self.source[behind..next]
            .iter()
            .position(|byte| matches!(byte, b'#' | b';'));
        let comment = marker.map(|at| {
            let from = behind + at;
            from..from + trim_end(&self.source[from..next]).len()
        });
        let end = comment.as_ref().map_or(next, |range| range.start);
        self.count = 0;
        Ok(Item::Section {
            name: start + 1..start + close,
            header: start..start + trim(&self.source[start..end]).len(),
            remark: self.pending.take(self.source, comment),
            next,
        })
    }

    fn key(&mut self, start: usize, next: usize) -> Result<Item, Error> {
        let found = key::find(&self.source[start..next]).map_err(|it| self.wrong(start, it))?;
        let head = start + found.head;
        let value =
            value::find(self.source, head, next).map_err(|reason| self.wrong(start, reason))?;
        self.at = value.next;
        let name = start + found.name.start..start + found.name.end;
        let dash = &self.source[name.clone()] == b"-";
        self.count += u32::from(dash);
        let remark = self.pending.take(self.source, value.inline.clone());
        Ok(Item::Key {
            name,
            number: dash.then_some(self.count),
            start,
            head,
            value,
            remark,
        })
    }

    fn wrong(&self, at: usize, reason: &str) -> Error {
        Error::Syntax {
            line: crate::tree::line(self.source, at),
            column: 1,
            reason: reason.to_owned(),
        }
    }
}
