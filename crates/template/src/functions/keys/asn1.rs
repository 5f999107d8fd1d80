//! DER, element by element, as Go's parsers read it: they go by the tags that they look for, and take keys and certificates that a parser of
//! whole types would refuse. What must never be here: what an element means.

use zeroize::Zeroizing;

use crate::error::Failure;

/// Bytes of DER, which may be those of a private key.
pub(in crate::functions) type Der = Zeroizing<Vec<u8>>;

pub(in crate::functions) const BOOLEAN: u8 = 0x01;
pub(in crate::functions) const INTEGER: u8 = 0x02;
pub(in crate::functions) const BIT_STRING: u8 = 0x03;
pub(in crate::functions) const OCTET_STRING: u8 = 0x04;
pub(in crate::functions) const NULL: u8 = 0x05;
pub(in crate::functions) const OID: u8 = 0x06;
pub(in crate::functions) const UTF8_STRING: u8 = 0x0c;
pub(in crate::functions) const PRINTABLE_STRING: u8 = 0x13;
pub(in crate::functions) const UTC_TIME: u8 = 0x17;
pub(in crate::functions) const GENERALIZED_TIME: u8 = 0x18;
pub(in crate::functions) const BMP_STRING: u8 = 0x1e;
pub(in crate::functions) const SEQUENCE: u8 = 0x30;
pub(in crate::functions) const SET: u8 = 0x31;

/// The tag `[number]` around something.
pub(in crate::functions) const fn explicit(number: u8) -> u8 {
    0xa0 | number
}

/// The tag `[number]` in place of that of something primitive.
pub(in crate::functions) const fn implicit(number: u8) -> u8 {
    0x80 | number
}

/// One element.
#[derive(Clone, Copy)]
pub(in crate::functions) struct Element<'a> {
    pub(in crate::functions) tag: u8,
    pub(in crate::functions) content: &'a [u8],
    /// Tag and length too.
    pub(in crate::functions) whole: &'a [u8],
}

/// Elements one after the other.
#[derive(Clone, Copy)]
pub(in crate::functions) struct Reader<'a> {
    rest: &'a [u8],
}

fn malformed() -> Failure {
    Failure::new("malformed DER")
}

impl<'a> Reader<'a> {
    pub(in crate::functions) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(in crate::functions) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Checks that nothing is left.
    pub(in crate::functions) fn end(&self) -> Result<(), Failure> {
        if self.is_empty() {
            return Ok(());
        }
        Err(Failure::new("trailing data after DER"))
    }

    /// Whether the next element has that tag.
    pub(in crate::functions) fn is_next(&self, tag: u8) -> bool {
        self.rest.first() == Some(&tag)
    }

