//! Where an expression is found, and what its groups hold, with all work accounted for.
//!
//! The automaton is stepped here and not by the crate's own search, because that one cannot be stopped: a search that looks to the end of a long text for
//! each of its matches takes quadratic time, and an expression can make a new state for each byte.

#[cfg(test)]
mod tests;

use std::ops::Range;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::pikevm::{self, PikeVM};
use regex_automata::nfa::thompson::{Compiler, NFA, WhichCaptures};
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input, MatchKind};

use crate::source::{Refused, Source, places};
use crate::subject::Subject;

/// Bytes of states that a search keeps before it starts anew.
const CACHE: usize = 1 << 20;
/// How much larger an expression may be backwards: characters of several bytes share less there.
const BACKWARD: usize = 4;
/// Bytes that are searched between two accounts.
const BLOCK: usize = 64;
/// What beginning a search costs, in bytes searched.
const BEGUN: usize = 16;
/// What a byte of a new state costs, in bytes searched.
const STATE: usize = 5;
/// What a place of the expression costs for each byte, in bytes searched, when groups are asked for.
const PLACE: usize = 4;

/// The groups of a match, from the first on: where each stands, if it took part.
pub type Groups = Vec<Option<Range<usize>>>;

/// A compiled expression with the states that its searches have made so far.
pub struct Program {
    forward: Automaton,
    backward: Automaton,
    groups: PikeVM,
    groups_cache: Option<pikevm::Cache>,
    names: Vec<Option<String>>,
    places: usize,
    size: usize,
}

struct Automaton {
    dfa: DFA,
    cache: Cache,
}

impl Source {
    /// Compiles the expression into at most `size` bytes, and `BACKWARD` times as many for the search backwards.
    pub fn compile(mut self, size: usize) -> Result<Program, Refused> {
        let names = std::mem::take(&mut self.names);
        let hir = self.parse()?;
        let nfa = |captures, reverse, size| {
            let config = NFA::config()
                .nfa_size_limit(Some(size))
                .which_captures(captures)
                .reverse(reverse);
            Compiler::new()
                .configure(config)
                .build_from_hir(&hir)
                .map_err(|_| Refused::Size)
        };
        let forward = nfa(WhichCaptures::All, false, size)?;
        let backward = nfa(WhichCaptures::None, true, size.saturating_mul(BACKWARD))?;
        Ok(Program {
            names,
            places: places(&hir),
            size: forward.memory_usage() + backward.memory_usage(),
            groups: PikeVM::new_from_nfa(forward.clone()).map_err(|_| Refused::Size)?,
            groups_cache: None,
            forward: Automaton::new(forward, MatchKind::LeftmostFirst)?,
            backward: Automaton::new(backward, MatchKind::All)?,
        })
    }
}

impl Program {
    /// Bytes that it takes, without the states that searches make.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many groups it has; the whole match is none.
    pub fn group_count(&self) -> usize {
        self.names.len()
    }

    /// Places among the groups of those with that name, in order: Go lets several have one.
    pub fn named<'p>(&'p self, name: &'p [u8]) -> impl Iterator<Item = usize> + 'p {
        let groups = (0..).zip(&self.names);
        groups
            .filter(move |(_, other)| other.as_deref().map(str::as_bytes) == Some(name))
            .map(|(place, _)| place)
    }

