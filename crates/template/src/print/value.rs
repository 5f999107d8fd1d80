//! Any value under any verb: lists and maps item by item, objects by their form, and mistakes.

use super::integer::Integer;
use super::printer::Printer;
use crate::budget::OBJECT;
use crate::error::Failure;
use crate::value::{Form, List, Map, Object, Type, Unsigned, Value};

const BYTE: Type = Type::Unsigned(Unsigned::Uint8);

impl Printer<'_> {
    /// One argument of a print function.
    pub(super) fn operand(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        match (verb, value) {
            ('v' | 'T', Value::Nil) => self.padded(b"<nil>"),
            (_, Value::Nil) => self.mistake(value, verb),
            ('T', _) => {
                let name = type_name(value);
                self.text(name.as_bytes(), 's').map(drop)
            }
            ('p', _) => self.address(value),
            _ => self.value(value, verb, 0),
        }
    }

    /// `%!d(string=…)`: the verb does not fit the value.
    pub(super) fn mistake(&mut self, value: &Value, verb: char) -> Result<(), Failure> {
        self.write(b"%!")?;
        self.write_character(verb)?;
        self.write(b"(")?;
        if let Value::Nil = value {
            self.write(b"<nil>")?;
        } else {
            self.write(type_name(value).as_bytes())?;
            self.write(b"=")?;
            self.plain = true;
            self.operand(value, 'v')?;
            self.plain = false;
        }
        self.write(b")")
    }

    /// A value at `level` within the operand.
    fn value(&mut self, value: &Value, verb: char, level: usize) -> Result<(), Failure> {
        self.budget.steps(1)?;
        let fits = match value {
            Value::Nil if self.flags.source => {
                self.write(b"interface {}(nil)")?;
                true
            }
            Value::Nil => {
                self.write(b"<nil>")?;
                true
            }
            Value::Bool(value) => self.boolean(*value, verb)?,
            Value::Signed(_, number) => self.integer(Integer::from(*number), verb)?,
            Value::Unsigned(_, number) => self.integer(Integer::from(*number), verb)?,
            Value::Float(value) => self.float(*value, verb)?,
            Value::Complex(real, imaginary) => self.complex(*real, *imaginary, verb)?,
            Value::Text(text) => self.text(text.bytes(), verb)?,
            // `%w` is for errors, of which no template has any. Bytes are not even asked.
            Value::List(list) if verb == 'w' && (list.item() != BYTE || level > 0) => false,
            Value::Map(_) | Value::Object(_) if verb == 'w' => false,
            Value::List(list) => self.list(list, verb, level)?,
            Value::Map(map) => self.map(map, verb, level)?,
            Value::Object(object) => self.object(object.as_ref(), verb, level)?,
        };
        if fits {
            Ok(())
        } else {
            self.mistake(value, verb)
        }
    }

    fn list(&mut self, list: &List, verb: char, level: usize) -> Result<bool, Failure> {
        self.budget.depth(level)?;
        self.budget.steps(list.len())?;
        if matches!(verb, 's' | 'q' | 'x' | 'X')
            && let Some(bytes) = list.bytes()
        {
            self.budget.text(bytes.len())?;
            return self.text(&bytes, verb);
        }
        if self.flags.source {
            // Bytes have their short name only where they are the whole operand.
            let name = if list.item() == BYTE && level == 0 && verb == 'v' {
                "[]byte".to_owned()
            } else {
                list.of().to_string()
            };
            self.write(name.as_bytes())?;
            if list.is_nil() {
                self.write(b"(nil)")?;
                return Ok(true);
            }
        }
        self.open(b"[")?;
        for (index, item) in list.items().iter().enumerate() {
            self.separate(index)?;
            self.value(item, verb, level + 1)?;
        }
        self.close(b"]")?;
        Ok(true)
    }

    fn map(&mut self, map: &Map, verb: char, level: usize) -> Result<bool, Failure> {
        self.budget.depth(level)?;
        self.budget.steps(map.len())?;
        if self.flags.source {
            self.write(map.of().to_string().as_bytes())?;
            if map.is_nil() {
                self.write(b"(nil)")?;
                return Ok(true);
            }
        }
        self.open(b"map[")?;
        for (index, (key, value)) in map.entries().into_iter().enumerate() {
            self.separate(index)?;
            self.value(&Value::Text(key), verb, level + 1)?;
            self.write(b":")?;
            self.value(&value, verb, level + 1)?;
        }
        self.close(b"]")?;
        Ok(true)
    }

    fn object(&mut self, object: &dyn Object, verb: char, level: usize) -> Result<bool, Failure> {
        self.budget.depth(level)?;
        self.budget.steps(OBJECT)?;
        let name = object.of().to_string();
        let form = match object.form() {
            Form::Methods(methods) => {
                if "vsxXq".contains(verb) && !self.flags.source && !self.plain {
                    return self.text((methods.text)(object).as_bytes(), verb);
                }
                if let Some(source) = methods.source
                    && self.flags.source
                    && !self.plain
                {
                    let source = source(object);
                    let source = self.cut(source.as_bytes());
                    self.padded(source)?;
                    return Ok(true);
                }
                Form::Struct((methods.fields)(object))
            }
            form => form,
        };
        match form {
            Form::Printed(text, _)
                if "vsxXq".contains(verb) && !self.flags.source && !self.plain =>
            {
                self.text(text.as_bytes(), verb)
            }
            Form::Printed(_, Value::Nil) => Err(Failure::new(format!(
                "cannot print a {name} under that verb"
            ))),
            Form::Printed(_, below) if below.is_simple() => self.simple(&below, verb),
            Form::Printed(_, below) => {
                self.value(&below, verb, level + 1)?;
                Ok(true)
            }
            Form::Methods(_) => Ok(false),
            Form::Struct(fields) => {
                let name = match name.strip_prefix('*') {
                    Some(_) if level > 0 => return Err(no_address()),
                    Some(name) => {
                        self.write(b"&")?;
                        name
                    }
                    None => &name,
                };
                if self.flags.source {
                    self.write(name.as_bytes())?;
                }
                self.write(b"{")?;
                for (index, (field, value)) in fields.iter().enumerate() {
                    self.separate(index)?;
                    if self.flags.named || self.flags.source {
                        self.write(field.as_bytes())?;
                        self.write(b":")?;
                    }
                    match (*field, value) {
                        // Universal time is a pointer to nothing.
                        ("loc", Value::Unsigned(..)) => self.nowhere(value, verb)?,
                        _ => self.value(value, verb, level + 1)?,
                    }
                }
                self.write(b"}")?;
                Ok(true)
            }
        }
    }

    /// A pointer to no location, of which `number` is the address.
    fn nowhere(&mut self, number: &Value, verb: char) -> Result<(), Failure> {
        match verb {
            'v' => self.padded(b"<nil>"),
            'b' | 'd' | 'o' | 'x' | 'X' => self.value(number, verb, 0),
            _ => {
                self.write(b"%!")?;
                self.write_character(verb)?;
                self.write(b"(*time.Location=")?;
                self.padded(b"<nil>")?;
                self.write(b")")
            }
        }
    }

    /// A value below a named type's name, which the mistake is to show instead of its own.
    fn simple(&mut self, value: &Value, verb: char) -> Result<bool, Failure> {
        match value {
            Value::Bool(value) => self.boolean(*value, verb),
            Value::Signed(_, number) => self.integer(Integer::from(*number), verb),
            Value::Unsigned(_, number) => self.integer(Integer::from(*number), verb),
            Value::Float(value) => self.float(*value, verb),
            Value::Text(text) => self.text(text.bytes(), verb),
            _ => Ok(false),
        }
    }

    /// `%p`. Go prints where in memory a list or map lies, which differs from run to run: refused.
    fn address(&mut self, value: &Value) -> Result<(), Failure> {
        let is_nil = match value {
            Value::List(list) => list.is_nil(),
            Value::Map(map) => map.is_nil(),
            Value::Object(object) if object.of().to_string().starts_with('*') => false,
            _ => return self.mistake(value, 'p'),
        };
        if is_nil {
            self.hex_number(0, !self.flags.sharp)
        } else {
            Err(no_address())
        }
    }

    fn open(&mut self, bracket: &[u8]) -> Result<(), Failure> {
        self.write(if self.flags.source { b"{" } else { bracket })
    }

    fn close(&mut self, bracket: &[u8]) -> Result<(), Failure> {
        self.write(if self.flags.source { b"}" } else { bracket })
    }

    fn separate(&mut self, index: usize) -> Result<(), Failure> {
        match index {
            0 => Ok(()),
            _ if self.flags.source => self.write(b", "),
            _ => self.write(b" "),
        }
    }
}

fn type_name(value: &Value) -> String {
    value
        .of()
        .map_or_else(|| "<nil>".to_owned(), |of| of.to_string())
}

fn no_address() -> Failure {
    Failure::new("cannot print where a value lies in memory")
}

impl Value {
    fn is_simple(&self) -> bool {
        !matches!(
            self,
            Self::Nil | Self::Complex(..) | Self::List(_) | Self::Map(_) | Self::Object(_)
        )
    }
}
