//! One search through one text, paid in steps.

use std::ops::Range;

use selkie_pattern::{Program, Subject, Walk};

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::{Context, texts};
use crate::value::Text;

/// Bytes that are searched for one step.
const STEP: usize = 32;

pub(super) struct Search<'a> {
    expression: &'a Text,
    pub(super) program: Program,
    subject: Subject<'a>,
    text: &'a [u8],
    walk: Walk,
    /// Bytes that were searched and do not make a step yet.
    rest: usize,
}

/// A match, and its groups if they were asked for.
pub(super) struct Found {
    range: Range<usize>,
    groups: Vec<Option<Range<usize>>>,
}

impl<'a> Search<'a> {
    /// `None` if the expression is wrong.
    pub(super) fn begin(
        context: &mut Context<'_>,
        expression: &'a Text,
        text: &'a Text,
    ) -> Result<Option<Self>, Failure> {
        let Some(program) = context.patterns.take(context.budget, expression)? else {
            return Ok(None);
        };
        texts::read(context, text.len())?;
        Ok(Some(Self {
            expression,
            program,
            subject: Subject::new(text.bytes()),
            text: text.bytes(),
            walk: Walk::default(),
            rest: 0,
        }))
    }

    /// As [`Search::begin`]; a wrong expression is a failure.
    pub(super) fn begin_right(
        context: &mut Context<'_>,
        expression: &'a Text,
        text: &'a Text,
    ) -> Result<Self, Failure> {
        Self::begin(context, expression, text)?
            .ok_or_else(|| Failure::new("the regular expression is wrong"))
    }

    /// The next match, without its groups.
    pub(super) fn next(&mut self, context: &mut Context<'_>) -> Result<Option<Found>, Failure> {
        context.budget.steps(1)?;
        let range = self.walk.next(
            &mut self.program,
            &self.subject,
            &mut spending(context.budget, &mut self.rest),
        )?;
        Ok(range.map(|range| Found {
            range,
            groups: Vec::new(),
        }))
    }

    /// Looks for the groups of a match.
    pub(super) fn complete(
        &mut self,
        context: &mut Context<'_>,
        found: &mut Found,
    ) -> Result<(), Failure> {
        found.groups = self.program.groups(
            &self.subject,
            &found.range,
            &mut spending(context.budget, &mut self.rest),
        )?;
        Ok(())
    }

    /// The text that is searched.
    pub(super) fn text(&self) -> &'a [u8] {
        self.text
    }

    /// Where a match stands in the text.
    pub(super) fn place(&self, found: &Found) -> Range<usize> {
        self.original(&found.range)
    }

    /// What a group holds; nothing if it took no part.
    pub(super) fn group(&self, found: &Found, group: usize) -> Option<&'a [u8]> {
        let range = found.groups.get(group)?.as_ref()?;
        self.text.get(self.original(range))
    }

    fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.subject.original(range.start)..self.subject.original(range.end)
    }

    /// Keeps what was compiled for the next search.
    pub(super) fn end(self, context: &mut Context<'_>) {
        context.patterns.keep(self.expression, self.program);
    }
}

fn spending<'a>(
    budget: &'a mut Budget,
    rest: &'a mut usize,
) -> impl FnMut(usize) -> Result<(), Failure> + 'a {
    |bytes| {
        let sum = rest.saturating_add(bytes);
        *rest = sum % STEP;
        budget.steps(sum / STEP)
    }
}
