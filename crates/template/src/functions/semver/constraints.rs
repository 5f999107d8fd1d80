//! Conditions in combination: all of those between commas or blanks, any of those between "||", and ranges with a hyphen.

use zeroize::Zeroizing;

use super::constraint::{BLANKS, Constraint, improper, is_number};
use super::parts::Parts;
use super::version::Version;
use crate::budget::Budget;
use crate::error::Failure;

/// So many bytes are looked at in one step.
const BYTES: usize = 16;

/// Alternatives, each of conditions that must all hold.
pub(super) struct Constraints(Vec<Vec<Constraint>>);

impl Constraints {
    /// The conditions that `text` spells out.
    pub(super) fn read(budget: &mut Budget, text: &str) -> Result<Self, Failure> {
        budget.steps(text.len())?;
        let text = without_ranges(budget, text)?;
        let alternatives = text.split("||").map(all).collect::<Result<_, _>>()?;
        Ok(Self(alternatives))
    }

    /// Whether one of the alternatives holds for `version`.
    pub(super) fn hold(&self, version: &Version) -> bool {
        self.0.iter().any(|all| hold_all(all, version))
    }
}

/// Whether all of them hold. A prerelease is only let through where one of them names a prerelease.
fn hold_all(all: &[Constraint], version: &Version) -> bool {
    let is_shown = version.prerelease.is_empty() || all.iter().any(Constraint::is_of_prerelease);
    is_shown && all.iter().all(|constraint| constraint.holds(version))
}

/// Conditions with commas or blanks between them.
fn all(text: &str) -> Result<Vec<Constraint>, Failure> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(BLANKS);
    loop {
        let (constraint, after) = Constraint::at_start(rest)?;
        found.push(constraint);
        rest = after.trim_start_matches(BLANKS);
        if rest.is_empty() {
            return Ok(found);
        }
        match rest.strip_prefix(',') {
            Some(behind) => rest = behind.trim_start_matches(BLANKS),
            None if rest.len() < after.len() => {}
            None => return Err(improper()),
        }
    }
}

/// The text with each "1 - 2" as the two conditions that it means.
fn without_ranges(budget: &mut Budget, text: &str) -> Result<Zeroizing<String>, Failure> {
    let mut written = Zeroizing::new(text.to_owned());
    let mut rest = text;
    while let Some(range) = Range::first(budget, rest)? {
        budget.steps(written.len() / BYTES)?;
        let conditions = Zeroizing::new(format!(">= {}, <= {} ", range.from, range.to));
        // The first place with this text, which need not be the place that was found.
        written = written.replacen(range.whole, &conditions, 1).into();
        rest = range.rest;
    }
    Ok(written)
}

struct Range<'a> {
    from: &'a str,
    to: &'a str,
    whole: &'a str,
    rest: &'a str,
}

impl<'a> Range<'a> {
    fn first(budget: &mut Budget, text: &'a str) -> Result<Option<Self>, Failure> {
        let mut blanks = false;
        for (start, character) in text.char_indices() {
            // Within blanks nothing begins that does not begin before them.
            let is_blank = BLANKS.contains(&character);
            if is_blank && blanks {
                continue;
            }
            blanks = is_blank;
            let (range, read) = Self::at_start(&text[start..]);
            budget.steps(read / BYTES)?;
            if range.is_some() {
                return Ok(range);
            }
        }
        Ok(None)
    }

    /// The range that `text` begins with, if it does, and how many bytes were read.
    fn at_start(text: &'a str) -> (Option<Self>, usize) {
        let trimmed = text.trim_start_matches(BLANKS);
        let Some(from) = Parts::at_start(trimmed, is_number) else {
            return (None, text.len() - trimmed.len());
        };
        let rest = &trimmed[from.whole.len()..];
        let read = text.len() - rest.len();
        let range = hyphen(rest)
            .and_then(|rest| Some((rest, Parts::at_start(rest, is_number)?)))
            .map(|(behind, to)| {
                let rest = behind[to.whole.len()..].trim_start_matches(BLANKS);
                Self {
                    from: from.whole,
                    to: to.whole,
                    whole: &text[..text.len() - rest.len()],
                    rest,
                }
            });
        (range, read)
    }
}

/// What stands behind a hyphen with blanks on both sides.
fn hyphen(text: &str) -> Option<&str> {
    let before = text.trim_start_matches(BLANKS);
    let behind = before.strip_prefix('-')?;
    let after = behind.trim_start_matches(BLANKS);
    (before.len() < text.len() && after.len() < behind.len()).then_some(after)
}
