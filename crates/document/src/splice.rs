//! Replacing ranges of a text: the only way in which a file is written.
//!
//! All formats share it. The length of everything that is put in is known beforehand, so the result is written once,
//! into a buffer of its final size, by two threads where that pays.

/// One replacement.
#[derive(Debug)]
pub(crate) struct Edit<T> {
    pub(crate) start: u32,
    pub(crate) stop: u32,
    pub(crate) put: T,
}

/// Sorts edits and leaves out what would overlap. For spellings of a layout record, which decide about nothing else: comparing
/// shows what is missing then.
pub(crate) fn apart<T>(mut edits: Vec<Edit<T>>) -> Vec<Edit<T>> {
    edits.sort_by_key(|edit| edit.start);
    let mut at = 0;
    edits.retain(|edit| {
        let apart = edit.start >= at && edit.stop >= edit.start;
        if apart {
            at = edit.stop;
        }
        apart
    });
    edits
}

/// Whether edits are sorted and share no byte. The last defence of whoever writes a file: what two edits claim has no
/// right answer, and [`splice`] could not write it.
pub(crate) fn are_apart<T>(edits: &[Edit<T>]) -> bool {
    edits.is_sorted_by(|one, other| one.start <= one.stop && one.stop <= other.start)
}

/// Something that can be put into a text.
pub(crate) trait Put<C: ?Sized>: Sync {
    /// Bytes that [`Self::write`] fills.
    fn len(&self, context: &C) -> usize;
    /// Fills all of `out`.
    fn write(&self, context: &C, out: &mut [u8]);
}

/// Bytes as they are.
impl<C: ?Sized> Put<C> for Vec<u8> {
    fn len(&self, _: &C) -> usize {
        self.as_slice().len()
    }

    fn write(&self, _: &C, out: &mut [u8]) {
        out.copy_from_slice(self);
    }
}

/// Edits from which on a second thread pays.
const PARALLEL: usize = 2_000;

/// Length of the text after the edits, which must be sorted and apart.
pub(crate) fn spliced_len<C: ?Sized, T: Put<C>>(
    source: &[u8],
    edits: &[Edit<T>],
    context: &C,
) -> usize {
    edits.iter().fold(source.len(), |len, edit| {
        len + edit.put.len(context) - (edit.stop - edit.start) as usize
    })
}

/// Writes the text with the edits applied. `out` has the length that [`spliced_len`] gave.
pub(crate) fn splice<C: Sync + ?Sized, T: Put<C>>(
    source: &[u8],
    edits: &[Edit<T>],
    context: &C,
    out: &mut [u8],
) {
    if edits.len() < PARALLEL {
        return write(source, 0, source.len(), edits, context, out);
    }
    let (first, second) = edits.split_at(edits.len() / 2);
    let middle = second[0].start as usize;
    let split = spliced_len(&source[..middle], first, context);
    let (left, right) = out.split_at_mut(split);
    std::thread::scope(|scope| {
        scope.spawn(|| write(source, middle, source.len(), second, context, right));
        write(source, 0, middle, first, context, left);
    });
}

fn write<C: ?Sized, T: Put<C>>(
    source: &[u8],
    from: usize,
    to: usize,
    edits: &[Edit<T>],
    context: &C,
    mut out: &mut [u8],
) {
    let mut at = from;
    for edit in edits {
        let kept = &source[at..edit.start as usize];
        let (left, rest) = out.split_at_mut(kept.len());
        left.copy_from_slice(kept);
        let (left, rest) = rest.split_at_mut(edit.put.len(context));
        edit.put.write(context, left);
        out = rest;
        at = edit.stop as usize;
    }
    out.copy_from_slice(&source[at..to]);
}

#[cfg(test)]
mod tests {
    use super::{Edit, are_apart};

    #[test]
    fn edits_that_share_a_byte_are_not_apart() {
        let cases: [(&[(u32, u32)], bool); 6] = [
            (&[], true),
            (&[(3, 9)], true),
            (&[(0, 2), (2, 2), (2, 2), (2, 5)], true),
            (&[(6, 8), (7, 8)], false),
            (&[(2, 5), (2, 2)], false),
            (&[(4, 5), (0, 1)], false),
        ];
        for (ranges, expected) in cases {
            let edits: Vec<Edit<()>> = ranges
                .iter()
                .map(|&(start, stop)| Edit {
                    start,
                    stop,
                    put: (),
                })
                .collect();
            assert_eq!(are_apart(&edits), expected, "{ranges:?}");
        }
    }
}
