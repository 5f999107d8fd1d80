//! From a template's text to its tree: clauses, definitions and the scopes of variables. What stands between the delimiters of an action is in
//! `pipeline`.

mod pipeline;
mod scope;

use std::collections::BTreeMap;

use crate::budget::Limit;
use crate::error::Failure;
use crate::functions::Functions;
use crate::lex::{Kind, Lexer, Token, Trouble};
use crate::literal;
use crate::node::{Definition, Node};
use scope::Scope;

/// How deeply clauses and parentheses may stand within each other.
const DEPTH: usize = 250;

/// What a text defines.
pub(crate) struct Parsed {
    pub(crate) definitions: BTreeMap<String, Definition>,
    pub(crate) constants: Vec<Box<[u8]>>,
}

/// The tree of `text`, whose own template has this name.
pub(crate) fn parse(
    name: &str,
    lexer: Lexer<'_>,
    text: &str,
    functions: Functions,
) -> Result<Parsed, Trouble> {
    let mut parser = Parser {
        text,
        lexer,
        functions,
        pushed: Vec::new(),
        last: 0,
        level: 0,
        scope: Scope::new(),
        parsed: Parsed {
            definitions: BTreeMap::new(),
            constants: Vec::new(),
        },
    };
    let body = parser.top()?;
    let variables = parser.scope.names();
    parser.define(name, Definition { body, variables }, 0)?;
    Ok(parser.parsed)
}

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    functions: Functions,
    /// Tokens that were looked at and given back; the last one comes first.
    pushed: Vec<Token>,
    /// Where the last token started, or the keyword of the last clause that was read whole: what an error points at.
    last: usize,
    /// Clauses and parentheses that are open.
    level: usize,
    scope: Scope<'a>,
    parsed: Parsed,
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    End,
    Else,
}

/// One node, or the end of the list that it would have been in.
enum Step {
    Node(Node),
    Stop(Stop),
}

