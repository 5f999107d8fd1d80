//! What stands between and around pipelines: texts, blocks, variables, templates, comments.

use super::kind::{Kind, VALUES};
use super::maker::{Dot, Maker, Mode, Scope};
use super::tree::{Part, Sort, Tree};

/// Blocks within blocks.
const DEPTH: usize = 3;

/// A whole template.
pub(super) fn template(maker: &mut Maker<'_>) -> Tree {
    let mut templates = Vec::new();
    let mut parts = Vec::new();
    for name in ["t", "u"] {
        if maker.one_in(8) {
            let kind = maker.pick(&VALUES);
            let body = define(maker, name, kind, &templates);
            parts.push(body.into());
            templates.push((name.to_owned(), kind));
        }
    }
    let mut scope = Scope {
        variables: Vec::new(),
        dot: Dot::Root,
        root: Dot::Root,
        loops: 0,
        depth: 0,
        templates,
    };
    let count = 1 + maker.below(4);
    for _ in 0..count {
        parts.push(item(maker, &mut scope).into());
    }
    if maker.one_in(40) {
        // A second definition: an error, unless one of them is empty.
        let templates = scope.templates.clone();
        parts.push(define(maker, "t", Kind::Text, &templates[..0]).into());
    }
    Tree::new(Sort::Body, parts)
}

fn define(maker: &mut Maker<'_>, name: &str, dot: Kind, templates: &[(String, Kind)]) -> Tree {
    let scope = Scope {
        variables: Vec::new(),
        dot: Dot::Of(dot),
        root: Dot::Of(dot),
        loops: 0,
        depth: 1,
        templates: templates.to_vec(),
    };
    let mut parts = action(maker, vec![format!("define {name:?}").into()]);
    parts.push(body(maker, &scope).into());
    parts.extend(action(maker, vec!["end".into()]));
    Tree::new(Sort::Item, parts)
}

fn body(maker: &mut Maker<'_>, scope: &Scope) -> Tree {
    let mut scope = scope.clone();
    scope.depth += 1;
    let count = maker.below(4);
    let items = (0..count).map(|_| item(maker, &mut scope).into());
    Tree::new(Sort::Body, items.collect())
}

/// One item. What it declares is in scope for those that follow.
fn item(maker: &mut Maker<'_>, scope: &mut Scope) -> Tree {
    let deeper = scope.depth < DEPTH;
    match maker.below(100) {
        0..16 => text(maker),
        16..28 => declaration(maker, scope),
        28..34 if !scope.variables.is_empty() => assignment(maker, scope),
        34..44 if deeper => branch(maker, scope, "if"),
        44..51 if deeper => branch(maker, scope, "with"),
        51..62 if deeper => range(maker, scope),
        62..65 if !scope.templates.is_empty() => call(maker, scope),
        65..67 if deeper => block(maker, scope),
        67..71 => comment(maker),
        71..75 if scope.loops > 0 || maker.one_in(30) => {
            let word = maker.pick(&["break", "continue"]);
            item_of(action(maker, vec![word.into()]))
        }
        _ => {
            let kind = maker.pick(&[Kind::Text, Kind::Text, Kind::Any]);
            let pipeline = maker.pipeline(kind, scope);
            item_of(action(maker, vec![pipeline.into()]))
        }
    }
}

fn item_of(parts: Vec<Part>) -> Tree {
    Tree::new(Sort::Item, parts)
}

/// Delimiters around code.
fn action(maker: &mut Maker<'_>, code: Vec<Part>) -> Vec<Part> {
    let blank = |maker: &mut Maker<'_>| Part::from(maker.pick(&["", " ", " ", "  ", "\n\t"]));
    let mut parts = vec![Part::Open(maker.one_in(6)), blank(maker)];
    parts.extend(code);
    parts.push(blank(maker));
    parts.push(Part::Close(maker.one_in(6)));
    parts
}

fn text(maker: &mut Maker<'_>) -> Tree {
    let text = maker.pick(&[
        "a", " b ", "\n", " \n\t ", "key: ", "é日", "}", "{ ", "{ { ", "- x -", "\r\n", "\u{A0}",
        "\"q\"", "<p>", "-",
    ]);
    item_of(vec![Part::Text(text.to_owned())])
}

fn comment(maker: &mut Maker<'_>) -> Tree {
    let body = maker.pick(&["/* c */", "/**/", "/* }} */", "/* a\nb */", "/*/*/"]);
    let mut parts = vec![Part::Open(maker.one_in(2)), body.into()];
    if maker.one_in(40) {
        parts.push(" ".into());
    }
    parts.push(Part::Close(maker.one_in(2)));
    item_of(parts)
}

fn declaration(maker: &mut Maker<'_>, scope: &mut Scope) -> Tree {
    let kind = maker.pick(&VALUES);
    let (name, code) = declared(maker, kind, scope);
    let tree = item_of(action(maker, code));
    scope.variables.push((name, kind));
    tree
}

fn declared(maker: &mut Maker<'_>, kind: Kind, scope: &Scope) -> (String, Vec<Part>) {
    let name = maker.pick(&["$x", "$y", "$z", "$é", "$x_1"]).to_owned();
    let sign = maker.pick(&[" := ", ":=", " :=\n"]);
    let pipeline = maker.pipeline(kind, scope);
    (
        name.clone(),
        vec![name.into(), sign.into(), pipeline.into()],
    )
}

