//! Pipelines, commands and operands: what they give.

use super::call::Last;
use super::{Evaluated, Faulty, State, fault, type_name};
use crate::error::Failure;
use crate::node::{Command, Field, Number, Operand, OperandKind, Pipeline, Variable};
use crate::template::MissingKey;
use crate::value::{Member, Signed, Text, Type, Unsigned, Value};

impl<'a> State<'a> {
    /// What the last command of a pipeline gives, each having been given the result of the one before. Its variables are set to that.
    pub(super) fn pipeline(
        &mut self,
        dot: &Evaluated,
        pipeline: &'a Pipeline,
    ) -> Faulty<Evaluated> {
        let mut last = Last::Absent;
        for command in &pipeline.commands {
            let value = self.command(dot, command, last)?;
            // What is in the interface; nothing, if that is empty.
            last = Last::Piped(value.filter(|value| !matches!(value, Value::Nil)));
        }
        let Last::Piped(value) = last else {
            return Ok(None);
        };
        for variable in &pipeline.variables {
            if pipeline.assigns {
                self.assign(pipeline.at, *variable, value.clone())?;
            } else {
                self.variables.declare(*variable, value.clone());
            }
        }
        Ok(value)
    }

    pub(super) fn assign(&mut self, at: usize, variable: Variable, value: Evaluated) -> Faulty<()> {
        match self.variables.assign(variable, value) {
            Some(()) => Ok(()),
            None => Err(fault(at, Failure::new("undefined variable"))),
        }
    }

    fn command(&mut self, dot: &Evaluated, command: &'a Command, last: Last) -> Faulty<Evaluated> {
        let Command { head, arguments } = command;
        self.spend(head.at, 1 + arguments.len())?;
        match &head.kind {
            OperandKind::Field(fields) => self.fields(dot, dot.clone(), fields, arguments, last),
            OperandKind::Variable(variable, fields) => {
                let value = self.variable(head.at, *variable)?;
                if fields.is_empty() {
                    takes_nothing(head.at, arguments, &last)?;
                    return Ok(value);
                }
                self.fields(dot, value, fields, arguments, last)
            }
            OperandKind::Chain(inner, fields) => {
                let value = self.chained(dot, inner)?;
                self.fields(dot, value, fields, arguments, last)
            }
            OperandKind::Function(callee) => self.call(dot, head.at, *callee, arguments, last),
            OperandKind::Pipeline(pipeline) => {
                takes_nothing(head.at, arguments, &last)?;
                self.nested(dot, pipeline)
            }
            kind => {
                takes_nothing(head.at, arguments, &last)?;
                match kind {
                    OperandKind::Dot => Ok(dot.clone()),
                    OperandKind::Nil => Err(fault(head.at, Failure::new("nil is not a command"))),
                    _ => self.constant(head).map(Some),
                }
            }
        }
    }

    /// A pipeline in parentheses.
    fn nested(&mut self, dot: &Evaluated, pipeline: &'a Pipeline) -> Faulty<Evaluated> {
        self.descend(pipeline.at)?;
        let value = self.pipeline(dot, pipeline)?;
        self.depth -= 1;
        Ok(value)
    }

    fn variable(&self, at: usize, variable: Variable) -> Faulty<Evaluated> {
        match self.variables.value(variable) {
            Some(value) => Ok(value.clone()),
            None => Err(fault(at, Failure::new("undefined variable"))),
        }
    }

    /// What stands before the fields of a chain.
    fn chained(&mut self, dot: &Evaluated, inner: &'a Operand) -> Faulty<Evaluated> {
        match &inner.kind {
            OperandKind::Pipeline(pipeline) => self.nested(dot, pipeline),
            OperandKind::Function(callee) => self.call(dot, inner.at, *callee, &[], Last::Absent),
            _ => Err(fault(inner.at, Failure::new("a constant has no fields"))),
        }
    }

