//! Keys in brackets whose colon stands behind comments. Sealed the comments are longer, and every parser gives up on a key whose
//! colon is too far away.

use selkie_crypto::{Kind, sealed_len};

use crate::format::yaml::scan;
use crate::splice::Edit;
use crate::token::Put;
use crate::tree::{IN_FLOW, Tree};
use crate::{Error, Refusal};

/// How far from its beginning the colon of a key may be, in characters (YAML 1.2.2, section 7.4.2, as libyaml and its kin have it).
const FARTHEST: usize = 1024;

/// Refuses a text whose sealed form could not be read for that reason. The edits are those of the whole text, sorted.
pub(super) fn check(tree: &Tree, edits: &[Edit<Put>]) -> Result<(), Error> {
    for (index, edit) in edits.iter().enumerate() {
        if !matches!(edit.put, Put::Comment { .. }) {
            continue;
        }
        let next = edits.get(index + 1).map(|edit| edit.start);
        let Some(colon) = colon_behind(tree.source(), edit.stop, next) else {
            continue;
        };
        let known = tree.nodes.partition_point(|node| node.entry < edit.start);
        let Some(node) = known.checked_sub(1) else {
            continue;
        };
        let entry = tree.nodes[node].entry;
        if !tree.nodes[node].has(IN_FLOW) || is_marked(tree.source(), entry as usize) {
            continue;
        }
        let between = edits[..=index].iter().rev();
        let grown: usize = between
            .take_while(|edit| edit.start > entry)
            .map(|edit| {
                let len = (edit.stop - edit.start) as usize;
                sealed_len(Kind::Comment, len) - len
            })
            .sum();
        if (colon - entry) as usize + grown > FARTHEST {
            return Err(Error::Refused {
                line: tree.line(edit.start),
                path: tree.path_text(node as u32),
                reason: Refusal::FarColon,
            });
        }
    }
    Ok(())
}

/// Whether the key has its question mark, and so may be as long as it likes.
fn is_marked(source: &[u8], entry: usize) -> bool {
    source[entry] == b'?' || source[..entry].trim_ascii_end().ends_with(b"?")
}

/// The colon behind a comment that ends at `from`. None if `next`, the next edit, comes first: then that one is asked.
fn colon_behind(source: &[u8], from: u32, next: Option<u32>) -> Option<u32> {
    let mut at = from as usize;
    loop {
        at += source[at..]
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))?;
        if next.is_some_and(|next| next as usize <= at + 1) {
            return None;
        }
        match source[at] {
            b':' => return Some(at as u32),
            b'#' => at = scan::line_end(source, at),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use selkie_crypto::Secret;

    use crate::selection::SelectorFields;
    use crate::testing::{header, key, opened, rng, sealed};
    use crate::{Error, Format, Nonces, Plain, Refusal, seal};

    fn with_comments(before: &str, count: usize, behind: &str) -> String {
        format!("{before}\n {}{behind}\n", "#c\n ".repeat(count))
    }

    #[test]
    fn comments_stand_where_they_may() {
        for text in [
            with_comments("a: {k", 8, ": 1}"),
            with_comments("a: {\"k\"", 8, "#\n\n : 1}"),
            with_comments("a: {k: 2,", 30, "b: 1}"),
            with_comments("a: {? k", 30, ": 1}"),
            with_comments("a: [k,", 30, "b]"),
            with_comments("? k", 30, "\n: 1"),
            with_comments("k:", 30, "1"),
        ] {
            assert_eq!(opened(&sealed(&text)), text);
        }
    }

    #[test]
    fn too_many_before_a_colon_are_refused() {
        for text in [
            with_comments("a: {k", 9, ": 1}"),
            with_comments("a: {x: 0,\n 'k'", 30, "#\n : 1}"),
        ] {
            let plain = Plain::read(Format::Yaml, Secret::from(text.clone().into_bytes())).unwrap();
            let header = header(&SelectorFields::default());
            let done = seal(plain, &key(), header, &Nonces::none(), &mut rng(1));
            assert!(
                matches!(done, Err(Error::Refused { reason: Refusal::FarColon, ref path, .. }) if path.contains('k')),
                "{text}: {done:?}"
            );
        }
    }
}
