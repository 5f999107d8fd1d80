//! Going down a document along a path. One pass: what was passed over is not looked at again.

use selkie_crypto::Secret;

use super::cut::{Ask, Name, Place, Rest, at_pipe};
use super::item::Item;
use super::query::Query;
use super::scan::{self, Kind, Token};
use super::{Run, Stop, find};

/// A walk through one document.
pub(super) struct Walk<'j, 'p, 'r> {
    json: &'j [u8],
    run: &'r mut Run,
    value: Item<'j>,
    pipe: Option<&'p [u8]>,
}

/// Where a walk stands, and whether it found what it was sent for.
type Step = Result<(usize, bool), Stop>;

impl<'j, 'p, 'r> Walk<'j, 'p, 'r> {
    pub(super) fn new(json: &'j [u8], run: &'r mut Run) -> Self {
        Self {
            json,
            run,
            value: Item::NOTHING,
            pipe: None,
        }
    }

    /// What was found, and the path behind a pipe.
    pub(super) fn end(self) -> (Item<'j>, Option<&'p [u8]>) {
        (self.value, self.pipe)
    }

    /// Looks into the object or array that is opened here.
    pub(super) fn enter(&mut self, open: usize, path: &'p [u8]) -> Step {
        self.run.depth = self.run.depth.checked_sub(1).ok_or(Stop)?;
        let done = if self.json[open] == b'{' {
            self.object(open + 1, path)
        } else {
            self.array(open + 1, path)
        };
        self.run.depth += 1;
        done
    }

    fn object(&mut self, mut at: usize, path: &'p [u8]) -> Step {
        let lost = Ok((self.json.len(), false));
        let name = Name::new(path);
        self.remember(name.rest);
        loop {
            let Some(open) = (at..self.json.len()).find(|&i| matches!(self.json[i], b'"' | b'}'))
            else {
                return lost;
            };
            if self.json[open] == b'}' {
                return Ok((open + 1, false));
            }
            let Some(end) = scan::string_end(self.json, open) else {
                return lost;
            };
            let spelled = &self.json[open + 1..end - 1];
            self.run.look(name.cost(spelled.len()))?;
            let meant = name.is(spelled);
            let Some(start) = (end..self.json.len()).find(|&i| scan::kind(self.json, i).is_some())
            else {
                return lost;
            };
            match self.value_at(start, meant.then_some(name.rest))? {
                Some((next, false)) => at = next,
                Some(found) => return Ok(found),
                None => return lost,
            }
        }
    }

    /// Looks at the items of an array; without its brackets, at the lines of a text.
    pub(super) fn array(&mut self, mut at: usize, path: &'p [u8]) -> Step {
        let place = Place::new(path);
        self.remember(place.rest);
        let mut seen = Vec::new();
        let mut chosen = Chosen::default();
        let mut count = 0;
        loop {
            let next = (at..self.json.len())
                .find(|&i| self.json[i] == b']' || scan::kind(self.json, i).is_some())
                .unwrap_or(self.json.len());
            let Some(kind) = scan::kind(self.json, next) else {
                return self.closed(next, &place, count, seen, chosen);
            };
            let meant = match place.ask {
                Ask::Index(index) if index == count => Some(place.rest),
                _ => None,
            };
            count += 1;
            let Some((end, found)) = self.value_at(next, meant)? else {
                return Ok((self.json.len(), false));
            };
            if found {
                return Ok((end, true));
            }
            let token = Token {
                kind,
                start: next,
                end,
            };
            match &place.ask {
                Ask::Each(_) => seen.push(token),
                Ask::Query(query) => {
                    if self.asked(query, place.rest, &token, &mut chosen)? {
                        return Ok((end, true));
                    }
                }
                Ask::Nothing | Ask::Index(_) | Ask::Count => {}
            }
            at = end;
        }
    }