    /// Field after field; only the last one can be a method that gets the arguments.
    fn fields(
        &mut self,
        dot: &Evaluated,
        mut value: Evaluated,
        fields: &'a [Field],
        arguments: &'a [Operand],
        last: Last,
    ) -> Faulty<Evaluated> {
        let Some((name, before)) = fields.split_last() else {
            return Ok(value);
        };
        if let Some(first) = before.first() {
            self.spend(first.at, before.len())?;
        }
        for field in before {
            value = self.field(dot, value, field, &[], Last::Absent)?;
        }
        self.field(dot, value, name, arguments, last)
    }

    fn field(
        &mut self,
        dot: &Evaluated,
        value: Evaluated,
        field: &'a Field,
        arguments: &'a [Operand],
        last: Last,
    ) -> Faulty<Evaluated> {
        let name = &field.name;
        let failure = match value {
            None => match self.missing {
                MissingKey::Default => return Ok(None),
                MissingKey::Error => format!("nil data; no entry for key {name:?}"),
            },
            Some(Value::Nil) => format!("nil pointer evaluating interface {{}}.{name}"),
            Some(Value::Object(object)) => match object.member(name) {
                Some(Member::Method(method)) => {
                    return self.method(dot, field, &*object, method, arguments, last);
                }
                Some(Member::Field(value)) => {
                    if arguments.is_empty() && matches!(last, Last::Absent) {
                        return Ok(Some(value));
                    }
                    format!("{name} has arguments but cannot be invoked as function")
                }
                None => format!("can't evaluate field {name} in type {}", object.of()),
            },
            Some(Value::Map(map)) => {
                if !arguments.is_empty() || !matches!(last, Last::Absent) {
                    format!("{name} is not a method but has arguments")
                } else {
                    match map.named(name.as_bytes()) {
                        Some(value) => return Ok(Some(value)),
                        None => match self.missing {
                            MissingKey::Default => return Ok(None),
                            MissingKey::Error => format!("map has no entry for key {name:?}"),
                        },
                    }
                }
            }
            Some(other) => {
                format!("can't evaluate field {name} in type {}", type_name(&other))
            }
        };
        Err(fault(field.at, Failure::new(failure)))
    }

    /// What an operand gives as an argument, as a value of the type.
    pub(super) fn argument(
        &mut self,
        dot: &Evaluated,
        of: Type,
        operand: &'a Operand,
    ) -> Faulty<Value> {
        let value = match &operand.kind {
            OperandKind::Dot => dot.clone(),
            OperandKind::Nil => {
                if !can_be_nil(of) {
                    let words = format!("cannot assign nil to {of}");
                    return Err(fault(operand.at, Failure::new(words)));
                }
                None
            }
            OperandKind::Field(fields) => {
                self.fields(dot, dot.clone(), fields, &[], Last::Absent)?
            }
            OperandKind::Variable(variable, fields) => {
                let value = self.variable(operand.at, *variable)?;
                self.fields(dot, value, fields, &[], Last::Absent)?
            }
            OperandKind::Function(callee) => {
                self.call(dot, operand.at, *callee, &[], Last::Absent)?
            }
            OperandKind::Pipeline(pipeline) => self.nested(dot, pipeline)?,
            OperandKind::Chain(inner, fields) => {
                let value = self.chained(dot, inner)?;
                self.fields(dot, value, fields, &[], Last::Absent)?
            }
            _ => return self.typed_constant(of, operand),
        };
        fit(value, of).map_err(|failure| fault(operand.at, failure))
    }

    /// A constant as the type that its parameter has.
    fn typed_constant(&mut self, of: Type, operand: &'a Operand) -> Faulty<Value> {
        if of == Type::Any {
            return self.constant(operand);
        }
        let value = match (of, &operand.kind) {
            (Type::Bool, OperandKind::Bool(value)) => Some(Value::Bool(*value)),
            (Type::Text | Type::NamedText(_), OperandKind::Text(_)) => {
                return self.constant(operand);
            }
            (_, OperandKind::Number(number)) => typed_number(of, number),
            _ => None,
        };
        value.ok_or_else(|| {
            let words = format!("expected {of}; found a constant of another type");
            fault(operand.at, Failure::new(words))
        })
    }

