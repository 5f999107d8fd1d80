//! Expressions that a render has compiled already: a `range` uses the same one for each item.

use selkie_pattern::{Program, Refused, Source};

use crate::budget::{Budget, Limit};
use crate::error::Failure;
use crate::value::Text;

/// More are compiled anew.
const KEPT: usize = 16;
/// What compiling is said to take in one step, in nanoseconds.
const STEP: usize = 100;
/// Bytes of a compiled expression that are made in one step.
const COMPILED: usize = 4;

/// The expressions used last, the latest at the end.
#[derive(Default)]
pub(crate) struct Patterns(Vec<(Text, Program)>);

impl Patterns {
    /// The compiled expression, taken out; `None` if it is wrong. What [`Patterns::keep`] is given need not be compiled again.
    pub(super) fn take(
        &mut self,
        budget: &mut Budget,
        expression: &Text,
    ) -> Result<Option<Program>, Failure> {
        budget.steps(1 + expression.len() / STEP)?;
        if let Some(place) = self.0.iter().position(|(kept, _)| kept == expression) {
            return Ok(Some(self.0.remove(place).1));
        }
        let Some(text) = expression.utf8() else {
            return Ok(None);
        };
        budget.steps(text.len())?;
        let compiled = Source::read(text).and_then(|source| {
            let paid = budget.steps(source.cost() / STEP);
            paid.map_or_else(
                |failure| Ok(Err(failure)),
                |()| source.compile(budget.regex()).map(Ok),
            )
        });
        match compiled {
            Ok(program) => {
                let program = program?;
                budget.steps(program.size() / COMPILED)?;
                Ok(Some(program))
            }
            Err(Refused::Size) => Err(Failure::Spent(Limit::Regex)),
            Err(Refused::Depth) => Err(Failure::Spent(Limit::Depth)),
            Err(_) => Ok(None),
        }
    }

    /// Keeps an expression for the next call.
    pub(super) fn keep(&mut self, expression: &Text, program: Program) {
        if self.0.len() == KEPT {
            self.0.remove(0);
        }
        self.0.push((expression.clone(), program));
    }
}
