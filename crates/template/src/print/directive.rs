//! The format text of `printf`: its directives one by one, and what is said about mistakes in them.

use super::flags::Flags;
use super::printer::Printer;
use crate::error::Failure;
use crate::execute::below;
use crate::value::Value;

/// Widths, precisions and argument numbers above this are mistakes.
const LARGEST: usize = 1_000_000;

/// Prints `values` as `format` says.
pub(super) fn print(
    printer: &mut Printer<'_>,
    format: &[u8],
    values: &[Value],
) -> Result<(), Failure> {
    let mut reader = Reader {
        format,
        at: 0,
        values,
        next: 0,
        reordered: false,
        good: true,
    };
    loop {
        let rest = &format[reader.at..];
        let literal = rest.iter().position(|&byte| byte == b'%');
        printer.write(&rest[..literal.unwrap_or(rest.len())])?;
        let Some(literal) = literal else { break };
        printer.budget.steps(1)?;
        reader.at += literal + 1;
        directive(printer, &mut reader)?;
    }
    printer.flags = Flags::default();
    if reader.reordered || reader.next >= values.len() {
        return Ok(());
    }
    printer.write(b"%!(EXTRA ")?;
    for (index, value) in values[reader.next..].iter().enumerate() {
        if index > 0 {
            printer.write(b", ")?;
        }
        if let Some(of) = value.of() {
            printer.write(format!("{of}=").as_bytes())?;
        }
        printer.operand(value, 'v')?;
    }
    printer.write(b")")
}

/// Where in the format text, and at which argument.
struct Reader<'a> {
    format: &'a [u8],
    at: usize,
    values: &'a [Value],
    /// Index of the argument that comes next.
    next: usize,
    /// Whether any argument was named by its number: then nothing is said about those left over.
    reordered: bool,
    /// Whether the numbers in this directive were in order.
    good: bool,
}

fn directive(printer: &mut Printer<'_>, reader: &mut Reader<'_>) -> Result<(), Failure> {
    printer.flags = reader.flags();
    reader.good = true;
    let mut indexed = reader.index();
    if reader.take(b'*') {
        match reader.star() {
            Some(width) => {
                printer.flags.width = Some(width.unsigned_abs() as usize);
                if width < 0 {
                    printer.flags.minus = true;
                    printer.flags.zero = false;
                }
            }
            None => printer.write(b"%!(BADWIDTH)")?,
        }
        indexed = false;
    } else {
        printer.flags.width = reader.number();
        reader.good &= !(indexed && printer.flags.width.is_some());
    }
    // A point at the very end is taken for a verb.
    if reader.at + 1 < reader.format.len() && reader.take(b'.') {
        reader.good &= !indexed;
        indexed = reader.index();
        if reader.take(b'*') {
            printer.flags.precision = reader
                .star()
                .and_then(|number| usize::try_from(number).ok());
            if printer.flags.precision.is_none() {
                printer.write(b"%!(BADPREC)")?;
            }
            indexed = false;
        } else {
            printer.flags.precision = Some(reader.number().unwrap_or(0));
        }
    }
    if !indexed {
        reader.index();
    }
    let Some(verb) = reader.verb() else {
        return printer.write(b"%!(NOVERB)");
    };
    if verb == '%' {
        return printer.write(b"%");
    }
    let complaint: &[u8] = match reader.values.get(reader.next) {
        _ if !reader.good => b"(BADINDEX)",
        None => b"(MISSING)",
        Some(value) => {
            reader.next += 1;
            printer.flags = printer.flags.for_verb(verb);
            return printer.operand(value, verb);
        }
    };
    printer.write(b"%!")?;
    printer.write_character(verb)?;
    printer.write(complaint)
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        flags
    }

    /// Reads `[n]`, which names the argument that comes next; whether it was one.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let inside = &self.format[self.at + 1..];
        let Some(end) = inside.iter().position(|&byte| byte == b']') else {
            self.good = false;
            self.at += 1;
            return false;
        };
        let mut number = Reader {
            format: &inside[..end],
            at: 0,
            ..*self
        };
        let parsed = number.number().filter(|_| number.at == end);
        self.at += end + 2;
        match parsed {
            Some(index) if index >= 1 && index <= self.values.len() => {
                self.next = index - 1;
                true
            }
            _ => {
                self.good = false;
                parsed.is_some()
            }
        }
    }

    /// Reads digits. A number that is far too large takes the rest of the format with it.
    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        let mut number = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            if number > LARGEST {
                self.at = self.format.len();
                return None;
            }
            number = number * 10 + usize::from(digit - b'0');
            self.at += 1;
        }
        (self.at > start).then_some(number)
    }

    /// The next argument as a width or precision; `None` if it is no integer or too large.
    fn star(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = match below(value.clone()) {
            Value::Signed(_, number) => number,
            Value::Unsigned(_, number) => i64::try_from(number).ok()?,
            _ => return None,
        };
        (number.unsigned_abs() <= LARGEST as u64).then_some(number)
    }

    fn verb(&mut self) -> Option<char> {
        // No more than one character is looked at, or a format of many directives would be read many times.
        let rest = &self.format[self.at.min(self.format.len())..];
        let chunk = rest[..rest.len().min(4)].utf8_chunks().next()?;
        let verb = chunk.valid().chars().next();
        self.at += verb.map_or(1, char::len_utf8);
        Some(verb.unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}