    /// The next element, of any tag.
    pub(in crate::functions) fn element(&mut self) -> Result<Element<'a>, Failure> {
        let (tag, length, header) = header(self.rest).ok_or_else(malformed)?;
        let end = header.checked_add(length).ok_or_else(malformed)?;
        let whole = self.rest.get(..end).ok_or_else(malformed)?;
        self.rest = &self.rest[end..];
        Ok(Element {
            tag,
            content: &whole[header..],
            whole,
        })
    }

    /// The content of the next element, which has that tag.
    pub(in crate::functions) fn take(&mut self, tag: u8) -> Result<&'a [u8], Failure> {
        if !self.is_next(tag) {
            return Err(malformed());
        }
        Ok(self.element()?.content)
    }

    /// The content of the next element, if it has that tag.
    pub(in crate::functions) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Failure> {
        if !self.is_next(tag) {
            return Ok(None);
        }
        self.take(tag).map(Some)
    }

    /// What is in the next element, which is a sequence.
    pub(in crate::functions) fn sequence(&mut self) -> Result<Self, Failure> {
        self.take(SEQUENCE).map(Self::new)
    }

    /// The next element as an integer, two's complement.
    pub(in crate::functions) fn integer(&mut self) -> Result<&'a [u8], Failure> {
        let content = self.take(INTEGER)?;
        match content {
            [] => Err(malformed()),
            [0x00, next, ..] if next & 0x80 == 0 => Err(malformed()),
            [0xff, next, ..] if next & 0x80 != 0 => Err(malformed()),
            _ => Ok(content),
        }
    }

    /// The next element as an integer above zero: its bytes without leading zeros.
    pub(in crate::functions) fn positive(&mut self) -> Result<&'a [u8], Failure> {
        match self.integer()? {
            [0x00] => Err(Failure::new("zero where a positive number is expected")),
            [0x00, number @ ..] => Ok(number),
            [first, ..] if first & 0x80 != 0 => Err(Failure::new(
                "a negative number where a positive one is expected",
            )),
            number => Ok(number),
        }
    }

    /// The next element as an integer of 64 bits.
    pub(in crate::functions) fn small(&mut self) -> Result<i64, Failure> {
        let content = self.integer()?;
        if content.len() > 8 {
            return Err(Failure::new("integer too large"));
        }
        let negative = content[0] & 0x80 != 0;
        Ok(content
            .iter()
            .fold(if negative { -1 } else { 0 }, |number: i64, byte| {
                (number << 8) | i64::from(*byte)
            }))
    }

    /// The next element as bits, those that are not used shifted out.
    pub(in crate::functions) fn bits(&mut self) -> Result<Vec<u8>, Failure> {
        let [unused @ 0..=7, bytes @ ..] = self.take(BIT_STRING)? else {
            return Err(malformed());
        };
        let used = match bytes.last() {
            Some(last) => last & ((1 << unused) - 1) == 0,
            None => *unused == 0,
        };
        if !used {
            return Err(malformed());
        }
        let before = std::iter::once(0).chain(bytes.iter().copied());
        Ok(std::iter::zip(before, bytes)
            .map(|(before, byte)| (u16::from_be_bytes([before, *byte]) >> unused) as u8)
            .collect())
    }

    /// The next element as an object identifier: numbers of 31 bits at most.
    pub(in crate::functions) fn oid(&mut self) -> Result<&'a [u8], Failure> {
        let content = self.take(OID)?;
        let mut number = 0_u32;
        let mut begun = false;
        for byte in content {
            if !begun && *byte == 0x80 || number >= 1 << 24 {
                return Err(malformed());
            }
            number = (number << 7) | u32::from(byte & 0x7f);
            begun = byte & 0x80 != 0;
            if !begun {
                number = 0;
            }
        }
        if begun || content.is_empty() {
            return Err(malformed());
        }
        Ok(content)
    }

    /// The next element as a boolean.
    pub(in crate::functions) fn boolean(&mut self) -> Result<bool, Failure> {
        match self.take(BOOLEAN)? {
            [0] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(malformed()),
        }
    }

    /// The content of an element of that tag within the tag `[number]`, if both are there. How long the outer one claims to be does not matter, but
    /// whatever stands in its place has to begin as an element does.
    pub(in crate::functions) fn loosely_tagged(
        &mut self,
        number: u8,
        tag: u8,
    ) -> Result<Option<&'a [u8]>, Failure> {
        if self.is_empty() {
            return Ok(None);
        }
        let (outer, length, start) = header(self.rest).ok_or_else(malformed)?;
        let mut inner = Self::new(&self.rest[start..]);
        if inner.is_empty() {
            return Err(malformed());
        }
        if outer != explicit(number) && (outer != implicit(number) || length > 0) {
            return Ok(None);
        }
        let (found, _, _) = header(inner.rest).ok_or_else(malformed)?;
        if length == 0 {
            return Err(malformed());
        }
        if found != tag {
            return Ok(None);
        }
        let content = inner.take(tag)?;
        *self = inner;
        Ok(Some(content))
    }
}

/// Tag, length of the content and length of what stands before it. Lengths are definite and written as shortly as possible.
fn header(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&tag, rest) = bytes.split_first()?;
    // Tags above 30 take more bytes; nothing here has such a one.
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (&first, rest) = rest.split_first()?;
    if first < 0x80 {
        return Some((tag, usize::from(first), 2));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return None;
    }
    let length = rest
        .get(..count)?
        .iter()
        .fold(0, |length, byte| (length << 8) | usize::from(*byte));
    let shortest = length >= 0x80 && length >> (8 * (count - 1)) != 0;
    shortest.then_some((tag, length, 2 + count))
}

