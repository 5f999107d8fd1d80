//! Variables of a render: a place for each name, and a record of what it held before, for when a scope ends.

use super::Evaluated;
use crate::node::Variable;

/// What every variable of the running templates holds.
#[derive(Default)]
pub(super) struct Variables {
    /// By number of the name, those of the running template from `base` on.
    places: Vec<Place>,
    base: usize,
    /// Declarations in order, and what each has hidden.
    record: Vec<(usize, Place)>,
}

/// What a name stands for.
#[derive(Clone, Default)]
enum Place {
    #[default]
    Unknown,
    Known(Evaluated),
}

/// A point in the record of declarations.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize);

/// The variables of the template that calls another one.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    base: usize,
    record: usize,
}

impl Variables {
    /// Begins a template that has so many names. The first one, `$`, is its dot.
    pub(super) fn enter(&mut self, names: usize, dot: Evaluated) -> Frame {
        let caller = Frame {
            base: self.base,
            record: self.record.len(),
        };
        self.base = self.places.len();
        self.places.resize(self.base + names, Place::Unknown);
        self.declare(Variable(0), dot);
        caller
    }

    /// Ends the template, and goes back to its caller.
    pub(super) fn leave(&mut self, caller: Frame) {
        self.places.truncate(self.base);
        self.record.truncate(caller.record);
        self.base = caller.base;
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.record.len())
    }

    /// Forgets what was declared since `mark`.
    pub(super) fn restore(&mut self, mark: Mark) {
        while self.record.len() > mark.0 {
            if let Some((place, hidden)) = self.record.pop() {
                self.places[place] = hidden;
            }
        }
    }

    pub(super) fn declare(&mut self, variable: Variable, value: Evaluated) {
        let place = self.base + variable.0;
        let hidden = std::mem::replace(&mut self.places[place], Place::Known(value));
        self.record.push((place, hidden));
    }

    /// What a variable holds; `None` if it was not declared in this scope.
    pub(super) fn value(&self, variable: Variable) -> Option<&Evaluated> {
        match &self.places[self.base + variable.0] {
            Place::Known(value) => Some(value),
            Place::Unknown => None,
        }
    }

    /// Gives a variable another value; `None` if it was not declared in this scope.
    pub(super) fn assign(&mut self, variable: Variable, value: Evaluated) -> Option<()> {
        match &mut self.places[self.base + variable.0] {
            Place::Known(old) => {
                *old = value;
                Some(())
            }
            Place::Unknown => None,
        }
    }

    /// Gives the `nth` variable of the record, from its end and from one, another value. Of the same name declared twice, the earlier
    /// one lives on in the record.
    pub(super) fn set_top(&mut self, nth: usize, value: Evaluated) {
        let Some(index) = self.record.len().checked_sub(nth) else {
            return;
        };
        let place = self.record[index].0;
        let later = self.record[index + 1..].iter_mut();
        match later.into_iter().find(|(other, _)| *other == place) {
            Some((_, hidden)) => *hidden = Place::Known(value),
            None => self.places[place] = Place::Known(value),
        }
    }
}
