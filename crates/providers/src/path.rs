//! Paths into JSON in the dialect that External Secrets' manifests use: GJSON, as its release 1.18.0 reads it.
//!
//! A path comes from whoever may write a manifest and a document from whoever may write a secret, so neither is trusted: work, memory and depth
//! have limits, and what is taken out of a document lies in buffers that are wiped. Documents that are not quite JSON are read as leniently as
//! GJSON reads them, because manifests rely on it.
//!
//! Never here: which path a provider's property is (`property`).

mod choose;
mod cut;
mod glob;
mod item;
mod modifier;
mod query;
mod scan;
mod walk;

#[cfg(test)]
mod tests;

use selkie_crypto::Secret;

pub(crate) use item::Item;
use walk::Walk;

/// Bytes that may be looked at for one path; what is written counts eightfold.
const WORK: u64 = 1 << 27;

/// Levels of nesting that a path may go through.
const DEPTH: u32 = 128;

/// Bytes that a path may have.
const LENGTH: usize = 8 << 10;

/// A path that asks for more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop;

/// What a path leads to; `None` if it leads nowhere.
pub(crate) fn get<'j>(json: &'j [u8], path: &str) -> Result<Option<Item<'j>>, Stop> {
    if path.len() > LENGTH {
        return Err(Stop);
    }
    let mut run = Run {
        work: WORK,
        depth: DEPTH,
    };
    let found = find(json, path.as_bytes(), &mut run)?;
    Ok(found.exists().then_some(found))
}

/// What is left of the limits.
struct Run {
    work: u64,
    depth: u32,
}

impl Run {
    /// Accounts for bytes that are looked at.
    fn look(&mut self, bytes: usize) -> Result<(), Stop> {
        self.work = self.work.checked_sub(bytes as u64 + 16).ok_or(Stop)?;
        Ok(())
    }

    /// Accounts for bytes that are written, and writes them.
    fn push(&mut self, out: &mut Secret, bytes: &[u8]) -> Result<(), Stop> {
        self.look(bytes.len().saturating_mul(8))?;
        out.extend_from_slice(bytes);
        Ok(())
    }

    /// Does something one level deeper.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        self.depth = self.depth.checked_sub(1).ok_or(Stop)?;
        let done = work(self);
        self.depth += 1;
        done
    }
}

fn find<'j>(json: &'j [u8], path: &[u8], run: &mut Run) -> Result<Item<'j>, Stop> {
    run.look(json.len() + path.len())?;
    run.deeper(|run| {
        if path.len() > 1 {
            let made = match path[0] {
                b'@' => modifier::apply(json, path, run)?,
                b'!' => modifier::literal(path),
                b'[' | b'{' => return choose::apply(json, path, run),
                _ => None,
            };
            if let Some((made, rest)) = made {
                run.look(made.len().saturating_mul(8))?;
                return match rest.split_first() {
                    Some((b'|' | b'.', rest)) => Ok(find(made.expose(), rest, run)?.into_owned()),
                    _ => Ok(Item::parse(made.expose()).into_owned()),
                };
            }
        }
        plain(json, path, run)
    })
}

/// A path that begins with a name, an index or a question.
fn plain<'j>(json: &'j [u8], path: &[u8], run: &mut Run) -> Result<Item<'j>, Stop> {
    let mut walk = Walk::new(json, run);
    if let Some(path) = path.strip_prefix(b"..") {
        walk.array(0, path)?;
    } else if let Some(start) = json.iter().position(|&b| matches!(b, b'{' | b'[')) {
        walk.enter(start, path)?;
    }
    let (value, pipe) = walk.end();
    match pipe {
        Some(pipe) => value.get(pipe, run),
        None => Ok(value),
    }
}
