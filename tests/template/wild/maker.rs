//! What all rooms that make parts of a template share: the randomness, what is in scope, and expressions.

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::calls::{BUILTIN, BUILTIN_SLICE, Call, SPRIG};
use super::kind::{Kind, VALUES};
use super::literal;
use super::printf;
use super::tree::{Sort, Tree};

/// Depth of calls within calls.
const DEPTH: usize = 3;

/// Makes parts of one template.
pub(super) struct Maker<'a> {
    pub(super) rng: &'a mut StdRng,
    pub(super) mode: Mode,
}

/// What the root is, and which functions there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A map of texts, and all functions.
    Texts,
    /// Nested data, and all functions.
    Sprig,
    /// Nested data, and Go's own functions.
    Builtin,
}

/// What can be named at some place.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) variables: Vec<(String, Kind)>,
    pub(super) dot: Dot,
    /// What `$` is.
    pub(super) root: Dot,
    pub(super) loops: usize,
    /// Blocks around.
    pub(super) depth: usize,
    /// Templates that may be called, and what their dot is.
    pub(super) templates: Vec<(String, Kind)>,
}

/// What a dot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dot {
    /// The values of the case.
    Root,
    /// Something else.
    Of(Kind),
}

/// Names of the root where it is a map of texts. Each has values of its own sort in [`super::values`].
pub(super) const TEXT_NAMES: [&str; 8] =
    ["user", "num", "json", "list", "empty", "utf", "bad", "b64"];

/// Names of the root where it is nested data.
pub(super) const DATA_NAMES: [(&str, Kind); 9] = [
    ("user", Kind::Text),
    ("utf", Kind::Text),
    ("num", Kind::Float),
    ("whole", Kind::Float),
    ("flag", Kind::Bool),
    ("none", Kind::Nil),
    ("items", Kind::List),
    ("map", Kind::Dict),
    ("deep.a", Kind::Dict),
];

