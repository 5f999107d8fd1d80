//! What stands between the delimiters of an action: declarations, commands, operands.

use super::{Parser, unexpected};
use crate::error::Failure;
use crate::lex::{Kind, Token, Trouble};
use crate::literal;
use crate::node::{Command, Field, Number, Operand, OperandKind, Pipeline, Variable};

impl Parser<'_> {
    /// A pipeline up to and with the token that ends it.
    pub(super) fn pipeline(
        &mut self,
        context: &'static str,
        end: Kind,
    ) -> Result<Pipeline, Trouble> {
        self.deeper()?;
        let mut pipeline = Pipeline {
            at: self.peek_solid()?.start,
            assigns: false,
            variables: Vec::new(),
            commands: Vec::new(),
        };
        self.declarations(&mut pipeline, context)?;
        loop {
            let token = self.next_solid()?;
            if token.kind == end {
                break;
            }
            if !begins_operand(token.kind) {
                return Err(unexpected(token, context));
            }
            self.back(token);
            let command = self.command()?;
            if !pipeline.commands.is_empty() && is_constant(&command.head.kind) {
                return Err(Trouble {
                    at: command.head.at,
                    failure: Failure::new(format!(
                        "non executable command in pipeline stage {}",
                        pipeline.commands.len() + 1
                    )),
                });
            }
            pipeline.commands.push(command);
        }
        if pipeline.commands.is_empty() {
            return Err(Trouble {
                at: pipeline.at,
                failure: Failure::new(format!("missing value for {context}")),
            });
        }
        self.level -= 1;
        Ok(pipeline)
    }

    /// Variables before `:=` or `=`: one, and in a `range` two.
    fn declarations(
        &mut self,
        pipeline: &mut Pipeline,
        context: &'static str,
    ) -> Result<(), Trouble> {
        loop {
            if self.peek_solid()?.kind != Kind::Variable {
                return Ok(());
            }
            let variable = self.next()?;
            let after = self.peek()?;
            let next = self.peek_solid()?;
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    pipeline.assigns = next.kind == Kind::Assign;
                    self.next_solid()?;
                    self.declare(pipeline, variable);
                    return Ok(());
                }
                Kind::Comma => {
                    self.next_solid()?;
                    self.declare(pipeline, variable);
                    if context != "range" || pipeline.variables.len() > 1 {
                        return Err(Trouble {
                            at: next.start,
                            failure: Failure::new(format!("too many declarations in {context}")),
                        });
                    }
                    match self.peek_solid()?.kind {
                        Kind::Variable | Kind::RightDelimiter | Kind::RightParenthesis => {}
                        _ => return Err(self.trouble("range can only initialize variables")),
                    }
                }
                _ => {
                    // Looking for the next token has dropped a space.
                    if after.kind == Kind::Space {
                        self.back(after);
                    }
                    self.back(variable);
                    return Ok(());
                }
            }
        }
    }

    fn declare(&mut self, pipeline: &mut Pipeline, variable: Token) {
        let number = self.scope.declare(&self.text[variable.start..variable.end]);
        pipeline.variables.push(Variable(number));
    }

    fn command(&mut self) -> Result<Command, Trouble> {
        let mut operands = Vec::new();
        loop {
            self.peek_solid()?;
            operands.extend(self.operand()?);
            let token = self.next()?;
            match token.kind {
                Kind::Space => continue,
                Kind::RightDelimiter | Kind::RightParenthesis => self.back(token),
                Kind::Pipe => {}
                _ => return Err(unexpected(token, "operand")),
            }
            break;
        }
        let mut operands = operands.into_iter();
        match operands.next() {
            Some(head) => Ok(Command {
                head,
                arguments: operands.collect(),
            }),
            None => Err(self.trouble("empty command")),
        }
    }

    /// A term with the fields behind it.
    fn operand(&mut self) -> Result<Option<Operand>, Trouble> {
        let Some(term) = self.term()? else {
            return Ok(None);
        };
        if self.peek()?.kind != Kind::Field {
            return Ok(Some(term));
        }
        let mut fields = Vec::new();
        while self.peek()?.kind == Kind::Field {
            let token = self.next()?;
            fields.push(self.field(token));
        }
        let kind = match term.kind {
            OperandKind::Field(mut first) => {
                first.append(&mut fields);
                OperandKind::Field(first)
            }
            OperandKind::Variable(variable, mut first) => {
                first.append(&mut fields);
                OperandKind::Variable(variable, first)
            }
            kind if is_constant(&kind) => {
                return Err(Trouble {
                    at: term.at,
                    failure: Failure::new("unexpected . after a constant or another ."),
                });
            }
            kind => OperandKind::Chain(Box::new(Operand { at: term.at, kind }), fields),
        };
        Ok(Some(Operand { at: term.at, kind }))
    }

    fn term(&mut self) -> Result<Option<Operand>, Trouble> {
        let token = self.next_solid()?;
        let text = &self.text[token.start..token.end];
        let kind = match token.kind {
            Kind::Identifier => match self.functions.callee(text) {
                Some(callee) => OperandKind::Function(callee),
                None => {
                    return Err(Trouble {
                        at: token.start,
                        failure: Failure::new(format!("function {text:?} not defined")),
                    });
                }
            },
            Kind::Dot => OperandKind::Dot,
            Kind::Nil => OperandKind::Nil,
            Kind::Bool => OperandKind::Bool(text == "true"),
            Kind::Variable => match self.scope.number(text) {
                Some(number) => OperandKind::Variable(Variable(number), Vec::new()),
                None => {
                    return Err(Trouble {
                        at: token.start,
                        failure: Failure::new(format!("undefined variable {text:?}")),
                    });
                }
            },
            Kind::Field => OperandKind::Field(vec![self.field(token)]),
            Kind::Number => self.number(literal::number(text))?,
            Kind::Complex => self.number(literal::complex(text))?,
            Kind::Character => self.number(literal::character(text))?,
            Kind::Quoted | Kind::Raw => {
                let Some(constant) = literal::text(text) else {
                    return Err(self.trouble("malformed string constant"));
                };
                self.parsed.constants.push(constant);
                OperandKind::Text(self.parsed.constants.len() - 1)
            }
            Kind::LeftParenthesis => OperandKind::Pipeline(Box::new(
                self.pipeline("parenthesized pipeline", Kind::RightParenthesis)?,
            )),
            _ => {
                self.back(token);
                return Ok(None);
            }
        };
        Ok(Some(Operand {
            at: token.start,
            kind,
        }))
    }

    fn number(&self, number: Option<Number>) -> Result<OperandKind, Trouble> {
        match number {
            Some(number) => Ok(OperandKind::Number(number)),
            None => Err(self.trouble("malformed number or character constant")),
        }
    }

    fn field(&self, token: Token) -> Field {
        Field {
            at: token.start,
            name: self.text[token.start + 1..token.end].into(),
        }
    }
}

fn begins_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Bool
            | Kind::Character
            | Kind::Complex
            | Kind::Dot
            | Kind::Field
            | Kind::Identifier
            | Kind::Number
            | Kind::Nil
            | Kind::Raw
            | Kind::Quoted
            | Kind::Variable
            | Kind::LeftParenthesis
    )
}

/// Whether it cannot take a value from a pipe, nor have fields.
fn is_constant(kind: &OperandKind) -> bool {
    matches!(
        kind,
        OperandKind::Bool(_)
            | OperandKind::Dot
            | OperandKind::Nil
            | OperandKind::Number(_)
            | OperandKind::Text(_)
    )
}
