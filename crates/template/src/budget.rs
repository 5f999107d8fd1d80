//! What one render may use. Each limit is data; going over one ends the render with an error that names it.

use std::fmt;

use crate::error::Failure;

/// What can run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Bytes of rendered text.
    Output,
    /// Steps: turns of a `range`, calls of functions and of templates, and items that a function goes through.
    Steps,
    /// Levels: templates within templates, parentheses and blocks within each other, lists and maps within each other.
    Depth,
    /// Size of a compiled regular expression.
    Regex,
    /// Bytes of a text, or items of a list, that one call makes.
    Length,
    /// Bytes of all texts that all calls make.
    Memory,
    /// Units of what is slow on purpose: key pairs, bcrypt, scrypt.
    Cost,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Output => "output",
            Self::Steps => "steps",
            Self::Depth => "depth",
            Self::Regex => "regex",
            Self::Length => "length",
            Self::Memory => "memory",
            Self::Cost => "cost",
        })
    }
}

/// How much of each one render may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For [`Limit::Output`].
    pub output: usize,
    /// For [`Limit::Steps`].
    pub steps: u64,
    /// For [`Limit::Depth`]. A level takes up to 4 KiB of the thread's stack. Go lets templates call each other 100,000 deep.
    pub depth: usize,
    /// For [`Limit::Regex`], in bytes.
    pub regex: usize,
    /// For [`Limit::Length`].
    pub length: usize,
    /// For [`Limit::Memory`].
    pub memory: usize,
    /// For [`Limit::Cost`].
    pub cost: u32,
}

impl Default for Limits {
    /// What a Secret can hold (1 MiB), and work that ends within a tenth of a second but for [`Limit::Cost`].
    fn default() -> Self {
        Self {
            output: 1 << 20,
            steps: 1_000_000,
            depth: 250,
            regex: 1 << 20,
            length: 4 << 20,
            memory: 64 << 20,
            cost: 500,
        }
    }
}

/// Steps that the text, the JSON or the fields of an object count for.
pub(crate) const OBJECT: usize = 8;

/// What is left of the limits during one render.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Limits,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { left: limits }
    }

    /// Spends `count` steps: for every item that a function goes through.
    pub(crate) fn steps(&mut self, count: usize) -> Result<(), Failure> {
        match self.left.steps.checked_sub(count as u64) {
            Some(left) => {
                self.left.steps = left;
                Ok(())
            }
            None => Err(Failure::Spent(Limit::Steps)),
        }
    }

    /// Spends the making of a text of `bytes`: to be called before it is made.
    pub(crate) fn text(&mut self, bytes: usize) -> Result<(), Failure> {
        self.length(bytes)?;
        match self.left.memory.checked_sub(bytes) {
            Some(left) => {
                self.left.memory = left;
                Ok(())
            }
            None => Err(Failure::Spent(Limit::Memory)),
        }
    }

    /// Checks that a text of so many bytes, or a list of so many items, may be made at all.
    pub(crate) fn length(&self, length: usize) -> Result<(), Failure> {
        if length > self.left.length {
            return Err(Failure::Spent(Limit::Length));
        }
        Ok(())
    }

    /// Spends `units` of what is slow on purpose: a key pair 100, bcrypt 20, scrypt 50.
    pub(crate) fn cost(&mut self, units: u32) -> Result<(), Failure> {
        match self.left.cost.checked_sub(units) {
            Some(left) => {
                self.left.cost = left;
                Ok(())
            }
            None => Err(Failure::Spent(Limit::Cost)),
        }
    }

    /// How large a compiled regular expression may be, in bytes.
    pub(crate) fn regex(&self) -> usize {
        self.left.regex
    }

    /// Checks a depth of `levels`.
    pub(crate) fn depth(&self, levels: usize) -> Result<(), Failure> {
        if levels > self.left.depth {
            return Err(Failure::Spent(Limit::Depth));
        }
        Ok(())
    }

    /// Spends `bytes` of rendered text.
    pub(crate) fn output(&mut self, bytes: usize) -> Result<(), Failure> {
        match self.left.output.checked_sub(bytes) {
            Some(left) => {
                self.left.output = left;
                Ok(())
            }
            None => Err(Failure::Spent(Limit::Output)),
        }
    }
}
