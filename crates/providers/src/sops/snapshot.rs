//! The files of an origin that says which state it is in: fetched once for each state, and asked for the state once for all who ask at the same
//! time.
//!
//! Never here: how an origin is asked, and for how long an answer serves. Whoever asks is answered by a question that was put after he asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;
use tokio::sync::Mutex;

use super::source::{Entry, Files, Source};
use crate::Failure;

/// Where files come from.
pub(super) trait Origin: Send + Sync {
    /// All that tells two states apart. Two may have one revision.
    type State: PartialEq + Send + Sync;

    /// The state in which it is.
    fn state(&self) -> BoxFuture<'_, Result<Self::State, Failure>>;

    /// The word for a state, for people.
    fn revision(state: &Self::State) -> Arc<str>;

    /// The files of that state.
    fn fetch<'a>(
        &'a self,
        state: &'a Self::State,
    ) -> BoxFuture<'a, Result<BTreeMap<String, Entry>, Failure>>;
}

/// The files of an origin as they were last.
pub(super) struct Snapshots<O: Origin> {
    origin: O,
    /// How many have asked.
    asked: AtomicU64,
    last: Mutex<Last<O::State>>,
}

struct Last<S> {
    files: Option<(S, Arc<Files>)>,
    /// How many had asked when the last question was put, and what came of it.
    outcome: Option<(u64, Result<Arc<Files>, Failure>)>,
}

impl<O: Origin> Snapshots<O> {
    pub(super) fn new(origin: O) -> Self {
        Self {
            origin,
            asked: AtomicU64::new(0),
            last: Mutex::new(Last {
                files: None,
                outcome: None,
            }),
        }
    }

    async fn now(&self) -> Result<Arc<Files>, Failure> {
        let own = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if let Some((asked, outcome)) = &last.outcome
            && own <= *asked
        {
            return outcome.clone();
        }
        let asked = self.asked.load(Ordering::SeqCst);
        let outcome = self.newest(&mut last.files).await;
        last.outcome = Some((asked, outcome.clone()));
        outcome
    }

    async fn newest(
        &self,
        known: &mut Option<(O::State, Arc<Files>)>,
    ) -> Result<Arc<Files>, Failure> {
        let state = self.origin.state().await?;
        if let Some((of, files)) = known
            && *of == state
        {
            return Ok(Arc::clone(files));
        }
        let entries = self.origin.fetch(&state).await?;
        let files = Arc::new(Files {
            entries,
            revision: Some(O::revision(&state)),
        });
        *known = Some((state, Arc::clone(&files)));
        Ok(files)
    }
}

impl<O: Origin> Source for Snapshots<O> {
    fn files(&self) -> BoxFuture<'_, Result<Arc<Files>, Failure>> {
        Box::pin(self.now())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex as StdMutex;

    use futures::future::{join_all, ready};
    use selkie_api::Cause;
    use tokio::task::yield_now;

    use super::*;

    struct Counted {
        state: StdMutex<Result<u8, Cause>>,
        asked: AtomicU64,
        fetched: AtomicU64,
    }

    impl Origin for Counted {
        type State = Arc<str>;

        fn state(&self) -> BoxFuture<'_, Result<Arc<str>, Failure>> {
            Box::pin(async {
                self.asked.fetch_add(1, Ordering::SeqCst);
                yield_now().await;
                let state = *self.state.lock().unwrap();
                let state = state.map_err(|cause| Failure::new(cause, "of the test"))?;
                Ok(state.to_string().into())
            })
        }

        fn revision(state: &Arc<str>) -> Arc<str> {
            Arc::clone(state)
        }

        fn fetch<'a>(
            &'a self,
            state: &'a Arc<str>,
        ) -> BoxFuture<'a, Result<BTreeMap<String, Entry>, Failure>> {
            self.fetched.fetch_add(1, Ordering::SeqCst);
            let file = Entry::File(state.as_bytes().into());
            Box::pin(ready(Ok(BTreeMap::from([("a".to_owned(), file)]))))
        }
    }

    /// How often the origin has been asked, and how often for files.
    fn counts(snapshots: &Snapshots<Counted>) -> (u64, u64) {
        let origin = &snapshots.origin;
        let count = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
        (count(&origin.asked), count(&origin.fetched))
    }

    async fn revision(snapshots: &Snapshots<Counted>) -> Result<String, Cause> {
        let files = snapshots.files().await.map_err(|failure| failure.cause)?;
        Ok(files.revision.as_deref().unwrap_or_default().to_owned())
    }

    #[tokio::test]
    async fn a_state_is_fetched_once_and_asked_for_once_for_all_who_wait() {
        let snapshots = Snapshots::new(Counted {
            state: StdMutex::new(Ok(1)),
            asked: AtomicU64::new(0),
            fetched: AtomicU64::new(0),
        });
        let turn = |state| *snapshots.origin.state.lock().unwrap() = state;
        assert_eq!(revision(&snapshots).await, Ok("1".to_owned()));
        assert_eq!(revision(&snapshots).await, Ok("1".to_owned()));
        assert_eq!(counts(&snapshots), (2, 1));
        // The first of a hundred asks while nobody else has yet, and one of the others for all of them.
        let all = join_all((0..100).map(|_| revision(&snapshots))).await;
        assert!(all.iter().all(|one| *one == Ok("1".to_owned())));
        assert_eq!(counts(&snapshots), (4, 1));
        turn(Ok(2));
        assert_eq!(revision(&snapshots).await, Ok("2".to_owned()));
        assert_eq!(counts(&snapshots), (5, 2));
        turn(Err(Cause::Timeout));
        let all = join_all((0..100).map(|_| revision(&snapshots))).await;
        assert!(all.iter().all(|one| *one == Err(Cause::Timeout)));
        assert_eq!(counts(&snapshots), (7, 2));
        // What was there before is still known.
        turn(Ok(2));
        assert_eq!(revision(&snapshots).await, Ok("2".to_owned()));
        assert_eq!(counts(&snapshots), (8, 2));
    }
}
