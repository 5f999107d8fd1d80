//! Calls of functions and methods: their arguments are counted, evaluated and fitted to the parameters.

use super::evaluate::fit;
use super::{Evaluated, Fault, Faulty, State, fault, is_true};
use crate::error::Failure;
use crate::functions::Function;
use crate::node::{Callee, Field, Operand};
use crate::value::{Method, Object, Type, Value};

/// What comes out of the pipe as the last argument.
pub(super) enum Last {
    /// There is no pipe.
    Absent,
    Piped(Evaluated),
}

impl Last {
    fn count(&self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Piped(_) => 1,
        }
    }
}

impl<'a> State<'a> {
    pub(super) fn call(
        &mut self,
        dot: &Evaluated,
        at: usize,
        callee: Callee,
        arguments: &'a [Operand],
        last: Last,
    ) -> Faulty<Evaluated> {
        let (function, wanted) = match callee {
            Callee::Function(function) => (function, None),
            Callee::And(function) => (function, Some(false)),
            Callee::Or(function) => (function, Some(true)),
        };
        let count = arguments.len() + last.count();
        if let Some(failure) = miscount(function, count) {
            return Err(in_function(at, function.name, failure));
        }
        if let Some(wanted) = wanted {
            return self.first(dot, wanted, arguments, last);
        }
        let parameters = Parameters {
            takes: function.takes,
            rest: function.rest,
        };
        let values = self.arguments(dot, at, parameters, arguments, last)?;
        (function.run)(&mut self.context, &values)
            .map(Some)
            .map_err(|failure| in_function(at, function.name, failure))
    }

    pub(super) fn method(
        &mut self,
        dot: &Evaluated,
        field: &'a Field,
        object: &dyn Object,
        method: &'static Method,
        arguments: &'a [Operand],
        last: Last,
    ) -> Faulty<Evaluated> {
        let count = arguments.len() + last.count();
        if count != method.takes.len() {
            let failure = wrong_count("", method.takes.len(), count);
            return Err(in_function(field.at, method.name, failure));
        }
        let parameters = Parameters {
            takes: method.takes,
            rest: None,
        };
        let values = self.arguments(dot, field.at, parameters, arguments, last)?;
        (method.run)(&mut self.context, object, &values)
            .map(Some)
            .map_err(|failure| in_function(field.at, method.name, failure))
    }

    fn arguments(
        &mut self,
        dot: &Evaluated,
        at: usize,
        parameters: Parameters,
        arguments: &'a [Operand],
        last: Last,
    ) -> Faulty<Vec<Value>> {
        let mut values = Vec::with_capacity(arguments.len() + last.count());
        for (index, operand) in arguments.iter().enumerate() {
            values.push(self.argument(dot, parameters.of(index), operand)?);
        }
        if let Last::Piped(value) = last {
            let of = parameters.of(values.len());
            values.push(fit(value, of).map_err(|failure| fault(at, failure))?);
        }
        Ok(values)
    }

    /// `and` and `or`: the first argument that decides, or the last one. Those behind are not evaluated.
    fn first(
        &mut self,
        dot: &Evaluated,
        wanted: bool,
        arguments: &'a [Operand],
        last: Last,
    ) -> Faulty<Evaluated> {
        let mut value = Value::Nil;
        for operand in arguments {
            value = self.argument(dot, Type::Any, operand)?;
            if is_true(Some(&value)) == wanted {
                return Ok(Some(value));
            }
        }
        Ok(match last {
            Last::Absent => Some(value),
            Last::Piped(value) => value,
        })
    }
}

#[derive(Clone, Copy)]
struct Parameters {
    takes: &'static [Type],
    rest: Option<Type>,
}

impl Parameters {
    /// The type of the argument at `index`; arguments were counted.
    fn of(self, index: usize) -> Type {
        match (self.takes.get(index), self.rest) {
            (Some(of), _) => *of,
            (None, Some(of)) => of,
            (None, None) => Type::Any,
        }
    }
}

fn miscount(function: &Function, count: usize) -> Option<Failure> {
    let fixed = function.takes.len();
    match function.rest {
        Some(_) if count < fixed => Some(wrong_count("at least ", fixed, count)),
        None if count != fixed => Some(wrong_count("", fixed, count)),
        _ => None,
    }
}

fn wrong_count(bound: &str, wanted: usize, count: usize) -> Failure {
    Failure::new(format!(
        "wrong number of args: want {bound}{wanted} got {count}"
    ))
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "errors are boxed, see `Faulty`"
)]
fn in_function(at: usize, function: &'static str, failure: Failure) -> Box<Fault> {
    Box::new(Fault {
        at,
        function: Some(function),
        failure,
    })
}