    /// A constant as the type that it has by itself.
    fn constant(&mut self, operand: &Operand) -> Faulty<Value> {
        match &operand.kind {
            OperandKind::Bool(value) => Ok(Value::Bool(*value)),
            OperandKind::Text(index) => {
                let bytes = &self.parsed.constants[*index];
                let text = self.constants[*index].get_or_insert_with(|| Text::from(&**bytes));
                Ok(Value::Text(text.clone()))
            }
            OperandKind::Number(number) => ideal(number)
                .ok_or_else(|| fault(operand.at, Failure::new("integer constant overflows int"))),
            _ => Err(fault(operand.at, Failure::new("not a constant"))),
        }
    }
}

/// Checks that something that takes no arguments was given none.
fn takes_nothing(at: usize, arguments: &[Operand], last: &Last) -> Faulty<()> {
    if arguments.is_empty() && matches!(last, Last::Absent) {
        return Ok(());
    }
    let words = "can't give an argument to what is no function";
    Err(fault(at, Failure::new(words)))
}

fn can_be_nil(of: Type) -> bool {
    matches!(of, Type::Any | Type::List(_) | Type::Map(_)) || is_pointer(of)
}

fn is_pointer(of: Type) -> bool {
    matches!(of, Type::Named(name) if name.starts_with('*'))
}

/// A value as the type of a parameter.
pub(super) fn fit(value: Evaluated, of: Type) -> Result<Value, Failure> {
    match (value, of) {
        (None, Type::Any) => Ok(Value::Nil),
        (None, of) if is_pointer(of) => Ok(Value::Nil),
        (None, Type::List(item)) => Ok(Value::List(crate::value::List::nil(*item))),
        (None, Type::Map(_)) => Ok(Value::Map(crate::value::Map::nil())),
        (None, of) => Err(Failure::new(format!("invalid value; expected {of}"))),
        (Some(value), Type::Any) => Ok(value),
        (Some(value), of) if value.of() == Some(of) => Ok(value),
        (Some(value), of) => Err(Failure::new(format!(
            "wrong type for value; expected {of}; got {}",
            type_name(&value)
        ))),
    }
}

/// A number constant by itself: complex, a float if it is written as one, else an `int`.
fn ideal(number: &Number) -> Option<Value> {
    if let Some((real, imaginary)) = number.complex {
        return Some(Value::Complex(real, imaginary));
    }
    match number.float {
        Some(float) if number.fraction => Some(Value::Float(float)),
        _ => number.signed.map(Value::int),
    }
}

/// A number constant as another type; too large ones are cut, as Go cuts them.
fn typed_number(of: Type, number: &Number) -> Option<Value> {
    match of {
        Type::Signed(size) => number
            .signed
            .map(|number| Value::Signed(size, cut_signed(size, number))),
        Type::Number(_, size) => number
            .signed
            .map(|number| Value::Signed(size, cut_signed(size, number))),
        Type::Unsigned(size) => number
            .unsigned
            .map(|number| Value::Unsigned(size, cut_unsigned(size, number))),
        Type::Float64 => number.float.map(Value::Float),
        Type::Complex128 => number
            .complex
            .or(number.float.map(|real| (real, 0.0)))
            .map(|(real, imaginary)| Value::Complex(real, imaginary)),
        _ => None,
    }
}

fn cut_signed(size: Signed, number: i64) -> i64 {
    match size {
        Signed::Int | Signed::Int64 => number,
        Signed::Int8 => i64::from(number as i8),
        Signed::Int16 => i64::from(number as i16),
        Signed::Int32 => i64::from(number as i32),
    }
}

fn cut_unsigned(size: Unsigned, number: u64) -> u64 {
    match size {
        Unsigned::Uint | Unsigned::Uint64 => number,
        Unsigned::Uint8 => u64::from(number as u8),
        Unsigned::Uint16 => u64::from(number as u16),
        Unsigned::Uint32 => u64::from(number as u32),
    }
}