impl Maker<'_> {
    pub(super) fn one_in(&mut self, count: u32) -> bool {
        self.rng.random_range(0..count) == 0
    }

    pub(super) fn below(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count)
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.rng.random_range(0..from.len())]
    }

    /// What stands between delimiters.
    pub(super) fn pipeline(&mut self, kind: Kind, scope: &Scope) -> Tree {
        self.pipeline_of(kind, scope, DEPTH)
    }

    fn pipeline_of(&mut self, kind: Kind, scope: &Scope, depth: usize) -> Tree {
        let kind = self.settle(kind);
        // A wish is seldom fulfilled by chance.
        let is_wish = kind != kind.value() && kind != Kind::Date;
        if depth == 0 || self.one_in(4) || (is_wish && !self.one_in(5)) {
            return self.leaf(kind, scope);
        }
        if matches!(kind.value(), Kind::Text | Kind::Any) && self.one_in(7) {
            return printf::call(self, scope, depth);
        }
        match self.choose(kind) {
            Some(call) => self.call(call, kind, scope, depth),
            None => self.leaf(kind, scope),
        }
    }

    /// What stands as an argument.
    pub(super) fn operand_of(&mut self, kind: Kind, scope: &Scope, depth: usize) -> Tree {
        let kind = if !kind.is_strict() && self.one_in(30) {
            self.pick(&VALUES)
        } else {
            self.settle(kind)
        };
        if depth == 0 || self.one_in(2) {
            return self.leaf(kind, scope);
        }
        let inner = self.pipeline_of(kind, scope, depth);
        if inner.sort == Sort::Operand {
            return inner;
        }
        let mut parts = vec!["(".into(), inner.into(), ")".into()];
        if kind == Kind::Any && self.one_in(30) {
            parts.push(format!(".{}", literal::key(self)).into());
        }
        Tree::new(Sort::Operand, parts)
    }

    /// One kind, where any of several would do.
    fn settle(&mut self, kind: Kind) -> Kind {
        match kind {
            Kind::Number => self.pick(&[
                Kind::Int,
                Kind::Int64,
                Kind::Float,
                Kind::Number,
                Kind::Number,
            ]),
            Kind::Same => Kind::Any,
            kind => kind,
        }
    }

    /// A function that gives this kind, or something that may be of it.
    fn choose(&mut self, kind: Kind) -> Option<&'static Call> {
        let wanted = kind.value();
        let lax = self.one_in(8);
        let tables: [&[Call]; 2] = match self.mode {
            Mode::Builtin => [BUILTIN, BUILTIN_SLICE],
            Mode::Texts | Mode::Sprig => [BUILTIN, SPRIG],
        };
        let fits = |call: &&'static Call| {
            wanted == Kind::Any
                || call.gives == wanted
                || call.gives == Kind::Same && !kind.is_strict()
                || (lax && call.gives == Kind::Any && !kind.is_strict())
        };
        let all = || tables.into_iter().flatten().filter(fits);
        let count = all().count();
        if count == 0 {
            return None;
        }
        all().nth(self.below(count))
    }

    /// A call, as `f a b` or as `b | f a`.
    fn call(&mut self, call: &Call, kind: Kind, scope: &Scope, depth: usize) -> Tree {
        let wish = |of: Kind| if of == Kind::Same { kind } else { of };
        let mut wishes: Vec<Kind> = call.takes.iter().map(|of| wish(*of)).collect();
        if let Some(rest) = call.rest {
            let more = self.below(4);
            wishes.extend(std::iter::repeat_n(wish(rest), more));
        }
        let is_safe = !wishes.iter().any(|it| it.is_strict());
        if is_safe && self.one_in(40) {
            // One argument too few or too many.
            if self.one_in(2) {
                wishes.pop();
            } else {
                wishes.push(Kind::Any);
            }
        }
        if let Some(method) = call.name.strip_prefix('.') {
            return self.method(method, &wishes, scope, depth);
        }
        let (name, after) = match call.name.split_once('|') {
            Some((name, after)) => (name, Some(after)),
            None => (call.name, None),
        };
        let mut parts = Vec::new();
        if let Some(last) = wishes.pop_if(|_| after.is_none() && self.one_in(3)) {
            // What is piped may be a call without parentheses.
            parts.push(self.pipeline_of(last, scope, depth - 1).into());
            parts.push(self.pick(&[" | ", "|", " |\n"]).into());
        }
        parts.push(name.into());
        for wish in wishes {
            parts.push(" ".into());
            parts.push(self.operand_of(wish, scope, depth - 1).into());
        }
        if let Some(after) = after {
            parts.push(format!(" | {after}").into());
        }
        Tree::new(Sort::Pipeline, parts)
    }

    fn method(&mut self, name: &str, wishes: &[Kind], scope: &Scope, depth: usize) -> Tree {
        let Some((of, rest)) = wishes.split_first() else {
            return self.leaf(Kind::Any, scope);
        };
        let of = self.leaf(*of, scope);
        let mut parts = vec![of.into(), format!(".{name}").into()];
        for wish in rest {
            parts.push(" ".into());
            parts.push(self.operand_of(*wish, scope, depth - 1).into());
        }
        Tree::new(Sort::Pipeline, parts)
    }

    /// A variable, a field, the dot or a literal.
    fn leaf(&mut self, kind: Kind, scope: &Scope) -> Tree {
        let odds = if kind == kind.value() { 3 } else { 12 };
        if !kind.is_strict() && self.below(odds) < 2 {
            let named = self.named(kind, scope);
            if !named.is_empty() {
                let index = self.below(named.len());
                return Tree::code(Sort::Operand, named[index].clone());
            }
        }
        let kind = if kind == Kind::Any {
            self.pick(&VALUES)
        } else {
            kind
        };
        literal::of(self, kind, scope)
    }

    /// All names for values of this kind.
    fn named(&mut self, kind: Kind, scope: &Scope) -> Vec<String> {
        let wanted = kind.value();
        let fits = |of: Kind| of == wanted || wanted == Kind::Any;
        let mut names: Vec<String> = scope
            .variables
            .iter()
            .filter(|(_, of)| fits(*of))
            .map(|(name, _)| name.clone())
            .collect();
        for (dot, whole, prefix) in [(scope.dot, ".", "."), (scope.root, "$", "$.")] {
            match (dot, self.mode) {
                (Dot::Of(of), _) => {
                    if fits(of) {
                        names.push(whole.to_owned());
                    }
                }
                (Dot::Root, Mode::Texts) => {
                    if fits(Kind::TextMap) {
                        names.push(whole.to_owned());
                    }
                    if fits(Kind::Text) {
                        let name = if self.one_in(60) {
                            "missing"
                        } else {
                            self.pick(&TEXT_NAMES)
                        };
                        names.push(format!("{prefix}{name}"));
                    }
                }
                (Dot::Root, _) => {
                    if fits(Kind::Dict) {
                        names.push(whole.to_owned());
                    }
                    let fields = DATA_NAMES.iter().filter(|(_, of)| fits(*of));
                    names.extend(fields.map(|(name, _)| format!("{prefix}{name}")));
                    if wanted == Kind::Any && self.one_in(4) {
                        names.push(format!("{prefix}missing"));
                    }
                }
            }
        }
        names
    }
}
