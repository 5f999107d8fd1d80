//! The modifier `@pretty`: a document on several lines, short arrays on one.

use selkie_crypto::Secret;

use super::Made;
use crate::path::item::Item;
use crate::path::scan;
use crate::path::{Run, Stop};

/// How it is printed.
pub(super) struct Style {
    width: i64,
    prefix: Vec<u8>,
    indent: Vec<u8>,
    sorted: bool,
}

impl Style {
    /// From the modifier's argument.
    pub(super) fn read(argument: &[u8]) -> Result<Self, Stop> {
        let mut style = Self {
            width: 80,
            prefix: Vec::new(),
            indent: b"  ".to_vec(),
            sorted: false,
        };
        Item::parse(argument).each(|name, value| {
            match Item::parse(name).text().expose() {
                b"sortKeys" => style.sorted = value.is_on(),
                b"indent" => style.indent = blanks(value.text().expose()),
                b"prefix" => style.prefix = blanks(value.text().expose()),
                b"width" => style.width = whole(&value),
                _ => {}
            }
            Ok(())
        })?;
        Ok(style)
    }
}

/// The blanks of a text: nothing else may be printed between values.
fn blanks(text: &[u8]) -> Vec<u8> {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    text.iter().copied().filter(blank).collect()
}

fn whole(value: &Item<'_>) -> i64 {
    let text = value.text();
    let text = std::str::from_utf8(text.expose()).unwrap_or_default();
    match text {
        "true" => 1,
        text => text.parse().unwrap_or(0),
    }
}

/// The document printed anew.
pub(super) fn print(json: &[u8], style: &Style, run: &mut Run) -> Made {
    let mut out = Secret::with_capacity(json.len());
    out.extend_from_slice(&style.prefix);
    let mut printer = Printer {
        json,
        style,
        run,
        out,
        line: 0,
    };
    printer.any(0, Lines::Several, 0)?;
    let mut out = printer.out;
    if !out.is_empty() {
        out.extend_from_slice(b"\n");
    }
    Ok(out)
}

/// Whether values stand on lines of their own, or all on one that may have so many bytes more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    Several,
    One { room: i64, from: usize },
}

struct Printer<'a, 'r> {
    json: &'a [u8],
    style: &'a Style,
    run: &'r mut Run,
    out: Secret,
    /// Where the line began that is being written.
    line: usize,
}

impl Printer<'_, '_> {
    /// Prints the next value; where it ends, and whether it may stand on one line.
    fn any(&mut self, from: usize, lines: Lines, tabs: usize) -> Result<(usize, bool), Stop> {
        let Some(start) = (from..self.json.len()).find(|&at| starts(self.json, at)) else {
            return Ok((self.json.len(), true));
        };
        let end = match self.json[start] {
            b'{' | b'[' => return self.nested(start, lines, tabs),
            b'"' => scan::string_end(self.json, start).unwrap_or(self.json.len()),
            b't' => return self.word(b"true", start),
            b'f' => return self.word(b"false", start),
            b'n' if self.json.get(start + 1).is_none_or(|&b| b == b'u') => {
                return self.word(b"null", start);
            }
            _ => number_end(self.json, start),
        };
        self.run.push(&mut self.out, &self.json[start..end])?;
        Ok((end, true))
    }

    fn word(&mut self, word: &[u8], start: usize) -> Result<(usize, bool), Stop> {
        self.run.push(&mut self.out, word)?;
        Ok((start + word.len(), true))
    }

    fn nested(&mut self, open: usize, lines: Lines, tabs: usize) -> Result<(usize, bool), Stop> {
        self.run.depth = self.run.depth.checked_sub(1).ok_or(Stop)?;
        let object = self.json[open] == b'{';
        let done = match lines {
            Lines::Several if !object && self.style.width > 0 => self.short_or_long(open, tabs),
            Lines::One { .. } if object && self.style.width > 0 => Ok((open, false)),
            _ => self.members(open, lines, tabs),
        };
        self.run.depth += 1;
        done
    }

    /// An array: on one line if it fits there.
    fn short_or_long(&mut self, open: usize, tabs: usize) -> Result<(usize, bool), Stop> {
        let before = self.out.len();
        let room = self.style.width - signed(before - self.line.min(before));
        if room > 3 {
            let one = Lines::One { room, from: before };
            let (end, fits) = self.members(open, one, 0)?;
            if fits && signed(self.out.len() - before) <= room {
                return Ok((end, true));
            }
            self.out.truncate(before);
        }
        self.members(open, Lines::Several, tabs)
    }

