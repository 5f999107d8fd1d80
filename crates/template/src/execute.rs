//! Rendering: walks the tree of a template with a value and writes the text.

mod call;
mod evaluate;
mod range;
mod variables;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use selkie_crypto::Secret;

use crate::budget::Budget;
use crate::error::Failure;
use crate::functions::{Context, Patterns};
use crate::node::{Definition, Node, Pipeline};
use crate::parse::Parsed;
use crate::print;
use crate::template::{MissingKey, Settings};
use crate::value::{Form, Text, Value};

use variables::Variables;

/// Why a render ended, and where.
pub(crate) struct Fault {
    pub(crate) at: usize,
    pub(crate) function: Option<&'static str>,
    pub(crate) failure: Failure,
}

/// Boxed, because every level of a template's nesting has results on the stack.
type Faulty<T> = Result<T, Box<Fault>>;

/// What an expression gives. `None` is Go's invalid value: a key that is missing, or what was in an interface that held nothing. It is not
/// the same as [`Value::Nil`], an interface that holds nothing.
type Evaluated = Option<Value>;

/// The text that the template of that name makes of `root`.
pub(crate) fn execute(
    name: &str,
    source: &str,
    parsed: &Parsed,
    root: &Value,
    settings: &Settings,
) -> Result<Secret, Box<Fault>> {
    let mut budget = Budget::new(settings.limits);
    let mut random = ChaCha20Rng::from_seed(settings.seed);
    let mut state = State {
        source,
        parsed,
        missing: settings.missing,
        context: Context {
            budget: &mut budget,
            now: settings.now,
            random: &mut random,
            patterns: Patterns::default(),
        },
        output: Secret::new(),
        constants: vec![None; parsed.constants.len()],
        variables: Variables::default(),
        depth: 0,
    };
    let root = Some(root.clone()).filter(|root| !matches!(root, Value::Nil));
    if let Some(definition) = parsed.definitions.get(name) {
        state.definition(definition, &root)?;
    }
    Ok(state.output)
}

struct State<'a> {
    source: &'a str,
    parsed: &'a Parsed,
    missing: MissingKey,
    context: Context<'a>,
    output: Secret,
    /// Constants that were used already.
    constants: Vec<Option<Text>>,
    variables: Variables,
    depth: usize,
}