    /// The leftmost match that begins at `from` or behind it. `spend` is called with the work that is about to be done or was done just now, in
    /// bytes searched (some nanoseconds each), and its error ends the search.
    pub fn find<E>(
        &mut self,
        subject: &Subject<'_>,
        mut from: usize,
        spend: &mut impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Option<Range<usize>>, E> {
        let text = subject.bytes();
        loop {
            let input = Input::new(text).span(from..text.len());
            let Some(end) = self.forward.ahead(&input, spend)? else {
                return Ok(None);
            };
            let input = Input::new(text).span(from..end).anchored(Anchored::Yes);
            let start = self.backward.back(&input, spend)?.unwrap_or(end);
            if subject.is_boundary(start) {
                return Ok(Some(start..end));
            }
            // An empty match within a character: positions are asked about byte by byte.
            from = start + 1;
        }
    }

    /// The groups of a match that [`Program::find`] has given.
    pub fn groups<E>(
        &mut self,
        subject: &Subject<'_>,
        found: &Range<usize>,
        spend: &mut impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Groups, E> {
        let slots = 2 * (self.names.len() + 1);
        let copied = self.places.saturating_mul(PLACE + slots / 2);
        spend((found.len() + 1).saturating_mul(copied))?;
        let mut places: Vec<Option<NonMaxUsize>> = vec![None; slots];
        let input = Input::new(subject.bytes())
            .span(found.clone())
            .anchored(Anchored::Yes);
        let cache = self
            .groups_cache
            .get_or_insert_with(|| self.groups.create_cache());
        self.groups.search_slots(cache, &input, &mut places);
        let groups = places.chunks(2).skip(1).map(|pair| match pair {
            [Some(start), Some(end)] => Some(start.get()..end.get()),
            _ => None,
        });
        Ok(groups.collect())
    }
}

impl Automaton {
    fn new(nfa: NFA, kind: MatchKind) -> Result<Self, Refused> {
        let config = DFA::config()
            .match_kind(kind)
            .cache_capacity(CACHE)
            .skip_cache_capacity_check(true);
        let dfa = DFA::builder()
            .configure(config)
            .build_from_nfa(nfa)
            .map_err(|_| Refused::Size)?;
        let cache = dfa.create_cache();
        Ok(Self { dfa, cache })
    }

    /// Where the leftmost match ends.
    fn ahead<E>(
        &mut self,
        input: &Input<'_>,
        spend: &mut impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Option<usize>, E> {
        let text = input.haystack();
        let start = self.dfa.start_state_forward(&mut self.cache, input);
        let mut run = Run::new(self, sound(start), spend);
        for (byte, place) in text[input.get_range()].iter().zip(input.get_range()) {
            if !run.step(*byte, place)? {
                return run.finish();
            }
        }
        run.edge(text.get(input.end()).copied(), input.end());
        run.finish()
    }

    /// Where the longest match that ends at the end begins.
    fn back<E>(
        &mut self,
        input: &Input<'_>,
        spend: &mut impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Option<usize>, E> {
        let text = input.haystack();
        let start = self.dfa.start_state_reverse(&mut self.cache, input);
        let mut run = Run::new(self, sound(start), spend);
        let ends = input.start() + 1..input.end() + 1;
        for (byte, place) in text[input.get_range()].iter().zip(ends).rev() {
            if !run.step(*byte, place)? {
                return run.finish();
            }
        }
        let before = input.start().checked_sub(1);
        run.edge(before.map(|before| text[before]), input.start());
        run.finish()
    }
}

/// One run over a text, in either direction.
struct Run<'a, S> {
    automaton: &'a mut Automaton,
    state: LazyStateID,
    spend: &'a mut S,
    /// Where the last match was.
    found: Option<usize>,
    /// Bytes since the last account, and the states that there were then.
    bytes: usize,
    clears: usize,
    memory: usize,
}

impl<'a, E, S: FnMut(usize) -> Result<(), E>> Run<'a, S> {
    fn new(automaton: &'a mut Automaton, state: LazyStateID, spend: &'a mut S) -> Self {
        Self {
            state,
            spend,
            found: None,
            bytes: BEGUN,
            clears: automaton.cache.clear_count(),
            memory: automaton.cache.memory_usage(),
            automaton,
        }
    }

    /// Reads one byte; a match is told one byte late, so its place is the one before. False if no match can follow.
    fn step(&mut self, byte: u8, place: usize) -> Result<bool, E> {
        let Automaton { dfa, cache } = &mut *self.automaton;
        self.state = sound(dfa.next_state(cache, self.state, byte));
        self.bytes += 1;
        if self.bytes >= BLOCK {
            self.account()?;
        }
        if self.state.is_match() {
            self.found = Some(place);
        }
        Ok(!self.state.is_dead())
    }

    /// Reads what lies behind the end: a byte that assertions can see, or nothing.
    fn edge(&mut self, byte: Option<u8>, place: usize) {
        let Automaton { dfa, cache } = &mut *self.automaton;
        self.state = sound(match byte {
            Some(byte) => dfa.next_state(cache, self.state, byte),
            None => dfa.next_eoi_state(cache, self.state),
        });
        if self.state.is_match() {
            self.found = Some(place);
        }
    }

    fn finish(mut self) -> Result<Option<usize>, E> {
        self.account()?;
        Ok(self.found)
    }

    fn account(&mut self) -> Result<(), E> {
        let cache = &self.automaton.cache;
        let (clears, memory) = (cache.clear_count(), cache.memory_usage());
        let grown = if clears == self.clears {
            memory.saturating_sub(self.memory)
        } else {
            memory + CACHE
        };
        let bytes = std::mem::take(&mut self.bytes);
        (self.clears, self.memory) = (clears, memory);
        (self.spend)(bytes + grown * STATE)
    }
}

#[expect(
    clippy::expect_used,
    reason = "a search fails at bytes that quit and when the cache is given up, and neither is configured"
)]
fn sound<E: std::fmt::Debug>(state: Result<LazyStateID, E>) -> LazyStateID {
    state.expect("nothing that a search fails at is configured")
}
