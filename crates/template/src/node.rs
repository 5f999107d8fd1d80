//! The tree of a parsed template. It holds no value and nothing of one render, so that threads can share it.

use crate::functions::Function;

/// A template and those it defines, by their names.
pub(crate) struct Definition {
    pub(crate) body: Vec<Node>,
    /// How many names of variables it uses. The first is `$`.
    pub(crate) variables: usize,
}

/// What is done one after the other.
pub(crate) enum Node {
    /// Text from a place in the source to another.
    Text {
        start: usize,
        end: usize,
    },
    Action(Pipeline),
    /// `if` and `with` with all their `else if` and `else with`.
    Branch {
        /// Whether the condition becomes the dot of its body.
        with: bool,
        branches: Vec<(Pipeline, Vec<Node>)>,
        otherwise: Vec<Node>,
    },
    Range {
        pipeline: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// A call of a template, and of a block where it stands.
    Template {
        at: usize,
        name: String,
        pipeline: Option<Pipeline>,
    },
    Break,
    Continue,
}

/// Commands, each taking the result of the one before as its last argument.
pub(crate) struct Pipeline {
    pub(crate) at: usize,
    /// Whether the variables exist already.
    pub(crate) assigns: bool,
    pub(crate) variables: Vec<Variable>,
    pub(crate) commands: Vec<Command>,
}

/// A variable, by the number of its name in its definition.
#[derive(Clone, Copy)]
pub(crate) struct Variable(pub(crate) usize);

/// An operand, with arguments if it is a function or a method.
pub(crate) struct Command {
    pub(crate) head: Operand,
    pub(crate) arguments: Vec<Operand>,
}

/// A value, or what gives one.
pub(crate) struct Operand {
    pub(crate) at: usize,
    pub(crate) kind: OperandKind,
}

pub(crate) enum OperandKind {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    /// A text constant, by its number in the template.
    Text(usize),
    /// `.name.name`
    Field(Vec<Field>),
    /// `$name`, perhaps with fields.
    Variable(Variable, Vec<Field>),
    Function(Callee),
    Pipeline(Box<Pipeline>),
    /// Fields of what a function or a pipeline in parentheses gives.
    Chain(Box<Operand>, Vec<Field>),
}

/// A name after a dot.
pub(crate) struct Field {
    pub(crate) at: usize,
    pub(crate) name: Box<str>,
}

/// What a name in the place of a function stands for.
#[derive(Clone, Copy)]
pub(crate) enum Callee {
    Function(&'static Function),
    /// Gives its first argument that is false, and looks at none behind.
    And(&'static Function),
    /// Gives its first argument that is true, and looks at none behind.
    Or(&'static Function),
}

/// A number constant: each kind of number that it can stand for. It becomes one of them by the type of the parameter that it is given to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Number {
    pub(crate) signed: Option<i64>,
    pub(crate) unsigned: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
    /// Whether it was written as a float, where nothing else decides.
    pub(crate) fraction: bool,
}
