//! Variables that can be used at a place of a template, and their numbers.

use std::collections::BTreeMap;

/// What is known within one definition.
pub(super) struct Scope<'a> {
    /// Every name of a variable, and its number.
    numbers: BTreeMap<&'a str, usize>,
    /// How many declarations of each number can be seen here.
    counts: Vec<usize>,
    /// The declarations that can be seen here, by number.
    declared: Vec<usize>,
    /// Ranges that are open, which `break` and `continue` need.
    pub(super) ranges: usize,
}

impl<'a> Scope<'a> {
    /// The scope of a definition, which knows `$` alone.
    pub(super) fn new() -> Self {
        let mut scope = Self {
            numbers: BTreeMap::new(),
            counts: Vec::new(),
            declared: Vec::new(),
            ranges: 0,
        };
        scope.declare("$");
        scope
    }

    /// Declares a variable, and gives its number.
    pub(super) fn declare(&mut self, name: &'a str) -> usize {
        let next = self.counts.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.counts.push(0);
        }
        self.counts[number] += 1;
        self.declared.push(number);
        number
    }

    /// The number of a variable that can be seen here.
    pub(super) fn number(&self, name: &str) -> Option<usize> {
        let number = *self.numbers.get(name)?;
        (self.counts[number] > 0).then_some(number)
    }

    /// How many names there are in the whole definition.
    pub(super) fn names(&self) -> usize {
        self.counts.len()
    }

    /// How many declarations can be seen here, for [`Self::leave`].
    pub(super) fn enter(&self) -> usize {
        self.declared.len()
    }

    /// Forgets what was declared since `enter` gave that number.
    pub(super) fn leave(&mut self, mark: usize) {
        for number in self.declared.drain(mark..) {
            self.counts[number] -= 1;
        }
    }
}