/// Where to go on after a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl<'a> State<'a> {
    fn definition(&mut self, definition: &'a Definition, dot: &Evaluated) -> Faulty<()> {
        let frame = self.variables.enter(definition.variables, dot.clone());
        self.walk(dot, &definition.body)?;
        self.variables.leave(frame);
        Ok(())
    }

    fn walk(&mut self, dot: &Evaluated, nodes: &'a [Node]) -> Faulty<Flow> {
        for node in nodes {
            let flow = match node {
                Node::Text { start, end } => {
                    let text = &self.source[*start..*end];
                    self.write(text.as_bytes(), *start)?;
                    Flow::Next
                }
                Node::Action(pipeline) => {
                    self.action(dot, pipeline)?;
                    Flow::Next
                }
                Node::Branch {
                    with,
                    branches,
                    otherwise,
                } => self.branch(dot, *with, branches, otherwise)?,
                Node::Range {
                    pipeline,
                    body,
                    otherwise,
                } => self.range(dot, pipeline, body, otherwise)?,
                Node::Template { at, name, pipeline } => {
                    self.template(dot, *at, name, pipeline.as_ref())?;
                    Flow::Next
                }
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    #[inline(never)]
    fn action(&mut self, dot: &Evaluated, pipeline: &'a Pipeline) -> Faulty<()> {
        let value = self.pipeline(dot, pipeline)?;
        if !pipeline.variables.is_empty() {
            return Ok(());
        }
        match value {
            None => self.write(b"<no value>", pipeline.at),
            Some(Value::Text(text)) => self.write(text.bytes(), pipeline.at),
            Some(value) => {
                let text = print::value(self.context.budget, &value)
                    .map_err(|failure| fault(pipeline.at, failure))?;
                self.write(text.bytes(), pipeline.at)
            }
        }
    }

    fn write(&mut self, text: &[u8], at: usize) -> Faulty<()> {
        self.context
            .budget
            .output(text.len())
            .map_err(|failure| fault(at, failure))?;
        self.output.extend_from_slice(text);
        Ok(())
    }

    #[inline(never)]
    fn branch(
        &mut self,
        dot: &Evaluated,
        with: bool,
        branches: &'a [(Pipeline, Vec<Node>)],
        otherwise: &'a [Node],
    ) -> Faulty<Flow> {
        let mark = self.variables.mark();
        let mut flow = None;
        for (condition, body) in branches {
            let value = self.pipeline(dot, condition)?;
            if is_true(value.as_ref()) {
                let dot = if with { &value } else { dot };
                flow = Some(self.deeper(condition.at, dot, body)?);
                break;
            }
        }
        let flow = match flow {
            Some(flow) => flow,
            None => match branches.first() {
                Some((condition, _)) => self.deeper(condition.at, dot, otherwise)?,
                None => Flow::Next,
            },
        };
        self.variables.restore(mark);
        Ok(flow)
    }

    #[inline(never)]
    fn template(
        &mut self,
        dot: &Evaluated,
        at: usize,
        name: &str,
        pipeline: Option<&'a Pipeline>,
    ) -> Faulty<()> {
        let Some(definition) = self.parsed.definitions.get(name) else {
            let words = format!("template {name:?} not defined");
            return Err(fault(at, Failure::new(words)));
        };
        let dot = match pipeline {
            Some(pipeline) => self.pipeline(dot, pipeline)?,
            None => None,
        };
        self.spend(at, 1 + definition.variables)?;
        self.descend(at)?;
        self.definition(definition, &dot)?;
        self.depth -= 1;
        Ok(())
    }

    /// A list within another.
    fn deeper(&mut self, at: usize, dot: &Evaluated, nodes: &'a [Node]) -> Faulty<Flow> {
        self.descend(at)?;
        let flow = self.walk(dot, nodes)?;
        self.depth -= 1;
        Ok(flow)
    }

    fn descend(&mut self, at: usize) -> Faulty<()> {
        self.depth += 1;
        self.context
            .budget
            .depth(self.depth)
            .map_err(|failure| fault(at, failure))
    }

    fn spend(&mut self, at: usize, steps: usize) -> Faulty<()> {
        self.context
            .budget
            .steps(steps)
            .map_err(|failure| fault(at, failure))
    }
}

/// Whether `if` takes it for true.
pub(crate) fn is_true(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Nil) => false,
        Some(Value::Bool(value)) => *value,
        Some(Value::Signed(_, number)) => *number != 0,
        Some(Value::Unsigned(_, number)) => *number != 0,
        Some(Value::Float(number)) => *number != 0.0,
        Some(Value::Complex(real, imaginary)) => *real != 0.0 || *imaginary != 0.0,
        Some(Value::Text(text)) => !text.is_empty(),
        Some(Value::List(list)) => !list.is_empty(),
        Some(Value::Map(map)) => !map.is_empty(),
        Some(Value::Object(object)) => match object.form() {
            Form::Printed(_, number) => is_true(Some(&number)),
            Form::Struct(_) | Form::Methods(_) => true,
        },
    }
}

/// The number that a named number is; anything else as it is.
pub(crate) fn below(value: Value) -> Value {
    match &value {
        Value::Object(object) => match object.form() {
            Form::Printed(_, number) => number,
            Form::Struct(_) | Form::Methods(_) => value,
        },
        _ => value,
    }
}

/// A type's name for an error.
fn type_name(value: &Value) -> String {
    value
        .of()
        .map_or_else(|| "interface {}".to_owned(), |of| of.to_string())
}

#[expect(
    clippy::unnecessary_box_returns,
    reason = "errors are boxed, see `Faulty`"
)]
fn fault(at: usize, failure: Failure) -> Box<Fault> {
    Box::new(Fault {
        at,
        function: None,
        failure,
    })
}