    fn members(&mut self, open: usize, lines: Lines, tabs: usize) -> Result<(usize, bool), Stop> {
        let object = self.json[open] == b'{';
        let close = if object { b'}' } else { b']' };
        let several = lines == Lines::Several;
        self.run.push(&mut self.out, &self.json[open..=open])?;
        let mut members: Vec<Member> = Vec::new();
        let mut at = open + 1;
        let mut count = 0_usize;
        while let Some(&byte) = self.json.get(at) {
            if byte == close {
                if several {
                    self.sort(&members);
                    if count > 0 {
                        self.new_line()?;
                        self.tabs(tabs)?;
                    }
                }
                self.run.push(&mut self.out, &[close])?;
                return Ok((at + 1, !object));
            }
            if byte <= b' ' || (object && byte != b'"') {
                at += 1;
                continue;
            }
            if count > 0 {
                self.run.push(&mut self.out, b",")?;
                if !object && self.style.width != -1 {
                    self.run.push(&mut self.out, b" ")?;
                }
            }
            if several {
                self.new_line()?;
            }
            let start = self.out.len();
            if several {
                self.tabs(tabs + 1)?;
            }
            let name = at;
            if object {
                at = scan::string_end(self.json, at).unwrap_or(self.json.len());
                self.run.push(&mut self.out, &self.json[name..at])?;
                self.run
                    .push(&mut self.out, if several { b": " } else { b":" })?;
            }
            let spelled = name..at;
            let (next, fits) = self.any(at, lines, tabs + 1)?;
            if !several && !fits {
                return Ok((next, false));
            }
            // An array's comma is passed over on the way to the next value; an item is never taken twice.
            at = next.max(at);
            if let Lines::One { room, from } = lines
                && signed(self.out.len() - from) > room.saturating_add(1)
            {
                return Ok((at, false));
            }
            if object && self.style.sorted {
                members.push(Member {
                    name: Item::parse(&self.json[spelled]).text(),
                    place: start..self.out.len(),
                });
            }
            count += 1;
        }
        Ok((self.json.len(), !object))
    }

    /// Puts members that were printed last in the order of their names.
    fn sort(&mut self, members: &[Member]) {
        let (Some(first), Some(last)) = (members.first(), members.last()) else {
            return;
        };
        let mut order: Vec<&Member> = members.iter().collect();
        order.sort_by(|a, b| a.name.expose().cmp(b.name.expose()));
        let whole = first.place.start..last.place.end;
        let mut sorted = Secret::with_capacity(whole.len());
        for (place, member) in order.into_iter().enumerate() {
            if place > 0 {
                sorted.extend_from_slice(b",\n");
            }
            sorted.extend_from_slice(&self.out.expose()[member.place.clone()]);
        }
        if let Some(there) = self.out.expose_mut().get_mut(whole)
            && there.len() == sorted.len()
        {
            there.copy_from_slice(sorted.expose());
        }
    }

    fn new_line(&mut self) -> Result<(), Stop> {
        self.line = self.out.len();
        match self.out.expose_mut().last_mut() {
            Some(last @ b' ') => {
                *last = b'\n';
                Ok(())
            }
            _ => self.run.push(&mut self.out, b"\n"),
        }
    }

    fn tabs(&mut self, tabs: usize) -> Result<(), Stop> {
        self.run.push(&mut self.out, &self.style.prefix)?;
        for _ in 0..tabs {
            self.run.push(&mut self.out, &self.style.indent)?;
        }
        Ok(())
    }
}

/// A member of an object that was printed.
struct Member {
    name: Secret,
    place: std::ops::Range<usize>,
}

fn starts(json: &[u8], at: usize) -> bool {
    matches!(
        json[at],
        b'"' | b'{' | b'[' | b't' | b'f' | b'n' | b'N' | b'i' | b'I' | b'+' | b'-' | b'0'..=b'9'
    )
}

fn number_end(json: &[u8], start: usize) -> usize {
    (start + 1..json.len())
        .find(|&at| json[at] <= b' ' || matches!(json[at], b',' | b':' | b']' | b'}'))
        .unwrap_or(json.len())
}

fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
