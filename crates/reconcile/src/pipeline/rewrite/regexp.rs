//! Keys in which other text stands for what a regular expression matches, as Go's `ReplaceAllString` does it.

use selkie_api::RegexpRewrite;
use selkie_pattern::{Program, Refused, Source, Subject, Walk};
use selkie_template::go::{Part, parts};

use super::super::error::Error;
use crate::data::SecretData;

/// Bytes that a compiled expression may take.
const SIZE: usize = 1 << 20;
/// Nanoseconds, roughly, that compiling may take.
const COMPILING: usize = 100_000_000;
/// Bytes that may be searched in one step, over all keys: a tenth of a second.
const SEARCHED: usize = 32 << 20;
/// Bytes that may be written in one step, over all keys.
const WRITTEN: usize = 1 << 20;

pub(super) fn keys(
    step: usize,
    rule: &RegexpRewrite,
    data: SecretData,
) -> Result<SecretData, Error> {
    let mut replacing = Replacing {
        program: compile(&rule.source).map_err(|refused| Error::Expression { step, refused })?,
        parts: parts(rule.target.as_bytes()),
        searched: SEARCHED,
        written: WRITTEN,
    };
    let mut rewritten = SecretData::new();
    for (key, value) in data {
        let key = replacing.all(&key).ok_or(Error::Spent { step })?;
        rewritten.insert(key, value);
    }
    Ok(rewritten)
}

fn compile(expression: &str) -> Result<Program, Refused> {
    let source = Source::read(expression)?;
    if source.cost() > COMPILING {
        return Err(Refused::Size);
    }
    source.compile(SIZE)
}

struct Replacing<'r> {
    program: Program,
    parts: Vec<Part<'r>>,
    /// What is left of the bytes that may be searched.
    searched: usize,
    /// What is left of the bytes that may be written.
    written: usize,
}

impl Replacing<'_> {
    /// The key with all matches replaced; `None` if a limit is reached.
    fn all(&mut self, key: &str) -> Option<String> {
        let text = key.as_bytes();
        let subject = Subject::new(text);
        let mut walk = Walk::default();
        let mut rewritten = Vec::new();
        let mut from = 0;
        loop {
            let mut spend = spending(&mut self.searched);
            let Some(found) = walk.next(&mut self.program, &subject, &mut spend).ok()? else {
                break;
            };
            spend(self.parts.len()).ok()?;
            let groups = if self.parts.iter().any(Part::is_group) {
                self.program.groups(&subject, &found, &mut spend).ok()?
            } else {
                Vec::new()
            };
            let group = |place: usize| text.get(groups.get(place)?.clone()?);
            let room = self.written.checked_sub(rewritten.len())?;
            rewritten.extend_from_slice(&text[from..found.start]);
            for part in &self.parts {
                let text = match part {
                    Part::Text(text) => Some(*text),
                    Part::Group(0) => text.get(found.clone()),
                    Part::Group(number) => group(number - 1),
                    Part::Named(name) => self.program.named(name).find_map(group),
                };
                rewritten.extend_from_slice(text.unwrap_or_default());
                if rewritten.len() > room {
                    return None;
                }
            }
            from = found.end;
        }
        rewritten.extend_from_slice(&text[from..]);
        self.written = self.written.checked_sub(rewritten.len())?;
        // A match begins and ends between characters, so that nothing is ever lost here.
        Some(String::from_utf8_lossy(&rewritten).into_owned())
    }
}

fn spending(left: &mut usize) -> impl FnMut(usize) -> Result<(), ()> + '_ {
    |bytes| {
        *left = left.checked_sub(bytes).ok_or(())?;
        Ok(())
    }
}
