//! Values that serve more than one refresh, and for how long: as long as a refresh waits that was due when the fetch began.
//!
//! Never here: a clock of its own. Time is tokio's, which a test can stop.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use tokio::time::Instant;

use super::Origin;
use crate::{Address, Failure, Find, Found, Remote};

/// What is fetched, and on whose behalf.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    origin: Arc<Origin>,
    operation: Operation,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Operation {
    Read(Address),
    List(Find),
}

impl Key {
    pub(super) fn read(origin: &Arc<Origin>, at: &Address) -> Self {
        Self {
            origin: Arc::clone(origin),
            operation: Operation::Read(at.clone()),
        }
    }

    pub(super) fn list(origin: &Arc<Origin>, find: &Find) -> Self {
        Self {
            origin: Arc::clone(origin),
            operation: Operation::List(find.clone()),
        }
    }
}

/// What a provider answered. Whoever has the last clone wipes it.
#[derive(Clone)]
pub(super) enum Answer {
    Read(Option<Arc<Remote>>),
    List(Option<Arc<Found>>),
}

impl Answer {
    fn size(&self) -> usize {
        match self {
            Self::Read(read) => read.as_ref().map_or(0, |remote| remote.size()),
            Self::List(found) => found
                .iter()
                .flat_map(|found| found.iter())
                .fold(0, |sum, it| sum + it.0.len() + it.1.size()),
        }
    }
}

/// A fetch under way, or its answer.
pub(super) type Fetch = Shared<BoxFuture<'static, Result<Answer, Failure>>>;

/// The shared values of the process.
#[derive(Clone)]
pub(super) struct Cache(Arc<Mutex<State>>);

struct State {
    limit: usize,
    bytes: usize,
    next: u64,
    /// By number: an earlier fetch has the lower one.
    entries: BTreeMap<u64, Entry>,
    by_key: HashMap<Key, Vec<u64>>,
    stores: HashMap<Arc<str>, Store>,
}

struct Entry {
    key: Key,
    began: Instant,
    fetch: Fetch,
    /// Nothing until the answer is there.
    bytes: usize,
}

/// Who waits for a store, and what is kept for them.
#[derive(Default)]
struct Store {
    /// How many refreshes are due since a time.
    due: BTreeMap<Instant, usize>,
    entries: BTreeSet<u64>,
}

/// A refresh that waits. When it is dropped, the values that were kept for it alone are wiped.
pub struct Ticket {
    cache: Cache,
    store: Arc<str>,
    due: Instant,
}

impl Ticket {
    /// Since when the refresh is due, or from when on.
    pub fn due(&self) -> Instant {
        self.due
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.cache.state().leave(&self.store, self.due);
    }
}

