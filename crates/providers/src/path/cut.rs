//! A path in parts: what is looked for here, and what in what is found.

use std::borrow::Cow;

use super::glob;
use super::item::unescape;
use super::modifier;
use super::query::Query;
use super::scan;
use selkie_crypto::Secret;

/// What follows a part.
#[derive(Clone, Copy)]
pub(super) enum Rest<'p> {
    End,
    /// Is looked for inside each thing that the part names.
    Inside(&'p [u8]),
    /// Is looked for in the result as a whole.
    Pipe(&'p [u8]),
}

impl<'p> Rest<'p> {
    /// What a dot is followed by; a modifier or a choice makes a pipe of it.
    fn dot(rest: &'p [u8]) -> Self {
        let pipes = match rest.first() {
            Some(b'[' | b'{') => true,
            Some(b'@') => {
                let name = &rest[1..];
                let end = name
                    .iter()
                    .position(|b| matches!(b, b'.' | b'|' | b':'))
                    .unwrap_or(name.len());
                modifier::exists(&name[..end])
            }
            _ => false,
        };
        if pipes {
            Self::Pipe(rest)
        } else {
            Self::Inside(rest)
        }
    }
}

/// A part that names members of an object.
pub(super) struct Name<'p> {
    part: Cow<'p, [u8]>,
    wild: bool,
    pub(super) rest: Rest<'p>,
}

impl<'p> Name<'p> {
    pub(super) fn new(path: &'p [u8]) -> Self {
        let mut part = Cow::Borrowed(&path[..0]);
        let mut wild = false;
        let mut escaped = false;
        let mut at = 0;
        while let Some(&byte) = path.get(at) {
            match byte {
                b'|' | b'.' => {
                    let rest = &path[at + 1..];
                    let rest = match byte {
                        b'|' => Rest::Pipe(rest),
                        _ => Rest::dot(rest),
                    };
                    return Self { part, wild, rest };
                }
                b'\\' => {
                    escaped = true;
                    at += 1;
                    if let Some(&byte) = path.get(at) {
                        part.to_mut().push(byte);
                    }
                }
                _ => {
                    wild |= matches!(byte, b'*' | b'?');
                    if escaped {
                        part.to_mut().push(byte);
                    } else {
                        part = Cow::Borrowed(&path[..=at]);
                    }
                }
            }
            at += 1;
        }
        Self {
            part,
            wild,
            rest: Rest::End,
        }
    }

    /// Whether the member of this name is meant; the name is given as it is spelled.
    pub(super) fn is(&self, spelled: &[u8]) -> bool {
        if spelled.contains(&b'\\') {
            let mut name = Secret::new();
            unescape(spelled, &mut name);
            self.means(name.expose())
        } else {
            self.means(spelled)
        }
    }

    fn means(&self, name: &[u8]) -> bool {
        if self.wild {
            glob::matches(name, &self.part)
        } else {
            *self.part == *name
        }
    }

    /// What comparing one name of this length may cost.
    pub(super) fn cost(&self, name: usize) -> usize {
        if self.wild {
            name.saturating_mul(self.part.len()) / 8
        } else {
            0
        }
    }
}

/// A part that names items of an array.
pub(super) struct Place<'p> {
    pub(super) ask: Ask<'p>,
    pub(super) rest: Rest<'p>,
}

/// Which items.
pub(super) enum Ask<'p> {
    /// None: the part is neither an index nor a question.
    Nothing,
    Index(usize),
    Count,
    /// All, and this in each.
    Each(&'p [u8]),
    Query(Query<'p>),
}

impl<'p> Place<'p> {
    pub(super) fn new(path: &'p [u8]) -> Self {
        let mut hash = false;
        let mut query = None;
        let mut at = 0;
        let mut rest = Rest::End;
        while let Some(&byte) = path.get(at) {
            match byte {
                b'|' => {
                    rest = Rest::Pipe(&path[at + 1..]);
                    break;
                }
                b'.' => {
                    let behind = &path[at + 1..];
                    rest = if hash {
                        Rest::Inside(behind)
                    } else {
                        Rest::dot(behind)
                    };
                    break;
                }
                b'#' => {
                    hash = true;
                    if at == 0 && matches!(path.get(1), Some(b'[' | b'(')) {
                        let Some((mut asked, end)) = Query::read(path) else {
                            return Self {
                                ask: Ask::Query(Query::unclosed()),
                                rest: Rest::End,
                            };
                        };
                        asked.all = path.get(end) == Some(&b'#');
                        query = Some(asked);
                        at = end;
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let part = &path[..at];
        let ask = match (query, rest) {
            (Some(query), _) => Ask::Query(query),
            (None, Rest::Inside(inside)) if part == b"#" => Ask::Each(inside),
            (None, _) if part == b"#" => Ask::Count,
            _ => index(part).map_or(Ask::Nothing, Ask::Index),
        };
        Self { ask, rest }
    }
}

fn index(part: &[u8]) -> Option<usize> {
    if part.is_empty() || !part.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(part).ok()?.parse().ok()
}

/// A path that is looked for in each of several things, up to the pipe behind which it goes on with all of them together.
pub(super) fn at_pipe(path: &[u8]) -> (&[u8], Option<&[u8]>) {
    if !path.contains(&b'|') {
        return (path, None);
    }
    if path.first() == Some(&b'{') {
        // After a name in quotes GJSON looks no further than that name.
        let end = match path.get(1) {
            Some(b'"') => scan::string_end(path, 1).unwrap_or(path.len()),
            _ => scan::squash_end(path, 1),
        };
        return match path.get(end) {
            Some(b'|') => (&path[..end], Some(&path[end + 1..])),
            _ => (path, None),
        };
    }
    let mut at = 0;
    while let Some(&byte) = path.get(at) {
        match byte {
            b'\\' => at += 1,
            b'.' if path.get(at + 1) == Some(&b'#') => {
                at += 2;
                if let Some(b'[' | b'(') = path.get(at) {
                    at = question_end(path, at);
                }
            }
            b'|' => return (&path[..at], Some(&path[at + 1..])),
            _ => {}
        }
        at += 1;
    }
    (path, None)
}

/// Where the question that is opened here ends: at its closing bracket, or at the end.
fn question_end(path: &[u8], open_at: usize) -> usize {
    let open = path[open_at];
    let close = if open == b'[' { b']' } else { b')' };
    let mut depth = 1_usize;
    let mut at = open_at + 1;
    while let Some(&byte) = path.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => match scan::string_end(path, at) {
                Some(end) => at = end - 1,
                None => return path.len(),
            },
            _ if byte == open => depth += 1,
            _ if byte == close => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
        at += 1;
    }
    path.len()
}