impl Parser<'_> {
    /// The whole text, with the definitions in it.
    fn top(&mut self) -> Result<Vec<Node>, Trouble> {
        let mut body = Vec::new();
        loop {
            let token = self.next()?;
            if token.kind == Kind::Nothing {
                return Ok(body);
            }
            if token.kind == Kind::LeftDelimiter {
                let next = self.next_solid()?;
                if next.kind == Kind::Define {
                    self.definition()?;
                    continue;
                }
                self.back(next);
            }
            self.back(token);
            match self.step()? {
                Step::Node(node) => body.push(node),
                Step::Stop(Stop::End) => return Err(self.trouble("unexpected {{end}}")),
                Step::Stop(Stop::Else) => return Err(self.trouble("unexpected {{else}}")),
            }
        }
    }

    fn definition(&mut self) -> Result<(), Trouble> {
        let token = self.next_solid()?;
        let name = self.template_name(token, "define clause")?;
        self.expect(Kind::RightDelimiter, "define clause")?;
        self.definition_body(&name, token.start, "unexpected {{else}} in define clause")
    }

    /// The body of a definition or a block, up to and with its `end`.
    fn definition_body(
        &mut self,
        name: &str,
        at: usize,
        unexpected: &'static str,
    ) -> Result<(), Trouble> {
        let outer = std::mem::replace(&mut self.scope, Scope::new());
        let (body, stop) = self.list()?;
        if stop == Stop::Else {
            return Err(self.trouble(unexpected));
        }
        let variables = self.scope.names();
        self.scope = outer;
        self.define(name, Definition { body, variables }, at)
    }

    /// Empty definitions give way to others; of two that are not empty, neither does.
    fn define(&mut self, name: &str, definition: Definition, at: usize) -> Result<(), Trouble> {
        let old = self.parsed.definitions.get(name);
        if old.is_none_or(|old| self.is_empty(&old.body)) {
            self.parsed.definitions.insert(name.to_owned(), definition);
        } else if !self.is_empty(&definition.body) {
            return Err(Trouble {
                at,
                failure: Failure::new(format!("multiple definition of template {name:?}")),
            });
        }
        Ok(())
    }

    fn is_empty(&self, body: &[Node]) -> bool {
        body.iter().all(|node| match node {
            Node::Text { start, end } => self.text[*start..*end].trim().is_empty(),
            _ => false,
        })
    }

    /// Nodes up to and with an `end` or `else`.
    fn list(&mut self) -> Result<(Vec<Node>, Stop), Trouble> {
        self.deeper()?;
        let mut list = Vec::new();
        loop {
            let token = self.next_solid()?;
            if token.kind == Kind::Nothing {
                return Err(self.trouble("unexpected end of the text"));
            }
            self.back(token);
            match self.step()? {
                Step::Node(node) => list.push(node),
                Step::Stop(stop) => {
                    self.level -= 1;
                    return Ok((list, stop));
                }
            }
        }
    }

    fn step(&mut self) -> Result<Step, Trouble> {
        let token = self.next_solid()?;
        match token.kind {
            Kind::Text => Ok(Step::Node(Node::Text {
                start: token.start,
                end: token.end,
            })),
            Kind::LeftDelimiter => self.action(),
            _ => Err(unexpected(token, "input")),
        }
    }

    fn action(&mut self) -> Result<Step, Trouble> {
        let token = self.next_solid()?;
        Ok(Step::Node(match token.kind {
            Kind::Block => self.block()?,
            Kind::Break => self.leave(Node::Break, "{{break}}", "{{break}} outside {{range}}")?,
            Kind::Continue => self.leave(
                Node::Continue,
                "{{continue}}",
                "{{continue}} outside {{range}}",
            )?,
            Kind::Else => {
                let next = self.next_solid()?;
                match next.kind {
                    Kind::If | Kind::With => self.back(next),
                    Kind::RightDelimiter => {}
                    _ => return Err(unexpected(next, "else")),
                }
                self.last = token.start;
                return Ok(Step::Stop(Stop::Else));
            }
            Kind::End => {
                self.expect(Kind::RightDelimiter, "end")?;
                self.last = token.start;
                return Ok(Step::Stop(Stop::End));
            }
            Kind::If => self.branch(Kind::If, "if")?,
            Kind::With => self.branch(Kind::With, "with")?,
            Kind::Range => self.range()?,
            Kind::Template => self.template()?,
            _ => {
                self.back(token);
                Node::Action(self.pipeline("command", Kind::RightDelimiter)?)
            }
        }))
    }

    /// `if` or `with` with all that belongs to it: a chain of `else if` is one node, however long.
    fn branch(&mut self, keyword: Kind, context: &'static str) -> Result<Node, Trouble> {
        let mark = self.scope.enter();
        let mut branches = Vec::new();
        let mut otherwise = Vec::new();
        loop {
            let condition = self.pipeline(context, Kind::RightDelimiter)?;
            let (body, stop) = self.list()?;
            branches.push((condition, body));
            if stop == Stop::End {
                break;
            }
            let token = self.next()?;
            if token.kind == keyword {
                continue;
            }
            self.back(token);
            otherwise = self.last_list()?;
            break;
        }
        self.scope.leave(mark);
        Ok(Node::Branch {
            with: keyword == Kind::With,
            branches,
            otherwise,
        })
    }

    fn range(&mut self) -> Result<Node, Trouble> {
        let mark = self.scope.enter();
        let pipeline = self.pipeline("range", Kind::RightDelimiter)?;
        self.scope.ranges += 1;
        let (body, stop) = self.list()?;
        self.scope.ranges -= 1;
        let otherwise = match stop {
            Stop::End => Vec::new(),
            Stop::Else => self.last_list()?,
        };
        self.scope.leave(mark);
        Ok(Node::Range {
            pipeline,
            body,
            otherwise,
        })
    }

    /// What an `else` begins, which only an `end` ends.
    fn last_list(&mut self) -> Result<Vec<Node>, Trouble> {
        let (list, stop) = self.list()?;
        match stop {
            Stop::End => Ok(list),
            Stop::Else => Err(self.trouble("expected end; found {{else}}")),
        }
    }

    fn leave(
        &mut self,
        node: Node,
        context: &'static str,
        outside: &'static str,
    ) -> Result<Node, Trouble> {
        let at = self.last;
        self.expect(Kind::RightDelimiter, context)?;
        self.last = at;
        if self.scope.ranges == 0 {
            return Err(self.trouble(outside));
        }
        Ok(node)
    }

    fn template(&mut self) -> Result<Node, Trouble> {
        let token = self.next_solid()?;
        let name = self.template_name(token, "template clause")?;
        let next = self.next_solid()?;
        let pipeline = if next.kind == Kind::RightDelimiter {
            None
        } else {
            self.back(next);
            Some(self.pipeline("template clause", Kind::RightDelimiter)?)
        };
        Ok(Node::Template {
            at: token.start,
            name,
            pipeline,
        })
    }

    /// A definition, and its call where it stands.
    fn block(&mut self) -> Result<Node, Trouble> {
        let token = self.next_solid()?;
        let name = self.template_name(token, "block clause")?;
        let pipeline = self.pipeline("block clause", Kind::RightDelimiter)?;
        self.definition_body(&name, token.start, "unexpected {{else}} in block clause")?;
        Ok(Node::Template {
            at: token.start,
            name,
            pipeline: Some(pipeline),
        })
    }

    fn template_name(&mut self, token: Token, context: &str) -> Result<String, Trouble> {
        if !matches!(token.kind, Kind::Quoted | Kind::Raw) {
            return Err(unexpected(token, context));
        }
        literal::text(&self.text[token.start..token.end])
            .map(|name| String::from_utf8_lossy(&name).into_owned())
            .ok_or_else(|| self.trouble("malformed string constant"))
    }

    fn next(&mut self) -> Result<Token, Trouble> {
        let token = match self.pushed.pop() {
            Some(token) => token,
            None => self.lexer.next()?,
        };
        self.last = token.start;
        Ok(token)
    }

    /// The next token that is no space.
    fn next_solid(&mut self) -> Result<Token, Trouble> {
        loop {
            let token = self.next()?;
            if token.kind != Kind::Space {
                return Ok(token);
            }
        }
    }

    fn peek(&mut self) -> Result<Token, Trouble> {
        let token = self.next()?;
        self.back(token);
        Ok(token)
    }

    fn peek_solid(&mut self) -> Result<Token, Trouble> {
        let token = self.next_solid()?;
        self.back(token);
        Ok(token)
    }

    /// Gives a token back, to be the next one again.
    fn back(&mut self, token: Token) {
        self.pushed.push(token);
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Result<(), Trouble> {
        let token = self.next_solid()?;
        if token.kind == kind {
            Ok(())
        } else {
            Err(unexpected(token, context))
        }
    }

    /// One level deeper, to be taken back by whoever went there.
    fn deeper(&mut self) -> Result<(), Trouble> {
        self.level += 1;
        if self.level > DEPTH {
            return Err(Trouble {
                at: self.last,
                failure: Failure::Spent(Limit::Depth),
            });
        }
        Ok(())
    }

    fn trouble(&self, words: &'static str) -> Trouble {
        Trouble {
            at: self.last,
            failure: Failure::new(words),
        }
    }
}

fn unexpected(token: Token, context: &str) -> Trouble {
    Trouble {
        at: token.start,
        failure: Failure::new(format!("unexpected {} in {context}", token.kind.words())),
    }
}