impl Cache {
    pub(super) fn new(limit: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            limit,
            bytes: 0,
            next: 0,
            entries: BTreeMap::new(),
            by_key: HashMap::new(),
            stores: HashMap::new(),
        })))
    }

    pub(super) fn ticket(&self, store: &str, due: Instant) -> Ticket {
        let mut state = self.state();
        let name = state
            .stores
            .get_key_value(store)
            .map_or_else(|| Arc::from(store), |(known, _)| Arc::clone(known));
        let waiting = state.stores.entry(Arc::clone(&name)).or_default();
        *waiting.due.entry(due).or_default() += 1;
        Ticket {
            cache: self.clone(),
            store: name,
            due,
        }
    }

    /// The answer that may serve a refresh that is due since then: one that is there, one that is on its way, or a new one.
    pub(super) fn fetch(
        &self,
        due: Instant,
        key: Key,
        fetch: impl FnOnce() -> BoxFuture<'static, Result<Answer, Failure>>,
    ) -> Fetch {
        let mut state = self.state();
        match state.serving(&key, due) {
            Some(known) => known,
            None => state.begin(key, fetch(), Arc::downgrade(&self.0)),
        }
    }

    /// A new fetch, if there is none yet that may serve such a refresh, and if somebody makes it.
    pub(super) fn fetch_if(
        &self,
        due: Instant,
        key: Key,
        fetch: impl FnOnce() -> Option<BoxFuture<'static, Result<Answer, Failure>>>,
    ) -> Option<Fetch> {
        let mut state = self.state();
        if state.serving(&key, due).is_some() {
            return None;
        }
        Some(state.begin(key, fetch()?, Arc::downgrade(&self.0)))
    }

    pub(super) fn bytes(&self) -> usize {
        self.state().bytes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A fetch that began when the refresh was due already; rather one that has its answer.
    fn serving(&self, key: &Key, due: Instant) -> Option<Fetch> {
        let fetches = self.by_key.get(key)?.iter().rev();
        let mut fit = fetches
            .filter_map(|number| self.entries.get(number))
            .filter(|entry| entry.began >= due)
            .map(|entry| &entry.fetch);
        let newest = fit.next()?;
        if newest.peek().is_some() {
            return Some(newest.clone());
        }
        let answered = fit.find(|fetch| fetch.peek().is_some());
        Some(answered.unwrap_or(newest).clone())
    }

    fn begin(
        &mut self,
        key: Key,
        fetch: BoxFuture<'static, Result<Answer, Failure>>,
        cache: Weak<Mutex<Self>>,
    ) -> Fetch {
        let number = self.next;
        self.next += 1;
        let fetch = async move {
            let outcome = fetch.await;
            if let Some(cache) = cache.upgrade() {
                let mut state = cache.lock().unwrap_or_else(PoisonError::into_inner);
                state.answered(number, outcome.as_ref().ok());
            }
            outcome
        }
        .boxed()
        .shared();
        let store: Arc<str> = Arc::from(&*key.origin.store);
        self.stores.entry(store).or_default().entries.insert(number);
        self.by_key.entry(key.clone()).or_default().push(number);
        self.entries.insert(
            number,
            Entry {
                key,
                began: Instant::now(),
                fetch: fetch.clone(),
                bytes: 0,
            },
        );
        fetch
    }

    /// The answer of a fetch is there. A failure is kept for nobody, nor is what nobody waits for or there is no room for.
    fn answered(&mut self, number: u64, answer: Option<&Answer>) {
        let Some(entry) = self.entries.get_mut(&number) else {
            return;
        };
        let store = entry.key.origin.store.clone();
        let Some(answer) = answer else {
            self.remove(number);
            return;
        };
        entry.bytes = answer.size();
        self.bytes += entry.bytes;
        self.prune(&store);
        while self.bytes > self.limit {
            let oldest = self.entries.iter().find(|(_, entry)| entry.bytes > 0);
            let Some((&oldest, _)) = oldest else {
                return;
            };
            self.remove(oldest);
        }
    }

    fn leave(&mut self, store: &str, due: Instant) {
        if let Some(waiting) = self.stores.get_mut(store)
            && let Some(count) = waiting.due.get_mut(&due)
        {
            *count -= 1;
            if *count == 0 {
                waiting.due.remove(&due);
            }
        }
        self.prune(store);
    }

    /// Drops what serves no refresh that waits: all that began before the earliest of them was due.
    fn prune(&mut self, store: &str) {
        loop {
            let Some(waiting) = self.stores.get(store) else {
                return;
            };
            let earliest = waiting.due.first_key_value().map(|(due, _)| *due);
            let Some(&oldest) = waiting.entries.first() else {
                if earliest.is_none() {
                    self.stores.remove(store);
                }
                return;
            };
            let serves = |entry: &Entry| earliest.is_some_and(|due| due <= entry.began);
            if self.entries.get(&oldest).is_some_and(serves) {
                return;
            }
            self.remove(oldest);
        }
    }

    fn remove(&mut self, number: u64) {
        let Some(entry) = self.entries.remove(&number) else {
            return;
        };
        self.bytes -= entry.bytes;
        if let Some(store) = self.stores.get_mut(&*entry.key.origin.store) {
            store.entries.remove(&number);
        }
        if let Some(numbers) = self.by_key.get_mut(&entry.key) {
            numbers.retain(|&known| known != number);
            if numbers.is_empty() {
                self.by_key.remove(&entry.key);
            }
        }
    }
}