/// An element with that content.
pub(in crate::functions) fn element(tag: u8, content: &[u8]) -> Der {
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|byte| **byte == 0).count();
    let mut der = Zeroizing::new(Vec::with_capacity(content.len() + 10));
    der.push(tag);
    if content.len() < 0x80 {
        der.push(content.len() as u8);
    } else {
        der.push(0x80 | (length.len() - zeros) as u8);
        der.extend_from_slice(&length[zeros..]);
    }
    der.extend_from_slice(content);
    der
}

/// An element around others.
pub(in crate::functions) fn around(tag: u8, parts: &[&[u8]]) -> Der {
    element(tag, &Zeroizing::new(parts.concat()))
}

/// A sequence of elements.
pub(in crate::functions) fn sequence(parts: &[&[u8]]) -> Der {
    around(SEQUENCE, parts)
}

/// A set of elements, in the order that DER asks for.
pub(in crate::functions) fn set(parts: &[&[u8]]) -> Der {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    around(SET, &parts)
}

/// An integer from the bytes of a number that is not negative.
pub(in crate::functions) fn unsigned(number: &[u8]) -> Der {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = &number[zeros..];
    if number.first().is_none_or(|first| first & 0x80 != 0) {
        return around(INTEGER, &[&[0], number]);
    }
    element(INTEGER, number)
}

/// An integer.
pub(in crate::functions) fn signed(number: i64) -> Der {
    let bytes = number.to_be_bytes();
    // A byte is left out if it says no more than the sign of the next one.
    let cut = bytes
        .windows(2)
        .take_while(|pair| matches!(pair, [0, 0..=0x7f] | [0xff, 0x80..=0xff]))
        .count();
    element(INTEGER, &bytes[cut..])
}

/// Bits in whole bytes.
pub(in crate::functions) fn bits(bytes: &[u8]) -> Der {
    around(BIT_STRING, &[&[0], bytes])
}

/// The null that stands for parameters.
pub(in crate::functions) fn null() -> Der {
    element(NULL, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_and_read_in_their_shortest_form() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let content = vec![7; length];
            let der = element(OCTET_STRING, &content);
            let mut reader = Reader::new(&der);
            assert_eq!(reader.take(OCTET_STRING).unwrap(), content);
            assert!(reader.is_empty());
        }
        for broken in [
            &[0x04, 0x81, 0x01, 0x00][..],
            &[0x04, 0x82, 0x00, 0x80],
            &[0x04, 0x80, 0x00, 0x00],
            &[0x04, 0x02, 0x00],
            &[0x1f, 0x01, 0x00],
            &[0x04],
            &[],
        ] {
            assert!(Reader::new(broken).element().is_err());
        }
    }

    #[test]
    fn integers_keep_their_sign() {
        for (number, der) in [
            (&[][..], &[2, 1, 0][..]),
            (&[0, 0], &[2, 1, 0]),
            (&[127], &[2, 1, 127]),
            (&[128], &[2, 2, 0, 128]),
            (&[0, 1, 2], &[2, 2, 1, 2]),
        ] {
            assert_eq!(&**unsigned(number), der);
        }
        for (number, der) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (-128, &[2, 1, 128]),
            (-129, &[2, 2, 0xff, 0x7f]),
            (i64::MIN, &[2, 8, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ] {
            assert_eq!(&**signed(number), der);
            assert_eq!(Reader::new(der).small(), Ok(number));
        }
        assert_eq!(Reader::new(&[2, 1, 0xff]).small(), Ok(-1));
        assert_eq!(Reader::new(&[2, 2, 1, 0]).small(), Ok(256));
        assert!(Reader::new(&[2, 1, 0xff]).positive().is_err());
        assert!(Reader::new(&[2, 1, 0]).positive().is_err());
        assert!(Reader::new(&[2, 2, 0, 1]).positive().is_err());
    }
}
