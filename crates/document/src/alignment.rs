//! Which lines two texts have in common, in order: how an edited text is laid over the one that it came from.
//!
//! It decides about spelling only. What is taken over from the old text because of it is compared value by value first,
//! so a poor alignment costs a longer diff and nothing else.

use std::collections::HashMap;
use std::ops::Range;

/// Whole lines that stand in both texts, as bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    old: u32,
    new: u32,
    len: u32,
}

/// How often a gap between common lines is searched again. A gap gets smaller each time; the bound keeps texts made to
/// be slow from being slow.
const ROUNDS: u8 = 16;

/// The lines that two texts have in common.
pub(crate) struct Alignment {
    runs: Vec<Run>,
}

impl Alignment {
    /// Lays `new` over `old`: common lines at both ends, then lines that occur once in each, then what surrounds those.
    pub(crate) fn new(old: &[u8], new: &[u8]) -> Self {
        let (old_starts, new_starts) = (starts(old), starts(new));
        let line = |text: &'_ [u8], starts: &[u32], index: usize| -> Range<usize> {
            let stop = starts.get(index + 1).map_or(text.len(), |at| *at as usize);
            starts[index] as usize..stop
        };
        let old_line = |index: usize| &old[line(old, &old_starts, index)];
        let new_line = |index: usize| &new[line(new, &new_starts, index)];

        let mut pairs = Vec::new();
        let mut gaps = vec![(0..old_starts.len(), 0..new_starts.len(), ROUNDS)];
        while let Some((mut left, mut right, rounds)) = gaps.pop() {
            while !left.is_empty()
                && !right.is_empty()
                && old_line(left.start) == new_line(right.start)
            {
                pairs.push((left.start, right.start));
                (left.start, right.start) = (left.start + 1, right.start + 1);
            }
            while !left.is_empty()
                && !right.is_empty()
                && old_line(left.end - 1) == new_line(right.end - 1)
            {
                (left.end, right.end) = (left.end - 1, right.end - 1);
                pairs.push((left.end, right.end));
            }
            if left.is_empty() || right.is_empty() || rounds == 0 {
                continue;
            }
            let anchors = rising(&common(
                left.clone().map(|index| (index, old_line(index))),
                right.clone().map(|index| (index, new_line(index))),
            ));
            let Some(first) = anchors.first() else {
                continue;
            };
            gaps.push((left.start..first.0, right.start..first.1, rounds - 1));
            let ends = anchors.iter().skip(1).copied();
            for (from, to) in anchors.iter().zip(ends.chain([(left.end, right.end)])) {
                gaps.push((from.0..to.0, from.1..to.1, rounds - 1));
            }
        }
        pairs.sort_unstable();

        let mut runs: Vec<Run> = Vec::new();
        for (left, right) in pairs {
            let (at, to) = (line(old, &old_starts, left), new_starts[right]);
            match runs.last_mut() {
                Some(run)
                    if (run.old + run.len) as usize == at.start && run.new + run.len == to =>
                {
                    run.len += at.len() as u32;
                }
                _ => runs.push(Run {
                    old: at.start as u32,
                    new: to,
                    len: at.len() as u32,
                }),
            }
        }
        Self { runs }
    }

    /// Where a range of the old text stands in the new one, if all its lines do.
    pub(crate) fn find(&self, old: &Range<u32>) -> Option<Range<u32>> {
        let at = self.runs.partition_point(|run| run.old <= old.start);
        let run = self.runs[..at].last()?;
        (old.end <= run.old + run.len)
            .then(|| old.start - run.old + run.new..old.end - run.old + run.new)
    }
}

/// Where the lines of a text begin.
fn starts(text: &[u8]) -> Vec<u32> {
    let mut at = 0;
    text.split_inclusive(|byte| *byte == b'\n')
        .map(|line| {
            let start = at;
            at += line.len() as u32;
            start
        })
        .collect()
}

/// The lines that occur once on each side, in the order of the left one.
fn common<'t>(
    left: impl Iterator<Item = (usize, &'t [u8])>,
    right: impl Iterator<Item = (usize, &'t [u8])>,
) -> Vec<(usize, usize)> {
    #[derive(Default)]
    struct Found {
        left: Vec<usize>,
        right: Vec<usize>,
    }
    let mut lines: HashMap<&[u8], Found> = HashMap::new();
    for (index, line) in left {
        lines.entry(line).or_default().left.push(index);
    }
    for (index, line) in right {
        if let Some(found) = lines.get_mut(line) {
            found.right.push(index);
        }
    }
    let mut pairs: Vec<(usize, usize)> = lines
        .into_values()
        .filter_map(
            |found| match (found.left.as_slice(), found.right.as_slice()) {
                ([left], [right]) => Some((*left, *right)),
                _ => None,
            },
        )
        .collect();
    pairs.sort_unstable();
    pairs
}

/// The longest part of the pairs in which both sides rise.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The index of the pair that ends the best part of each length, and of the pair before each.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (index, pair) in pairs.iter().enumerate() {
        let at = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before[index] = at.checked_sub(1).map(|at| ends[at]);
        if at == ends.len() {
            ends.push(index);
        } else {
            ends[at] = index;
        }
    }
    let mut part = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        part.push(pairs[index]);
        next = before[index];
    }
    part.reverse();
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters of `new` that are laid over letters of `old`; every letter is a line.
    fn check(old: &str, new: &str, expected: &str) {
        let text = |letters: &str| {
            letters
                .chars()
                .flat_map(|letter| [letter, '\n'])
                .collect::<String>()
        };
        let (old, new) = (text(old), text(new));
        let alignment = Alignment::new(old.as_bytes(), new.as_bytes());
        let mut found = String::new();
        let mut last = 0;
        for at in (0..old.len() as u32).step_by(2) {
            if let Some(place) = alignment.find(&(at..at + 2)) {
                let (from, to) = (
                    &old[at as usize..at as usize + 2],
                    &new[place.start as usize..place.end as usize],
                );
                assert_eq!(from, to, "{old:?} {new:?}");
                assert!(place.start >= last, "{old:?} {new:?}");
                last = place.end;
                found.push_str(to.trim());
            }
        }
        assert_eq!(found, expected, "{old:?} {new:?}");
    }

    #[test]
    fn common_lines_are_found_in_order() {
        for (old, new, expected) in [
            ("", "", ""),
            ("a", "", ""),
            ("", "a", ""),
            ("abc", "abc", "abc"),
            ("abc", "axc", "ac"),
            ("abc", "xyz", ""),
            ("abc", "xabcy", "abc"),
            ("xabcy", "abc", "abc"),
            ("abcd", "bacd", "bcd"),
            ("xxaxx", "xxxaxxx", "xxaxx"),
            ("aXbXcXd", "bXaXcXe", "bXcX"),
            ("aabb", "aab", "aab"),
            ("pqrst", "tqrsp", "qrs"),
        ] {
            check(old, new, expected);
        }
    }

    #[test]
    fn ranges_inside_of_lines_and_between_them() {
        let alignment = Alignment::new(b"one\ntwo\nthree", b"zero\none\ntwo\n3");
        for (old, new) in [
            (0..3, Some(5..8)),
            (2..6, Some(7..11)),
            (8..8, Some(13..13)),
            (7..9, None),
            (9..9, None),
        ] {
            assert_eq!(alignment.find(&old), new, "{old:?}");
        }
    }
}