    /// Takes, enters or passes over the value here: it is meant if what follows its part is given. `None` for a string that does not end.
    fn value_at(
        &mut self,
        start: usize,
        meant: Option<Rest<'p>>,
    ) -> Result<Option<(usize, bool)>, Stop> {
        let Some(kind) = scan::kind(self.json, start) else {
            return Ok(None);
        };
        if let (Kind::Json, Some(Rest::Inside(path))) = (kind, meant) {
            return self.enter(start, path).map(Some);
        }
        let Some(end) = scan::value_end(self.json, start, kind) else {
            return Ok(None);
        };
        let taken = matches!(meant, Some(Rest::End | Rest::Pipe(_)));
        if taken {
            self.value = Item::borrowed(kind, &self.json[start..end]);
        }
        Ok(Some((end, taken)))
    }

    /// The array is at its end: the answer to a question about all of it.
    fn closed(
        &mut self,
        end: usize,
        place: &Place<'p>,
        count: usize,
        seen: Vec<Token>,
        chosen: Chosen,
    ) -> Step {
        match &place.ask {
            Ask::Count => {
                let digits = Secret::from(count.to_string());
                self.value = Item::owned(Kind::Number, digits);
                Ok((end + 1, true))
            }
            Ask::Each(path) => {
                let (path, pipe) = at_pipe(path);
                self.pipe = pipe.or(self.pipe);
                let mut chosen = Chosen::default();
                for token in seen {
                    let found = find(&self.json[token.start..token.end], path, self.run)?;
                    chosen.add(&found, self.run)?;
                }
                self.value = chosen.into_array();
                Ok((end + 1, true))
            }
            Ask::Query(query) if query.all => {
                // Several arrays may be meant, through a wild name: the first that there is answers.
                if !self.value.exists() {
                    self.value = chosen.into_array();
                }
                Ok((end + 1, false))
            }
            Ask::Query(_) | Ask::Nothing | Ask::Index(_) => Ok((end + 1, false)),
        }
    }

    /// Puts a question to one item. Whether that was the item that is looked for.
    fn asked(
        &mut self,
        query: &Query<'p>,
        rest: Rest<'p>,
        token: &Token,
        chosen: &mut Chosen,
    ) -> Result<bool, Stop> {
        let raw = &self.json[token.start..token.end];
        let json = self.json;
        let item = || Item::borrowed(token.kind, &json[token.start..token.end]);
        let subject = if token.kind == Kind::Json {
            find(raw, query.path, self.run)?
        } else if query.path.is_empty() {
            item()
        } else {
            return Ok(false);
        };
        self.run.look(query.cost(subject.raw().len()))?;
        if !query.holds_for(&subject) {
            return Ok(false);
        }
        let found = match rest {
            Rest::Inside(path) => {
                let (path, pipe) = at_pipe(path);
                self.pipe = pipe.or(self.pipe);
                find(raw, path, self.run)?
            }
            Rest::End | Rest::Pipe(_) => item(),
        };
        if query.all {
            chosen.add(&found, self.run)?;
            return Ok(false);
        }
        self.value = found;
        Ok(true)
    }

    fn remember(&mut self, rest: Rest<'p>) {
        if let Rest::Pipe(path) = rest {
            self.pipe = Some(path);
        }
    }
}

/// Items on their way into an array of their own.
#[derive(Default)]
struct Chosen {
    out: Secret,
}

impl Chosen {
    fn add(&mut self, item: &Item<'_>, run: &mut Run) -> Result<(), Stop> {
        if !item.exists() {
            return Ok(());
        }
        let separator = if self.out.is_empty() { b"[" } else { b"," };
        run.push(&mut self.out, separator)?;
        run.push(&mut self.out, item.raw())
    }

    fn into_array(mut self) -> Item<'static> {
        if self.out.is_empty() {
            self.out.extend_from_slice(b"[");
        }
        self.out.extend_from_slice(b"]");
        Item::owned(Kind::Json, self.out)
    }
}