fn assignment(maker: &mut Maker<'_>, scope: &mut Scope) -> Tree {
    let index = maker.below(scope.variables.len());
    let (name, kind) = scope.variables[index].clone();
    let pipeline = maker.pipeline(kind, scope);
    item_of(action(
        maker,
        vec![name.into(), " = ".into(), pipeline.into()],
    ))
}

/// `if` or `with`, with what may follow it.
fn branch(maker: &mut Maker<'_>, scope: &Scope, word: &str) -> Tree {
    let (code, inner) = condition(maker, scope, word);
    let mut parts = action(maker, code);
    parts.push(body(maker, &inner).into());
    let mut outer = scope.clone();
    // What the condition declared can be seen in the other branches.
    outer.variables.clone_from(&inner.variables);
    while maker.one_in(4) {
        // The other word is an error.
        let word = if maker.one_in(40) { "if" } else { word };
        let (mut code, inner) = condition(maker, &outer, word);
        code.insert(0, "else ".into());
        parts.extend(action(maker, code));
        parts.push(body(maker, &inner).into());
        outer.variables.clone_from(&inner.variables);
    }
    if maker.one_in(2) {
        parts.extend(action(maker, vec!["else".into()]));
        parts.push(body(maker, &outer).into());
    }
    parts.extend(action(maker, vec!["end".into()]));
    item_of(parts)
}

fn condition(maker: &mut Maker<'_>, scope: &Scope, word: &str) -> (Vec<Part>, Scope) {
    let kind = if word == "if" && maker.one_in(2) {
        Kind::Bool
    } else {
        maker.pick(&VALUES)
    };
    let mut inner = scope.clone();
    let mut code = vec![format!("{word} ").into()];
    if maker.one_in(5) {
        let (name, declared) = declared(maker, kind, scope);
        code.extend(declared);
        inner.variables.push((name, kind));
    } else {
        code.push(maker.pipeline(kind, scope).into());
    }
    if word == "with" {
        inner.dot = Dot::Of(kind);
    }
    (code, inner)
}

fn range(maker: &mut Maker<'_>, scope: &Scope) -> Tree {
    let (over, key, element) = maker.pick(&[
        (Kind::List, Kind::Int, Kind::Any),
        (Kind::Texts, Kind::Int, Kind::Text),
        (Kind::Dict, Kind::Text, Kind::Any),
        (Kind::TextMap, Kind::Text, Kind::Text),
        (Kind::Small, Kind::Int, Kind::Int),
        (Kind::Nil, Kind::Any, Kind::Any),
        (Kind::Text, Kind::Any, Kind::Any),
    ]);
    let mut inner = scope.clone();
    inner.loops += 1;
    inner.dot = Dot::Of(element);
    let mut code: Vec<Part> = vec!["range ".into()];
    match maker.below(8) {
        0 | 1 => {
            code.push("$v := ".into());
            inner.variables.push(("$v".to_owned(), element));
        }
        2..5 => {
            code.push(maker.pick(&["$k, $v := ", "$k,$v:=", "$k , $v := "]).into());
            inner.variables.push(("$k".to_owned(), key));
            inner.variables.push(("$v".to_owned(), element));
        }
        5 if scope.variables.len() > 1 => {
            let names: Vec<&str> = scope.variables.iter().map(|(name, _)| &name[..]).collect();
            code.push(format!("{}, {} = ", names[0], names[1]).into());
        }
        _ => {}
    }
    code.push(maker.pipeline(over, scope).into());
    let mut parts = action(maker, code);
    parts.push(body(maker, &inner).into());
    if maker.one_in(4) {
        parts.extend(action(maker, vec!["else".into()]));
        parts.push(body(maker, scope).into());
    }
    parts.extend(action(maker, vec!["end".into()]));
    item_of(parts)
}

fn call(maker: &mut Maker<'_>, scope: &Scope) -> Tree {
    let index = maker.below(scope.templates.len());
    let (name, kind) = scope.templates[index].clone();
    let name = if maker.one_in(40) { "nope" } else { &name };
    let mut code: Vec<Part> = vec![format!("template {name:?}").into()];
    if !maker.one_in(6) {
        code.push(" ".into());
        code.push(maker.pipeline(kind, scope).into());
    }
    item_of(action(maker, code))
}

fn block(maker: &mut Maker<'_>, scope: &Scope) -> Tree {
    let kind = maker.pick(&VALUES);
    let name = maker.pick(&["b", "c", "d"]);
    let code = vec![
        format!("block {name:?} ").into(),
        maker.pipeline(kind, scope).into(),
    ];
    let inner = Scope {
        variables: Vec::new(),
        dot: Dot::Of(kind),
        root: Dot::Of(kind),
        loops: 0,
        templates: Vec::new(),
        depth: scope.depth,
    };
    let mut parts = action(maker, code);
    parts.push(body(maker, &inner).into());
    parts.extend(action(maker, vec!["end".into()]));
    item_of(parts)
}

/// Which functions and values a template has.
pub(super) fn mode(maker: &mut Maker<'_>) -> Mode {
    maker.pick(&[
        Mode::Texts,
        Mode::Texts,
        Mode::Texts,
        Mode::Texts,
        Mode::Texts,
        Mode::Sprig,
        Mode::Builtin,
    ])
}
