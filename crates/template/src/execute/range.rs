//! `range`: over lists, maps and numbers.

use std::ops::Range;

use super::{Evaluated, Faulty, Flow, State, below, fault, type_name};
use crate::error::Failure;
use crate::functions;
use crate::node::{Node, Pipeline};
use crate::value::Value;

impl<'a> State<'a> {
    #[inline(never)]
    pub(super) fn range(
        &mut self,
        dot: &Evaluated,
        pipeline: &'a Pipeline,
        body: &'a [Node],
        otherwise: &'a [Node],
    ) -> Faulty<Flow> {
        let outer = self.variables.mark();
        let value = self.pipeline(dot, pipeline)?;
        let mut turns = 0_usize;
        let mut turn = |state: &mut Self, index: Evaluated, item: Value| {
            turns += 1;
            state.turn(pipeline, body, index, &Some(item))
        };
        match value {
            None => {}
            Some(Value::List(list)) => {
                for index in 0..list.len() {
                    let item = list.at(index).unwrap_or_default();
                    if turn(self, Some(Value::int((index as u64).cast_signed())), item)?
                        == Flow::Break
                    {
                        break;
                    }
                }
            }
            Some(Value::Map(map)) => {
                self.spend(pipeline.at, map.len())?;
                for (key, item) in map.entries() {
                    if turn(self, Some(Value::Text(key)), item)? == Flow::Break {
                        break;
                    }
                }
            }
            Some(other) => {
                let numbers = numbers(pipeline, &other)?;
                for number in numbers {
                    if turn(self, None, renumbered(&other, number))? == Flow::Break {
                        break;
                    }
                }
            }
        }
        let mut flow = Flow::Next;
        if turns == 0 {
            flow = self.deeper(pipeline.at, dot, otherwise)?;
            // A break in here belongs to a range outside by its place, but it is this one that it ends.
            if flow == Flow::Break {
                flow = Flow::Next;
            }
        }
        self.variables.restore(outer);
        Ok(flow)
    }

    /// One turn of a range.
    fn turn(
        &mut self,
        pipeline: &'a Pipeline,
        body: &'a [Node],
        index: Evaluated,
        item: &Evaluated,
    ) -> Faulty<Flow> {
        self.spend(pipeline.at, 1)?;
        let mark = self.variables.mark();
        if pipeline.assigns {
            match pipeline.variables[..] {
                [variable] => self.assign(pipeline.at, variable, item.clone())?,
                [first, second] => {
                    self.assign(pipeline.at, first, index)?;
                    self.assign(pipeline.at, second, item.clone())?;
                }
                _ => {}
            }
        } else {
            match pipeline.variables[..] {
                [_] => self.variables.set_top(1, item.clone()),
                [_, _] => {
                    self.variables.set_top(1, item.clone());
                    self.variables.set_top(2, index);
                }
                _ => {}
            }
        }
        let flow = self.deeper(pipeline.at, item, body)?;
        self.variables.restore(mark);
        Ok(flow)
    }
}

/// The numbers from zero to before a number, which come without an index.
fn numbers(pipeline: &Pipeline, value: &Value) -> Faulty<Range<u64>> {
    let end = match below(value.clone()) {
        Value::Signed(_, end) => u64::try_from(end).unwrap_or(0),
        Value::Unsigned(_, end) => end,
        _ => {
            let words = format!("range can't iterate over {}", type_name(value));
            return Err(fault(pipeline.at, Failure::new(words)));
        }
    };
    if pipeline.variables.len() > 1 {
        let words = "can't iterate over a number with more than one variable";
        return Err(fault(pipeline.at, Failure::new(words)));
    }
    Ok(0..end)
}

/// A smaller number of the same type.
fn renumbered(value: &Value, number: u64) -> Value {
    let signed = number.cast_signed();
    match value {
        Value::Unsigned(size, _) => Value::Unsigned(*size, number),
        Value::Signed(size, _) => Value::Signed(*size, signed),
        Value::Object(object) => functions::renumbered(&**object, signed).unwrap_or_default(),
        _ => Value::Nil,
    }
}
