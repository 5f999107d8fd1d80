//! An object as its difference from another: pieces that are copied from that one, and pieces that are new.

/// How long the object is that a difference makes.
pub(super) fn size(delta: &[u8]) -> Option<usize> {
    let mut rest = delta;
    number(&mut rest)?;
    number(&mut rest)
}

/// The object; none if the difference is not one from this base.
pub(super) fn applied(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let mut rest = delta;
    if number(&mut rest)? != base.len() {
        return None;
    }
    let size = number(&mut rest)?;
    let mut out = Vec::with_capacity(size.min(1 << 20));
    while let Some(code) = next(&mut rest) {
        let piece = match code {
            0 => return None,
            1..=0x7f => {
                let (piece, after) = rest.split_at_checked(usize::from(code))?;
                rest = after;
                piece
            }
            _ => {
                let from = sparse(&mut rest, code, 4)?;
                let length = match sparse(&mut rest, code >> 4, 3)? {
                    0 => 0x10000,
                    length => length,
                };
                base.get(from..from.checked_add(length)?)?
            }
        };
        if out.len() + piece.len() > size {
            return None;
        }
        out.extend_from_slice(piece);
    }
    (out.len() == size).then_some(out)
}

/// A number of which only those bytes stand there that a bit says.
fn sparse(rest: &mut &[u8], bits: u8, bytes: u8) -> Option<usize> {
    let mut number = 0;
    for at in 0..bytes {
        if bits >> at & 1 == 1 {
            number |= usize::from(next(rest)?) << (8 * at);
        }
    }
    Some(number)
}

/// A number of seven bits in each byte, the lowest first.
fn number(rest: &mut &[u8]) -> Option<usize> {
    let (mut number, mut shift) = (0_u64, 0);
    loop {
        let byte = next(rest)?;
        if shift > 35 {
            return None;
        }
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return usize::try_from(number).ok();
        }
    }
}

fn next(rest: &mut &[u8]) -> Option<u8> {
    let (&first, after) = rest.split_first()?;
    *rest = after;
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_applied_within_their_bounds() {
        let base = b"0123456789";
        let rows: [(&[u8], Option<&[u8]>); 13] = [
            (b"\x0a\x00", Some(b"")),
            (b"\x0a\x03\x03abc", Some(b"abc")),
            (b"\x0a\x04\x91\x02\x04", Some(b"2345")),
            (b"\x0a\x06\x90\x03\x01-\x91\x08\x02", Some(b"012-89")),
            // Another base, a length that is not true in either direction.
            (b"\x09\x00", None),
            (b"\x0a\x02\x03abc", None),
            (b"\x0a\x04\x03abc", None),
            // Copied from behind the end, or a whole 64 KiB of it.
            (b"\x0a\x04\x91\x08\x04", None),
            (b"\x0a\x80\x80\x04\x80", None),
            (b"\x0a\x04\x9f\xff\xff\xff\xff\x04", None),
            // No instruction, and ends within one.
            (b"\x0a\x00\x00", None),
            (b"\x0a\x03\x03ab", None),
            (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff", None),
        ];
        for (delta, expected) in rows {
            let made = applied(base, delta);
            assert_eq!(made.as_deref(), expected, "{}", delta.escape_ascii());
        }
        assert_eq!(size(b"\x0a\x80\x01"), Some(128));
        assert_eq!(size(b"\x0a"), None);
    }
}
