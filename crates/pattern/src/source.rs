//! An expression that was read, before the work of compiling it.

use regex_syntax::ast::{self, Ast, RepetitionKind, RepetitionRange, Visitor};
use regex_syntax::hir::{Hir, HirKind, translate::TranslatorBuilder};
use thiserror::Error;

use crate::dialect::{self, MAX_COUNT};

/// Why an expression is not compiled.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refused {
    /// Go would refuse it too. The words can hold parts of it.
    #[error("{0}")]
    Syntax(String),
    /// Groups and repetitions stand too deep within each other.
    #[error("groups stand too deep within each other")]
    Depth,
    /// It would take more room than it may.
    #[error("compiled, the expression is too large")]
    Size,
}

/// An expression in the dialect of the engine.
#[derive(Debug)]
pub struct Source {
    text: String,
    pub(crate) names: Vec<Option<String>>,
    properties: usize,
    wide: usize,
}

impl Source {
    /// Reads an expression of Go's dialect. What is wrong in both dialects is found by [`Source::compile`] only.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let translated = dialect::translate(text).map_err(Refused::Syntax)?;
        Ok(Self {
            text: translated.text,
            names: translated.names,
            properties: translated.properties,
            wide: translated.wide,
        })
    }

    /// How much work it will be to compile it, in units of about a nanosecond, save what grows with the size of the outcome.
    pub fn cost(&self) -> usize {
        self.text.len() * 200 + self.properties * 300_000 + self.wide * 4
    }

    pub(crate) fn parse(self) -> Result<Hir, Refused> {
        let tree = ast::parse::Parser::new()
            .parse(&self.text)
            .map_err(|error| match error.kind() {
                ast::ErrorKind::NestLimitExceeded(_) => Refused::Depth,
                kind => Refused::Syntax(kind.to_string()),
            })?;
        ast::visit(&tree, Counts::default())?;
        // Whether a position is within a word is asked byte by byte.
        TranslatorBuilder::new()
            .utf8(false)
            .build()
            .translate(&self.text, &tree)
            .map_err(|error| Refused::Syntax(error.kind().to_string()))
    }
}

/// Counted repetitions within each other: Go lets them multiply to a thousand.
#[derive(Default)]
struct Counts {
    /// What is left of the thousand within each repetition that is open; none where nothing counts yet.
    left: Vec<Option<u32>>,
}

impl Visitor for Counts {
    type Output = ();
    type Err = Refused;

    fn finish(self) -> Result<(), Refused> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Refused> {
        let Some((min, max)) = counts(ast) else {
            return Ok(());
        };
        let count = max.unwrap_or(min);
        let left = match self.left.last().copied().flatten() {
            None if min < 2 && max.is_none_or(|max| max < 2) => None,
            _ if count == 0 => None,
            left => {
                let left = left.unwrap_or(MAX_COUNT);
                if count > left {
                    return Err(Refused::Syntax(format!(
                        "repetition counts multiply to over {MAX_COUNT}"
                    )));
                }
                Some(left / count)
            }
        };
        self.left.push(left);
        Ok(())
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), Refused> {
        if counts(ast).is_some() {
            self.left.pop();
        }
        Ok(())
    }
}

/// How often a counted repetition repeats, at least and at most.
fn counts(ast: &Ast) -> Option<(u32, Option<u32>)> {
    let Ast::Repetition(repetition) = ast else {
        return None;
    };
    match &repetition.op.kind {
        RepetitionKind::Range(RepetitionRange::Exactly(count)) => Some((*count, Some(*count))),
        RepetitionKind::Range(RepetitionRange::AtLeast(count)) => Some((*count, None)),
        RepetitionKind::Range(RepetitionRange::Bounded(min, max)) => Some((*min, Some(*max))),
        _ => None,
    }
}

/// How many places an expression can be in at the same time, roughly: its characters, as often as they are repeated.
pub(crate) fn places(hir: &Hir) -> usize {
    let mut sum = 0_usize;
    let mut pending = vec![(hir, 1_usize)];
    while let Some((hir, times)) = pending.pop() {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                sum = sum.saturating_add(times.saturating_mul(literal.0.len()));
            }
            HirKind::Class(_) | HirKind::Look(_) => sum = sum.saturating_add(times),
            HirKind::Repetition(repetition) => {
                let count = repetition.max.unwrap_or(repetition.min + 1).max(1) as usize;
                pending.push((&repetition.sub, times.saturating_mul(count)));
            }
            HirKind::Capture(capture) => pending.push((&capture.sub, times)),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => {
                pending.extend(parts.iter().map(|part| (part, times)));
            }
        }
    }
    sum
}
