//! Makes a case small while something stays true of it: parts are dropped, or give their place to what is inside them.

use selkie_tests::servers::template::Root;

use super::case::Case;
use super::tree::{Part, Sort, Tree};

/// Questions that are asked at most.
const PATIENCE: usize = 3_000;

/// Operands that say little.
const PLAIN: [&str; 6] = ["\"\"", "\"a\"", "0", "1", ".", "true"];

/// The smallest case found of which `holds` is true, as it is of `case`.
pub(super) fn shrink(case: &Case, mut holds: impl FnMut(&Case) -> bool) -> Case {
    let mut best = case.clone();
    let mut patience = PATIENCE;
    let mut better = |best: &mut Case, smaller: fn(&Case) -> Vec<Case>| {
        let mut any = false;
        'again: while patience > 0 {
            for candidate in smaller(best) {
                patience = patience.saturating_sub(1);
                if patience == 0 {
                    break;
                }
                if holds(&candidate) {
                    *best = candidate;
                    any = true;
                    continue 'again;
                }
            }
            break;
        }
        any
    };
    while better(&mut best, smaller_trees) | better(&mut best, smaller_roots) {}
    // What is no tree any more may lose any characters.
    let mut flat = best.clone();
    flat.tree = Tree::new(Sort::Item, vec![Part::Text(best.text())]);
    better(&mut flat, smaller_trees);
    better(&mut flat, smaller_roots);
    flat
}

fn smaller_trees(case: &Case) -> Vec<Case> {
    let with = |tree| Case {
        tree,
        ..case.clone()
    };
    let mut trees = Vec::new();
    variants(&case.tree, &mut |tree| trees.push(tree));
    let length = case.text().len();
    let mut cases: Vec<Case> = trees.into_iter().map(with).collect();
    // Whatever is as long again could be exchanged for ever.
    cases.retain(|it| it.text().len() < length);
    cases.sort_by_key(|it| it.text().len());
    cases
}

/// All trees that differ from this one in one place.
fn variants(tree: &Tree, give: &mut dyn FnMut(Tree)) {
    let with = |index: usize, parts: Vec<Part>| {
        let mut other = tree.clone();
        other.parts.splice(index..=index, parts);
        other
    };
    for (index, part) in tree.parts.iter().enumerate() {
        match part {
            Part::Tree(inner) => {
                if tree.sort == Sort::Body {
                    give(with(index, Vec::new()));
                    for body in inner.inside(&|sort| sort == Sort::Body) {
                        give(with(index, body.parts.clone()));
                    }
                }
                if matches!(inner.sort, Sort::Pipeline | Sort::Operand) {
                    // An argument, with the blank before it.
                    if index > 0 && matches!(&tree.parts[index - 1], Part::Code(it) if it == " ") {
                        let mut other = tree.clone();
                        other.parts.drain(index - 1..=index);
                        give(other);
                    }
                    let takes_pipelines = tree.sort == Sort::Item || inner.sort == Sort::Pipeline;
                    let fits =
                        |sort| sort == Sort::Operand || (sort == Sort::Pipeline && takes_pipelines);
                    for other in inner.inside(&fits) {
                        give(with(index, vec![other.clone().into()]));
                    }
                    for plain in PLAIN {
                        give(with(index, vec![Tree::code(Sort::Operand, plain).into()]));
                    }
                }
                variants(inner, &mut |other| give(with(index, vec![other.into()])));
            }
            Part::Text(text) => {
                for text in shorter(&text.chars().collect::<Vec<_>>()) {
                    give(with(index, vec![Part::Text(text.into_iter().collect())]));
                }
            }
            Part::Quoted(bytes) => {
                for bytes in shorter(bytes) {
                    give(with(index, vec![Part::Quoted(bytes)]));
                }
            }
            Part::Open(true) => give(with(index, vec![Part::Open(false)])),
            Part::Close(true) => give(with(index, vec![Part::Close(false)])),
            Part::Code(blank) if blank.len() > 1 && blank.trim().is_empty() => {
                give(with(index, vec![" ".into()]));
            }
            Part::Open(false) | Part::Close(false) | Part::Code(_) => {}
        }
    }
}

impl Tree {
    /// The trees of some sort that are in this one.
    fn inside<'a>(&'a self, fits: &dyn Fn(Sort) -> bool) -> Vec<&'a Tree> {
        let mut found = Vec::new();
        for part in &self.parts {
            if let Part::Tree(inner) = part {
                if fits(inner.sort) {
                    found.push(inner);
                }
                found.extend(inner.inside(fits));
            }
        }
        found
    }
}

/// The items without some that stand together.
fn shorter<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let mut all = Vec::new();
    let mut length = items.len();
    while length > 0 {
        for start in (0..items.len()).step_by(length) {
            let end = items.len().min(start + length);
            all.push([&items[..start], &items[end..]].concat());
        }
        length /= 2;
    }
    all
}

fn smaller_roots(case: &Case) -> Vec<Case> {
    let with = |root| Case {
        root,
        ..case.clone()
    };
    let mut roots = Vec::new();
    match &case.root {
        Root::Texts(texts) => {
            for (index, (name, text)) in texts.iter().enumerate() {
                let mut others = texts.clone();
                others.remove(index);
                roots.push(Root::Texts(others));
                for text in shorter(text) {
                    let mut others = texts.clone();
                    others[index] = (name.clone(), text);
                    roots.push(Root::Texts(others));
                }
            }
        }
        Root::Json { value, sprig } => {
            for name in value.as_object().into_iter().flat_map(|it| it.keys()) {
                let mut value = value.clone();
                value.as_object_mut().into_iter().for_each(|it| {
                    it.remove(name);
                });
                roots.push(Root::Json {
                    value,
                    sprig: *sprig,
                });
            }
        }
    }
    roots.into_iter().map(with).collect()
}
